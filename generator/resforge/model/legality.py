"""Events that no row of the table answers: legal remarks, and the rule that forbids the rest."""

from __future__ import annotations

from resforge.model import actions as act
from resforge.model import events as ev
from resforge.model.draft import Draft
from resforge.model.errors import Win32
from resforge.model.guards import Situation
from resforge.model.resource import Illegal, Noted
from resforge.model.states import (
    OFFLINING,
    ONLINING,
    OPENED,
    Entry,
    Poll,
    RcmState,
    RhsState,
)
from resforge.model.triggers import Trigger, trigger_of

_UNKNOWN_STATE_REPORTS = (-1, 0xFFFFFFFF)
_ENDED = frozenset({RhsState.OFFLINE, RhsState.CLOSING, RhsState.CLOSED})
_RCM = "6"

_RULES: dict[Trigger, tuple[str, str]] = {
    Trigger.ASSIGNED: ("T-01", "a process hosts the resource already"),
    Trigger.LOAD_FAILED: ("T-02", "nothing is being loaded"),
    Trigger.STARTUP_RETURNED: ("T-03", "Startup was not called for this resource"),
    Trigger.OPEN_REQUEST: ("T-05", "only a closed resource is opened"),
    Trigger.CLOSE_REQUEST: ("T-09", "only an opened resource is closed"),
    Trigger.DELETE_REQUEST: ("T-09", "only an opened resource is deleted"),
    Trigger.CLUSTER_STOP: ("T-12", "there is nothing to bring offline"),
    Trigger.ONLINE_REQUEST: ("I-2", "the resource is not opened"),
    Trigger.OFFLINE_REQUEST: ("I-2", "the resource is not opened"),
    Trigger.TERMINATE_REQUEST: ("I-2", "no RESID is valid, or Open or Close runs"),
    Trigger.SERVICE_DIED: ("T-67", "no RESID is valid"),
    Trigger.CONTROL_REQUEST: ("I-2", "the resource is not opened"),
    Trigger.TYPE_CONTROL_REQUEST: ("T-69", "the type is not loaded"),
    Trigger.CANCEL_REQUEST: ("T-71", "nothing can be cancelled"),
    Trigger.ARBITRATE_REQUEST: ("T-73", "only an offline quorum resource arbitrates"),
    Trigger.RELEASE_REQUEST: ("T-75", "the quorum is not held"),
    Trigger.LOST_QUORUM: ("T-74", "the quorum is not held"),
    Trigger.THREW: ("T-63", "no code of the DLL runs"),
    Trigger.REPORT: ("4.2", "this state may not be reported here"),
    Trigger.SIGNALLED: ("8.3", "no event handle was handed out"),
    Trigger.FAILURE_SIGNALLED: ("T-40", "the resource is not online"),
    Trigger.WORKER_DIED: ("8.1", "no operation has a worker"),
    Trigger.PROCESS_LOST: ("T-62", "no process hosts the resource"),
    Trigger.PROCESS_STUCK: ("T-65", "the process was not ended"),
    Trigger.REATTACHED: ("T-64", "the process was not lost"),
    Trigger.DIRECT_CALL: ("5.3 H", "in this state the call is a normal one"),
    Trigger.CALL_EXPIRED: ("5.2", "no such call is in flight"),
}


def noted(situation: Situation, draft: Draft) -> Noted | None:
    """Apply an event that is legal although no row speaks of it; None when it is not."""
    event = situation.event
    if isinstance(event, ev.CallReturned):
        return _returned(event, draft)
    if isinstance(event, ev.Maintenance):
        draft.set(maintenance=event.on)
        return Noted("maintenancemode")
    if isinstance(event, ev.EventSignalled) and situation.resource.state in ONLINING:
        draft.set(signalled=True)
        return Noted("P8")
    if isinstance(event, ev.WorkerDied) and situation.resource.state in OPENED:
        return Noted("8.2")
    if isinstance(event, ev.StatusReport):
        return _no_news(event, draft)
    return _rcm_answer(situation, draft)


def illegal(situation: Situation) -> tuple[tuple[act.Action, ...], Illegal]:
    """Name the rule that forbids the event, and what RHS does nevertheless."""
    event, state = situation.event, situation.resource.state
    if isinstance(event, ev.StatusReport):
        return _forbidden_report(state)
    if isinstance(event, ev.OnlineRequest) and state is RhsState.OFFLINE:
        return (), Illegal("T-73", "the quorum resource has not arbitrated")
    rule, text = _RULES.get(trigger_of(event), ("5.3", "no transition"))
    return (), Illegal(rule, f"{text} ({state})")


def _returned(event: ev.CallReturned, draft: Draft) -> Noted:
    polls = (Entry.LOOKS_ALIVE, Entry.IS_ALIVE)
    if event.entry in polls:
        draft.set(poll=Poll.IDLE, nested_poll=False, rearm_looks=False)
    controls = (Entry.RESOURCE_CONTROL, Entry.RESOURCE_TYPE_CONTROL)
    if event.entry in controls and event.result == Win32.INVALID_FUNCTION:
        draft.do(act.DefaultProcessing())
    return Noted("3.5")


def _no_news(event: ev.StatusReport, draft: Draft) -> Noted | None:
    pending = draft.resource.state in (RhsState.ONLINE_PENDING, RhsState.OFFLINE_PENDING)
    if pending and event.state in _UNKNOWN_STATE_REPORTS:
        draft.do(act.AnswerStatus((0,)))
        return Noted("4.2")
    return None


def _rcm_answer(situation: Situation, draft: Draft) -> Noted | None:
    """Section 6: which requests RCM grants or refuses without any call."""
    if isinstance(situation.event, ev.OnlineRequest):
        return _online_answer(situation.resource.state, draft)
    if isinstance(situation.event, ev.OfflineRequest):
        return _offline_answer(situation.resource.state, draft)
    failing = isinstance(situation.event, ev.TerminateRequest)
    refused = OPENED if isinstance(situation.event, ev.DeleteRequest) else {RhsState.OFFLINE}
    deleting = isinstance(situation.event, ev.DeleteRequest)
    if (failing or deleting) and situation.resource.state in refused:
        draft.do(act.Refuse(Win32.INVALID_STATE))
        return Noted(_RCM)
    return None


def _online_answer(state: RhsState, draft: Draft) -> Noted | None:
    if state is RhsState.ONLINE:
        return Noted(_RCM)
    if state in ONLINING | OFFLINING | {RhsState.TERMINATING}:
        draft.do(act.Refuse(Win32.INVALID_STATE))
        return Noted(_RCM)
    return None


def _offline_answer(state: RhsState, draft: Draft) -> Noted | None:
    if state is RhsState.OFFLINE:
        draft.set(result=RcmState.OFFLINE)
        return Noted(_RCM)
    if state in ONLINING | OFFLINING | {RhsState.TERMINATING}:
        draft.do(act.Refuse(Win32.INVALID_STATE))
        return Noted(_RCM)
    return None


def _forbidden_report(state: RhsState) -> tuple[tuple[act.Action, ...], Illegal]:
    if state in _ENDED:
        text = "reported although the operation has ended"
        rule = "I-6" if state is RhsState.OFFLINE else "I-9"
        return (act.AnswerStatus((1,)), act.Violation(rule, text)), Illegal(rule, text)
    text = f"this state may not be reported in {state}"
    pending = state in (RhsState.ONLINE_PENDING, RhsState.OFFLINE_PENDING)
    answers = (0,) if pending else (0, 1)
    return (act.AnswerStatus(answers), act.Violation("4.2", text)), Illegal("4.2", text)
