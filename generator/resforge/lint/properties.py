"""Rules about private properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from resforge.lint.rule import Hit, Remove, RuleBook, Subject
from resforge.lint.windows import COMMON_PROPERTIES
from resforge.names import ordinal_key
from resforge.review.finding import Severity
from resforge.schema import Property, PropertyFormat
from resforge.schema.findings import Path
from resforge.schema.formats import NUMBER_RANGE
from resforge.schema.naming import words
from resforge.schema.wording import quoted

book = RuleBook("properties")

_COMMON = frozenset(map(ordinal_key, COMMON_PROPERTIES))
_SECRET = frozenset({"password", "passwd", "pwd", "secret", "token", "passphrase", "credential"})
_SECRET_PAIRS = frozenset({("api", "key"), ("access", "key"), ("private", "key")})
_REFERENCE = frozenset(
    {"file", "path", "folder", "directory", "name", "id", "url", "store", "user"}
)
"""Last words of a name that tells where a secret is, not what it is."""
_SECRET_IN_TEXT = re.compile(r"\b(password|pwd|secret)\s*=\s*[^\s;%]", re.IGNORECASE)
_HIGHEST_PORT = 65_535
_DRIVE = re.compile(r"(?<![A-Za-z])[A-Za-z]:\\")
_TIME = frozenset({"timeout", "interval", "delay", "period", "duration"})
_VARIABLE = re.compile(r"%[A-Za-z_][A-Za-z0-9_()]*%")
_TEXT = (PropertyFormat.SZ, PropertyFormat.MULTI_SZ)
_READABLE = (*_TEXT, PropertyFormat.EXPAND_SZ, PropertyFormat.BINARY)


def _properties(subject: Subject) -> Iterator[tuple[Path, Property]]:
    for index, item in enumerate(subject.type.properties):
        yield ("properties", index), item


def _is_number(item: Property) -> bool:
    return item.format in NUMBER_RANGE and item.format is not PropertyFormat.FILETIME


@book.rule(
    "property-named-like-common",
    Severity.WARNING,
    summary="A private property does not have the name of a common property.",
    why="Every resource has common properties such as PendingTimeout. A private one of the same "
    "name is another value: who sets one of them believes to have set the other.",
    source="resource-common-properties",
)
def _named_like_common(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        if ordinal_key(item.name) in _COMMON:
            message = f"every resource has a common property {quoted(item.name)} already"
            yield Hit((*path, "name"), message, "choose a name that says whose value it is")


@book.rule(
    "property-name-with-space",
    Severity.NOTE,
    summary="A property's name has no spaces.",
    why="Names may hold spaces, but every script then has to quote them, and PowerShell offers "
    "parameters, not quoted text.",
    source="private-properties",
)
def _name_with_space(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        if any(character.isspace() for character in item.name):
            joined = "".join(word[:1].upper() + word[1:] for word in item.name.split())
            yield Hit(
                (*path, "name"),
                f"{quoted(item.name)} must be quoted in every script",
                f"write {quoted(joined)} unless the name is in use already",
            )


@book.rule(
    "property-name-style",
    Severity.NOTE,
    summary="A property's name is written in capitalised words without separators.",
    why="All properties of Windows' own types are written like CommandLine; another style makes "
    "administrators look names up.",
    source="private-properties-ref",
)
def _name_style(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        if item.name[:1].islower() or "_" in item.name or "-" in item.name:
            made = "".join(word.capitalize() for word in words(item.name))
            message = f"{quoted(item.name)} is not written as Windows writes property names"
            yield Hit((*path, "name"), message, f"write {quoted(made)} unless it is in use already")


@book.rule(
    "property-without-description",
    Severity.WARNING,
    summary="Every property has a description.",
    why="The reference page for administrators and the comments in the generated code come from "
    "it; nothing else tells what the value means.",
    source="resforge",
)
def _without_description(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        if not item.description.strip():
            message = f"nothing says what {quoted(item.name)} is for"
            yield Hit((*path, "name"), message, "add a description")


@book.rule(
    "required-without-example",
    Severity.WARNING,
    summary="A required property has an example.",
    why="verify with your own hooks can bring a resource online only with realistic values for "
    "its required properties.",
    source="resforge",
)
def _without_example(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        if item.required and item.example is None:
            message = f"{quoted(item.name)} is required, but no realistic value is known"
            yield Hit((*path, "name"), message, "add an example")


@book.rule(
    "required-with-default",
    Severity.WARNING,
    summary="A required property has no default.",
    why="A default applies while the database holds no value; a required property then keeps the "
    "resource from coming online, so the default is shown but never used.",
    source="ns-resapi-resutil_property_item",
)
def _with_default(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        if item.required and item.default is not None:
            message = f"the default of {quoted(item.name)} never applies, because it is required"
            yield Hit((*path, "default"), message, "remove the default, or required")


@book.rule(
    "number-without-range",
    Severity.NOTE,
    summary="A number that administrators may set has a minimum and a maximum.",
    why="Without a range every number of the format is accepted and reaches the hooks; the "
    "property table can refuse it before it is stored.",
    source="ns-resapi-resutil_property_item",
)
def _without_range(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        unlimited = item.minimum is None and item.maximum is None
        if _is_number(item) and item.writable and unlimited:
            lowest, highest = NUMBER_RANGE[item.format]
            message = f"{quoted(item.name)} takes every number from {lowest} to {highest}"
            yield Hit((*path, "name"), message, "add minimum and maximum")


@book.rule(
    "range-switched-off",
    Severity.WARNING,
    summary="A range is not written as 0 to 0.",
    why="A minimum and a maximum of 0 switch the check off, although they read as if only 0 were "
    "allowed.",
    source="ns-resapi-resutil_property_item",
    fixable=True,
)
def _range_off(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        if item.minimum == item.maximum == 0:
            yield Hit(
                (*path, "minimum"),
                f"the range 0 to 0 of {quoted(item.name)} allows every number",
                "remove both keys",
                (Remove((*path, "minimum")), Remove((*path, "maximum"))),
            )


@book.rule(
    "default-cannot-be-set",
    Severity.WARNING,
    summary="A default lies inside the range.",
    why="Defaults are not checked against the range, values that are set are: once the property "
    "was changed, nobody can set it back to the default.",
    source="ns-resapi-resutil_property_item",
)
def _default_outside(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        limits = item.value_range
        if limits and isinstance(item.default, int) and not limits[0] <= item.default <= limits[1]:
            message = f"the default {item.default} of {quoted(item.name)} is refused when it is set"
            yield Hit((*path, "default"), message, "widen the range to include it")


@book.rule(
    "number-used-as-boolean",
    Severity.NOTE,
    summary="A number of 0 or 1 is a BOOL.",
    why="BOOL is stored as the same DWORD and refuses the same values, but the hooks get a bool "
    "and the schema says true and false.",
    source="resforge",
)
def _boolean_as_number(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        if item.format is PropertyFormat.DWORD and (item.minimum, item.maximum) == (0, 1):
            message = f"{quoted(item.name)} can only be 0 or 1"
            yield Hit((*path, "format"), message, "write format: BOOL, without minimum and maximum")


@book.rule(
    "variable-not-expanded",
    Severity.WARNING,
    summary="A text with %variables% has the format EXPAND_SZ.",
    why="Only values of EXPAND_SZ are expanded when they are read; in SZ the percent signs and "
    "the name reach the program as they are.",
    source="ne-clusapi-cluster_property_format",
)
def _variable(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        for key in ("default", "example"):
            texts = _texts(getattr(item, key))
            if item.format in _TEXT and any(map(_VARIABLE.search, texts)):
                message = f"{item.format} does not expand the variable in this {key}"
                yield Hit((*path, key), message, "use EXPAND_SZ, or write the value out")


@book.rule(
    "secret-in-database",
    Severity.WARNING,
    summary="A property does not hold a password or another secret.",
    why="Private properties are plain values in the cluster database: readable on every node, in "
    "backups and in dumps of the configuration.",
    source="private-properties",
)
def _secret(subject: Subject) -> Iterator[Hit]:
    hint = "store a reference to a credential instead, or add a crypto checkpoint"
    for path, item in _properties(subject):
        if item.format not in _READABLE or item.in_memory:
            continue
        message = f"{quoted(item.name)} would be stored as readable text on every node"
        if _names_secret(item.name):
            yield Hit((*path, "name"), message, hint)
        elif any(map(_SECRET_IN_TEXT.search, _texts(item.default))):
            yield Hit((*path, "default"), message, hint)


def _names_secret(name: str) -> bool:
    parts = words(name)
    if not parts or parts[-1] in _REFERENCE:
        return False
    return bool(_SECRET & set(parts) or _SECRET_PAIRS & set(pairwise(parts)))


@book.rule(
    "port-out-of-range",
    Severity.WARNING,
    summary="A number that is a port is at most 65535.",
    why="A larger one is accepted and stored, and found out only when Online binds or connects, "
    "on whichever node that happens.",
    source="resforge",
)
def _port(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        if not _is_number(item) or words(item.name)[-1:] != ["port"]:
            continue
        _, highest = item.value_range or NUMBER_RANGE[item.format]
        if highest > _HIGHEST_PORT:
            key = "name" if item.maximum is None else "maximum"
            message = f"{quoted(item.name)} may be {highest}, and no port is above {_HIGHEST_PORT}"
            yield Hit((*path, key), message, f"write maximum: {_HIGHEST_PORT}")


@book.rule(
    "drive-letter-in-default",
    Severity.NOTE,
    summary="A default does not name a drive.",
    why="Nodes need not have their system or their programs on the same drive, and a cluster disk "
    "has the letter that the administrator gives it.",
    source="resforge",
)
def _drive(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        if any(map(_DRIVE.search, _texts(item.default))):
            message = f"the default of {quoted(item.name)} is on a drive that a node may not have"
            yield Hit(
                (*path, "default"), message, "use EXPAND_SZ and a variable, or require a value"
            )


def _texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()


@book.rule(
    "time-without-unit",
    Severity.NOTE,
    summary="A number that is a time says its unit.",
    why="Cluster properties mix milliseconds, seconds and minutes; the reference page shows the "
    "unit only if the schema has it.",
    source="resource-common-properties",
)
def _without_unit(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        if _is_number(item) and not item.unit.strip() and _TIME & set(words(item.name)[-1:]):
            yield Hit((*path, "name"), f"{quoted(item.name)} has no unit", "add unit: ms, or s")


@book.rule(
    "writable-in-memory",
    Severity.WARNING,
    summary="A property that administrators may set is stored.",
    why="A value in memory lives in the DLL of one node: it is gone after a move, a restart of "
    "the host process or a reboot, without anybody noticing.",
    source="ns-resapi-resutil_property_item",
)
def _writable_in_memory(subject: Subject) -> Iterator[Hit]:
    for path, item in _properties(subject):
        if item.in_memory and item.writable:
            message = f"what is set for {quoted(item.name)} is lost when the resource moves"
            yield Hit((*path, "in_memory"), message, "add read_only: true, or remove in_memory")


@book.rule(
    "similar-names",
    Severity.NOTE,
    summary="Names of properties differ by more than one letter.",
    why="Names that look alike are confused in scripts, and a value stored under a wrong name is "
    "accepted as an unknown property.",
    source="unknown-properties",
)
def _similar(subject: Subject) -> Iterator[Hit]:
    earlier: dict[str, list[str]] = {}
    for index, item in enumerate(subject.type.properties):
        name = item.name
        keys = _with_one_letter_less(name.lower())
        candidates = dict.fromkeys(other for key in keys for other in earlier.get(key, ()))
        other = next((other for other in candidates if _alike(name, other)), None)
        if other is not None and len(name) > 3:
            message = f"{quoted(name)} differs from {quoted(other)} by one letter only"
            yield Hit(("properties", index, "name"), message)
        for key in keys:
            earlier.setdefault(key, []).append(name)


def _with_one_letter_less(name: str) -> set[str]:
    """Two names that are one letter apart have one of these in common, so few are compared."""
    return {name, *(name[:index] + name[index + 1 :] for index in range(len(name)))}


def _alike(name: str, other: str) -> bool:
    return not _numbered(name, other) and _one_letter_apart(name.lower(), other.lower())


def _numbered(first: str, second: str) -> bool:
    return first.rstrip("0123456789") == second.rstrip("0123456789")


def _one_letter_apart(first: str, second: str) -> bool:
    if abs(len(first) - len(second)) > 1 or first == second:
        return False
    short, long = sorted((first, second), key=len)
    start = next((i for i, c in enumerate(short) if c != long[i]), len(short))
    rest = short[start + 1 :] if len(short) == len(long) else short[start:]
    return rest == long[start + 1 :]
