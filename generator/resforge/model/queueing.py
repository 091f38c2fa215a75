"""Which events RHS holds back while calls are in flight (section 3.5 of the reference)."""

from __future__ import annotations

from resforge.model import events as ev
from resforge.model.guards import Situation
from resforge.model.policies import P2, P3
from resforge.model.states import OPENED, Entry, RhsState, Timer

_OPERATIONS = frozenset({Entry.ONLINE, Entry.OFFLINE})
_BESIDE_TERMINATE = frozenset({Entry.RESOURCE_TYPE_CONTROL, Entry.TERMINATE})


def waits(situation: Situation) -> bool:
    """Tell whether the event starts a call that must wait for one in flight.

    Every entry point except Terminate is serialised
    (`recommended-practices-for-resource-dlls`); policy P3 decides about controls.
    """
    calls = situation.resource.in_flight - {Entry.RESOURCE_TYPE_CONTROL}
    event, state = situation.event, situation.resource.state
    if isinstance(event, ev.ControlRequest):
        return _control_waits(situation)
    if isinstance(event, ev.TypeControlRequest):
        return Entry.RESOURCE_TYPE_CONTROL in situation.resource.in_flight
    if isinstance(event, ev.TerminateRequest):
        return state is RhsState.OFFLINE and bool(calls)
    if not starts_call(situation):
        return False
    return bool(calls - _overlapping(situation))


def _overlapping(situation: Situation) -> frozenset[Entry]:
    operation = isinstance(situation.event, ev.OnlineRequest | ev.OfflineRequest)
    parallel = operation and situation.policies.holds(P3.PARALLEL)
    return frozenset({Entry.RESOURCE_CONTROL}) if parallel else frozenset()


def _control_waits(situation: Situation) -> bool:
    if situation.resource.state not in OPENED:
        return False
    calls = situation.resource.in_flight - _BESIDE_TERMINATE
    if situation.policies.holds(P3.PARALLEL):
        calls -= _OPERATIONS
    return bool(calls)


def starts_call(situation: Situation) -> bool:
    """Tell whether the event makes RHS call an entry point other than Terminate and controls."""
    event, state = situation.event, situation.resource.state
    if isinstance(
        event, ev.OnlineRequest | ev.ArbitrateRequest | ev.CloseRequest | ev.DeleteRequest
    ):
        return state is RhsState.OFFLINE
    if isinstance(event, ev.ClusterStop):
        return state in (RhsState.OFFLINE, RhsState.ONLINE)
    if isinstance(event, ev.OfflineRequest):
        return state is RhsState.ONLINE
    return _poll_or_release(situation)


def _poll_or_release(situation: Situation) -> bool:
    event, state = situation.event, situation.resource.state
    if isinstance(event, ev.TimerExpired):
        return event.timer in (Timer.LOOKS, Timer.ISALIVE)
    if isinstance(event, ev.EventSignalled):
        verify = situation.policies.holds(P2.VERIFY_WITH_ISALIVE)
        return verify and state is RhsState.ONLINE and situation.resource.event_handle
    return isinstance(event, ev.ReleaseRequest)
