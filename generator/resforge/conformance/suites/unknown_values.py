"""Properties that no schema declares: kept, listed, and found by any spelling of their names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from resforge.conformance import lists
from resforge.conformance.constants import GET, GET_RO, SET, VALIDATE
from resforge.conformance.database import must_store
from resforge.conformance.oracle import ask
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.values import valid_values
from resforge.model.property_list import decode, encode_property
from resforge.model.wire import PropertyFormat, RegistryType, RegistryValue
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


@suite.scenario(
    "unknown-formats",
    "an unknown property is stored when its format has a type in the database, else refused",
    covers=("C.1", "B.6"),
    page="unknown-properties",
)
def unknown_formats(play: Player) -> None:
    """Each format that there is, and some that are none, with values of several sizes."""
    actor = play.resource()
    actor.open()
    for number in (*range(17), 0x7FFF, 0x8000, 0x8001, 0xFFFF):
        for size in (0, 1, 2, 4, 8, 20):
            item = encode_property(f"Format {number}", lists.LIST_VALUE + number, bytes(size))
            ask(actor, VALIDATE, lists.several(item), 0, rule="B.6")
            ask(actor, SET, lists.several(item), 0, rule="B.6")
    ask(actor, GET)
    must_store(actor)


@suite.scenario(
    "unknown-of-others",
    "a value can be set after another node has stored the first one",
    covers=("C.1", "B.6"),
    page="nf-clusapi-clusterregopenkey",
)
def unknown_of_others(play: Player) -> None:
    """The key Parameters is not there when the resource is opened."""
    actor = play.resource(private=[], parameters=False)
    actor.open()
    text = "x\0".encode("utf-16-le")
    actor.put("Of Another Node", RegistryType.SZ, text, new_key=True)
    ask(actor, GET)
    for item in lists.unknown_properties(play.random):
        ask(actor, SET, lists.several(item), 0, rule="B.6")
    must_store(actor)


@suite.scenario(
    "unknown-neighbours",
    "names of letters without capitals are names of their own, also beside letters that have some",
    covers=("C.1", "B.6"),
    page="unknown-properties",
)
def unknown_neighbours(play: Player) -> None:
    """Each such letter, and what would be its capital if it were like the letter beside it."""
    names: dict[str, str] = {}
    for unit in [*range(0x21, 0xD800), *range(0xE001, 0xFFFD)]:
        letter = chr(unit)
        for beside in (chr(unit - 1), chr(unit + 1)):
            distance = ord(ordinal_key(beside)) - ord(beside)
            if distance != 0 and ordinal_key(letter) == letter:
                for name in (letter, chr(unit + distance)):
                    names.setdefault(ordinal_key(name), name)
    actor = play.resource()
    actor.open()
    items = [
        encode_property(name, lists.LIST_VALUE + PropertyFormat.DWORD, turn.to_bytes(4, "little"))
        for turn, name in enumerate(names.values())
    ]
    ask(actor, SET, lists.several(*items), 0, rule="B.6")
    must_store(actor)


@suite.scenario(
    "unknown-twice",
    "an unknown property that a list has twice gets the last value, and the format of that one",
    covers=("C.1", "B.6"),
    page="unknown-properties",
)
def unknown_twice(play: Player) -> None:
    """Each format that can be stored before each other one."""
    actor = play.resource()
    actor.open()
    found = [decode(lists.several(item))[0] for item in lists.unknown_properties(play.random)]
    for first, second in permutations(found, 2):
        items = [encode_property("Twice", item.syntax, item.data) for item in (first, second)]
        ask(actor, SET, lists.several(*items), 0, rule="B.6")
    must_store(actor)


@suite.scenario(
    "unknown-unlisted",
    "stored values that a property list cannot carry are left out, and hide no others",
    covers=("C.1", "E.1"),
    page="unknown-properties",
)
def unknown_unlisted(play: Player) -> None:
    """A value without a name, of types without a format, with bytes that are none of their type."""
    actor = play.resource()
    actor.open()
    good = RegistryValue(RegistryType.SZ, "x\0".encode("utf-16-le"))
    actor.put("Zero", good.type, good.data)
    for name, number, data in (("", good.type, good.data), *_unlisted()):
        actor.put(name, number, data)
        ask(actor, GET)
    actor.go_online()
    ask(actor, GET)
    must_store(actor)


@suite.scenario(
    "unknown-grown",
    "a value that another node makes longer while the values are listed is listed whole",
    covers=("C.1", "E.1"),
    page="nf-clusapi-clusterregenumvalue",
)
def unknown_grown(play: Player) -> None:
    """The value is longer at each of several calls, and behind others or in front of them."""
    actor = play.resource()
    actor.open()
    for name in ("A value that grows", "Zz value that grows"):
        actor.put(name, RegistryType.BINARY, bytes(300))
        for read, size in enumerate((5_000, 50_000), 2):
            kept = RegistryValue(RegistryType.BINARY, bytes([read]) * size)
            actor.send("set_value", key="Parameters", name=name, type=kept.type,
                       hex=kept.data.hex(), before_read=read)  # fmt: skip
            actor.remember(name, kept)
        ask(actor, GET)


def _unlisted() -> Iterator[tuple[str, int, bytes]]:
    for number in (0, 5, 6, 8, 12, 0xFFFFFFFF):
        yield f"Type {number}", number, b"\1\0\0\0"
    for text in (RegistryType.SZ, RegistryType.EXPAND_SZ, RegistryType.MULTI_SZ):
        for data in (b"", b"\0", b"A\0", b"A\0\0"):
            yield f"{text.name} {data.hex()}", text, data
    for number, right in ((RegistryType.DWORD, 4), (RegistryType.QWORD, 8)):
        for size in {0, 1, 4, 5, 8, 9} - {right}:
            yield f"{number.name} {size}", number, bytes(size)


@suite.scenario(
    "unknown-first",
    "the first value of a resource is stored, although its key Parameters is not there yet",
    covers=("C.1", "B.6"),
    page="nf-clusapi-clusterregcreatekey",
)
def unknown_first(play: Player) -> None:
    """Nothing is stored, then one unknown property after the other."""
    actor = play.resource(private=[], parameters=False)
    actor.open()
    for code in (GET, GET_RO):
        ask(actor, code)
    for item in lists.unknown_properties(play.random):
        ask(actor, SET, lists.several(item), 0, rule="B.6")
        ask(actor, GET)
    must_store(actor)
