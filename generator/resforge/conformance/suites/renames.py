"""Properties with a former name: what is stored under it counts, and is stored again once."""

from __future__ import annotations

from resforge.conformance import lists, needs
from resforge.conformance.actor import step
from resforge.conformance.constants import GET, GET_RO, PATIENT, SET
from resforge.conformance.database import must_store
from resforge.conformance.force import must_be_in_force
from resforge.conformance.oracle import ask
from resforge.conformance.player import Player
from resforge.conformance.scenario import Scenario
from resforge.conformance.values import registry_value, starting_values, typical, valid_values
from resforge.model.rules import PropertyRule, TypeModel

WARNING = 1


def scenarios(rule: PropertyRule, former: str) -> list[Scenario]:
    """Return the scenarios of one renamed property."""
    return [
        _counts(rule, former),
        _is_stored_again(rule, former),
        _read_only_list(rule, former),
        _beside_change(rule, former),
        _in_memory(rule, former),
        _published(rule, former),
    ]


def _counts(rule: PropertyRule, former: str) -> Scenario:
    def play_renamed(play: Player) -> None:
        """A value under the former name counts; one under the new name replaces it."""
        actor = play.resource(private=[])
        actor.open()
        for value in valid_values(rule, play.random):
            stored = registry_value(rule, value)
            actor.put(former, stored.type, stored.data)
            ask(actor, GET, rule="C.3")
        for data in lists.valid_lists(rule, play.random):
            ask(actor, SET, data, 0, rule="B.6")
            ask(actor, GET, rule="C.3")

    return Scenario(
        id=f"properties-{rule.identifier}-renamed",
        title=f"{rule.name} has the value stored as {former} until it is set",
        play=play_renamed,
        covers=("C.3",),
        page="nf-resapi-resutilgetproperties",
        needs=lambda _: _not_set(rule),
    )


def _is_stored_again(rule: PropertyRule, former: str) -> Scenario:
    def play_online(play: Player) -> None:
        """Online writes the value under the new name, leaves the old one, and reads that no more."""
        others = [item for item in starting_values(play.model) if item["name"] != rule.name]
        actor = play.resource(private=others)
        actor.open()
        stored = registry_value(rule, typical(rule))
        actor.put(former, stored.type, stored.data)
        actor.script("online", step("wait", ms=4), step("return", value=0))
        actor.online()
        actor.remember(rule.name, stored)
        must_store(actor)
        play.advance(4)
        must_be_in_force(actor, actor.view())
        later = registry_value(rule, valid_values(rule, play.random)[-1])
        actor.put(former, later.type, later.data)
        ask(actor, GET, rule="C.3")
        actor.terminate()
        actor.go_online()
        must_store(actor)

    def reason(model: TypeModel) -> str | None:
        return f"{rule.name} is not stored" if rule.in_memory else needs.pending_online(model)

    return Scenario(
        id=f"properties-{rule.identifier}-renamed-online",
        title=f"Online stores {former} as {rule.name}, once",
        play=play_online,
        covers=("C.3",),
        page="nf-resapi-resutilgetproperties",
        needs=reason,
    )


def _read_only_list(rule: PropertyRule, former: str) -> Scenario:
    def play_read_only_list(play: Player) -> None:
        """An Online that does not pend stores nothing; GET_RO_PRIVATE_PROPERTIES does, if it can."""
        others = [item for item in starting_values(play.model) if item["name"] != rule.name]
        actor = play.resource(private=others)
        actor.open()
        stored = registry_value(rule, valid_values(rule, play.random)[-1])
        actor.put(former, stored.type, stored.data)
        if not play.model.pending_online:
            actor.go_online()
            must_be_in_force(actor, actor.view())
            must_store(actor)
        play.send("fault", function="ClusterRegSetValue", call=1, error=5)
        actor.control(GET_RO)
        actor.must_log("8.4", WARNING, rule.name)
        must_store(actor)
        ask(actor, GET, rule="C.3")
        actor.control(GET_RO)
        actor.remember(rule.name, stored)
        must_store(actor)

    return Scenario(
        id=f"properties-{rule.identifier}-renamed-read-only",
        title=f"reading the read-only properties stores {former} as {rule.name}",
        play=play_read_only_list,
        covers=("C.3",),
        page="nf-resapi-resutilgetproperties",
        needs=lambda _: _not_set(rule),
    )


def _beside_change(rule: PropertyRule, former: str) -> Scenario:
    def play_beside_change(play: Player) -> None:
        """SET comes while the worker of Online stores the old value again, which takes long."""
        others = [item for item in starting_values(play.model) if item["name"] != rule.name]
        actor = play.resource(private=others, common=PATIENT)
        actor.open()
        values = valid_values(rule, play.random)
        stored = registry_value(rule, values[0])
        actor.put(former, stored.type, stored.data)
        play.send("slow", function="ClusterRegSetValue", ms=20)
        actor.online()
        play.send("slow", function="ClusterRegSetValue", ms=0)
        play.advance(10)
        actor.control(SET, lists.several(lists.whole(rule, values[-1])), 0)
        play.advance(10)
        actor.must_be("T-25", "Online")
        actor.remember(rule.name, registry_value(rule, values[-1]))
        must_store(actor)

    return Scenario(
        id=f"properties-{rule.identifier}-renamed-set",
        title=f"a new value of {rule.name} is not replaced by what {former} has",
        play=play_beside_change,
        covers=("B.6", "C.3", "3.5"),
        page="clusctl-resource-set-private-properties",
        needs=lambda model: _not_set(rule) or needs.pending_online(model),
        tolerates=frozenset({"deaf", "slow"}),
    )


def _in_memory(rule: PropertyRule, former: str) -> Scenario:
    def play_in_memory(play: Player) -> None:
        """It was stored in the earlier release: neither Online nor a client stores it again."""
        actor = play.resource()
        actor.open()
        stored = registry_value(rule, typical(rule))
        actor.put(former, stored.type, stored.data)
        actor.go_online()
        for code in (GET, GET_RO):
            ask(actor, code, rule="C.3")
        must_store(actor)

    return Scenario(
        id=f"properties-{rule.identifier}-renamed-in-memory",
        title=f"{rule.name} lives in memory only, whatever is stored as {former}",
        play=play_in_memory,
        covers=("C.3",),
        page="ns-resapi-resutil_property_item",
        needs=lambda _: None if rule.in_memory else f"{rule.name} is stored",
    )


def _published(rule: PropertyRule, former: str) -> Scenario:
    def play_published(play: Player) -> None:
        """The earlier release has published a value; hooks of this one find it."""
        actor = play.resource()
        actor.open()
        stored = registry_value(rule, valid_values(rule, play.random)[-1])
        actor.put(former, stored.type, stored.data)
        actor.go_online()
        must_be_in_force(actor, actor.view())

    return Scenario(
        id=f"properties-{rule.identifier}-renamed-published",
        title=f"{rule.name} has the value that was published as {former}",
        play=play_published,
        covers=("C.3",),
        page="read-only-properties",
        needs=lambda _: (
            None
            if rule.read_only and not rule.in_memory
            else f"{rule.name} is not stored and read-only"
        ),
    )


def _not_set(rule: PropertyRule) -> str | None:
    return f"{rule.name} is not stored and set" if rule.in_memory or rule.read_only else None
