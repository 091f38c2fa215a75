"""Threads that the system holds up: between two steps, on their way out, in a callback."""

from __future__ import annotations

from functools import partial

from resforge.conformance import needs
from resforge.conformance.actor import Actor, asleep, step
from resforge.conformance.constants import HOUR, SET_NAME
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.suites.contexts import DELETE
from resforge.conformance.suites.pending import told_to_stop
from resforge.conformance.suites.watched import WARNING, hook_of, must_take, slow
from resforge.model.rules import TypeModel
from resforge.rhs.records import HookStep

suite = Suite("slow")

NOT_FOUND = 5007
ONLINE = 2
ONLINE_PENDING = 129
ERROR = 2
MOMENT = 4
"""Milliseconds, much less than any budget; what is held up takes some of them."""


def _opened(play: Player) -> Actor:
    actor = play.resource()
    actor.open()
    return actor


def _must_not_tell(actor: Actor, rule: str, what: str) -> None:
    def test(history: History) -> str | None:
        told = any(s.what == what for s in actor.picked(history.records, HookStep))
        return f"a hook has told {what}" if told else None

    actor.player.check(rule, test)


@suite.scenario(
    "stop-event",
    "a hook that the stop event wakes finds that the request was made",
    covers=("T-57", "3.5"),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("slow",),
)
def stop_event(play: Player) -> None:
    """The hook goes on before SetEvent has returned."""
    actor = _opened(play)
    actor.script("online", step("wait_stop_event", ms=min(60_000, play.model.timing.heartbeat)))
    actor.online()
    play.advance(1)
    slow(play, "SetEventReturn", 1)
    actor.terminate()
    play.advance(play.model.timing.budgets.terminate)
    slow(play, "SetEventReturn", 0)
    actor.must_be("T-57", "Offline")
    _must_not_tell(actor, "3.5", "stop_not_requested")
    actor.go_online()


@suite.scenario(
    "progress-beside",
    "two threads of a hook report progress, and checkpoints arrive in their order",
    covers=("T-23", "4.2"),
    page="ns-resapi-resource_status",
    needs=needs.pending_online,
    tolerates=("slow",),
)
def progress_beside(play: Player) -> None:
    """RHS takes its time for the first report, none for one that would overtake it."""
    actor = _opened(play)
    beside = step("progress_beside", ms=2 * MOMENT)
    actor.script("online", step("wait", ms=MOMENT), beside, step("return", value=0))
    slow(play, "SetResourceStatus", 4 * MOMENT)
    actor.online()
    play.advance(2 * MOMENT)
    slow(play, "SetResourceStatus", 0)
    play.advance(4 * MOMENT)
    actor.must_be("T-25", "Online")


@suite.scenario(
    "progress-beside-stopped",
    "a thread whose report has to wait for that of another is told that Terminate has come",
    covers=("T-57", "4.2"),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("slow",),
)
def progress_beside_stopped(play: Player) -> None:
    """RHS keeps the first thread until Terminate has come and the second thread has asked."""
    actor = _opened(play)
    actor.script("online", step("progress_beside", ms=2 * MOMENT), step("return", value=0))
    slow(play, "SetResourceStatusReturn", 4 * MOMENT)
    actor.online()
    play.advance(MOMENT)
    actor.terminate()
    slow(play, "SetResourceStatusReturn", 0)
    play.advance(play.model.timing.budgets.terminate)
    actor.must_be("T-57", "Offline")
    play.equal("4.2", "answers of progress()", partial(told_to_stop, actor), 1)


@suite.scenario(
    "close-beside-log",
    "Close waits for a thread that writes to the log, as long as it may",
    covers=("8.2", "4.3"),
    page="implementing-close",
    tolerates=("deaf", "slow", "leak", "unloaded-thread"),
)
def close_beside_log(play: Player) -> None:
    """RHS keeps two threads of the hook open in LogEvent, one for a moment.

    It keeps the other not as long as Close may wait, then longer.
    """
    budget = play.model.timing.budgets.close
    for kept in (budget - MOMENT, budget + MOMENT):
        actor = play.resource()
        logs = [step("log_later", ms=ms, text="beside") for ms in (MOMENT - 1, MOMENT)]
        actor.script("open", *logs, step("return", value=0))
        actor.open()
        slow(play, "LogEventReturn", 2)
        play.advance(MOMENT - 1)
        slow(play, "LogEventReturn", kept)
        play.advance(1)
        slow(play, "LogEventReturn", 0)
        actor.close()
        play.advance(budget + MOMENT)
        must_take(actor, "8.2", "Close", min(kept, budget))
        actor.must_be("T-10", "Closed")


