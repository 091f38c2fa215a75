"""Threads that do not listen or are busy: Offline, Online, Terminate and Close beside them."""

from __future__ import annotations

from collections.abc import Mapping

from resforge.conformance import needs
from resforge.conformance.actor import Actor, asleep, step
from resforge.conformance.constants import HOUR, PATIENT, SET_NAME
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.suites.events import closed_beside
from resforge.model.rules import TypeModel
from resforge.rhs.records import CallReturn

suite = Suite("watched")

BUSY = 170
ABORTED = 995
WARNING = 1


def slow(play: Player, function: str, milliseconds: int) -> None:
    """Let calls of a function that begin from now on take so long; 0 as before."""
    play.send("slow", function=function, ms=milliseconds)


def hook_of(model: TypeModel) -> str:
    """Return the hook that runs on a thread of its own while the resource is online."""
    return "monitor" if model.failure_detection == "event_handle" else "check_health"


def must_take(actor: Actor, rule: str, entry: str, milliseconds: int) -> None:
    """Expect the latest call of an entry point to have taken exactly so long."""

    def test(history: History) -> str | None:
        returned = [r for r in actor.picked(history.records, CallReturn) if r.entry == entry]
        if returned and returned[-1].elapsed == milliseconds:
            return None
        seen = f"{returned[-1].elapsed} ms" if returned else "no return"
        return f"expected {entry} to wait for {milliseconds} ms, saw {seen}"

    actor.player.check(rule, test)


def _deaf(play: Player, milliseconds: int, common: Mapping[str, int] | None = None) -> Actor:
    """Return an online resource whose health thread or monitor listens to nothing for so long."""
    actor = play.resource(common=common)
    actor.open()
    actor.script(hook_of(play.model), *asleep(milliseconds))
    actor.go_online()
    return actor


@suite.scenario(
    "offline-goes-on",
    "Offline goes on without a thread that does not listen, and Online waits for it",
    covers=("T-42", "8.2"),
    page="implementing-offline",
    needs=needs.all_of(needs.health_thread, needs.synchronous_offline),
    tolerates=("deaf", "slow"),
)
def offline_goes_on(play: Player) -> None:
    """Both wait as long as they may; what the late thread started is cleaned up."""
    budgets = play.model.timing.budgets
    actor = _deaf(play, HOUR)
    actor.offline()
    play.advance(budgets.offline)
    actor.must_enter("T-42", "offline")
    must_take(actor, "8.2", "Offline", budgets.offline)
    actor.must_log("8.2 rule 6", WARNING, "did not end in time")
    actor.must_be("T-46", "Offline", "Offline")
    actor.online()
    play.advance(budgets.online)
    must_take(actor, "8.2", "Online", budgets.online)
    actor.must_return("8.2 rule 6", "Online", BUSY)
    play.advance(2 * HOUR)
    actor.must_enter("8.2 rule 5", "terminate")
    actor.go_online()


@suite.scenario(
    "offline-terminated",
    "Terminate beside an Offline that waits for a thread keeps its hook from running",
    covers=("T-54", "T-57", "3.5"),
    page="implementing-terminate",
    needs=needs.health_thread,
    tolerates=("deaf", "slow"),
)
def offline_terminated(play: Player) -> None:
    """The thread listens to nothing; Terminate begins when Offline has waited for a while."""
    actor = _deaf(play, HOUR)
    actor.offline()
    play.advance(20)
    actor.terminate()
    play.advance(HOUR)
    actor.must_enter("3.5 note a", "offline", times=0)
    actor.must_be("T-56", "Offline")
    if not play.model.pending_offline:
        actor.must_return("3.5 note a", "Offline", ABORTED)
    play.advance(HOUR)
    actor.go_online()


@suite.scenario(
    "close",
    "Terminate and Close wait for a thread that does not listen as long as they may",
    covers=("8.2", "3.3"),
    page="implementing-close",
    needs=needs.health_thread,
    tolerates=("deaf", "slow", "leak"),
)
def close(play: Player) -> None:
    """Terminate gives up on the thread, Close follows, the thread ends much later."""
    actor = _deaf(play, HOUR)
    closed_beside(play, actor)
    must_take(actor, "8.2", "Terminate", play.model.timing.budgets.terminate)
    must_take(actor, "8.2", "Close", play.model.timing.budgets.close)


