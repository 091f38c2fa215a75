"""Which events RHS holds back while calls are in flight (section 3.5 of the reference)."""

from __future__ import annotations

from resforge.model import events as ev
from resforge.model.guards import Situation
from resforge.model.policies import P2, P3
from resforge.model.resource import Resource
from resforge.model.states import OPENED, Entry, RhsState, Timer

_OPERATIONS = frozenset({Entry.ONLINE, Entry.OFFLINE})
_BESIDE_TERMINATE = frozenset({Entry.RESOURCE_TYPE_CONTROL, Entry.TERMINATE})


def waits(situation: Situation) -> bool:
    """Tell whether the event starts a call that must wait for one in flight.

    Every entry point except Terminate is serialised
    (`recommended-practices-for-resource-dlls`); policy P3 decides about controls.
    """
    calls = situation.resource.in_flight - {Entry.RESOURCE_TYPE_CONTROL}
    event = situation.event
    if isinstance(event, ev.ControlRequest):
        return _control_waits(situation)
    if isinstance(event, ev.TypeControlRequest):
        return Entry.RESOURCE_TYPE_CONTROL in situation.resource.in_flight
    if isinstance(event, ev.TerminateRequest):
        return _ends_nothing(situation) and bool(calls)
    if not starts_call(situation):
        return False
    return bool(calls - _overlapping(situation))


def waits_behind(situation: Situation, held_back: bool) -> bool:
    """Tell whether the event must wait because others wait already: calls are made in order.

    Under policy P3=PARALLEL what may run beside the call in flight does not wait.
    """
    parallel = situation.policies.holds(P3.PARALLEL) and bool(_serialised(situation.resource))
    return held_back and not parallel and joins_queue(situation)


def must_wait(situation: Situation) -> bool:
    """Tell whether the calls in flight keep an event that waits from its turn."""
    event, resource = situation.event, situation.resource
    if isinstance(event, ev.TypeControlRequest):
        return Entry.RESOURCE_TYPE_CONTROL in resource.in_flight
    if isinstance(event, ev.ControlRequest):
        return bool(_partners_of_control(situation))
    if isinstance(event, ev.ClusterStop):
        return bool(_serialised(resource))
    return bool(_serialised(resource) - _overlapping(situation))


def joins_queue(situation: Situation) -> bool:
    """Tell whether the event makes RHS call an entry point that is serialised with others."""
    if isinstance(situation.event, ev.ControlRequest):
        return situation.resource.state in OPENED
    return _ends_nothing(situation) or starts_call(situation)


def _serialised(resource: Resource) -> frozenset[Entry]:
    urgent = {Entry.TERMINATE} if resource.state is RhsState.TERMINATING else set()
    return resource.in_flight - {Entry.RESOURCE_TYPE_CONTROL} - urgent


def _ends_nothing(situation: Situation) -> bool:
    """T-60: nothing hurries, so this Terminate takes its turn."""
    event = situation.event
    graceful = isinstance(event, ev.TerminateRequest) and not event.failed
    return graceful and situation.resource.state is RhsState.OFFLINE


def _overlapping(situation: Situation) -> frozenset[Entry]:
    event, state = situation.event, situation.resource.state
    operation = isinstance(event, ev.OnlineRequest | ev.OfflineRequest)
    operation = operation or (isinstance(event, ev.ClusterStop) and state is RhsState.ONLINE)
    parallel = operation and situation.policies.holds(P3.PARALLEL)
    return frozenset({Entry.RESOURCE_CONTROL}) if parallel else frozenset()


def _control_waits(situation: Situation) -> bool:
    if situation.resource.state not in OPENED:
        return False
    return bool(_partners_of_control(situation))


def _partners_of_control(situation: Situation) -> frozenset[Entry]:
    calls = situation.resource.in_flight - _BESIDE_TERMINATE
    return calls - _OPERATIONS if situation.policies.holds(P3.PARALLEL) else calls


def starts_call(situation: Situation) -> bool:
    """Tell whether the event makes RHS call an entry point other than Terminate and controls."""
    event, state = situation.event, situation.resource.state
    if state is RhsState.CLOSED:
        return isinstance(event, ev.OpenRequest)
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
