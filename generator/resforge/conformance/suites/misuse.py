"""Calls that RHS never makes: wrong states, no instance, instances long closed."""

from __future__ import annotations

from functools import partial

from resforge.conformance import needs
from resforge.conformance.actor import Actor, asleep, step
from resforge.conformance.constants import HOUR
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.suites.contexts import reported
from resforge.conformance.suites.watched import must_take

suite = Suite("misuse")

PENDING = 997

NOT_FOUND = 5007
INVALID_STATE = 5023
EXPECTED = {
    "Online": NOT_FOUND,
    "Offline": NOT_FOUND,
    "IsAlive": 0,
    "LooksAlive": 0,
    "ResourceControl": NOT_FOUND,
}
"""What each entry point answers without a valid instance; Terminate and Close answer nothing."""


def _refused(actor: Actor, resid: str) -> None:
    for entry, result in EXPECTED.items():
        more = {"code": 0x01000000} if entry == "ResourceControl" else {}
        actor.direct(entry, resid=resid, **more)
        actor.must_return("T-80", entry, result)
    for entry in ("Terminate", "Close"):
        actor.direct(entry, resid=resid)
    for hook in ("online", "offline", "terminate", "is_alive", "close"):
        actor.must_enter("T-80", hook, times=0)


@suite.scenario(
    "null-instance",
    "every entry point refuses NULL instead of an instance",
    covers=("T-80",),
    page="resource-identifiers",
)
def null_instance(play: Player) -> None:
    """Each entry point with NULL, before and while another instance is online."""
    actor = play.resource()
    actor.open()
    _refused(actor, "null")
    actor.go_online()
    _refused(actor, "null")
    actor.must_be("T-80", "Online")


@suite.scenario(
    "closed-instance",
    "every entry point refuses an instance that was closed",
    covers=("T-80", "I-2"),
    page="resource-identifiers",
)
def closed_instance(play: Player) -> None:
    """Each entry point with the identifier of a closed instance."""
    actor = play.resource().ready()
    actor.offline()
    actor.close()
    _refused(actor, "stale")


@suite.scenario(
    "closed-instance-reused-place",
    "the identifier of a closed instance never means a later one",
    covers=("T-80", "T-81"),
    page="resource-identifiers",
)
def reused_place(play: Player) -> None:
    """Open after Close many times; the first identifier stays dead."""
    old = play.resource()
    old.open()
    old.close()
    other = play.resource()
    for _ in range(130):
        other.open()
        old.direct("Offline", resid="stale")
        old.must_return("T-80", "Offline", NOT_FOUND)
        other.close()
    for _ in range(3):
        new = play.resource().ready()
        _refused(old, "stale")
        new.must_be("T-80", "Online")
        new.direct("IsAlive")
        new.must_return("T-80", "IsAlive", 1)
        new.offline()
        new.close()


@suite.scenario(
    "no-event-place",
    "Online works when there is no place for an event handle",
    covers=("T-14", "T-33"),
    page="nc-resapi-ponline_routine",
    tolerates=("model", "status-outside-pending"),
)
def no_event_place(play: Player) -> None:
    """EventHandle is NULL."""
    actor = play.resource()
    actor.open()
    actor.direct("Online", missing="event_handle")
    actor.must_return("T-14", "Online", PENDING if play.model.pending_online else 0)
    play.advance(1)
    actor.direct("IsAlive")
    actor.must_return("T-33", "IsAlive", 1)


@suite.scenario(
    "online-twice",
    "Online of a resource that is not offline is refused without effect",
    covers=("T-77",),
    page="implementing-online",
)
def online_twice(play: Player) -> None:
    """Online while online."""
    actor = play.resource().ready()
    actor.direct("Online")
    actor.must_return("T-77", "Online", INVALID_STATE)
    actor.must_enter("T-77", "online", times=0)
    actor.must_report("T-77")
    actor.direct("IsAlive")
    actor.must_return("T-77", "IsAlive", 1)


@suite.scenario(
    "online-while-pending",
    "Online while Online is pending is refused without effect",
    covers=("T-77",),
    page="implementing-online",
    needs=needs.pending_online,
)
def online_while_pending(play: Player) -> None:
    """Online beside the worker of an earlier Online."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("wait", ms=60_000))
    actor.online()
    actor.direct("Online")
    actor.must_return("T-77", "Online", INVALID_STATE)
    actor.must_enter("T-77", "online", times=0)
    play.advance(60_001)
    actor.must_be("T-25", "Online")


@suite.scenario(
    "online-while-offlining",
    "Online while Offline is pending is refused without effect",
    covers=("T-77",),
    page="implementing-online",
    needs=needs.pending_offline,
)
def online_while_offlining(play: Player) -> None:
    """Online beside the worker of an Offline."""
    actor = play.resource().ready()
    actor.script("offline", step("wait", ms=60_000))
    actor.offline()
    actor.direct("Online")
    actor.must_return("T-77", "Online", INVALID_STATE)
    actor.must_enter("T-77", "online", times=0)
    play.advance(60_001)
    actor.must_be("T-51", "Offline")


@suite.scenario(
    "offline-when-offline",
    "Offline of an offline resource succeeds at once",
    covers=("T-78",),
    page="implementing-offline",
)
def offline_when_offline(play: Player) -> None:
    """Offline before any Online, and again after Offline."""
    actor = play.resource()
    actor.open()
    actor.direct("Offline")
    actor.must_return("T-78", "Offline", 0)
    actor.must_enter("T-78", "offline", times=0)
    actor.go_online()
    actor.offline()
    actor.direct("Offline")
    actor.must_return("T-78", "Offline", 0)
    actor.must_report("T-78")


@suite.scenario(
    "offline-while-onlining",
    "Offline while Online is pending is refused without effect",
    covers=("T-78",),
    page="implementing-offline",
    needs=needs.pending_online,
)
def offline_while_onlining(play: Player) -> None:
    """Offline beside the worker of an Online."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("wait", ms=60_000))
    actor.online()
    actor.direct("Offline")
    actor.must_return("T-78", "Offline", INVALID_STATE)
    actor.must_enter("T-78", "offline", times=0)
    play.advance(60_001)
    actor.must_be("T-25", "Online")