@suite.scenario(
    "signal-in-check",
    "a health check that signals a failure means no, whatever it answers",
    covers=("T-79", "8.3"),
    page="implementing-asynchronous-failure-detection",
    needs=needs.cached_health,
    tolerates=("model",),
)
def signal_in_check(play: Player) -> None:
    """The first check signals and says yes."""
    rare = dict.fromkeys(("LooksAlivePollInterval", "IsAlivePollInterval"), HOUR)
    actor = play.resource(common=rare)
    actor.open()
    actor.script("check_health", step("signal_failure"), step("return", value=1))
    actor.go_online()
    for entry in ("LooksAlive", "IsAlive"):
        actor.direct(entry)
        actor.must_return("8.3", entry, 0)


@suite.scenario(
    "late-signal",
    "a hook of an earlier online period signals no failure of the present one",
    covers=("T-39", "8.3"),
    page="implementing-asynchronous-failure-detection",
    needs=needs.event_handle,
    tolerates=("deaf", "slow"),
)
def late_signal(play: Player) -> None:
    """The hook of a notification is deaf, from one period into the next, and signals then."""
    actor = play.resource().ready()
    actor.script("notified", step("sleep", ms=1_000), step("signal_failure"))
    actor.direct("ResourceControl", code=SET_NAME)
    play.advance(10)
    actor.terminate()
    play.advance(play.model.timing.budgets.terminate)
    actor.must_be("T-56", "Offline")
    actor.go_online()
    play.advance(2_000)
    actor.must_be("8.3", "Online", "Online")


@suite.scenario(
    "late-signal-beside-online",
    "a hook of an earlier online period signals nothing while the hook online runs",
    covers=("T-39", "8.3"),
    page="implementing-asynchronous-failure-detection",
    needs=needs.event_handle,
    tolerates=("deaf", "slow"),
)
def late_signal_beside_online(play: Player) -> None:
    """The event has been reset already; the earlier period has ended in one way and the other."""
    actor = play.resource().ready()
    for command in ("terminate", "offline"):
        actor.script("notified", step("sleep", ms=1_000), step("signal_failure"))
        actor.direct("ResourceControl", code=SET_NAME)
        actor.send(command)
        play.advance(10)
        actor.must_be("T-42", "Offline")
        actor.script("online", step("sleep", ms=2_000), step("return", value=0))
        actor.online()
        play.advance(3_000)
        actor.must_be("8.3", "Online", "Online")


@suite.scenario(
    "slow-log",
    "Close waits for a log entry that is being written",
    covers=("3.3", "I-9"),
    page="nc-resapi-plog_event_routine",
    tolerates=("model", "slow"),
)
def slow_log(play: Player) -> None:
    """The hook of a notification logs, and RHS takes its time."""
    actor = play.resource()
    actor.script("open", step("log", text="one that is over"))
    actor.open()
    actor.script("notified", step("log", text="slow"))
    slow(play, "LogEvent", 50)
    actor.direct("ResourceControl", code=SET_NAME)
    slow(play, "LogEvent", 0)
    play.advance(10)
    actor.direct("Close")
    play.advance(play.model.timing.budgets.close)
    must_take(actor, "3.3", "Close", 40)


@suite.scenario(
    "slow-report",
    "Offline waits until the report of Online is made, and the health thread does, too",
    covers=("T-25", "T-42", "3.5"),
    page="implementing-offline",
    needs=needs.pending_online,
    tolerates=("slow", "deaf"),
)
def slow_report(play: Player) -> None:
    """RHS goes on before SetResourceStatus has returned: soon, then after an hour."""
    model = play.model
    actor = play.resource()
    actor.open()
    for taken in (50, HOUR):
        slow(play, "SetResourceStatusReturn", taken)
        actor.online()
        slow(play, "SetResourceStatusReturn", 0)
        actor.must_be("T-25", "Online")
        _must_not_watch(actor)
        actor.offline()
        play.advance(model.timing.budgets.offline)
        must_take(actor, "3.5", "Offline", min(taken, model.timing.budgets.offline))
        actor.must_be("T-42", "Offline" if taken == 50 else "Terminating")
    actor.must_return("3.5", "Offline", BUSY)
    _must_not_watch(actor)
    play.advance(2 * HOUR)
    _must_not_watch(actor)
    actor.go_online()


@suite.scenario(
    "never-begun",
    "Close runs its hook although the health thread has had nothing to do",
    covers=("3.3", "8.3"),
    page="implementing-close",
    needs=needs.all_of(needs.health_thread, needs.pending_online),
    tolerates=("slow",),
)
def never_begun(play: Player) -> None:
    """Terminate comes before the report of Online is made, which the thread waits for."""
    actor = play.resource()
    actor.open()
    slow(play, "SetResourceStatusReturn", 50)
    actor.online()
    slow(play, "SetResourceStatusReturn", 0)
    actor.terminate()
    play.advance(100)
    actor.must_be("T-56", "Offline")
    actor.close()
    actor.must_enter("3.3", "close")


