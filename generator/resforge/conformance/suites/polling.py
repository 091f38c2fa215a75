"""Health while online: poll intervals, answers, and what a failure leads to."""

from __future__ import annotations

from resforge.conformance import needs
from resforge.conformance.actor import Actor, step
from resforge.conformance.constants import HOUR
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.rhs.records import Call, CallReturn

suite = Suite("polling")


def _calls(actor: Actor, history: History, entry: str) -> int:
    return sum(c.entry == entry for c in actor.picked(history.last.records, Call))


def all_true(actor: Actor, rule: str) -> None:
    """Expect no poll of the latest reply to have answered FALSE."""

    def test(history: History) -> str | None:
        polls = ("LooksAlive", "IsAlive")
        returned = actor.picked(history.last.records, CallReturn)
        bad = [r.entry for r in returned if r.entry in polls and not r.result]
        return f"{bad[0]} answered FALSE for a healthy resource" if bad else None

    actor.player.check(rule, test)


@suite.scenario(
    "healthy",
    "a healthy resource is polled at its intervals and stays online",
    covers=("T-32", "T-33", "T-35"),
    page="implementing-isalive",
    policies=({"P7": "AFTER_INTERVAL"}, {"P7": "IMMEDIATE"}),
)
def healthy(play: Player) -> None:
    """Ten IsAlive intervals with hooks that say yes; more frequent ones leave no LooksAlive."""
    actor = play.resource().ready()
    timing = play.model.timing
    play.advance(10 * timing.is_alive_interval)
    all_true(actor, "T-33")
    actor.must_be("T-33", "Online", "Online")
    play.check("T-35", lambda h: None if _calls(actor, h, "IsAlive") >= 9 else "IsAlive is rare")
    if play.model.failure_detection == "event_handle":
        play.equal("I-4", "LooksAlive calls", lambda h: _calls(actor, h, "LooksAlive"), 0)
    elif timing.looks_alive_interval < timing.is_alive_interval:
        play.check("T-32", lambda h: None if _calls(actor, h, "LooksAlive") else "no LooksAlive")


@suite.scenario(
    "quiet-offline",
    "an offline resource is not polled, and says no when asked directly",
    covers=("T-42", "T-79", "I-3"),
    page="implementing-looksalive",
)
def quiet_offline(play: Player) -> None:
    """Time passes before Online and after Offline; direct polls answer FALSE."""
    actor = play.resource()
    actor.open()
    play.advance(HOUR)
    actor.must_call("I-3")
    _polls_say_no(actor)
    actor.go_online()
    actor.offline()
    play.advance(HOUR)
    actor.must_call("I-3")
    _polls_say_no(actor)


