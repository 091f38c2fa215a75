"""Builds traces of the simulated RHS: by hand, and by playing the model itself."""

from __future__ import annotations

from typing import Any

from resforge.model import Entry, Policies, Resource, RhsState, Timer, Timing, run
from resforge.model import actions as act
from resforge.model import events as ev

Records = list[dict[str, Any]]

_REQUESTS = {
    ev.OpenRequest: "open",
    ev.CloseRequest: "close",
    ev.ClusterStop: "close",
    ev.OnlineRequest: "online",
    ev.OfflineRequest: "offline",
}


class Host:
    """A host that does what the model says, and writes the records of it."""

    def __init__(
        self,
        policies: Policies | None = None,
        timing: Timing | None = None,
        resource: Resource | None = None,
    ) -> None:
        self.policies = policies or Policies()
        self.timing = timing or Timing()
        self.resource = resource or Resource(state=RhsState.CLOSED)
        self.records: Records = []
        self.time = 0
        self.deadlines: dict[tuple[Any, Entry | None], int] = {}
        self.transitions: list[str] = []

    def write(self, event: str, **members: Any) -> None:
        """Append one record."""
        base = {"seq": len(self.records), "time": self.time, "thread": "rhs-1", "resource": "r"}
        self.records.append({**base, "event": event, **members})

    def request(self, event: ev.Event) -> Host:
        """RCM asks for something."""
        name = _REQUESTS.get(type(event))
        if isinstance(event, ev.TerminateRequest):
            name = "fail" if event.failed else "terminate"
        self.write("request", request=name)
        return self.feed(event)

    def returns(self, entry: Entry, result: int = 0, handle: bool = False) -> Host:
        """An entry point returns."""
        shown: Any = result
        if entry is Entry.OPEN:
            shown = "resid-1" if result else None
        self.write("return", entry=entry, result=shown, event_handle="event-1" if handle else None)
        return self.feed(ev.CallReturned(entry, result, handle))

    def reports(self, state: int, checkpoint: int = 0, handle: bool = False) -> Host:
        """The DLL calls SetResourceStatus; the answer is what the model says."""
        position = len(self.records)
        self.write(
            "status",
            state=state,
            checkpoint=checkpoint,
            wait_hint=0,
            event_handle="event-1" if handle else None,
        )
        steps = self._run(ev.StatusReport(state, checkpoint, handle))
        answers = [
            a.answers[0] for s in steps for a in s.actions if isinstance(a, act.AnswerStatus)
        ]
        self.records[position]["answer"] = answers[0]
        return self

    def signals(self) -> Host:
        """The event handle is signalled."""
        self.write("signal")
        return self.feed(ev.EventSignalled())

    def control(self) -> Host:
        """A control code arrives and is answered at once."""
        self.feed(ev.ControlRequest())
        return self.returns(Entry.RESOURCE_CONTROL)

    def expires(self, timer: Any, entry: Entry | None = None) -> Host:
        """Time jumps to a deadline."""
        self.time = self.deadlines.pop((timer, entry))
        together = any(due == self.time for (t, _), due in self.deadlines.items() if t == "LOOKS")
        self.write("timer", timer=timer)
        return self.feed(ev.TimerExpired(timer, entry, together and timer == "ISALIVE"))

    def wait(self, milliseconds: int) -> Host:
        """Time passes; no timer may be due."""
        self.time += milliseconds
        return self

    def feed(self, event: ev.Event) -> Host:
        """Give the model an event and write the records of its answer."""
        self._run(event)
        return self

    def _run(self, event: ev.Event) -> tuple[Any, ...]:
        steps = run(self.resource, event, self.policies, self.timing)
        for step in steps:
            self.resource = step.resource
            if step.transition is not None:
                self.transitions.append(step.transition)
            for action in step.actions:
                self._act(action)
        return steps

    def _act(self, action: act.Action) -> None:
        if isinstance(action, act.StateChanged):
            self.write(
                "state",
                rhs=str(action.after),
                rcm=str(action.rcm),
                transition=action.transition,
                **{"from": str(action.before)},
            )
        elif isinstance(action, act.CallEntry):
            self.write("call", entry=str(action.entry), arguments={})
        elif isinstance(action, act.StartTimer):
            self.deadlines[action.timer, action.entry] = self.time + action.milliseconds
        elif isinstance(action, act.StopTimer):
            self.deadlines.pop((action.timer, action.entry), None)
        elif isinstance(action, act.CarryTimer):
            due = self.deadlines.pop((Timer.CALL, action.entry))
            self.deadlines[Timer.CALL, action.successor] = due
        elif isinstance(action, act.KillProcess):
            self.deadlines.clear()
            self.write("lost", reason="deadlock")


def opened(policies: Policies | None = None, timing: Timing | None = None) -> Host:
    """Return a host whose resource was opened and is offline."""
    return Host(policies, timing).request(ev.OpenRequest()).returns(Entry.OPEN, 1)
