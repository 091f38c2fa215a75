"""Changes of private properties."""

from __future__ import annotations

from collections.abc import Iterator

from resforge.breaking.change import Change, Side, former_name, pairs
from resforge.names import ordinal_key
from resforge.schema import Property, PropertyFormat, ResourceType
from resforge.schema.findings import Path
from resforge.schema.formats import CLUSPROP_FORMAT, NUMBER_RANGE
from resforge.schema.wording import quoted

_NUMBERS_OF_A_DWORD = (0, 0xFFFF_FFFF)


def compare_properties(old: ResourceType, new: ResourceType) -> Iterator[Change]:
    """What changed in the list of properties."""
    for before, after in pairs(old.properties, new.properties):
        if before is None:
            assert after is not None
            yield from _added(("properties", after), new.properties[after])
        elif after is None:
            yield _removed(("properties", before), old.properties[before])
        else:
            path = ("properties", after)
            yield from _changed(path, old.properties[before], new.properties[after])


def _added(path: Path, item: Property) -> Iterator[Change]:
    if item.required:
        message = f"existing resources have no value for the required {quoted(item.name)}"
        yield Change("required-property-added", (*path, "required"), message, "give it a default")


def _removed(path: Path, item: Property) -> Change:
    rule = "status-property-removed" if item.in_memory else "property-removed"
    message = f"the property {quoted(item.name)} is gone"
    hint = None if item.in_memory else "keep it, or say renamed_from in its successor"
    return Change(rule, (*path, "name"), message, hint, Side.OLD, ("properties",))


def _changed(path: Path, old: Property, new: Property) -> Iterator[Change]:
    yield from _name(path, old, new)
    yield from _format(path, old, new)
    yield from _flags(path, old, new)
    if old.format is new.format or (_is_dword(old) and _is_dword(new)):
        yield from _range(path, old, new)
        yield from _default(path, old, new)
    if old.unit.strip() and new.unit.strip() not in ("", old.unit.strip()):
        message = f"{quoted(new.name)} is in {new.unit}, formerly in {old.unit}"
        hint = "add a property with another name instead"
        yield Change("unit-changed", (*path, "unit"), message, hint)
    if old.takes_effect is not new.takes_effect:
        message = f"a change takes effect {_when(new)}, formerly {_when(old)}"
        yield Change("takes-effect-changed", (*path, "takes_effect"), message)


def _when(item: Property) -> str:
    return str(item.takes_effect).replace("next_online", "at the next Online")


def _is_dword(item: Property) -> bool:
    return CLUSPROP_FORMAT[item.format] == CLUSPROP_FORMAT[PropertyFormat.DWORD]


def _name(path: Path, old: Property, new: Property) -> Iterator[Change]:
    where = (*path, "name")
    names = f"{quoted(old.name)} is now {quoted(new.name)}"
    if ordinal_key(old.name) != ordinal_key(new.name):
        yield Change("property-renamed", where, names)
    if old.identifier != new.identifier:
        message = f"hooks read {new.identifier}, formerly {old.identifier}"
        yield Change("property-identifier-changed", where, message)

    yield from _former_name(where, old, new)


def _former_name(where: Path, old: Property, new: Property) -> Iterator[Change]:
    """Values may still be stored under the name before the last one."""
    former, kept = former_name(old), former_name(new)
    if former is None or old.in_memory:
        return
    if kept is None or ordinal_key(kept) != ordinal_key(former):
        message = f"values stored under {quoted(former)}, the former name, are no longer read"
        hint = f"keep renamed_from: {former}" if kept is None else None
        yield Change("former-name-dropped", where, message, hint)


def _format(path: Path, old: Property, new: Property) -> Iterator[Change]:
    where = (*path, "format")
    if CLUSPROP_FORMAT[old.format] != CLUSPROP_FORMAT[new.format]:
        message = f"{quoted(new.name)} has format {new.format}, formerly {old.format}"
        hint = None if old.in_memory else "add a property with another name instead"
        rule = "status-format-changed" if old.in_memory else "property-format-changed"
        yield Change(rule, where, message, hint)
    elif old.format is not new.format:
        message = f"{quoted(new.name)} is a {new.format} to hooks, formerly a {old.format}"
        yield Change("property-type-changed", where, message)


def _flags(path: Path, old: Property, new: Property) -> Iterator[Change]:
    name = quoted(new.name)
    if new.in_memory and not old.in_memory:
        message = f"stored values of {name} are no longer read"
        yield Change("property-no-longer-stored", (*path, "in_memory"), message)
    if new.read_only and not old.read_only:
        message = f"{name} can no longer be set"
        yield Change("property-became-read-only", (*path, "read_only"), message)
    if old.read_only and not new.read_only:
        message = f"the DLL can no longer publish {name}; callers may set it"
        yield Change("property-no-longer-read-only", (*path, "read_only"), message)
    if new.required and not old.required:
        message = f"resources without a value for {name} no longer come online"
        yield Change("property-became-required", (*path, "required"), message)


def _range(path: Path, old: Property, new: Property) -> Iterator[Change]:
    if new.value_range is None or not new.writable:
        return
    every = NUMBER_RANGE.get(old.format, _NUMBERS_OF_A_DWORD)
    before, after = old.value_range or every, new.value_range
    if after[0] > before[0] or after[1] < before[1]:
        key = "minimum" if after[0] > before[0] else "maximum"
        was = f"{before[0]} to {before[1]}"
        message = f"{quoted(new.name)} takes {after[0]} to {after[1]}, formerly {was}"
        yield Change("range-narrowed", (*path, key), message)


def _default(path: Path, old: Property, new: Property) -> Iterator[Change]:
    if old.default_value != new.default_value and not (old.required or new.required):
        before, after = _shown(old), _shown(new)
        message = f"the default of {quoted(new.name)} is {after}, formerly {before}"
        yield Change("default-changed", (*path, "default"), message)


def _shown(item: Property) -> str:
    value = item.default_value
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bytes):
        return quoted(value[:20].hex(" ") + (" ..." if len(value) > 20 else ""))
    if isinstance(value, tuple):
        return "[" + ", ".join(quoted(text) for text in value[:5]) + "]"
    return str(value)
