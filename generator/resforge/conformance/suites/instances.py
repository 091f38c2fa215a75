"""Several instances: no cross-talk, limits on their number, life after a killed process."""

from __future__ import annotations

from resforge.conformance import lists, needs
from resforge.conformance.actor import Actor, step
from resforge.conformance.constants import GET, GET_RO, NO_MEMORY, SET, SET_NAME, UNTOLD, told
from resforge.conformance.force import must_be_in_force
from resforge.conformance.history import History
from resforge.conformance.oracle import ask
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.single_instance import semaphore_name
from resforge.conformance.suites.races import of, together
from resforge.conformance.values import valid_values
from resforge.rhs.records import CallReturn

suite = Suite("instances")

INVALID_PARAMETER = 87

ALREADY_EXISTS = 5010
MANY = 40
"""Lives that a table with a place for each would have to grow for."""


@suite.scenario(
    "two-at-once",
    "two instances do not notice each other",
    covers=("3.5", "I-10"),
    page="implementing-instance-management",
    needs=needs.several_instances,
    policies=({"P5": "RESOURCE"}, {"P5": "DLL"}),
)
def two_at_once(play: Player) -> None:
    """One fails, is terminated and closed while the other stays online."""
    first, second = play.resource().ready(), play.resource().ready()
    first.terminate()
    first.must_be("T-56", "Offline")
    second.direct("IsAlive")
    second.must_return("3.5", "IsAlive", 1)
    first.go_online()
    second.offline()
    second.must_be("T-51", "Offline")
    play.advance(2 * play.model.timing.is_alive_interval)
    first.must_be("T-33", "Online")
    second.close()
    first.direct("IsAlive")
    first.must_return("3.5", "IsAlive", 1)


@suite.scenario(
    "two-pending",
    "two pending operations report for themselves",
    covers=("3.5", "T-23", "T-25"),
    page="implementing-instance-management",
    needs=needs.all_of(needs.several_instances, needs.pending_online),
)
def two_pending(play: Player) -> None:
    """Both come online at once; one is terminated in the middle."""
    first, second = play.resource(), play.resource()
    for actor in (first, second):
        actor.open()
        actor.script("online", step("wait", ms=10_000), step("return", value=0))
        actor.online()
    play.advance(5_000)
    first.terminate()
    first.must_be("T-56", "Offline")
    play.advance(5_001)
    first.must_be("T-56", "Offline")
    second.must_be("T-25", "Online")


@suite.scenario(
    "own-properties",
    "each instance has its own properties",
    covers=("3.5", "C.1"),
    page="implementing-instance-management",
    needs=needs.all_of(needs.several_instances, needs.properties),
)
def own_properties(play: Player) -> None:
    """Different values in two instances, stored and in force."""
    first, second = play.resource(), play.resource()
    for actor, pick in ((first, 0), (second, -1)):
        actor.open()
        for rule in [r for r in play.model.properties if not r.read_only]:
            value = valid_values(rule, play.random)[pick]
            ask(actor, SET, lists.several(lists.whole(rule, value)), 0, rule="B.6")
    for actor in (first, second):
        ask(actor, GET)
        actor.go_online()
    for actor in (first, second):
        must_be_in_force(actor, actor.view())


@suite.scenario(
    "identifiers-differ",
    "instances that are open at the same time have different identifiers",
    covers=("T-81", "T-06"),
    page="resource-identifiers",
    needs=needs.several_instances,
)
def identifiers(play: Player) -> None:
    """Eight instances at once."""
    actors = [play.resource() for _ in range(8)]
    for actor in actors:
        actor.open()

    def test(history: History) -> str | None:
        opened = [
            r.result for r in history.records if isinstance(r, CallReturn) and r.entry == "Open"
        ]
        return None if len(set(opened)) == len(opened) else "two instances share an identifier"

    play.check("T-81", test)


@suite.scenario(
    "same-name-twice",
    "a second Open with the same name is a separate instance or is refused with 5010",
    covers=("T-81",),
    page="implementing-open",
    tolerates=("model", "leak", "invalid-handle", "slow"),
    fresh=True,
)
def same_name_twice(play: Player) -> None:
    """Open directly beside the open instance."""
    actor = play.resource().ready()
    actor.direct("Open", resid="null")
    if play.model.single_instance == "node":
        actor.must_return("T-81", "Open", None)
        _must_fail_with(actor, ALREADY_EXISTS)
    actor.direct("IsAlive")
    actor.must_return("T-81", "IsAlive", 1)


