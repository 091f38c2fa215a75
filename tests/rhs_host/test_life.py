"""The simulated RHS drives small resource DLLs through their lives."""

from __future__ import annotations

import pytest
from tests.rhs_host.rig import Start

pytestmark = pytest.mark.slow


def test_good_library_lives_without_violation(host: Start) -> None:
    """A resource that follows the contract goes online and offline and leaves nothing behind."""
    rig = host("good")
    rig.online()
    rig.send("await", resource="r", rhs=["Online"], limit_ms=10_000)
    rig.send("advance", ms=10_000)
    rig.send("offline", resource="r")
    rig.send("await", resource="r", rhs=["Offline"], limit_ms=10_000)
    rig.send("close", resource="r")
    rig.records += [dict(r.raw) for r in rig.session.close()]
    assert rig.transitions() == (
        ["T-05", "T-06", "T-14", "T-16", "T-23", "T-23", "T-23", "T-25"]
        + ["T-32", "T-33"] * 2
        + ["T-42", "T-47", "T-51", "T-09", "T-10"]
    )
    assert rig.rules() == []
    assert rig.picked("leak", "kind") == []


def test_silent_worker_ends_in_terminate(host: Start) -> None:
    """A worker that never reports is terminated after PendingTimeout, exactly (T-28, S4)."""
    rig = host("odd")
    rig.online("silent", PendingTimeout=7_000)
    rig.send("advance", ms=6_999)
    assert rig.state("silent") == ("OnlinePending", "OnlinePending")
    rig.send("advance", ms=1)
    assert rig.state("silent") == ("Offline", "Failed")
    assert rig.transitions()[-2:] == ["T-28", "T-56"]


def test_deadlock_timeout_bounds_pending(host: Start) -> None:
    """The lower of PendingTimeout and DeadlockTimeout decides."""
    rig = host("odd")
    rig.online("silent", PendingTimeout=7_000, DeadlockTimeout=3_000)
    rig.send("advance", ms=3_000)
    assert rig.state("silent") == ("Offline", "Failed")


def test_constant_checkpoint_does_not_count(host: Start) -> None:
    """Reports with a constant CheckPoint do not restart the pending timer (T-24, S6)."""
    rig = host("odd")
    rig.online("constant")
    rig.send("advance", ms=300_000)
    assert "T-24" in rig.transitions()
    assert "T-28" in rig.transitions()
    assert rig.records[-2]["time"] == 240_000
    assert set(rig.rules()) == {"checkpoint-not-increased"}


def test_report_after_terminate(host: Start) -> None:
    """The first report during Terminate is answered with 1; the next one is a violation."""
    rig = host("odd")
    rig.online("late")
    rig.send("terminate", resource="late")
    assert rig.picked("status", "answer") == [1, 1]
    assert rig.rules() == ["report-after-terminate"]
    assert rig.state("late") == ("Offline", "Offline")


def test_failed_report_and_error_result(host: Start) -> None:
    """A reported failure and an error from Online both lead to Terminate and Failed."""
    rig = host("odd")
    rig.online("fails")
    assert rig.transitions()[-2:] == ["T-26", "T-56"]
    rig.online("error")
    assert rig.transitions()[-2:] == ["T-17", "T-56"]
    assert rig.state("error") == rig.state("fails") == ("Offline", "Failed")


def test_looks_alive_false_asks_is_alive_on_the_same_thread(host: Start) -> None:
    """After LooksAlive FALSE comes IsAlive at once; FALSE from both fails the resource."""
    rig = host("odd")
    rig.online("sick")
    rig.send("advance", ms=15_000)
    assert rig.calls()[2:] == ["LooksAlive", "IsAlive"] * 3 + ["Terminate"]
    polls = [
        r for r in rig.records if r["event"] == "call" and r["entry"] in ("LooksAlive", "IsAlive")
    ]
    assert len({r["thread"] for r in polls}) == 1
    assert rig.transitions()[-2:] == ["T-37", "T-56"]


def test_event_handle_stops_light_polls_and_fails_the_resource(host: Start) -> None:
    """An event handle switches LooksAlive off, and signalling it fails the resource (T-39)."""
    rig = host("odd")
    rig.online("event")
    rig.send("advance", ms=29_999)
    assert "LooksAlive" not in rig.calls()
    rig.send("advance", ms=1)
    assert rig.picked("signal", "resource") == ["event"]
    assert rig.transitions()[-2:] == ["T-39", "T-56"]


