"""Durations with units."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resforge.schema.durations import LONGEST, PATTERN, UNITS, format_duration, parse_duration
from resforge.schema.findings import InvalidValueError


def refusal(value: object) -> tuple[str, str | None]:
    """Code and hint of the refusal of `value`."""
    with pytest.raises(InvalidValueError) as caught:
        parse_duration(value)
    (finding,) = caught.value.findings
    return finding.code, finding.hint


class TestParseDuration:
    @pytest.mark.parametrize(
        ("text", "milliseconds"),
        [
            ("1ms", 1),
            ("500ms", 500),
            ("5s", 5_000),
            ("3min", 180_000),
            ("2h", 7_200_000),
            ("1d", 86_400_000),
            ("1h 30min", 5_400_000),
            ("1h30min", 5_400_000),
            ("1d 1h 1min 1s 1ms", 90_061_001),
            ("007s", 7_000),
            ("4294967294ms", LONGEST),
        ],
    )
    def test_accepts(self, text: str, milliseconds: int) -> None:
        """Whole numbers with units, largest first, add up to milliseconds."""
        assert parse_duration(text) == milliseconds

    @pytest.mark.parametrize(
        ("value", "code", "hint"),
        [
            (5000, "duration-without-unit", 'did you mean "5000ms"?'),
            (0, "duration-without-unit", 'write "5s" or "500ms"'),
            ("5", "bad-duration", None),
            ("5 s", "bad-duration", 'did you mean "5s"?'),
            ("5S", "bad-duration", 'did you mean "5s"?'),
            ("5m", "bad-duration", 'did you mean "5min"?'),
            ("5sec", "bad-duration", 'did you mean "5s"?'),
            ("5 Minutes", "bad-duration", 'did you mean "5min"?'),
            ("1.5s", "bad-duration", None),
            ("-5s", "bad-duration", None),
            ("30min 1h", "bad-duration", None),
            ("5s 5s", "bad-duration", None),
            ("5s ", "bad-duration", 'did you mean "5s"?'),
            ("5s\n", "bad-duration", None),
            (" 5s", "bad-duration", 'did you mean "5s"?'),
            ("", "bad-duration", None),
            ("\u0665s", "bad-duration", None),
            ("0s", "zero-duration", None),
            ("4294967295ms", "duration-too-long", None),
            ("50d", "duration-too-long", None),
            (True, "wrong-type", None),
            (1.5, "wrong-type", None),
            (None, "wrong-type", None),
            (["5s"], "wrong-type", None),
        ],
    )
    def test_refuses(self, value: object, code: str, hint: str | None) -> None:
        """Everything else is refused with its reason and, where it is clear, the right spelling."""
        found_code, found_hint = refusal(value)

        assert found_code == code
        assert hint is None or found_hint == hint

    @given(st.integers(1, LONGEST))
    def test_format_is_the_inverse(self, milliseconds: int) -> None:
        """Every duration survives being written and read."""
        assert parse_duration(format_duration(milliseconds)) == milliseconds

    @given(st.text(alphabet="0123456789dhmins .-", max_size=12))
    def test_pattern_agrees(self, text: str) -> None:
        """Whatever the published pattern refuses, the parser refuses too, and only that."""
        try:
            parse_duration(text)
        except InvalidValueError as error:
            refused = error.findings[0].code == "bad-duration"
        else:
            refused = False

        assert refused == (re.search(PATTERN, text) is None)

    @given(st.text())
    def test_any_text(self, text: str) -> None:
        """Any text is either a duration or refused, never another exception."""
        try:
            assert 1 <= parse_duration(text) <= LONGEST
        except InvalidValueError:
            assert True

    def test_units(self) -> None:
        """Each unit is a multiple of the next smaller one."""
        sizes = list(UNITS.values())

        assert all(large % small == 0 for large, small in pairwise(sizes))
