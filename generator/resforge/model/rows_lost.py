"""Transitions of a lost process, and of a cluster service that died."""

from __future__ import annotations

from resforge.model import effects as do
from resforge.model import guards as when
from resforge.model.states import OPENED
from resforge.model.states import RhsState as S
from resforge.model.transition import Evidence, Transition
from resforge.model.triggers import Trigger as On

_OPENED = tuple(sorted(OPENED))
_NOT_TERMINATING = tuple(state for state in _OPENED if state is not S.TERMINATING)
_HOSTED = (S.NOT_LOADED, S.CLOSED, S.OPENING, *_OPENED, S.CLOSING)
_LOADED = (S.CLOSED, S.OPENING, *_OPENED, S.CLOSING)

LOST_ROWS = (
    Transition(
        id="T-66",
        states=_LOADED,
        trigger=On.CALL_EXPIRED,
        guard=when.expired_type_control,
        target=S.LOST,
        event="CALL of a type control expires",
        action="event 1265, RHS ends and is started again",
        evidence=Evidence.STATED,
        source="EVT",
    ),
    Transition(
        id="T-70",
        states=_OPENED,
        trigger=On.CALL_EXPIRED,
        guard=when.expired_control,
        target=S.LOST,
        event="the control's deadline passed",
        action="end the process, event 1230 with the control code",
        evidence=Evidence.STATED,
        source="EVT",
    ),
    Transition(
        id="T-62",
        states=_OPENED,
        trigger=On.CALL_EXPIRED,
        target=S.LOST,
        event="deadlock on any other call",
        action="log RhsCall::DeadlockMonitor, error report, end the process",
        evidence=Evidence.STATED,
        source="EVT, LOGAG, WER",
    ),
    Transition(
        id="T-62",
        states=_HOSTED,
        trigger=On.PROCESS_LOST,
        target=S.LOST,
        event="deadlock on a call of another resource of the process",
        action="lost with the process; no Close, no Terminate",
        evidence=Evidence.STATED,
        source="EVT, LOGAG, WER",
    ),
    Transition(
        id="T-63",
        states=_LOADED,
        trigger=On.THREW,
        target=S.LOST,
        event="an unhandled exception leaves an entry point",
        action="RHS ends itself",
        evidence=Evidence.STATED,
        source="BC9E, EVT",
    ),
    Transition(
        id="T-64",
        states=(S.LOST,),
        trigger=On.REATTACHED,
        target=S.NOT_LOADED,
        effects=(do.start_process,),
        event="RCM notices",
        action="events 1230 and 1146, SeparateMonitor for the culprit, new process",
        evidence=Evidence.STATED,
        source="UNRESP, LOGAG",
    ),
    Transition(
        id="T-65",
        states=(S.LOST,),
        trigger=On.PROCESS_STUCK,
        target=S.LOST,
        effects=(do.bug_check,),
        event="the process does not disappear",
        action="node stops with bug check 0x9E",
        evidence=Evidence.STATED,
        source="BC9E",
    ),
    Transition(
        id="T-67",
        states=_NOT_TERMINATING,
        trigger=On.SERVICE_DIED,
        target=S.TERMINATING,
        effects=(do.force, do.want_close),
        event="the cluster service died",
        action="rundown: Terminate each resource, then Close",
        evidence=Evidence.STATED,
        source="ne-clusapi-cluster_resource_state_change_reason, resource-monitor",
    ),
    Transition(
        id="T-67",
        states=(S.TERMINATING,),
        trigger=On.SERVICE_DIED,
        target=None,
        effects=(do.want_close,),
        event="the cluster service died while Terminate runs",
        action="Close after Terminate",
        evidence=Evidence.STATED,
        source="ne-clusapi-cluster_resource_state_change_reason, resource-monitor",
    ),
)
