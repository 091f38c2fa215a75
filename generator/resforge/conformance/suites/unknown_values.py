"""Properties that no schema declares: kept, listed, and found by any spelling of their names."""

from __future__ import annotations

from resforge.conformance import lists
from resforge.conformance.constants import GET, GET_RO, SET, VALIDATE
from resforge.conformance.database import must_store
from resforge.conformance.oracle import ask
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.values import valid_values
from resforge.model.property_list import encode_property
from resforge.model.wire import PropertyFormat
from resforge.names import ordinal_key

suite = Suite("properties")

READS = (GET, GET_RO, 0x01000079)


@suite.scenario(
    "unknown",
    "unknown properties are stored, listed, and survive changes of known ones",
    covers=("C.1", "B.6"),
    page="unknown-properties",
)
def unknown(play: Player) -> None:
    """One unknown property of each format, then a change of each known property."""
    actor = play.resource()
    actor.open()
    for item in (*lists.unknown_properties(play.random), *lists.odd_unknown_properties()):
        ask(actor, VALIDATE, lists.several(item), 0, rule="B.6")
        ask(actor, SET, lists.several(item), 0, rule="B.6")
        ask(actor, GET)
    for rule in [rule for rule in play.model.properties if not rule.read_only]:
        value = valid_values(rule, play.random)[-1]
        ask(actor, SET, lists.several(lists.whole(rule, value)), 0, rule="B.6")
        ask(actor, GET)
    must_store(actor)
    actor.go_online()
    for code in READS:
        ask(actor, code)


@suite.scenario(
    "unknown-spelling",
    "two spellings of one unknown name are one property, whatever letters it has",
    covers=("C.1", "B.6"),
    page="unknown-properties",
)
def unknown_spelling(play: Player) -> None:
    """A name of all letters that have a capital, as they are and in capitals."""
    letters = [chr(unit) for unit in (*range(0x20, 0xD800), *range(0xE000, 0xFFFE))]
    small = "".join(letter for letter in letters if ordinal_key(letter) != letter)
    actor = play.resource()
    actor.open()
    for names in ((small, ordinal_key(small)), (ordinal_key(small), small)):
        items = [
            encode_property(name, lists.LIST_VALUE + PropertyFormat.DWORD, bytes([turn, 0, 0, 0]))
            for turn, name in enumerate(names)
        ]
        ask(actor, SET, lists.several(*items), 0, rule="B.6")
        must_store(actor)
