"""TOML 1.0 with places: the standard library checks and reads, a scanner finds the places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from resforge.schema.located import (
    Lines,
    LocatedList,
    LocatedMapping,
    Mark,
    Source,
    SourceError,
    duplicate_key,
    too_deep,
    too_many,
)
from resforge.schema.scalars import LONGEST_NUMBER
from resforge.schema.toml_places import Places, TooDeepError, TooManyError, scan_places
from resforge.schema.wording import quoted

_MANY_DIGITS = re.compile(r"[0-9][0-9_]{4000,}", re.ASCII)
_WORDING = (
    (r"character '\n'", "this text has no closing quote in its line", None),
    ("Invalid value", "expected a value", "text needs quotes; true and false have small letters"),
)
"""Messages of the library that need other words, and advice."""

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


def parse_toml(text: str) -> Source:
    """The data of `text`; raises SourceError when it is not TOML."""
    lines = Lines(text)
    try:
        places = scan_places(text)
    except TooDeepError as error:
        raise too_deep(lines.mark(error.offset)) from None
    except TooManyError as error:
        raise too_many(lines.mark(error.offset)) from None
    try:
        data = tomllib.loads(text, parse_float=_float)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(error, lines, text, places) from None
    except ValueError:
        digits = _MANY_DIGITS.search(text)
        mark = lines.mark(digits.start() if digits else 0)
        raise SourceError("number-too-long", "a number with too many digits", mark) from None
    except RecursionError:
        raise too_deep(Mark(1, 1)) from None
    return Source(_located(data, places, lines, 0) if data else None, Mark(1, 1))


def _float(text: str) -> float:
    return float(text[:LONGEST_NUMBER])


def _syntax_error(
    error: tomllib.TOMLDecodeError, lines: Lines, text: str, places: Places
) -> SourceError:
    place = _PLACE.search(str(error))
    message = _PLACE.sub("", str(error))
    mark = lines.mark(len(text))
    if place and place[1]:
        mark = Mark(int(place[1]), int(place[2]))
    if message.startswith(("Cannot overwrite", "Cannot declare")):
        repeated = [item for item in _repeated_keys(places, lines) if item[1] <= mark]
        if repeated:
            key, again, first = max(repeated, key=lambda item: item[1])
            problem = duplicate_key(quoted(key), again, first)
            return SourceError(problem.code, problem.message, problem.mark)
    known = next((row for row in _WORDING if row[0] in message), (message, message, None))
    return SourceError("toml-syntax", f"not TOML: {known[1]}", mark, known[2])


def _repeated_keys(table: Places, lines: Lines) -> Iterator[tuple[str, Mark, Mark]]:
    """Keys that the text names more than once: the key, a further place, the first one."""
    for key, inner in table.children.items():
        first, *others = [lines.mark(start) for start, _ in inner.written] or [Mark(1, 1)]
        for mark in others:
            yield str(key), mark, first
        yield from _repeated_keys(inner, lines)


def _located(value: Any, places: Places, lines: Lines, depth: int) -> Any:
    if isinstance(value, dict):
        mapping = LocatedMapping(lines.mark(places.start))
        for key, item in value.items():
            inner = places.children.get(key, places)
            located = _located(item, inner, lines, depth + 1)
            mapping.put(key, located, lines.mark(inner.key), lines.mark(inner.start))
        return mapping
    if isinstance(value, list):
        items = LocatedList(lines.mark(places.start))
        for index, item in enumerate(value):
            inner = places.children.get(index, places)
            items.put(_located(item, inner, lines, depth + 1), lines.mark(inner.start))
        return items
    return value
