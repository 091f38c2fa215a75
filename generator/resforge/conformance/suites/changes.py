"""SET_PRIVATE_PROPERTIES with several properties: what one of them does is not undone by the next."""

from __future__ import annotations

import random

from resforge.conformance import lists, needs
from resforge.conformance.actor import asleep, step
from resforge.conformance.constants import SET
from resforge.conformance.database import must_store
from resforge.conformance.force import must_be_in_force, must_report_in_force
from resforge.conformance.oracle import ask
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.suites.contexts import DELETE
from resforge.conformance.values import registry_value, valid_values
from resforge.model.property_list import decode
from resforge.model.rules import PropertyRule, TypeModel, Value

suite = Suite("properties")

PAGE = "multiple-and-simultaneous-property-updates"
ERROR = 2
DENIED = 5
GENERAL_FAILURE = 31
PENDING = 997
PROPERTIES_STORED = 5024


def _pair(rule: PropertyRule, source: random.Random) -> tuple[Value, Value]:
    """Return two valid values, which are the same for a property that has one only."""
    values = valid_values(rule, source)
    return values[0], values[-1]


def _at_once(model: TypeModel) -> list[PropertyRule]:
    """Return the stored properties that take effect immediately and have several values."""
    return [
        rule
        for rule in needs.changed_at_once(model)
        if not rule.in_memory and len(set(_pair(rule, random.Random(0)))) > 1
    ]


def _at_once_needed(model: TypeModel) -> str | None:
    found = _at_once(model)
    return None if found else "no change of a stored property takes effect immediately"


def _waiting(model: TypeModel) -> list[PropertyRule]:
    """Return the stored properties whose changes take effect at the next Online."""
    source = random.Random(0)
    return [
        rule
        for rule in model.properties
        if not (rule.immediate or rule.read_only or rule.in_memory)
        and len(valid_values(rule, source)) > 1
    ]


def _waiting_needed(model: TypeModel) -> str | None:
    return None if _waiting(model) else "no change of a property waits for the next Online"


@suite.scenario(
    "one-of-several",
    "one changed property counts, whatever follows it in the list",
    covers=("B.6", "B.2"),
    page=PAGE,
    needs=needs.properties,
)
def one_of_several(play: Player) -> None:
    """Each property is changed in front of all others, which are set to what they have; then last."""
    rules = [rule for rule in play.model.properties if not rule.read_only]
    pairs = {rule.name: _pair(rule, play.random) for rule in rules}
    actor = play.resource()
    actor.open()
    now = {name: first for name, (first, _) in pairs.items()}
    ask(actor, SET, lists.several(*[lists.whole(r, now[r.name]) for r in rules]), 0, rule="B.6")
    actor.go_online()
    for turn in (1, 0):
        for rule in rules:
            others = [other for other in rules if other is not rule]
            now[rule.name] = pairs[rule.name][turn]
            order = [rule, *others] if turn else [*others, rule]
            data = lists.several(*[lists.whole(r, now[r.name]) for r in order])
            ask(actor, SET, data, 0, rule="B.6")
    waiting = [rule for rule in rules if not rule.immediate]
    order = [*waiting, *(rule for rule in rules if rule.immediate)]
    data = lists.several(*[lists.whole(r, pairs[r.name][1]) for r in order])
    ask(actor, SET, data, 0, rule="B.6")
    must_store(actor)


@suite.scenario(
    "changed-hook-sees",
    "the hook properties_changed sees in force what takes effect immediately",
    covers=("B.6",),
    page="setting-properties",
    needs=_at_once_needed,
)
def changed_hook_sees(play: Player) -> None:
    """It reports what is in force for it, after a change of each such property."""
    actor = play.resource().ready()
    for rule in _at_once(play.model):
        first, second = (lists.several(lists.whole(rule, v)) for v in _pair(rule, play.random))
        ask(actor, SET, first, 0, rule="B.6")
        actor.script("properties_changed", step("report_properties"))
        ask(actor, SET, second, 0, rule="B.6")
        must_report_in_force(actor, actor.view(), only=[rule.name])