@suite.scenario(
    "close-while-online",
    "Close of an online resource stops it first",
    covers=("T-13", "3.3"),
    page="implementing-close",
    tolerates=("model",),
)
def close_while_online(play: Player) -> None:
    """Close straight after Online, past RHS; a later life of the same name works."""
    actor = play.resource().ready()
    actor.direct("Close")
    actor.must_enter("T-13", "terminate")
    actor.must_enter("T-13", "close")
    actor.must_log("3.3", 1)
    play.advance(600_000, optional=True)
    actor.must_enter("I-8", "check_health", times=0)


@suite.scenario(
    "close-while-pending",
    "Close of a pending resource stops its worker first",
    covers=("T-13", "3.3"),
    page="implementing-close",
    needs=needs.pending_online,
    tolerates=("model",),
)
def close_while_pending(play: Player) -> None:
    """Close while the worker of Online waits; nothing is reported afterwards."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("progress"), step("wait", ms=HOUR))
    actor.online()
    actor.direct("Close")
    actor.must_enter("T-13", "terminate")
    actor.must_report("I-9")
    play.advance(120_000)
    actor.must_report("I-9")


@suite.scenario(
    "close-while-polled",
    "Close takes nothing away from a check that has not returned",
    covers=("T-13", "3.3"),
    page="implementing-close",
    needs=needs.polling_hook,
    tolerates=("model", "deaf", "slow"),
)
def close_while_polled(play: Player) -> None:
    """The hook of each check listens to nothing for a while, then looks at its properties."""
    checks = {"IsAlive": "is_alive"}
    if needs.light_poll(play.model) is None:
        checks["LooksAlive"] = "looks_alive"
    for entry, hook in checks.items():
        actor = play.resource().ready()
        actor.script(hook, *asleep(20), step("report_latest"), step("return", value=1))
        actor.send("call", entry=entry)
        play.advance(10)
        actor.direct("Close")
        actor.must_enter("T-13", "close")
        play.advance(10)
        play.equal("3.3", "hooks that went on", partial(_went_on, actor, hook), 1)


def _went_on(actor: Actor, hook: str, history: History) -> int:
    return len(reported(actor, hook, "properties_latest")(history))


@suite.scenario(
    "close-while-deaf",
    "Close of a resource that is not offline waits for a thread as long as Terminate and Close may",
    covers=("T-13", "8.2"),
    page="implementing-close",
    needs=needs.pending_online,
    tolerates=("model", "deaf", "slow", "leak"),
)
def close_while_deaf(play: Player) -> None:
    """The worker of Online listens to nothing."""
    budgets = play.model.timing.budgets
    actor = play.resource()
    actor.open()
    actor.script("online", *asleep(HOUR))
    actor.online()
    actor.direct("Close")
    play.advance(budgets.terminate + budgets.close)
    must_take(actor, "8.2", "Close", budgets.terminate + budgets.close)
    play.advance(HOUR)
    actor.must_enter("8.2 rule 6", "close")


@suite.scenario(
    "requested-close-while-online",
    "a close request for an online resource stops it first",
    covers=("T-12", "T-13"),
    page="implementing-close",
)
def requested_close(play: Player) -> None:
    """RHS stops the resource before it closes it, and so does a stop of the cluster."""
    actor = play.resource().ready()
    actor.close(force=True)
    actor.must_call("T-13", "Terminate", "Close")
    actor.must_enter("T-13", "terminate")
    actor.must_be("T-10", "Closed")
    actor.ready()
    actor.close()
    actor.must_call("T-12", "Offline", "Close")


@suite.scenario(
    "terminate-twice",
    "a second Terminate changes nothing",
    covers=("T-60", "T-61"),
    page="implementing-terminate",
)
def terminate_twice(play: Player) -> None:
    """Terminate directly after RHS terminated, and once more after the next online period."""
    actor = play.resource().ready()
    actor.terminate()
    actor.direct("Terminate")
    actor.must_report("T-60")
    actor.go_online()
    play.advance(2 * play.model.timing.is_alive_interval)
    actor.must_be("T-33", "Online")


@suite.scenario(
    "close-failed",
    "Close of a resource whose Online has failed terminates it first",
    covers=("T-77", "3.3"),
    page="implementing-close",
    needs=needs.synchronous_online,
    tolerates=("model",),
)
def close_failed(play: Player) -> None:
    """RHS never does that: it terminates what has failed."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("return", value=5))
    actor.direct("Online")
    actor.direct("Close")
    actor.must_enter("3.3", "terminate")
    actor.must_enter("3.3", "close")
