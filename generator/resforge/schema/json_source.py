"""JSON (RFC 8259) with places; nothing beyond the standard is accepted."""

from __future__ import annotations

import json
import re
from typing import Any

from resforge.schema.located import (
    DEEPEST,
    MOST_VALUES,
    Lines,
    LocatedList,
    LocatedMapping,
    Source,
    SourceError,
    SourceProblem,
    duplicate_key,
    too_deep,
    too_many,
)
from resforge.schema.scalars import NumberTooLongError, whole_number
from resforge.schema.wording import quoted

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[-+]?[A-Za-z_$][A-Za-z0-9_$]*")
_LITERALS = {"true": True, "false": False, "null": None}
_NOT_JSON = {
    "NaN": "NaN is not a number in JSON",
    "Infinity": "Infinity is not a number in JSON",
    "-Infinity": "-Infinity is not a number in JSON",
    "True": "JSON writes true in small letters",
    "False": "JSON writes false in small letters",
    "None": "JSON writes null for nothing",
}


def parse_json(text: str) -> Source:
    """The data of `text`; raises SourceError when it is not JSON."""
    reader = _Reader(text)
    start = reader.skip(0)
    if start == len(text):
        return Source(None, reader.lines.mark(0))
    root, end = reader.value(start, 0)
    end = reader.skip(end)
    if end != len(text):
        raise reader.error("the data ends before this", end)
    return Source(root, reader.lines.mark(start), tuple(reader.problems))


class _Reader:
    """Reads values at offsets and returns them with the offset after them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        self.problems: list[SourceProblem] = []
        self._values = 0

    def error(self, message: str, offset: int) -> SourceError:
        return SourceError("json-syntax", f"not JSON: {message}", self.lines.mark(offset))

    def skip(self, offset: int) -> int:
        match = _SPACE.match(self.text, offset)
        assert match is not None
        if self.text.startswith(("//", "/*", "#"), match.end()):
            raise self.error("JSON has no comments", match.end())
        return match.end()

    def value(self, offset: int, depth: int) -> tuple[Any, int]:
        self._values += 1
        if depth > DEEPEST:
            raise too_deep(self.lines.mark(offset))
        if self._values > MOST_VALUES:
            raise too_many(self.lines.mark(offset))
        match self.text[offset : offset + 1]:
            case "{":
                return self._mapping(offset, depth)
            case "[":
                return self._list(offset, depth)
            case '"':
                return self._string(offset)
        return self._number_or_word(offset)

    def _string(self, offset: int) -> tuple[str, int]:
        match = _STRING.match(self.text, offset)
        if not match:
            raise self._broken_string(offset)
        try:
            return json.loads(match[0]), match.end()
        except json.JSONDecodeError as error:
            raise self.error("invalid escape sequence", offset + error.pos) from None

    def _broken_string(self, offset: int) -> SourceError:
        index = offset + 1
        while index < len(self.text) and self.text[index] >= " ":
            index += 2 if self.text[index] == "\\" else 1
        if index >= len(self.text) or self.text[index] in "\r\n":
            return self.error("the text that begins here has no closing quote", offset)
        return self.error("control character in text; write it as \\u00xx", index)

    def _number_or_word(self, offset: int) -> tuple[Any, int]:
        word = _WORD.match(self.text, offset)
        if word:
            if word[0] in _LITERALS:
                return _LITERALS[word[0]], word.end()
            reason = _NOT_JSON.get(word[0], f"{quoted(word[0])} needs quotes")
            raise self.error(reason, offset)
        match = _NUMBER.match(self.text, offset)
        if not match:
            found = quoted(self.text[offset]) if offset < len(self.text) else "the end"
            raise self.error(f"expected a value, found {found}", offset)
        return self._number(match, offset), match.end()

    def _number(self, match: re.Match[str], offset: int) -> int | float:
        following = self.text[match.end() : match.end() + 1]
        if following.isalnum() or following in ("_", "."):
            raise self.error("JSON has only decimal numbers without leading zeros", offset)
        if match[1] or match[2]:
            return float(match[0])
        try:
            return whole_number(match[0], 10)
        except NumberTooLongError:
            mark = self.lines.mark(offset)
            raise SourceError("number-too-long", "a number with too many digits", mark) from None

    def _list(self, offset: int, depth: int) -> tuple[LocatedList, int]:
        result = LocatedList(self.lines.mark(offset))
        offset = self.skip(offset + 1)
        if self.text.startswith("]", offset):
            return result, offset + 1
        while True:
            mark = self.lines.mark(offset)
            value, offset = self.value(offset, depth + 1)
            result.put(value, mark)
            offset, done = self._next(offset, "]")
            if done:
                return result, offset

    def _next(self, offset: int, close: str) -> tuple[int, bool]:
        """The offset of the next item, or after the closing bracket."""
        offset = self.skip(offset)
        if self.text.startswith(close, offset):
            return offset + 1, True
        if not self.text.startswith(",", offset):
            raise self.error(f'expected "," or "{close}"', offset)
        following = self.skip(offset + 1)
        if self.text.startswith(close, following):
            raise self.error("JSON allows no comma before the closing bracket", offset)
        return following, False

    def _mapping(self, offset: int, depth: int) -> tuple[LocatedMapping, int]:
        result = LocatedMapping(self.lines.mark(offset))
        offset = self.skip(offset + 1)
        if self.text.startswith("}", offset):
            return result, offset + 1
        while True:
            offset = self._entry(result, offset, depth)
            offset, done = self._next(offset, "}")
            if done:
                return result, offset

    def _entry(self, mapping: LocatedMapping, offset: int, depth: int) -> int:
        if not self.text.startswith('"', offset):
            raise self.error("expected a key in double quotes", offset)
        key_mark = self.lines.mark(offset)
        key, offset = self._string(offset)
        offset = self.skip(offset)
        if not self.text.startswith(":", offset):
            raise self.error('expected ":" after the key', offset)
        offset = self.skip(offset + 1)
        mark = self.lines.mark(offset)
        value, offset = self.value(offset, depth + 1)
        if key in mapping:
            first = mapping.keys_at[key]
            self.problems.append(duplicate_key(quoted(key), key_mark, first))
        else:
            mapping.put(key, value, key_mark, mark)
        return offset
