"""Random legal schemas: every key and format, with names and texts that break careless templates."""

from __future__ import annotations

import random
from typing import Any

from resforge.names import ordinal_key
from resforge.schema.checks import HOOK_NAMES
from resforge.schema.naming import LONGEST_IDENTIFIER, identifier, type_prefix


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS = _split(
    """class None min max ERROR interface near far GetObject DELETE IN OUT small errno NULL assert BOOL
unix linux signed properties context Hooks value self model TRUE stdin environ Yield hyper CALLBACK DWORD
string vector Type Format std resforge main auto module import final concept requires input output call
code status bytes reader writer table member range other original that source from control Properties
decode encode MODEL TABLE answer judge View each print len type list set object property match _ lambda
CON NUL COM1 project all test install Startup TEXT INFINITE log index time signal remove sun typeof
restrict foreach Names Handles AllHooks Former Input Output T H hooks running_ sent result given"""
)
PIECES = (
    *_split(
        """" ' \\ */ // /* ??/ ??= % %1 {{ }} {% %} #} {# ]]> '@ $(x) ` ${X} ; | <b> &amp; --> <!-- #> <#
# clang-format noqa fmt: \u202e \u2066 \u200b \ufeff \u2028 \x85 \x1b[31m \x07 \u0301 \U0001f600
\u4e2d\u6587 \u2019 \u201c R"( ''' \\u0041 \\ @X@ [x](y) **b** C:\\ word the service path"""
    ),
    "\u2028",
    "\x85",
    "\t",
    "\r\n",
)
FORBIDDEN = set("\\\x1b\x07\x85\t\r\n")
"""Characters that no name holds."""

RANGES = {
    "DWORD": (0, 2**32 - 1),
    "LONG": (-(2**31), 2**31 - 1),
    "ULARGE_INTEGER": (0, 2**64 - 1),
    "LARGE_INTEGER": (-(2**63), 2**63 - 1),
    "FILETIME": (0, 2**64 - 1),
}
FORMATS = (*RANGES, "SZ", "EXPAND_SZ", "MULTI_SZ", "BINARY", "BOOL")
FIELDS = ("DWORD", "LONG", "BOOL", "ULARGE_INTEGER", "LARGE_INTEGER", "FILETIME", "SZ")
CHARACTERISTICS = ("delete_requires_all_nodes", "placement_data", "clones", "veto_drain")
ENTRIES = ("open", "online", "terminate", "is_alive", "control")