@suite.scenario(
    "no-name",
    "Open of a resource without a name is refused",
    covers=("T-07", "T-81"),
    page="nc-resapi-popen_routine",
    tolerates=("model",),
)
def no_name(play: Player) -> None:
    """ResourceName is NULL; the next Open succeeds."""
    actor = play.resource()
    actor.direct("Open", missing="resource_name")
    actor.must_return("T-81", "Open", None)
    _must_fail_with(actor, INVALID_PARAMETER)
    actor.open()


def _must_fail_with(actor: Actor, code: int) -> None:
    def test(history: History) -> str | None:
        returned = [r for r in actor.picked(history.last.records, CallReturn) if r.entry == "Open"]
        seen = returned[-1].last_error if returned else None
        return None if seen == code else f"expected last error {code}, saw {seen}"

    actor.player.check("T-81", test)


@suite.scenario(
    "single-instance",
    "a second instance on the node is refused with 5010 until the first is closed",
    covers=("T-07", "8.4"),
    page="implementing-open",
    needs=needs.single_instance,
)
def single_instance(play: Player) -> None:
    """Refused twice, then accepted after Close."""
    first, second = play.resource(), play.resource()
    first.ready()
    for _ in range(2):
        second.send("open")
        second.must_return("8.4", "Open", None)
        _must_fail_with(second, ALREADY_EXISTS)
        second.must_log("4.3", 2, "another resource of this type")
    first.direct("IsAlive")
    first.must_return("8.4", "IsAlive", 1)
    first.offline()
    first.close()
    second.ready()


@suite.scenario(
    "single-instance-failed-open",
    "an Open that fails gives the only place back",
    covers=("T-07", "8.4"),
    page="implementing-open",
    needs=needs.single_instance,
)
def single_failed(play: Player) -> None:
    """The hook open fails and throws; the next Open must still succeed."""
    actor = play.resource()
    for kind in (step("return", value=5), step("throw"), step("out_of_memory")):
        actor.script("open", kind)
        actor.send("open")
        actor.must_return("T-07", "Open", None)
    actor.ready()


@suite.scenario(
    "crowd",
    "of hundreds of resources that are open at once each RESID is that of its own",
    covers=("T-06", "4.1"),
    page="nc-resapi-popen_routine",
    needs=needs.several_instances,
)
def crowd(play: Player) -> None:
    """Some of them are asked; nobody else's hook is entered."""
    actors = [play.resource() for _ in range(300)]
    together(play, *(of(actor, "open") for actor in actors))
    for place in (0, 1, 15, 16, 17, 255, 256, 299):
        actors[place].control(SET_NAME, (actors[place].name + "\0").encode("utf-16-le"), 0)
        actors[place].must_enter("T-68", "notified")
    together(play, *(of(actor, "close") for actor in actors))


@suite.scenario(
    "single-instance-unknown",
    "Open fails with the error of Windows when it cannot know whether the place is free",
    covers=("T-07", "8.4"),
    page="nf-winbase-createsemaphorea",
    needs=needs.single_instance,
)
def single_unknown(play: Player) -> None:
    """The semaphore cannot be made; the next Open succeeds."""
    actor = play.resource()
    for error in (NO_MEMORY, UNTOLD):
        play.send("fault", function="CreateSemaphoreW", call=1, error=error)
        actor.send("open")
        actor.must_return("T-07", "Open", None)
        _must_fail_with(actor, told(error))
    actor.open()


