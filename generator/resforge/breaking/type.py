"""Changes of the resource type as a whole."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from resforge.breaking.change import Change, Side
from resforge.names import ordinal_key
from resforge.schema import (
    Dependency,
    FailureDetection,
    ResourceType,
    SingleInstance,
    format_duration,
)
from resforge.schema.wording import quoted

_SHORTENED = ("pending_timeout", "deadlock_timeout")
_SLOWED = ("looks_alive_interval", "is_alive_interval", "health_interval")
_LOOSER: dict[SingleInstance, tuple[SingleInstance, ...]] = {
    SingleInstance.NONE: (),
    SingleInstance.NODE: (SingleInstance.NONE,),
    SingleInstance.GROUP: (SingleInstance.NONE,),
    SingleInstance.CLUSTER: (SingleInstance.NONE, SingleInstance.NODE, SingleInstance.GROUP),
}
"""For each limit those that allow more resources. A limit per node and one per group allow
different ones; a change between them counts as a narrowing in both directions."""


def compare_types(old: ResourceType, new: ResourceType) -> Iterator[Change]:
    """What changed outside properties and control codes."""
    yield from _names(old, new)
    yield from _class(old, new)
    yield from _dependencies(old, new)
    yield from _instances(old, new)
    yield from _operation(old, new)
    yield from _timeouts(old, new)


def _names(old: ResourceType, new: ResourceType) -> Iterator[Change]:
    if ordinal_key(old.name) != ordinal_key(new.name):
        message = f"the type is registered as {quoted(new.name)}, formerly {quoted(old.name)}"
        yield Change("type-renamed", ("name",), message, "keep the name; change display_name")
    if (old.identifier, old.class_identifier) != (new.identifier, new.class_identifier):
        message = f"generated code is named {new.identifier}, formerly {old.identifier}"
        yield Change("type-identifier-changed", ("name",), message)
    if old.dll_name.lower() != new.dll_name.lower():
        message = f"the DLL is {quoted(new.dll_name)}, formerly {quoted(old.dll_name)}"
        hint = f"write dll_name: {old.dll_name}"
        key = "dll_name" if "dll_name" in new.model_fields_set else "name"
        yield Change("dll-renamed", (key,), message, hint)


def _class(old: ResourceType, new: ResourceType) -> Iterator[Change]:
    if old.class_value != new.class_value:
        message = f"the class is {new.resource_class}, formerly {old.resource_class}"
        yield Change("class-changed", ("class",), message)
    elif old.subclass_value != new.subclass_value:
        message = f"the subclass is 0x{new.subclass_value:X}, formerly 0x{old.subclass_value:X}"
        yield Change("class-changed", ("subclass",), message)


def _key(dependency: Dependency) -> Hashable:
    return dependency.class_value, ordinal_key(dependency.type or "")


def _shown(dependency: Dependency) -> str:
    if dependency.type is not None:
        return f"a resource of type {quoted(dependency.type)}"
    return f"a resource of class {dependency.resource_class}"


def _dependencies(old: ResourceType, new: ResourceType) -> Iterator[Change]:
    before = {_key(item) for item in old.dependencies}
    after = {_key(item) for item in new.dependencies}
    for index, item in enumerate(new.dependencies):
        if _key(item) not in before:
            message = f"every resource now needs {_shown(item)}"
            yield Change("dependency-added", ("dependencies", index), message)
    for index, item in enumerate(old.dependencies):
        if _key(item) not in after:
            message = f"{_shown(item)} is no longer needed"
            path, near = ("dependencies", index), ("dependencies",)
            yield Change("dependency-removed", path, message, None, Side.OLD, near)


def _instances(old: ResourceType, new: ResourceType) -> Iterator[Change]:
    before, after = old.single_instance, new.single_instance
    if before is not after and after not in _LOOSER[before]:
        message = f"at most one resource per {after} may exist"
        was = " without limit" if before is SingleInstance.NONE else f" one per {before}"
        yield Change("single-instance-narrowed", ("single_instance",), f"{message}, formerly{was}")


def _operation(old: ResourceType, new: ResourceType) -> Iterator[Change]:
    if old.failure_detection is not new.failure_detection:
        message = (
            f"failures are noticed by {new.failure_detection}, formerly {old.failure_detection}"
        )
        hint = f"the hook {_HOOK[new.failure_detection]} is needed"
        yield Change("failure-detection-changed", ("failure_detection",), message, hint)
    for key in ("online", "offline"):
        if getattr(old.pending, key) is not getattr(new.pending, key):
            now = "goes on in a thread" if getattr(new.pending, key) else "waits until it is done"
            yield Change("pending-changed", ("pending", key), f"{key.capitalize()} now {now}")
        if getattr(old.pending, key) and not getattr(new.pending, key):
            message = f"the hook {key} has no context.worker() and no context.writer() any more"
            yield Change("worker-lost", ("pending", key), message)
    before, after = set(old.characteristics), set(new.characteristics)
    if before != after:
        changes = [f"without {name}" for name in sorted(before - after)]
        changes += [f"with {name}" for name in sorted(after - before)]
        message = f"characteristics are reported {', '.join(changes)}"
        yield Change("characteristics-changed", ("characteristics",), message)


_HOOK = {
    FailureDetection.POLLING: "is_alive",
    FailureDetection.CACHED_HEALTH: "check_health",
    FailureDetection.EVENT_HANDLE: "monitor",
}


def _timeouts(old: ResourceType, new: ResourceType) -> Iterator[Change]:
    for key in (*_SHORTENED, *_SLOWED):
        before, after = getattr(old.timeouts, key), getattr(new.timeouts, key)
        message = f"{key} is {format_duration(after)}, formerly {format_duration(before)}"
        if key in _SHORTENED and after < before:
            yield Change("timeout-shortened", ("timeouts", key), message)
        if key in _SLOWED and after > before and _polled(key, old, new):
            yield Change("detection-slowed", ("timeouts", key), message)


def _polled(key: str, old: ResourceType, new: ResourceType) -> bool:
    """Whether `key` decides in both versions how soon a failure is noticed."""
    both = {old.failure_detection, new.failure_detection}
    if key == "health_interval":
        return both == {FailureDetection.CACHED_HEALTH}
    return key == "is_alive_interval" or FailureDetection.EVENT_HANDLE not in both
