"""Checks that look at more than one value of a resource type."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from resforge.names import ordinal_key
from resforge.schema.constants import (
    SUBCLASS_CLASS,
    FailureDetection,
    ResourceClass,
    Subclass,
)
from resforge.schema.control_codes import (
    LARGEST_BUFFER,
    ControlCode,
    FieldFormat,
    Raw,
    Scope,
    Struct,
)
from resforge.schema.durations import format_duration
from resforge.schema.findings import Finding, Path
from resforge.schema.naming import identifier, type_prefix
from resforge.schema.property_checks import check_property
from resforge.schema.renames import check_renames
from resforge.schema.timeouts import Timeouts
from resforge.schema.wording import quoted

if TYPE_CHECKING:
    from resforge.schema.model import Dependency, ResourceType

HOOK_NAMES = frozenset(
    (
        *("open", "close", "online", "offline", "terminate", "looks_alive", "is_alive"),
        *("check_health", "monitor", "validate", "properties_changed"),
    )
)
"""Hooks that every resource type can have; a control code's hook must not look like one."""

_Item = TypeVar("_Item")


def check_resource_type(resource_type: ResourceType) -> list[Finding]:
    """Everything that is wrong with values that are right on their own."""
    return [
        *_check_class(resource_type),
        *_check_dependencies(resource_type),
        *_repeated("characteristics", resource_type.characteristics, str, "characteristic"),
        *_check_properties(resource_type),
        *_check_control_codes(resource_type.control_codes),
        *_check_timeouts(resource_type),
    ]


def _repeated(
    key: str | Path, items: Sequence[_Item], identity: Callable[[_Item], Hashable], what: str
) -> Iterator[Finding]:
    parent = (key,) if isinstance(key, str) else key
    seen: set[Hashable] = set()
    for index, item in enumerate(items):
        if identity(item) in seen:
            yield Finding(f"duplicate-{what}", f"this {what} is listed twice", (*parent, index))
        seen.add(identity(item))


def _check_class(resource_type: ResourceType) -> Iterator[Finding]:
    if isinstance(resource_type.subclass, int):
        return
    yield from _repeated("subclass", resource_type.subclass, str, "subclass")
    for index, member in enumerate(resource_type.subclass):
        expected = SUBCLASS_CLASS.get(member)
        if expected not in (None, resource_type.resource_class):
            yield _wrong_class(index, member, expected)


def _wrong_class(index: int, member: Subclass, expected: ResourceClass | None) -> Finding:
    return Finding(
        "subclass-of-other-class",
        f"subclass {member} belongs to class {expected}",
        ("subclass", index),
        f"write class: {expected}",
        because=(("class",),),
    )


def _check_dependencies(resource_type: ResourceType) -> Iterator[Finding]:
    dependencies = resource_type.dependencies
    for index, dependency in enumerate(dependencies):
        yield from _check_dependency(("dependencies", index), dependency, resource_type.name)
    yield from _repeated("dependencies", dependencies, _dependency_key, "dependency")


def _dependency_key(dependency: Dependency) -> Hashable:
    return dependency.class_value, ordinal_key(dependency.type or "")


def _check_dependency(path: Path, dependency: Dependency, own_name: str) -> Iterator[Finding]:
    both = ((*path, "class"), (*path, "type"))
    if (dependency.resource_class is None) == (dependency.type is None):
        yield Finding(
            "class-or-type",
            "a dependency names either a class or a type",
            path if dependency.type is None else (*path, "type"),
            'write {class: storage} or {type: "Network Name"}',
            because=both,
        )
    if dependency.resource_class is ResourceClass.UNKNOWN:
        yield Finding(
            "dependency-on-unknown", "class unknown says nothing to depend on", (*path, "class")
        )
    if dependency.type is not None and ordinal_key(dependency.type) == ordinal_key(own_name):
        yield Finding(
            "dependency-on-itself",
            "every resource would need another one of its own type, without end",
            (*path, "type"),
            because=(("name",),),
        )


def _check_properties(resource_type: ResourceType) -> Iterator[Finding]:
    properties = resource_type.properties
    for index, item in enumerate(properties):
        yield from check_property(("properties", index), item)
    names = [(item.name, item.identifier) for item in properties]
    yield from check_names("properties", "property", names)
    yield from check_renames("properties", "property", properties, identifier)


