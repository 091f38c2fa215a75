"""One situation, at least, for every row of the transition table, with the answer expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from resforge.model import (
    P1,
    P2,
    P3,
    P4,
    P6,
    P7,
    P8,
    P9,
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


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(at(S.ABSENT), ev.Assigned(), "T-01 NotLoaded/Initializing StartProcess"),
    Scenario(at(S.NOT_LOADED), ev.LoadFailed(), "T-02 NotLoaded/Initializing ReportFailure"),
    Scenario(at(S.NOT_LOADED), ev.StartupReturned(), "T-03 Closed/Initializing"),
    Scenario(
        at(S.NOT_LOADED), ev.StartupReturned(1306), "T-04 NotLoaded/Initializing ReportFailure"
    ),
    Scenario(
        at(S.NOT_LOADED), ev.StartupReturned(0, False), "T-04 NotLoaded/Initializing ReportFailure"
    ),
    Scenario(
        at(S.CLOSED), ev.OpenRequest(), "T-05 Opening/Initializing call:Open start:CALL=300000"
    ),
    Scenario(at(S.OPENING), call(Entry.OPEN, 1), "T-06 Offline/Offline stop:CALL [opened]"),
    Scenario(
        at(S.OPENING), call(Entry.OPEN, 0), "T-07 Closed/Initializing stop:CALL ReportFailure"
    ),
    Scenario(at(S.OPENING), expiry(Entry.OPEN), "T-08 Lost/Failed KillProcess [result=Failed]"),
    Scenario(at(S.CLOSING), expiry(Entry.CLOSE), "T-08 Lost/Failed KillProcess [result=Failed]"),
    Scenario(at(S.OFFLINE), ev.CloseRequest(), "T-09 Closing/Offline call:Close start:CALL=300000"),
    Scenario(at(S.OFFLINE), ev.ClusterStop(), "T-09 Closing/Offline call:Close start:CALL=300000"),
    Scenario(
        at(S.CLOSING, close_wanted=True), call(Entry.CLOSE), "T-10 Closed/Initializing stop:CALL"
    ),
    Scenario(
        at(S.ONLINE),
        ev.ClusterStop(),
        "T-12 OfflineInProgress/OfflinePending stop:LOOKS stop:ISALIVE call:Offline start:CALL=300000 [close-wanted]",
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.ClusterStop(),
        "T-12 Terminating/OfflinePending stop:PENDING call:Terminate start:CALL=300000 [close-wanted]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        ev.ClusterStop(),
        "T-12 Terminating/OfflinePending call:Terminate start:CALL=300000 [close-wanted]",
    ),
    Scenario(
        at(S.OFFLINE_PENDING), ev.ClusterStop(), "T-12 OfflinePending/OfflinePending [close-wanted]"
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS),
        ev.ClusterStop(),
        "T-12 OfflineInProgress/OfflinePending [close-wanted]",
    ),
    Scenario(at(S.TERMINATING), ev.ClusterStop(), "T-12 Terminating/Failed [close-wanted]"),
    Scenario(
        at(S.ONLINE),
        ev.CloseRequest(),
        "T-13 Terminating/OfflinePending stop:LOOKS stop:ISALIVE call:Terminate start:CALL=300000 [close-wanted]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        ev.CloseRequest(),
        "T-13 Terminating/OfflinePending call:Terminate start:CALL=300000 [close-wanted]",
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.CloseRequest(),
        "T-13 Terminating/OfflinePending stop:PENDING call:Terminate start:CALL=300000 [close-wanted]",
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS),
        ev.CloseRequest(),
        "T-13 Terminating/OfflinePending call:Terminate start:CALL=300000 [close-wanted]",
    ),
    Scenario(
        at(S.OFFLINE_PENDING),
        ev.CloseRequest(),
        "T-13 Terminating/OfflinePending stop:PENDING call:Terminate start:CALL=300000 [close-wanted]",
    ),
    Scenario(at(S.TERMINATING), ev.CloseRequest(), "T-13 Terminating/Failed [close-wanted]"),
    Scenario(
        at(S.OFFLINE, checkpoint=7),
        ev.OnlineRequest(),
        "T-14 OnlineInProgress/OnlinePending call:Online start:CALL=300000",
    ),
    Scenario(
        at(S.OFFLINE, quorum=True, arbitrated=True),
        ev.OnlineRequest(),
        "T-14 OnlineInProgress/OnlinePending call:Online start:CALL=300000 [arbitrated]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        call(Entry.ONLINE, 0),
        "T-15 Online/Online stop:CALL start:LOOKS=5000 start:ISALIVE=60000 [synchronous]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        call(Entry.ONLINE, 0, True),
        "T-15 Online/Online stop:CALL start:ISALIVE=60000 [handle] [synchronous]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS, latched=ev.StatusReport(129, 1)),
        call(Entry.ONLINE, 0),
        "T-15 Online/Online stop:CALL violation:T-22 start:LOOKS=5000 start:ISALIVE=60000 [synchronous]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        call(Entry.ONLINE, 0),
        "T-15 Online/Online stop:CALL start:LOOKS=0 start:ISALIVE=0 [synchronous]",
        Policies(p7=P7.IMMEDIATE),
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS, signalled=True),
        call(Entry.ONLINE, 0, True),
        "T-15 Online/Online stop:CALL start:ISALIVE=60000 raise:EventSignalled [handle] [synchronous]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS, signalled=True),
        call(Entry.ONLINE, 0, True),
        "T-15 Online/Online stop:CALL start:ISALIVE=60000 [handle] [synchronous]",
        Policies(p8=P8.LOST),
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        call(Entry.ONLINE, 997),
        "T-16 OnlinePending/OnlinePending stop:CALL start:PENDING=180000",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        call(Entry.ONLINE, 997, True),
        "T-16 OnlinePending/OnlinePending stop:CALL start:PENDING=180000 [handle]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS, latched=ev.StatusReport(2)),
        call(Entry.ONLINE, 997),
        "T-16 OnlinePending/OnlinePending stop:CALL start:PENDING=180000 raise:StatusReport",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        call(Entry.ONLINE, 5006),
        "T-18 Terminating/Failed stop:CALL call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS, latched=ev.StatusReport(2)),
        call(Entry.ONLINE, 5006),
        "T-18 Terminating/Failed stop:CALL violation:T-22 call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        call(Entry.ONLINE, 5),
        "T-17 Terminating/Failed stop:CALL call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS, latched=ev.StatusReport(2)),
        call(Entry.ONLINE, 5),
        "T-17 Terminating/Failed stop:CALL violation:T-22 call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        expiry(Entry.ONLINE),
        "T-19 Terminating/Failed start:CALL=300000 call:Terminate start:CALL=300000 [overdue] [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        expiry(Entry.ONLINE),
        "T-19 Lost/Failed KillProcess [result=Failed]",
        Policies(p1=P1.KILL),
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        ev.TerminateRequest(),
        "T-20 Terminating/OfflinePending call:Terminate start:CALL=300000",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        ev.TerminateRequest(True),
        "T-20 Terminating/Failed call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.TERMINATING, Entry.ONLINE),
        call(Entry.ONLINE, 997),
        "T-21 Terminating/Failed stop:CALL",
    ),
    Scenario(
        at(S.TERMINATING, in_flight=frozenset({Entry.ONLINE})),
        call(Entry.ONLINE, 0),
        "T-21 Offline/Offline stop:CALL",
    ),
    Scenario(
        at(S.TERMINATING, Entry.OFFLINE),
        call(Entry.OFFLINE, 0),
        "T-21 Terminating/Failed stop:CALL",
    ),
    Scenario(
        at(S.TERMINATING, in_flight=frozenset({Entry.OFFLINE})),
        call(Entry.OFFLINE, 997),
        "T-21 Offline/Offline stop:CALL",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        ev.StatusReport(129, 1),
        "T-22 OnlineInProgress/OnlinePending answer:0 violation:T-22 [latched]",
    ),
    Scenario(
        at(S.ONLINE_PENDING, checkpoint=1),
        ev.StatusReport(129, 2),
        "T-23 OnlinePending/OnlinePending start:PENDING=180000 answer:0 [checkpoint=2]",
    ),
    Scenario(
        at(S.ONLINE_PENDING, checkpoint=3),
        ev.StatusReport(129, 2),
        "T-23 OnlinePending/OnlinePending violation:checkpoint-not-increased start:PENDING=180000 answer:0 [checkpoint=2]",
    ),
    Scenario(
        at(S.ONLINE_PENDING, checkpoint=3),
        ev.StatusReport(129, 2),
        "T-24 OnlinePending/OnlinePending violation:checkpoint-not-increased answer:0 [checkpoint=3]",
        Policies(p6=P6.INCREASED),
    ),
    Scenario(
        at(S.ONLINE_PENDING, checkpoint=2),
        ev.StatusReport(129, 2),
        "T-24 OnlinePending/OnlinePending violation:checkpoint-not-increased answer:0 [checkpoint=2]",
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.StatusReport(2),
        "T-25 Online/Online answer:0 stop:PENDING start:LOOKS=5000 start:ISALIVE=60000",
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.StatusReport(2, 0, True),
        "T-25 Online/Online answer:0 stop:PENDING start:ISALIVE=60000 [handle]",
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.StatusReport(4),
        "T-26 Terminating/Failed answer:0 stop:PENDING call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.StatusReport(126),
        "T-26 Terminating/Failed answer:0 stop:PENDING call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.StatusReport(127),
        "T-27 Terminating/OfflinePending answer:0 stop:PENDING call:Terminate start:CALL=300000",
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.StatusReport(3),
        "T-27 Terminating/Failed answer:0 stop:PENDING call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.StatusReport(3),
        "T-27 Terminating/OfflinePending answer:0 stop:PENDING call:Terminate start:CALL=300000",
        Policies(p4=P4.OFFLINE),
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.TimerExpired(Timer.PENDING),
        "T-28 Terminating/Failed call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.TerminateRequest(),
        "T-29 Terminating/OfflinePending stop:PENDING call:Terminate start:CALL=300000",
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.TerminateRequest(True),
        "T-29 Terminating/Failed stop:PENDING call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(at(S.ONLINE_PENDING), ev.WorkerDied(), "T-30 OnlinePending/OnlinePending"),
    Scenario(at(S.ONLINE_PENDING), ev.OfflineRequest(), "T-31 OnlinePending/OnlinePending Refuse"),
    Scenario(
        at(S.ONLINE),
        ev.TimerExpired(Timer.LOOKS),
        "T-32 Online/Online call:LooksAlive start:CALL=300000 [poll=LooksAliveRunning]",
    ),
    Scenario(
        polling(Entry.LOOKS_ALIVE),
        call(Entry.LOOKS_ALIVE, 1),
        "T-33 Online/Online stop:CALL start:LOOKS=5000",
    ),
    Scenario(
        polling(Entry.IS_ALIVE),
        call(Entry.IS_ALIVE, 1),
        "T-33 Online/Online stop:CALL start:ISALIVE=60000",
    ),
    Scenario(
        polling(Entry.IS_ALIVE, rearm_looks=True),
        call(Entry.IS_ALIVE, 1),
        "T-33 Online/Online stop:CALL start:LOOKS=5000 start:ISALIVE=60000",
    ),
    Scenario(
        polling(Entry.LOOKS_ALIVE),
        call(Entry.LOOKS_ALIVE, 0),
        "T-34 Online/Online call:IsAlive CarryTimer [poll=IsAliveRunning]",
    ),
    Scenario(
        at(S.ONLINE),
        ev.TimerExpired(Timer.ISALIVE),
        "T-35 Online/Online call:IsAlive start:CALL=300000 [poll=IsAliveRunning]",
    ),
    Scenario(
        at(S.ONLINE),
        ev.TimerExpired(Timer.ISALIVE, None, True),
        "T-35 Online/Online stop:LOOKS call:IsAlive start:CALL=300000 [poll=IsAliveRunning]",
    ),
    Scenario(
        polling(Entry.IS_ALIVE),
        call(Entry.IS_ALIVE, 0),
        "T-37 Terminating/Failed stop:CALL call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        polling(Entry.IS_ALIVE, maintenance=True),
        call(Entry.IS_ALIVE, 0),
        "T-45 Online/Online stop:CALL start:ISALIVE=60000 [maintenance]",
    ),
    Scenario(
        polling(Entry.IS_ALIVE),
        expiry(Entry.IS_ALIVE),
        "T-38 Lost/Failed KillProcess [result=Failed]",
    ),
    Scenario(
        polling(Entry.LOOKS_ALIVE),
        expiry(Entry.LOOKS_ALIVE),
        "T-38 Lost/Failed KillProcess [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE, event_handle=True),
        ev.EventSignalled(),
        "T-39 Terminating/Failed stop:LOOKS stop:ISALIVE call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE, event_handle=True),
        ev.EventSignalled(),
        "T-39 Online/Online stop:ISALIVE call:IsAlive start:CALL=300000 [handle] [poll=IsAliveRunning]",
        Policies(p2=P2.VERIFY_WITH_ISALIVE),
    ),
    Scenario(
        at(S.ONLINE),
        ev.SignalFailure(0),
        "T-40 Terminating/Failed stop:LOOKS stop:ISALIVE call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(at(S.ONLINE), ev.SignalFailure(1), "T-41 Online/Online SetStatusInformation [bits=2]"),
    Scenario(
        at(S.ONLINE), ev.SignalFailure(2), "T-41 Online/Online SetStatusInformation [bits=32]"
    ),
    Scenario(
        at(S.ONLINE, event_handle=True),
        ev.OfflineRequest(),
        "T-42 OfflineInProgress/OfflinePending stop:LOOKS stop:ISALIVE call:Offline start:CALL=300000",
    ),
    Scenario(
        at(S.ONLINE, Entry.RESOURCE_CONTROL),
        ev.OfflineRequest(),
        "T-42 OfflineInProgress/OfflinePending stop:LOOKS stop:ISALIVE call:Offline start:CALL=300000",
        Policies(p3=P3.PARALLEL),
    ),
    Scenario(
        at(S.ONLINE),
        ev.TerminateRequest(),
        "T-43 Terminating/OfflinePending stop:LOOKS stop:ISALIVE call:Terminate start:CALL=300000",
    ),
    Scenario(
        at(S.ONLINE),
        ev.TerminateRequest(True),
        "T-43 Terminating/Failed stop:LOOKS stop:ISALIVE call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE),
        ev.StatusReport(4),
        "T-44 Terminating/Failed answer:0|1 violation:T-44 stop:LOOKS stop:ISALIVE call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(at(S.ONLINE), ev.StatusReport(2), "T-44 Online/Online answer:0|1 violation:T-44"),
    Scenario(
        at(S.ONLINE, synchronous=True),
        ev.StatusReport(2),
        "T-83 Online/Online answer:0|1 violation:T-83 [synchronous]",
    ),
    Scenario(
        at(S.ONLINE, synchronous=True),
        ev.StatusReport(4),
        "T-44 Terminating/Failed answer:0|1 violation:T-44 stop:LOOKS stop:ISALIVE call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(at(S.OFFLINE_IN_PROGRESS), call(Entry.OFFLINE, 0), "T-46 Offline/Offline stop:CALL"),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS, latched=ev.StatusReport(130, 1)),
        call(Entry.OFFLINE, 0),
        "T-46 Offline/Offline stop:CALL violation:T-22",
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS, close_wanted=True),
        call(Entry.OFFLINE, 0),
        "T-46 Offline/Offline stop:CALL raise:ClusterStop [close-wanted]",
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS, result=RcmState.FAILED),
        call(Entry.OFFLINE, 0),
        "T-46 Offline/Offline stop:CALL",
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS),
        call(Entry.OFFLINE, 997),
        "T-47 OfflinePending/OfflinePending stop:CALL start:PENDING=180000",
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS, latched=ev.StatusReport(3)),
        call(Entry.OFFLINE, 997),
        "T-47 OfflinePending/OfflinePending stop:CALL start:PENDING=180000 raise:StatusReport",
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS),
        call(Entry.OFFLINE, 5),
        "T-48 Terminating/Failed stop:CALL call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS, latched=ev.StatusReport(3)),
        call(Entry.OFFLINE, 5),
        "T-48 Terminating/Failed stop:CALL violation:T-22 call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS),
        call(Entry.OFFLINE, 5),
        "T-48 Terminating/Failed stop:CALL call:Terminate start:CALL=300000",
        Policies(p9=P9.OFFLINE),
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS),
        expiry(Entry.OFFLINE),
        "T-49 Terminating/Failed start:CALL=300000 call:Terminate start:CALL=300000 [overdue] [result=Failed]",
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS),
        expiry(Entry.OFFLINE),
        "T-49 Lost/Failed KillProcess [result=Failed]",
        Policies(p1=P1.KILL),
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS),
        ev.StatusReport(130, 1),
        "T-50 OfflineInProgress/OfflinePending answer:0 violation:T-22 [latched]",
    ),
    Scenario(
        at(S.OFFLINE_PENDING),
        ev.StatusReport(130, 1),
        "T-50 OfflinePending/OfflinePending start:PENDING=180000 answer:0 [checkpoint=1]",
    ),
    Scenario(
        at(S.OFFLINE_PENDING),
        ev.StatusReport(130, 0),
        "T-50 OfflinePending/OfflinePending violation:checkpoint-not-increased answer:0",
    ),
    Scenario(
        at(S.OFFLINE_PENDING),
        ev.StatusReport(2),
        "T-50 OfflinePending/OfflinePending answer:0 violation:T-50",
    ),
    Scenario(
        at(S.OFFLINE_PENDING),
        ev.StatusReport(129, 9),
        "T-50 OfflinePending/OfflinePending answer:0 violation:T-50",
    ),
    Scenario(
        at(S.OFFLINE_PENDING), ev.StatusReport(3), "T-51 Offline/Offline answer:0 stop:PENDING"
    ),
    Scenario(
        at(S.OFFLINE_PENDING, result=RcmState.FAILED),
        ev.StatusReport(3),
        "T-51 Offline/Offline answer:0 stop:PENDING",
    ),
    Scenario(
        at(S.OFFLINE_PENDING),
        ev.StatusReport(4),
        "T-52 Terminating/Failed answer:0 stop:PENDING call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.OFFLINE_PENDING),
        ev.TimerExpired(Timer.PENDING),
        "T-53 Terminating/Failed call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(
        at(S.OFFLINE_PENDING),
        ev.TimerExpired(Timer.PENDING),
        "T-53 Terminating/Failed call:Terminate start:CALL=300000",
        Policies(p9=P9.OFFLINE),
    ),
    Scenario(
        at(S.OFFLINE_PENDING),
        ev.TerminateRequest(),
        "T-54 Terminating/OfflinePending stop:PENDING call:Terminate start:CALL=300000",
    ),
    Scenario(
        at(S.OFFLINE_IN_PROGRESS),
        ev.TerminateRequest(True),
        "T-54 Terminating/Failed call:Terminate start:CALL=300000 [result=Failed]",
    ),
    Scenario(at(S.OFFLINE_PENDING), ev.EventSignalled(), "T-55 OfflinePending/OfflinePending"),
    Scenario(at(S.TERMINATING), ev.EventSignalled(), "T-55 Terminating/Failed"),
    Scenario(at(S.TERMINATING), call(Entry.TERMINATE), "T-56 Offline/Offline stop:CALL"),
    Scenario(
        at(S.TERMINATING, close_wanted=True),
        call(Entry.TERMINATE),
        "T-56 Offline/Offline stop:CALL raise:ClusterStop [close-wanted]",
    ),
    Scenario(
        at(S.TERMINATING, Entry.ONLINE), call(Entry.TERMINATE), "T-57 Terminating/Failed stop:CALL"
    ),
    Scenario(
        at(S.TERMINATING), expiry(Entry.TERMINATE), "T-58 Lost/Failed KillProcess [result=Failed]"
    ),
    Scenario(at(S.TERMINATING), ev.StatusReport(129, 4), "T-59 Terminating/Failed answer:1"),
    Scenario(
        at(S.OFFLINE),
        ev.TerminateRequest(),
        "T-60 Offline/Offline call:Terminate start:CALL=300000",
    ),
    Scenario(at(S.TERMINATING), ev.TerminateRequest(), "T-61 Terminating/Failed"),
    Scenario(at(S.TERMINATING), ev.SignalFailure(), "T-61 Terminating/Failed"),
    Scenario(
        at(S.TERMINATING, Entry.ONLINE),
        expiry(Entry.ONLINE),
        "T-61 Terminating/Failed start:CALL=300000 [overdue]",
    ),
    Scenario(
        at(S.TERMINATING, Entry.ONLINE, overdue=frozenset({Entry.ONLINE})),
        expiry(Entry.ONLINE),
        "T-62 Lost/Failed KillProcess [result=Failed]",
    ),
    Scenario(
        at(S.TERMINATING, Entry.ONLINE),
        expiry(Entry.ONLINE),
        "T-62 Lost/Failed KillProcess [result=Failed]",
        Policies(p1=P1.KILL),
    ),
    Scenario(
        at(S.ONLINE, Entry.RESOURCE_TYPE_CONTROL),
        expiry(Entry.RESOURCE_TYPE_CONTROL),
        "T-66 Lost/Failed stop:LOOKS stop:ISALIVE KillProcess [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE, Entry.RESOURCE_CONTROL),
        expiry(Entry.RESOURCE_CONTROL),
        "T-70 Lost/Failed stop:LOOKS stop:ISALIVE KillProcess [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE_PENDING, Entry.CANCEL),
        expiry(Entry.CANCEL),
        "T-62 Lost/Failed stop:PENDING KillProcess [result=Failed]",
    ),
    Scenario(
        at(S.ONLINE),
        ev.ProcessLost(),
        "T-62 Lost/Failed stop:LOOKS stop:ISALIVE KillProcess [result=Failed]",
    ),
    Scenario(at(S.CLOSED), ev.ProcessLost(), "T-62 Lost/Failed KillProcess [result=Failed]"),
    Scenario(at(S.OFFLINE), ev.CallThrew(), "T-63 Lost/Failed KillProcess [result=Failed]"),
    Scenario(at(S.LOST), ev.Reattached(), "T-64 NotLoaded/Initializing StartProcess"),
    Scenario(at(S.LOST), ev.ProcessStuck(), "T-65 Lost/Failed BugCheck"),
    Scenario(
        at(S.ONLINE),
        ev.ServiceDied(),
        "T-67 Terminating/OfflinePending stop:LOOKS stop:ISALIVE call:Terminate start:CALL=300000 [close-wanted]",
    ),
    Scenario(
        at(S.OFFLINE),
        ev.ServiceDied(),
        "T-67 Terminating/OfflinePending call:Terminate start:CALL=300000 [close-wanted]",
    ),
    Scenario(
        at(S.OFFLINE),
        ev.ControlRequest(),
        "T-68 Offline/Offline call:ResourceControl start:CALL=300000",
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.ControlRequest(),
        "T-68 OnlinePending/OnlinePending call:ResourceControl start:CALL=300000",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        ev.ControlRequest(),
        "T-68 OnlineInProgress/OnlinePending call:ResourceControl start:CALL=300000",
        Policies(p3=P3.PARALLEL),
    ),
    Scenario(
        at(S.ONLINE),
        ev.TypeControlRequest(),
        "T-69 Online/Online call:ResourceTypeControl start:CALL=300000",
    ),
    Scenario(
        at(S.CLOSED),
        ev.TypeControlRequest(),
        "T-69 Closed/Initializing call:ResourceTypeControl start:CALL=300000",
    ),
    Scenario(
        at(S.ONLINE_IN_PROGRESS),
        ev.CancelRequest(),
        "T-71 OnlineInProgress/OnlinePending call:Cancel start:CALL=300000",
    ),
    Scenario(
        at(S.OFFLINE), ev.CancelRequest(), "T-72 Offline/Offline call:Cancel start:CALL=300000"
    ),
    Scenario(
        at(S.OFFLINE, quorum=True),
        ev.ArbitrateRequest(),
        "T-73 Offline/Offline call:Arbitrate start:CALL=300000",
    ),
    Scenario(
        at(S.OFFLINE, Entry.ARBITRATE),
        call(Entry.ARBITRATE, 0),
        "T-73 Offline/Offline stop:CALL [arbitrated]",
    ),
    Scenario(
        at(S.OFFLINE, Entry.ARBITRATE),
        call(Entry.ARBITRATE, 5),
        "T-76 Offline/Offline stop:CALL ReportFailure",
    ),
    Scenario(
        at(S.ONLINE, arbitrated=True),
        ev.LostQuorum(),
        "T-74 Online/Online NotifyQuorumLost [arbitrated]",
    ),
    Scenario(
        at(S.ONLINE, arbitrated=True),
        ev.ReleaseRequest(),
        "T-75 Online/Online call:Release start:CALL=300000",
    ),
    Scenario(
        at(S.ONLINE, Entry.RESOURCE_CONTROL),
        call(Entry.RESOURCE_CONTROL, 997),
        "T-82 Online/Online stop:CALL violation:T-82",
    ),
    Scenario(
        at(S.OFFLINE),
        ev.DirectCall(Entry.OFFLINE, 0, "null"),
        "T-80 Offline/Offline violation:T-80",
    ),
    Scenario(at(S.OFFLINE), ev.DirectCall(Entry.ONLINE, 5007, "stale"), "T-80 Offline/Offline"),
    Scenario(at(S.ONLINE), ev.DirectCall(Entry.IS_ALIVE, 0, "stale"), "T-80 Online/Online"),
    Scenario(at(S.ONLINE), ev.DirectCall(Entry.TERMINATE, 0, "null"), "T-80 Online/Online"),
    Scenario(at(S.ONLINE), ev.DirectCall(Entry.ONLINE, 5023), "T-77 Online/Online"),
    Scenario(at(S.ONLINE), ev.DirectCall(Entry.ONLINE, 0), "T-77 Online/Online violation:T-77"),
    Scenario(at(S.OFFLINE), ev.DirectCall(Entry.OFFLINE, 0), "T-78 Offline/Offline"),
    Scenario(at(S.OFFLINE), ev.DirectCall(Entry.OFFLINE, 1), "T-78 Offline/Offline violation:T-78"),
    Scenario(
        at(S.ONLINE_PENDING), ev.DirectCall(Entry.OFFLINE, 5023), "T-78 OnlinePending/OnlinePending"
    ),
    Scenario(
        at(S.ONLINE_PENDING),
        ev.DirectCall(Entry.OFFLINE, 0),
        "T-78 OnlinePending/OnlinePending violation:T-78",
    ),
    Scenario(at(S.OFFLINE), ev.DirectCall(Entry.LOOKS_ALIVE, 0), "T-79 Offline/Offline"),
    Scenario(
        at(S.OFFLINE), ev.DirectCall(Entry.LOOKS_ALIVE, 1), "T-79 Offline/Offline violation:T-79"
    ),
    Scenario(at(S.OFFLINE), ev.DirectCall(Entry.OPEN, 1, "live", True), "T-81 Offline/Offline"),
    Scenario(
        at(S.OFFLINE),
        ev.DirectCall(Entry.OPEN, 0, "live", True),
        "T-81 Offline/Offline violation:T-81",
    ),
    Scenario(
        at(S.OFFLINE), ev.DeleteRequest(), "T-09 Closing/Offline call:Close start:CALL=300000"
    ),
    Scenario(at(S.ONLINE), ev.DeleteRequest(), "Noted Online/Online Refuse"),
    Scenario(at(S.OFFLINE), ev.TerminateRequest(True), "Noted Offline/Offline Refuse"),
    Scenario(
        at(S.CLOSED),
        ev.OnlineRequest(),
        "T-05 Opening/Initializing call:Open start:CALL=300000 [online-wanted]",
    ),
    Scenario(
        at(S.OPENING, online_wanted=True),
        call(Entry.OPEN, 1),
        "T-06 Offline/Offline stop:CALL raise:OnlineRequest [opened]",
    ),
    Scenario(
        at(S.OPENING, online_wanted=True),
        call(Entry.OPEN, 0),
        "T-07 Closed/Initializing stop:CALL ReportFailure",
    ),
    Scenario(at(S.TERMINATING), ev.ServiceDied(), "T-67 Terminating/Failed [close-wanted]"),
)
