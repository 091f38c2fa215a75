"""Typed views of the trace records that the simulated RHS writes, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

__all__ = [
    "Call",
    "CallReturn",
    "DatabaseChange",
    "Done",
    "HookStep",
    "Leak",
    "LogEntry",
    "Lost",
    "MalformedRecord",
    "Record",
    "StateChange",
    "StatusReport",
    "Violation",
    "of_type",
    "parse_record",
]


class MalformedRecord(ValueError):
    """A line of the host's output that is not a JSON object with an ``event``."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the trace.

    ``time`` is in milliseconds since the host started, ``seq`` counts lines from the start,
    ``raw`` is the whole JSON object, which is what the model's judge reads.
    """

    event: str
    raw: Mapping[str, Any] = field(repr=False, compare=False)
    seq: int = 0
    time: int = 0
    thread: str = ""
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class Call(Record):
    """RHS enters an entry point of the DLL; ``call`` numbers the call."""

    call: int = 0
    entry: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallReturn(Record):
    """An entry point came back; ``elapsed`` is the time it took in milliseconds."""

    call: int = 0
    entry: str = ""
    result: Any = None
    last_error: int | None = None
    event_handle: Any = None
    bytes_returned: int | None = None
    output: bytes | None = None
    elapsed: int = 0


@dataclass(frozen=True, slots=True)
class StatusReport(Record):
    """A SetResourceStatus callback and the answer that the host gave (1 = terminate)."""

    state: int = 0
    checkpoint: int = 0
    wait_hint: int = 0
    event_handle: Any = None
    answer: int = 0


@dataclass(frozen=True, slots=True)
class LogEntry(Record):
    """A LogEvent callback after formatting by FormatMessage rules; levels are 0 to 3."""

    level: int = 0
    format: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class StateChange(Record):
    """A transition that the host took; ``transition`` is its number in the contract."""

    rhs: str = ""
    rcm: str = ""
    previous: str = ""
    transition: str | None = None


@dataclass(frozen=True, slots=True)
class HookStep(Record):
    """What a scripted hook says about itself: enter, leave, input, properties_in_force,
    properties_latest, published, waited, state_change_reason."""

    hook: str = ""
    what: str = ""
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class DatabaseChange(Record):
    """A cluster database function that the DLL called."""

    operation: str = ""
    key: str = ""
    name: str | None = None
    type: int | None = None
    data: bytes | None = None
    result: int = 0


@dataclass(frozen=True, slots=True)
class Violation(Record):
    """A rule of the contract that the host saw broken."""

    rule: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Lost(Record):
    """RHS killed the process that hosts the DLL (deadlock or crash)."""

    reason: str = ""
    transition: str | None = None


@dataclass(frozen=True, slots=True)
class Leak(Record):
    """Something that the DLL left behind after Close or at the end."""

    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Done(Record):
    """The answer to a command; the last record that the command caused."""

    id: int = 0
    ok: bool = False
    error: str | None = None
    result: Mapping[str, Any] = field(default_factory=dict)


_KINDS: dict[str, type[Record]] = {
    "call": Call,
    "return": CallReturn,
    "status": StatusReport,
    "log": LogEntry,
    "state": StateChange,
    "hook": HookStep,
    "database": DatabaseChange,
    "violation": Violation,
    "lost": Lost,
    "leak": Leak,
    "done": Done,
}
_RENAMED = {"from": "previous", "hex": "data"}
_BYTES = {"output", "hex"}

R = TypeVar("R", bound=Record)


def parse_record(line: str | bytes) -> Record:
    """Parse one line; raises MalformedRecord when it is not a record."""
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise MalformedRecord(f"not JSON: {error}") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("event"), str):
        raise MalformedRecord("a record is a JSON object with the text member 'event'")
    return record_from(raw)


def record_from(raw: Mapping[str, Any]) -> Record:
    """Give a JSON object its type; unknown members stay in ``raw``."""
    kind = _KINDS.get(raw["event"], Record)
    known = kind.__dataclass_fields__
    try:
        values = {
            _RENAMED.get(key, key): _value(key, value)
            for key, value in raw.items()
            if _RENAMED.get(key, key) in known and key != "raw"
        }
    except ValueError as error:
        raise MalformedRecord(f"bad hexadecimal bytes: {error}") from error
    return kind(raw=raw, **values)


def _value(key: str, value: Any) -> Any:
    if key in _BYTES and isinstance(value, str):
        return bytes.fromhex(value)
    return value


def of_type(records: Iterable[Record], kind: type[R], resource: str | None = None) -> list[R]:
    """Select the records of one type, of one resource when it is named."""
    return [
        record
        for record in records
        if isinstance(record, kind) and (resource is None or record.resource == resource)
    ]
