"""Control codes: their 32-bit values and the layout of their buffers."""

from __future__ import annotations

import ctypes
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.schema.support import code_text, codes, found, load

from resforge.schema import ControlCode, Raw, State, Struct
from resforge.schema.checks import HOOK_NAMES

C_TYPES: dict[str, Any] = {
    "DWORD": ctypes.c_uint32,
    "LONG": ctypes.c_int32,
    "BOOL": ctypes.c_int32,
    "ULARGE_INTEGER": ctypes.c_uint64,
    "LARGE_INTEGER": ctypes.c_int64,
}


class FileTime(ctypes.Structure):
    """FILETIME of minwinbase.h."""

    _fields_ = (("low", ctypes.c_uint32), ("high", ctypes.c_uint32))


def load_code(**keys: Any) -> ControlCode:
    """The one control code that has `keys`."""
    (code,) = load(code_text({"name": "Ask", "function": 1, **keys}), "json").control_codes
    return code


def struct(*fields: dict[str, Any]) -> Struct:
    """The input struct with `fields`."""
    buffer = load_code(input={"fields": list(fields)}).input
    assert isinstance(buffer, Struct)
    return buffer


class TestValue:
    @pytest.mark.parametrize(
        ("keys", "value"),
        [
            ({"function": 1, "access": "read"}, 0x01200005),
            ({"function": 2, "access": "write", "modifies": True}, 0x0160000A),
            ({"function": 1, "scope": "resource_type"}, 0x02200005),
            (
                {"function": 2, "scope": "resource_type", "access": "write", "modifies": True},
                0x0260000A,
            ),
            ({"function": 2, "access": "any", "modifies": True}, 0x01600008),
            ({"function": 0x3FFFF, "access": "read_write", "modifies": True}, 0x016FFFFF),
            ({"function": 0x3FFFF, "access": "any"}, 0x012FFFFC),
        ],
    )
    def test_bit_table(self, keys: dict[str, Any], value: int) -> None:
        """Values follow the bit table, as the shipped virtual-machine codes do."""
        assert load_code(**keys).value == value

    @given(
        st.integers(1, 0x3FFFF),
        st.sampled_from(["any", "read", "write", "read_write"]),
        st.booleans(),
        st.sampled_from(["resource", "resource_type"]),
    )
    def test_fields_come_back(self, function: int, access: str, modifies: bool, scope: str) -> None:
        """Taken apart again, a value gives what the schema said, user bit set, internal clear."""
        code = load_code(function=function, access=access, modifies=modifies, scope=scope).value

        assert code >> 24 == (1 if scope == "resource" else 2)
        assert code >> 2 & 0x3FFFF == function
        assert code & 3 == ["any", "read", "write", "read_write"].index(access)
        assert bool(code & 0x400000) == modifies
        assert code & 0x200000
        assert not code & 0x900000

    @pytest.mark.parametrize("function", [0, -1, 0x40000, 2**70])
    def test_function_range(self, function: int) -> None:
        """The function field has 18 bits, and 0 is reserved."""
        assert codes(code_text({"name": "A", "function": function}), "json") == ["out-of-range"]


class TestDuplicates:
    def test_values(self) -> None:
        """Two codes with one value are refused; another access makes another value."""
        first = {"name": "A", "function": 7}

        assert codes(code_text(first, {"name": "B", "function": 7}), "json") == [
            "duplicate-control-code"
        ]
        other = {"name": "B", "function": 7, "access": "write"}
        assert codes(code_text(first, other), "json") == []
        of_type = {"name": "B", "function": 7, "scope": "resource_type"}
        assert codes(code_text(first, of_type), "json") == []

    def test_names(self) -> None:
        """Names are one space for both scopes, since generated code is."""
        first = {"name": "A", "function": 1}
        second = {"name": "a", "function": 2, "scope": "resource_type"}

        assert codes(code_text(first, second), "json") == ["duplicate-name"]

    def test_types_in_cpp(self) -> None:
        """Names whose C++ types would be the same are refused, although their hooks differ."""
        first = {"name": "Log2", "function": 1, "input": {"bytes": {"maximum": 1}}}
        second = {"name": "Log 2", "function": 2}

        assert codes(code_text(first, second), "json") == ["identifier-collision"]

    @pytest.mark.parametrize("hook", sorted(HOOK_NAMES))
    def test_hook_names(self, hook: str) -> None:
        """A code whose identifier is that of a hook is refused."""
        name = hook.replace("_", " ").title()

        assert codes(code_text({"name": name, "function": 1}), "json") == [
            "control-code-named-like-hook"
        ]


