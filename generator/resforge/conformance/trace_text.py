"""A trace as a person reads it: one line for each record that tells something."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from resforge.rhs.records import (
    Call,
    CallReturn,
    DatabaseChange,
    HookStep,
    Leak,
    LogEntry,
    Lost,
    Record,
    StateChange,
    StatusReport,
    Violation,
)

__all__ = ["command_line", "trace_lines"]

_STATES = {2: "Online", 3: "Offline", 4: "Failed", 129: "OnlinePending", 130: "OfflinePending"}
_LONG = 96


def trace_lines(records: Iterable[Record], *, limit: int = 60) -> list[str]:
    """Return the last `limit` telling records as aligned lines."""
    shown = [(r, text) for r in records if (text := describe(r))]
    left_out = len(shown) - limit
    head = [f"... {left_out} earlier records"] if left_out > 0 else []
    return head + [
        f"{r.time:>10} ms  {r.thread:<8} {r.resource or '':<8} {text}" for r, text in shown[-limit:]
    ]


def describe(record: Record) -> str:
    """Return one record in words, "" for one that tells nothing to a reader."""
    for kind, words in _WORDS.items():
        if isinstance(record, kind):
            return words(record)
    return ""


def _returned(r: CallReturn) -> str:
    more = [f"last error {r.last_error}" if r.last_error else "", _bytes(r.output)]
    if r.bytes_returned is not None:
        more.append(f"BytesReturned {r.bytes_returned}")
    tail = ", ".join(m for m in more if m)
    slow = f" after {r.elapsed} ms" if r.elapsed else ""
    return f"<- {r.entry} {r.result}{slow}" + (f" ({tail})" if tail else "")


def _report(r: StatusReport) -> str:
    name = _STATES.get(r.state, str(r.state))
    return f"!  report {name} CheckPoint {r.checkpoint}, answered {r.answer}"


def _hook(r: HookStep) -> str:
    return f"   hook {r.hook} {r.what}{' ' + _bytes(r.data) if r.data is not None else ''}"


def _database(r: DatabaseChange) -> str:
    return f"   {r.operation} {r.name or r.key} {_bytes(r.data)} = {r.result}".replace("  ", " ")


def _bytes(data: bytes | None) -> str:
    if data is None:
        return ""
    text = data.hex(" ")
    return f"[{text if len(text) <= _LONG else text[:_LONG] + '...'}]"


_WORDS: dict[type[Record], Callable[[Any], str]] = {
    Call: lambda r: f"-> {r.entry}",
    CallReturn: _returned,
    StatusReport: _report,
    StateChange: lambda r: f"=  {r.previous} => {r.rhs} / {r.rcm} ({r.transition})",
    HookStep: _hook,
    LogEntry: lambda r: f"   log {r.level} {r.text[:_LONG]!r}",
    DatabaseChange: _database,
    Violation: lambda r: f"** violation {r.rule}: {r.text}",
    Lost: lambda r: f"** lost: {r.reason} ({r.transition})",
    Leak: lambda r: f"** leak: {r.kind} {r.text}",
}


def command_line(command: Any) -> str:
    """Return a command as one short line."""
    shown = dict(command)
    name = shown.pop("command")
    words = [f"{key}={_value(value)}" for key, value in shown.items() if value is not None]
    return " ".join([name, *words])


def _value(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(i, dict) and "step" in i for i in value):
        return "[" + ", ".join(_step(i) for i in value) + "]"
    text = str(value)
    return text if len(text) <= _LONG else text[:_LONG] + "..."


def _step(step: dict[str, Any]) -> str:
    more = [str(value) for key, value in step.items() if key != "step"]
    return " ".join([step["step"], *more])[:_LONG]
