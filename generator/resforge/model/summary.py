"""What one resource DLL does, as text and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from resforge.model.policies import Policies
from resforge.model.rules import ControlCodeRule, PropertyRule, RawRule, TypeModel, Value
from resforge.model.skeleton import skeleton, table
from resforge.model.transition import SOURCES, Transition
from resforge.model.transitions import TRANSITIONS
from resforge.schema.wording import printable

_LONGEST_LINE = 400
_LONGEST_NAME = 64
_LONGEST_VALUE = 40
"""Characters of a text of the schema that a table for a terminal shows; `as_data` has it whole."""


def as_data(model: TypeModel, policies: Policies) -> dict[str, Any]:
    """Return type, transition table, and the finite skeleton under one set of policies."""
    return {
        "type": _plain(asdict(model)),
        "policies": policies.as_mapping(),
        "transitions": table(),
        "sources": SOURCES,
        "skeleton": skeleton(policies),
    }


def as_text(model: TypeModel, policies: Policies) -> str:
    """Return properties, control codes, times and the transition table for a terminal."""
    parts = [
        printable(f"{model.name}: {model.description}".rstrip(": \n"), _LONGEST_LINE),
        _properties(model.properties),
        _codes(model.control_codes),
        _times(model),
        _policies(policies),
        _transitions(policies),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _properties(rules: Iterable[PropertyRule]) -> str:
    rows = [
        (_named(rule.name), str(rule.format), _shown(rule.default), _range(rule), _traits(rule))
        for rule in rules
    ]
    return _block("Private properties", ("name", "format", "default", "range", ""), rows)


def _range(rule: PropertyRule) -> str:
    return "" if rule.minimum is None else f"{rule.minimum} to {rule.maximum}"


def _traits(rule: PropertyRule) -> str:
    named = {
        "required": rule.required,
        "read-only": rule.read_only,
        "in memory": rule.in_memory,
        "at once": rule.immediate,
    }
    former = (f"renamed from {_named(rule.renamed_from)}",) if rule.renamed_from else ()
    return ", ".join((*(name for name, on in named.items() if on), *former))


def _shown(value: Value) -> str:
    if isinstance(value, int):
        return str(value)
    return printable(value.hex(" ") if isinstance(value, bytes) else ascii(value), _LONGEST_VALUE)


def _named(name: str) -> str:
    return printable(name, _LONGEST_NAME)


def _codes(rules: Iterable[ControlCodeRule]) -> str:
    rows = [
        (_named(rule.name), f"0x{rule.value:08X}", rule.scope, " ".join(rule.states) or "every state",
         f"{_buffer(rule.input)} -> {_buffer(rule.output)}")
        for rule in rules
    ]  # fmt: skip
    return _block("Control codes", ("name", "value", "scope", "states", "input -> output"), rows)


def _buffer(rule: object) -> str:
    if rule is None:
        return "nothing"
    if isinstance(rule, RawRule):
        return f"{rule.minimum} to {rule.maximum} bytes"
    return "struct"


def _times(model: TypeModel) -> str:
    timing = model.timing
    rows = [
        ("LooksAlivePollInterval", str(timing.looks_alive_interval)),
        ("IsAlivePollInterval", str(timing.is_alive_interval)),
        ("PendingTimeout", str(timing.pending_timeout)),
        ("DeadlockTimeout", str(timing.deadlock_timeout)),
        ("heartbeat", str(timing.heartbeat)),
    ]
    return _block("Times in milliseconds", ("name", "value"), rows)


def _policies(policies: Policies) -> str:
    rows = list(policies.as_mapping().items())
    return _block("Policies (where the sources leave it open)", ("policy", "value"), rows)


def _transitions(policies: Policies) -> str:
    rows = [_row(row) for row in TRANSITIONS if row.policy is None or policies.holds(row.policy)]
    head = ("id", "state", "event", "new state", "RHS does", "evidence")
    return _block("Transitions", head, rows)


def _row(row: Transition) -> tuple[str, ...]:
    states = ", ".join(row.states) if len(row.states) <= 2 else f"{len(row.states)} states"
    target = "unchanged" if row.target is None else str(row.target)
    return row.id, states, row.event, target, row.action, str(row.evidence)


def _block(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([title, "", text[0], rule, *text[1:]])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.hex() if isinstance(value, bytes) else value
