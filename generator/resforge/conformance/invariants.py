"""What must hold in every scenario, whatever it plays: the rules that a trace alone can show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from resforge.conformance.history import Failure
from resforge.conformance.scenario import FOREIGN
from resforge.model.rules import TypeModel
from resforge.rhs.records import (
    Call,
    CallReturn,
    HookStep,
    Leak,
    LogEntry,
    Record,
    StatusReport,
    Violation,
)

__all__ = ["beyond_the_contract", "check_invariants"]

ONLINE = 2
PENDING = (129, 130)
LOG_LIMIT = 500
"""Characters of a log entry (`nc-resapi-plog_event_routine`)."""

_BUDGETS = {
    "Open": "open",
    "Close": "close",
    "Online": "online",
    "Offline": "offline",
    "Terminate": "terminate",
    "LooksAlive": "looks_alive",
    "IsAlive": "is_alive",
    "ResourceControl": "control",
    "ResourceTypeControl": "control",
}

Invariant = Callable[[Sequence[Record], TypeModel, frozenset[str]], Iterator[Failure]]


def check_invariants(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Failure | None:
    """Return the first broken rule in the order of the trace, None when all hold."""
    found = [f for rule in _INVARIANTS for f in rule(records, model, tolerates)]
    return min(found, key=lambda f: f.seq or 0, default=None)


def _violations(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    del model
    for record in records:
        if FOREIGN in tolerates and beyond_the_contract(record):
            continue
        if isinstance(record, Violation) and record.rule not in tolerates:
            yield Failure(record.rule, record.text or record.rule, "violation", seq=record.seq)


def beyond_the_contract(record: Record) -> bool:
    """Whether a violation is one of a rule that only the runtime of resforge keeps.

    A first report may carry CheckPoint 0, which RHS does not count; what is in a buffer that was
    too small is nobody's business.
    """
    if not isinstance(record, Violation):
        return False
    if record.rule == "checkpoint-not-increased":
        return record.text == "CheckPoint 0 follows 0"
    return record.rule == "output-of-small-buffer"


def _leaks(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    del model
    for record in records:
        if isinstance(record, Leak) and "leak" not in tolerates:
            yield Failure(
                "I-9", f"left behind: {record.kind} {record.text}", "leak", seq=record.seq
            )


def _budgets(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    if "slow" in tolerates:
        return
    for record in records:
        if not isinstance(record, CallReturn) or record.entry not in _BUDGETS:
            continue
        budget = getattr(model.timing.budgets, _BUDGETS[record.entry])
        if record.elapsed > budget:
            text = f"{record.entry} took {record.elapsed} ms, its budget is {budget} ms"
            yield Failure("0.3 rule 2", text, "budget", seq=record.seq)


def _checkpoints(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    del model
    if FOREIGN in tolerates:
        return
    for operation in _operations(records):
        last = 0
        for report in operation:
            if report.state in PENDING and report.checkpoint <= last:
                text = f"CheckPoint {report.checkpoint} after {last}: it must grow"
                yield Failure("4.2", text, "report", seq=report.seq)
            if report.state in PENDING:
                last = report.checkpoint
            if report.wait_hint:
                text = f"WaitHint {report.wait_hint}: it must be 0"
                yield Failure("4.1", text, "report", seq=report.seq)


def _handles(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    """RHS waits for a handle from the moment in which the resource is online, not before."""
    del model
    if FOREIGN in tolerates:
        return
    for record in records:
        match record:
            case StatusReport(event_handle=handle, state=state):
                early = state != ONLINE
            case CallReturn(event_handle=handle, entry="Online", result=result):
                early = result != 0
            case _:
                continue
        if early and handle is not None:
            text = "an event handle was given although the resource is not online"
            yield Failure("8.3", text, "event handle", seq=record.seq)


def _finals(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    del model, tolerates
    for operation in _operations(records):
        finished = False
        for report in operation:
            if finished:
                text = f"state {report.state} reported after the last word of the operation"
                yield Failure("8.2 rule 4", text, "report", seq=report.seq)
            finished = finished or report.state not in PENDING or report.answer != 0


def _heartbeats(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    if {"deaf", FOREIGN} & tolerates:
        return
    limit = model.timing.heartbeat
    for operation, began in _timed_operations(records):
        last = began
        for report in operation:
            if report.time - last > limit:
                text = f"{report.time - last} ms between two reports, at most {limit} are allowed"
                yield Failure("8.2 rule 2", text, "report", seq=report.seq)
            last = report.time


def _operations(records: Iterable[Record]) -> list[list[StatusReport]]:
    """Group status reports by operation: an Online or Offline call begins a new one."""
    return [reports for reports, _ in _timed_operations(records)]


def _timed_operations(records: Iterable[Record]) -> list[tuple[list[StatusReport], int]]:
    current: dict[str | None, list[StatusReport]] = {}
    found: list[tuple[list[StatusReport], int]] = []
    for record in records:
        if isinstance(record, Call) and record.entry in ("Online", "Offline"):
            current[record.resource] = []
            found.append((current[record.resource], record.time))
        elif isinstance(record, StatusReport):
            if record.resource not in current:
                current[record.resource] = []
                found.append((current[record.resource], record.time))
            current[record.resource].append(record)
    return found


def _logs(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    del model, tolerates
    for record in records:
        if isinstance(record, LogEntry) and len(record.text) > LOG_LIMIT:
            text = f"a log entry of {len(record.text)} characters, at most {LOG_LIMIT} are written"
            yield Failure("4.3", text, "log", seq=record.seq)


def _errors_are_set(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    del model, tolerates
    for record in records:
        if not isinstance(record, CallReturn) or record.entry != "Open":
            continue
        if record.result is None and not record.last_error:
            yield Failure("T-07", "Open failed without SetLastError", seq=record.seq)


def _late_calls(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    """No report and no log entry after Close returned (I-9)."""
    del model, tolerates
    closed: set[str | None] = set()
    refused = _refused(records)
    for record in records:
        if isinstance(record, Call) and record.entry == "Open":
            closed.discard(record.resource)
        elif isinstance(record, CallReturn) and record.entry == "Close":
            closed |= {record.resource} if record.call not in refused else set()
        elif isinstance(record, StatusReport) and record.resource in closed:
            yield Failure("I-9", "a report after Close had returned", "report", seq=record.seq)
        elif isinstance(record, LogEntry) and record.resource in closed:
            yield Failure("I-9", "a log entry after Close had returned", "log", seq=record.seq)


def _refused(records: Iterable[Record]) -> set[int]:
    """Return the numbers of calls without a valid instance: they concern no resource."""
    return {
        record.call
        for record in records
        if isinstance(record, Call) and record.arguments.get("resid") in ("null", "stale")
    }


def _threads(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    """No thread of an instance outlives Terminate (I-8), unless a hook does not listen."""
    del model
    if {"deaf", "slow", FOREIGN} & tolerates:
        return
    living: dict[str | None, set[str]] = {}
    refused = _refused(records)
    for record in records:
        if record.event == "thread" and record.thread.startswith("dll"):
            threads = living.setdefault(record.resource, set())
            (threads.add if record.raw.get("what") == "start" else threads.discard)(record.thread)
        elif isinstance(record, CallReturn) and record.entry in ("Terminate", "Close"):
            if record.call in refused:
                continue
            for name in sorted(living.get(record.resource, ())):
                text = f"the thread {name} still runs when {record.entry} returns"
                yield Failure("I-8", text, "thread", seq=record.seq)


_ALONE = {
    "online": ("online", "offline"),
    "offline": ("online", "offline"),
    "close": ("online", "offline", "check_health", "monitor"),
    "terminate": ("online", "offline", "check_health", "monitor"),
}
"""Hooks that must not be entered while these others of the same instance still run.

