"""Which entry points of the DLL behave differently after an edit of the schema, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from resforge.names import ordinal_key
from resforge.publish.normal import NormalForm

ENTRY_POINTS = (
    "Startup",
    "Open",
    "Close",
    "Online",
    "Offline",
    "Terminate",
    "LooksAlive",
    "IsAlive",
    "ResourceControl",
    "ResourceTypeControl",
)
_BOTH_CONTROLS = ("ResourceControl", "ResourceTypeControl")
_BY_KEY: Mapping[str, tuple[str, ...]] = {
    "name": ("Startup",),
    "resource_class": _BOTH_CONTROLS,
    "subclass": _BOTH_CONTROLS,
    "characteristics": _BOTH_CONTROLS,
    "dependencies": _BOTH_CONTROLS,
    "single_instance": ("Open", *_BOTH_CONTROLS),
    "failure_detection": ("Online", "LooksAlive", "IsAlive"),
    "pending.online": ("Online",),
    "pending.offline": ("Offline",),
    "timeouts.pending_timeout": ("Online", "Offline"),
    "timeouts.heartbeat": ("Online", "Offline"),
    "timeouts.is_alive_interval": ("IsAlive",),
    "timeouts.looks_alive_interval": ("LooksAlive",),
    "timeouts.health_interval": ("LooksAlive", "IsAlive"),
    "timeouts.budgets.open": ("Open",),
    "timeouts.budgets.close": ("Close",),
    "timeouts.budgets.online": ("Online",),
    "timeouts.budgets.offline": ("Offline",),
    "timeouts.budgets.terminate": ("Terminate",),
    "timeouts.budgets.looks_alive": ("LooksAlive",),
    "timeouts.budgets.is_alive": ("IsAlive",),
    "timeouts.budgets.control": _BOTH_CONTROLS,
}
_TEXTS_ONLY = frozenset(("description", "unit", "example"))


def entry_points(old: NormalForm, new: NormalForm) -> dict[str, tuple[str, ...]]:
    """Return the reasons for each entry point that behaves differently, in the table's order."""
    reasons: dict[str, list[str]] = {}
    for name, reason in _reasons(old, new):
        known = reasons.setdefault(name, [])
        if reason not in known:
            known.append(reason)
    return {name: tuple(reasons[name]) for name in ENTRY_POINTS if name in reasons}


def _reasons(old: NormalForm, new: NormalForm) -> Iterator[tuple[str, str]]:
    for key, names in _BY_KEY.items():
        if _value(old, key) != _value(new, key):
            yield from ((name, key) for name in names)
    for row in _different(old["properties"], new["properties"]):
        if not row.get("in_memory"):
            yield "Online", f"property {row['name']}"
        yield "ResourceControl", f"property {row['name']}"
    if _table(old) != _table(new):
        if sorted(_table(old)) == sorted(_table(new)):
            yield "ResourceControl", "order of properties"
        yield "ResourceTypeControl", "names, formats and order of properties"
    for row in _different(old["control_codes"], new["control_codes"]):
        for scope in sorted({row["scope"], _scope_before(old, row)}):
            name = "ResourceTypeControl" if scope == "resource_type" else "ResourceControl"
            yield name, f"control code {row['name']}"


def _table(form: NormalForm) -> list[tuple[str, str]]:
    """What the two control functions list, in this order."""
    return [(row["name"], row["format"]) for row in form["properties"]]


def _scope_before(old: NormalForm, row: dict[str, Any]) -> str:
    names = {ordinal_key(name) for name in (row["name"], row.get("renamed_from")) if name}
    scopes = (code["scope"] for code in old["control_codes"] if ordinal_key(code["name"]) in names)
    return str(next(scopes, row["scope"]))


def _value(form: NormalForm, key: str) -> object:
    value: Any = form
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _different(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of one side that the other lacks, the new side first."""
    before, after = [_behaviour(row) for row in old], [_behaviour(row) for row in new]
    added = [row for row in new if _behaviour(row) not in before]
    names = {ordinal_key(row.get(key) or "") for row in added for key in ("name", "renamed_from")}
    gone = [
        row for row in old if _behaviour(row) not in after and ordinal_key(row["name"]) not in names
    ]
    return [*added, *gone]


def _behaviour(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in _TEXTS_ONLY}
