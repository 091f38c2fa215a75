"""Threads that do not listen and end in the very moment in which somebody gives up on them."""

from __future__ import annotations

from functools import partial

from resforge.conformance import needs
from resforge.conformance.actor import Actor, asleep, step
from resforge.conformance.constants import NO_RESOURCES, SET_NAME
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.suites.races import of, schedules, together
from resforge.rhs.records import HookStep

suite = Suite("races")

BUSY = 170
LONG = 60_000


def _begin(play: Player, actor: Actor, hook: str, late: int) -> None:
    """Let the hook come back `late` milliseconds from now, whatever is asked of it."""
    actor.script(hook, *asleep(10 + late), step("return", value=0))
    actor.send(hook)
    play.advance(10)


def _long(play: Player) -> int:
    """Return how many milliseconds suffice for whatever waits, one after the other."""
    budgets = play.model.timing.budgets
    waits = budgets.online + budgets.offline + budgets.terminate + budgets.close
    return LONG + 2 * waits


def _settled(play: Player, actor: Actor) -> None:
    play.advance(_long(play))
    actor.must_be("T-56", "Offline")


@suite.scenario(
    "terminate-gives-up",
    "an Online that ends in the moment in which Terminate gives up on it counts for nothing",
    covers=("T-29", "T-59", "8.2"),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("deaf", "slow", "model"),
)
def terminate_gives_up(play: Player) -> None:
    """Another Terminate begins in the same moment; the next Online works."""
    actor = play.resource()
    actor.open()
    budget = play.model.timing.budgets.terminate
    for _ in schedules(play):
        _begin(play, actor, "online", budget)
        actor.terminate()
        together(play, of(actor, "call", entry="Terminate"), ms=budget)
        actor.must_report("T-59")
        _settled(play, actor)
    actor.go_online()


@suite.scenario(
    "offline-gives-up",
    "an Offline that ends in the moment in which Terminate gives up on it counts for nothing",
    covers=("T-54", "T-59", "8.2"),
    page="implementing-terminate",
    needs=needs.pending_offline,
    tolerates=("deaf", "slow", "model"),
)
def offline_gives_up(play: Player) -> None:
    """Another Terminate begins in the same moment; the next Online works."""
    actor = play.resource()
    actor.open()
    budget = play.model.timing.budgets.terminate
    for _ in schedules(play):
        actor.go_online()
        _begin(play, actor, "offline", budget)
        actor.terminate()
        together(play, of(actor, "call", entry="Terminate"), ms=budget)
        actor.must_report("T-59")
        _settled(play, actor)
    actor.go_online()


@suite.scenario(
    "close-beside-late-end",
    "a thread that Terminate gave up on may end while Close runs",
    covers=("8.2", "3.3"),
    page="implementing-close",
    needs=needs.pending_online,
    tolerates=("deaf", "slow", "leak", "model"),
)
def close_beside_late_end(play: Player) -> None:
    """It ends when Close begins, or when Close gives up; the hook close runs once."""
    budgets = play.model.timing.budgets
    for seed in schedules(play):
        actor = play.resource()
        actor.open()
        rest = (budgets.terminate, budgets.close)[seed % 2]
        _begin(play, actor, "online", budgets.terminate + rest)
        actor.terminate()
        play.advance(budgets.terminate)
        actor.must_be("T-56", "Offline")
        if seed % 2 == 0:
            together(play, of(actor, "close"), ms=rest)
        else:
            actor.close()
            together(play, ms=rest)
        actor.must_enter("8.2 rule 6", "close")
        play.advance(_long(play))
        actor.must_be("T-10", "Closed")


@suite.scenario(
    "online-beside-late-end",
    "a thread that Terminate gave up on may end while the next Online begins",
    covers=("T-29", "8.2"),
    page="implementing-pending-operations",
    needs=needs.pending_online,
    tolerates=("deaf", "slow", "model"),
)
def online_beside_late_end(play: Player) -> None:
    """The new Online succeeds, and is not taken for the old one."""
    actor = play.resource()
    actor.open()
    budget = play.model.timing.budgets.terminate
    for _ in schedules(play):
        _begin(play, actor, "online", 2 * budget)
        actor.terminate()
        play.advance(budget)
        actor.must_be("T-56", "Offline")
        together(play, of(actor, "online"), ms=budget)
        play.advance(_long(play))
        actor.must_be("T-25", "Online")
        actor.terminate()
        _settled(play, actor)


