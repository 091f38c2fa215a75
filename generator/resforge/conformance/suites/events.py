"""Asynchronous failure detection with an event handle."""

from __future__ import annotations

from resforge.conformance import needs
from resforge.conformance.actor import Actor, step
from resforge.conformance.constants import HOUR
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.rhs.records import CallReturn, StatusReport

suite = Suite("events")

ERROR = 2
MOMENT = 30_301
"""Milliseconds online after which a failure comes: at no multiple of a usual poll interval."""
BOTH = ({"P2": "FAIL_NOW"}, {"P2": "VERIFY_WITH_ISALIVE"})


def closed_beside(play: Player, actor: Actor) -> None:
    """Terminate and close while a health hook is deaf for an hour; the hook close waits for it."""
    budgets = play.model.timing.budgets
    actor.terminate()
    play.advance(budgets.terminate)
    actor.must_be("T-56", "Offline")
    actor.close()
    play.advance(budgets.close)
    actor.must_be("T-10", "Closed")
    actor.must_enter("8.2 rule 6", "close", times=0)
    actor.must_log("8.2 rule 6", ERROR, "the DLL stays loaded")
    play.advance(2 * HOUR)
    actor.must_enter("8.2 rule 5", "terminate")
    actor.must_enter("8.2 rule 6", "close")


def _handle_given(actor: Actor) -> None:
    """Expect an event handle from Online, or with the report that ends a pending Online."""

    def test(history: History) -> str | None:
        returned = [r for r in actor.picked(history.records, CallReturn) if r.entry == "Online"]
        reported = [s for s in actor.picked(history.records, StatusReport) if s.state == 2]
        given = [r.event_handle for r in returned] + [s.event_handle for s in reported]
        return None if any(given) else "no event handle was given"

    actor.player.check("8.3", test)


@suite.scenario(
    "monitor-ends",
    "a monitor that ends unasked signals the failure",
    covers=("T-39", "S13"),
    page="implementing-asynchronous-failure-detection",
    needs=needs.event_handle,
    policies=BOTH,
)
def monitor_ends(play: Player) -> None:
    """The monitor returns after a while."""
    actor = play.resource()
    actor.open()
    actor.script("monitor", step("wait", ms=MOMENT), step("return", value=0))
    actor.go_online()
    _handle_given(actor)
    play.advance(MOMENT - 1)
    actor.must_be("S13", "Online", "Online")
    play.advance(1)
    _failed(play, actor)


@suite.scenario(
    "signal-failure",
    "a hook that signals a failure fails the resource",
    covers=("T-39", "S13"),
    page="implementing-asynchronous-failure-detection",
    needs=needs.event_handle,
    policies=BOTH,
)
def signal_failure(play: Player) -> None:
    """The monitor signals and goes on waiting until it is stopped."""
    actor = play.resource()
    actor.open()
    steps = [step("wait", ms=MOMENT), step("signal_failure"), step("wait", ms=HOUR)]
    actor.script("monitor", *steps)
    actor.go_online()
    play.advance(MOMENT - 1)
    play.advance(1)
    _failed(play, actor)


def _failed(play: Player, actor: Actor) -> None:
    if play.scenario.policies.get("P2") == "VERIFY_WITH_ISALIVE":
        actor.must_return("8.3", "IsAlive", 0)
        actor.must_enter("8.3", "is_alive", times=0)
    actor.must_enter("T-39", "terminate")
    actor.must_be("T-56", "Offline", "Failed")


@suite.scenario(
    "reset-on-restart",
    "the event of an earlier failure does not fail the next online period",
    covers=("T-39", "T-14", "8.3"),
    page="implementing-asynchronous-failure-detection",
    needs=needs.event_handle,
    policies=BOTH,
)
def reset_on_restart(play: Player) -> None:
    """Fail, come online again, stay online, fail again."""
    actor = play.resource()
    actor.open()
    for _ in range(2):
        steps = [step("wait", ms=777), step("signal_failure"), step("wait", ms=HOUR)]
        actor.script("monitor", *steps)
        actor.go_online()
        play.advance(778)
        _failed(play, actor)
    actor.script("monitor", step("wait", ms=24 * HOUR))
    actor.go_online()
    play.advance(3 * play.model.timing.is_alive_interval)
    actor.must_be("8.3", "Online", "Online")


