"""Waits of hooks: they ask, they end, they go on."""

from __future__ import annotations

from resforge.conformance import needs
from resforge.conformance.actor import Actor, asleep, step
from resforge.conformance.constants import HOUR
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.suites.contexts import DELETE, numbers, reported
from resforge.conformance.suites.watched import must_take

suite = Suite("contexts")

READY, TIMED_OUT, STOPPED = range(3)
"""The answers of wait_until, in the order of resforge::Wait."""
ONLINE_PENDING = 129
FORTNIGHT = 14 * 24 * HOUR


def _interval(play: Player) -> int:
    """Return how long wait_until waits between two questions: some heartbeats, in milliseconds."""
    return min(300_000, 5 * play.model.timing.heartbeat)


@suite.scenario(
    "wait-until",
    "wait_until asks at its interval, until the condition holds or the time is over",
    covers=("T-23", "8.2"),
    page="implementing-pending-operations",
    needs=needs.pending_online,
)
def wait_until(play: Player) -> None:
    """In vain for two and a half intervals, then with success after four."""
    interval = _interval(play)
    actor = play.resource()
    actor.open()
    actor.script("online", step("wait_until", ms=interval), step("return", value=0))
    actor.online()
    play.advance(2 * interval + interval // 2 + 4 * interval - 1)
    actor.must_be("T-23", "OnlinePending")
    play.advance(1)
    wanted = [numbers(TIMED_OUT, 4, READY, 5, 0)]
    play.equal("8.2", "waits", reported(actor, "online", "waited"), wanted)
    actor.must_be("T-25", "Online")


@suite.scenario(
    "wait-until-stopped",
    "wait_until and the event for the stop end at once when Terminate comes",
    covers=("T-29", "8.2"),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("deaf",),
)
def wait_until_stopped(play: Player) -> None:
    """In the first and in the second wait; then a wait for the event alone."""
    interval = _interval(play)
    actor = play.resource()
    actor.open()
    for moment, wanted in (
        (interval, numbers(STOPPED, 2, 1)),
        (4 * interval, numbers(TIMED_OUT, 4, STOPPED, 2, 1)),
    ):
        actor.script("online", step("wait_until", ms=interval))
        actor.online()
        play.advance(moment)
        actor.terminate()
        play.equal("8.2", "waits", reported(actor, "online", "waited"), [wanted])
        actor.must_be("T-56", "Offline")
    actor.script("online", step("wait_stop_event", ms=min(60_000, play.model.timing.heartbeat)))
    actor.online()
    play.advance(1)
    actor.terminate()
    actor.must_be("T-56", "Offline")


def _near_the_wrap(play: Player, actor: Actor, milliseconds: int) -> None:
    """Let time pass until 32 bits of it are full in so many milliseconds."""
    actor.open()
    now = play.history.records[-1].time
    play.advance(2**32 - now - milliseconds)


@suite.scenario(
    "heartbeats-for-weeks",
    "a node that runs for 49 days sends heartbeats as ever",
    covers=("T-23", "8.2"),
    page="implementing-pending-operations",
    needs=needs.pending_online,
    fresh=True,
)
def heartbeats_for_weeks(play: Player) -> None:
    """The milliseconds of the system no longer fit into 32 bits while Online waits."""
    heartbeat = play.model.timing.heartbeat
    actor = play.resource()
    _near_the_wrap(play, actor, heartbeat + heartbeat // 2)
    actor.script("online", step("wait", ms=3 * heartbeat), step("return", value=0))
    actor.online()
    for _ in range(2):
        play.advance(heartbeat - 1)
        actor.must_report("4.2")
        play.advance(1)
        actor.must_report("4.2", ONLINE_PENDING)
    play.advance(heartbeat)
    actor.must_be("T-25", "Online")


@suite.scenario(
    "budgets-for-weeks",
    "on a node that runs for 49 days Terminate waits for a hook as ever",
    covers=("T-57", "8.2"),
    page="implementing-terminate",
    needs=needs.pending_online,
    tolerates=("deaf", "slow"),
    fresh=True,
)
def budgets_for_weeks(play: Player) -> None:
    """The milliseconds of the system no longer fit into 32 bits meanwhile."""
    budget = play.model.timing.budgets.terminate
    actor = play.resource()
    _near_the_wrap(play, actor, budget // 4)
    actor.script("online", *asleep(budget // 2))
    actor.online()
    actor.terminate()
    play.advance(budget // 2)
    must_take(actor, "8.2", "Terminate", budget // 2)
    actor.must_be("T-57", "Offline")
    actor.go_online()


@suite.scenario(
    "wait-of-no-time",
    "a wait of no milliseconds sends the heartbeat that is due and learns of Terminate",
    covers=("T-23", "T-57", "8.2"),
    page="implementing-pending-operations",
    needs=needs.pending_online,
    tolerates=("deaf", "slow"),
)
def wait_of_no_time(play: Player) -> None:
    """Between two parts of its work the hook asks like that."""
    timing = play.model.timing
    busy = asleep(timing.heartbeat)
    actor = play.resource()
    actor.open()
    actor.script("online", *busy, step("wait", ms=0), *asleep(10), step("wait", ms=0), step("hang"))
    actor.online()
    play.advance(timing.heartbeat)
    actor.must_report("4.2", ONLINE_PENDING)
    actor.terminate()
    play.advance(10)
    actor.must_be("T-57", "Offline")


@suite.scenario(
    "wait-without-pause",
    "wait_until with no interval leaves a millisecond between two questions",
    covers=("8.2",),
    page="nc-resapi-presource_control_routine",
    tolerates=("slow",),
)
def wait_without_pause(play: Player) -> None:
    """The first wait has no time at all, the fifth question of the second is answered with yes."""
    actor = play.resource()
    actor.open()
    actor.script("notified", step("wait_until", ms=0))
    actor.control(DELETE, None, 0)
    for moment, wanted in ((3, []), (1, [numbers(TIMED_OUT, 1, READY, 5, 0)])):
        play.advance(moment)
        play.equal("8.2", "waits", reported(actor, "notified", "waited"), wanted)


@suite.scenario(
    "wait-longest",
    "the longest wait that has a limit does not end at once",
    covers=("T-23", "8.2"),
    page="nf-synchapi-waitforsingleobject",
    needs=needs.pending_online,
)
def wait_longest(play: Player) -> None:
    """49 days, of which some seconds pass."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("wait", ms=0xFFFFFFFE), step("return", value=0))
    actor.online()
    play.advance(2 * play.model.timing.heartbeat + 1)
    actor.must_be("T-23", "OnlinePending")
    actor.terminate()
    actor.must_be("T-56", "Offline")


@suite.scenario(
    "wait-for-weeks",
    "a wait without a limit goes on when 32 bits of milliseconds are over",
    covers=("8.2",),
    page="nf-synchapi-waitforsingleobject",
    needs=needs.event_handle,
)
def wait_for_weeks(play: Player) -> None:
    """The monitor asks once in a fortnight; RHS hardly ever does."""
    rare = dict.fromkeys(("LooksAlivePollInterval", "IsAlivePollInterval"), FORTNIGHT)
    actor = play.resource(common=rare)
    actor.open()
    actor.script("monitor", step("wait_until", ms=FORTNIGHT), step("wait", ms=HOUR))
    actor.go_online()
    play.advance(2 * FORTNIGHT + FORTNIGHT // 2)
    for wanted in ([], [], [], [numbers(TIMED_OUT, 4, READY, 5, 0)]):
        for moment, waits in ((FORTNIGHT - 1, []), (1, wanted)):
            play.advance(moment)
            play.equal("8.2", "waits", reported(actor, "monitor", "waited"), waits)
