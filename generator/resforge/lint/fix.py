"""Repairing a schema's text where that is safe.

A repair is kept only if the file still loads and means the same: what generated code, stored
values, callers and administrators see does not change, except white space around texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from resforge.edit import CannotEditError, Document, apply_edits
from resforge.lint.changes import can_edit, edits_of
from resforge.lint.rule import Change
from resforge.lint.run import fixes
from resforge.problems import UserError
from resforge.schema import LoadedResourceType, ResourceType, load_resource_type_text
from resforge.schema.loading import Syntax

_MOST_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Repaired:
    """The text after the repairs, and how many were made."""

    text: str
    loaded: LoadedResourceType
    count: int


def repair(text: str, file: str, syntax: Syntax) -> Repaired:
    """`text` with all safe repairs; raises UserError when it does not load."""
    state = Repaired(text, load_resource_type_text(text, file=file, syntax=syntax), 0)
    for _ in range(_MOST_ROUNDS):
        document = Document(state.text, syntax)
        wanted = [changes for changes in fixes(state.loaded) if can_edit(document, changes)]
        after = _attempt(state, document, wanted) or _those_that_work(state, document, wanted)
        if after is None:
            break
        state = after
    return state


def _those_that_work(
    state: Repaired, document: Document, wanted: list[tuple[Change, ...]]
) -> Repaired | None:
    """Some repair is not possible: make those that are, together or else the first of them."""
    possible = _possible(state, document, wanted)
    return _attempt(state, document, possible) or _attempt(state, document, possible[:1])


def _possible(
    state: Repaired, document: Document, wanted: list[tuple[Change, ...]]
) -> list[tuple[Change, ...]]:
    """Halve until what works is separated from what does not: few attempts for few failures."""
    if _attempt(state, document, wanted):
        return wanted
    if len(wanted) < 2:
        return []
    middle = len(wanted) // 2
    return [
        *_possible(state, document, wanted[:middle]),
        *_possible(state, document, wanted[middle:]),
    ]


def _attempt(
    state: Repaired, document: Document, wanted: list[tuple[Change, ...]]
) -> Repaired | None:
    """The state after all of `wanted`, or None if that is not possible or not safe."""
    if not wanted:
        return None
    file, syntax = str(state.loaded.path), document.syntax
    try:
        edits = edits_of(document, [change for changes in wanted for change in changes])
        text = apply_edits(state.text, edits)
        loaded = load_resource_type_text(text, file=file, syntax=syntax)
    except (CannotEditError, UserError):
        return None
    if _meaning(loaded.resource_type) != _meaning(state.loaded.resource_type):
        return None
    return Repaired(text, loaded, state.count + len(wanted))


def _meaning(resource_type: ResourceType) -> Any:
    """Everything that a repair must not change."""
    data = resource_type.model_dump(exclude={"subclass", "suppress"})
    for item, dumped in zip(resource_type.properties, data["properties"], strict=True):
        dumped["minimum"] = dumped["maximum"] = item.value_range
    return _without_outer_space([data, resource_type.subclass_value, _used(resource_type)])


def _used(resource_type: ResourceType) -> list[object]:
    """The heartbeat counts only where an operation is pending."""
    pending = resource_type.pending
    return [resource_type.timeouts.heartbeat] if pending.online or pending.offline else []


def _without_outer_space(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {
            key: _without_outer_space(item) for key, item in value.items() if key != "heartbeat"
        }
    if isinstance(value, list | tuple):
        return [_without_outer_space(item) for item in value]
    return value