@suite.scenario(
    "signal-before-online",
    "a failure signalled before the resource is online is not lost by the DLL",
    covers=("T-39", "P8"),
    page="implementing-asynchronous-failure-detection",
    needs=needs.event_handle,
    policies=({"P8": "LATCHED"}, {"P8": "LOST"}),
    tolerates=("event-handle-already-signalled",),
)
def signal_before_online(play: Player) -> None:
    """The hook online signals a failure and then succeeds; the next period is clean."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("signal_failure"), step("return", value=0))
    actor.online()
    play.advance(1)
    actor.terminate(optional=True)
    actor.go_online()
    play.advance(play.model.timing.is_alive_interval)
    actor.must_be("8.3", "Online", "Online")


@suite.scenario(
    "late-signal",
    "an event that is signalled while the resource goes offline changes nothing",
    covers=("T-55",),
    page="implementing-asynchronous-failure-detection",
    needs=needs.event_handle,
    policies=BOTH,
)
def late_signal(play: Player) -> None:
    """The hook offline signals a failure and then succeeds; the next online period is clean."""
    actor = play.resource().ready()
    actor.script("offline", step("signal_failure"), step("wait", ms=10), step("return", value=0))
    actor.offline()
    play.advance(0)
    actor.must_be("T-42", "OfflinePending" if play.model.pending_offline else "OfflineInProgress")
    play.advance(10)
    actor.must_call("T-55")
    actor.must_be("T-55", "Offline", "Offline")
    actor.go_online()
    play.advance(3 * play.model.timing.is_alive_interval)
    actor.must_be("8.3", "Online", "Online")


@suite.scenario(
    "monitor-stops",
    "Offline and Terminate stop the monitor without a signal",
    covers=("T-42", "T-55", "I-8"),
    page="implementing-offline",
    needs=needs.event_handle,
)
def monitor_stops(play: Player) -> None:
    """The monitor waits for ever and is asked to stop."""
    actor = play.resource()
    actor.open()
    for command in ("offline", "terminate"):
        actor.script("monitor", step("wait", ms=24 * HOUR))
        actor.go_online()
        play.advance(10_000)
        actor.send(command)
        actor.must_be("T-42", "Offline", "Offline" if command == "offline" else None)
        play.advance(HOUR)
        actor.must_call("T-55")


@suite.scenario(
    "deaf-monitor",
    "a monitor that does not listen cannot hold up Terminate",
    covers=("T-43", "8.2"),
    page="implementing-terminate",
    needs=needs.event_handle,
    tolerates=("deaf", "slow"),
)
def deaf_monitor(play: Player) -> None:
    """The monitor sleeps through the stop request; its late end must not signal."""
    actor = play.resource()
    actor.open()
    actor.script("monitor", step("sleep", ms=HOUR))
    actor.go_online()
    actor.terminate()
    play.advance(play.model.timing.budgets.terminate)
    actor.must_be("T-56", "Offline")
    actor.online()
    play.advance(2 * HOUR)
    actor.terminate(optional=True)
    actor.go_online()
    play.advance(HOUR)
    actor.must_be("8.3", "Online", "Online")


@suite.scenario(
    "close-deaf-monitor",
    "Close of an instance whose monitor still runs leaves the hook close to it",
    covers=("8.2", "3.3"),
    page="implementing-close",
    needs=needs.event_handle,
    tolerates=("deaf", "slow", "leak"),
)
def close_deaf_monitor(play: Player) -> None:
    """Terminate gives up on the monitor, Close follows, the monitor ends much later."""
    actor = play.resource()
    actor.open()
    actor.script("monitor", step("sleep", ms=HOUR))
    actor.go_online()
    closed_beside(play, actor)
