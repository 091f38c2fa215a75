"""Kinds of events: what a row of the transition table reacts to."""

from __future__ import annotations

from enum import StrEnum

from resforge.model import events as ev
from resforge.model.states import Entry, Timer


class Trigger(StrEnum):
    """What a transition reacts to; the values are the words of the printed table."""

    ASSIGNED = "resource assigned to a monitor without process"
    LOAD_FAILED = "load failed"
    STARTUP_RETURNED = "Startup returned"
    OPEN_REQUEST = "open request"
    CLOSE_REQUEST = "close request"
    DELETE_REQUEST = "delete request"
    CLUSTER_STOP = "cluster stops"
    ONLINE_REQUEST = "online request"
    OFFLINE_REQUEST = "offline request"
    TERMINATE_REQUEST = "terminate request"
    SERVICE_DIED = "cluster service died"
    CONTROL_REQUEST = "resource control"
    TYPE_CONTROL_REQUEST = "resource type control"
    CANCEL_REQUEST = "cancel request"
    ARBITRATE_REQUEST = "arbitrate request"
    RELEASE_REQUEST = "release request"
    LOST_QUORUM = "quorum lost"
    OPEN_RETURNED = "Open returned"
    CLOSE_RETURNED = "Close returned"
    ONLINE_RETURNED = "Online returned"
    OFFLINE_RETURNED = "Offline returned"
    TERMINATE_RETURNED = "Terminate returned"
    LOOKS_ALIVE_RETURNED = "LooksAlive returned"
    IS_ALIVE_RETURNED = "IsAlive returned"
    CONTROL_RETURNED = "ResourceControl returned"
    TYPE_CONTROL_RETURNED = "ResourceTypeControl returned"
    CANCEL_RETURNED = "Cancel returned"
    ARBITRATE_RETURNED = "Arbitrate returned"
    RELEASE_RETURNED = "Release returned"
    THREW = "unhandled exception"
    REPORT = "status report"
    CALL_EXPIRED = "CALL expired"
    PENDING_EXPIRED = "PENDING expired"
    LOOKS_EXPIRED = "LOOKS expired"
    IS_ALIVE_EXPIRED = "ISALIVE expired"
    SIGNALLED = "event signalled"
    FAILURE_SIGNALLED = "failure signalled"
    WORKER_DIED = "worker ended silently"
    MAINTENANCE = "maintenance mode"
    PROCESS_LOST = "process lost"
    PROCESS_STUCK = "process does not end"
    REATTACHED = "new process"
    DIRECT_CALL = "call against the rules"


_BY_TYPE: dict[type, Trigger] = {
    ev.Assigned: Trigger.ASSIGNED,
    ev.LoadFailed: Trigger.LOAD_FAILED,
    ev.StartupReturned: Trigger.STARTUP_RETURNED,
    ev.OpenRequest: Trigger.OPEN_REQUEST,
    ev.CloseRequest: Trigger.CLOSE_REQUEST,
    ev.DeleteRequest: Trigger.DELETE_REQUEST,
    ev.ClusterStop: Trigger.CLUSTER_STOP,
    ev.OnlineRequest: Trigger.ONLINE_REQUEST,
    ev.OfflineRequest: Trigger.OFFLINE_REQUEST,
    ev.TerminateRequest: Trigger.TERMINATE_REQUEST,
    ev.ServiceDied: Trigger.SERVICE_DIED,
    ev.ControlRequest: Trigger.CONTROL_REQUEST,
    ev.TypeControlRequest: Trigger.TYPE_CONTROL_REQUEST,
    ev.CancelRequest: Trigger.CANCEL_REQUEST,
    ev.ArbitrateRequest: Trigger.ARBITRATE_REQUEST,
    ev.ReleaseRequest: Trigger.RELEASE_REQUEST,
    ev.LostQuorum: Trigger.LOST_QUORUM,
    ev.CallThrew: Trigger.THREW,
    ev.StatusReport: Trigger.REPORT,
    ev.EventSignalled: Trigger.SIGNALLED,
    ev.SignalFailure: Trigger.FAILURE_SIGNALLED,
    ev.WorkerDied: Trigger.WORKER_DIED,
    ev.Maintenance: Trigger.MAINTENANCE,
    ev.ProcessLost: Trigger.PROCESS_LOST,
    ev.ProcessStuck: Trigger.PROCESS_STUCK,
    ev.Reattached: Trigger.REATTACHED,
    ev.DirectCall: Trigger.DIRECT_CALL,
}

_RETURNS = {
    Entry.OPEN: Trigger.OPEN_RETURNED,
    Entry.CLOSE: Trigger.CLOSE_RETURNED,
    Entry.ONLINE: Trigger.ONLINE_RETURNED,
    Entry.OFFLINE: Trigger.OFFLINE_RETURNED,
    Entry.TERMINATE: Trigger.TERMINATE_RETURNED,
    Entry.LOOKS_ALIVE: Trigger.LOOKS_ALIVE_RETURNED,
    Entry.IS_ALIVE: Trigger.IS_ALIVE_RETURNED,
    Entry.ARBITRATE: Trigger.ARBITRATE_RETURNED,
    Entry.RELEASE: Trigger.RELEASE_RETURNED,
    Entry.RESOURCE_CONTROL: Trigger.CONTROL_RETURNED,
    Entry.RESOURCE_TYPE_CONTROL: Trigger.TYPE_CONTROL_RETURNED,
    Entry.CANCEL: Trigger.CANCEL_RETURNED,
}

_EXPIRIES = {
    Timer.CALL: Trigger.CALL_EXPIRED,
    Timer.PENDING: Trigger.PENDING_EXPIRED,
    Timer.LOOKS: Trigger.LOOKS_EXPIRED,
    Timer.ISALIVE: Trigger.IS_ALIVE_EXPIRED,
}


def trigger_of(event: ev.Event) -> Trigger:
    """Return the kind of an event."""
    if isinstance(event, ev.CallReturned):
        return _RETURNS[event.entry]
    if isinstance(event, ev.TimerExpired):
        return _EXPIRIES[event.timer]
    return _BY_TYPE[type(event)]
