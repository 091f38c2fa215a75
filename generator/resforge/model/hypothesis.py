"""One way to read a trace so far: the state of a resource and what must come next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from resforge.model import actions as act
from resforge.model import events as ev
from resforge.model.guards import Situation
from resforge.model.policies import P5, Policies
from resforge.model.queueing import joins_queue, must_wait, starts_call, waits_behind
from resforge.model.resource import Illegal, Queued, Resource, Step
from resforge.model.statechart import step
from resforge.model.states import OPENED, Entry, RcmState, RhsState, Timer
from resforge.model.timing import Timing

_SILENT_WHEN_HELD_BACK = (
    ev.ClusterStop,
    ev.CloseRequest,
    ev.ControlRequest,
    ev.TerminateRequest,
)

Deadline = tuple[Timer, Entry | None, int]


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Why a record cannot follow; `side` is "dll" or "host"."""

    rule: str
    text: str
    side: str = "host"
    expected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A reading of the trace: resource, held-back events, outstanding records, deadlines.

    `told` is set once a report was answered with 1: the DLL must stay silent until the next
    operation. `violations` are what the DLL did wrong on the way, `since` the time in
    milliseconds of the last event.
    """

    resource: Resource
    waiting: tuple[ev.Event, ...] = ()
    states: tuple[act.StateChanged, ...] = ()
    calls: tuple[Entry, ...] = ()
    deadlines: frozenset[Deadline] = frozenset()
    answers: tuple[int, ...] = ()
    told: bool = False
    killed: bool = False
    since: int = 0
    covered: frozenset[str] = frozenset()
    violations: tuple[act.Violation, ...] = ()

    def due(self, time: int, tolerance: int) -> tuple[Deadline, ...]:
        """Return the timers that may expire at `time`, the earliest first."""
        near = (item for item in self.deadlines if abs(item[2] - time) <= tolerance)
        return tuple(sorted(near, key=lambda item: item[2]))

    def missed(self, time: int, tolerance: int) -> Forbidden | None:
        """Tell what should have been recorded before `time`, if anything."""
        late = [item for item in self.deadlines if item[2] + tolerance < time]
        if late:
            timer, _entry, due = min(late, key=lambda item: item[2])
            return Forbidden("5.2", f"{timer} was due at {due} ms", expected=(_timer(timer, due),))
        if time > self.since + tolerance and (self.states or self.calls):
            return Forbidden(self.last_rule, "a record is missing", expected=self.outstanding)
        return None

    @property
    def last_rule(self) -> str:
        """Transition whose records are outstanding, or the section about calls."""
        return self.states[0].transition if self.states else "5.3"

    @property
    def outstanding(self) -> tuple[str, ...]:
        """Describe the records that must come next."""
        states = tuple(f"state {s.before} -> {s.after} ({s.transition})" for s in self.states)
        return states + tuple(f"call {entry}" for entry in self.calls)


def _timer(timer: Timer, due: int) -> str:
    return f"timer {timer} at {due} ms"


@dataclass(frozen=True, slots=True)
class Reader:
    """Feeds events to hypotheses under one set of policies and times.

    One resource alone cannot tell when a queue of the whole DLL (policy P5) reaches its events.
    """

    policies: Policies
    timing: Timing

    @property
    def lazy(self) -> bool:
        """Whether held-back events go on only when a record shows that they did."""
        return self.policies.holds(P5.DLL)

    def feed(
        self,
        hypothesis: Hypothesis,
        event: ev.Event,
        time: int,
        *,
        busy: bool = False,
        behind: bool = False,
    ) -> Hypothesis | Forbidden:
        """Apply an event and everything that follows from it at once.

        Under policy P5=DLL, `busy` tells that another resource of the DLL has a call in flight,
        `behind` that a call of another one waits.
        """
        held_back = behind or bool(hypothesis.waiting)
        return self._feed(hypothesis, event, time, busy, held_back=held_back)

    def _feed(
        self, hypothesis: Hypothesis, event: ev.Event, time: int, busy: bool, *, held_back: bool
    ) -> Hypothesis | Forbidden:
        answer = self._step(hypothesis.resource, event, busy, held_back)
        if isinstance(answer.outcome, Queued):
            kept = _without_timer(hypothesis, event)
            return replace(kept, waiting=(*hypothesis.waiting, event), since=time)
        if isinstance(answer.outcome, Illegal) and not isinstance(event, ev.StatusReport):
            return Forbidden(answer.outcome.rule, answer.outcome.text, _side(event))
        after = _apply(_without_timer(hypothesis, event), answer, event, time)
        answers = after.answers
        for raised in answer.raised:
            follow = self.feed(after, raised, time, busy=busy)
            after = follow if isinstance(follow, Hypothesis) else after
        going = after if self.lazy else self.drain(after, time, busy=busy)
        return replace(going, answers=answers)

    def drain(self, hypothesis: Hypothesis, time: int, *, busy: bool = False) -> Hypothesis:
        """Let held-back events go on, strictly in the order in which they came."""
        if not hypothesis.waiting or self._held(hypothesis, busy):
            return hypothesis
        event, *rest = hypothesis.waiting
        freed = replace(hypothesis, waiting=tuple(rest))
        follow: Hypothesis | Forbidden = freed
        if not self._stale(hypothesis.resource, event):
            follow = self._feed(freed, event, time, busy, held_back=False)
        if not isinstance(follow, Hypothesis) or follow is freed:
            return self.drain(freed, time, busy=busy)
        follow = _unrecorded(freed, follow, event)
        silent = (follow.states, follow.calls) == (freed.states, freed.calls)
        return self.drain(follow, time, busy=busy) if silent else follow

    def _held(self, hypothesis: Hypothesis, busy: bool) -> bool:
        """Tell whether the first event must wait on: what waits once, waits for a free DLL."""
        event, resource = hypothesis.waiting[0], hypothesis.resource
        return busy or must_wait(Situation(resource, event, self.policies))

    def _stale(self, resource: Resource, event: ev.Event) -> bool:
        """Tell whether the state has made a held-back event pointless."""
        if isinstance(event, ev.TerminateRequest | ev.ClusterStop):
            return False
        if isinstance(event, ev.ControlRequest | ev.CloseRequest):
            return resource.state not in OPENED
        starts = starts_call(Situation(resource, event, self.policies))
        return not starts and not isinstance(event, ev.TypeControlRequest)

    def _step(self, resource: Resource, event: ev.Event, busy: bool, held_back: bool) -> Step:
        situation = Situation(resource, event, self.policies)
        if busy and joins_queue(situation):
            return Step(resource, (), Queued("P5"))
        if waits_behind(situation, held_back):
            return Step(resource, (), Queued("3.5"))
        return step(resource, event, self.policies, self.timing)


def _unrecorded(before: Hypothesis, after: Hypothesis, event: ev.Event) -> Hypothesis:
    """Held-back controls, and stops that find the resource on its way out, leave no state record."""
    first = after.states[len(before.states) : len(before.states) + 1]
    stays = all(change.before is change.after for change in first)
    if isinstance(event, ev.TerminateRequest):
        stays = stays and before.resource.state is RhsState.TERMINATING
    if isinstance(event, _SILENT_WHEN_HELD_BACK) and stays:
        kept = after.states[: len(before.states)] + after.states[len(before.states) + 1 :]
        return replace(after, states=kept)
    return after


def _side(event: ev.Event) -> str:
    mine = ev.StatusReport | ev.CallReturned | ev.SignalFailure | ev.EventSignalled | ev.DirectCall
    return "dll" if isinstance(event, mine) else "host"


def _without_timer(hypothesis: Hypothesis, event: ev.Event) -> Hypothesis:
    if not isinstance(event, ev.TimerExpired):
        return hypothesis
    gone = {(event.timer, event.entry)} | ({(Timer.LOOKS, None)} if event.together else set())
    kept = (item for item in hypothesis.deadlines if (item[0], item[1]) not in gone)
    return replace(hypothesis, deadlines=frozenset(kept))


def _apply(hypothesis: Hypothesis, answer: Step, event: ev.Event, time: int) -> Hypothesis:
    states = tuple(a for a in answer.actions if isinstance(a, act.StateChanged))
    calls = tuple(a.entry for a in answer.actions if isinstance(a, act.CallEntry))
    found = tuple(a for a in answer.actions if isinstance(a, act.Violation))
    answers = [a.answers for a in answer.actions if isinstance(a, act.AnswerStatus)]
    return replace(
        hypothesis,
        resource=answer.resource,
        states=hypothesis.states + states,
        calls=hypothesis.calls + calls,
        deadlines=_deadlines(hypothesis.deadlines, answer.actions, time),
        answers=answers[0] if answers else (),
        told=hypothesis.told and not {Entry.ONLINE, Entry.OFFLINE} & set(calls),
        killed=hypothesis.killed or any(isinstance(a, act.KillProcess) for a in answer.actions),
        since=time,
        covered=hypothesis.covered | {s.transition for s in states},
        violations=hypothesis.violations + found,
    )


def _deadlines(
    deadlines: frozenset[Deadline], actions: Iterable[act.Action], time: int
) -> frozenset[Deadline]:
    running = {(timer, entry): due for timer, entry, due in deadlines}
    for action in actions:
        if isinstance(action, act.StartTimer):
            running[action.timer, action.entry] = time + action.milliseconds
        elif isinstance(action, act.StopTimer):
            running.pop((action.timer, action.entry), None)
        elif isinstance(action, act.CarryTimer):
            due = running.pop((Timer.CALL, action.entry))
            running[Timer.CALL, action.successor] = due
        elif isinstance(action, act.KillProcess):
            running.clear()
    return frozenset((timer, entry, due) for (timer, entry), due in running.items())


def shows(expected: act.StateChanged, rhs: object, rcm: object) -> bool:
    """Compare a `state` record with the transition expected.

    After a failure clients may see OnlinePending already, when a restart is decided (inferred).
    """
    restart = expected.after is RhsState.OFFLINE and expected.rcm is RcmState.FAILED
    shown = {expected.rcm, RcmState.ONLINE_PENDING} if restart else {expected.rcm}
    return rhs == expected.after and (rcm is None or rcm in shown)
