"""What an edit of the schema means: which properties, codes, hooks, entry points and scripts.

The two sides come from the lock file, before and after a run (`resforge.publish.normal`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from resforge.names import ordinal_key
from resforge.publish.entry_points import entry_points
from resforge.publish.lockfile import parse_lock
from resforge.publish.normal import NormalForm
from resforge.publish.plan import Plan
from resforge.schema.durations import format_duration
from resforge.schema.naming import identifier

Row = Mapping[str, Any]


class Area(StrEnum):
    """What a statement is about, in the order of the report."""

    TYPE = "type"
    PROPERTY = "property"
    CONTROL_CODE = "control code"
    HOOK = "hook"
    ENTRY_POINT = "entry point"
    SCRIPT = "script"


class Kind(StrEnum):
    """What happened to it."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Statement:
    """One change in words; `keys` are the keys of the schema that changed."""

    area: Area
    name: str
    kind: Kind
    text: str
    keys: tuple[str, ...] = ()


_LISTS = ("properties", "control_codes", "hooks")
_STORED_AS = {
    **dict.fromkeys(("DWORD", "BOOL", "LONG"), "REG_DWORD"),
    **dict.fromkeys(("ULARGE_INTEGER", "LARGE_INTEGER", "FILETIME"), "REG_QWORD"),
    **{name: f"REG_{name}" for name in ("SZ", "EXPAND_SZ", "MULTI_SZ", "BINARY")},
}
"""Database type of each format, as `registry_type` in the runtime's property_value.h."""
_UNSEEN = ("identifier", "name", "renamed_from", "value")


def statements_of(plan: Plan) -> tuple[Statement, ...]:
    """Return what the run of `plan` changes for the resource type; empty for a first run.

    Empty also when another release wrote the lock and its form cannot be compared.
    """
    if plan.lock.before is None or plan.lock.after is None:
        return ()
    old = parse_lock(plan.lock.before.decode("utf-8")).resource_type
    new = parse_lock(plan.lock.after.decode("utf-8")).resource_type
    if old is None or new is None:
        return ()
    try:
        return (*compare_forms(old, new), *_scripts(plan))
    except (KeyError, TypeError, AttributeError):
        return ()  # the form of another release


def compare_forms(old: NormalForm, new: NormalForm) -> tuple[Statement, ...]:
    """Return the difference of two resource types; empty when they mean the same."""
    found = [
        *_type(old, new),
        *_rows(Area.PROPERTY, old["properties"], new["properties"]),
        *_rows(Area.CONTROL_CODE, old["control_codes"], new["control_codes"]),
        *_hooks(old, new),
    ]
    for name, reasons in entry_points(old, new).items():
        found.append(Statement(Area.ENTRY_POINT, name, Kind.CHANGED, "; ".join(reasons)))
    return tuple(found)


def _type(old: NormalForm, new: NormalForm) -> Iterator[Statement]:
    for key in sorted({*old, *new} - {*_LISTS, "identifier"}):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _parts(key, before, after)
            continue
        yield Statement(Area.TYPE, key, Kind.CHANGED, _was(before, after), (key,))


def _parts(key: str, before: Row, after: Row) -> Iterator[Statement]:
    for part in sorted({*before, *after}):
        one, other = before.get(part), after.get(part)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from _parts(f"{key}.{part}", one, other)
        elif one != other:
            name = f"{key}.{part}"
            if key.startswith("timeouts"):
                one, other = _duration(one), _duration(other)
            yield Statement(Area.TYPE, name, Kind.CHANGED, _was(one, other), (name,))


def _rows(area: Area, old: list[Row], new: list[Row]) -> Iterator[Statement]:
    before = {ordinal_key(row["name"]): row for row in old}
    after = {ordinal_key(row["name"]) for row in new}
    used: set[str] = set()
    for row in new:
        key, former = ordinal_key(row["name"]), ordinal_key(row.get("renamed_from") or "")
        if key in before:
            used.add(key)
            yield from _changed(area, before[key], row)
        elif former in before and former not in after:
            used.add(former)
            yield _renamed(area, before[former], row)
            yield from _changed(area, before[former], row)
        else:
            yield Statement(area, row["name"], Kind.ADDED, _introduction(area, row))
    for key, row in before.items():
        if key not in used:
            yield Statement(area, row["name"], Kind.REMOVED, _farewell(area, row, new))
    yield from _reordered(area, list(before), [ordinal_key(row["name"]) for row in new])


def _reordered(area: Area, before: list[str], after: list[str]) -> Iterator[Statement]:
    if before != after and sorted(before) == sorted(after):
        key = "properties" if area is Area.PROPERTY else "control_codes"
        yield Statement(Area.TYPE, key, Kind.CHANGED, "the same ones in another order", (key,))


