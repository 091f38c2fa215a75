"""Splits text into lines of limited width, for comments and documentation."""

from __future__ import annotations

from collections.abc import Iterator

COLUMN_LIMIT = 100


def columns(text: str) -> int:
    """Return an upper bound of the columns that clang-format counts: the length in UTF-8."""
    return len(text.encode("utf-8"))


def wrap(text: str, width: int) -> list[str]:
    """Return the words of `text` in lines of at most `width` columns, breaking only long words."""
    lines: list[str] = []
    for piece in (piece for word in text.split(" ") for piece in _pieces(word, width)):
        if lines and columns(lines[-1]) + 1 + columns(piece) <= width:
            lines[-1] += " " + piece
        else:
            lines.append(piece)
    return [line for line in lines if line]


def _pieces(word: str, width: int) -> Iterator[str]:
    piece = ""
    for character in word:
        if columns(piece) + columns(character) > width:
            yield piece
            piece = ""
        piece += character
    yield piece
