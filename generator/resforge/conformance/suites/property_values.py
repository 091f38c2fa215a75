"""Values of one property: which are accepted and refused, and what damaged ones in the database do."""

from __future__ import annotations

from collections.abc import Iterator

from resforge.conformance import lists
from resforge.conformance.actor import Actor
from resforge.conformance.constants import GET, GET_RO, SET, VALIDATE
from resforge.conformance.database import must_store
from resforge.conformance.oracle import ask
from resforge.conformance.player import Player
from resforge.conformance.scenario import Scenario
from resforge.conformance.values import registry_value, valid_values, wrong_numbers
from resforge.model.properties import PropertyTable
from resforge.model.rules import PropertyRule
from resforge.model.wire import RegistryType

READS = (GET, GET_RO, 0x01000079)
OTHER_TYPES = {RegistryType.SZ, RegistryType.BINARY, RegistryType.DWORD}


def scenarios(rule: PropertyRule) -> list[Scenario]:
    """Return the scenarios of one property."""
    return [_accepts(rule), _refuses(rule), _stored_badly(rule), _of_another_type(rule)]


def _accepts(rule: PropertyRule) -> Scenario:
    def play_valid(play: Player) -> None:
        """Validate, set and read each valid value; set it again, which must write nothing."""
        actor = play.resource()
        actor.open()
        for data in lists.valid_lists(rule, play.random):
            ask(actor, VALIDATE, data, 0, rule="B.6")
            ask(actor, SET, data, 0, rule="B.6")
            ask(actor, SET, data, 0, rule="B.6")
            for code in READS:
                ask(actor, code)
        must_store(actor)

    return Scenario(
        id=f"properties-{rule.identifier}-valid",
        title=f"{rule.name} takes every valid value, in any spelling of its name",
        play=play_valid,
        covers=("B.6", "C.2"),
        page="clusctl-resource-set-private-properties",
        needs=lambda _: f"{rule.name} is read-only" if rule.read_only else None,
    )


def _refuses(rule: PropertyRule) -> Scenario:
    def play_wrong(play: Player) -> None:
        """Each wrong value is refused by VALIDATE and SET, and nothing is written."""
        actor = play.resource()
        actor.open()
        wrong = list(lists.wrong_lists(rule))
        if rule.read_only:
            wrong += list(lists.valid_lists(rule, play.random))
        for data in wrong:
            ask(actor, VALIDATE, data, 0, rule="D.5")
            ask(actor, SET, data, 0, rule="D.5")
        ask(actor, GET)
        ask(actor, GET_RO)
        must_store(actor)

    return Scenario(
        id=f"properties-{rule.identifier}-invalid",
        title=f"{rule.name} refuses wrong values, formats and sizes",
        play=play_wrong,
        covers=("B.6", "D.5"),
        page="clusctl-resource-validate-private-properties",
    )


def _stored_badly(rule: PropertyRule) -> Scenario:
    def play_badly(play: Player) -> None:
        """Another registry type, a wrong size, an empty text or a number beyond the limits."""
        actor = play.resource()
        actor.open()
        right = registry_value(rule, rule.default)
        for number, data in ((1, b"x\0\0\0"), (4, b"\1\0\0\0"), (3, b"\1"), (right.type, b"\1"),
                             (right.type, b""), (right.type, b"\1" * 9), (right.type, b"\0\0"),
                             *_beyond_limits(rule)):  # fmt: skip
            actor.put(rule.name, number, data)
            ask(actor, GET, rule="D.5")
            ask(actor, GET_RO, rule="D.5")
            _online_answers(play, actor, rule)

    return Scenario(
        id=f"properties-{rule.identifier}-stored-badly",
        title=f"a damaged stored value of {rule.name} is an error, never a crash",
        play=play_badly,
        covers=("E.1",),
        page="nf-resapi-resutilgetpropertysize",
        needs=lambda _: f"{rule.name} is not stored" if rule.in_memory else None,
    )


def _of_another_type(rule: PropertyRule) -> Scenario:
    def play_other(play: Player) -> None:
        """The bytes are those of the value, their type is none that the property has."""
        actor = play.resource()
        actor.open()
        for value in valid_values(rule, play.random):
            right = registry_value(rule, value)
            for number in OTHER_TYPES - {right.type}:
                actor.put(rule.name, number, right.data)
                ask(actor, SET, lists.several(lists.whole(rule, value)), 0, rule="B.6")
                ask(actor, GET)
        must_store(actor)

    return Scenario(
        id=f"properties-{rule.identifier}-other-type",
        title=f"{rule.name} that is stored as another type is stored anew when it is set",
        play=play_other,
        covers=("B.6", "C.2"),
        page="clusctl-resource-set-private-properties",
        needs=lambda _: (
            f"{rule.name} is not stored and set" if rule.in_memory or rule.read_only else None
        ),
    )


def _beyond_limits(rule: PropertyRule) -> Iterator[tuple[int, bytes]]:
    for number in wrong_numbers(rule):
        stored = registry_value(rule, number)
        yield stored.type, stored.data


def _online_answers(play: Player, actor: Actor, rule: PropertyRule) -> None:
    """Online with one value that may be damaged: it fails with the code that this deserves."""
    table = PropertyTable(play.model)
    code = table.stored_status(rule, actor.view())
    if code == 0:
        actor.go_online()
        actor.terminate()
        return
    actor.online()
    actor.must_return("T-17", "Online", code)
    actor.must_enter("T-17", "online", times=0)
    actor.must_enter("T-17", "terminate", times=0)
    actor.must_log("T-17", 2)
    actor.must_be("T-56", "Offline", "Failed")