@suite.scenario(
    "calls-beside-close",
    "while Close waits there is no resource any more for other calls",
    covers=("T-79", "3.2"),
    page="implementing-close",
    tolerates=("deaf", "slow", "leak", "unloaded-thread", "model"),
)
def calls_beside_close(play: Player) -> None:
    """A control code, a poll and another Close, while a thread of a hook is in LogEvent."""
    actor = play.resource()
    later = step("log_later", ms=MOMENT, text="beside")
    actor.script("open", later, step("return", value=0))
    actor.open()
    slow(play, "LogEventReturn", 4 * MOMENT)
    play.advance(MOMENT)
    slow(play, "LogEventReturn", 0)
    actor.direct("Close")
    actor.direct("ResourceControl", code=DELETE)
    actor.must_return("3.2", "ResourceControl", NOT_FOUND)
    actor.must_enter("3.2", "notified", times=0)
    actor.direct("IsAlive")
    actor.must_return("T-79", "IsAlive", 0)
    actor.direct("Close")
    must_take(actor, "3.2", "Close", 0)
    play.advance(4 * MOMENT)
    actor.must_enter("3.2", "close", times=0)


@suite.scenario(
    "report-of-another",
    "a report of one resource does not wait for that of another",
    covers=("T-23", "4.2"),
    page="ns-resapi-resource_status",
    needs=needs.all_of(needs.pending_online, needs.several_instances),
    tolerates=("slow",),
)
def report_of_another(play: Player) -> None:
    """RHS takes its time for the first resource."""
    first, second = _opened(play), _opened(play)
    slow(play, "SetResourceStatusReturn", 4 * MOMENT)
    first.script("online", step("progress"), step("return", value=0))
    first.online()
    slow(play, "SetResourceStatusReturn", 0)
    second.script("online", step("progress"), step("return", value=0))
    second.online()
    second.must_report("4.2", ONLINE_PENDING, ONLINE)
    play.advance(5 * MOMENT)
    for actor in (first, second):
        actor.must_be("T-25", "Online")


@suite.scenario(
    "late-report",
    "a report that is held up in the DLL does not leave once Terminate has come",
    covers=("T-57", "T-59", "4.2"),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("deaf", "slow"),
)
def late_report(play: Player) -> None:
    """The worker is held up on its way into a lock until Terminate has given up on it."""
    budget = play.model.timing.budgets.terminate
    actor = _opened(play)
    actor.script("online", *asleep(MOMENT), step("progress"), step("return", value=0))
    actor.online()
    play.advance(MOMENT - 1)
    slow(play, "AcquireSRWLockExclusive", 2 * budget)
    play.advance(1)
    slow(play, "AcquireSRWLockExclusive", 0)
    actor.terminate()
    play.advance(3 * budget)
    actor.must_report("T-59")
    actor.must_be("T-57", "Offline")
    actor.go_online()


