"""How values of the user's file are shown in messages, and which spelling is nearest."""

from __future__ import annotations

import datetime
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping

_SHOWN = 60
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def quoted(text: str) -> str:
    """`text` in double quotes, shortened, with everything invisible escaped.

    The text is untrusted: an escape sequence or a right-to-left mark must not reach a terminal.
    """
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
    return '"' + "".join(_visible(character) for character in shown) + '"'


def printable(text: str, longest: int) -> str:
    """`text` on one line of at most `longest` characters, with everything invisible escaped."""
    line = " ".join(text[: 2 * longest].split())
    shown = "".join(_escaped(character) for character in line)
    return (
        shown
        if len(shown) <= longest and len(text) <= 2 * longest
        else shown[: longest - 3] + "..."
    )


def _visible(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return _escaped(character)


def _escaped(character: str) -> str:
    if unicodedata.category(character) in _INVISIBLE:
        return f"\\u{{{ord(character):x}}}"
    return character


def kind(value: object) -> str:
    """The kind of a parsed value and, where it is short, the value itself."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {quoted(value)}"
        case int():
            return f"the number {number(value)}"
        case float():
            return f"the number {value}"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case datetime.date() | datetime.time():
            return f"the date or time {value.isoformat()}"
    return "a value of another kind"


def number(value: int) -> str:
    """`value` in decimal, or its beginning when nobody could read it."""
    if abs(value) < 10**40:
        return str(value)
    digits = len(hex(abs(value))) * 6 // 5
    return f"{str(value)[:10] if digits < 4000 else ''}... (about {digits} digits)"


def choices(values: Iterable[str]) -> str:
    """`a, b or c`."""
    *others, last = values
    return f"{', '.join(others)} or {last}" if others else last


def folded(text: str) -> str:
    """`text` without case and word separators: takesEffect, takes-effect and TAKES_EFFECT agree."""
    return re.sub(r"[\s_\-.]+", "", text).lower()


def nearest(
    wrong: str, valid: Iterable[str], synonyms: Mapping[str, str] | None = None
) -> str | None:
    """The valid spelling nearest to `wrong`, or None when nothing is near."""
    by_folded = {folded(choice): choice for choice in valid}
    asked = folded(wrong[:_SHOWN])
    synonym = (synonyms or {}).get(asked)
    if synonym is not None:
        return synonym
    close = difflib.get_close_matches(asked, by_folded, n=1, cutoff=0.6)
    close = close or [known for known in by_folded if len(asked) > 3 and asked in known]
    close = close or [known for known in by_folded if len(known) > 3 and known in asked]
    return by_folded[close[0]] if len(close) == 1 else None


def did_you_mean(suggestion: str | None) -> str | None:
    """The hint for a suggestion, or None without one."""
    return None if suggestion is None else f'did you mean "{suggestion}"?'