def check_names(
    parent: str | Path, what: str, names: Iterable[tuple[str, str]]
) -> Iterator[Finding]:
    """Findings for names of one list that are the same, or that give the same identifier."""
    path = (parent,) if isinstance(parent, str) else parent
    by_name: dict[str, str] = {}
    by_identifier: dict[str, str] = {}
    for index, (name, made) in enumerate(names):
        same = by_name.get(ordinal_key(name))
        alike = by_identifier.get(made)
        if same is not None:
            yield _same_name((*path, index, "name"), what, name, same)
        elif alike is not None:
            yield _same_identifier((*path, index, "name"), name, alike, made)
        by_name.setdefault(ordinal_key(name), name)
        by_identifier.setdefault(made, name)


def _same_name(path: Path, what: str, name: str, first: str) -> Finding:
    case = "" if name == first else f" as {quoted(first)}; case does not distinguish names"
    return Finding("duplicate-name", f"a second {what} is named {quoted(name)}{case}", path)


def _same_identifier(path: Path, name: str, first: str, made: str) -> Finding:
    return Finding(
        "identifier-collision",
        f"{quoted(name)} and {quoted(first)} both become the identifier {made}",
        path,
    )


def _check_control_codes(codes: Sequence[ControlCode]) -> Iterator[Finding]:
    names = [(code.name, code.identifier) for code in codes]
    yield from check_names("control_codes", "control code", names)
    yield from _check_type_prefixes(codes)
    yield from check_renames("control_codes", "control code", codes, type_prefix)
    first: dict[int, int] = {}
    for index, code in enumerate(codes):
        path = ("control_codes", index)
        yield from _check_control_code(path, code)
        if code.value in first:
            yield _same_value(codes, index, first[code.value])
        first.setdefault(code.value, index)


def _check_type_prefixes(codes: Sequence[ControlCode]) -> Iterator[Finding]:
    first: dict[str, ControlCode] = {}
    for index, code in enumerate(codes):
        prefix = type_prefix(code.name)
        other = first.setdefault(prefix, code)
        if other.identifier != code.identifier:
            yield Finding(
                "identifier-collision",
                f"{quoted(code.name)} and {quoted(other.name)} both become {prefix} in the names of"
                " C++ types",
                ("control_codes", index, "name"),
            )


def _same_value(codes: Sequence[ControlCode], index: int, first: int) -> Finding:
    code, other = codes[index], codes[first]
    return Finding(
        "duplicate-control-code",
        f"{quoted(code.name)} has the value of {quoted(other.name)}, 0x{code.value:08X}",
        ("control_codes", index, "function"),
        "give it another function number",
        because=tuple(
            ("control_codes", place, key)
            for place in (index, first)
            for key in ("name", "access", "function", "modifies", "scope")
        ),
    )


def _check_control_code(path: Path, code: ControlCode) -> Iterator[Finding]:
    if code.identifier in HOOK_NAMES:
        yield Finding(
            "control-code-named-like-hook",
            f"{quoted(code.name)} becomes {code.identifier}, the name of a hook",
            (*path, "name"),
        )
    if code.modifies and "access" not in code.model_fields_set:
        yield Finding(
            "modifies-without-access",
            "a code that modifies the cluster must state the access it needs",
            (*path, "modifies"),
            "add access: write",
            because=((*path, "access"),),
        )
    yield from _check_states(path, code)
    for side in ("input", "output"):
        yield from _check_buffer((*path, side), getattr(code, side))


def _check_states(path: Path, code: ControlCode) -> Iterator[Finding]:
    states = (*path, "states")
    if code.scope is Scope.RESOURCE_TYPE and "states" in code.model_fields_set:
        yield Finding(
            "states-of-type",
            "a resource type has no state; states belong to scope resource",
            states,
            because=((*path, "scope"),),
        )
        return
    if not code.states:
        yield Finding(
            "empty-list",
            "a code that no state allows could never be used",
            states,
            because=((*states, 0),),
        )
    yield from _repeated(states, code.states, str, "state")


def _check_buffer(path: Path, buffer: Struct | Raw | None) -> Iterator[Finding]:
    if isinstance(buffer, Raw):
        yield from _check_limits((*path, "bytes"), buffer)
    elif buffer is not None:
        yield from _check_struct((*path, "fields"), buffer)


def _check_limits(path: Path, raw: Raw) -> Iterator[Finding]:
    if raw.minimum > raw.maximum:
        yield Finding(
            "minimum-above-maximum",
            f"the minimum {raw.minimum} is above the maximum {raw.maximum}",
            (*path, "minimum"),
            because=((*path, "maximum"),),
        )


