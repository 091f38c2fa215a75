"""Transitions of controls, Cancel and quorum, and the calls that RHS never makes."""

from __future__ import annotations

from resforge.model import effects as do
from resforge.model import guards as when
from resforge.model.states import OFFLINING, ONLINING, OPENED
from resforge.model.states import RhsState as S
from resforge.model.transition import Evidence, Transition
from resforge.model.triggers import Trigger as On

_ONLINING = tuple(sorted(ONLINING))
_OFFLINING = tuple(sorted(OFFLINING))
_OPENED = tuple(sorted(OPENED))
_LOADED = (S.CLOSED, S.OPENING, *_OPENED, S.CLOSING)
_NOT_OFFLINE = (*_ONLINING, S.ONLINE, *_OFFLINING, S.TERMINATING)
_NOT_ONLINE = (S.OFFLINE, *_ONLINING, *_OFFLINING, S.TERMINATING)

CONTROL_ROWS = (
    Transition(
        id="T-68",
        states=_OPENED,
        trigger=On.CONTROL_REQUEST,
        target=None,
        effects=(do.call_control,),
        event="ResourceControl",
        action="call; on 1 do the default processing",
        evidence=Evidence.STATED,
        source="B2, implementing-resourcecontrol",
    ),
    Transition(
        id="T-69",
        states=_LOADED,
        trigger=On.TYPE_CONTROL_REQUEST,
        target=None,
        effects=(do.call_type_control,),
        event="ResourceTypeControl",
        action="call; on 1 do the default processing",
        evidence=Evidence.STATED,
        source="implementing-resourcetypecontrol",
    ),
    Transition(
        id="T-71",
        states=(*_ONLINING, *_OFFLINING),
        trigger=On.CANCEL_REQUEST,
        target=None,
        effects=(do.call_cancel,),
        event="Cancel (version 2 and later)",
        action="call Cancel; the operation still ends by its own report or return",
        source="nc-resapi-pcancel_routine",
    ),
    Transition(
        id="T-72",
        states=(S.OFFLINE, S.ONLINE, S.TERMINATING),
        trigger=On.CANCEL_REQUEST,
        target=None,
        effects=(do.call_cancel,),
        event="Cancel although nothing runs; only as a test",
        action="the DLL returns an error without side effects",
        source="nc-resapi-pcancel_routine",
    ),
    Transition(
        id="T-73",
        states=(S.OFFLINE,),
        trigger=On.ARBITRATE_REQUEST,
        guard=when.quorum_type,
        target=S.OFFLINE,
        effects=(do.call_arbitrate,),
        event="Arbitrate, quorum type",
        action="call Arbitrate before Online",
        evidence=Evidence.PARTLY,
        source="nc-resapi-parbitrate_routine, LOGQ",
    ),
    Transition(
        id="T-73",
        states=(S.OFFLINE,),
        trigger=On.ARBITRATE_RETURNED,
        guard=when.result_zero,
        target=S.OFFLINE,
        effects=(do.won_quorum,),
        event="Arbitrate returns 0",
        action="the quorum is won",
        evidence=Evidence.PARTLY,
        source="nc-resapi-parbitrate_routine, LOGQ",
    ),
    Transition(
        id="T-74",
        states=_OPENED,
        trigger=On.LOST_QUORUM,
        guard=when.arbitrated,
        target=None,
        effects=(do.notify_quorum_lost,),
        event="LostQuorumResource callback",
        action="tell the cluster service",
        evidence=Evidence.STATED,
        source="nc-resapi-pquorum_resource_lost",
    ),
    Transition(
        id="T-75",
        states=(S.OFFLINE, S.ONLINE),
        trigger=On.RELEASE_REQUEST,
        guard=when.arbitrated,
        target=None,
        effects=(do.call_release,),
        event="Release",
        action="call Release at shutdown or move",
        evidence=Evidence.STATED,
        source="nc-resapi-prelease_routine",
    ),
    Transition(
        id="T-76",
        states=(S.OFFLINE,),
        trigger=On.ARBITRATE_RETURNED,
        guard=when.result_nonzero,
        target=S.OFFLINE,
        effects=(do.report_failure,),
        event="Arbitrate returns an error",
        action="do not call Online; the online request fails",
        source="LOGAG",
    ),
    Transition(
        id="T-82",
        states=_OPENED,
        trigger=On.CONTROL_RETURNED,
        guard=when.result_pending,
        target=None,
        effects=(do.flag_pending_result,),
        event="997 returned by anything but Online and Offline",
        action="flag it",
        source="nc-resapi-presource_control_routine",
    ),
)

NEGATIVE_ROWS = (
    Transition(
        id="T-80",
        states=_LOADED,
        trigger=On.DIRECT_CALL,
        guard=when.calls_without_resid,
        target=None,
        effects=(do.judge_direct_call,),
        event="any call with a NULL or stale RESID",
        action="the DLL answers 5007, FALSE or nothing",
        source="SAMPLE",
    ),
    Transition(
        id="T-77",
        states=_NOT_OFFLINE,
        trigger=On.DIRECT_CALL,
        guard=when.calls_online,
        target=None,
        effects=(do.judge_direct_call,),
        event="Online although not offline",
        action="the DLL returns 5023, no side effect",
        source="ERROR_INVALID_STATE is the nearest code",
    ),
    Transition(
        id="T-78",
        states=(S.OFFLINE, *_ONLINING),
        trigger=On.DIRECT_CALL,
        guard=when.calls_offline,
        target=None,
        effects=(do.judge_direct_call,),
        event="Offline although offline or going online",
        action="the DLL returns 0 when offline, 5023 when going online",
        source="SAMPLE treats a stopped service as offline",
    ),
    Transition(
        id="T-79",
        states=_NOT_ONLINE,
        trigger=On.DIRECT_CALL,
        guard=when.calls_poll,
        target=None,
        effects=(do.judge_direct_call,),
        event="LooksAlive or IsAlive although not online",
        action="the DLL returns FALSE",
        source="implementing-looksalive, implementing-isalive",
    ),
    Transition(
        id="T-81",
        states=_OPENED,
        trigger=On.DIRECT_CALL,
        guard=when.calls_open_again,
        target=None,
        effects=(do.judge_direct_call,),
        event="a second Open with the same name",
        action="the DLL returns another RESID, or NULL with 5010 when single-instance",
        source="implementing-open",
    ),
)
