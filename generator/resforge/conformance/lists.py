"""Property lists made to be wrong in one way each."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from resforge.conformance.values import NUMBERS, TEXTS, typical, valid_values, wrong_numbers
from resforge.model.property_list import decode, encode_entry, encode_property
from resforge.model.rules import Format, PropertyRule, TypeModel, Value
from resforge.model.wire import PropertyFormat, encode_value, wire_format
from resforge.names import ordinal_key

__all__ = [
    "broken_lists",
    "hostile_lists",
    "one",
    "several",
    "spellings",
    "unknown_properties",
    "valid_lists",
    "whole",
    "wrong_lists",
]

LIST_VALUE = 0x00010000
NAME = 0x00040003
HOSTILE = (0xFFFFFFFF, 0xFFFFFFFC, 0xFFFFFFF8, 0x80000000, 0x7FFFFFFF, 0x40000000)


def count(number: int) -> bytes:
    """Return the count at the head of a list."""
    return number.to_bytes(4, "little")


def one(name: str, syntax: int, data: bytes) -> bytes:
    """Return a list of one property from its raw parts."""
    return count(1) + encode_property(name, syntax, data)


def whole(rule: PropertyRule, value: Value, name: str | None = None) -> bytes:
    """Return the property with a value, ready to be put into a list."""
    number = wire_format(rule.format)
    return encode_property(name or rule.name, LIST_VALUE + number, encode_value(number, value))


def spellings(name: str) -> tuple[str, ...]:
    """Return a name in upper, lower and swapped case, as far as Windows takes it for the same."""
    changes = (str.upper, str.lower, str.swapcase)
    return tuple("".join(_respelled(character, change) for character in name) for change in changes)


def _respelled(character: str, change: Callable[[str], str]) -> str:
    other = change(character)
    return other if ordinal_key(other) == ordinal_key(character) else character


def several(*properties: bytes) -> bytes:
    """Return a list of properties."""
    return count(len(properties)) + b"".join(properties)


def valid_lists(rule: PropertyRule, source: random.Random) -> Iterator[bytes]:
    """Return lists that set the property to valid values, in several spellings of its name."""
    values = valid_values(rule, source)
    for value in values:
        yield several(whole(rule, value))
    for name in spellings(rule.name):
        yield several(whole(rule, values[-1], name))
    yield several(whole(rule, values[0]), whole(rule, values[-1]))
    yield several(whole(rule, values[-1]), whole(rule, values[0], spellings(rule.name)[0]))


def wrong_lists(rule: PropertyRule) -> Iterator[bytes]:
    """Return lists that the rule of the property forbids: range, format, type, size, ending."""
    number = wire_format(rule.format)
    for value in wrong_numbers(rule):
        yield several(whole(rule, value))
    good = encode_value(number, typical(rule))
    for other in range(16):
        if other != number:
            yield one(rule.name, LIST_VALUE + other, good)
    for type_word in (0, 2, 4, 0x8000, 0xFFFF):
        yield one(rule.name, (type_word << 16) + number, good)
    for data in _wrong_sizes(rule, good):
        yield one(rule.name, LIST_VALUE + number, data)
    if rule.required and rule.format not in NUMBERS:
        yield several(whole(rule, type(typical(rule))()))


def _wrong_sizes(rule: PropertyRule, good: bytes) -> Iterator[bytes]:
    if rule.format is Format.BINARY:
        return
    if rule.format in (*TEXTS, Format.MULTI_SZ):
        yield from (b"", b"\0", b"A\0", b"A\0B\0", b"A\0\0", b"\0A", b"\0\0\0", b"A\0\0\0B\0")
        yield b"A\0\0\0B\0\0\0"
        yield b"\0\0"
        yield b"\0\0\0\0"
        return
    for size in range(14):
        if size != len(good):
            yield (good + good + good + good)[:size]


def broken_lists(model: TypeModel, source: random.Random) -> Iterator[bytes | None]:
    """Return a full list cut at every byte, and with damaged parts."""
    rules = [r for r in model.properties if not r.read_only] or list(model.properties)
    full = several(*[whole(rule, source.choice(valid_values(rule, source))) for rule in rules[:4]])
    yield None
    yield b""
    for size in range(len(full)) if len(full) <= 400 else _some_cuts(len(full), source):
        yield full[:size]
    first = whole(rules[0], typical(rules[0]))
    yield count(1) + first[:-4] + b"\1\0\0\0"
    yield count(1) + first[:-4] + b"\0\0\0\1"
    yield count(2) + first
    yield count(0) + first
    yield count(1) + encode_entry(NAME, (rules[0].name + "\0").encode("utf-16-le")) + bytes(4)
    yield count(1) + first + first
    yield count(1) + first + b"\xff" * 9
    for syntax in (0, 0x00040001, 0x00010003, 0x00030003, 0xFFFFFFFF):
        yield count(1) + syntax.to_bytes(4, "little") + first[4:]
    unknown = encode_entry(NAME, "Unknown\0".encode("utf-16-le"))
    for value_type in (0x00000003, 0x00050003):
        yield count(1) + unknown + encode_entry(value_type, b"x\0\0\0") + bytes(4)
    yield from _broken_names(rules[0])
    yield from _odd_padding(rules[0])


def _some_cuts(size: int, source: random.Random) -> list[int]:
    return sorted(
        {*range(64), *(source.randrange(size) for _ in range(150)), *range(size - 64, size)}
    )


def _broken_names(rule: PropertyRule) -> Iterator[bytes]:
    number = wire_format(rule.format)
    value = encode_entry(LIST_VALUE + number, encode_value(number, typical(rule))) + bytes(4)
    text = rule.name.encode("utf-16-le")
    for name in (b"", b"\0\0", b"\0", text, text + b"\0", text[:-1], b"A\0"):
        yield count(1) + encode_entry(NAME, name) + value


def _odd_padding(rule: PropertyRule) -> Iterator[bytes]:
    """Non-zero padding is accepted, missing padding at the very end too (D.5)."""
    number = wire_format(rule.format)
    name = bytearray(encode_entry(NAME, (rule.name + "\0").encode("utf-16-le")))
    if len(rule.name) % 2 == 0:
        name[-2:] = b"\xaa\xbb"
    data = encode_value(number, typical(rule))
    yield count(1) + bytes(name) + encode_entry(LIST_VALUE + number, data) + bytes(4)
    odd = encode_entry(NAME, (rule.name + "\0").encode("utf-16-le") + b"x")
    yield count(1) + odd + encode_entry(LIST_VALUE + number, data) + bytes(4)


def hostile_lists(model: TypeModel) -> Iterator[bytes]:
    """Return lists with counts and lengths that overflow 32 bits."""
    rule = next((r for r in model.properties if not r.read_only), model.properties[0])
    first = whole(rule, typical(rule))
    for number in HOSTILE:
        yield count(number)
        yield count(number) + first
        yield count(1) + first[:4] + count(number) + first[8:]
        value = len(encode_entry(NAME, (rule.name + "\0").encode("utf-16-le")))
        yield count(1) + first[: value + 4] + count(number) + first[value + 8 :]
    name_length = int.from_bytes(first[4:8], "little")
    for off in (1, 2, 3, 4, 5, 64):
        yield count(1) + first[:4] + count(name_length + off) + first[8:]


def odd_unknown_properties() -> Iterator[bytes]:
    """Return unknown properties with empty texts, and texts with something after their end."""
    texts = (PropertyFormat.SZ, PropertyFormat.EXPAND_SZ, PropertyFormat.MULTI_SZ)
    for number in texts:
        for data in (
            b"\0\0",
            b"\0\0\0\0",
            b"\0\0A\0\0\0",
            b"A\0\0\0B\0\0\0",
            b"A\0\0\0\0\0B\0\0\0",
        ):
            yield encode_property(f"Odd {number.name}", LIST_VALUE + number, data)


def listed(item: bytes) -> bytes:
    """Return an unknown property as a list of stored values has it: a descriptor is bytes there."""
    (found,) = decode(several(item))
    is_descriptor = found.syntax == LIST_VALUE + PropertyFormat.SECURITY_DESCRIPTOR
    syntax = LIST_VALUE + PropertyFormat.BINARY if is_descriptor else found.syntax
    return encode_property(found.name, syntax, found.data)


def unknown_properties(source: random.Random) -> Iterator[bytes]:
    """Return properties that no schema declares, one for each format that can be stored."""
    samples: list[tuple[PropertyFormat, bytes]] = [
        (PropertyFormat.DWORD, b"\1\2\3\4"),
        (PropertyFormat.SZ, "héllo\0".encode("utf-16-le")),
        (PropertyFormat.EXPAND_SZ, "%x%\0".encode("utf-16-le")),
        (PropertyFormat.MULTI_SZ, "a\0b\0\0".encode("utf-16-le")),
        (PropertyFormat.BINARY, source.randbytes(5)),
        (PropertyFormat.SECURITY_DESCRIPTOR, source.randbytes(20)),
        (PropertyFormat.ULARGE_INTEGER, source.randbytes(8)),
    ]
    samples_of_size = [(PropertyFormat.BINARY, source.randbytes(1_000))]
    for number, data in samples_of_size:
        yield encode_property("Long " + "name " * 30, LIST_VALUE + number, data)
    for number, data in samples:
        yield encode_property(f"Unknown {number.name}", LIST_VALUE + number, data)
