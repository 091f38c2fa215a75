"""The hierarchical statechart: one pure, total function from event to answer."""

from __future__ import annotations

from collections.abc import Sequence

from resforge.model import actions as act
from resforge.model import events as ev
from resforge.model.draft import Draft
from resforge.model.guards import Situation
from resforge.model.legality import illegal, noted
from resforge.model.policies import P7, P8, Policies
from resforge.model.queueing import waits
from resforge.model.resource import Illegal, Queued, Resource, Step, Taken
from resforge.model.states import PENDING_STATES, Entry, Poll, RcmState, RhsState, Timer
from resforge.model.timing import Timing
from resforge.model.transition import Transition
from resforge.model.transitions import TRANSITIONS
from resforge.model.triggers import trigger_of

_CALL_ON_ENTRY = {
    RhsState.OPENING: Entry.OPEN,
    RhsState.CLOSING: Entry.CLOSE,
    RhsState.ONLINE_IN_PROGRESS: Entry.ONLINE,
    RhsState.OFFLINE_IN_PROGRESS: Entry.OFFLINE,
    RhsState.TERMINATING: Entry.TERMINATE,
}


def step(
    resource: Resource,
    event: ev.Event,
    policies: Policies | None = None,
    timing: Timing | None = None,
    *,
    table: Sequence[Transition] = TRANSITIONS,
) -> Step:
    """Answer an event: every state and every event has an answer, legal or not.

    `Queued` means that RHS holds the event back, `Illegal` names the rule that forbids it; both
    leave the resource as it was. Events in `Step.raised` follow at once.
    """
    situation = Situation(resource, event, policies or Policies())
    draft = Draft(situation, timing or Timing())
    refused = _impossible(situation)
    if refused is not None:
        return Step(resource, (), refused)
    if waits(situation):
        return Step(resource, (), Queued("3.5"))
    trigger = trigger_of(event)
    row = next((row for row in table if row.applies(trigger, situation)), None)
    if isinstance(event, ev.CallReturned):
        draft.returned(event.entry)
    elif isinstance(event, ev.TimerExpired) and event.timer is not Timer.CALL:
        draft.set(armed=draft.resource.armed - {event.timer})
    if row is None:
        return _without_row(situation, draft)
    _take(row, draft)
    return Step(draft.resource, tuple(draft.actions), Taken(row.id), tuple(draft.raised))


def run(
    resource: Resource,
    event: ev.Event,
    policies: Policies | None = None,
    timing: Timing | None = None,
    *,
    table: Sequence[Transition] = TRANSITIONS,
) -> tuple[Step, ...]:
    """Answer an event and everything it raises, in order."""
    steps = [step(resource, event, policies, timing, table=table)]
    raised = list(steps[0].raised)
    while raised:
        steps.append(step(steps[-1].resource, raised.pop(0), policies, timing, table=table))
        raised.extend(steps[-1].raised)
    return tuple(steps)


def _impossible(situation: Situation) -> Illegal | None:
    event, resource = situation.event, situation.resource
    if isinstance(event, ev.CallReturned) and event.entry not in resource.in_flight:
        return Illegal("I-1", f"{event.entry} returned although it is not in flight")
    if not isinstance(event, ev.TimerExpired):
        return None
    if event.timer is Timer.CALL:
        running = event.entry in resource.in_flight
        return None if running else Illegal("5.2", "CALL expired for a call that is not in flight")
    rule = {Timer.PENDING: "I-5", Timer.LOOKS: "I-4", Timer.ISALIVE: "I-3"}[event.timer]
    armed = event.timer in resource.armed
    return None if armed else Illegal(rule, f"{event.timer} expired although it is not armed")


def _without_row(situation: Situation, draft: Draft) -> Step:
    remark = noted(situation, draft)
    if remark is None:
        actions, forbidden = illegal(situation)
        return Step(situation.resource, actions, forbidden)
    return Step(draft.resource, tuple(draft.actions), remark, tuple(draft.raised))


def _take(row: Transition, draft: Draft) -> None:
    before = draft.resource.state
    for effect in row.effects:
        effect(draft)
    after = before if row.target is None else row.target
    if after is not before:
        _leave(before, draft)
        draft.set(state=after)
        _enter(after, draft)
    draft.actions.insert(0, act.StateChanged(before, after, draft.resource.rcm, row.id))


def _leave(state: RhsState, draft: Draft) -> None:
    if state in PENDING_STATES:
        draft.disarm(Timer.PENDING)
    if state is RhsState.ONLINE:
        draft.disarm(Timer.LOOKS, Timer.ISALIVE)
        draft.set(
            poll=Poll.IDLE,
            nested_poll=False,
            rearm_looks=False,
            event_handle=False,
            signalled=False,
            synchronous=False,
        )


def _enter(state: RhsState, draft: Draft) -> None:
    entry = _CALL_ON_ENTRY.get(state)
    if entry in (Entry.ONLINE, Entry.OFFLINE):
        draft.set(checkpoint=0, latched=None)
    if entry is Entry.TERMINATE:
        draft.set(latched=None)
    if entry is not None and not _runs_already(entry, draft):
        draft.call(entry)
    if state in PENDING_STATES:
        draft.arm(Timer.PENDING, draft.timing.pending_limit)
    special = {RhsState.ONLINE: _enter_online, RhsState.OFFLINE: _enter_offline}
    special.update({RhsState.CLOSED: _enter_closed, RhsState.LOST: _enter_lost})
    special.get(state, _nothing)(draft)


def _runs_already(entry: Entry, draft: Draft) -> bool:
    """A Terminate that began while offline (T-60) serves a later reason too, as in T-61."""
    return entry is Entry.TERMINATE and entry in draft.resource.in_flight


def _enter_online(draft: Draft) -> None:
    at_once = draft.policies.holds(P7.IMMEDIATE)
    if not draft.resource.event_handle:
        draft.arm(Timer.LOOKS, 0 if at_once else draft.timing.looks_alive_interval)
    draft.arm(Timer.ISALIVE, 0 if at_once else draft.timing.is_alive_interval)
    if draft.resource.signalled and draft.policies.holds(P8.LATCHED):
        draft.raised.append(ev.EventSignalled())
    draft.set(signalled=False, result=RcmState.OFFLINE)


def _enter_offline(draft: Draft) -> None:
    draft.set(event_handle=False, signalled=False)
    if draft.resource.close_wanted:
        draft.raised.append(ev.ClusterStop())


def _enter_closed(draft: Draft) -> None:
    draft.set(close_wanted=False, result=RcmState.OFFLINE)


def _enter_lost(draft: Draft) -> None:
    draft.do(act.KillProcess())
    fresh = Resource(
        state=RhsState.LOST,
        opened_before=draft.resource.opened_before,
        quorum=draft.resource.quorum,
        maintenance=draft.resource.maintenance,
        result=RcmState.FAILED,
    )
    draft.resource = fresh


def _nothing(_: Draft) -> None:
    """Most states need no entry action."""
