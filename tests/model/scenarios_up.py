"""Situations from loading the DLL to the resource that is online: T-01 to T-41, T-45 and T-83."""

from __future__ import annotations

from tests.model.scenario import S, Scenario, at, call, expiry, polling

from resforge.model import (
    P1,
    P2,
    P4,
    P6,
    P7,
    P8,
    Entry,
    Policies,
    Timer,
)
from resforge.model import events as ev

UP: tuple[Scenario, ...] = (
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
)
