"""What RHS and RCM do in answer to an event."""

from __future__ import annotations

from dataclasses import dataclass

from resforge.model.states import Entry, RcmState, RhsState, Timer


@dataclass(frozen=True, slots=True)
class StateChanged:
    """RHS takes a transition; one `state` record of the trace."""

    before: RhsState
    after: RhsState
    rcm: RcmState
    transition: str


@dataclass(frozen=True, slots=True)
class CallEntry:
    """RHS calls an entry point; one `call` record of the trace."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class AnswerStatus:
    """SetResourceStatus returns one of these: 0 continue, 1 terminate.

    Page `ne-resapi-resource_exit_state`; more than one where the sources leave it open.
    """

    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StartTimer:
    """A timer is armed for this many milliseconds; `entry` names the call for CALL."""

    timer: Timer
    milliseconds: int
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class StopTimer:
    """A timer is no longer armed."""

    timer: Timer
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class CarryTimer:
    """The running CALL timer of one call goes on for the call that follows it."""

    entry: Entry
    successor: Entry


@dataclass(frozen=True, slots=True)
class Refuse:
    """RCM answers the request with this error code and makes no call."""

    status: int


@dataclass(frozen=True, slots=True)
class StartProcess:
    """A new RHS process starts."""


@dataclass(frozen=True, slots=True)
class KillProcess:
    """RHS ends without Close and Terminate; every resource of the process is lost."""


@dataclass(frozen=True, slots=True)
class BugCheck:
    """The node stops with bug check 0x9E."""


@dataclass(frozen=True, slots=True)
class ReportFailure:
    """RHS tells RCM that a load, an open or a resource failed."""


@dataclass(frozen=True, slots=True)
class DefaultProcessing:
    """RHS does its own work for a control code that the DLL answered with 1."""


@dataclass(frozen=True, slots=True)
class SetStatusInformation:
    """Bits of the StatusInformation property are set (`resources-statusinformation`)."""

    bits: int


@dataclass(frozen=True, slots=True)
class NotifyQuorumLost:
    """The cluster service learns that the quorum is lost."""


@dataclass(frozen=True, slots=True)
class Violation:
    """The DLL broke its contract; `rule` names the transition or invariant."""

    rule: str
    text: str


Action = (
    StateChanged
    | CallEntry
    | AnswerStatus
    | StartTimer
    | StopTimer
    | CarryTimer
    | Refuse
    | StartProcess
    | KillProcess
    | BugCheck
    | ReportFailure
    | DefaultProcessing
    | SetStatusInformation
    | NotifyQuorumLost
    | Violation
)