def _health_ends(play: Player, hook: str) -> None:
    """Offline, and in other rounds Terminate and Close, give up while the health hook ends."""
    budgets = play.model.timing.budgets
    for seed in schedules(play):
        actor = play.resource()
        actor.open()
        command = ("offline", "terminate")[seed % 2]
        late = budgets.offline if command == "offline" else budgets.terminate
        actor.script(hook, *asleep(10 + late))
        actor.online()
        play.advance(10)
        actor.must_be("T-25", "Online")
        actor.send(command)
        # RHS calls no second Terminate beside the first, but others may come past it.
        past_rhs = of(actor, "call", entry="Terminate")
        together(play, of(actor, "terminate") if command == "offline" else past_rhs, ms=late)
        play.advance(_long(play))
        actor.must_be("T-55", "Offline")
        actor.close()
        play.advance(budgets.close)
        actor.must_be("T-10", "Closed")


@suite.scenario(
    "cached-health-late-end",
    "a health check may end in the moment in which Offline or Terminate gives up on it",
    covers=("T-42", "T-43", "8.2"),
    page="implementing-offline",
    needs=needs.cached_health,
    tolerates=("deaf", "slow", "model"),
)
def cached_health_late_end(play: Player) -> None:
    """The check sleeps through the stop request."""
    _health_ends(play, "check_health")


@suite.scenario(
    "monitor-late-end",
    "a monitor may end in the moment in which Offline or Terminate gives up on it",
    covers=("T-42", "T-43", "8.2"),
    page="implementing-offline",
    needs=needs.event_handle,
    tolerates=("deaf", "slow", "model"),
)
def monitor_late_end(play: Player) -> None:
    """The monitor sleeps through the stop request."""
    _health_ends(play, "monitor")


@suite.scenario(
    "terminate-beside-start",
    "Terminate beside an Online that starts its worker, or cannot start it",
    covers=("T-16", "T-29", "3.5"),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("model",),
)
def terminate_beside_start(play: Player) -> None:
    """In every other round CreateThread fails."""
    actor = play.resource()
    actor.open()
    for _ in schedules(play):
        for call in (0, 1):
            play.send("fault", function="CreateThread", call=call, error=NO_RESOURCES)
            together(play, of(actor, "online"), of(actor, "call", entry="Terminate"))
            play.send("fault", function="CreateThread", call=0, error=0)
            play.advance(1_000)
            actor.terminate()
            _settled(play, actor)
    actor.go_online()


