"""What may come next, in words, for the explanation of a rejected record."""

from __future__ import annotations

from resforge.model import events as ev
from resforge.model.hypothesis import Hypothesis
from resforge.model.policies import Policies
from resforge.model.resource import Taken
from resforge.model.statechart import step
from resforge.model.states import Entry, RhsState
from resforge.model.triggers import trigger_of

_RETURNS = {
    Entry.ONLINE: (0, 997, 5),
    Entry.OFFLINE: (0, 997, 5),
}


def expectations(reading: Hypothesis, policies: Policies) -> tuple[str, ...]:
    """Describe the records that the model would accept next."""
    if reading.outstanding:
        return reading.outstanding
    texts = [f"timer {timer} at {due} ms" for timer, _, due in sorted(reading.deadlines, key=_due)]
    for event in _candidates(reading):
        outcome = step(reading.resource, event, policies).outcome
        if isinstance(outcome, Taken):
            texts.append(f"{trigger_of(event)}{_detail(event)} ({outcome.transition})")
    return tuple(dict.fromkeys(texts))


def _due(item: tuple[object, object, int]) -> int:
    return item[2]


def _candidates(reading: Hypothesis) -> list[ev.Event]:
    returns = [
        ev.CallReturned(entry, result)
        for entry in sorted(reading.resource.in_flight)
        for result in _RETURNS.get(entry, (0, 1))
    ]
    if reading.resource.state in (RhsState.ABSENT, RhsState.NOT_LOADED):
        return [*returns, ev.Assigned(), ev.StartupReturned()]
    reports = [ev.StatusReport(state, reading.resource.checkpoint + 1) for state in _REPORTS]
    return [*returns, *reports, *_REQUESTS]


_REPORTS = (129, 130, 2, 3, 4)
_REQUESTS: tuple[ev.Event, ...] = (
    ev.OpenRequest(),
    ev.CloseRequest(),
    ev.OnlineRequest(),
    ev.OfflineRequest(),
    ev.TerminateRequest(),
    ev.EventSignalled(),
)


def _detail(event: ev.Event) -> str:
    if isinstance(event, ev.CallReturned):
        return f" {event.result}"
    return f" {event.state}" if isinstance(event, ev.StatusReport) else ""