def _check_struct(path: Path, struct: Struct) -> Iterator[Finding]:
    fields = struct.fields
    if not fields:
        yield Finding(
            "empty-list", "a buffer of fields has at least one field", path, because=((*path, 0),)
        )
    yield from check_names(path, "field", [(field.name, field.identifier) for field in fields])
    for index in range(len(fields)):
        yield from _check_field((*path, index), struct, index)
    if struct.fixed_size > LARGEST_BUFFER:
        yield Finding(
            "struct-too-large",
            f"the fields take {struct.fixed_size} bytes; at most {LARGEST_BUFFER} are allowed",
            path,
        )


def _check_field(path: Path, struct: Struct, index: int) -> Iterator[Finding]:
    field = struct.fields[index]
    if field.format is not FieldFormat.SZ and field.length is not None:
        yield Finding(
            "length-not-allowed",
            f"{field.format} has a fixed size; length belongs to SZ",
            (*path, "length"),
        )
    if field.is_variable and index + 1 < len(struct.fields):
        yield Finding(
            "missing-length",
            "an SZ that is not the last field needs its length in characters",
            path,
            "add length: 260",
            because=((*path, "length"),),
        )


def _check_timeouts(resource_type: ResourceType) -> Iterator[Finding]:
    timeouts = resource_type.timeouts
    yield from _check_minima(timeouts)
    yield from _check_pending(timeouts)
    yield from _check_health_interval(resource_type)
    for entry in type(timeouts.budgets).model_fields:
        yield from _check_budget(timeouts, entry)


_MINIMA = {"pending_timeout": 10, "deadlock_timeout": 30_000}


def _check_minima(timeouts: Timeouts) -> Iterator[Finding]:
    for key, minimum in _MINIMA.items():
        value = getattr(timeouts, key)
        if value < minimum:
            yield Finding(
                "timeout-too-short",
                f"{key} is {format_duration(value)}; Windows takes {format_duration(minimum)}"
                " or more",
                ("timeouts", key),
            )


def _stated(timeouts: Timeouts, *keys: str) -> Path:
    """The first of `keys` that the file states, so that the message points at something."""
    stated = [key for key in keys if key in timeouts.model_fields_set]
    return ("timeouts", stated[0] if stated else keys[0])


def _above(timeouts: Timeouts, key: str, limit: int, limit_text: str, other: str) -> Finding:
    return Finding(
        f"{key.replace('_', '-')}-too-long",
        f"{key} is {format_duration(getattr(timeouts, key))}, above {limit_text},"
        f" {format_duration(limit)}",
        _stated(timeouts, key, other),
        because=(("timeouts", key), ("timeouts", other)),
    )


def _check_pending(timeouts: Timeouts) -> Iterator[Finding]:
    pending, deadlock = timeouts.pending_timeout, timeouts.deadlock_timeout
    if pending > deadlock >= _MINIMA["deadlock_timeout"]:
        yield _above(timeouts, "pending_timeout", deadlock, "deadlock_timeout", "deadlock_timeout")
    if timeouts.heartbeat > max(1, pending // 3):
        limit = "a third of pending_timeout"
        yield _above(timeouts, "heartbeat", pending // 3, limit, "pending_timeout")


def _check_health_interval(resource_type: ResourceType) -> Iterator[Finding]:
    timeouts = resource_type.timeouts
    if resource_type.failure_detection is not FailureDetection.CACHED_HEALTH:
        if "health_interval" in timeouts.model_fields_set:
            yield Finding(
                "health-interval-unused",
                "health_interval belongs to failure_detection: cached_health",
                ("timeouts", "health_interval"),
                because=(("failure_detection",),),
            )
    elif timeouts.health_interval > timeouts.is_alive_interval:
        limit = timeouts.is_alive_interval
        yield _above(timeouts, "health_interval", limit, "is_alive_interval", "is_alive_interval")


def _check_budget(timeouts: Timeouts, entry: str) -> Iterator[Finding]:
    budget, deadlock = getattr(timeouts.budgets, entry), timeouts.deadlock_timeout
    stated = entry in timeouts.budgets.model_fields_set
    if stated and budget > deadlock >= _MINIMA["deadlock_timeout"]:
        yield Finding(
            "budget-too-long",
            f"the budget of {entry} is {format_duration(budget)}, above deadlock_timeout,"
            f" {format_duration(deadlock)}",
            ("timeouts", "budgets", entry),
            because=(("timeouts", "deadlock_timeout"),),
        )