def _changed(area: Area, old: Row, new: Row) -> Iterator[Statement]:
    keys = [k for k in new if k not in _UNSEEN and old.get(k) != new[k]]
    if area is Area.CONTROL_CODE and old["value"] != new["value"]:
        keys.append("value")
    parts = [f"{key} {_was(old.get(key), new[key], key)}" for key in keys]
    parts += _stored_before(old, new) if area is Area.PROPERTY else ()
    if parts:
        yield Statement(area, new["name"], Kind.CHANGED, "; ".join(parts), tuple(keys))
    elif old["name"] != new["name"] and ordinal_key(old["name"]) == ordinal_key(new["name"]):
        text = f"written {old['name']} before"
        yield Statement(area, new["name"], Kind.CHANGED, text, ("name",))


def _stored_before(old: Row, new: Row) -> Iterator[str]:
    """Say what becomes of values in the database that the new DLL cannot use."""
    if old.get("in_memory") or new.get("in_memory"):
        return
    one, other = _STORED_AS.get(old.get("format", "")), _STORED_AS.get(new.get("format", ""))
    readable = one == other or (one == "REG_BINARY" and new.get("format") == "FILETIME")
    if one and other and not readable:
        yield f"a value stored as {one} cannot be used until it is set again"
    former = old.get("renamed_from") or new["name"]
    if ordinal_key(former) not in map(ordinal_key, (new["name"], new.get("renamed_from") or "")):
        yield f"a value that is still stored under {former} is no longer read"


def _renamed(area: Area, old: Row, new: Row) -> Statement:
    text = f"renamed from {old['name']}; "
    text += (
        "a stored value counts until one is stored under the new name"
        if area is Area.PROPERTY
        else "the hook under the former name still serves"
    )
    return Statement(area, new["name"], Kind.RENAMED, text, ("name",))


def _introduction(area: Area, row: Row) -> str:
    if area is Area.CONTROL_CODE:
        return f"new, 0x{row['value']:08X}, to the {row['scope'].replace('_', ' ')}"
    traits = [word for word in ("required", "read_only", "in_memory") if row.get(word)]
    return ", ".join(("new", row["format"], *(t.replace("_", "-") for t in traits)))


def _farewell(area: Area, row: Row, new: list[Row]) -> str:
    if area is Area.CONTROL_CODE:
        heir = next((code["name"] for code in new if code["value"] == row["value"]), None)
        if heir is not None:
            return f"gone; 0x{row['value']:08X} is {heir} now"
        return f"gone; 0x{row['value']:08X} is answered with ERROR_INVALID_FUNCTION now"
    if row.get("in_memory"):
        return "gone"
    return "gone; a stored value stays in the database as one that the DLL does not know"


def _hooks(old: NormalForm, new: NormalForm) -> Iterator[Statement]:
    before = {row["name"]: row["signature"] for row in old["hooks"]}
    after = {row["name"]: row["signature"] for row in new["hooks"]}
    former = {
        identifier(row["name"]): identifier(row["renamed_from"])
        for row in new["control_codes"]
        if row.get("renamed_from") and identifier(row["renamed_from"]) not in after
    }
    for name, signature in after.items():
        if name not in before and former.get(name) in before:
            text = f"{signature} now, was {before.pop(former[name])}"
            yield Statement(Area.HOOK, name, Kind.RENAMED, text)
        elif name not in before:
            yield Statement(Area.HOOK, name, Kind.ADDED, f"write {signature}")
        elif before[name] != signature:
            yield Statement(Area.HOOK, name, Kind.CHANGED, f"{signature} now, was {before[name]}")
    for name, signature in before.items():
        if name not in after:
            yield Statement(Area.HOOK, name, Kind.REMOVED, f"{signature} is no longer called")


def _scripts(plan: Plan) -> Iterator[Statement]:
    for change in plan.changes:
        if change.path.endswith(".ps1") and change.writes:
            kinds = {"create": Kind.ADDED, "remove": Kind.REMOVED}
            kind = kinds.get(str(change.action), Kind.CHANGED)
            text = "register the type with it again" if kind is not Kind.REMOVED else "gone"
            yield Statement(Area.SCRIPT, change.path, kind, text)


def _was(before: object, after: object, key: str = "") -> str:
    return f"{_shown(after, key)} (was {_shown(before, key)})"


def _duration(value: object) -> object:
    return format_duration(value) if isinstance(value, int) else value


def _shown(value: object, key: str = "") -> str:
    if value is None or value in ("", []):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return _shown_buffer(value)
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    if key == "value" and isinstance(value, int):
        return f"0x{value:08X}"
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _shown_buffer(value: Row) -> str:
    if "declared_fields" in value:
        return f"{{{', '.join(f['format'] + ' ' + f['name'] for f in value['declared_fields'])}}}"
    given = {key: item for key, item in value.items() if item is not None}
    return "{" + ", ".join(f"{key}: {_shown(item)}" for key, item in given.items()) + "}"
