"""Situations from going offline to the end of the process, and of calls past RHS: T-42 to T-82."""

from __future__ import annotations

from tests.model.scenario import S, Scenario, at, call, expiry

from resforge.model import (
    P1,
    P3,
    P9,
    Entry,
    Policies,
    RcmState,
    Timer,
)
from resforge.model import events as ev

DOWN: tuple[Scenario, ...] = (
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