def test_event_handle_verified_with_is_alive(host: Start) -> None:
    """Under policy P2 VERIFY_WITH_ISALIVE a signal asks IsAlive first."""
    rig = host("odd", policies={"P2": "VERIFY_WITH_ISALIVE"})
    rig.online("event")
    rig.send("advance", ms=30_000)
    assert rig.calls()[-2:] == ["IsAlive", "Terminate"]
    assert rig.transitions()[-3:] == ["T-39", "T-37", "T-56"]


@pytest.mark.parametrize(
    ("policy", "state"), [("LATCHED", ("Offline", "Failed")), ("LOST", ("Online", "Online"))]
)
def test_event_signalled_before_online(host: Start, policy: str, state: tuple[str, str]) -> None:
    """An event signalled before the resource is online counts or not, as policy P8 says."""
    rig = host("odd", policies={"P8": policy})
    rig.online("event from online")
    assert rig.state("event from online") == state


def test_slow_online_is_terminated_first(host: Start) -> None:
    """Online beyond DeadlockTimeout is a failure of the operation; its late result is ignored."""
    rig = host("odd")
    rig.online("slow")
    rig.send("advance", ms=300_000)
    assert rig.transitions()[-2:] == ["T-19", "T-57"]
    rig.send("advance", ms=100_000)
    assert rig.transitions()[-1] == "T-21"
    assert rig.state("slow") == ("Offline", "Failed")


def test_restart_policy(host: Start) -> None:
    """A failed resource is brought online again until the threshold is reached (section 7.3)."""
    rig = host("odd")
    rig.open("error", RestartThreshold=2, RestartDelay=100)
    rig.send("restart", resource="error", enabled=True)
    rig.send("online", resource="error")
    rig.send("advance", ms=1_000)
    requests = rig.picked("request", "request")
    assert requests == ["open", "online", "restart", "restart", "failover"]
    rig.send("advance", ms=3_600_000)
    # The retry counts from a new period, so two restarts follow it.
    assert rig.picked("request", "request").count("restart") == 5


def test_requests_are_refused_while_pending(host: Start) -> None:
    """Offline while online is pending is refused with 5023 and makes no call (T-31)."""
    rig = host("good")
    rig.online()
    assert rig.send("offline", resource="r").result["status"] == 5023
    assert rig.send("online", resource="r").result["status"] == 5023
    assert "Offline" not in rig.calls()


def test_close_takes_the_resource_offline_first(host: Start) -> None:
    """Close of an online resource calls Offline, then Close (T-12, S14)."""
    rig = host("odd")
    rig.online("synchronous")
    rig.send("close", resource="synchronous")
    rig.send("advance", ms=2_000)
    assert rig.calls()[-2:] == ["Offline", "Close"]
    assert rig.state("synchronous") == ("Closed", "Offline")


def test_delete_sends_the_control_code_and_closes(host: Start) -> None:
    """Deleting an offline resource sends CLUSCTL_RESOURCE_DELETE, then Close."""
    rig = host("good")
    rig.open()
    rig.send("delete", resource="r")
    codes = [r["arguments"].get("code") for r in rig.records if r["event"] == "call"]
    assert 0x01500006 in codes
    assert rig.calls()[-1] == "Close"


def test_open_failure(host: Start) -> None:
    """Open that returns NULL leaves the resource closed; without an error code it is flagged."""
    rig = host("odd")
    rig.open("open fails")
    opened = [r for r in rig.records if r["event"] == "return" and r["entry"] == "Open"]
    assert (opened[0]["result"], opened[0]["last_error"]) == (None, 5010)
    assert rig.rules() == []
    assert rig.transitions()[-1] == "T-07"
    rig.open("open fails silently")
    assert rig.rules() == ["last-error-not-set"]


def test_control_waits_for_the_call_in_flight(host: Start) -> None:
    """Two controls run one after the other, and an offline request waits for them."""
    rig = host("odd")
    rig.online("synchronous")
    rig.send("control", resource="synchronous", code=4)
    rig.send("control", resource="synchronous", code=3, input="010203", output_size=8)
    rig.send("offline", resource="synchronous")
    assert rig.calls()[-1] == "ResourceControl"
    assert rig.calls().count("ResourceControl") == 1
    rig.send("advance", ms=5_000)
    assert rig.calls()[-3:] == ["ResourceControl", "ResourceControl", "Offline"]
    outputs = [r["output"] for r in rig.records if r.get("output")]
    assert outputs == ["030201"]


def test_restless_crowd_keeps_its_counter(host: Start) -> None:
    """Slim locks, semaphores and waiting for all threads work under every schedule."""
    for seed in range(1, 6):
        rig = host("odd", seed=seed)
        rig.online("crowd")
        rig.send("advance", ms=100)
        assert "counter 25 finished 5" in rig.picked("log", "text")
        assert rig.rules() == []