@suite.scenario(
    "no-while-pending",
    "LooksAlive and IsAlive answer FALSE while Online is pending",
    covers=("T-79",),
    page="implementing-isalive",
    needs=needs.pending_online,
)
def no_while_pending(play: Player) -> None:
    """Direct polls in OnlinePending."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("wait", ms=60_000))
    actor.online()
    _polls_say_no(actor)


@suite.scenario(
    "no-while-offlining",
    "LooksAlive and IsAlive answer FALSE while Offline is pending",
    covers=("T-79",),
    page="implementing-isalive",
    needs=needs.pending_offline,
)
def no_while_offlining(play: Player) -> None:
    """Direct polls in OfflinePending."""
    actor = play.resource().ready()
    actor.script("offline", step("wait", ms=60_000))
    actor.offline()
    _polls_say_no(actor)


def _polls_say_no(actor: Actor) -> None:
    for entry in ("LooksAlive", "IsAlive"):
        actor.direct(entry)
        actor.must_return("T-79", entry, 0)
        actor.must_enter("T-79", "is_alive", times=0)
        actor.must_enter("T-79", "looks_alive", times=0)


@suite.scenario(
    "looks-alive-no",
    "LooksAlive FALSE makes RHS ask IsAlive at once",
    covers=("T-34", "S8"),
    page="implementing-looksalive",
    needs=needs.light_poll,
)
def looks_alive_no(play: Player) -> None:
    """The light check says no, the full one yes."""
    actor = play.resource().ready()
    actor.script("looks_alive", step("return", value=0))
    play.advance(play.model.timing.looks_alive_interval)
    actor.must_call("S8", "LooksAlive", "IsAlive")
    actor.must_return("S8", "LooksAlive", 0)
    actor.must_return("S8", "IsAlive", 1)
    actor.must_be("S8", "Online", "Online")


@suite.scenario(
    "both-no",
    "LooksAlive and IsAlive FALSE fail the resource",
    covers=("T-34", "T-37"),
    page="implementing-isalive",
    needs=needs.light_poll,
)
def both_no(play: Player) -> None:
    """Both checks say no."""
    actor = play.resource().ready()
    actor.script("looks_alive", step("return", value=0))
    actor.script("is_alive", step("return", value=0))
    play.advance(play.model.timing.looks_alive_interval)
    actor.must_call("T-37", "LooksAlive", "IsAlive", "Terminate")
    actor.must_be("T-56", "Offline", "Failed")


@suite.scenario(
    "is-alive-no",
    "IsAlive FALSE fails the resource and terminates it",
    covers=("T-37", "T-56", "S9"),
    page="implementing-isalive",
    needs=needs.polling_hook,
)
def is_alive_no(play: Player) -> None:
    """The full check says no; a later Online works."""
    actor = play.resource().ready()
    actor.script("is_alive", step("return", value=0))
    play.advance(play.model.timing.is_alive_interval)
    actor.must_return("S9", "IsAlive", 0)
    actor.must_take("T-37", "T-37")
    actor.must_enter("S9", "terminate")
    actor.must_be("T-56", "Offline", "Failed")
    actor.go_online()
    play.advance(3 * play.model.timing.is_alive_interval)
    actor.must_be("T-33", "Online")


@suite.scenario(
    "signal-in-check",
    "a check that signals a failure means no, whatever it answers, and so does every later one",
    covers=("T-37", "8.3"),
    page="implementing-asynchronous-failure-detection",
    needs=needs.polling_hook,
    tolerates=("model",),
)
def signal_in_check(play: Player) -> None:
    """Each hook signals and says yes; no hook is asked again until the next Online."""
    checks = {"LooksAlive": "looks_alive", "IsAlive": "is_alive"}
    if needs.light_poll(play.model) is not None:
        del checks["LooksAlive"]
    actor = play.resource().ready()
    for entry, hook in checks.items():
        actor.script(hook, step("signal_failure"), step("return", value=1))
        actor.direct(entry)
        actor.must_return("8.3", entry, 0)
        if play.model.failure_detection == "polling":
            for again in ("LooksAlive", "IsAlive"):
                actor.direct(again)
                actor.must_return("8.3", again, 0)
            actor.terminate()
        actor.go_online()
        actor.direct(entry)
        actor.must_return("8.3", entry, 1)


@suite.scenario(
    "maintenance",
    "IsAlive FALSE in maintenance mode leaves the resource online",
    covers=("T-45",),
    page="maintenancemode",
    needs=needs.polling_hook,
)
def maintenance(play: Player) -> None:
    """RHS ignores the answer; the DLL goes on answering."""
    actor = play.resource().ready()
    actor.send("maintenance", enabled=True)
    actor.script("is_alive", step("return", value=0))
    play.advance(play.model.timing.is_alive_interval)
    actor.must_return("T-45", "IsAlive", 0)
    actor.must_be("T-45", "Online")
    actor.send("maintenance", enabled=False)
    play.advance(play.model.timing.is_alive_interval)
    actor.must_return("T-33", "IsAlive", 1)


@suite.scenario(
    "is-alive-hangs",
    "an IsAlive that never returns makes RHS terminate its process",
    covers=("T-38", "T-62", "S10"),
    page="implementing-isalive",
    needs=needs.polling_hook,
    ends_process=True,
)
def is_alive_hangs(play: Player) -> None:
    """The hook hangs; the call timer decides."""
    actor = play.resource().ready()
    actor.script("is_alive", step("hang"))
    limit = play.model.timing.is_alive_interval + play.model.timing.deadlock_timeout
    play.advance(limit + 1, may_end=True)
