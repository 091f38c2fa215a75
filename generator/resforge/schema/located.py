"""Parsed data that knows where in the file each key and value stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from resforge.schema.findings import Path

DEEPEST = 32
"""Levels of nesting that a file may have; a resource type needs seven."""


MOST_VALUES = 50_000
"""Values that a file may have, those behind aliases counted as often as they are used; large
schemas have 5,000."""

_LINE_END = re.compile(r"\r\n?|\n")


class Mark(NamedTuple):
    """A place in the file; both numbers count from 1, columns in characters."""

    line: int
    column: int


class Lines:
    """Turns character offsets of a text into marks.

    Only CR, LF and CR LF end a line, as in every editor; YAML 1.1 libraries count three more.
    """

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def mark(self, offset: int) -> Mark:
        """The line and column of the character at `offset`."""
        line = bisect_right(self._starts, offset)
        return Mark(line, offset - self._starts[line - 1] + 1)


class LocatedMapping(dict[str, Any]):
    """A mapping with the place of each key and each value."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.keys_at: dict[str, Mark] = {}
        self.values_at: dict[str, Mark] = {}
        self.merged: set[str] = set()
        """Keys that are not written here: a merge key, which is refused, brought them."""

    def put(self, key: str, value: Any, key_mark: Mark, value_mark: Mark) -> None:
        """Set `key` and note where it and its value stand."""
        self[key] = value
        self.keys_at[key] = key_mark
        self.values_at[key] = value_mark

    def drop(self, key: str) -> None:
        """Forget `key` and its places, if it is there."""
        for part in (self, self.keys_at, self.values_at):
            part.pop(key, None)

    def rename(self, old: str, new: str) -> None:
        """Take the value at `old` for the value at `new`; places stay."""
        self.put(new, self.pop(old), self.keys_at.pop(old), self.values_at.pop(old))


class LocatedList(list[Any]):
    """A list with the place of each item."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.items_at: list[Mark] = []

    def put(self, value: Any, mark: Mark) -> None:
        """Append `value`, which stands at `mark`."""
        self.append(value)
        self.items_at.append(mark)

    def remove_at(self, index: int) -> None:
        """Remove an item together with its place."""
        del self[index], self.items_at[index]


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """Something wrong with the text itself, before any model sees the data."""

    code: str
    message: str
    mark: Mark
    hint: str | None = None


class SourceError(Exception):
    """The text cannot be read as data at all."""

    def __init__(self, code: str, message: str, mark: Mark, hint: str | None = None) -> None:
        super().__init__(message)
        self.problem = SourceProblem(code, message, mark, hint)


@dataclass(frozen=True, slots=True)
class Source:
    """What a parser returns: the data and the problems that did not stop it."""

    root: Any
    mark: Mark
    problems: Sequence[SourceProblem] = ()


def locate(root: Any, start: Mark, path: Path) -> Mark:
    """The place of the value at `path`, or of the innermost part of `path` that exists."""
    value, mark = root, start
    for step in path:
        if isinstance(value, LocatedMapping) and step in value.values_at:
            key = str(step)
            value, mark = value[key], value.values_at[key]
        elif isinstance(value, LocatedList) and isinstance(step, int) and step < len(value):
            value, mark = value[step], value.items_at[step]
        else:
            break
    return mark


def too_deep(mark: Mark) -> SourceError:
    """The error for a file that nests deeper than any resource type does."""
    return SourceError("too-deep", f"nested more than {DEEPEST} levels deep", mark)


def too_many(mark: Mark) -> SourceError:
    """The error for a file with more values than any resource type has."""
    message = f"more than {MOST_VALUES} values, aliases counted as often as they are used"
    return SourceError("too-many-values", message, mark)


def duplicate_key(shown: str, mark: Mark, first: Mark) -> SourceProblem:
    """The problem of a key that its mapping already has."""
    return SourceProblem(
        "duplicate-key", f"the key {shown} stands here again, first in line {first.line}", mark
    )
