"""Workers that do not listen to the stop request: Terminate and Close go on without them."""

from __future__ import annotations

from functools import partial

from resforge.conformance import needs
from resforge.conformance.actor import Actor, asleep, step
from resforge.conformance.constants import HOUR, NO_MEMORY
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.suites.pending import ERROR, MINUTE
from resforge.rhs.records import HookStep

suite = Suite("pending")

BUSY = 170


@suite.scenario(
    "terminate-deaf-online",
    "Terminate does not wait longer than its budget for a worker that does not listen",
    covers=("T-29", "T-58", "8.2"),
    page="nf-resapi-clusworkerterminate",
    needs=needs.pending_online,
    tolerates=("deaf",),
)
def terminate_deaf_online(play: Player) -> None:
    """The hook sleeps through the stop request; its late end is dropped."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("sleep", ms=10 * MINUTE), step("progress"), step("return", value=0))
    actor.online()
    play.advance(1_000)
    _given_up(play, actor)
    actor.go_online()


def _given_up(play: Player, actor: Actor) -> None:
    actor.terminate()
    play.advance(play.model.timing.budgets.terminate)
    actor.must_be("T-56", "Offline")
    actor.must_log("8.2 rule 6", ERROR)
    play.advance(20 * MINUTE)
    actor.must_report("T-59")
    actor.must_enter("8.2 rule 5", "terminate")
    actor.must_be("T-56", "Offline")


@suite.scenario(
    "terminate-deaf-offline",
    "Terminate does not wait longer than its budget for an Offline that does not listen",
    covers=("T-54", "T-58", "8.2"),
    page="nf-resapi-clusworkerterminate",
    needs=needs.pending_offline,
    tolerates=("deaf",),
)
def terminate_deaf_offline(play: Player) -> None:
    """The hook sleeps through the stop request; its late end is cleaned up once more."""
    actor = play.resource().ready()
    actor.script("offline", step("sleep", ms=10 * MINUTE), step("return", value=0))
    actor.offline()
    play.advance(1_000)
    _given_up(play, actor)
    actor.go_online()


@suite.scenario(
    "terminate-again",
    "another reason to terminate while Terminate runs makes no second call",
    covers=("T-61",),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("deaf", "slow"),
)
def terminate_again(play: Player) -> None:
    """Terminate waits for a deaf worker when the next request comes, from RHS and past it."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("sleep", ms=MINUTE), step("return", value=0))
    actor.online()
    actor.terminate()
    actor.terminate()
    actor.must_call("T-61")
    actor.direct("Terminate")
    play.advance(2 * play.model.timing.budgets.terminate)
    actor.must_be("T-56", "Offline")
    play.advance(2 * MINUTE)
    actor.go_online()


