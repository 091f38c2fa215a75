"""Plain scalars of YAML 1.2 (core schema), and whole numbers of untrusted length."""

from __future__ import annotations

import re

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+\Z", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]+\Z", re.ASCII)
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+\Z", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z", re.ASCII)
_SPECIAL_FLOAT = re.compile(r"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z", re.ASCII)

LONGEST_NUMBER = 100
"""Digits. No number of a schema has more than 20; Python itself stops at 4300."""


class NumberTooLongError(ValueError):
    """A number with more digits than LONGEST_NUMBER."""


def core_scalar(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar: `no` is text, `0x1F` a number, `~` nothing."""
    if text in _NULL:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    return _number(text)


def _number(text: str) -> str | int | float:
    if _INTEGER.match(text):
        return whole_number(text, 10)
    if _HEXADECIMAL.match(text):
        return whole_number(text, 16)
    if _OCTAL.match(text):
        return whole_number(text, 8)
    if _FLOAT.match(text):
        return float(text)
    if _SPECIAL_FLOAT.match(text):
        return float(text.replace(".", ""))
    return text


def whole_number(text: str, base: int) -> int:
    """`text` as a number; raises NumberTooLongError instead of working on megabytes of digits."""
    if len(text) > LONGEST_NUMBER:
        raise NumberTooLongError(text[:20])
    return int(text, base)
