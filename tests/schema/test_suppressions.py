"""Suppressions as part of a schema: the models take them, the rest is for lint and breaking."""

from __future__ import annotations

import pytest
from tests.schema.support import HEAD, codes, load, problems


def test_loaded() -> None:
    """Rule, place and reason are kept; place and reason can be left out."""
    text = f"{HEAD}suppress:\n  - {{rule: a-b, at: X, reason: y}}\n  - rule: anything\n"
    first, second = load(text).suppress
    assert (first.rule, first.at, first.reason) == ("a-b", "X", "y")
    assert (second.at, second.reason) == (None, "")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("reason: x", ["missing-key"]),
        ("rule: a, at: null", ["wrong-type"]),
        ("rule: a, at: ''", ["empty-name"]),
        ("rule: a, reason: 5", ["wrong-type"]),
        ("rule: a, resaon: x", ["unknown-key"]),
    ],
)
def test_mistakes(keys: str, expected: list[str]) -> None:
    """Keys and types are checked as everywhere."""
    assert codes(f"{HEAD}suppress:\n  - {{{keys}}}\n") == expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [("resforge: 0", "run: resforge migrate FILE"), ("resforge: 2", "upgrade: pip install")],
)
def test_other_formats_say_what_to_do(text: str, hint: str) -> None:
    """An older format leads to migrate, a newer one to an upgrade."""
    (problem,) = problems(f"{text}\nname: Thing\n")
    assert (problem.hint or "").startswith(hint)