For terminate that holds as long as the others listen to the stop request.
"""


def _hooks_alone(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    """One operation at a time, terminate after what it stops, and close the last of all."""
    del model
    deaf = bool({"deaf", "slow"} & tolerates)
    running: dict[str | None, list[str]] = {}
    for record in records:
        if isinstance(record, Call) and record.entry == "Open":
            running[record.resource] = []
        if not isinstance(record, HookStep) or record.what not in ("enter", "leave"):
            continue
        hooks = running.setdefault(record.resource, [])
        if record.what == "leave":
            hooks[:] = [h for h in hooks if h != record.hook]
            continue
        beside = [h for h in hooks if h in _ALONE.get(record.hook, ())]
        if beside and not (deaf and record.hook == "terminate"):
            text = f"the hook {record.hook} was entered while the hook {beside[0]} still runs"
            yield Failure("8.2 rule 6", text, "hook", seq=record.seq)
        hooks.append(record.hook)


def _workers(
    records: Sequence[Record], model: TypeModel, tolerates: frozenset[str]
) -> Iterator[Failure]:
    """No worker of Online or Offline outlives Close, or Terminate by more than its budget."""
    if FOREIGN not in tolerates:
        return
    serving: dict[str | None, str] = {}
    living: dict[tuple[str | None, str], int | None] = {}
    refused = _refused(records)
    for record in records:
        for (resource, name), limit in living.items():
            if limit is not None and record.time > limit:
                text = f"the thread {name} of {resource} goes on after Terminate has returned"
                yield Failure("I-8", text, "thread", seq=record.seq)
                living[resource, name] = None
        if isinstance(record, Call) and record.call not in refused:
            serving[record.resource] = record.entry
        elif record.event == "thread" and record.thread.startswith("dll"):
            key = record.resource, record.thread
            if record.raw.get("what") == "end":
                living.pop(key, None)
            elif serving.get(record.resource) in ("Online", "Offline"):
                living[key] = None
        elif isinstance(record, CallReturn) and record.call not in refused:
            yield from _outlived(record, living, model.timing.budgets.terminate)


def _outlived(
    record: CallReturn, living: dict[tuple[str | None, str], int | None], grace: int
) -> Iterator[Failure]:
    for resource, name in list(living):
        if resource != record.resource:
            continue
        if record.entry == "Close":
            text = f"the thread {name} still runs when Close returns"
            yield Failure("I-8", text, "thread", seq=record.seq)
        elif record.entry == "Terminate":
            living[resource, name] = record.time + grace


_INVARIANTS: tuple[Invariant, ...] = (
    _violations,
    _leaks,
    _budgets,
    _checkpoints,
    _handles,
    _finals,
    _heartbeats,
    _logs,
    _errors_are_set,
    _late_calls,
    _threads,
    _hooks_alone,
    _workers,
)
