"""Health that a thread of the DLL checks; polls get its last answer."""

from __future__ import annotations

from resforge.conformance import needs
from resforge.conformance.actor import Actor, asleep, step
from resforge.conformance.constants import HOUR
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.suites.events import closed_beside
from resforge.conformance.suites.polling import all_true
from resforge.model.rules import TypeModel

suite = Suite("polling")


@suite.scenario(
    "cached-health",
    "polls answer from the cached health, without waiting for the check",
    covers=("T-37", "S9", "8.3"),
    page="implementing-isalive",
    needs=needs.cached_health,
)
def cached_health(play: Player) -> None:
    """The health thread sees a failure; the next poll tells it."""
    actor = play.resource().ready()
    all_true(actor, "8.3")
    actor.script("check_health", step("return", value=0), repeat=True)
    interval = play.model.timing.health_interval or 5_000
    play.advance(2 * interval + play.model.timing.is_alive_interval)
    actor.must_take("T-37", "T-37")
    actor.must_be("T-56", "Offline", "Failed")


@suite.scenario(
    "cached-health-maintenance",
    "bad cached health in maintenance mode leaves the resource online",
    covers=("T-45", "8.3"),
    page="maintenancemode",
    needs=needs.cached_health,
)
def cached_health_maintenance(play: Player) -> None:
    """RHS ignores the answer of IsAlive; health that is good again is seen by later polls."""
    actor = play.resource().ready()
    actor.send("maintenance", enabled=True)
    interval = play.model.timing.health_interval or 5_000
    actor.script("check_health", step("return", value=0), repeat=True)
    play.advance(2 * interval + play.model.timing.is_alive_interval)
    actor.must_return("T-45", "IsAlive", 0)
    actor.must_take("T-45", "T-45")
    actor.must_be("T-45", "Online", "Online")
    actor.script("check_health", step("return", value=1), repeat=True)
    play.advance(2 * interval)
    actor.send("maintenance", enabled=False)
    play.advance(2 * play.model.timing.is_alive_interval)
    actor.must_return("T-33", "IsAlive", 1)
    actor.must_be("T-33", "Online", "Online")


@suite.scenario(
    "cached-health-recovers",
    "a new Online begins with good health",
    covers=("T-33", "8.3"),
    page="implementing-isalive",
    needs=needs.cached_health,
)
def cached_health_recovers(play: Player) -> None:
    """Bad health in one online period is not remembered in the next."""
    actor = play.resource().ready()
    actor.script("check_health", step("return", value=0), repeat=True)
    interval = play.model.timing.health_interval or 5_000
    play.advance(2 * interval + play.model.timing.is_alive_interval)
    actor.must_be("T-56", "Offline", "Failed")
    actor.script("check_health", step("return", value=1), repeat=True)
    actor.go_online()
    actor.direct("IsAlive")
    actor.must_return("8.3", "IsAlive", 1)
    actor.direct("LooksAlive")
    actor.must_return("8.3", "LooksAlive", 1)
    play.advance(5 * play.model.timing.is_alive_interval)
    actor.must_be("T-33", "Online")