@suite.scenario(
    "others-in-force",
    "a change that takes effect immediately leaves all other values in force as they are",
    covers=("B.6", "C.1"),
    page="setting-properties",
    needs=lambda model: (
        None
        if needs.changed_at_once(model) or any(rule.read_only for rule in model.properties)
        else "no value changes while the resource is online"
    ),
)
def others_in_force(play: Player) -> None:
    """All properties have other values than the default; one after the other changes online."""
    actor = play.resource()
    actor.open()
    for rule in [rule for rule in play.model.properties if not rule.read_only]:
        ask(actor, SET, lists.several(lists.whole(rule, _pair(rule, play.random)[1])), 0)
    actor.go_online()
    for rule in needs.changed_at_once(play.model):
        for value in _pair(rule, play.random):
            ask(actor, SET, lists.several(lists.whole(rule, value)), 0)
            must_be_in_force(actor, actor.view())
    for rule in [rule for rule in play.model.properties if rule.read_only]:
        value = _pair(rule, play.random)[1]
        data = lists.several(lists.whole(rule, value))
        actor.script("notified", step("set_read_only", hex=data.hex()))
        actor.control(DELETE, None, 0)
        actor.in_memory[rule.name] = value
        if not rule.in_memory:
            actor.remember(rule.name, registry_value(rule, value))
        must_be_in_force(actor, actor.view())


@suite.scenario(
    "changed-hook-throws",
    "an exception in the hook properties_changed is the answer to a change, which stays stored",
    covers=("B.6", "T-63"),
    page="setting-properties",
    needs=lambda model: None if _stored(model) else "no stored property has several values",
)
def changed_hook_throws(play: Player) -> None:
    """Each kind of exception, and the code of an error of Windows."""
    thrown = [(step("throw"), 574), (step("throw_unknown"), 574), (step("out_of_memory"), 8)]
    thrown.append((step("throw_system", value=DENIED), DENIED))
    thrown.append((step("throw_system", value=PENDING), GENERAL_FAILURE))
    actor = play.resource()
    actor.open()
    rule = _stored(play.model)[0]
    for turn, (throwing, code) in enumerate(thrown):
        value = _pair(rule, play.random)[turn % 2]
        ask(actor, SET, lists.several(lists.whole(rule, _pair(rule, play.random)[1 - turn % 2])), 0)
        actor.script("properties_changed", throwing)
        actor.control(SET, lists.several(lists.whole(rule, value)), 0)
        actor.must_return("T-63", "ResourceControl", code)
        actor.must_enter("B.6", "properties_changed")
        actor.remember(rule.name, registry_value(rule, value))
        must_store(actor)


def _stored(model: TypeModel) -> list[PropertyRule]:
    return [*_at_once(model), *_waiting(model)]


@suite.scenario(
    "half-in-force",
    "what a list has stored before a write fails is in force",
    covers=("B.6", "8.4"),
    page=PAGE,
    needs=_at_once_needed,
)
def half_in_force(play: Player) -> None:
    """An unknown property that cannot be written follows one that takes effect immediately."""
    actor = play.resource().ready()
    unknown = next(lists.unknown_properties(play.random))
    for rule in _at_once(play.model):
        first, second = _pair(rule, play.random)
        ask(actor, SET, lists.several(lists.whole(rule, first)), 0, rule="B.6")
        play.send("fault", function="ClusterRegSetValue", call=2, error=DENIED)
        actor.control(SET, lists.several(lists.whole(rule, second), unknown), 0)
        actor.must_return("B.6", "ResourceControl", DENIED)
        actor.must_log(
            "8.4", ERROR, f"{decode(lists.several(unknown))[0].name} failed with error {DENIED}"
        )
        actor.must_enter("B.6", "properties_changed")
        actor.remember(rule.name, registry_value(rule, second))
        must_store(actor)
        must_be_in_force(actor, actor.view(), only=[rule.name])