class Legal:
    """Makes one schema from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._codes: set[tuple[object, ...]] = set()

    def schema(self) -> dict[str, Any]:
        """A resource type."""
        detection = self._pick("polling", "cached_health", "event_handle")
        properties, codes = Names(self, set()), Names(self, set(HOOK_NAMES))
        name = self.name()
        keys = {
            "display_name": self.text(),
            "description": self.text(),
            "version": self._pick("1", "65535.65535.65535.65535", "0.1"),
            "vendor": self.text(),
            "dll_name": self._pick("a.dll", "A-B_c.1.DLL", "x" * 116 + ".dll"),
            "class": self._pick("unknown", 32768, 2**32 - 1),
            "subclass": self._pick(0, 2**32 - 1, [], ["shared"]),
            "characteristics": self._random.sample(CHARACTERISTICS, self._number(0, 4)),
            "dependencies": [{"class": "storage"}, {"type": f"\u4e2d {name}"[:255]}],
            "single_instance": self._pick("none", "node", "group", "cluster"),
            "pending": {"online": self._chance(50), "offline": self._chance(50)},
            "properties": [self._property(properties) for _ in range(self._number(0, 12))],
            "control_codes": [self._code(codes) for _ in range(self._number(0, 8))],
            "timeouts": self._timeouts(),
            "suppress": [{"rule": "x", "at": name, "reason": self.text()}],
        }
        chosen = {key: value for key, value in keys.items() if self._chance(75)}
        return {"resforge": 1, "name": name, "failure_detection": detection, **chosen}

    def name(self) -> str:
        """A name from which an identifier can be made."""
        while True:
            word = self._pick(*WORDS) + self._pick("", "", "2", " of ", "Value", "-")
            more = "".join(self._pick(*PIECES) for _ in range(self._number(0, 3)))
            long = "".join(self._pick("a", "b", " c", "D") for _ in range(self._number(30, 60)))
            name: str = self._pick(
                word, word + self._pick(*WORDS), word + more, word + long
            ).strip()
            if not set(name) & FORBIDDEN and 0 < len(identifier(name)) <= LONGEST_IDENTIFIER:
                return name

    def text(self) -> str:
        """A text that may hold anything."""
        joint: str = self._pick("", " ", "\n")
        return joint.join(self._pick(*PIECES, "w" * 120) for _ in range(self._number(0, 12)))

    def _pick(self, *choices: Any) -> Any:
        return self._random.choice(choices)

    def _number(self, lowest: int, highest: int) -> int:
        return self._random.randint(lowest, highest)

    def _chance(self, percent: int) -> bool:
        return self._number(1, 100) <= percent

    def _property(self, names: Names) -> dict[str, Any]:
        format_ = self._pick(*FORMATS)
        keys = {
            "takes_effect": self._pick("immediately", "next_online"),
            "description": self.text(),
            "unit": self._pick("ms", " ", self.text()),
            "renamed_from": names.new(),
        }
        chosen = {key: value for key, value in keys.items() if self._chance(40)}
        if self._chance(30):
            chosen.pop("takes_effect", None)
            chosen["read_only"] = True
        chosen[self._pick("required", "in_memory")] = self._chance(50)
        return {"name": names.new(), "format": format_, **self._values(format_), **chosen}

    def _values(self, format_: str) -> dict[str, Any]:
        if format_ not in RANGES:
            return {"default": self._value(format_)} if self._chance(70) else {}
        lowest, highest = RANGES[format_]
        ends = [self._pick(lowest, highest, self._number(lowest, highest)) for _ in range(3)]
        minimum, default, maximum = sorted(ends)
        if minimum == maximum == 0 or self._chance(40):
            return {"default": default}
        return {"minimum": minimum, "default": default, "maximum": maximum}

    def _value(self, format_: str) -> Any:
        if format_ == "BOOL":
            return self._chance(50)
        if format_ == "BINARY":
            return self._random.randbytes(self._pick(0, 1, 33, 300)).hex(self._pick(" ", ":"))
        if format_ == "MULTI_SZ":
            return [self.text() or "x" for _ in range(self._number(0, 4))]
        return self.text()

    def _code(self, names: Names) -> dict[str, Any]:
        while True:
            keys = {
                "scope": self._pick("resource", "resource_type"),
                "function": self._pick(1, 0x3FFFF, self._number(1, 0x3FFFF)),
                "access": self._pick("any", "read", "write", "read_write"),
                "modifies": self._chance(30),
            }
            if tuple(keys.values()) not in self._codes:
                break
        self._codes.add(tuple(keys.values()))
        optional = {
            "input": self._buffer(),
            "output": self._buffer(),
            "description": self.text(),
            "renamed_from": names.new(),
        }
        if keys["scope"] == "resource":
            optional["states"] = self._random.sample(("online", "offline"), self._number(1, 2))
        chosen = {key: value for key, value in optional.items() if self._chance(50)}
        return {"name": names.new(), **keys, **chosen}

    def _buffer(self) -> dict[str, Any]:
        if self._chance(30):
            return {"bytes": {"minimum": self._number(0, 9), "maximum": self._number(9, 2**32 - 1)}}
        names = Names(self, set())
        fields: list[dict[str, Any]] = []
        for _ in range(self._number(1, 8)):
            field = {"name": names.new(), "format": self._pick(*FIELDS), "description": self.text()}
            length = {"length": self._pick(1, 260, 32_767)} if field["format"] == "SZ" else {}
            fields.append({**field, **length})
        if self._chance(50):
            fields.append({"name": names.new(), "format": "SZ"})
        return {"fields": fields}

    def _timeouts(self) -> dict[str, Any]:
        deadlock = self._pick(30_000, 300_000, 2**32 - 2, self._number(30_000, 10**7))
        pending = self._pick(10, deadlock, self._number(10, deadlock))
        return {
            "deadlock_timeout": f"{deadlock}ms",
            "pending_timeout": f"{pending}ms",
            "heartbeat": f"{self._number(1, max(1, pending // 3))}ms",
            "looks_alive_interval": f"{self._number(1, 10**6)}ms",
            "budgets": {entry: f"{self._number(1, 1000)}ms" for entry in ENTRIES},
        }


class Names:
    """Names of one list: neither they nor what generated code makes of them are the same."""

    def __init__(self, legal: Legal, taken: set[str]) -> None:
        self._legal = legal
        self._taken = taken

    def new(self) -> str:
        """Another name."""
        while True:
            name = self._legal.name()
            made = {ordinal_key(name), identifier(name), type_prefix(name)}
            if not made & self._taken:
                self._taken |= made
                return name