def _calm(model: TypeModel) -> str | None:
    found = _both_deaf(model) < HOUR
    return None if found else "the budgets of entry points are too long"


def _both_deaf(model: TypeModel) -> int:
    """Return how long two threads listen to nothing: longer than all that wait for them."""
    budgets = model.timing.budgets
    waits = (budgets.offline, budgets.terminate, budgets.online, budgets.close)
    return 3 * sum(waits) + 1_000


@suite.scenario(
    "both-deaf",
    "each entry point waits once for all threads that do not listen, and not for each of them",
    covers=("8.2", "3.3", "T-57"),
    page="implementing-terminate",
    needs=needs.all_of(needs.health_thread, _calm),
    tolerates=("deaf", "slow", "leak", "model"),
)
def both_deaf(play: Player) -> None:
    """A health hook and the hook offline, which once ends while Online waits; then Close."""
    budgets = play.model.timing.budgets
    milliseconds = _both_deaf(play.model)
    for sleep in (2 * budgets.terminate + budgets.online // 2 + 2, milliseconds):
        actor = _deaf(play, milliseconds, PATIENT)
        actor.script("offline", *asleep(sleep), step("return", value=0))
        actor.offline()
        play.advance(budgets.offline + 1)
        for entry, budget in (
            ("Terminate", budgets.terminate),
            ("Online", budgets.online),
            ("Close", budgets.close),
        ):
            actor.direct(entry)
            play.advance(2 * budget + 1)
            must_take(actor, "8.2", entry, budget)
        play.advance(2 * milliseconds)


@suite.scenario(
    "second-terminate",
    "a second Terminate waits for the first as long as Terminate may take",
    covers=("T-57", "8.2"),
    page="implementing-terminate",
    tolerates=("deaf", "slow", "model"),
)
def second_terminate(play: Player) -> None:
    """The hook terminate listens to nothing."""
    budget = play.model.timing.budgets.terminate
    actor = play.resource(common=PATIENT).ready()
    actor.script("terminate", *asleep(2 * budget + 1_000))
    actor.direct("Terminate")
    actor.direct("Terminate")
    play.advance(budget + 1)
    must_take(actor, "8.2", "Terminate", budget)
    play.advance(2 * budget + 1_000)


@suite.scenario(
    "close-at-once",
    "Close waits for nobody when every operation has ended, also those that Terminate has stopped",
    covers=("3.3", "T-10"),
    page="implementing-close",
)
def close_at_once(play: Player) -> None:
    """Whole lives, and lives that end with a Terminate of a pending Online or Offline."""
    stopped = [
        name
        for name, pends in (
            ("online", play.model.pending_online),
            ("offline", play.model.pending_offline),
        )
        if pends
    ]
    for last in (None, *stopped):
        actor = play.resource()
        actor.open()
        if last != "online":
            actor.go_online()
        if last is None:
            actor.offline()
            actor.must_be("T-51", "Offline")
        else:
            actor.script(last, step("wait", ms=HOUR), step("progress"))
            actor.send(last)
            actor.terminate()
        actor.close()
        must_take(actor, "3.3", "Close", 0)


def _must_not_watch(actor: Actor) -> None:
    """Expect that no health check or monitor began during the latest command."""
    for hook in ("check_health", "monitor"):
        actor.must_enter("8.3", hook, times=0)


@suite.scenario(
    "slow-last-report",
    "Terminate waits until the report of Offline is made",
    covers=("T-60", "T-59", "3.5"),
    page="implementing-terminate",
    needs=needs.pending_offline,
    tolerates=("slow",),
)
def slow_last_report(play: Player) -> None:
    """Terminate is called past RHS when the resource is offline already; the report takes a day."""
    budget = play.model.timing.budgets.terminate
    actor = play.resource()
    actor.open()
    for taken in (50, 24 * HOUR):
        actor.go_online()
        slow(play, "SetResourceStatusReturn", taken)
        actor.offline()
        slow(play, "SetResourceStatusReturn", 0)
        actor.must_be("T-51", "Offline")
        actor.direct("Terminate")
        play.advance(budget + 50)
        must_take(actor, "3.5", "Terminate", min(taken, budget))
        play.advance(taken)
    actor.go_online()