@suite.scenario(
    "online-beside-late-online",
    "Online waits for the hook of an earlier one, on which Terminate gave up",
    covers=("T-77", "8.2"),
    page="implementing-online",
    needs=needs.synchronous_online,
    tolerates=("slow", "deaf", "model"),
)
def beside_late_online(play: Player) -> None:
    """The hook online is deaf for a while; three more Onlines are called past RHS meanwhile."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("sleep", ms=LONG), step("return", value=0))
    actor.online()
    actor.terminate()
    play.advance(play.model.timing.budgets.terminate)
    actor.direct("Online")
    play.advance(play.model.timing.budgets.online)
    actor.must_return("8.2 rule 6", "Online", BUSY)
    actor.must_enter("8.2 rule 6", "online", times=0)
    actor.direct("Online")
    actor.direct("Terminate")
    play.advance(play.model.timing.budgets.terminate + play.model.timing.budgets.online)
    actor.direct("Online")
    play.advance(play.model.timing.budgets.online)
    actor.must_return("8.2 rule 6", "Online", BUSY)
    actor.must_enter("8.2 rule 6", "online", times=0)
    play.advance(2 * LONG)
    actor.go_online()


@suite.scenario(
    "close-beside",
    "what begins beside Close is refused or stopped, and nothing follows the hook close",
    covers=("T-77", "3.3", "I-9"),
    page="implementing-close",
    tolerates=("model",),
)
def close_beside(play: Player) -> None:
    """Close is called past RHS, together with Online and a notification whose hook logs."""
    for _ in schedules(play):
        actor = play.resource()
        actor.open()
        actor.script("notified", *[step("log", text="beside Close")] * 3, step("wait", ms=10))
        calls = [
            of(actor, "call", entry="ResourceControl", code=SET_NAME),
            of(actor, "online"),
            of(actor, "call", entry="Close"),
        ]
        together(play, *calls)
        play.advance(play.model.timing.budgets.close)
        play.check("3.3", partial(_close_is_last, actor))
        actor.rest()


def _close_is_last(actor: Actor, history: History) -> str | None:
    """Only the hook of the notification, which is asked to stop, may end behind the hook close."""
    steps = [s for s in actor.picked(history.records, HookStep) if s.what == "enter"]
    hooks = [s.hook for s in steps if s.hook != "notified"]
    later = hooks[hooks.index("close") + 1 :] if "close" in hooks else ["no hook close"]
    return f"{later[0]} after the hook close" if later else None


@suite.scenario(
    "waiting-online-gives-up",
    "an Online that gives up waiting for an older thread beside Terminate leaves nothing behind",
    covers=("T-17", "T-29", "8.2"),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("deaf", "slow", "model"),
)
def waiting_online_gives_up(play: Player) -> None:
    """Terminate begins in the middle of that wait."""
    actor = play.resource()
    actor.open()
    budgets = play.model.timing.budgets
    _begin(play, actor, "online", 2 * (budgets.terminate + budgets.online))
    actor.terminate()
    play.advance(budgets.terminate)
    actor.must_be("T-56", "Offline")
    actor.online()
    play.advance(budgets.online // 2)
    actor.terminate()
    _settled(play, actor)
    actor.go_online()


@suite.scenario(
    "slow-start",
    "an Online whose worker is made when Terminate has given up on it runs no hook",
    covers=("T-20", "T-21", "T-57", "8.2"),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("deaf", "slow", "model"),
)
def slow_start(play: Player) -> None:
    """CreateThread takes as long as Terminate waits, or longer; the next Online works."""
    actor = play.resource()
    actor.open()
    budget = play.model.timing.budgets.terminate
    for seed in schedules(play):
        play.send("slow", function="CreateThread", ms=budget + (0, 10)[seed % 2])
        actor.online()
        play.send("slow", function="CreateThread", ms=0)
        actor.terminate()
        together(play, ms=budget)
        _settled(play, actor)
        actor.must_enter("T-57", "online", times=0)
    actor.go_online()


@suite.scenario(
    "offline-after-terminate",
    "Offline gives up on a health thread that Terminate beside it has given up on before",
    covers=("T-54", "T-57", "8.2"),
    page="implementing-terminate",
    needs=needs.health_thread,
    tolerates=("deaf", "slow", "model"),
)
def offline_after_terminate(play: Player) -> None:
    """The thread is not over then: it runs the hook terminate once more."""
    budgets = play.model.timing.budgets
    hook = "check_health" if play.model.failure_detection == "cached_health" else "monitor"
    actor = play.resource()
    actor.open()
    actor.script(hook, *asleep(budgets.terminate + 20))
    actor.script("terminate", step("return", value=0))
    actor.script("terminate", *asleep(budgets.offline))
    actor.go_online()
    actor.offline()
    play.advance(10)
    actor.terminate()
    _settled(play, actor)
    actor.go_online()


@suite.scenario(
    "beside-terminate-hook",
    "what a hook leaves that comes back while the hook terminate runs goes, too",
    covers=("T-29", "T-54", "8.2"),
    page="implementing-terminate",
    tolerates=("deaf", "slow", "model"),
)
def beside_terminate_hook(play: Player) -> None:
    """Terminate has given up; its hook takes long, and runs once more behind the late hook."""
    budget = play.model.timing.budgets.terminate
    actor = play.resource()
    actor.open()
    for hook in ("online", "offline"):
        if hook == "offline":
            actor.go_online()
        _begin(play, actor, hook, budget + 20)
        actor.script("terminate", step("sleep", ms=50), step("return", value=0))
        actor.terminate()
        play.advance(budget + 100)
        actor.must_enter("8.2 rule 5", "terminate", times=2)
        _settled(play, actor)
    actor.go_online()
