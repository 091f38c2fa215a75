"""Conditions under which a transition of the table applies."""

from __future__ import annotations

from dataclasses import dataclass

from resforge.model import events as ev
from resforge.model.errors import Win32
from resforge.model.policies import P6, Policies
from resforge.model.resource import Resource
from resforge.model.states import Entry

ONLINE_REPORT = 2
OFFLINE_REPORT = 3
FAILED_REPORT = 4
ANY_NODE_REPORT = 126
THIS_NODE_REPORT = 127
ONLINE_PENDING_REPORT = 129
OFFLINE_PENDING_REPORT = 130

_OPERATIONS = frozenset({Entry.ONLINE, Entry.OFFLINE})
_POLLS = frozenset({Entry.LOOKS_ALIVE, Entry.IS_ALIVE})


@dataclass(frozen=True, slots=True)
class Situation:
    """A resource and the event it meets, under the policies in force."""

    resource: Resource
    event: ev.Event
    policies: Policies


def always(_: Situation) -> bool:
    """In every case."""
    return True


def startup_succeeded(situation: Situation) -> bool:
    """Startup returned 0 and the table is valid."""
    event = situation.event
    return isinstance(event, ev.StartupReturned) and event.status == 0 and event.table_valid


def result_zero(situation: Situation) -> bool:
    """The result is 0."""
    return _result(situation) == 0


def result_nonzero(situation: Situation) -> bool:
    """The result is not 0."""
    return _result(situation) != 0


def result_pending(situation: Situation) -> bool:
    """The result is ERROR_IO_PENDING (997)."""
    return _result(situation) == Win32.IO_PENDING


def result_unavailable(situation: Situation) -> bool:
    """The result is ERROR_RESOURCE_NOT_AVAILABLE (5006)."""
    return _result(situation) == Win32.RESOURCE_NOT_AVAILABLE


def result_error(situation: Situation) -> bool:
    """The result is neither 0 nor 997."""
    return _result(situation) not in (0, Win32.IO_PENDING)


def alive(situation: Situation) -> bool:
    """The answer is TRUE."""
    return result_nonzero(situation)


def dead(situation: Situation) -> bool:
    """The answer is FALSE."""
    return result_zero(situation)


def dead_in_maintenance(situation: Situation) -> bool:
    """The answer is FALSE and maintenance mode has the check disabled."""
    return dead(situation) and situation.resource.maintenance


def terminate_running(situation: Situation) -> bool:
    """Terminate has not returned."""
    return Entry.TERMINATE in situation.resource.in_flight


def operation_running(situation: Situation) -> bool:
    """Online or Offline has not returned."""
    return bool(situation.resource.in_flight & _OPERATIONS)


def nothing_running(situation: Situation) -> bool:
    """Neither Online nor Offline is still running."""
    return not operation_running(situation)


def counts(situation: Situation) -> bool:
    """Tell whether the CheckPoint of a report is news under policy P6."""
    event, last = situation.event, situation.resource.checkpoint
    checkpoint = event.checkpoint if isinstance(event, ev.StatusReport) else last
    return checkpoint > last if situation.policies.holds(P6.INCREASED) else checkpoint != last


def online_progress(situation: Situation) -> bool:
    """Report 129 with a CheckPoint that counts."""
    return _reported(situation, ONLINE_PENDING_REPORT) and counts(situation)


def online_no_progress(situation: Situation) -> bool:
    """Report 129 with a CheckPoint that does not count."""
    return _reported(situation, ONLINE_PENDING_REPORT) and not counts(situation)


def offline_progress(situation: Situation) -> bool:
    """Report 130 with a CheckPoint that counts."""
    return _reported(situation, OFFLINE_PENDING_REPORT) and counts(situation)


def offline_no_progress(situation: Situation) -> bool:
    """Report 130 with a CheckPoint that does not count."""
    return _reported(situation, OFFLINE_PENDING_REPORT) and not counts(situation)


def reports_online(situation: Situation) -> bool:
    """Report 2, Online."""
    return _reported(situation, ONLINE_REPORT)


def reports_offline(situation: Situation) -> bool:
    """Report 3, Offline."""
    return _reported(situation, OFFLINE_REPORT)


def reports_failed(situation: Situation) -> bool:
    """Report 4, Failed."""
    return _reported(situation, FAILED_REPORT)


