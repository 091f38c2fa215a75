"""Schema texts as templates see them: they can be tested and escaped, but never printed raw.

Jinja gets at a resource type only through `Environment.getattr`; there every text that is not an
identifier is wrapped. Printing, joining or formatting the wrapper raises, so a template that
forgets a filter fails with the first schema, not with the first malicious one.
"""

from __future__ import annotations

from collections.abc import Iterator


class UnescapedTextError(TypeError):
    """A template tried to print a schema text without an escaping filter."""


class Untrusted:
    """A text of the schema; only `plain` in an escaping filter takes it out again."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        raise UnescapedTextError(f"schema text printed without a filter: {self._text[:40]!a}")

    __repr__ = __str__

    def __format__(self, specification: str) -> str:
        return str(self)

    def __html__(self) -> str:
        return str(self)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __len__(self) -> int:
        return len(self._text)

    def __iter__(self) -> Iterator[str]:
        raise UnescapedTextError("schema text iterated without a filter")

    def __eq__(self, other: object) -> bool:
        return self._text == (other._text if isinstance(other, Untrusted) else other)

    def __hash__(self) -> int:
        return hash(self._text)

    def __lt__(self, other: Untrusted) -> bool:
        return self._text < plain(other)


def plain(value: object) -> str:
    """Return the text of `value`, a str or an `Untrusted`; for escaping filters only."""
    if isinstance(value, Untrusted):
        return value._text
    if isinstance(value, str):
        return value
    raise TypeError(f"expected a text, got {type(value).__name__}")


def guard(value: object) -> object:
    """Wrap a plain str, also inside a tuple; anything else is returned as it is.

    Members of a StrEnum and numbers print as they are: the schema fixes what they can be.
    """
    if type(value) is str:
        return Untrusted(value)
    if type(value) is tuple:
        return tuple(guard(item) for item in value)
    return value