@suite.scenario(
    "single-instance-elsewhere",
    "processes of one node share the only place, whoever has it",
    covers=("T-07", "8.4"),
    page="implementing-open",
    needs=needs.single_instance,
    fresh=True,
)
def single_elsewhere(play: Player) -> None:
    """The resource has the place first, then another process; nobody gives it back twice."""
    name = semaphore_name(play.model.name)
    actor = play.resource()
    actor.open()
    _elsewhere(play, name, take=True, done=False)
    actor.close()
    _elsewhere(play, name, take=False, done=False)
    _elsewhere(play, name, take=True, done=True)
    actor.send("open")
    actor.must_return("8.4", "Open", None)
    _must_fail_with(actor, ALREADY_EXISTS)
    _elsewhere(play, name, take=False, done=True)
    actor.open()
    _elsewhere(play, name, take=True, done=False)
    actor.close()
    _elsewhere(play, name, take=True, done=True)
    _elsewhere(play, name, take=False, done=True)


def _elsewhere(play: Player, name: str, *, take: bool, done: bool) -> None:
    play.send("semaphore", name=name, take=take)
    what = f"another process could {'take' if take else 'give back'} the only place"
    play.equal("8.4", what, lambda history: history.last.result["done"], done)


@suite.scenario(
    "memory",
    "a life of an instance keeps no memory",
    covers=("I-9", "T-10"),
    page="implementing-close",
    fresh=True,
)
def memory(play: Player) -> None:
    """The first life of all, beside nothing else."""
    actor = play.resource()
    play.send("heap", count="start")
    _live(actor)
    _must_keep_nothing(play)


@suite.scenario(
    "memory-of-many",
    "however many lives there were, the next one keeps no memory",
    covers=("I-9", "T-10"),
    page="implementing-close",
    needs=needs.several_instances,
)
def memory_of_many(play: Player) -> None:
    """Another instance is open meanwhile."""
    keeper, actor = play.resource().ready(), play.resource()
    _live(actor)
    play.send("heap", count="start")
    for _ in range(MANY):
        actor.open()
        actor.close()
    _live(actor)
    _must_keep_nothing(play)
    keeper.must_be("T-15", "Online")


@suite.scenario(
    "memory-after-failures",
    "an Open that found no memory keeps none",
    covers=("I-9", "8.4"),
    page="implementing-open",
    fresh=True,
)
def memory_after_failures(play: Player) -> None:
    """Each allocation fails in turn, then all goes well; what exceptions need is there before."""
    actor = play.resource()
    actor.script("open", step("out_of_memory"))
    actor.send("open")
    play.send("heap", count="start")
    actor.open()
    actor.close()
    taken = int(play.send("heap", count="stop").result.get("taken", 0))
    play.send("heap", count="start")
    for call in range(1, taken + 1):
        play.send("fault", function="operator new", call=call, error=8, optional=True)
        actor.send("open", optional=True)
        play.send("fault", function="operator new", call=0, error=0, optional=True)
        if play.session.states.get(actor.name) != "Closed":
            actor.close()
    actor.open()
    actor.close()
    _must_keep_nothing(play)


def _live(actor: Actor) -> None:
    """Open an instance, use everything that all types have, close it."""
    play = actor.player
    actor.ready()
    for code in (GET, GET_RO):
        ask(actor, code)
    for rule in [r for r in play.model.properties if not r.read_only]:
        value = valid_values(rule, play.random)[0]
        ask(actor, SET, lists.several(lists.whole(rule, value)), 0, rule="B.6")
    play.advance(2 * play.model.timing.is_alive_interval)
    actor.offline()
    actor.go_online()
    actor.terminate()
    actor.close()


def _must_keep_nothing(play: Player) -> None:
    play.send("heap", count="stop")

    def test(history: History) -> str | None:
        blocks, size = (history.last.result.get(name, 0) for name in ("blocks", "bytes"))
        return f"{size} bytes in {blocks} blocks were not given back" if blocks else None

    play.check("I-9", test)


@suite.scenario(
    "leftovers",
    "Open copes with what a killed process left in the database",
    covers=("T-64", "S10"),
    page="implementing-open",
    fresh=True,
)
def leftovers(play: Player) -> None:
    """Values of an earlier life are in the database; Open begins offline, Online works."""
    actor = play.resource()
    actor.put("Left Over", 1, "x\0".encode("utf-16-le"))
    actor.open()
    actor.must_be("S10", "Offline")
    actor.direct("IsAlive")
    actor.must_return("T-79", "IsAlive", 0)
    ask(actor, GET)
    actor.go_online()