@suite.scenario(
    "deaf-worker-then-online",
    "a new Online does not mix with the old worker that is still running",
    covers=("T-29", "8.2"),
    page="implementing-pending-operations",
    needs=needs.pending_online,
    tolerates=("deaf", "slow"),
)
def deaf_then_online(play: Player) -> None:
    """Online is refused while the old hook still sleeps, whose result must not count."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("sleep", ms=60 * MINUTE), step("return", value=31))
    actor.online()
    actor.terminate()
    play.advance(play.model.timing.budgets.terminate)
    actor.must_be("T-56", "Offline")
    actor.online()
    play.advance(play.model.timing.budgets.online)
    actor.must_return("8.2 rule 6", "Online", BUSY)
    actor.must_enter("8.2 rule 6", "online", times=0)
    actor.must_log("8.2 rule 6", ERROR, "still runs")
    play.advance(play.model.timing.budgets.terminate)
    actor.must_be("T-17", "Offline", "Failed")
    play.advance(2 * HOUR)
    actor.go_online()


@suite.scenario(
    "terminate-deaf-in-time",
    "an Online that succeeds while Terminate waits for it starts nothing",
    covers=("T-29", "T-59", "8.2"),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("deaf", "slow"),
)
def terminate_deaf_in_time(play: Player) -> None:
    """The hook comes back in the last millisecond of the budget of Terminate.

    Its second sleep begins when Terminate waits already, so a wait that is too short ends first.
    """
    actor = play.resource()
    actor.open()
    budget = play.model.timing.budgets.terminate
    first = 10 + budget // 2
    naps = [*asleep(first), *asleep(budget + 9 - first)]
    actor.script("online", *naps, step("return", value=0))
    actor.online()
    play.advance(10)
    actor.terminate()
    play.advance(HOUR)
    actor.must_enter("8.2 rule 5", "terminate")
    actor.must_log_nothing_bad("8.2 rule 6")
    for hook in ("check_health", "monitor"):
        actor.must_enter("8.2 rule 5", hook, times=0)
    actor.must_report("T-59")
    actor.must_be("T-56", "Offline")


@suite.scenario(
    "terminate-before-hook",
    "Terminate that comes before the hook of an Online could run keeps it from running",
    covers=("T-29", "3.5"),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("deaf", "slow"),
)
def terminate_before_hook(play: Player) -> None:
    """The second Online still waits for the deaf hook of the first one when Terminate comes."""
    actor = play.resource()
    actor.open()
    budget = play.model.timing.budgets.terminate
    actor.script("online", *asleep(budget + 40), step("return", value=0))
    actor.online()
    actor.terminate()
    play.advance(budget)
    actor.must_be("T-56", "Offline")
    actor.script("online", step("wait", ms=HOUR), step("return", value=0))
    actor.online()
    play.advance(20)
    actor.terminate()
    play.advance(HOUR)
    actor.must_enter("3.5 note a", "online", times=0)
    actor.must_be("T-56", "Offline")


@suite.scenario(
    "close-deaf",
    "Close of an instance whose worker still runs does not free what the worker uses",
    covers=("8.2", "3.3"),
    page="implementing-close",
    needs=needs.pending_online,
    tolerates=("deaf", "slow", "leak"),
)
def close_deaf(play: Player) -> None:
    """Terminate times out, Close follows, the worker ends much later."""
    actor = play.resource()
    _close_beside_worker(actor, "the DLL stays loaded")


@suite.scenario(
    "close-deaf-unkept",
    "the log says so when the code of a thread that outlives Close cannot be kept loaded",
    covers=("8.2", "3.3"),
    page="nf-libloaderapi-getmodulehandleexw",
    needs=needs.pending_online,
    tolerates=("deaf", "slow", "leak", "unloaded-thread"),
    fresh=True,
)
def close_deaf_unkept(play: Player) -> None:
    """GetModuleHandleExW fails while Close gives up."""
    actor = play.resource()
    play.send("fault", function="GetModuleHandleExW", call=1, error=NO_MEMORY)
    _close_beside_worker(actor, f"keeping the DLL loaded for it failed with error {NO_MEMORY}")


def _close_beside_worker(actor: Actor, message: str) -> None:
    play = actor.player
    actor.open()
    budgets = play.model.timing.budgets
    sleep = 60 * MINUTE + budgets.terminate + budgets.close
    late = [*asleep(sleep), step("log", text="late"), step("progress")]
    actor.script("online", *late)
    actor.online()
    actor.terminate()
    play.advance(max(1_000, budgets.terminate))
    actor.close()
    play.advance(max(1_000, budgets.close))
    actor.must_be("T-10", "Closed")
    actor.must_enter("8.2 rule 6", "close", times=0)
    actor.must_log("8.2 rule 6", ERROR, message)
    play.advance(HOUR + sleep)
    actor.must_report("I-9")
    entered = partial(_entered, actor)
    actor.player.equal("8.2 rule 6", "late hooks", entered, ["terminate", "close"])


def _entered(actor: Actor, history: History) -> list[str]:
    """Return the hooks that were entered during the latest command."""
    steps = actor.picked(history.last.records, HookStep)
    return [s.hook for s in steps if s.what == "enter"]
