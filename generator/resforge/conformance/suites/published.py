"""Values that hooks publish: read at once, and written where and when writing is allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from resforge.conformance import lists, needs
from resforge.conformance.actor import Actor, step
from resforge.conformance.constants import GET_RO, HOUR, SET, SET_NAME
from resforge.conformance.database import must_store
from resforge.conformance.force import must_be_in_force
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.suites.contexts import numbers, reported
from resforge.conformance.suites.races import of, schedules, together
from resforge.conformance.values import registry_value, valid_values
from resforge.model.rules import PropertyRule, TypeModel, Value
from resforge.model.wire import RegistryValue
from resforge.rhs.records import CallReturn, DatabaseChange

suite = Suite("properties")

WARNING = 1
ACCESS_DENIED = 5
PAGE = "function-calls-to-avoid-in-resource-dlls"
Values = Mapping[str, Value]


def _rules(model: TypeModel) -> list[PropertyRule]:
    return [rule for rule in model.properties if rule.read_only]


def _stored(model: TypeModel) -> list[PropertyRule]:
    return [rule for rule in _rules(model) if not rule.in_memory]


def _needs(model: TypeModel) -> str | None:
    return None if _stored(model) else "no read-only property is stored"


def _written(actor: Actor, history: History) -> list[tuple[str, RegistryValue]]:
    changes = actor.picked(history.last.records, DatabaseChange)
    return [(c.name, RegistryValue(c.type, c.data)) for c in changes if c.operation == "set_value"]


def _must_write(actor: Actor, values: Values) -> None:
    """Expect exactly those of these values to be written that the database has not already."""
    rules = [rule for rule in _stored(actor.player.model) if rule.name in values]
    found = [(rule.name, registry_value(rule, values[rule.name])) for rule in rules]
    wanted = [(name, value) for name, value in found if actor.stored.get(name) != value]
    actor.player.equal("C.1", "writes", partial(_written, actor), wanted)
    for name, value in wanted:
        actor.remember(name, value)


def _must_list(actor: Actor, data: bytes) -> None:
    def listed(history: History) -> bytes | None:
        returned = actor.picked(history.last.records, CallReturn)
        output: bytes | None = returned[-1].output if returned else None
        return output

    actor.player.equal("C.1", "published values", listed, data)


def _publish(actor: Actor, hook: str, turn: int, act: Callable[[], object], writes: bool) -> None:
    """Let a hook publish new values; they are written now, or when a client reads them."""
    play = actor.player
    rules = _rules(play.model)
    choices = {rule.name: valid_values(rule, play.random) for rule in rules}
    values = {name: found[turn % len(found)] for name, found in choices.items()}
    data = lists.several(*[lists.whole(rule, values[rule.name]) for rule in rules])
    rest = [step("wait", ms=24 * HOUR)] if hook == "monitor" else [step("return", value=1)]
    done = [step("return", value=0)] if hook in ("open", "online", "offline") else rest
    actor.script(hook, step("set_read_only", hex=data.hex()), *done)
    act()
    actor.in_memory |= values
    _must_write(actor, values if writes else {})
    if hook == "close":
        return
    for pending in ({} if writes else values, {}):
        actor.control(GET_RO)
        _must_list(actor, data)
        _must_write(actor, pending)


@suite.scenario(
    "published-anywhere",
    "what a hook publishes is written at once where that is allowed, else when it is read",
    covers=("C.1", "F.3"),
    page=PAGE,
    needs=_needs,
)
def published_anywhere(play: Player) -> None:
    """Each hook in turn, from Open to Close."""
    model = play.model
    actor = play.resource()
    _publish(actor, "open", 0, actor.open, writes=False)
    _publish(actor, "online", 1, actor.go_online, writes=model.pending_online)
    must_be_in_force(actor, actor.view(), only=[rule.name for rule in _rules(model)])
    polls = {"looks_alive": "LooksAlive"} if model.failure_detection == "polling" else {}
    if model.failure_detection != "cached_health":
        polls["is_alive"] = "IsAlive"
    for turn, (hook, entry) in enumerate(polls.items(), 2):
        _publish(actor, hook, turn, partial(actor.direct, entry), writes=False)
    if model.failure_detection == "cached_health":
        wait = partial(play.advance, (model.timing.health_interval or 5_000) + 1)
        _publish(actor, "check_health", 2, wait, writes=True)
    name = (actor.name + "\0").encode("utf-16-le")
    _publish(actor, "notified", 4, partial(actor.control, SET_NAME, name, 0), writes=True)
    _publish(actor, "offline", 5, actor.offline, writes=model.pending_offline)
    watch = "monitor" if model.failure_detection == "event_handle" else "online"
    writes = watch == "monitor" or model.pending_online
    _publish(actor, watch, 6, actor.go_online, writes=writes)
    must_be_in_force(actor, actor.view(), only=[rule.name for rule in _rules(model)])
    _publish(actor, "terminate", 7, actor.terminate, writes=False)
    _publish(actor, "close", 8, actor.close, writes=False)
    must_store(actor)


@suite.scenario(
    "published-by-change",
    "what the hook properties_changed publishes is written at once",
    covers=("C.1", "F.3", "B.6"),
    page=PAGE,
    needs=needs.all_of(_needs, needs.changeable_properties),
)
def published_by_change(play: Player) -> None:
    """A property is set twice; the second time the hook publishes."""
    actor = play.resource()
    actor.open()
    rule = next(rule for rule in play.model.properties if not rule.read_only and not rule.in_memory)
    first, second = (valid_values(rule, play.random)[place] for place in (0, -1))
    actor.control(SET, lists.several(lists.whole(rule, first)), 0)
    published = {r.name: valid_values(r, play.random)[-1] for r in _rules(play.model)}
    data = lists.several(*[lists.whole(r, published[r.name]) for r in _rules(play.model)])
    actor.script("properties_changed", step("set_read_only", hex=data.hex()))
    actor.control(SET, lists.several(lists.whole(rule, second)), 0)
    for stored in (rule, *_stored(play.model)):
        value = {rule.name: second, **published}[stored.name]
        actor.remember(stored.name, registry_value(stored, value))
    must_store(actor)


@suite.scenario(
    "published-once",
    "what was published is written once: a value that another node stores later stays",
    covers=("C.1", "F.3"),
    page=PAGE,
    needs=_needs,
)
def published_once(play: Player) -> None:
    """The hook open publishes, a client reads, another node stores, the client reads again."""
    actor = play.resource()
    _publish(actor, "open", 0, actor.open, writes=False)
    for rule in _stored(play.model):
        other = registry_value(rule, valid_values(rule, play.random)[-1])
        actor.put(rule.name, other.type, other.data)
    actor.control(GET_RO)
    _must_write(actor, {})
    must_store(actor)


@suite.scenario(
    "published-one-by-one",
    "a value that was written stays as another node stores it, whatever else is published",
    covers=("C.1", "F.3"),
    page=PAGE,
    needs=lambda model: (
        None if len(_stored(model)) > 1 else "there are no two read-only properties that are stored"
    ),
)
def published_one_by_one(play: Player) -> None:
    """One is published where it is written, changed by the other node; then the other, elsewhere."""
    actor = play.resource()
    actor.open()
    first, second = _stored(play.model)[:2]
    found = {rule.name: valid_values(rule, play.random) for rule in (first, second)}
    steps = [
        step("set_read_only", hex=lists.several(lists.whole(rule, found[rule.name][-1])).hex())
        for rule in (first, second)
    ]
    actor.script("notified", steps[0])
    actor.control(SET_NAME, (actor.name + "\0").encode("utf-16-le"), 0)
    other = registry_value(first, found[first.name][0])
    actor.put(first.name, other.type, other.data)
    actor.go_online()
    actor.script("terminate", steps[1])
    actor.terminate()
    actor.control(GET_RO)
    actor.remember(second.name, registry_value(second, found[second.name][-1]))
    must_store(actor)


@suite.scenario(
    "published-before-online",
    "what was published before Online is written by whoever reads it after",
    covers=("C.1", "F.3"),
    page=PAGE,
    needs=_needs,
)
def published_before_online(play: Player) -> None:
    """The hook open publishes, nobody reads before Online; another node stores in the end."""
    actor = play.resource()
    rules = _rules(play.model)
    values = {rule.name: valid_values(rule, play.random)[-1] for rule in rules}
    data = lists.several(*[lists.whole(rule, values[rule.name]) for rule in rules])
    actor.script("open", step("set_read_only", hex=data.hex()), step("return", value=0))
    actor.open()
    actor.in_memory |= values
    actor.go_online()
    actor.control(GET_RO)
    _must_list(actor, data)
    for rule in _stored(play.model):
        actor.remember(rule.name, registry_value(rule, values[rule.name]))
    must_store(actor)
    for rule in _stored(play.model):
        other = registry_value(rule, valid_values(rule, play.random)[0])
        actor.put(rule.name, other.type, other.data)
    actor.control(GET_RO)
    _must_list(actor, data)
    must_store(actor)


@suite.scenario(
    "published-unwritten",
    "what was published and could not be written is written by the next client that reads it",
    covers=("C.1", "F.3", "8.4"),
    page=PAGE,
    needs=_needs,
)
def published_unwritten(play: Player) -> None:
    """The hook open publishes; one write after the other fails while a client reads."""
    rules = _stored(play.model)
    for call in range(1, len(rules) + 1):
        actor = play.resource()
        values = {rule.name: valid_values(rule, play.random)[-1] for rule in rules}
        data = lists.several(*[lists.whole(rule, values[rule.name]) for rule in rules])
        actor.script("open", step("set_read_only", hex=data.hex()), step("return", value=0))
        actor.open()
        play.send("fault", function="ClusterRegSetValue", call=call, error=5)
        actor.control(GET_RO)
        actor.must_log("8.4", WARNING, rules[call - 1].name)
        play.send("fault", function="ClusterRegSetValue", call=0, error=0)
        late = rules[call - 1]
        for rule in (*(rule for rule in rules if rule is not late), late):
            if rule is late:
                must_store(actor)
                actor.control(GET_RO)
            actor.remember(rule.name, registry_value(rule, values[rule.name]))
        must_store(actor)
        actor.close()


@suite.scenario(
    "published-in-vain",
    "a write that publishing could not do is done for the next client that reads the value",
    covers=("C.1", "F.3", "8.4"),
    page=PAGE,
    needs=_needs,
)
def published_in_vain(play: Player) -> None:
    """A hook that may write publishes, and the database refuses."""
    actor = play.resource()
    actor.open()
    name = (actor.name + "\0").encode("utf-16-le")
    for rule in _stored(play.model):
        value = valid_values(rule, play.random)[-1]
        data = lists.several(lists.whole(rule, value))
        actor.script("notified", step("set_read_only", hex=data.hex()))
        play.send("fault", function="ClusterRegSetValue", call=1, error=5)
        actor.control(SET_NAME, name, 0)
        answers = reported(actor, "notified", "published")
        play.equal("8.4", "answers", answers, [numbers(ACCESS_DENIED)])
        play.send("fault", function="ClusterRegSetValue", call=0, error=0)
        must_store(actor)
        actor.control(GET_RO)
        actor.remember(rule.name, registry_value(rule, value))
        must_store(actor)


@suite.scenario(
    "published-beside-online",
    "what is published beside Online is in force after it",
    covers=("C.1", "3.5"),
    page=PAGE,
    needs=needs.read_only_properties,
    tolerates=("model",),
)
def published_beside_online(play: Player) -> None:
    """The hook of a notification publishes while Online reads the database."""
    actor = play.resource()
    actor.open()
    rules = _rules(play.model)
    name = (actor.name + "\0").encode("utf-16-le").hex()
    for seed in schedules(play):
        found = {rule.name: valid_values(rule, play.random) for rule in rules}
        values = {name: choices[seed % len(choices)] for name, choices in found.items()}
        data = lists.several(*[lists.whole(rule, values[rule.name]) for rule in rules])
        actor.script("notified", step("set_read_only", hex=data.hex()))
        notice = of(actor, "call", entry="ResourceControl", code=SET_NAME, input=name)
        together(play, of(actor, "online"), notice)
        actor.must_be("T-25", "Online")
        actor.in_memory |= values
        for rule in _stored(play.model):
            actor.remember(rule.name, registry_value(rule, values[rule.name]))
        must_be_in_force(actor, actor.view(), only=list(values))
        actor.terminate()