@suite.scenario(
    "heartbeat-in-step",
    "a heartbeat is due one interval after the last one began, however long RHS took for it",
    covers=("T-23", "4.2"),
    page="implementing-pending-operations",
    needs=needs.pending_online,
    tolerates=("slow",),
)
def heartbeat_in_step(play: Player) -> None:
    """Three heartbeats, each of which takes a while to return."""
    heartbeat = play.model.timing.heartbeat
    actor = _opened(play)
    slow(play, "SetResourceStatusReturn", min(MOMENT, heartbeat // 2))
    actor.script("online", step("wait", ms=4 * heartbeat), step("return", value=0))
    actor.online()
    for _ in range(3):
        play.advance(heartbeat)
        actor.must_report("4.2", ONLINE_PENDING)
    slow(play, "SetResourceStatusReturn", 0)
    play.advance(heartbeat + MOMENT)
    actor.must_be("T-25", "Online")


def _first_report(operation: str, transition: str) -> None:
    @suite.scenario(
        f"{operation}-returns-first",
        f"the hook {operation} begins when the entry point has made all of its thread",
        covers=(transition, "4.2"),
        page="implementing-pending-operations",
        needs=needs.pending_online if operation == "online" else needs.pending_offline,
        tolerates=("slow",),
    )
    def returns_first(play: Player) -> None:
        """The new thread could run before CreateThread has returned."""
        actor = _opened(play)
        if operation == "offline":
            actor.go_online()
        actor.script(operation, step("progress"), step("return", value=0))
        slow(play, "CreateThreadReturn", 4 * MOMENT)
        actor.send(operation)
        actor.must_enter(transition, operation, times=0)
        slow(play, "CreateThreadReturn", 0)
        play.advance(5 * MOMENT)
        actor.must_enter(transition, operation, times=1)


_first_report("online", "T-16")
_first_report("offline", "T-44")


def _terminated_beside_watch(play: Player) -> Actor:
    """Terminate a resource while the thread of its new online period is made.

    Until then 2 moments pass, 3 more until the thread is there.
    """
    actor = _opened(play)
    actor.script("online", step("wait", ms=MOMENT), step("return", value=0))
    actor.online()
    slow(play, "CreateThread", 4 * MOMENT)
    play.advance(2 * MOMENT)
    actor.terminate()
    slow(play, "CreateThread", 0)
    return actor


@suite.scenario(
    "watch-ends",
    "Terminate waits until a health thread that never began has ended",
    covers=("T-57", "3.3"),
    page="implementing-terminate",
    needs=needs.health_thread,
    tolerates=("slow",),
)
def watch_ends(play: Player) -> None:
    """The thread takes its time to end, whoever made it does not."""
    actor = _terminated_beside_watch(play)
    slow(play, "SetEventReturn", MOMENT)
    slow(play, "ExitThread", 4 * MOMENT)
    play.advance(5 * MOMENT + 1)
    actor.must_enter("8.3", hook_of(play.model), times=0)
    for function in ("SetEventReturn", "ExitThread"):
        slow(play, function, 0)
    play.advance(10 * MOMENT)
    actor.must_enter("8.3", hook_of(play.model), times=0)
    actor.must_be("T-56", "Offline")
    must_take(actor, "3.3", "Terminate", 8 * MOMENT)
    actor.go_online()


@suite.scenario(
    "watch-stays",
    "a health thread that never began and does not end keeps its code loaded",
    covers=("T-57", "3.3"),
    page="nf-libloaderapi-getmodulehandleexw",
    needs=needs.health_thread,
    tolerates=("slow", "leak", "deaf"),
)
def watch_stays(play: Player) -> None:
    """The thread takes an hour to end; Terminate and whoever made it give up."""
    actor = _terminated_beside_watch(play)
    slow(play, "ExitThread", HOUR)
    play.advance(5 * MOMENT + 1)
    slow(play, "ExitThread", 0)
    play.advance(2 * play.model.timing.budgets.terminate + MOMENT)
    actor.must_be("T-56", "Offline")
    actor.must_log("3.3", ERROR, "a thread of the resource still runs")
    play.advance(2 * HOUR)
    actor.go_online()


@suite.scenario(
    "close-once",
    "the hook close runs once, whoever else comes to the end of a life",
    covers=("8.2", "3.3"),
    page="implementing-close",
    needs=needs.all_of(needs.pending_online, needs.health_thread),
    tolerates=("slow", "deaf", "leak"),
)
def close_once(play: Player) -> None:
    """The worker of Online logs that a thread has not ended, and goes on when Close is over."""
    budgets = play.model.timing.budgets
    actor = _terminated_beside_watch(play)
    slow(play, "ExitThread", HOUR)
    play.advance(budgets.terminate + MOMENT)
    actor.must_be("T-56", "Offline")
    slow(play, "LogEvent", budgets.close + 4 * MOMENT)
    play.advance(3 * MOMENT)
    slow(play, "LogEvent", 0)
    actor.close()
    play.advance(budgets.close + 4 * MOMENT)
    actor.must_enter("8.2 rule 6", "close")
    actor.must_be("T-10", "Closed")
    play.advance(2 * HOUR)
    actor.must_enter("8.2 rule 6", "close", times=0)
    slow(play, "ExitThread", 0)


def _online_outlasts_terminate(model: TypeModel) -> str | None:
    """Terminate can begin and give up while Online waits."""
    budgets = model.timing.budgets
    found = budgets.online >= budgets.terminate + 10 * MOMENT
    return None if found else "Online has hardly more time than Terminate"


@suite.scenario(
    "online-itself",
    "an Online that waits for an older thread does not wait for itself when Terminate gives up",
    covers=("T-20", "T-57", "8.2"),
    page="implementing-terminate",
    needs=needs.all_of(
        needs.health_thread,
        needs.synchronous_online,
        needs.synchronous_offline,
        _online_outlasts_terminate,
    ),
    tolerates=("slow", "deaf"),
)
def online_itself(play: Player) -> None:
    """The older thread ends when Terminate has given up, long before Online would."""
    budgets = play.model.timing.budgets
    actor = _opened(play)
    actor.go_online()
    slow(play, "ExitThread", budgets.offline + budgets.terminate + 4 * MOMENT)
    actor.offline()
    slow(play, "ExitThread", 0)
    play.advance(budgets.offline)
    actor.must_be("T-46", "Offline", "Offline")
    actor.online()
    actor.terminate()
    play.advance(budgets.terminate + 4 * MOMENT)
    actor.must_be("T-56", "Offline")
    must_take(actor, "8.2", "Online", budgets.terminate + 4 * MOMENT)
    actor.must_enter("8.2", "online", times=0)
    actor.go_online()


NO_RESOURCES = 1450  # ERROR_NO_SYSTEM_RESOURCES, from winerror.h


def _fails_late(play: Player, actor: Actor, milliseconds: int) -> None:
    """Begin an Online whose first look at the database fails after so long."""
    slow(play, "ClusterRegQueryValue", milliseconds)
    play.send("fault", function="ClusterRegQueryValue", call=1, error=NO_RESOURCES)
    actor.online()
    slow(play, "ClusterRegQueryValue", 0)


@suite.scenario(
    "failed-online-beside-next",
    "an Online that fails when Terminate has given up on it leaves the next one alone",
    covers=("T-20", "T-57", "8.2"),
    page="implementing-terminate",
    needs=needs.stored_properties,
    tolerates=("slow", "model"),
)
def failed_beside_next(play: Player) -> None:
    """The next one waits for it, and is terminated while it reads the database."""
    budgets = play.model.timing.budgets
    actor = _opened(play)
    _fails_late(play, actor, budgets.terminate + 3 * MOMENT)
    actor.terminate()
    play.advance(budgets.terminate + MOMENT)
    slow(play, "ClusterRegQueryValue", 2 * MOMENT)
    actor.direct("Online")
    play.advance(3 * MOMENT)
    actor.direct("Terminate")
    slow(play, "ClusterRegQueryValue", 0)
    play.advance(budgets.online + budgets.terminate)
    actor.must_be("T-56", "Offline")
    actor.must_enter("3.5 note a", "online", times=0)
    actor.go_online()


@suite.scenario(
    "failed-online-beside-close",
    "Close waits for a Terminate that has met an Online that failed",
    covers=("T-20", "3.5"),
    page="implementing-close",
    needs=needs.stored_properties,
    tolerates=("slow", "model"),
)
def failed_beside_close(play: Player) -> None:
    """The hook terminate takes its time; the hook close follows it."""
    actor = _opened(play)
    actor.script("terminate", step("sleep", ms=4 * MOMENT))
    _fails_late(play, actor, 2 * MOMENT)
    play.advance(MOMENT)
    actor.terminate()
    play.advance(2 * MOMENT)
    actor.direct("Close")
    play.advance(MOMENT)
    actor.must_enter("3.5", "close", times=0)
    play.advance(4 * MOMENT)
    actor.must_enter("3.5", "close")
    actor.must_log("3.5", WARNING, "Close came while the resource was not offline")


@suite.scenario(
    "late-signal",
    "a failure that is signalled while Terminate comes does not fail the next online period",
    covers=("T-39", "T-55", "8.3"),
    page="implementing-asynchronous-failure-detection",
    needs=needs.event_handle,
    policies=({"P3": "PARALLEL"},),
    tolerates=("slow",),
)
def late_signal(play: Player) -> None:
    """The hook of a notification is held up on its way into SetEvent."""
    actor = play.resource().ready()
    actor.script("notified", step("signal_failure"))
    slow(play, "SetEvent", 4 * MOMENT)
    actor.control(SET_NAME, (actor.name + "\0").encode("utf-16-le"), 0)
    slow(play, "SetEvent", 0)
    play.advance(MOMENT)
    actor.terminate()
    play.advance(MOMENT)
    actor.send("online", optional=True)
    play.advance(8 * MOMENT)
    play.check("8.3", _no_signal)


def _no_signal(history: History) -> str | None:
    seen = any(record.raw.get("transition") == "T-39" for record in history.records)
    return "an earlier failure has failed the new online period" if seen else None


@suite.scenario(
    "online-behind-terminate",
    "a resource that comes online before Terminate has quite returned is alive",
    covers=("T-14", "T-56", "8.3"),
    page="implementing-terminate",
    tolerates=("slow", "model", "status-outside-pending", "report-after-terminate"),
)
def online_behind_terminate(play: Player) -> None:
    """Online is called past RHS again and again while each SetEvent of Terminate takes a while."""
    actor = play.resource().ready()
    slow(play, "SetEventReturn", 4 * MOMENT)
    actor.terminate()
    for _ in range(40):
        actor.direct("Online")
        play.advance(MOMENT)
    slow(play, "SetEventReturn", 0)
    play.advance(8 * MOMENT)
    actor.direct("IsAlive")
    actor.must_return("8.3", "IsAlive", 1)


@suite.scenario(
    "watch-waits",
    "the health thread begins when Online has been reported",
    covers=("T-25", "8.3"),
    page="implementing-online",
    needs=needs.all_of(needs.health_thread, needs.pending_online),
    tolerates=("slow",),
)
def watch_waits(play: Player) -> None:
    """RHS takes its time for the report."""
    actor = _opened(play)
    slow(play, "SetResourceStatus", 4 * MOMENT)
    actor.online()
    actor.must_enter("8.3", hook_of(play.model), times=0)
    slow(play, "SetResourceStatus", 0)
    play.advance(5 * MOMENT)
    actor.must_enter("8.3", hook_of(play.model))