def reports_failure(situation: Situation) -> bool:
    """Report 4 or 126."""
    return _reported(situation, FAILED_REPORT, ANY_NODE_REPORT)


def reports_not_on_this_node(situation: Situation) -> bool:
    """Report 127."""
    return _reported(situation, THIS_NODE_REPORT)


def reports_online_while_offlining(situation: Situation) -> bool:
    """Report 2 or 129 although the resource goes offline."""
    return _reported(situation, ONLINE_REPORT, ONLINE_PENDING_REPORT)


def reports_after_synchronous_online(situation: Situation) -> bool:
    """Any report but Failed although Online had returned 0."""
    return situation.resource.synchronous and not _reported(situation, FAILED_REPORT)


def expired_operation(situation: Situation) -> bool:
    """The call is Online or Offline, and it is its first limit."""
    return _expired(situation, _OPERATIONS) and not _expired(situation, situation.resource.overdue)


def expired_open_or_close(situation: Situation) -> bool:
    """The call is Open or Close."""
    return _expired(situation, frozenset({Entry.OPEN, Entry.CLOSE}))


def expired_poll(situation: Situation) -> bool:
    """The call is LooksAlive or IsAlive."""
    return _expired(situation, _POLLS)


def expired_terminate(situation: Situation) -> bool:
    """The call is Terminate."""
    return _expired(situation, frozenset({Entry.TERMINATE}))


def expired_control(situation: Situation) -> bool:
    """The call is ResourceControl."""
    return _expired(situation, frozenset({Entry.RESOURCE_CONTROL}))


def expired_type_control(situation: Situation) -> bool:
    """The call is ResourceTypeControl."""
    return _expired(situation, frozenset({Entry.RESOURCE_TYPE_CONTROL}))


def no_failure(situation: Situation) -> bool:
    """The request does not declare the resource failed."""
    return isinstance(situation.event, ev.TerminateRequest) and not situation.event.failed


def handle_known(situation: Situation) -> bool:
    """The resource handed out an event handle."""
    return situation.resource.event_handle


def general_failure(situation: Situation) -> bool:
    """FAILURE_TYPE_GENERAL."""
    return isinstance(situation.event, ev.SignalFailure) and situation.event.kind == 0


def other_failure(situation: Situation) -> bool:
    """FAILURE_TYPE_EMBEDDED or FAILURE_TYPE_NETWORK_LOSS."""
    return isinstance(situation.event, ev.SignalFailure) and situation.event.kind in (1, 2)


def quorum_type(situation: Situation) -> bool:
    """The type can own the quorum."""
    return situation.resource.quorum


def ready_for_online(situation: Situation) -> bool:
    """No quorum type, or the quorum is won."""
    return situation.resource.arbitrated or not situation.resource.quorum


def arbitrated(situation: Situation) -> bool:
    """The quorum is won."""
    return situation.resource.arbitrated


def calls_online(situation: Situation) -> bool:
    """A live RESID is passed to Online."""
    return _calls(situation, Entry.ONLINE)


def calls_offline(situation: Situation) -> bool:
    """A live RESID is passed to Offline."""
    return _calls(situation, Entry.OFFLINE)


def calls_poll(situation: Situation) -> bool:
    """A live RESID is passed to LooksAlive or IsAlive."""
    return _calls(situation, Entry.LOOKS_ALIVE) or _calls(situation, Entry.IS_ALIVE)


def calls_without_resid(situation: Situation) -> bool:
    """The RESID is NULL or stale."""
    return isinstance(situation.event, ev.DirectCall) and situation.event.resid != "live"


def calls_open_again(situation: Situation) -> bool:
    """A second Open with the same name."""
    return isinstance(situation.event, ev.DirectCall) and situation.event.duplicate


def _result(situation: Situation) -> int:
    return situation.event.result if isinstance(situation.event, ev.CallReturned) else -1


def _reported(situation: Situation, *states: int) -> bool:
    return isinstance(situation.event, ev.StatusReport) and situation.event.state in states


def _expired(situation: Situation, entries: frozenset[Entry]) -> bool:
    return isinstance(situation.event, ev.TimerExpired) and situation.event.entry in entries


def _calls(situation: Situation, entry: Entry) -> bool:
    event = situation.event
    return isinstance(event, ev.DirectCall) and event.entry is entry and event.resid == "live"
