"""Changes of control codes and of their buffers."""

from __future__ import annotations

from collections.abc import Iterator

from resforge.breaking.change import Change, Side, pairs
from resforge.names import ordinal_key
from resforge.schema import ControlCode, Raw, ResourceType, Scope, Struct, StructField
from resforge.schema.findings import Path
from resforge.schema.wording import quoted

Buffer = Struct | Raw | None


def compare_control_codes(old: ResourceType, new: ResourceType) -> Iterator[Change]:
    """What changed in the list of control codes."""
    numbers = {code.value: code for code in old.control_codes}
    for before, after in pairs(old.control_codes, new.control_codes, _same_code):
        if before is None:
            assert after is not None
            yield from _added(("control_codes", after), new.control_codes[after], numbers)
        elif after is None:
            yield _removed(("control_codes", before), old.control_codes[before])
        else:
            path = ("control_codes", after)
            code, other = new.control_codes[after], old.control_codes[before]
            yield from _changed(path, other, code, numbers)


def _same_code(old: ControlCode, new: ControlCode) -> bool:
    """Whether a code only got another name: number and buffers are what they were."""
    return old.value == new.value and (_shape(old.input), _shape(old.output)) == (
        _shape(new.input),
        _shape(new.output),
    )


def _added(path: Path, code: ControlCode, numbers: dict[int, ControlCode]) -> Iterator[Change]:
    former = numbers.get(code.value)
    if former is not None:
        yield _reused(path, code, former)
    message = f"the hook {code.identifier} is needed for {quoted(code.name)}"
    yield Change("code-added", (*path, "name"), message)


def _reused(path: Path, code: ControlCode, former: ControlCode) -> Change:
    message = f"0x{code.value:08X} of {quoted(code.name)} was the number of {quoted(former.name)}"
    return Change("code-number-reused", (*path, "function"), message, "take a new function number")


def _removed(path: Path, code: ControlCode) -> Change:
    message = f"the control code {quoted(code.name)}, 0x{code.value:08X}, is gone"
    return Change("code-removed", (*path, "name"), message, None, Side.OLD, ("control_codes",))


def _changed(
    path: Path, old: ControlCode, new: ControlCode, numbers: dict[int, ControlCode]
) -> Iterator[Change]:
    if ordinal_key(old.name) != ordinal_key(new.name) or old.identifier != new.identifier:
        message = f"{quoted(old.name)} is now {quoted(new.name)}, its hook {new.identifier}"
        yield Change("code-renamed", (*path, "name"), message)
    if old.value != new.value:
        key = next(k for k in _PARTS if getattr(old, k) != getattr(new, k))
        message = f"{quoted(new.name)} is 0x{new.value:08X}, formerly 0x{old.value:08X}"
        yield Change("code-number-changed", (*path, key), message, "add a second code instead")
        if new.value in numbers:
            yield _reused(path, new, numbers[new.value])
    yield from _buffer((*path, "input"), old.input, new.input, "code-input-changed", new)
    yield from _buffer((*path, "output"), old.output, new.output, "code-output-changed", new)
    lost = [state for state in old.states if state not in new.states]
    if lost and new.scope is old.scope is Scope.RESOURCE:
        message = f"{quoted(new.name)} is no longer allowed in {', '.join(lost)}"
        yield Change("code-states-narrowed", (*path, "states"), message)


_PARTS = ("function", "scope", "access", "modifies")


def _shape(buffer: Buffer) -> object:
    if isinstance(buffer, Struct):
        return [(field.format, field.offset, field.size) for field in buffer.fields]
    return None if buffer is None else (buffer.minimum, buffer.maximum)


def _buffer(path: Path, old: Buffer, new: Buffer, rule: str, code: ControlCode) -> Iterator[Change]:
    side = path[-1]
    if isinstance(old, Struct) and isinstance(new, Struct):
        yield from _struct((*path, "fields"), old, new, rule)
    elif isinstance(old, Raw) and isinstance(new, Raw):
        yield from _limits((*path, "bytes"), old, new, rule)
    elif type(old) is not type(new):
        message = f"{quoted(code.name)} has {_kind(new)} as {side}, formerly {_kind(old)}"
        yield Change(rule, path, message, "add a second code instead")


def _kind(buffer: Buffer) -> str:
    if buffer is None:
        return "nothing"
    return "fields" if isinstance(buffer, Struct) else "raw bytes"


def _struct(path: Path, old: Struct, new: Struct, rule: str) -> Iterator[Change]:
    for index, (before, after) in enumerate(zip(old.fields, new.fields, strict=False)):
        if (before.format, before.offset, before.size) != (after.format, after.offset, after.size):
            message = f"{_field(after)} stands where {_field(before)} was"
            yield Change(rule, (*path, index), message, "add a second code instead")
            return
    if len(old.fields) != len(new.fields):
        index = min(len(new.fields) - 1, len(old.fields))
        message = f"the number of fields is {len(new.fields)}, formerly {len(old.fields)}"
        yield Change(rule, (*path, index), message, "add a second code instead")
        return
    for index, (before, after) in enumerate(zip(old.fields, new.fields, strict=True)):
        if before.identifier != after.identifier:
            message = f"hooks use {after.identifier}, formerly {before.identifier}"
            yield Change("field-renamed", (*path, index, "name"), message)


def _field(field: StructField) -> str:
    return f"{quoted(field.name)} ({field.format}, {field.size} bytes at {field.offset})"


def _limits(path: Path, old: Raw, new: Raw, rule: str) -> Iterator[Change]:
    """Input may widen; output may become shorter, because callers have room for more."""
    was = f"formerly {old.minimum} to {old.maximum}"
    message = f"{new.minimum} to {new.maximum} bytes, {was}"
    if rule == "code-input-changed":
        if new.minimum > old.minimum:
            yield Change(rule, (*path, "minimum"), f"the input takes {message}")
        elif new.maximum < old.maximum:
            yield Change(rule, (*path, "maximum"), f"the input takes {message}")
    elif new.maximum > old.maximum:
        yield Change(rule, (*path, "maximum"), f"the output has {message}")
    elif new.minimum < old.minimum:
        yield Change(rule, (*path, "minimum"), f"the output has {message}")
