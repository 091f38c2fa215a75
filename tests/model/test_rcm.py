"""Requests of clients and the restart policy."""

from __future__ import annotations

import pytest

from resforge.model import Policies, RcmState, Win32
from resforge.model.policies import P1, P5
from resforge.model.rcm import (
    NO_RETRY,
    ClientRequest,
    Recovery,
    RecoveryPlan,
    RestartAction,
    RestartPolicy,
    after_failure,
    grants,
)
from resforge.model.rules import TypeTiming
from resforge.model.timing import USE_TYPE_VALUE, Timing

_LEGAL = {
    "online": "Initializing Online Offline Failed",
    "offline": "Online Offline Failed",
    "fail": "Online OnlinePending OfflinePending",
    "delete": "Offline Failed",
}


@pytest.mark.parametrize("request_name", _LEGAL)
@pytest.mark.parametrize("state", list(RcmState))
def test_requests_are_granted_where_the_protocol_says(request_name: str, state: RcmState) -> None:
    """Elsewhere the answer is ERROR_INVALID_STATE."""
    wanted = Win32.SUCCESS if state in _LEGAL[request_name].split() else Win32.INVALID_STATE
    assert grants(ClientRequest(request_name), state) == wanted


def test_failures_restart_up_to_the_threshold() -> None:
    """Three restarts within the period, then the group fails over."""
    policy = RestartPolicy()
    for count in range(3):
        assert after_failure(policy, range(count), 10) == RecoveryPlan(Recovery.RESTART, 500)
    assert after_failure(policy, (0, 1, 2), 10) == RecoveryPlan(Recovery.FAIL_OVER, 3_600_000)


def test_old_restarts_do_not_count() -> None:
    """A restart that is RestartPeriod ago has left the window."""
    policy = RestartPolicy(threshold=1, period=100)
    assert after_failure(policy, (0,), 99).step is Recovery.FAIL_OVER
    assert after_failure(policy, (0,), 100).step is Recovery.RESTART


def test_resource_stays_failed() -> None:
    """RestartAction 0 never restarts; 1 restarts but does not fail over."""
    never = RestartPolicy(action=RestartAction.DO_NOT_RESTART)
    assert after_failure(never, (), 0) == RecoveryPlan(Recovery.STAY_FAILED, None)
    here = RestartPolicy(action=RestartAction.RESTART_NO_NOTIFY, threshold=0)
    assert after_failure(here, (), 0).step is Recovery.STAY_FAILED


def test_one_retry_after_the_retry_period() -> None:
    """The late retry happens once, and never when it is switched off."""
    policy = RestartPolicy(threshold=0, retry_period=7)
    assert after_failure(policy, (), 0).online_after == 7
    assert after_failure(policy, (), 0, retried=True).online_after is None
    switched_off = RestartPolicy(threshold=0, retry_period=NO_RETRY)
    assert after_failure(switched_off, (), 0).online_after is None


def test_times_of_the_resource_override_those_of_the_type() -> None:
    """The sentinel of a poll interval falls back to the type."""
    declared = TypeTiming(looks_alive_interval=1, is_alive_interval=2, deadlock_timeout=3)
    common = {
        "LooksAlivePollInterval": USE_TYPE_VALUE,
        "IsAlivePollInterval": 20,
        "DeadlockTimeout": 30,
    }
    timing = Timing.effective(declared, common)
    assert (timing.looks_alive_interval, timing.is_alive_interval) == (1, 20)
    assert (timing.deadlock_timeout, timing.type_deadlock_timeout) == (30, 3)
    assert timing.pending_limit == 30


def test_policies_from_text() -> None:
    """Names and values are read without regard to case, and written back."""
    policies = Policies.from_assignments(["p1=kill", "P5 = DLL"])
    assert (policies.p1, policies.p5) == (P1.KILL, P5.DLL)
    assert policies == Policies.from_mapping(policies.as_mapping())


@pytest.mark.parametrize("text", ["P1", "P0=KILL", "P1=DLL"])
def test_bad_policy_is_refused(text: str) -> None:
    """What is no policy or no value of it raises ValueError."""
    with pytest.raises(ValueError, match="policy"):
        Policies.from_assignments([text])
