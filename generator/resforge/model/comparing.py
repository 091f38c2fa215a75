"""Compares single records with what a reading of the trace expects."""

from __future__ import annotations

from dataclasses import replace

from resforge.model.actions import Violation
from resforge.model.hypothesis import Forbidden, Hypothesis, shows
from resforge.model.states import Entry, RhsState
from resforge.model.verdict import Record

Outcome = Hypothesis | Forbidden

NOT_LOST = Forbidden("T-62", "the process must end here", "host", ("lost",))

_ALIASES = {("T-21", RhsState.OFFLINE): "T-56", ("T-83", RhsState.ONLINE): "T-44"}


def incomplete(reading: Hypothesis) -> Forbidden:
    """Reject a record that comes before one that is outstanding."""
    text = "a record is missing before this one"
    return Forbidden(reading.last_rule, text, "host", reading.outstanding)


def without_call(reading: Hypothesis, entry: Entry) -> Hypothesis:
    """Take an outstanding call off the list: it was recorded."""
    calls = list(reading.calls)
    calls.remove(entry)
    return replace(reading, calls=tuple(calls))


def called(answer: Outcome, entry: Entry) -> Outcome:
    """Accept the call that a request asked for, unless it had to wait."""
    if isinstance(answer, Forbidden):
        return answer
    if entry not in answer.calls:
        return Forbidden("3.5", f"{entry} must wait for the call in flight", "host")
    return without_call(answer, entry)


def answered(reading: Hypothesis, answer: Outcome, given: object) -> Outcome:
    """Compare the answer of SetResourceStatus; the DLL must be silent once it was 1."""
    if isinstance(answer, Forbidden):
        return answer
    if given not in answer.answers:
        wanted = " or ".join(map(str, answer.answers))
        return Forbidden("I-6", f"SetResourceStatus answered {given}, expected {wanted}", "host")
    found = answer.violations
    if reading.told:
        text = "reported although the last report was answered with 1"
        found = (*found, Violation("0.3", text))
    return replace(answer, told=given == 1, violations=found)


def shown(reading: Hypothesis, record: Record) -> Outcome:
    """Compare a `state` record with the transition that is due."""
    if reading.killed and record.get("transition") in ("T-64", "T-65"):
        return NOT_LOST
    if not reading.states:
        return Forbidden("5.3", f"no transition {record.get('transition')} is due", "host")
    expected = reading.states[0]
    name = str(record.get("transition"))
    same = name in (expected.transition, _ALIASES.get((expected.transition, expected.after)))
    came_from = record.get("from") in (None, expected.before)
    if same and came_from and shows(expected, record.get("rhs"), record.get("rcm")):
        return replace(reading, states=reading.states[1:])
    return Forbidden(expected.transition, "another transition is due", "host", reading.outstanding)


def finished(reading: Hypothesis) -> Outcome:
    """Reject the end of a trace while records are outstanding."""
    if reading.states or reading.calls:
        text = "the trace ends too early"
        return Forbidden(reading.last_rule, text, "host", reading.outstanding)
    return reading
