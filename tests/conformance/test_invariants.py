"""The general rules see each defect in a trace, and nothing in a good one."""

from __future__ import annotations

from typing import Any

import pytest

from resforge.conformance.invariants import check_invariants
from resforge.model.rules import TypeModel
from resforge.rhs.records import Record, record_from

MODEL = TypeModel(name="T", identifier="t")


def trace(*records: dict[str, Any]) -> list[Record]:
    """Make records with growing numbers."""
    return [record_from({"seq": i + 1, "resource": "r", **r}) for i, r in enumerate(records)]


def call(entry: str, time: int = 0) -> dict[str, Any]:
    """Enter an entry point."""
    return {"event": "call", "entry": entry, "time": time, "call": 1}


def returned(entry: str, **more: Any) -> dict[str, Any]:
    """Come back from an entry point."""
    return {"event": "return", "entry": entry, "call": 1, **more}


def report(state: int, checkpoint: int = 0, time: int = 0, **more: Any) -> dict[str, Any]:
    """Call SetResourceStatus."""
    return {
        "event": "status",
        "state": state,
        "checkpoint": checkpoint,
        "time": time,
        "answer": 0,
    } | more


GOOD = [
    call("Online"),
    returned("Online", result=997),
    report(129, 1),
    report(129, 2, 60_000),
    report(2, 2, 61_000),
    call("Offline"),
    report(130, 1),
    report(3, 1),
    call("Close"),
    returned("Close"),
]


def test_a_good_trace_passes() -> None:
    """Progress that grows, one final report, calls within their budget."""
    assert check_invariants(trace(*GOOD), MODEL, frozenset()) is None


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        ("4.2", [call("Online"), report(129, 1), report(129, 1)]),
        ("4.2", [call("Online"), report(129, 0)]),
        ("4.2", [call("Online"), report(129, 5), report(129, 4)]),
        ("4.1", [call("Online"), report(129, 1, wait_hint=5)]),
        ("8.3", [call("Online"), report(129, 1, event_handle=3)]),
        ("8.3", [call("Online"), report(4, 1, event_handle=3)]),
        ("8.3", [call("Online"), returned("Online", result=997, event_handle=3)]),
        ("8.2 rule 4", [call("Online"), report(2), report(2)]),
        ("8.2 rule 4", [call("Online"), report(129, 1, answer=1), report(129, 2)]),
        ("8.2 rule 2", [call("Online"), report(129, 1, 60_001)]),
        ("8.2 rule 2", [call("Online"), report(129, 1, 1), report(129, 2, 60_002)]),
        ("0.3 rule 2", [returned("IsAlive", elapsed=301)]),
        ("4.3", [{"event": "log", "text": "x" * 501}]),
        ("T-07", [returned("Open", result=None, last_error=0)]),
        ("I-9", [call("Close"), returned("Close"), report(129, 1)]),
        ("I-9", [{"event": "leak", "kind": "handle", "text": "an event"}]),
        ("null-log-handle", [{"event": "violation", "rule": "null-log-handle", "text": "x"}]),
    ],
)
def test_each_defect_is_named(rule: str, bad: list[dict[str, Any]]) -> None:
    """A trace with one defect fails with the rule that it breaks."""
    found = check_invariants(trace(*bad), MODEL, frozenset())
    assert found is not None
    assert found.rule == rule


def test_a_tolerated_violation_passes() -> None:
    """A scenario may let one rule pass on purpose, but no other."""
    records = trace({"event": "violation", "rule": "a-rule", "text": "x"})
    assert check_invariants(records, MODEL, frozenset({"a-rule"})) is None
    assert check_invariants(records, MODEL, frozenset({"other"})) is not None


def test_the_first_defect_is_reported() -> None:
    """Of several defects the earliest record wins."""
    found = check_invariants(
        trace(call("Online"), report(129, 1, wait_hint=1), report(129, 1)), MODEL, frozenset()
    )
    assert found is not None
    assert found.seq == 2
