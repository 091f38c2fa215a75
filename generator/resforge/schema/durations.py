"""Durations such as `3min`, `500ms` or `1h 30min`, kept as whole milliseconds."""

from __future__ import annotations

import re

from resforge.schema.findings import InvalidValueError, fault
from resforge.schema.wording import kind, nearest, number, quoted

UNITS = {"d": 86_400_000, "h": 3_600_000, "min": 60_000, "s": 1_000, "ms": 1}
LONGEST = 0xFFFF_FFFE
"""Milliseconds. 0xFFFFFFFF means "none" or "use the type's value" in every timeout property of a
cluster (`resources-looksalivepollinterval`) and INFINITE to the wait functions."""

PATTERN = (
    r"^(?=[0-9])([0-9]{1,10}d)?( ?[0-9]{1,10}h)?( ?[0-9]{1,10}min)?"
    r"( ?[0-9]{1,10}s)?( ?[0-9]{1,10}ms)?$"
)
"""Whole numbers with units, largest unit first, each at most once. Valid in Python and ECMA-262."""

_PATTERN = re.compile(PATTERN.removesuffix("$") + r"\Z", re.ASCII)
_PART = re.compile(r"([0-9]+)(d|h|min|s|ms)(?![a-z])", re.ASCII)
_LOOSE = re.compile(r"\s*([0-9]{1,10})\s*([A-Za-z]+)\s*\Z", re.ASCII)
_SYNONYMS = {
    **dict.fromkeys(("m", "minute", "minutes", "mins", "mn"), "min"),
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("msec", "msecs", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("day", "days"), "d"),
}


def parse_duration(value: object) -> int:
    """Milliseconds, 1 to 0xFFFFFFFE; raises InvalidValueError for anything else.

    A plain number is refused although milliseconds would be the natural reading: the properties
    of a cluster mix milliseconds, seconds and minutes, and a reader of the file cannot tell.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        raise _without_unit(value)
    if not isinstance(value, str):
        raise fault("wrong-type", f'expected a duration such as "5s", found {kind(value)}')
    if not _PATTERN.match(value):
        raise fault("bad-duration", f"{quoted(value)} is not a duration", _advice(value))
    return _in_range(sum(int(count) * UNITS[unit] for count, unit in _PART.findall(value)), value)


def _without_unit(value: int) -> InvalidValueError:
    return fault(
        "duration-without-unit",
        f"expected a duration with its unit, found the number {number(value)}",
        f'did you mean "{value}ms"?' if 0 < value <= LONGEST else 'write "5s" or "500ms"',
    )


def _advice(text: str) -> str:
    loose = _LOOSE.match(text)
    unit = nearest(loose[2], UNITS, _SYNONYMS) if loose else None
    if loose and unit:
        return f'did you mean "{loose[1]}{unit}"?'
    return 'write whole numbers with d, h, min, s or ms, largest first: "90s", "1h 30min"'


def _in_range(milliseconds: int, text: str) -> int:
    if milliseconds == 0:
        raise fault("zero-duration", f"{quoted(text)} is zero; a duration is at least 1ms")
    if milliseconds > LONGEST:
        raise fault(
            "duration-too-long",
            f"{quoted(text)} is longer than {LONGEST}ms (about 49 days), the longest finite time",
        )
    return milliseconds


def format_duration(milliseconds: int) -> str:
    """The shortest text that `parse_duration` reads as `milliseconds`: 90000 -> `1min 30s`."""
    parts = []
    for unit, size in UNITS.items():
        count, milliseconds = divmod(milliseconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0ms"
