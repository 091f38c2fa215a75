"""State of one resource as the model keeps it, and the outcome of one step."""

from __future__ import annotations

from dataclasses import dataclass

from resforge.model.actions import Action
from resforge.model.events import Event, StatusReport
from resforge.model.states import OFFLINING, ONLINING, Entry, Poll, RcmState, RhsState, Timer


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource in RHS: the regions MAIN, POLL and CONTROL and what RHS remembers.

    `in_flight` holds the calls that have not returned, `armed` the timers PENDING, LOOKS and
    ISALIVE that run (a CALL timer runs for each call in flight). `checkpoint` is the last value
    that counted, `latched` a report made before Online or Offline returned. `result` is what
    clients see once the resource is offline, `ending` what they see while Terminate runs.
    """

    state: RhsState = RhsState.ABSENT
    poll: Poll = Poll.IDLE
    in_flight: frozenset[Entry] = frozenset()
    armed: frozenset[Timer] = frozenset()
    overdue: frozenset[Entry] = frozenset()
    nested_poll: bool = False
    rearm_looks: bool = False
    event_handle: bool = False
    signalled: bool = False
    synchronous: bool = False
    checkpoint: int = 0
    latched: StatusReport | None = None
    result: RcmState = RcmState.OFFLINE
    ending: RcmState = RcmState.FAILED
    opened_before: bool = False
    online_wanted: bool = False
    close_wanted: bool = False
    maintenance: bool = False
    quorum: bool = False
    arbitrated: bool = False
    status_information: int = 0

    @property
    def rcm(self) -> RcmState:
        """State that clients see; section 6 of the reference, mostly (inferred)."""
        if self.state in ONLINING:
            return RcmState.ONLINE_PENDING
        if self.state in OFFLINING:
            return RcmState.OFFLINE_PENDING
        shown = {
            RhsState.OFFLINE: self.result,
            RhsState.CLOSING: self.result,
            RhsState.ONLINE: RcmState.ONLINE,
            RhsState.TERMINATING: self.ending,
            RhsState.LOST: RcmState.FAILED,
        }
        unopened = RcmState.OFFLINE if self.opened_before else RcmState.INITIALIZING
        return shown.get(self.state, unopened)


@dataclass(frozen=True, slots=True)
class Taken:
    """A transition of the table was taken."""

    transition: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Legal, but no transition of the table; `rule` says which section speaks of it."""

    rule: str


@dataclass(frozen=True, slots=True)
class Queued:
    """RHS holds the event back until the calls in flight have returned; give it again then."""

    rule: str


@dataclass(frozen=True, slots=True)
class Illegal:
    """The event must not happen in this state; `rule` names the transition or invariant."""

    rule: str
    text: str


Outcome = Taken | Noted | Queued | Illegal


@dataclass(frozen=True, slots=True)
class Step:
    """Answer to one event: the new state, what RHS does, and which transition it was.

    `raised` holds events that follow at once, before anything else is looked at.
    """

    resource: Resource
    actions: tuple[Action, ...]
    outcome: Outcome
    raised: tuple[Event, ...] = ()

    @property
    def transition(self) -> str | None:
        """Id of the transition taken, None when there was none."""
        return self.outcome.transition if isinstance(self.outcome, Taken) else None