@suite.scenario(
    "stopped-meanwhile",
    "a change of an online resource that waits for the next Online is told so, whatever follows",
    covers=("B.6", "3.5"),
    page=PAGE,
    needs=_waiting_needed,
    tolerates=("deaf", "slow"),
)
def stopped_meanwhile(play: Player) -> None:
    """Terminate comes while the hook properties_changed runs."""
    actor = play.resource()
    actor.open()
    rule = _waiting(play.model)[0]
    first, second = _pair(rule, play.random)
    ask(actor, SET, lists.several(lists.whole(rule, first)), 0, rule="B.6")
    actor.go_online()
    actor.script("properties_changed", *asleep(20))
    actor.control(SET, lists.several(lists.whole(rule, second)), 0)
    actor.remember(rule.name, registry_value(rule, second))
    play.advance(10)
    actor.terminate()
    play.advance(10)
    actor.must_return("B.6", "ResourceControl", PROPERTIES_STORED)
    must_store(actor)


@suite.scenario(
    "half-waiting",
    "a write that fails is the answer, also when a stored change waits for the next Online",
    covers=("B.6", "B.2", "8.4"),
    page=PAGE,
    needs=_waiting_needed,
)
def half_waiting(play: Player) -> None:
    """An unknown property that cannot be written follows one that takes effect later."""
    actor = play.resource().ready()
    unknown = next(lists.unknown_properties(play.random))
    for rule in _waiting(play.model):
        first, second = _pair(rule, play.random)
        ask(actor, SET, lists.several(lists.whole(rule, first)), 0, rule="B.6")
        play.send("fault", function="ClusterRegSetValue", call=2, error=DENIED)
        actor.control(SET, lists.several(lists.whole(rule, second), unknown), 0)
        actor.must_return("B.6", "ResourceControl", DENIED)
        actor.must_log(
            "8.4", ERROR, f"{decode(lists.several(unknown))[0].name} failed with error {DENIED}"
        )
        actor.must_enter("B.6", "properties_changed")
        actor.remember(rule.name, registry_value(rule, second))
        must_store(actor)


@suite.scenario(
    "set-beside-pending",
    "a change answers 5024 while the resource is online, and not while Online is pending",
    covers=("B.2", "B.6"),
    page="clusctl-resource-set-private-properties",
    needs=needs.all_of(_waiting_needed, needs.pending_online),
)
def set_beside_pending(play: Player) -> None:
    """Each property that takes effect later is changed beside the hook online."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("wait", ms=1_000), step("return", value=0))
    actor.online()
    for rule in _waiting(play.model):
        for value in _pair(rule, play.random):
            ask(actor, SET, lists.several(lists.whole(rule, value)), 0, rule="B.6")


@suite.scenario(
    "set-outlasts-online",
    "whether a change waits for the next Online is looked at when it has been stored",
    covers=("B.2", "B.6"),
    page="clusctl-resource-set-private-properties",
    needs=_waiting_needed,
    policies=({"P3": "PARALLEL"},),
    tolerates=("deaf", "slow", "model"),
)
def set_outlasts_online(play: Player) -> None:
    """The hook validate takes 20 ms, in the middle of which the resource goes or comes."""
    actor = play.resource().ready()
    rule = _waiting(play.model)[0]
    values = _pair(rule, play.random)
    change = lists.several(lists.whole(rule, values[0])), lists.several(
        lists.whole(rule, values[1])
    )
    for data, act, answer in (
        (change[0], actor.terminate, 0),
        (change[1], actor.go_online, PROPERTIES_STORED),
    ):
        actor.script("validate", *asleep(20), step("return", value=0))
        actor.control(SET, data, 0)
        play.advance(5)
        act()
        play.advance(20)
        actor.must_return("B.2", "ResourceControl", answer)
