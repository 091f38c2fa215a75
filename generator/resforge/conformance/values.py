"""Property values and control code inputs made from the schema: typical, extreme, and wrong."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any

from resforge.model.rules import Format, PropertyRule, TypeModel, Value
from resforge.model.wire import (
    PropertyFormat,
    RegistryValue,
    encode_value,
    registry_type,
    wire_format,
)

__all__ = [
    "as_private",
    "as_stored",
    "registry_value",
    "starting_values",
    "typical",
    "valid_values",
    "wrong_numbers",
]

NUMBERS: Mapping[Format, tuple[int, int]] = {
    Format.DWORD: (0, 0xFFFFFFFF),
    Format.BOOL: (0, 1),
    Format.LONG: (-0x80000000, 0x7FFFFFFF),
    Format.ULARGE_INTEGER: (0, 0xFFFFFFFFFFFFFFFF),
    Format.LARGE_INTEGER: (-0x8000000000000000, 0x7FFFFFFFFFFFFFFF),
    Format.FILETIME: (0, 0xFFFFFFFFFFFFFFFF),
}
"""Smallest and largest number that the format can hold."""

TEXTS = (Format.SZ, Format.EXPAND_SZ)


def limits(rule: PropertyRule) -> tuple[int, int]:
    """Return the smallest and largest number that the property accepts."""
    low, high = NUMBERS[rule.format]
    return (
        low if rule.minimum is None else rule.minimum,
        high if rule.maximum is None else rule.maximum,
    )


def typical(rule: PropertyRule) -> Value:
    """Return an ordinary valid value that differs from an empty one."""
    if rule.format in NUMBERS:
        return limits(rule)[0]
    if rule.format in TEXTS:
        return "value"
    return ("one", "two") if rule.format is Format.MULTI_SZ else b"\x01\x02\x03"


def valid_values(rule: PropertyRule, source: random.Random) -> list[Value]:
    """Return valid values at and inside the limits, with one random value."""
    if rule.format in NUMBERS:
        return _valid_numbers(rule, source)
    if rule.format in TEXTS:
        values: list[Value] = ["a", "%SystemRoot%\\x y", "äé\U0001f600", _text(source), "x" * 300]
    elif rule.format is Format.MULTI_SZ:
        values = [("one",), ("a", "bb", "ccc"), (_text(source), "z")]
    else:
        values = [b"\0", bytes(range(7)), source.randbytes(source.randint(1, 40))]
    return values if rule.required else [type(values[0])(), *values]


def _valid_numbers(rule: PropertyRule, source: random.Random) -> list[Value]:
    low, high = limits(rule)
    middle = {low, high, min(low + 1, high), max(high - 1, low), source.randint(low, high)}
    return sorted(middle | ({0} if low <= 0 <= high else set()))


def wrong_numbers(rule: PropertyRule) -> list[int]:
    """Return numbers just outside the limits that the format can still hold."""
    if rule.format not in NUMBERS:
        return []
    wire = Format.DWORD if rule.format is Format.BOOL else rule.format
    lowest, highest = NUMBERS[wire]
    low, high = limits(rule)
    outside = {low - 1, high + 1, lowest, highest}
    return sorted(n for n in outside if lowest <= n <= highest and not low <= n <= high)


def _text(source: random.Random) -> str:
    letters = "abcXYZ 0189%{}\"'\\/äß\u05d0\u200f\U0001d11e"
    return "".join(source.choice(letters) for _ in range(source.randint(1, 24)))


def registry_value(rule: PropertyRule, value: Value) -> RegistryValue:
    """Return a value as it lies in the cluster database."""
    number = wire_format(rule.format)
    return RegistryValue(registry_type(number), encode_value(number, value))


def as_private(rule: PropertyRule, value: Value) -> dict[str, Any]:
    """Return a value in the form that ``create_resource`` takes."""
    return {
        "name": rule.name,
        "format": wire_format(rule.format).name,
        "hex": encode_value(wire_format(rule.format), value).hex(),
    }


def starting_values(model: TypeModel) -> list[dict[str, Any]]:
    """Return stored values that let the resource come online: one for each required property."""
    return [
        as_private(rule, typical(rule))
        for rule in model.properties
        if rule.required and not rule.in_memory
    ]


def as_stored(private: Iterable[Mapping[str, Any]]) -> dict[str, RegistryValue]:
    """Return the database values that a ``create_resource`` command makes."""
    return {
        item["name"]: RegistryValue(
            registry_type(PropertyFormat[item["format"]]), bytes.fromhex(item["hex"])
        )
        for item in private
    }
