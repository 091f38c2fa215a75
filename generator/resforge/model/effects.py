"""What a transition does besides entering its target state."""

from __future__ import annotations

from resforge.model import actions as act
from resforge.model import events as ev
from resforge.model.draft import Draft
from resforge.model.policies import P9
from resforge.model.states import Entry, Poll, RcmState, Timer
from resforge.model.violations import direct_call_violation

_STATUS_BITS = {1: 0x2, 2: 0x20}


def start_process(draft: Draft) -> None:
    """Start an RHS process."""
    draft.do(act.StartProcess())


def report_failure(draft: Draft) -> None:
    """Tell RCM that it failed."""
    draft.do(act.ReportFailure())


def opened(draft: Draft) -> None:
    """Remember the RESID; the resource begins offline."""
    draft.set(opened_before=True, result=RcmState.OFFLINE)


def want_online(draft: Draft) -> None:
    """Bring the resource online as soon as it is opened."""
    draft.set(online_wanted=True)


def serve_wanted_online(draft: Draft) -> None:
    """Let the online request follow that had to wait for Open."""
    if draft.resource.online_wanted:
        draft.raised.append(ev.OnlineRequest())
    draft.set(online_wanted=False)


def forget_wanted_online(draft: Draft) -> None:
    """The online request failed with Open."""
    draft.set(online_wanted=False)


def want_close(draft: Draft) -> None:
    """Close as soon as the resource is offline."""
    draft.set(close_wanted=True)


def take_handle(draft: Draft) -> None:
    """Wait on the event handle, if the DLL handed one out."""
    given = isinstance(draft.event, ev.CallReturned | ev.StatusReport) and draft.event.event_handle
    draft.set(event_handle=draft.resource.event_handle or given)


def synchronous(draft: Draft) -> None:
    """Remember that no worker may report in this online period; a latched report was wrong."""
    draft.set(synchronous=True)
    flag_latched(draft)


def flag_latched(draft: Draft) -> None:
    """Flag a report made before the operation returned something else than 997."""
    if draft.resource.latched is not None:
        draft.do(
            act.Violation("T-22", "reported before the operation returned, but it did not pend")
        )
        draft.set(latched=None)


def replay_latched(draft: Draft) -> None:
    """Apply the report made before the operation returned 997."""
    if draft.resource.latched is not None:
        draft.raised.append(draft.resource.latched)
        draft.set(latched=None)


def latch(draft: Draft) -> None:
    """Keep the latest early report, warn, and let the worker continue."""
    draft.set(latched=draft.event)
    draft.do(
        act.AnswerStatus((0,)), act.Violation("T-22", "reported before the operation returned")
    )


def fail(draft: Draft) -> None:
    """Clients see Failed."""
    draft.set(ending=RcmState.FAILED, result=RcmState.FAILED)


def fail_offline(draft: Draft) -> None:
    """Clients see Failed while Terminate runs, then what policy P9 says."""
    final = RcmState.FAILED if draft.policies.holds(P9.FAILED) else RcmState.OFFLINE
    draft.set(ending=RcmState.FAILED, result=final)


def force(draft: Draft) -> None:
    """Clients see OfflinePending, then Offline."""
    draft.set(ending=RcmState.OFFLINE_PENDING, result=RcmState.OFFLINE)


def by_request(draft: Draft) -> None:
    """Clients see a failure or a forced offline, as the request says."""
    failed = isinstance(draft.event, ev.TerminateRequest) and draft.event.failed
    (fail if failed else force)(draft)


def continue_work(draft: Draft) -> None:
    """SetResourceStatus returns 0."""
    draft.do(act.AnswerStatus((0,)))


def stop_work(draft: Draft) -> None:
    """SetResourceStatus returns 1."""
    draft.do(act.AnswerStatus((1,)))


def either_answer(draft: Draft) -> None:
    """SetResourceStatus returns 0 or 1; invariant I-6 and question Q10 differ."""
    draft.do(act.AnswerStatus((0, 1)))


def count_report(draft: Draft) -> None:
    """Restart PENDING and remember the CheckPoint; warn unless it increased."""
    checkpoint = draft.event.checkpoint if isinstance(draft.event, ev.StatusReport) else 0
    if checkpoint <= draft.resource.checkpoint:
        draft.do(act.Violation("checkpoint-not-increased", "CheckPoint changed but did not grow"))
    draft.set(checkpoint=checkpoint)
    draft.arm(Timer.PENDING, draft.timing.pending_limit)


def not_counted(draft: Draft) -> None:
    """Flag a pending report without a new CheckPoint."""
    draft.do(act.Violation("checkpoint-not-increased", "CheckPoint did not change"))


def ignore_wrong_report(draft: Draft) -> None:
    """Flag a report that does not belong to the operation, let the worker continue."""
    draft.do(act.AnswerStatus((0,)), act.Violation("T-50", "report does not fit going offline"))