@suite.scenario(
    "cached-health-slow-check",
    "a health check that takes long does not delay a poll",
    covers=("3.3", "8.3"),
    page="implementing-isalive",
    needs=needs.cached_health,
)
def cached_slow(play: Player) -> None:
    """Each check takes half of the IsAlive interval; polls keep their budget."""
    actor = play.resource().ready()
    interval = play.model.timing.is_alive_interval
    actor.script("check_health", step("wait", ms=interval // 2), repeat=True)
    play.advance(5 * interval)
    all_true(actor, "T-33")
    actor.must_be("T-33", "Online", "Online")


@suite.scenario(
    "cached-health-stuck-check",
    "a health check that never ends is bad health, and Terminate ends it",
    covers=("T-37", "8.3"),
    page="implementing-isalive",
    needs=needs.cached_health,
)
def cached_stuck(play: Player) -> None:
    """The check waits for a day; the cached health becomes too old to be believed."""
    actor = play.resource().ready()
    actor.script("check_health", step("wait", ms=24 * HOUR), repeat=True)
    play.advance(3 * _limit(play))
    actor.must_take("T-37", "T-37")
    actor.must_be("T-56", "Offline", "Failed")
    play.advance(HOUR)
    actor.must_enter("I-8", "check_health", times=0)


@suite.scenario(
    "cached-health-first-check",
    "a resource that has just come online counts as healthy until its first check has had time",
    covers=("T-33", "8.3"),
    page="implementing-isalive",
    needs=needs.cached_health,
    tolerates=("model",),
)
def cached_first(play: Player) -> None:
    """The first check never ends."""
    limit = _limit(play)
    play.advance(limit + 1)
    actor = play.resource(common=_rare(limit))
    actor.open()
    actor.script("check_health", step("wait", ms=24 * HOUR))
    actor.go_online()
    _believed(play, actor, limit)


@suite.scenario(
    "cached-health-age",
    "health is believed for three of its intervals or one of IsAlive, whichever is longer",
    covers=("T-79", "8.3"),
    page="implementing-isalive",
    needs=needs.cached_health,
    tolerates=("model",),
)
def cached_age(play: Player) -> None:
    """The second check never ends; the answer of the first is believed to the millisecond."""
    limit = _limit(play)
    actor = play.resource(common=_rare(limit)).ready()
    actor.script("check_health", step("wait", ms=24 * HOUR), repeat=True)
    _believed(play, actor, limit)


def _limit(play: Player) -> int:
    """Return for how many milliseconds an answer of the health check is believed."""
    timing = play.model.timing
    return max(timing.is_alive_interval, 3 * (timing.health_interval or 0))


def _rare(limit: int) -> dict[str, int]:
    """Return common properties with which RHS does not poll meanwhile."""
    return dict.fromkeys(("LooksAlivePollInterval", "IsAlivePollInterval"), 10 * limit)


def _believed(play: Player, actor: Actor, limit: int) -> None:
    """Expect good health at once and in `limit` ms, and bad health one later."""
    for wait, answer in ((0, 1), (limit, 1), (1, 0)):
        play.advance(wait)
        for entry in ("LooksAlive", "IsAlive"):
            actor.direct(entry)
            actor.must_return("8.3", entry, answer)


@suite.scenario(
    "cached-health-late-no",
    "a check that was too late and ends with bad news is never good news",
    covers=("T-33", "8.3"),
    page="implementing-isalive",
    needs=needs.cached_health,
    tolerates=("model", "slow", "deaf"),
)
def cached_late_no(play: Player) -> None:
    """Each thing that the check notes down takes a while, and IsAlive comes between them."""
    limit = _limit(play)
    actor = play.resource(common=_rare(limit)).ready()
    actor.script("check_health", *asleep(2 * limit), step("return", value=0))
    play.advance((play.model.timing.health_interval or 5_000) + 2 * limit - 1)
    play.send("slow", function="atomic store", ms=4)
    for _ in range(12):
        play.advance(2)
        actor.direct("IsAlive")
        actor.must_return("8.3", "IsAlive", 0)
    play.send("slow", function="atomic store", ms=0)


def _unhurried(model: TypeModel) -> str | None:
    is_rare = (model.timing.health_interval or 5_000) >= 100
    return None if is_rare else "health is checked several times in 100 ms"


@suite.scenario(
    "cached-health-clock",
    "a check that ends while IsAlive looks at the clock is no old one",
    covers=("T-33", "8.3"),
    page="implementing-isalive",
    needs=needs.all_of(needs.cached_health, _unhurried),
    tolerates=("model", "slow"),
)
def cached_clock(play: Player) -> None:
    """IsAlive takes 20 ms, 10 for each look, and the check ends after 17."""
    interval = play.model.timing.health_interval or 5_000
    actor = play.resource(common=_rare(_limit(play))).ready()
    actor.script("check_health", step("wait", ms=17), step("return", value=1))
    play.advance(interval)
    play.send("slow", function="GetTickCount64Return", ms=10)
    actor.direct("IsAlive")
    play.advance(15)
    play.send("slow", function="GetTickCount64Return", ms=0)
    play.advance(10)
    actor.must_return("8.3", "IsAlive", 1)


@suite.scenario(
    "cached-health-rhythm",
    "health is checked once in each health interval",
    covers=("T-33", "8.3"),
    page="implementing-isalive",
    needs=needs.cached_health,
)
def cached_rhythm(play: Player) -> None:
    """The first check comes with Online, ten more in ten intervals."""
    actor = play.resource().ready()
    actor.must_enter("8.3", "check_health")
    play.advance(10 * (play.model.timing.health_interval or 5_000))
    actor.must_enter("8.3", "check_health", times=10)


@suite.scenario(
    "cached-health-ends",
    "the health thread stops with the online period",
    covers=("I-8",),
    page="implementing-offline",
    needs=needs.cached_health,
)
def cached_ends(play: Player) -> None:
    """No health check after Offline."""
    actor = play.resource().ready()
    actor.offline()
    play.advance(HOUR)
    actor.must_enter("I-8", "check_health", times=0)


@suite.scenario(
    "cached-health-deaf-close",
    "Close of an instance whose health check still runs leaves the hook close to it",
    covers=("8.2", "3.3"),
    page="implementing-close",
    needs=needs.cached_health,
    tolerates=("deaf", "slow", "leak"),
)
def cached_deaf_close(play: Player) -> None:
    """Terminate gives up on the check, Close follows, the check ends much later."""
    actor = play.resource()
    actor.open()
    actor.script("check_health", step("sleep", ms=HOUR))
    actor.go_online()
    closed_beside(play, actor)
