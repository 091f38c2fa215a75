"""The finite skeleton of the statechart as a table, for other judges and for diagrams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from resforge.model import actions as act
from resforge.model import events as ev
from resforge.model.policies import Policies
from resforge.model.resource import Illegal, Noted, Queued, Resource, Step
from resforge.model.statechart import step
from resforge.model.states import (
    OPENED,
    Entry,
    Poll,
    RcmState,
    RhsState,
    Timer,
)
from resforge.model.transition import Transition
from resforge.model.transitions import TRANSITIONS

_RESULTS = {
    Entry.ONLINE: (0, 5, 997, 5006),
    Entry.OFFLINE: (0, 5, 997),
    Entry.OPEN: (0, 1),
    Entry.LOOKS_ALIVE: (0, 1),
    Entry.IS_ALIVE: (0, 1),
    Entry.ARBITRATE: (0, 5),
    Entry.RESOURCE_CONTROL: (0, 1, 997),
    Entry.RESOURCE_TYPE_CONTROL: (0, 1),
}

EVENTS: tuple[ev.Event, ...] = (
    ev.Assigned(),
    ev.LoadFailed(),
    ev.StartupReturned(),
    ev.StartupReturned(1306),
    ev.OpenRequest(),
    ev.CloseRequest(),
    ev.DeleteRequest(),
    ev.ClusterStop(),
    ev.OnlineRequest(),
    ev.OfflineRequest(),
    ev.TerminateRequest(),
    ev.TerminateRequest(failed=True),
    ev.ServiceDied(),
    ev.ControlRequest(),
    ev.TypeControlRequest(),
    ev.CancelRequest(),
    ev.ArbitrateRequest(),
    ev.ReleaseRequest(),
    ev.LostQuorum(),
    *(ev.CallReturned(entry, result) for entry in Entry for result in _RESULTS.get(entry, (0,))),
    ev.CallReturned(Entry.ONLINE, 0, event_handle=True),
    ev.CallThrew(),
    *(
        ev.StatusReport(state, checkpoint)
        for state in (-1, 0, 1, 2, 3, 4, 126, 127, 128, 129, 130)
        for checkpoint in (0, 1, 2)
    ),
    ev.StatusReport(2, 0, event_handle=True),
    *(ev.TimerExpired(Timer.CALL, entry) for entry in Entry),
    ev.TimerExpired(Timer.PENDING),
    ev.TimerExpired(Timer.LOOKS),
    ev.TimerExpired(Timer.ISALIVE),
    ev.TimerExpired(Timer.ISALIVE, None, together=True),
    ev.EventSignalled(),
    ev.SignalFailure(0),
    ev.SignalFailure(1),
    ev.SignalFailure(2),
    ev.WorkerDied(),
    ev.Maintenance(on=True),
    ev.Maintenance(on=False),
    ev.ProcessLost(),
    ev.ProcessStuck(),
    ev.Reattached(),
    *(
        ev.DirectCall(entry, 0, resid)
        for entry in (Entry.ONLINE, Entry.OFFLINE, Entry.TERMINATE, Entry.IS_ALIVE)
        for resid in ("live", "stale", "null")
    ),
    ev.DirectCall(Entry.OPEN, 1, duplicate=True),
)
"""One representative of every kind of event that the statechart tells apart."""

_RUNNING = {
    RhsState.OPENING: Entry.OPEN,
    RhsState.CLOSING: Entry.CLOSE,
    RhsState.ONLINE_IN_PROGRESS: Entry.ONLINE,
    RhsState.OFFLINE_IN_PROGRESS: Entry.OFFLINE,
    RhsState.TERMINATING: Entry.TERMINATE,
}
_PENDING = (RhsState.ONLINE_PENDING, RhsState.OFFLINE_PENDING)


def configurations() -> Iterator[Resource]:
    """Yield every combination of state, running calls and remembered flags that can arise."""
    for state in RhsState:
        calls = frozenset({_RUNNING[state]} if state in _RUNNING else ())
        timers = frozenset({Timer.PENDING} if state in _PENDING else ())
        base = Resource(state=state, in_flight=calls, armed=timers)
        yield base
        if state in OPENED:
            yield from _opened(base)
    yield from _online()
    yield from _terminating()
    yield Resource(state=RhsState.OFFLINE, quorum=True)
    yield Resource(state=RhsState.OFFLINE, quorum=True, arbitrated=True)


def _opened(base: Resource) -> Iterator[Resource]:
    for entry in (Entry.RESOURCE_CONTROL, Entry.RESOURCE_TYPE_CONTROL, Entry.CANCEL):
        yield _with(base, in_flight=base.in_flight | {entry})
    yield _with(base, close_wanted=True)
    if base.state in (RhsState.ONLINE_IN_PROGRESS, RhsState.OFFLINE_IN_PROGRESS):
        yield _with(base, latched=ev.StatusReport(2))
        yield _with(base, latched=ev.StatusReport(3))
    if base.state in _PENDING:
        yield _with(base, checkpoint=1)
        yield _with(base, signalled=True)


def _online() -> Iterator[Resource]:
    both = frozenset({Timer.LOOKS, Timer.ISALIVE})
    base = Resource(state=RhsState.ONLINE, armed=both)
    yield base
    yield _with(base, synchronous=True)
    yield _with(base, armed=frozenset({Timer.ISALIVE}), event_handle=True)
    for maintenance in (False, True):
        for poll, entry in ((Poll.LOOKS_ALIVE, Entry.LOOKS_ALIVE), (Poll.IS_ALIVE, Entry.IS_ALIVE)):
            calls = frozenset({entry})
            yield _with(base, poll=poll, in_flight=calls, maintenance=maintenance)


def _terminating() -> Iterator[Resource]:
    for operation in (Entry.ONLINE, Entry.OFFLINE):
        for calls in ({operation}, {operation, Entry.TERMINATE}):
            base = Resource(state=RhsState.TERMINATING, in_flight=frozenset(calls))
            yield base
            yield _with(base, overdue=frozenset({operation}))
            yield _with(base, result=RcmState.FAILED, close_wanted=True)


def _with(resource: Resource, **changes: Any) -> Resource:
    return replace(resource, **changes)


def table() -> list[dict[str, Any]]:
    """Return the transition table as plain data, one mapping a row."""
    return [_row(row) for row in TRANSITIONS]


def _row(row: Transition) -> dict[str, Any]:
    return {
        "id": row.id,
        "states": [str(state) for state in row.states],
        "event": str(row.trigger),
        "condition": row.condition,
        "target": None if row.target is None else str(row.target),
        "does": row.action,
        "when": row.event,
        "evidence": str(row.evidence),
        "source": row.source,
    }


def skeleton(policies: Policies | None = None) -> dict[str, Any]:
    """Return every configuration and event with its answer under one set of policies.

    A judge that walks this table needs no statechart: `configurations` are numbered, `answers`
    hold configuration, event, outcome, the state reached, and the actions.
    """
    chosen = policies or Policies()
    places = list(dict.fromkeys(configurations()))
    answers = [
        _answer(number, event, step(place, event, chosen))
        for number, place in enumerate(places)
        for event in EVENTS
    ]
    return {
        "policies": chosen.as_mapping(),
        "configurations": [_place(place) for place in places],
        "answers": [answer for answer in answers if answer["outcome"] != "illegal"],
    }


def _place(resource: Resource) -> dict[str, Any]:
    return {
        "state": str(resource.state),
        "rcm": str(resource.rcm),
        "calls": sorted(resource.in_flight),
        "timers": sorted(resource.armed),
        "event_handle": resource.event_handle,
        "close_wanted": resource.close_wanted,
    }


def _answer(number: int, event: ev.Event, answer: Step) -> dict[str, Any]:
    words = {Illegal: "illegal", Noted: "noted", Queued: "queued"}
    return {
        "configuration": number,
        "event": event_text(event),
        "outcome": answer.transition or words[type(answer.outcome)],
        "target": str(answer.resource.state),
        "actions": [_action(a) for a in answer.actions if not isinstance(a, act.StateChanged)],
    }


def event_text(event: ev.Event) -> str:
    """Return a short text such as "CallReturned(Online, 997)"."""
    values = [str(getattr(event, name)) for name in event.__dataclass_fields__]
    return f"{type(event).__name__}({', '.join(values)})"


def _action(action: act.Action) -> str:
    values = [str(getattr(action, name)) for name in action.__dataclass_fields__]
    return f"{type(action).__name__}({', '.join(values)})"
