"""One difference between two schemas, before it has a place in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from resforge.names import ordinal_key
from resforge.schema import ControlCode, Property
from resforge.schema.findings import Path


class Side(Enum):
    """The schema that a path belongs to."""

    OLD = 0
    NEW = 1


@dataclass(frozen=True, slots=True)
class Change:
    """`rule` is broken at `path` of the schema on `side`.

    `near` is where the thing would be in the new schema, when `side` is the old one.
    """

    rule: str
    path: Path
    message: str
    hint: str | None = None
    side: Side = Side.NEW
    near: Path = ()


Item = TypeVar("Item", Property, ControlCode)


def former_name(item: Property | ControlCode) -> str | None:
    """The name that `item` says it had before (`renamed_from`), if it says so."""
    name = getattr(item, "renamed_from", None)
    return name if isinstance(name, str) else None


def pairs(
    old: Sequence[Item], new: Sequence[Item], same: Callable[[Item, Item], bool] | None = None
) -> Iterator[tuple[int | None, int | None]]:
    """Indices of what belongs together: by name, by former name, then by `same`.

    First the pairs and the lost ones in the order of `old`, then the added ones.
    """
    by_name = {ordinal_key(item.name): index for index, item in enumerate(new)}
    by_former = {
        ordinal_key(former): index
        for index, item in enumerate(new)
        if (former := former_name(item)) is not None
    }
    old_names = {ordinal_key(item.name) for item in old}
    taken: set[int] = set()
    for index, item in enumerate(old):
        key = ordinal_key(item.name)
        match = by_name.get(key, by_former.get(key))
        if match is None and same is not None:
            match = next(
                (
                    place
                    for place, other in enumerate(new)
                    if ordinal_key(other.name) not in old_names
                    and place not in taken
                    and same(item, other)
                ),
                None,
            )
        if match is not None:
            taken.add(match)
        yield index, match
    yield from ((None, index) for index in range(len(new)) if index not in taken)
