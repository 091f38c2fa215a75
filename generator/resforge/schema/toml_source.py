"""TOML 1.0 with places: the standard library checks and reads, a scanner finds the places."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from resforge.schema.located import (
    Lines,
    LocatedList,
    LocatedMapping,
    Mark,
    Source,
    SourceError,
    too_deep,
    too_many,
)
from resforge.schema.scalars import LONGEST_NUMBER
from resforge.schema.toml_places import Places, TooDeepError, TooManyError, scan_places

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
        raise _syntax_error(error, lines, text) from None
    except ValueError:
        raise SourceError("number-too-long", "a number with too many digits", Mark(1, 1)) from None
    except RecursionError:
        raise too_deep(Mark(1, 1)) from None
    return Source(_located(data, places, lines, 0), Mark(1, 1))


def _float(text: str) -> float:
    return float(text[:LONGEST_NUMBER])


def _syntax_error(error: tomllib.TOMLDecodeError, lines: Lines, text: str) -> SourceError:
    message = str(error)
    place = _PLACE.search(message)
    mark = lines.mark(len(text))
    if place and place[1]:
        mark = Mark(int(place[1]), int(place[2]))
    return SourceError("toml-syntax", f"not TOML: {_PLACE.sub('', message)}", mark)


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
