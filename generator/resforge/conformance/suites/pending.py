"""Pending operations: progress, heartbeat, silence, and Terminate at every moment."""

from __future__ import annotations

from functools import partial
from typing import Any

from resforge.conformance import needs
from resforge.conformance.actor import Actor, asleep, step
from resforge.conformance.constants import HOUR
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.model.rules import TypeModel
from resforge.rhs.records import HookStep

suite = Suite("pending")

MINUTE = 60_000
ERROR = 2
MOST_HEARTBEATS = 2_000


def _limit(model: TypeModel) -> int:
    return min(model.timing.pending_timeout, model.timing.deadlock_timeout)


def _deaf(model: TypeModel) -> list[dict[str, Any]]:
    """Return steps that take twice as long as RHS waits."""
    return asleep(2 * max(HOUR, _limit(model)))


def long(play: Player) -> int:
    """Return an hour, or less when heartbeats come so often that nobody would wait for them all."""
    timing = play.model.timing
    return min(HOUR, max(MOST_HEARTBEATS * timing.heartbeat, 10 * timing.pending_timeout))


@suite.scenario(
    "progress-says-stop",
    "progress() tells a hook that Terminate has come",
    covers=("T-57", "4.2"),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("slow",),
)
def progress_says_stop(play: Player) -> None:
    """Terminate comes while the hook is busy; it asks afterwards, within Terminate's budget."""
    budget = play.model.timing.budgets.terminate
    actor = play.resource()
    actor.open()
    actor.script("online", *asleep(budget // 2), step("progress"))
    actor.online()
    actor.terminate()
    play.advance(budget)
    actor.must_be("T-57", "Offline")
    play.equal("4.2", "answers of progress()", partial(told_to_stop, actor), 1)


@suite.scenario(
    "progress-after-close",
    "progress() tells a hook that is later than Close to stop",
    covers=("4.2", "8.2"),
    page="implementing-close",
    needs=needs.pending_online,
    tolerates=("deaf", "slow", "leak"),
)
def progress_after_close(play: Player) -> None:
    """Terminate and Close give up on it before it asks."""
    budgets = play.model.timing.budgets
    late = 2 * (budgets.terminate + budgets.close)
    actor = play.resource()
    actor.open()
    actor.script("online", *asleep(late), step("progress"))
    actor.online()
    actor.terminate()
    play.advance(budgets.terminate)
    actor.close()
    play.advance(budgets.close)
    actor.must_be("T-10", "Closed")
    play.advance(late)
    play.equal("4.2", "answers of progress()", partial(told_to_stop, actor), 1)


def told_to_stop(actor: Actor, history: History) -> int:
    """Count the times that the hooks of a resource were told so by progress()."""
    return sum(s.what == "told_to_stop" for s in actor.picked(history.records, HookStep))


@suite.scenario(
    "online-progress",
    "each progress report carries a new CheckPoint, then Online is reported once",
    covers=("T-16", "T-23", "T-25", "S1"),
    page="ns-resapi-resource_status",
    needs=needs.pending_online,
    policies=({"P6": "CHANGED"}, {"P6": "INCREASED"}),
)
def online_progress(play: Player) -> None:
    """A hook that reports progress four times."""
    actor = play.resource()
    actor.open()
    actor.script("online", *[step("progress")] * 4, step("return", value=0))
    actor.online()
    actor.must_report("T-23", 129, 129, 129, 129, 2)
    actor.must_be("T-25", "Online", "Online")


@suite.scenario(
    "online-unknown-answer",
    "any answer to a report but 0 ends the work, also one that is not documented",
    covers=("4.1",),
    page="ne-resapi-resource_exit_state",
    needs=needs.pending_online,
    tolerates=("model",),
)
def online_unknown_answer(play: Player) -> None:
    """The second of four progress reports is answered with 7."""
    actor = play.resource()
    actor.open()
    actor.script("online", *[step("progress")] * 4, step("return", value=0))
    play.send("fault", function="SetResourceStatus", call=2, error=7)
    actor.online()
    actor.must_report("4.1", 129, 129)
    for hook in ("check_health", "monitor"):
        actor.must_enter("4.1", hook, times=0)
    play.advance(1_000)
    actor.must_report("4.1")
    actor.terminate()
    actor.must_be("T-56", "Offline")
    actor.go_online()


@suite.scenario(
    "offline-unknown-answer",
    "an Offline that is told to stop has failed, also when its hook succeeds",
    covers=("4.1",),
    page="ne-resapi-resource_exit_state",
    needs=needs.pending_offline,
    tolerates=("model",),
)
def offline_unknown_answer(play: Player) -> None:
    """The first of two progress reports is answered with 7; Terminate has to clean up."""
    actor = play.resource().ready()
    actor.script("offline", *[step("progress")] * 2, step("return", value=0))
    play.send("fault", function="SetResourceStatus", call=1, error=7)
    actor.offline()
    actor.must_report("4.1", 130)
    actor.terminate()
    actor.must_enter("4.1", "terminate")
    actor.must_be("T-56", "Offline")
    actor.go_online()


@suite.scenario(
    "online-long",
    "an Online that takes long is kept alive by heartbeats",
    covers=("T-23", "S5"),
    page="resources-pendingtimeout",
    needs=needs.pending_online,
)
def online_long(play: Player) -> None:
    """A hook that waits for an hour or many heartbeats, then succeeds."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("wait", ms=long(play)), step("return", value=0))
    actor.online()
    actor.must_be("S5", "OnlinePending", "OnlinePending")
    play.advance(long(play) - 1)
    actor.must_be("S5", "OnlinePending", "OnlinePending")
    actor.must_call("S5")
    play.advance(2)
    actor.must_be("T-25", "Online", "Online")


@suite.scenario(
    "offline-long",
    "an Offline that takes long is kept alive by heartbeats",
    covers=("T-50", "T-51"),
    page="resources-pendingtimeout",
    needs=needs.pending_offline,
)
def offline_long(play: Player) -> None:
    """A hook that waits for an hour or many heartbeats, then succeeds."""
    actor = play.resource().ready()
    steps = [step("progress"), step("wait", ms=long(play)), step("return", value=0)]
    actor.script("offline", *steps)
    actor.offline()
    actor.must_report("T-50", 130)
    play.advance(long(play) - 1)
    actor.must_be("T-50", "OfflinePending", "OfflinePending")
    play.advance(2)
    actor.must_be("T-51", "Offline", "Offline")


@suite.scenario(
    "checkpoint-restarts",
    "the CheckPoint begins anew with each operation and grows within it",
    covers=("T-23", "T-50", "4.2"),
    page="ns-resapi-resource_status",
    needs=needs.pending,
)
def checkpoint_restarts(play: Player) -> None:
    """Operations with progress after each other, for two resources in turn."""
    actors = [
        play.resource() for _ in range(2 if needs.several_instances(play.model) is None else 1)
    ]
    for actor in actors:
        actor.open()
    for actor in actors * 2:
        actor.script("online", *[step("progress")] * 3)
        actor.go_online()
        if play.model.pending_online:
            actor.must_count("4.2", 1, 2, 3, 4)
        actor.script("offline", *[step("progress")] * 3)
        actor.offline()
        if play.model.pending_offline:
            actor.must_report("T-50", 130, 130, 130, 3)
            actor.must_count("4.2", 1, 2, 3, 4)


@suite.scenario(
    "online-silent",
    "a worker that never reports is terminated at the pending timeout",
    covers=("T-28", "T-30", "T-59", "S4"),
    page="implementing-pending-operations",
    needs=needs.pending_online,
    tolerates=("deaf",),
)
def online_silent(play: Player) -> None:
    """A hook that is deaf until long after the timeout and then wants to report success."""
    actor = play.resource()
    actor.open()
    actor.script("online", *_deaf(play.model), step("return", value=0))
    actor.online()
    play.advance(_limit(play.model) - 1)
    actor.must_be("T-30", "OnlinePending")
    _timed_out(play, actor, "T-28")


@suite.scenario(
    "offline-silent",
    "an Offline worker that never reports is terminated at the pending timeout",
    covers=("T-53", "S11"),
    page="failover",
    needs=needs.pending_offline,
    policies=({"P9": "FAILED"}, {"P9": "OFFLINE"}),
    tolerates=("deaf",),
)
def offline_silent(play: Player) -> None:
    """A hook that is deaf until long after the timeout and then wants to report success."""
    actor = play.resource().ready()
    actor.script("offline", *_deaf(play.model), step("return", value=0))
    actor.offline()
    play.advance(_limit(play.model) - 1)
    actor.must_be("T-47", "OfflinePending")
    _timed_out(play, actor, "T-53")


def _timed_out(play: Player, actor: Actor, rule: str) -> None:
    play.advance(2)
    actor.must_take(rule, rule)
    play.advance(play.model.timing.budgets.terminate)
    actor.must_be("T-56", "Offline")
    play.advance(2 * max(HOUR, _limit(play.model)))
    actor.must_report("T-59")
    actor.must_be("T-56", "Offline")


@suite.scenario(
    "terminate-online",
    "Terminate stops a pending Online at any moment, and nothing is reported afterwards",
    covers=("T-29", "T-59", "S12"),
    page="implementing-terminate",
    needs=needs.pending_online,
)
def terminate_online(play: Player) -> None:
    """Terminate before, at and after each step of the hook."""
    for moment in (0, 1, 9_999, 10_000, 10_001, 15_000, long(play) // 20, long(play) // 2):
        actor = play.resource()
        actor.open()
        steps = [step("wait", ms=10_000), step("progress"), step("wait", ms=HOUR)]
        actor.script("online", *steps, step("return", value=0))
        actor.online()
        if moment:
            play.advance(moment)
        _terminated_while(play, actor, "OnlinePending")


@suite.scenario(
    "terminate-offline",
    "Terminate stops a pending Offline at any moment, and nothing is reported afterwards",
    covers=("T-54", "T-59"),
    page="implementing-terminate",
    needs=needs.pending_offline,
)
def terminate_offline(play: Player) -> None:
    """Terminate before, at and after each step of the hook."""
    for moment in (0, 1, 9_999, 10_000, 10_001, long(play) // 2):
        actor = play.resource().ready()
        steps = [step("wait", ms=10_000), step("progress"), step("wait", ms=HOUR)]
        actor.script("offline", *steps, step("return", value=0))
        actor.offline()
        if moment:
            play.advance(moment)
        _terminated_while(play, actor, "OfflinePending")


def _terminated_while(play: Player, actor: Actor, state: str) -> None:
    actor.must_be("T-29", state)
    actor.terminate()
    actor.must_call("T-29", "Terminate")
    actor.must_enter("T-29", "terminate")
    actor.must_be("T-56", "Offline")
    play.advance(2 * HOUR)
    actor.must_report("T-59")
    actor.must_call("I-8")
    actor.go_online()
    actor.close()
    actor.must_log_nothing_bad("4.3")


@suite.scenario(
    "terminate-at-the-end",
    "Terminate in the very moment in which the hook ends leaves the resource offline",
    covers=("T-29", "T-59"),
    page="implementing-terminate",
    needs=needs.pending_online,
)
def terminate_at_the_end(play: Player) -> None:
    """The hook succeeds just before, at and after the Terminate request."""
    for moment in (999, 1_000, 1_001):
        actor = play.resource()
        actor.open()
        actor.script("online", step("wait", ms=1_000), step("return", value=0))
        actor.online()
        play.advance(moment)
        actor.terminate()
        actor.must_be("T-56", "Offline")
        play.advance(HOUR)
        actor.must_be("T-56", "Offline")
        actor.close()


@suite.scenario(
    "offline-refused-while-pending",
    "a request to go offline while Online is pending does not reach the DLL",
    covers=("T-31",),
    page="nf-clusapi-offlineclusterresource",
    needs=needs.pending_online,
)
def offline_refused(play: Player) -> None:
    """Offline request in OnlinePending."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("wait", ms=1_000))
    actor.online()
    actor.offline(optional=True)
    actor.must_call("T-31")
    play.advance(1_001)
    actor.must_be("T-25", "Online")


@suite.scenario(
    "cluster-fails-pending",
    "a resource that is failed while pending is terminated",
    covers=("T-29",),
    page="nf-clusapi-failclusterresource",
    needs=needs.pending_online,
)
def fail_while_pending(play: Player) -> None:
    """FailClusterResource in OnlinePending."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("wait", ms=HOUR))
    actor.online()
    actor.send("fail")
    actor.must_call("T-29", "Terminate")
    actor.must_be("T-56", "Offline", "Failed")


@suite.scenario(
    "hang-online",
    "a hook that never comes back costs its thread, not the process",
    covers=("T-28", "8.2"),
    page="implementing-pending-operations",
    needs=needs.pending_online,
    tolerates=("deaf", "leak"),
    fresh=True,
)
def hang_online(play: Player) -> None:
    """The worker hangs for ever; another instance works on."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("hang"))
    actor.online()
    play.advance(_limit(play.model) + 1)
    play.advance(play.model.timing.budgets.terminate)
    actor.must_be("T-56", "Offline")
    actor.close()
    play.advance(play.model.timing.budgets.close)
    actor.must_be("T-10", "Closed")
    play.advance(HOUR)


@suite.scenario(
    "many-checkpoints",
    "the CheckPoint goes on growing however often a hook reports progress",
    covers=("T-23", "4.2"),
    page="ns-resapi-resource_status",
    needs=needs.pending_online,
)
def many_checkpoints(play: Player) -> None:
    """More often than 16 bits can count; RHS writes down the first and the last ones."""
    actor = play.resource()
    actor.open()
    wait, progress = step("wait", ms=1), step("progress")
    often = [step("progress_often", value=1 << 12), wait] * 16
    actor.script("online", progress, wait, *often, progress, step("return", value=0))
    actor.online()
    play.send("quiet", resource=actor.name)
    play.advance(16)
    play.send("quiet", resource=actor.name, enabled=False)
    play.advance(1)
    actor.must_count("4.2", (1 << 16) + 2, (1 << 16) + 3)
    actor.must_be("T-25", "Online")
