"""Rules about free texts, and about keys that say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from resforge.lint.rule import EndWithoutLine, Hit, Remove, Replace, RuleBook, Subject
from resforge.review.finding import Severity
from resforge.schema import Subclass
from resforge.schema.constants import SUBCLASS_CLASS, SUBCLASS_VALUE
from resforge.schema.findings import Path
from resforge.schema.wording import quoted

book = RuleBook("texts")

_PLACEHOLDER = re.compile(
    r"\b(?-i:TODO|FIXME|TBD|XXX)\b|<(your |company|name|description|vendor|product)[^<>]*>"
    r"|\blorem ipsum\b|\byour company\b",
    re.IGNORECASE,
)
_FALSE_BY_DEFAULT = frozenset({"required", "read_only", "in_memory", "modifies"})
_EMPTY_BY_DEFAULT = frozenset(
    (
        *("description", "vendor", "unit", "properties", "control_codes", "dependencies"),
        *("characteristics", "timeouts", "pending", "budgets", "suppress"),
    )
)


def _keys(path: Path, value: Any) -> Iterator[tuple[Path, str, Any]]:
    """Every key of the file, with its path and value."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(key, str):
            yield (*path, key), key, item
        if isinstance(item, dict | list):
            yield from _keys((*path, key), item)


@book.rule(
    "placeholder-text",
    Severity.WARNING,
    summary="No text is a placeholder.",
    why="Texts go to administrators as they are; in the outputs of the 2003 wizard the "
    "placeholders for company and date were never filled in.",
    source="resforge",
)
def _placeholder(subject: Subject) -> Iterator[Hit]:
    for path, text in subject.texts():
        if found := _PLACEHOLDER.search(text):
            yield Hit(path, f"{quoted(found[0])} is a placeholder", "write the text, or remove it")


@book.rule(
    "text-with-outer-space",
    Severity.NOTE,
    summary="No text begins or ends with white space.",
    why="It reaches tables, comments and the version resource, where it breaks the layout. A "
    "literal text of YAML ends with a line end unless it says |- or >-.",
    source="resforge",
    fixable=True,
)
def _outer_space(subject: Subject) -> Iterator[Hit]:
    for path, text in subject.texts():
        if text != text.strip() and text.strip():
            where = "begins" if text[:1].isspace() else "ends"
            fix = EndWithoutLine(path, text.strip())
            yield Hit(path, f"the text {where} with white space", "write it without", (fix,))


@book.rule(
    "empty-key",
    Severity.NOTE,
    summary="A key that says nothing is left out.",
    why="An empty list or text looks like something that was forgotten.",
    source="resforge",
    fixable=True,
)
def _empty(subject: Subject) -> Iterator[Hit]:
    for path, key, value in _keys((), subject.loaded.source.root):
        if key in _EMPTY_BY_DEFAULT and value in ("", [], {}):
            yield Hit(path, f"{quoted(key)} is empty", "remove the key", (Remove(path),))


@book.rule(
    "flag-repeats-default",
    Severity.NOTE,
    summary="A flag that is false by default is not written as false.",
    why="Flags stand out when only those are written that change something.",
    source="resforge",
    fixable=True,
)
def _repeated_flag(subject: Subject) -> Iterator[Hit]:
    for path, key, value in _keys((), subject.loaded.source.root):
        if key in _FALSE_BY_DEFAULT and value is False:
            yield Hit(path, f"{key} is false anyway", "remove the key", (Remove(path),))


@book.rule(
    "display-name-repeats-name",
    Severity.NOTE,
    summary="display_name is written only if it differs from name.",
    why="The registered name is shown when there is no other.",
    source="display-names",
    fixable=True,
)
def _display_name(subject: Subject) -> Iterator[Hit]:
    path = ("display_name",)
    if subject.states(path) and subject.type.display_name == subject.type.name:
        yield Hit(path, "display_name repeats name", "remove the key", (Remove(path),))


@book.rule(
    "subclass-as-number",
    Severity.NOTE,
    summary="A subclass that has a name is written with its name.",
    why="Nobody knows that 0x80000000 is shared.",
    source="ne-clusapi-clus_ressubclass",
    fixable=True,
)
def _subclass(subject: Subject) -> Iterator[Hit]:
    value = subject.type.subclass
    if not isinstance(value, int) or isinstance(subject.written(("subclass",)), list):
        return
    names = [name for name in Subclass if SUBCLASS_VALUE[name] == value and name in _NAMED]
    for name in names[:1]:
        fix = Replace(("subclass",), [str(name)])
        yield Hit(("subclass",), f"0x{value:08X} is {name}", f"write [{name}]", (fix,))


_NAMED = frozenset(name for name in Subclass if name not in SUBCLASS_CLASS)
"""Names that go with every class."""
