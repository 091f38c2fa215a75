"""Hooks, controls and Terminate use what one resource keeps, at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

from resforge.conformance import lists, needs
from resforge.conformance.actor import Actor, asleep, step
from resforge.conformance.constants import GET, GET_RO, PATIENT, SET, SET_NAME
from resforge.conformance.database import must_store
from resforge.conformance.force import must_be_in_force
from resforge.conformance.history import History
from resforge.conformance.oracle import ask
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.suites.contexts import DELETE
from resforge.conformance.suites.races import of, schedules, together
from resforge.conformance.suites.watched import slow
from resforge.conformance.values import registry_value, valid_values
from resforge.model.properties import PropertyTable
from resforge.model.property_list import decode, encode_property
from resforge.model.rules import PropertyRule, TypeModel, Value
from resforge.rhs.records import CallReturn, HookStep

suite = Suite("races")

OFTEN = 12
"""How often a hook does something that shall meet a moment of another call."""

Values = dict[str, Value]


def _changes_stored_at_once(model: TypeModel) -> str | None:
    found = any(not rule.in_memory for rule in needs.changed_at_once(model))
    return None if found else "no change of a stored property takes effect immediately"


def _read_only(play: Player) -> list[PropertyRule]:
    return [rule for rule in play.model.properties if rule.read_only]


def _values(play: Player, place: int) -> Values:
    """Return one valid value for each read-only property."""
    return {rule.name: valid_values(rule, play.random)[place] for rule in _read_only(play)}


def _listed(play: Player, values: Values) -> bytes:
    return lists.several(*[lists.whole(r, values[r.name]) for r in _read_only(play)])


def _publish(play: Player, values: Values) -> dict[str, Any]:
    return step("set_read_only", hex=_listed(play, values).hex())


def _must_read(actor: Actor, values: Values) -> None:
    """Expect these values of the read-only properties, which are stored by then."""
    play = actor.player
    actor.control(GET_RO)
    play.equal("C.1", "published values", partial(_output, actor), _listed(play, values))
    for rule in _read_only(play):
        if not rule.in_memory:
            actor.remember(rule.name, registry_value(rule, values[rule.name]))
    must_store(actor)


def _output(actor: Actor, history: History) -> bytes | None:
    returned = actor.picked(history.last.records, CallReturn)
    output: bytes | None = returned[-1].output if returned else None
    return output


@suite.scenario(
    "publish-beside-read",
    "what the worker of Online publishes can be read while it works",
    covers=("C.1", "3.5"),
    page="read-only-properties",
    needs=needs.all_of(needs.read_only_properties, needs.pending_online),
)
def publish_beside_read(play: Player) -> None:
    """It publishes before and after GET_RO_PRIVATE_PROPERTIES."""
    actor = play.resource()
    actor.open()
    first, last = _values(play, 0), _values(play, -1)
    actor.script(
        "online", _publish(play, first), step("wait", ms=20), _publish(play, last),
        step("return", value=0),
    )  # fmt: skip
    actor.online()
    play.advance(10)
    _must_read(actor, first)
    play.advance(10)
    actor.must_be("T-25", "Online")
    _must_read(actor, last)


@suite.scenario(
    "guarded-value",
    "what hooks share through resforge::Guarded is changed by one of them at a time",
    covers=("3.5",),
    page="implementing-pending-operations",
    needs=needs.pending_online,
)
def guarded_value(play: Player) -> None:
    """The worker of Online changes a value before and after a notification does."""
    actor = play.resource()
    actor.open()
    guarded = step("guarded")
    actor.script("online", guarded, step("wait", ms=4), guarded, step("return", value=0))
    actor.online()
    actor.script("notified", guarded)
    actor.control(SET_NAME, (actor.name + "\0").encode("utf-16-le"), 0)
    play.advance(4)
    actor.must_be("T-25", "Online")


@suite.scenario(
    "publish-in-terminate",
    "what the hook terminate publishes is stored by whoever reads it",
    covers=("C.1", "3.5"),
    page="read-only-properties",
    needs=needs.stored_read_only_properties,
)
def publish_in_terminate(play: Player) -> None:
    """It publishes again and again while GET_RO_PRIVATE_PROPERTIES is served."""
    actor = play.resource()
    actor.open()
    first, last = _values(play, 0), _values(play, -1)
    for _ in schedules(play):
        actor.go_online()
        again = [_publish(play, first), _publish(play, last)] * (OFTEN // 2)
        actor.script("terminate", *asleep(10), *again)
        actor.terminate()
        together(play, of(actor, "control", code=GET_RO), ms=10)
        actor.must_be("T-56", "Offline")
        _must_read(actor, last)


@suite.scenario(
    "publish-inside-online",
    "what is published while Online reads the database is in force after it",
    covers=("C.1", "3.5"),
    page="read-only-properties",
    needs=needs.all_of(needs.read_only_properties, needs.stored_properties),
    policies=({"P3": "PARALLEL"},),
    tolerates=("deaf", "slow"),
)
def publish_inside_online(play: Player) -> None:
    """The hook of a notification publishes during the last read of a slow database."""
    actor = play.resource(common=PATIENT)
    actor.open()
    longest = 8 * len(play.model.properties)
    play.send("slow", function="ClusterRegQueryValue", ms=2)
    actor.online()
    play.advance(longest)
    returned = actor.picked(play.history.records, CallReturn)
    taken = next(r.elapsed for r in returned if r.entry == "Online")
    actor.terminate()
    values = _values(play, -1)
    actor.script("notified", *asleep(taken - 1), _publish(play, values))
    actor.online()
    actor.control(DELETE, None, 0)
    play.advance(3 * longest)
    play.send("slow", function="ClusterRegQueryValue", ms=0)
    actor.must_be("T-25", "Online")
    actor.in_memory.update(values)
    for rule in _read_only(play):
        if not rule.in_memory:
            actor.remember(rule.name, registry_value(rule, values[rule.name]))
    must_be_in_force(actor, actor.view(), only=list(values))


@suite.scenario(
    "first-value",
    "a value that the worker of Online stores first is found by all, also beside a read",
    covers=("C.1", "3.5"),
    page="read-only-properties",
    needs=needs.all_of(
        needs.stored_read_only_properties, needs.pending_online, needs.optional_properties
    ),
)
def first_value(play: Player) -> None:
    """There is no key Parameters before."""
    actor = play.resource(private=[], parameters=False)
    actor.open()
    values = _values(play, -1)
    wait = step("wait", ms=20)
    actor.script("online", wait, _publish(play, values), wait, step("return", value=0))
    actor.online()
    for _ in range(2):
        play.advance(10)
        ask(actor, GET)
        play.advance(10)
    actor.must_be("T-25", "Online")
    _must_read(actor, values)


@suite.scenario(
    "publish-beside-set",
    "what a hook publishes and what is set at the same moment is all in force",
    covers=("C.1", "B.6", "3.5"),
    page="read-only-properties",
    needs=needs.all_of(needs.read_only_properties, needs.immediate_properties),
    tolerates=("slow", "model"),
)
def publish_beside_set(play: Player) -> None:
    """The hook of a notification publishes again and again while SET is served."""
    actor = play.resource().ready()
    rule = needs.changed_at_once(play.model)[0]
    for seed in schedules(play):
        published = [_values(play, place) for place in (0, -1)] * (OFTEN // 2)
        steps = [s for each in published for s in (_publish(play, each), step("report_latest"))]
        actor.script("notified", *asleep(10), *steps)
        actor.control(DELETE, None, 0)
        data = lists.whole(rule, valid_values(rule, play.random)[(0, -1)[seed % 2]])
        change = {"code": SET, "input": lists.several(data).hex()}
        together(play, of(actor, "call", entry="ResourceControl", **change), ms=10)
        wanted = [_listed(play, each) for each in published]
        play.equal("C.1", "values in force", partial(_latest, actor), wanted)


@suite.scenario(
    "set-beside-set",
    "of two changes at the same moment the one that is stored is in force",
    covers=("B.6", "3.5"),
    page="nc-resapi-presource_control_routine",
    needs=_changes_stored_at_once,
    tolerates=("model", "slow"),
)
def set_beside_set(play: Player) -> None:
    """The first is held up on its way into one lock after the other, the second is not."""
    actor = play.resource().ready()
    rules = [rule for rule in needs.changed_at_once(play.model) if not rule.in_memory]
    rule = rules[0]
    values = (valid_values(rule, play.random)[place] for place in (0, -1))
    first, second = (lists.several(lists.whole(rule, value)).hex() for value in values)
    for turn in _last_locks(play, actor, "ResourceControl", code=SET, input=second):
        slow(play, "AcquireSRWLockExclusive", 1)
        actor.direct("ResourceControl", code=SET, input=first)
        play.advance(turn)
        slow(play, "AcquireSRWLockExclusive", 0)
        actor.direct("ResourceControl", code=SET, input=second)
        play.advance(OFTEN)
        actor.script("notified", step("report_latest"))
        actor.control(DELETE, None, 0)
        actor.control(GET, b"", 1 << 16)
        play.check("B.6", partial(_stored_differs, actor, rule.name))


def _last_locks(play: Player, actor: Actor, entry: str, **more: Any) -> range:
    """Return for how many milliseconds a call has come to each of its last locks, one a millisecond."""
    slow(play, "AcquireSRWLockExclusive", 1)
    actor.direct(entry, **more)
    play.advance(1_000)
    slow(play, "AcquireSRWLockExclusive", 0)
    taken = [r.elapsed for r in actor.picked(play.history.records, CallReturn) if r.entry == entry]
    return range(max(0, taken[-1] - OFTEN), taken[-1]) if taken else range(0)


@suite.scenario(
    "set-inside-online",
    "a change that is made while Online is held up is in force after it",
    covers=("B.6", "3.5"),
    page="nc-resapi-presource_control_routine",
    needs=_changes_stored_at_once,
    tolerates=("model", "slow", "status-outside-pending", "report-after-terminate"),
)
def set_inside_online(play: Player) -> None:
    """Online is held up on its way into one lock after the other, SET is not."""
    actor = play.resource()
    actor.open()
    rule = next(rule for rule in needs.changed_at_once(play.model) if not rule.in_memory)
    values = [valid_values(rule, play.random)[place] for place in (0, -1)]
    locks = _last_locks(play, actor, "Online")
    actor.direct("Terminate")
    for turn in locks:
        slow(play, "AcquireSRWLockExclusive", 1)
        actor.direct("Online")
        play.advance(turn)
        slow(play, "AcquireSRWLockExclusive", 0)
        data = lists.several(lists.whole(rule, values[turn % 2]))
        actor.direct("ResourceControl", code=SET, input=data.hex())
        play.advance(OFTEN)
        actor.script("notified", step("report_latest"))
        actor.control(DELETE, None, 0)
        actor.control(GET, b"", 1 << 16)
        play.check("B.6", partial(_stored_differs, actor, rule.name))
        actor.direct("Terminate")


@suite.scenario(
    "get-inside-set",
    "values in memory can be read while one of them is set",
    covers=("B.4", "B.6", "3.5"),
    page="nc-resapi-presource_control_routine",
    needs=lambda model: (
        None
        if any(rule.in_memory and not rule.read_only for rule in model.properties)
        else "no property in memory can be set"
    ),
    tolerates=("model", "slow"),
)
def get_inside_set(play: Player) -> None:
    """SET is held up on its way into one lock after the other, GET is not."""
    actor = play.resource()
    actor.open()
    rules = [rule for rule in play.model.properties if rule.in_memory and not rule.read_only]
    values = [valid_values(rules[0], play.random)[place] for place in (0, -1)]
    data = [lists.several(lists.whole(rules[0], value)).hex() for value in values]
    for turn in _last_locks(play, actor, "ResourceControl", code=SET, input=data[0]):
        slow(play, "AcquireSRWLockExclusive", 1)
        actor.direct("ResourceControl", code=SET, input=data[turn % 2])
        play.advance(turn)
        slow(play, "AcquireSRWLockExclusive", 0)
        actor.direct("ResourceControl", code=GET)
        play.advance(OFTEN)


@suite.scenario(
    "online-beside-change",
    "a slow change of one resource keeps no other from coming online",
    covers=("B.6", "3.4"),
    page="nc-resapi-presource_control_routine",
    needs=needs.all_of(needs.several_instances, needs.changeable_properties),
    tolerates=("slow",),
)
def online_beside_change(play: Player) -> None:
    """The database takes its time for the first."""
    first, second = play.resource(), play.resource()
    first.open()
    second.open()
    rule = next(rule for rule in play.model.properties if not rule.read_only and not rule.in_memory)
    value = valid_values(rule, play.random)[-1]
    slow(play, "ClusterRegSetValue", OFTEN)
    first.put(rule.name, 3, b"another one")
    first.control(SET, lists.several(lists.whole(rule, value)), 0)
    slow(play, "ClusterRegSetValue", 0)
    second.go_online()
    second.must_enter("3.4", "online")
    play.advance(OFTEN)
    first.must_return("B.6", "ResourceControl", 0)


@suite.scenario(
    "get-inside-first-set",
    "the first SET and a read beside it keep one key of the database",
    covers=("B.6", "3.5"),
    page="nc-resapi-presource_control_routine",
    needs=needs.all_of(needs.changeable_properties, needs.optional_properties),
    tolerates=("model", "slow"),
)
def get_inside_first_set(play: Player) -> None:
    """SET is held up on its way into one lock after the other, GET is not."""
    rule = next(rule for rule in play.model.properties if not rule.read_only and not rule.in_memory)
    data = lists.several(lists.whole(rule, valid_values(rule, play.random)[-1])).hex()
    actor = play.resource(private=[], parameters=False)
    actor.open()
    locks = _last_locks(play, actor, "ResourceControl", code=SET, input=data)
    for turn in range(locks.stop):
        actor.direct("Close")
        actor = play.resource(private=[], parameters=False)
        actor.open()
        slow(play, "AcquireSRWLockExclusive", 1)
        actor.direct("ResourceControl", code=SET, input=data)
        play.advance(turn)
        slow(play, "AcquireSRWLockExclusive", 0)
        actor.direct("ResourceControl", code=GET)
        play.advance(OFTEN)


@suite.scenario(
    "terminate-inside-terminate",
    "a Terminate that waits for another one returns when Online may begin again",
    covers=("T-57", "3.5"),
    page="implementing-terminate",
    tolerates=("model", "slow", "status-outside-pending", "report-after-terminate"),
)
def terminate_inside_terminate(play: Player) -> None:
    """The first is held up on its way into one lock after the other, the second is not."""
    actor = play.resource()
    actor.open()
    actor.direct("Online")
    play.advance(OFTEN)
    for turn in _last_locks(play, actor, "Terminate"):
        actor.direct("Online")
        play.advance(OFTEN)
        slow(play, "AcquireSRWLockExclusive", 1)
        actor.direct("Terminate")
        play.advance(turn)
        slow(play, "AcquireSRWLockExclusive", 0)
        actor.direct("Terminate")
        if any(r.entry == "Terminate" for r in actor.picked(play.history.last.records, CallReturn)):
            actor.direct("Online")
            actor.must_return("T-57", "Online", 997 if play.model.pending_online else 0)
        play.advance(OFTEN)
        actor.direct("Terminate")


@suite.scenario(
    "renewed-activity",
    "two control codes that are the first since Terminate have hooks that may wait",
    covers=("B.7", "3.5"),
    page="nc-resapi-presource_control_routine",
    tolerates=("model",),
)
def renewed_activity(play: Player) -> None:
    """Both begin at the same moment."""
    actor = play.resource()
    actor.open()
    code = of(actor, "call", entry="ResourceControl", code=DELETE)
    for _ in schedules(play):
        actor.go_online()
        actor.terminate()
        play.advance(play.model.timing.budgets.terminate)
        together(play, code, code)
        actor.must_be("T-56", "Offline")


def _stored_differs(actor: Actor, name: str, history: History) -> str | None:
    """Return what is wrong when the last two replies tell two values, in force and stored."""
    told, asked = history.replies[-2:]
    steps = actor.picked(told.records, HookStep)
    in_force = [s.data for s in steps if s.what == "properties_latest"]
    stored = [r.output for r in actor.picked(asked.records, CallReturn)]
    values = [
        [item.data for item in decode(data or b"") if item.name == name]
        for data in (*in_force, *stored)
    ]
    same = len(values) == 2 and values[0] == values[1] != []
    return None if same else f"the value of {name} in force is not the one that is stored"


def _latest(actor: Actor, history: History) -> list[bytes]:
    """Return the read-only values of each report of what is in force now."""
    names = [rule.name for rule in _read_only(actor.player)]
    steps = actor.picked(history.last.records, HookStep)
    reports = [decode(s.data or b"") for s in steps if s.what == "properties_latest"]
    return [
        lists.several(*[encode_property(i.name, i.syntax, i.data) for i in r if i.name in names])
        for r in reports
    ]


@suite.scenario(
    "failure-after-terminate",
    "a failure that a control code signals beside Terminate does not concern the next Online",
    covers=("T-43", "3.5"),
    page="implementing-terminate",
    tolerates=("slow", "deaf", "model"),
)
def failure_after_terminate(play: Player) -> None:
    """The hook of a notification signals it when Terminate has just returned."""
    actor = play.resource().ready()
    actor.script("notified", *asleep(20), step("signal_failure"))
    actor.control(DELETE, None, 0)
    play.advance(10)
    actor.terminate()
    actor.must_be("T-56", "Offline")
    play.advance(10)
    actor.go_online()
    play.advance(1_000)
    actor.must_be("8.3", "Online", "Online")


@suite.scenario(
    "look-beside-online",
    "a hook may ask for the latest properties while Online puts others in force",
    covers=("B.6", "3.5"),
    page="nc-resapi-presource_control_routine",
    needs=needs.stored_properties,
    policies=({"P3": "PARALLEL"},),
    tolerates=("deaf", "slow"),
)
def look_beside_online(play: Player) -> None:
    """The hook of a notification asks again and again while the database is slow."""
    actor = play.resource(common=PATIENT)
    actor.open()
    longest = 8 * len(play.model.properties)
    look = [step("report_latest"), *asleep(1)]
    actor.script("notified", *look * longest)
    play.send("slow", function="ClusterRegQueryValue", ms=2)
    actor.online()
    actor.control(DELETE, None, 0)
    play.advance(longest)
    play.send("slow", function="ClusterRegQueryValue", ms=0)
    actor.must_be("T-25", "Online")
    must_be_in_force(actor, actor.view())


@suite.scenario(
    "two-controls",
    "a value in memory can be read while a slow database keeps the one that sets it",
    covers=("B.6", "3.5"),
    page="recommended-practices-for-resource-dlls",
    needs=needs.kept_properties,
    tolerates=("slow", "model"),
)
def two_controls(play: Player) -> None:
    """RHS makes one control after the other; the runtime does not rely on it."""
    actor = play.resource()
    actor.open()
    rules = [r for r in play.model.properties if r.in_memory and not r.read_only]
    values = {r.name: valid_values(r, play.random)[-1] for r in rules}
    known = [lists.whole(r, values[r.name]) for r in rules]
    data = lists.several(*known, next(lists.unknown_properties(play.random)))
    play.send("slow", function="ClusterRegSetValue", ms=20)
    actor.direct("ResourceControl", code=SET, input=data.hex())
    play.advance(10)
    actor.in_memory.update(values)
    actor.direct("ResourceControl", code=GET)
    play.equal("B.6", "values", partial(_output, actor), _properties(actor))
    play.advance(10)
    actor.must_return("B.6", "ResourceControl", 0)
    play.send("slow", function="ClusterRegSetValue", ms=0)


def _properties(actor: Actor) -> bytes:
    return PropertyTable(actor.player.model).get(actor.view())[1]


@suite.scenario(
    "two-first-reads",
    "two calls that open the key Parameters at once use and keep one of the two handles",
    covers=("C.1", "3.5"),
    page="nf-clusapi-clusterregopenkey",
    tolerates=("slow", "model"),
)
def two_first_reads(play: Player) -> None:
    """Another node has made the key since Open; the database is slow."""
    actor = play.resource(private=[], parameters=False)
    actor.open()
    actor.put("Unknown Value", 1, "x\0".encode("utf-16-le"), new_key=True)
    functions = {"ClusterRegOpenKey": 5, "ClusterRegQueryValue": 1, "ClusterRegEnumValue": 1}
    for function, ms in functions.items():
        play.send("slow", function=function, ms=ms)
    together(play, *[of(actor, "call", entry="ResourceControl", code=GET)] * 2)
    play.advance(20 + 2 * len(play.model.properties))
    wanted = [_properties(actor)] * 2
    play.equal("C.1", "values", partial(_outputs, actor), wanted)
    for function in functions:
        play.send("slow", function=function, ms=0)


def _outputs(actor: Actor, history: History) -> list[bytes | None]:
    return [r.output for r in actor.picked(history.last.records, CallReturn)]
