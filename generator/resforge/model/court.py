"""Hears the records of a trace one by one and keeps every reading that is still possible."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from resforge.model import events as ev
from resforge.model import observations as seen
from resforge.model.comparing import (
    NOT_LOST,
    Outcome,
    answered,
    called,
    finished,
    incomplete,
    shown,
    without_call,
)
from resforge.model.conduct import broken_promise
from resforge.model.hypothesis import Forbidden, Hypothesis, Reader
from resforge.model.outlook import expectations
from resforge.model.policies import P5, Policies
from resforge.model.resource import Resource
from resforge.model.rules import TypeModel
from resforge.model.states import Entry, RhsState, Timer
from resforge.model.timing import Timing
from resforge.model.verdict import Record, ResourceSetup

_TOLERATED = frozenset({"T-22"})
_OPTIONAL = frozenset(
    {
        "T-61",
        "T-67",
        "T-68",
        "T-69",
        "T-71",
        "T-72",
        "T-75",
        "T-77",
        "T-78",
        "T-79",
        "T-80",
        "T-81",
        "T-82",
    }
)
_STARTS = (RhsState.CLOSED, RhsState.NOT_LOADED, RhsState.ABSENT)

_SPONTANEOUS: dict[str, tuple[ev.Event, ...]] = {
    "T-01": (ev.Assigned(),),
    "T-02": (ev.LoadFailed(),),
    "T-03": (ev.StartupReturned(),),
    "T-04": (ev.StartupReturned(1),),
    "T-30": (ev.WorkerDied(),),
    "T-62": (ev.ProcessLost(),),
    "T-63": (ev.CallThrew(),),
    "T-64": (ev.Reattached(),),
    "T-65": (ev.ProcessStuck(),),
    "T-68": (ev.ControlRequest(),),
    "T-69": (ev.TypeControlRequest(),),
}
"""Transitions whose cause leaves no record of its own."""

Readings = tuple[Hypothesis, ...]


@dataclass
class RejectedError(Exception):
    """The record at `index` is forbidden; the number of records when the end is."""

    index: int
    reason: Forbidden


class Court:
    """Readings of every resource of a trace."""

    def __init__(
        self,
        resource_types: Mapping[str, TypeModel | ResourceSetup],
        policies: Policies,
        tolerance: int,
        strict: bool,
        tolerated: Collection[str] = (),
    ) -> None:
        """Begin without any record."""
        self.covered: frozenset[str] = frozenset()
        self.violations: tuple[str, ...] = ()
        self._setups = {name: _setup(value) for name, value in resource_types.items()}
        self._policies = policies
        self._tolerance = tolerance
        self._strict = strict
        self._tolerated = _TOLERATED.union(tolerated)
        self._readings: dict[str, Readings] = {}
        self._direct: dict[Any, Record] = {}
        self._handlers: dict[str, Callable[[str, Record, int], None]] = {
            "request": self._request,
            "call": self._call,
            "return": self._return,
            "status": self._status,
            "timer": self._timer,
            "signal": self._signal,
            "state": self._state,
            "lost": self._lost,
            "callback": self._callback,
            "crash": self._crash,
            "violation": self._violation,
            "leak": self._violation,
        }
        self._index = 0
        self._freed = 0
        self._looked_at: dict[str, tuple[int, Readings]] = {}

    def hear(self, index: int, record: Record) -> None:
        """Take one record into account; raises RejectedError when no reading allows it."""
        self._index = index
        time = int(record.get("time", 0))
        for key, readings in self._readings.items():
            before, kept = self._looked_at.get(key, (-1, ()))
            if before != time or kept is not readings:
                self._keep(key, [self._on_time(key, reading, time) for reading in readings])
                self._remember(key, time)
        kind = str(record.get("event", ""))
        if self._dying() and kind in self._handlers and kind not in ("state", "lost"):
            raise RejectedError(index, NOT_LOST)
        handler = self._handlers.get(kind)
        if handler is not None:
            handler(_key(record), record, time)

    def _remember(self, key: str, time: int) -> None:
        """Note that nothing is late; as long as neither time nor readings change, nothing will be.

        What waits for the calls of others is looked at each time.
        """
        readings = self._readings[key]
        waits = any(reading.waiting for reading in readings)
        self._looked_at[key] = (-1, ()) if waits else (time, readings)

    def close(self, count: int) -> None:
        """End the trace; raises RejectedError when a record is still outstanding."""
        self._index = count
        if self._dying():
            raise RejectedError(count, NOT_LOST)
        for key, readings in self._readings.items():
            self._keep(key, [finished(reading) for reading in readings])

    def _request(self, key: str, record: Record, time: int) -> None:
        meanings = seen.requested(record)
        if not meanings:
            return
        answers: list[Outcome] = []
        for reading in self._known(key, time):
            if ev.DeleteRequest() in meanings and reading.states:
                # Made by RCM when its DELETE control has returned, before what waited goes on.
                answers.append(replace(reading, waiting=(*reading.waiting, *meanings)))
                continue
            fed = [answer for e in meanings for answer in self._forks(key, reading, e, time)]
            granted = [answer for answer in fed if isinstance(answer, Hypothesis)]
            refused = [fed[0]] if reading.states else [replace(reading, since=time)]
            answers.extend(granted or refused)
        self._keep(key, answers)

    def _call(self, key: str, record: Record, time: int) -> None:
        if seen.is_direct(record):
            self._direct[record.get("call")] = record
            return
        entry, implied = seen.called(record)
        if entry is None:
            return
        self._serialised(key, entry)
        answers: list[Outcome] = []
        for reading in self._shared(key, self._known(key, time), time):
            answers.extend(self._call_in(key, reading, (entry, implied), time))
        self._keep(key, answers)

    def _call_in(
        self, key: str, reading: Hypothesis, call: tuple[Entry, ev.Event | None], time: int
    ) -> list[Outcome]:
        entry, implied = call
        if reading.states and implied is None:
            return [incomplete(reading)]
        if entry in reading.calls:
            return [without_call(reading, entry)]
        if implied is None or implied in reading.waiting:
            return [Forbidden("5.3", f"{entry} must not be called here", "host")]
        return [called(answer, entry) for answer in self._forks(key, reading, implied, time)]

    def _return(self, key: str, record: Record, time: int) -> None:
        self._freed = time
        event = seen.returned(record)
        direct = self._direct.pop(record.get("call"), None)
        if direct is not None:
            event = seen.direct_call(direct, record)
        if event is None:
            return
        answers: list[Outcome] = []
        for reading in self._known(key, time):
            answers.extend(self._return_in(key, reading, event, time))
        self._keep(key, answers)

    def _return_in(
        self, key: str, reading: Hypothesis, event: ev.Event, time: int
    ) -> list[Outcome]:
        if isinstance(event, ev.CallReturned):
            if event.entry in reading.calls:
                return [incomplete(reading)]
            broken = broken_promise(self._model(key), event)
            if broken is not None:
                return [broken]
        answers = self._forks(key, reading, event, time)
        if event == ev.CallReturned(Entry.IS_ALIVE, 0):
            answers += self._forks(key, _in_maintenance(reading), event, time)
        if isinstance(event, ev.DirectCall | ev.StartupReturned) and not reading.states:
            return [a if isinstance(a, Hypothesis) else reading for a in answers]
        return answers

    def _status(self, key: str, record: Record, time: int) -> None:
        answers: list[Outcome] = []
        for reading in self._known(key, time):
            answer = self._feed(key, reading, seen.reported(record), time)
            answers.append(answered(reading, answer, record.get("answer")))
        self._keep(key, answers)

    def _timer(self, key: str, record: Record, time: int) -> None:
        answers: list[Outcome] = []
        for reading in self._known(key, time):
            answers.extend(self._timer_in(key, reading, record, time))
        self._keep(key, answers)

    def _timer_in(self, key: str, reading: Hypothesis, record: Record, time: int) -> list[Outcome]:
        due = reading.due(time, self._tolerance)
        running = tuple(entry for timer, entry, _ in due if timer is Timer.CALL and entry)
        timers = {timer for timer, _, _ in due}
        if record.get("timer") not in timers:
            return [Forbidden("5.2", f"{record.get('timer')} is not due at {time} ms", "host")]
        both = {Timer.LOOKS, Timer.ISALIVE} <= timers
        if both and record.get("timer") == Timer.LOOKS:
            return [Forbidden("Q13", "IsAlive wins when both polls are due", "host")]
        meanings = seen.expired(record, running)
        return [self._feed(key, reading, replace(event, together=both), time) for event in meanings]

    def _signal(self, key: str, record: Record, time: int) -> None:
        events = (ev.EventSignalled(),)
        readings = self._known(key, time)
        self._keep(key, [self._feed(key, r, event, time) for r in readings for event in events])

    def _state(self, key: str, record: Record, time: int) -> None:
        answers: list[Outcome] = []
        for reading in self._shared(key, self._known(key, time), time):
            answer = shown(reading, record)
            if isinstance(answer, Forbidden):
                answer = self._spontaneous(key, reading, record, time) or answer
            answers.append(answer)
        self._keep(key, answers)

    def _spontaneous(
        self, key: str, reading: Hypothesis, record: Record, time: int
    ) -> Outcome | None:
        name = str(record.get("transition"))
        if name == "T-62" and not self._dying():
            return None
        for event in _SPONTANEOUS.get(name, ()):
            answer = self._feed(key, reading, event, time)
            if isinstance(answer, Hypothesis):
                return shown(answer, record)
        return None

    def _dying(self) -> bool:
        return any(r.killed for readings in self._readings.values() for r in readings[:1])

    def _lost(self, key: str, record: Record, time: int) -> None:
        if record.get("resource") is not None and record.get("transition") != "T-63":
            refused = Forbidden("T-62", "nothing made RHS end this process", "host")
            self._keep(key, [r if r.killed else refused for r in self._known(key, time)])
        for name, readings in list(self._readings.items()):
            self._readings[name] = tuple(self._gone(name, reading, time) for reading in readings)

    def _gone(self, key: str, reading: Hypothesis, time: int) -> Hypothesis:
        answer = self._feed(key, reading, ev.ProcessLost(), time)
        gone = answer if isinstance(answer, Hypothesis) else reading
        return replace(gone, states=(), calls=(), killed=False)

    def _callback(self, key: str, record: Record, time: int) -> None:
        event = seen.failure_signalled(record)
        if event is not None:
            fed = [(r, self._feed(key, r, event, time)) for r in self._known(key, time)]
            self._keep(key, [a if isinstance(a, Hypothesis) or r.states else r for r, a in fed])

    def _crash(self, key: str, record: Record, time: int) -> None:
        text = f"{record.get('signal', 'exception')} in {record.get('entry', 'the DLL')}"
        if self._strict:
            raise RejectedError(self._index, Forbidden("T-63", text, "dll"))
        self.violations = (*self.violations, f"T-63: {text}")
        self.covered |= {"T-63"}

    def _violation(self, key: str, record: Record, time: int) -> None:
        rule = str(record.get("rule") or record.get("kind") or "leak")
        text = str(record.get("text", ""))
        if self._strict and rule not in self._tolerated:
            raise RejectedError(self._index, Forbidden(rule, text, "dll"))
        self.violations = (*self.violations, f"{rule}: {text}")

    def _forks(self, key: str, reading: Hypothesis, event: ev.Event, time: int) -> list[Outcome]:
        """Feed an event; the record of a transition that changes nothing may be left out."""
        answer = self._feed(key, reading, event, time)
        if not isinstance(answer, Hypothesis) or len(answer.states) <= len(reading.states):
            return [answer]
        first = answer.states[len(reading.states)]
        if first.transition not in _OPTIONAL or first.before is not first.after:
            return [answer]
        return [answer, replace(answer, states=reading.states)]

    def _feed(self, key: str, reading: Hypothesis, event: ev.Event, time: int) -> Outcome:
        if reading.states:
            return incomplete(reading)
        busy, behind = self._busy(key), self._others_wait(key)
        return self._reader(key).feed(reading, event, time, busy=busy, behind=behind)

    def _shared(self, key: str, readings: Readings, time: int) -> Readings:
        """Add what follows when a queue of the whole DLL has reached the held-back events."""
        reader = self._reader(key)
        if not reader.lazy or self._busy(key):
            return readings
        going = (reader.drain(r, time) for r in readings if not r.states)
        return tuple(dict.fromkeys((*readings, *going)))

    def _busy(self, key: str) -> bool:
        return any(_occupies(reading.resource) for reading in self._neighbours(key))

    def _others_wait(self, key: str) -> bool:
        return any(reading.waiting for reading in self._neighbours(key))

    def _neighbours(self, key: str) -> list[Hypothesis]:
        """Return readings of the resources with the same queue, under policy P5=DLL."""
        if not self._policies.holds(P5.DLL):
            return []
        return [r for name, rs in self._readings.items() if name != key for r in rs[:1]]

    def _serialised(self, key: str, entry: Entry) -> None:
        if entry is not Entry.TERMINATE and self._busy(key):
            text = f"{entry} while a call of another resource of the DLL runs"
            raise RejectedError(self._index, Forbidden("P5", text, "host"))

    def _reader(self, key: str) -> Reader:
        setup = self._setups.get(key) or self._setup_of_type(key)
        if setup is None:
            return Reader(self._policies, Timing())
        return Reader(self._policies, Timing.effective(setup.model.timing, setup.common))

    def _setup_of_type(self, key: str) -> ResourceSetup | None:
        """Return the setup for what concerns a whole type: that of the type alone."""
        models = (setup.model for setup in self._setups.values())
        model = next((model for model in models if _key({"type": model.name}) == key), None)
        return None if model is None else ResourceSetup(model)

    def _model(self, key: str) -> TypeModel | None:
        setup = self._setups.get(key)
        return None if setup is None or "promises" in self._tolerated else setup.model

    def _known(self, key: str, time: int) -> Readings:
        if key not in self._readings:
            starts = (Hypothesis(Resource(state=state), since=time) for state in _STARTS)
            self._readings[key] = tuple(starts)
        return self._readings[key]

    def _on_time(self, key: str, reading: Hypothesis, time: int) -> Outcome:
        late = reading.missed(time, self._tolerance)
        moment = max(reading.since, self._freed) + self._tolerance
        waits = bool(reading.waiting) and time > moment
        ours = not self._others_wait(key) or not _occupies(reading.resource)
        if late is not None or not waits or not ours or self._dying():
            return late or reading
        going = self._shared(key, (reading,), time)[-1]
        if set(going.calls) - {Entry.TERMINATE}:
            return Forbidden("P5", "a call that was held back is due", "host", going.outstanding)
        return reading

    def _keep(self, key: str, answers: Iterable[Outcome]) -> None:
        """Go on with the readings that are left; reject when there is none."""
        listed = list(dict.fromkeys(answers))
        readings = tuple(answer for answer in listed if isinstance(answer, Hypothesis))
        if not readings:
            self._reject(key, [a for a in listed if isinstance(a, Forbidden)])
        self._readings[key] = readings
        best = min(readings, key=lambda reading: len(reading.violations))
        self.covered |= best.covered
        self._judge_conduct(key, best)

    def _judge_conduct(self, key: str, best: Hypothesis) -> None:
        serious = [v for v in best.violations if v.rule not in self._tolerated]
        if serious and self._strict:
            raise RejectedError(self._index, Forbidden(serious[0].rule, serious[0].text, "dll"))
        self.violations += tuple(f"{v.rule}: {v.text}" for v in best.violations)
        kept = self._readings[key]
        self._readings[key] = tuple(replace(r, violations=()) if r.violations else r for r in kept)

    def _reject(self, key: str, reasons: list[Forbidden]) -> None:
        reason = min(reasons, key=lambda item: item.rule in ("5.3", "5.2"))
        before = self._readings.get(key, ())
        wanted = dict.fromkeys(text for r in before for text in expectations(r, self._policies))
        raise RejectedError(self._index, replace(reason, expected=reason.expected or tuple(wanted)))


def _setup(value: TypeModel | ResourceSetup) -> ResourceSetup:
    return value if isinstance(value, ResourceSetup) else ResourceSetup(value)


def _occupies(resource: Resource) -> bool:
    """Tell whether a call is in flight that others wait for; Terminate in T-60 is one."""
    urgent = {Entry.TERMINATE} if resource.state is not RhsState.OFFLINE else set()
    return bool(resource.in_flight - urgent)


def _in_maintenance(reading: Hypothesis) -> Hypothesis:
    """Maintenance mode leaves no record of its own; only the transition shows it."""
    return replace(reading, resource=replace(reading.resource, maintenance=True))


def _key(record: Record) -> str:
    name = record.get("resource")
    return f"type:{record.get('type', '')}" if name is None else str(name)
