"""The statechart as a whole: total, pure, and true to its invariants."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.scenario import at
from tests.model.scenarios import SCENARIOS

from resforge.model import (
    P1,
    P2,
    P3,
    P4,
    P6,
    P8,
    Entry,
    Illegal,
    Noted,
    Policies,
    Poll,
    Queued,
    Resource,
    RhsState,
    Step,
    Taken,
    Timer,
    run,
    step,
)
from resforge.model import actions as act
from resforge.model import events as ev
from resforge.model.skeleton import EVENTS, configurations
from resforge.model.states import OPENED, PENDING_STATES

_POLICY_SETS = [
    Policies(p1=p1, p2=p2, p3=p3, p4=p4, p6=p6, p8=p8)
    for p1, p2, p3, p4, p6, p8 in product(P1, P2, P3, P4, P6, P8)
]


def _check(resource: Resource, event: ev.Event, answer: Step) -> None:
    assert isinstance(answer.outcome, Taken | Noted | Queued | Illegal)
    changed = [a for a in answer.actions if isinstance(a, act.StateChanged)]
    assert (len(changed) == 1) == isinstance(answer.outcome, Taken)
    if isinstance(answer.outcome, Illegal | Queued):
        assert answer.resource == resource
        assert answer.outcome.rule
    if isinstance(event, ev.StatusReport):
        assert any(isinstance(a, act.AnswerStatus) for a in answer.actions)
    _check_invariants(answer.resource)


def _check_invariants(resource: Resource) -> None:
    armed = resource.armed
    assert (Timer.PENDING in armed) == (resource.state in PENDING_STATES)
    assert not armed & {Timer.LOOKS, Timer.ISALIVE} or resource.state is RhsState.ONLINE
    assert resource.poll is Poll.IDLE or resource.state is RhsState.ONLINE
    assert Timer.LOOKS not in armed or not resource.event_handle
    life = {Entry.OPEN, Entry.CLOSE, Entry.ONLINE, Entry.OFFLINE}
    assert len(resource.in_flight & life) <= 1
    if resource.state not in OPENED:
        allowed = {Entry.OPEN, Entry.CLOSE, Entry.RESOURCE_TYPE_CONTROL, Entry.TERMINATE}
        assert resource.in_flight <= allowed | {Entry.LOOKS_ALIVE, Entry.IS_ALIVE}


@pytest.mark.parametrize("policies", _POLICY_SETS[:: len(_POLICY_SETS) // 8])
def test_every_state_answers_every_event(policies: Policies) -> None:
    """No configuration leaves an event without an answer, and invariants hold after it."""
    for resource, event in product(configurations(), EVENTS):
        _check(resource, event, step(resource, event, policies))


def test_step_is_pure() -> None:
    """The same situation gets the same answer twice, and nothing given is changed."""
    for scenario in SCENARIOS:
        before = scenario.resource
        first = step(before, scenario.event, scenario.policies)
        assert first == step(before, scenario.event, scenario.policies)
        assert before == scenario.resource


@pytest.mark.parametrize(
    ("resource", "event", "rule"),
    [
        (at(RhsState.ONLINE), ev.CallReturned(Entry.ONLINE), "I-1"),
        (at(RhsState.ONLINE), ev.TimerExpired(Timer.PENDING), "I-5"),
        (at(RhsState.OFFLINE), ev.TimerExpired(Timer.LOOKS), "I-4"),
        (at(RhsState.OFFLINE), ev.TimerExpired(Timer.ISALIVE), "I-3"),
        (at(RhsState.OFFLINE), ev.TimerExpired(Timer.CALL, Entry.ONLINE), "5.2"),
        (at(RhsState.CLOSED), ev.ControlRequest(), "I-2"),
        (at(RhsState.CLOSED), ev.CloseRequest(), "T-09"),
        (at(RhsState.CLOSED), ev.DeleteRequest(), "T-09"),
        (at(RhsState.OPENING), ev.OnlineRequest(), "I-2"),
        (at(RhsState.OPENING), ev.TerminateRequest(), "I-2"),
        (at(RhsState.CLOSING), ev.OpenRequest(), "T-05"),
        (at(RhsState.NOT_LOADED), ev.OnlineRequest(), "I-2"),
        (at(RhsState.OFFLINE), ev.StatusReport(2), "I-6"),
        (at(RhsState.CLOSED), ev.StatusReport(2), "I-9"),
        (at(RhsState.ONLINE_PENDING), ev.StatusReport(130, 1), "4.2"),
        (at(RhsState.ONLINE), ev.EventSignalled(), "8.3"),
        (at(RhsState.OFFLINE, quorum=True), ev.OnlineRequest(), "T-73"),
    ],
)
def test_illegal_event_names_its_rule(resource: Resource, event: ev.Event, rule: str) -> None:
    """What must not happen is answered with the rule that forbids it."""
    outcome = step(resource, event).outcome
    assert isinstance(outcome, Illegal)
    assert rule == outcome.rule


@pytest.mark.parametrize(
    ("resource", "event"),
    [
        (at(RhsState.ONLINE, Entry.RESOURCE_CONTROL), ev.OfflineRequest()),
        (at(RhsState.ONLINE, Entry.RESOURCE_CONTROL), ev.TimerExpired(Timer.ISALIVE)),
        (at(RhsState.ONLINE_IN_PROGRESS), ev.ControlRequest()),
        (at(RhsState.OFFLINE, Entry.TERMINATE), ev.OnlineRequest()),
    ],
)
def test_serialised_calls_wait(resource: Resource, event: ev.Event) -> None:
    """A call that must not overlap the one in flight is held back."""
    assert isinstance(step(resource, event).outcome, Queued)


def test_terminate_never_waits_in_an_operation() -> None:
    """Terminate runs beside Online, Offline, a poll and a control."""
    for entry in (Entry.ONLINE, Entry.OFFLINE, Entry.IS_ALIVE, Entry.RESOURCE_CONTROL):
        state = {
            Entry.ONLINE: RhsState.ONLINE_IN_PROGRESS,
            Entry.OFFLINE: RhsState.OFFLINE_IN_PROGRESS,
        }
        answer = step(at(state.get(entry, RhsState.ONLINE), entry), ev.TerminateRequest())
        assert act.CallEntry(Entry.TERMINATE) in answer.actions


def test_signal_before_online_is_latched_or_lost() -> None:
    """Policy P8 decides whether an early signal fails the resource on entry to Online."""
    pending = step(at(RhsState.ONLINE_PENDING), ev.EventSignalled()).resource
    report = ev.StatusReport(2, 0, event_handle=True)
    assert run(pending, report)[-1].resource.state is RhsState.TERMINATING
    assert run(pending, report, Policies(p8=P8.LOST))[-1].resource.state is RhsState.ONLINE


@settings(max_examples=300)
@given(st.lists(st.sampled_from(EVENTS), max_size=60), st.sampled_from(_POLICY_SETS))
def test_random_walks_keep_the_invariants(events: list[ev.Event], policies: Policies) -> None:
    """Whatever happens in whatever order, the invariants of a single moment hold."""
    resource = Resource(state=RhsState.CLOSED)
    for event in events:
        for answer in run(resource, event, policies):
            _check_invariants(answer.resource)
            resource = answer.resource
