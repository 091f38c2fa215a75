"""Checks of one private property that look at more than one of its keys."""

from __future__ import annotations

from collections.abc import Iterator

from resforge.schema.findings import Finding, Path
from resforge.schema.formats import NUMBER_RANGE, PropertyFormat
from resforge.schema.properties import Property
from resforge.schema.wording import quoted

_TEXT = (PropertyFormat.SZ, PropertyFormat.EXPAND_SZ)


def check_property(path: Path, item: Property) -> Iterator[Finding]:
    """What is wrong with the combination of keys of the property at `path`."""
    yield from _check_range(path, item)
    yield from _check_default(path, item)
    yield from _check_example(path, item)
    yield from _check_flags(path, item)


def _range_paths(path: Path) -> tuple[Path, ...]:
    return (*path, "minimum"), (*path, "maximum")


def _check_range(path: Path, item: Property) -> Iterator[Finding]:
    if (item.minimum is None and item.maximum is None) or item.format not in NUMBER_RANGE:
        return
    lowest, highest = NUMBER_RANGE[item.format]
    lower = lowest if item.minimum is None else item.minimum
    upper = highest if item.maximum is None else item.maximum
    if lower > upper:
        yield Finding(
            "minimum-above-maximum",
            f"the minimum {lower} is above the maximum {upper}",
            (*path, "minimum"),
            because=_range_paths(path),
        )
    if lower == upper == 0 and (item.minimum is None or item.maximum is None):
        yield Finding(
            "range-of-zero",
            "a range of 0 to 0 switches the range check off; say so with both keys, or give"
            " another number",
            (*path, "maximum" if item.minimum is None else "minimum"),
            because=_range_paths(path),
        )


def _outside(item: Property, value: object) -> bool:
    limits = item.value_range
    if limits is None or limits[0] > limits[1] or not isinstance(value, int):
        return False
    return not limits[0] <= value <= limits[1]


def _not_set_markers(item: Property) -> tuple[int, ...]:
    lowest, highest = NUMBER_RANGE.get(item.format, (0, 0))
    return (0, -1) if lowest < 0 else (0, highest)


def _check_default(path: Path, item: Property) -> Iterator[Finding]:
    if not _outside(item, item.default_value):
        return
    because = (*_range_paths(path), (*path, "default"))
    limits = f"{item.minimum_value} to {item.maximum_value}"
    if item.default is None and not item.required:
        yield Finding(
            "missing-default",
            f"without a default the value is 0, outside the range {limits}",
            path,
            "add a default, or required: true",
            because=(*because, (*path, "required")),
        )
    elif item.default is not None and item.default not in _not_set_markers(item):
        yield Finding(
            "default-outside-range",
            f"the default {item.default_value!r} is outside the range {limits}; only 0 and all"
            " bits set may be, as marks of a value that is not set",
            (*path, "default"),
            because=because,
        )


def _check_example(path: Path, item: Property) -> Iterator[Finding]:
    if item.example is None:
        return
    if _outside(item, item.example):
        yield Finding(
            "example-outside-range",
            f"the example {item.example!r} is outside the range {item.minimum_value} to"
            f" {item.maximum_value}",
            (*path, "example"),
            because=_range_paths(path),
        )
    if item.required and item.format in _TEXT and item.example == "":
        yield Finding(
            "empty-example",
            f"{quoted(item.name)} is required, so an empty text is refused when it is set",
            (*path, "example"),
            because=((*path, "required"), (*path, "name")),
        )


def _check_flags(path: Path, item: Property) -> Iterator[Finding]:
    if item.required and item.in_memory:
        yield Finding(
            "required-in-memory",
            "a required value is looked for in the database, where an in-memory value never is",
            (*path, "required"),
            because=((*path, "in_memory"),),
        )
    if item.read_only and "takes_effect" in item.model_fields_set:
        yield Finding(
            "takes-effect-of-read-only",
            "nobody can set a read-only property, so its change takes effect at no special time",
            (*path, "takes_effect"),
            because=((*path, "read_only"),),
        )