def flag_report_while_online(draft: Draft) -> None:
    """Flag a report outside a pending operation."""
    draft.do(act.Violation("T-44", "reported while online"))


def flag_synchronous_report(draft: Draft) -> None:
    """Flag a worker that reports although Online had returned 0."""
    draft.do(act.Violation("T-83", "reported although Online returned 0"))


def grant_second_limit(draft: Draft) -> None:
    """Let the stuck call have one more DeadlockTimeout."""
    event = draft.event
    if isinstance(event, ev.TimerExpired) and event.entry is not None:
        draft.set(overdue=draft.resource.overdue | {event.entry})
        draft.do(act.StartTimer(Timer.CALL, draft.timing.deadlock_timeout, event.entry))


def call_looks_alive(draft: Draft) -> None:
    """Call LooksAlive."""
    draft.set(poll=Poll.LOOKS_ALIVE, rearm_looks=True)
    draft.call(Entry.LOOKS_ALIVE)


def call_is_alive(draft: Draft) -> None:
    """Call IsAlive; when LOOKS is due too, this call satisfies it."""
    together = isinstance(draft.event, ev.TimerExpired) and draft.event.together
    draft.set(poll=Poll.IS_ALIVE, rearm_looks=together)
    if together:
        draft.disarm(Timer.LOOKS)
    draft.disarm(Timer.ISALIVE)
    draft.call(Entry.IS_ALIVE)


def follow_with_is_alive(draft: Draft) -> None:
    """Call IsAlive on the same thread, within the CALL timer of LooksAlive."""
    draft.set(
        poll=Poll.IS_ALIVE,
        nested_poll=True,
        rearm_looks=True,
        in_flight=draft.resource.in_flight | {Entry.IS_ALIVE},
    )
    draft.actions = [a for a in draft.actions if not isinstance(a, act.StopTimer)]
    draft.do(act.CallEntry(Entry.IS_ALIVE), act.CarryTimer(Entry.LOOKS_ALIVE, Entry.IS_ALIVE))


def rearm(draft: Draft) -> None:
    """Start the intervals anew that the answered poll stands for."""
    if draft.resource.rearm_looks and not draft.resource.event_handle:
        draft.arm(Timer.LOOKS, draft.timing.looks_alive_interval)
    if draft.resource.poll is Poll.IS_ALIVE:
        draft.arm(Timer.ISALIVE, draft.timing.is_alive_interval)
    draft.set(poll=Poll.IDLE, nested_poll=False, rearm_looks=False)


def set_status_information(draft: Draft) -> None:
    """Set the bit of the failure type (`resources-statusinformation`)."""
    kind = draft.event.kind if isinstance(draft.event, ev.SignalFailure) else 0
    bits = _STATUS_BITS.get(kind, 0)
    draft.set(status_information=draft.resource.status_information | bits)
    draft.do(act.SetStatusInformation(bits))


def refuse_invalid_state(draft: Draft) -> None:
    """RCM answers ERROR_INVALID_STATE (5023)."""
    draft.do(act.Refuse(5023))


def bug_check(draft: Draft) -> None:
    """The node stops."""
    draft.do(act.BugCheck())


def call_terminate(draft: Draft) -> None:
    """Call Terminate without leaving the state."""
    draft.call(Entry.TERMINATE)


def call_control(draft: Draft) -> None:
    """Call ResourceControl."""
    draft.call(Entry.RESOURCE_CONTROL)


def call_type_control(draft: Draft) -> None:
    """Call ResourceTypeControl."""
    draft.call(Entry.RESOURCE_TYPE_CONTROL)


def call_cancel(draft: Draft) -> None:
    """Call Cancel."""
    draft.call(Entry.CANCEL)


def call_arbitrate(draft: Draft) -> None:
    """Call Arbitrate."""
    draft.call(Entry.ARBITRATE)


def call_release(draft: Draft) -> None:
    """Call Release; the quorum is given up."""
    draft.set(arbitrated=False)
    draft.call(Entry.RELEASE)


def won_quorum(draft: Draft) -> None:
    """Remember that the quorum is won."""
    draft.set(arbitrated=True)


def notify_quorum_lost(draft: Draft) -> None:
    """Tell the cluster service."""
    draft.do(act.NotifyQuorumLost())


def flag_pending_result(draft: Draft) -> None:
    """Flag 997 from an entry point that cannot pend."""
    draft.do(act.Violation("T-82", "only Online and Offline may return ERROR_IO_PENDING"))


def judge_direct_call(draft: Draft) -> None:
    """Compare the result of a call against the rules with what the DLL must answer."""
    if isinstance(draft.event, ev.DirectCall):
        draft.do(*direct_call_violation(draft.resource.state, draft.event))
