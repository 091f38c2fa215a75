"""What can happen to a resource: requests, results of calls, reports of the DLL, timers."""

from __future__ import annotations

from dataclasses import dataclass

from resforge.model.states import Entry, Timer


@dataclass(frozen=True, slots=True)
class Assigned:
    """RCM assigns the resource to a monitor that has no process."""


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """LoadLibrary failed or DllMain returned FALSE."""


@dataclass(frozen=True, slots=True)
class StartupReturned:
    """Startup returned; `table_valid` tells whether version and mandatory entries are good."""

    status: int = 0
    table_valid: bool = True


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """RCM wants the resource opened."""


@dataclass(frozen=True, slots=True)
class CloseRequest:
    """RCM wants the resource closed, whatever it does at the moment."""


@dataclass(frozen=True, slots=True)
class DeleteRequest:
    """RCM wants the resource closed because it is deleted."""


@dataclass(frozen=True, slots=True)
class ClusterStop:
    """The cluster service stops in order, or the resource changes its monitor."""


@dataclass(frozen=True, slots=True)
class OnlineRequest:
    """RCM wants the resource online."""


@dataclass(frozen=True, slots=True)
class OfflineRequest:
    """RCM wants the resource offline."""


@dataclass(frozen=True, slots=True)
class TerminateRequest:
    """RCM stops the resource at once; `failed` tells a failure from a forced offline."""

    failed: bool = False


@dataclass(frozen=True, slots=True)
class ServiceDied:
    """The cluster service died; RHS lets the resources shut down."""


@dataclass(frozen=True, slots=True)
class ControlRequest:
    """A control code for this resource."""


@dataclass(frozen=True, slots=True)
class TypeControlRequest:
    """A control code for the resource type."""


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Cancel of a running operation (version 2 and later)."""


@dataclass(frozen=True, slots=True)
class ArbitrateRequest:
    """RCM wants the quorum resource to win and defend the quorum."""


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """RCM gives the quorum up."""


@dataclass(frozen=True, slots=True)
class LostQuorum:
    """The DLL reports that it lost the quorum it defended."""


@dataclass(frozen=True, slots=True)
class CallReturned:
    """An entry point returned.

    `result` is its Win32 code; for Open 1 means a RESID and 0 means NULL; for LooksAlive and
    IsAlive it is the BOOL; for void entry points 0. `event_handle` is what Online handed out.
    """

    entry: Entry
    result: int = 0
    event_handle: bool = False


@dataclass(frozen=True, slots=True)
class CallThrew:
    """An unhandled exception left an entry point or a worker."""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The DLL called SetResourceStatus; `state` is the CLUSTER_RESOURCE_STATE number."""

    state: int
    checkpoint: int = 0
    event_handle: bool = False


@dataclass(frozen=True, slots=True)
class TimerExpired:
    """A timer ran out; `entry` names the call for CALL.

    `together` tells for ISALIVE that LOOKS is due at the same moment: IsAlive satisfies both.
    """

    timer: Timer
    entry: Entry | None = None
    together: bool = False


@dataclass(frozen=True, slots=True)
class EventSignalled:
    """The event handle that the DLL handed out is signalled."""


@dataclass(frozen=True, slots=True)
class SignalFailure:
    """The DLL called SignalFailure; 0 general, 1 embedded, 2 network loss (`ne-resapi-failure_type`)."""

    kind: int = 0


@dataclass(frozen=True, slots=True)
class WorkerDied:
    """The worker thread of a pending operation ended without a final report."""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Maintenance mode with the IsAlive check disabled was switched."""

    on: bool


@dataclass(frozen=True, slots=True)
class ProcessLost:
    """Another resource's call made RHS end: every resource of the process is lost."""


@dataclass(frozen=True, slots=True)
class ProcessStuck:
    """The killed RHS process does not disappear."""


@dataclass(frozen=True, slots=True)
class Reattached:
    """RCM started a new RHS process for the resource."""


@dataclass(frozen=True, slots=True)
class DirectCall:
    """A tester calls an entry point against the rules; RHS never does.

    `resid` is "live", "stale" or "null"; `duplicate` marks a second Open of the same name, whose
    `result` is 1 for a RESID, else the last error.
    """

    entry: Entry
    result: int = 0
    resid: str = "live"
    duplicate: bool = False


Event = (
    Assigned
    | LoadFailed
    | StartupReturned
    | OpenRequest
    | CloseRequest
    | DeleteRequest
    | ClusterStop
    | OnlineRequest
    | OfflineRequest
    | TerminateRequest
    | ServiceDied
    | ControlRequest
    | TypeControlRequest
    | CancelRequest
    | ArbitrateRequest
    | ReleaseRequest
    | LostQuorum
    | CallReturned
    | CallThrew
    | StatusReport
    | TimerExpired
    | EventSignalled
    | SignalFailure
    | WorkerDied
    | Maintenance
    | ProcessLost
    | ProcessStuck
    | Reattached
    | DirectCall
)
