"""The version that a set of changes asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resforge.breaking.catalogue import BY_ID, LEVEL, Category, Level
from resforge.breaking.change import Change
from resforge.names import ordinal_key
from resforge.schema import ResourceType


def implied_level(old: ResourceType, new: ResourceType, changes: Iterable[Change]) -> Level:
    """The part of the version that has to rise.

    Whatever breaks asks for what its category says; anything new that nothing relies on for a
    minor version; any other difference, a description for example, for a patch.
    """
    levels = [LEVEL[Category(BY_ID[change.rule].category)] for change in changes]
    if _grew(old, new):
        levels.append(Level.MINOR)
    if _meaning(old) != _meaning(new):
        levels.append(Level.PATCH)
    return max(levels, default=Level.NONE)


def _meaning(resource_type: ResourceType) -> object:
    return resource_type.model_dump(exclude={"version", "suppress"})


def _grew(old: ResourceType, new: ResourceType) -> bool:
    """Whether there is more to use: a property, or anything else but words."""
    return _use(old) != _use(new)


_WORDS = frozenset({"description", "display_name", "vendor", "unit", "example", "renamed_from"})
_NAMES = frozenset({"name", "dll_name", "type"})


def _use(resource_type: ResourceType) -> object:
    """What there is to use: order and the case of names do not count, defaults as they apply."""
    data = resource_type.model_dump(exclude={"version", "suppress"})
    for item, dumped in zip(resource_type.properties, data["properties"], strict=True):
        dumped["default"] = item.default_value
        dumped["minimum"] = dumped["maximum"] = item.value_range
    return _essence(data)


def _essence(value: object) -> object:
    if isinstance(value, dict):
        return {
            key: ordinal_key(item) if key in _NAMES and isinstance(item, str) else _essence(item)
            for key, item in value.items()
            if key not in _WORDS
        }
    if isinstance(value, list | tuple):
        return sorted((_essence(item) for item in value), key=repr)
    return value


def next_version(version: tuple[int, int, int, int], level: Level) -> tuple[int, int, int, int]:
    """The lowest version after `version` that raises `level` (Semantic Versioning 2.0.0).

    While the first number is 0, what breaks raises the second and everything else the third.
    """
    major, minor, patch, _ = version
    if level is Level.NONE:
        return version
    if major == 0:
        return (0, minor + 1, 0, 0) if level is Level.MAJOR else (0, minor, patch + 1, 0)
    if level is Level.MAJOR:
        return major + 1, 0, 0, 0
    return (major, minor + 1, 0, 0) if level is Level.MINOR else (major, minor, patch + 1, 0)


def version_text(version: tuple[int, int, int, int]) -> str:
    """`1.2.0`, with the fourth number only if it is not 0."""
    return ".".join(map(str, version if version[3] else version[:3]))


def compare_versions(old: ResourceType, new: ResourceType, level: Level) -> Iterator[Change]:
    """Whether the new schema's version is high enough."""
    before, after = old.version_numbers, new.version_numbers
    needed = next_version(before, level)
    hint = f'write version: "{version_text(needed)}", or higher'
    if after < before:
        message = f"the version is {version_text(after)}, formerly {version_text(before)}"
        yield Change("version-lowered", ("version",), message, hint)
    elif after < needed:
        rule, what = _MISSED[level]
        message = f"the version is {version_text(after)}; {what} for {version_text(needed)}"
        yield Change(rule, ("version",), message, hint)


_MISSED = {
    Level.MAJOR: ("version-not-raised", "breaking changes ask"),
    Level.MINOR: ("minor-version-not-raised", "a new or different behaviour asks"),
    Level.PATCH: ("patch-version-not-raised", "a small change asks"),
}
