"""A situation of the transition table: a resource, an event and the answer in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from resforge.model import (
    TRANSITIONS,
    Entry,
    Policies,
    Poll,
    RcmState,
    Resource,
    RhsState,
    Step,
    Taken,
    Timer,
    Transition,
    step,
)
from resforge.model import actions as act
from resforge.model import events as ev

S = RhsState
TERMINATE = frozenset({Entry.TERMINATE})


@dataclass(frozen=True)
class Scenario:
    """A resource, an event, and the whole answer in one line."""

    resource: Resource
    event: ev.Event
    expected: str
    policies: Policies = field(default_factory=Policies)

    def answer(self, table: Sequence[Transition] = TRANSITIONS) -> str:
        """Play the event on a table and put the answer in words."""
        return describe(step(self.resource, self.event, self.policies, table=table))


def describe(answer: Step) -> str:
    """Put transition, states and actions of a step in one line."""
    resource = answer.resource
    name = answer.transition if isinstance(answer.outcome, Taken) else type(answer.outcome).__name__
    words = [str(name), f"{resource.state}/{resource.rcm}"]
    words += [_word(a) for a in answer.actions if not isinstance(a, act.StateChanged)]
    words += [f"raise:{type(event).__name__}" for event in answer.raised]
    return " ".join(words + _flags(resource))


def _word(action: act.Action) -> str:
    if isinstance(action, act.CallEntry):
        return f"call:{action.entry}"
    if isinstance(action, act.AnswerStatus):
        return "answer:" + "|".join(map(str, action.answers))
    if isinstance(action, act.StartTimer):
        return f"start:{action.timer}={action.milliseconds}"
    if isinstance(action, act.StopTimer):
        return f"stop:{action.timer}"
    if isinstance(action, act.Violation):
        return f"violation:{action.rule}"
    return type(action).__name__


def _flags(resource: Resource) -> list[str]:
    flags = {
        "handle": resource.event_handle,
        "synchronous": resource.synchronous,
        "online-wanted": resource.online_wanted,
        "close-wanted": resource.close_wanted,
        "latched": resource.latched is not None,
        "arbitrated": resource.arbitrated,
        "maintenance": resource.maintenance,
        "overdue": bool(resource.overdue),
        "opened": resource.opened_before,
        f"result={resource.result}": resource.result is not RcmState.OFFLINE,
        f"checkpoint={resource.checkpoint}": resource.checkpoint != 0,
        f"bits={resource.status_information}": resource.status_information != 0,
        f"poll={resource.poll}": resource.poll is not Poll.IDLE,
    }
    return [f"[{name}]" for name, on in flags.items() if on]


def at(state: RhsState, *calls: Entry, **more: object) -> Resource:
    """A resource in a state, with calls in flight and the timers that run there."""
    timers = {
        S.ONLINE: {Timer.LOOKS, Timer.ISALIVE},
        S.ONLINE_PENDING: {Timer.PENDING},
        S.OFFLINE_PENDING: {Timer.PENDING},
    }
    running = {
        S.OPENING: {Entry.OPEN},
        S.CLOSING: {Entry.CLOSE},
        S.ONLINE_IN_PROGRESS: {Entry.ONLINE},
        S.OFFLINE_IN_PROGRESS: {Entry.OFFLINE},
        S.TERMINATING: {Entry.TERMINATE},
    }
    values: dict[str, object] = {
        "armed": frozenset(timers.get(state, set())),
        "in_flight": frozenset(running.get(state, set()) | set(calls)),
    }
    return Resource(state=state, **{**values, **more})  # type: ignore[arg-type]


def polling(entry: Entry, **more: object) -> Resource:
    """An online resource whose poll is running."""
    looks = entry is Entry.LOOKS_ALIVE
    poll = Poll.LOOKS_ALIVE if looks else Poll.IS_ALIVE
    values: dict[str, object] = {"poll": poll, "rearm_looks": looks, "armed": frozenset(), **more}
    return at(S.ONLINE, entry, **values)


def call(entry: Entry, result: int = 0, handle: bool = False) -> ev.CallReturned:
    """An entry point returned."""
    return ev.CallReturned(entry, result, handle)


def expiry(entry: Entry) -> ev.TimerExpired:
    """CALL of an entry point expired."""
    return ev.TimerExpired(Timer.CALL, entry)
