"""Accepting findings in the schema."""

from __future__ import annotations

import pytest
from tests.schema.support import HEAD

from resforge.lint.run import lint
from resforge.review.finding import Review
from resforge.schema import load_resource_type_text

TWO = (
    "description: Does it.\nvendor: Us\nproperties:\n"
    "  - {name: First One, format: SZ, description: x}\n"
    "  - {name: Second One, format: SZ, description: x}\n"
    "timeouts: {heartbeat: 5000ms, pending_timeout: 60000ms}\n"
)


def review(suppress: str) -> Review:
    """The review of a schema with findings at two properties and two timeouts."""
    text = f"{HEAD}{TWO}suppress:\n  - {{{suppress}}}\n"
    return lint(load_resource_type_text(text, file="x.yaml", syntax="yaml"))


@pytest.mark.parametrize(
    ("rule", "at", "accepted"),
    [
        ("property-name-with-space", None, 2),
        ("property-name-with-space", "first one", 1),
        ("property-name-with-space", "properties", 2),
        ("duration-hard-to-read", "timeouts.heartbeat", 1),
        ("duration-hard-to-read", "timeouts", 2),
        ("property-name-with-space", "Third One", 0),
        ("duration-hard-to-read", "properties", 0),
    ],
)
def test_where(rule: str, at: str | None, accepted: int) -> None:
    """`at` limits a suppression to a name or key, whatever its case."""
    found = review(f"rule: {rule}, reason: Because." + (f", at: {at}" if at else ""))
    assert len(found.accepted) == accepted
    assert all(item.reason == "Because." for item in found.accepted)
    assert len(found.findings) + len(found.accepted) == (4 if accepted else 5)


def test_unused_says_so_at_its_place() -> None:
    """A suppression that matches nothing is a finding where it stands."""
    found = review("rule: version-zero, reason: x")
    last = found.findings[-1]
    assert last.rule.id == "suppression-unused"
    assert (last.place.line, last.place.column) == (10, 12)


def test_unknown_rule_suggests_the_nearest() -> None:
    """A misspelt rule is named with the rule that was meant."""
    found = review("rule: property-name-with-spaces, reason: x")
    assert found.findings[-1].hint == 'did you mean "property-name-with-space"?'


@pytest.mark.parametrize("reason", ["", ", reason: ''", ", reason: '  '"])
def test_without_reason_nothing_is_suppressed(reason: str) -> None:
    """A suppression without reason has no effect and is an error."""
    found = review(f"rule: property-name-with-space{reason}")
    assert not found.accepted
    assert [finding.rule.id for finding in found.findings].count("suppression-without-reason") == 1
