"""Where the keys and values of a TOML text stand.

The scanner trusts that the text is TOML and stops where it is not; the library then reports the
error. It keeps no values.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field

from resforge.schema.located import DEEPEST, MOST_VALUES


@dataclass(slots=True)
class Places:
    """Offsets of a value and, if it is a table or an array, of what it holds.

    `end` is the offset after a value; a table that headers or dotted keys make has none (0).
    `written` has the spans of its key: one for each header or dotted key that names it.
    `entry` is where the line of a dotted key begins, which is `key` for any other.
    """

    key: int
    start: int
    end: int = 0
    entry: int = 0
    written: list[tuple[int, int]] = field(default_factory=list)
    children: dict[str | int, Places] = field(default_factory=dict)
    is_array_of_tables: bool = False


@dataclass(frozen=True, slots=True)
class _Key:
    """One part of a dotted key, and where it is written."""

    text: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Offsets of its first character and of the one after its last."""
        return self.start, self.end


class TooDeepError(Exception):
    """The text nests more deeply than is allowed."""

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


class TooManyError(Exception):
    """The text has more values than are allowed."""

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


class _NotTomlError(Exception):
    """The text is not TOML at this place."""


_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_LITERAL = re.compile(r"'([^'\n]*)'")
_LONG_BASIC = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''(?:[^']|'(?!''))*'{3,5}")
_OTHER = re.compile(r"[^,\]}#\r\n]*[^,\]}#\s]")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SIMPLE_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def scan_places(text: str) -> Places:
    """Places of everything in `text`, up to the first mistake; raises TooDeepError, TooManyError."""
    root = Places(0, 0)
    scanner = _Scanner(text)
    with contextlib.suppress(_NotTomlError):
        scanner.document(root)
    return root


class _Scanner:
    """Walks through the text once; methods take an offset and return the one after."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._count = 0

    def document(self, root: Places) -> None:
        table = root
        offset = self._gap(0)
        while offset < len(self._text):
            if self._text[offset] == "[":
                table, offset = self._header(root, offset)
            else:
                offset = self._pair(table, offset, 0)
            offset = self._gap(offset)

    def _one_more(self, offset: int) -> None:
        self._count += 1
        if self._count > MOST_VALUES:
            raise TooManyError(offset)

    def _gap(self, offset: int) -> int:
        match = _GAP.match(self._text, offset)
        assert match is not None
        return match.end()

    def _expect(self, mark: str, offset: int) -> int:
        if not self._text.startswith(mark, offset):
            raise _NotTomlError
        return offset + len(mark)

    def _header(self, root: Places, offset: int) -> tuple[Places, int]:
        is_array = self._text.startswith("[[", offset)
        keys, end = self._keys(offset + (2 if is_array else 1))
        *parents, last = keys
        table = root
        for key in parents:
            table = _last_table(_enter(table, key))
        if is_array:
            array = table.children.setdefault(last.text, Places(last.start, offset))
            array.written.append(last.span)
            array.is_array_of_tables = True
            table = array.children.setdefault(len(array.children), Places(offset, offset))
        else:
            table = _enter(table, last)
            table.start = offset
        return table, self._expect("]]" if is_array else "]", end)

    def _keys(self, offset: int) -> tuple[list[_Key], int]:
        """The parts of a dotted key with their places, and the offset after them."""
        keys: list[_Key] = []
        while True:
            offset = self._blank(offset)
            key, end = self._key(offset)
            keys.append(_Key(key, offset, end))
            self._one_more(offset)
            if len(keys) > DEEPEST:
                raise TooDeepError(offset)
            offset = self._blank(end)
            if not self._text.startswith(".", offset):
                return keys, offset
            offset += 1

    def _blank(self, offset: int) -> int:
        match = _BLANK.match(self._text, offset)
        assert match is not None
        return match.end()

    def _key(self, offset: int) -> tuple[str, int]:
        if match := _BARE.match(self._text, offset):
            return match[0], match.end()
        if match := _LITERAL.match(self._text, offset):
            return match[1], match.end()
        if match := _BASIC.match(self._text, offset):
            return _unescaped(match[1]), match.end()
        raise _NotTomlError

    def _pair(self, table: Places, offset: int, depth: int) -> int:
        keys, offset = self._keys(offset)
        *parents, last = keys
        for key in parents:
            table = _enter(table, key)
        offset = self._blank(self._expect("=", offset))
        value = Places(last.start, offset, entry=keys[0].start, written=[last.span])
        earlier = table.children.setdefault(last.text, value)
        if earlier is not value:
            earlier.written.append(last.span)
        return self._value(value, offset, depth + len(keys))

    def _value(self, place: Places, offset: int, depth: int) -> int:
        place.end = self._end_of_value(place, offset, depth)
        return place.end

    def _end_of_value(self, place: Places, offset: int, depth: int) -> int:
        if depth > DEEPEST:
            raise TooDeepError(offset)
        if self._text.startswith("[", offset):
            return self._array(place, offset, depth)
        if self._text.startswith("{", offset):
            return self._inline_table(place, offset, depth)
        for pattern in (_LONG_BASIC, _LONG_LITERAL, _BASIC, _LITERAL, _OTHER):
            if match := pattern.match(self._text, offset):
                return match.end()
        raise _NotTomlError

    def _array(self, place: Places, offset: int, depth: int) -> int:
        offset = self._gap(offset + 1)
        while not self._text.startswith("]", offset):
            self._one_more(offset)
            item = Places(offset, offset)
            place.children[len(place.children)] = item
            offset = self._gap(self._value(item, offset, depth + 1))
            if not self._text.startswith("]", offset):
                offset = self._gap(self._expect(",", offset))
        return offset + 1

    def _inline_table(self, place: Places, offset: int, depth: int) -> int:
        offset = self._blank(offset + 1)
        while not self._text.startswith("}", offset):
            offset = self._blank(self._pair(place, offset, depth))
            if not self._text.startswith("}", offset):
                offset = self._blank(self._expect(",", offset))
        return offset + 1


def _enter(table: Places, key: _Key) -> Places:
    inner = table.children.setdefault(key.text, Places(key.start, key.start))
    inner.written.append(key.span)
    return inner


def _last_table(table: Places) -> Places:
    """The table that a header path goes through: of an array of tables, the last one."""
    if table.is_array_of_tables:
        return table.children[len(table.children) - 1]
    return table


def _unescaped(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code is None:
            return _SIMPLE_ESCAPES.get(match[3], match[3])
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else ""

    return _ESCAPE.sub(replace, text)