class TestRules:
    @pytest.mark.parametrize(
        ("keys", "expected"),
        [
            ({"modifies": True}, ["modifies-without-access"]),
            ({"modifies": True, "access": "read"}, []),
            ({"states": []}, ["empty-list"]),
            ({"states": ["online", "online"]}, ["duplicate-state"]),
            ({"states": ["Online"]}, ["unknown-value"]),
            ({"states": ["online"], "scope": "resource_type"}, ["states-of-type"]),
            ({"input": {}}, ["missing-key"]),
            ({"input": []}, ["wrong-type"]),
            ({"input": None}, ["wrong-type"]),
            ({"input": {"fields": []}}, ["empty-list"]),
            ({"input": {"feilds": []}}, ["unknown-key", "empty-list"]),
            ({"input": {"fields": {}}}, ["wrong-type"]),
            (
                {"input": {"fields": [], "bytes": {"maximum": 1}}},
                ["empty-list", "fields-and-bytes"],
            ),
            ({"input": {"bytes": {}}}, ["missing-key"]),
            ({"input": {"bytes": {"maxmum": 5}}}, ["unknown-key"]),
            ({"input": {"byte": {"maximum": 5}}}, ["unknown-key"]),
            ({"input": {"bytes": {"minimum": 6, "maximum": 5}}}, ["minimum-above-maximum"]),
            ({"input": {"bytes": {"maximum": 2**32}}}, ["out-of-range"]),
            ({"input": {"bytes": {"minimum": 2**20 + 1, "maximum": 2**31}}}, ["out-of-range"]),
            ({"input": {"bytes": 5}}, ["wrong-type"]),
            ({"output": {"fields": [{"name": "A"}]}}, ["missing-key"]),
            ({"output": {"fields": [{"name": "A", "format": "BINARY"}]}}, ["unknown-value"]),
            (
                {"output": {"fields": [{"name": "A", "format": "DWORD", "length": 4}]}},
                ["length-not-allowed"],
            ),
            (
                {"output": {"fields": [{"name": "A", "format": "SZ", "length": 0}]}},
                ["out-of-range"],
            ),
            (
                {"output": {"fields": [{"name": n, "format": "SZ"} for n in "AB"]}},
                ["missing-length"],
            ),
            (
                {"output": {"fields": [{"name": n, "format": "DWORD"} for n in "Aa"]}},
                ["duplicate-name"],
            ),
            (
                {
                    "output": {
                        "fields": [
                            {"name": f"F{n}", "format": "SZ", "length": 32767} for n in range(17)
                        ]
                    }
                },
                ["struct-too-large"],
            ),
        ],
    )
    def test_cases(self, keys: dict[str, Any], expected: list[str]) -> None:
        """What a code may say of access, states and buffers."""
        text = json.dumps(
            {
                "resforge": 1,
                "name": "Thing",
                "control_codes": [{"name": "A", "function": 1, **keys}],
            }
        )

        assert sorted(codes(text, "json")) == sorted(expected)

    def test_place_in_struct(self) -> None:
        """A mistake deep inside a buffer is found at its own place."""
        text = code_text(
            {"name": "A", "function": 1, "input": {"fields": [{"name": "B", "format": "Z"}]}}
        )

        assert found(text, "json") == [(1, text.index('"Z"') + 1, "unknown-value")]

    def test_defaults(self) -> None:
        """A code is for a resource in any state, reads, and carries no data."""
        code = load_code()

        assert code.states == tuple(State)
        assert (str(code.scope), str(code.access), code.modifies) == ("resource", "read", False)
        assert code.input is None
        assert code.output is None
        assert code.identifier == "ask"

    def test_raw(self) -> None:
        """Raw bytes have limits."""
        buffer = load_code(output={"bytes": {"minimum": 2, "maximum": 9}}).output

        assert isinstance(buffer, Raw)
        assert (buffer.minimum, buffer.maximum) == (2, 9)


fixed_fields = st.lists(
    st.one_of(
        st.sampled_from([*C_TYPES, "FILETIME"]).map(lambda name: {"format": name}),
        st.integers(1, 9).map(lambda length: {"format": "SZ", "length": length}),
    ),
    min_size=1,
    max_size=8,
).map(lambda fields: [{"name": f"F{n}", **field} for n, field in enumerate(fields)])


class TestLayout:
    @given(fixed_fields)
    def test_same_as_c(self, fields: list[dict[str, Any]]) -> None:
        """Offsets, size and alignment are those of a C compiler."""
        buffer = struct(*fields)
        expected = type(
            "Expected", (ctypes.Structure,), {"_fields_": [_c_field(f) for f in fields]}
        )

        assert [field.offset for field in buffer.fields] == [
            getattr(expected, field["name"]).offset for field in fields
        ]
        assert [field.size for field in buffer.fields] == [
            getattr(expected, field["name"]).size for field in fields
        ]
        assert buffer.fixed_size == ctypes.sizeof(expected)
        assert buffer.alignment == ctypes.alignment(expected)
        assert not buffer.variable_tail

    @given(fixed_fields)
    def test_variable_tail(self, fields: list[dict[str, Any]]) -> None:
        """A last text without length begins right after the last fixed field."""
        fixed = struct(*fields)
        buffer = struct(*fields, {"name": "Tail", "format": "SZ"})
        last = fixed.fields[-1]

        assert buffer.variable_tail
        assert buffer.fields[-1].offset == last.offset + last.size == buffer.fixed_size
        assert buffer.fields[-1].size == 0
        assert buffer.fields[-1].is_variable

    def test_only_a_tail(self) -> None:
        """A buffer may be one text."""
        buffer = struct({"name": "Path", "format": "SZ"})

        assert (buffer.fixed_size, buffer.alignment, buffer.variable_tail) == (0, 2, True)


def _c_field(field: dict[str, Any]) -> tuple[str, Any]:
    if field["format"] == "SZ":
        return field["name"], ctypes.c_uint16 * field["length"]
    return field["name"], C_TYPES.get(field["format"], FileTime)
