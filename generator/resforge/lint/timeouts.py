"""Rules about timeouts, intervals and budgets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from resforge.lint.rule import Hit, Remove, Replace, RuleBook, Subject
from resforge.review.finding import Severity
from resforge.schema import FailureDetection, format_duration, parse_duration

book = RuleBook("timeouts")

BUDGET = 300
"""Milliseconds that Windows asks every entry point to return within."""
DEFAULT_DEADLOCK = 300_000
SHORTEST_POLL = 1_000
"""Milliseconds; our judgement."""

_DIGITS = re.compile(r"[0-9]{4,}")


def _keys(subject: Subject) -> Iterator[tuple[str, ...]]:
    """The durations that the file states."""
    written = subject.written(("timeouts",)) or {}
    for key, value in written.items():
        if key == "budgets":
            yield from (("timeouts", "budgets", entry) for entry in value)
        else:
            yield ("timeouts", key)


@book.rule(
    "budget-above-300ms",
    Severity.WARNING,
    summary="No budget is above 300 ms, except that of Terminate.",
    why="Windows asks each entry point to return within 300 ms; only an overrun of Terminate is "
    "tolerated. Longer work belongs into a worker thread or behind cached health.",
    source="recommended-practices-for-resource-dlls",
)
def _budget(subject: Subject) -> Iterator[Hit]:
    budgets = subject.type.timeouts.budgets
    for entry in type(budgets).model_fields:
        value = getattr(budgets, entry)
        if entry != "terminate" and value > BUDGET:
            message = f"{entry} may take {format_duration(value)}; Windows asks for 300ms"
            yield Hit(("timeouts", "budgets", entry), message, "work longer in a worker thread")


@book.rule(
    "polling-too-often",
    Severity.WARNING,
    summary="Health is polled at most once a second.",
    why="All resources of a host process share its threads; polls several times a second load "
    "every node for every resource.",
    source="resources-looksalivepollinterval",
)
def _poll(subject: Subject) -> Iterator[Hit]:
    keys = ["looks_alive_interval", "is_alive_interval"]
    if subject.type.failure_detection is FailureDetection.CACHED_HEALTH:
        keys.append("health_interval")
    for key in keys:
        value = getattr(subject.type.timeouts, key)
        if value < SHORTEST_POLL:
            message = f"{key} is {format_duration(value)} for every resource of the type"
            hint = "write 1s or more, or use failure_detection: event_handle"
            yield Hit(("timeouts", key), message, hint)


@book.rule(
    "thorough-check-more-often",
    Severity.WARNING,
    summary="IsAlive is not called more often than LooksAlive.",
    why="LooksAlive is the quick check that saves the thorough one; called less often than "
    "IsAlive it finds nothing that IsAlive has not found already.",
    source="implementing-looksalive",
)
def _order(subject: Subject) -> Iterator[Hit]:
    timeouts = subject.type.timeouts
    if timeouts.is_alive_interval < timeouts.looks_alive_interval:
        key = "is_alive_interval"
        key = key if subject.states(("timeouts", key)) else "looks_alive_interval"
        message = "the thorough check runs more often than the quick one"
        yield Hit(("timeouts", key), message, "make is_alive_interval the longer one")


@book.rule(
    "looks-alive-never-called",
    Severity.NOTE,
    summary="looks_alive_interval is not set for a type that reports failures by an event.",
    why="Once Online has given the cluster an event handle, LooksAlive is not called any more.",
    source="implementing-asynchronous-failure-detection",
)
def _unused_poll(subject: Subject) -> Iterator[Hit]:
    path = ("timeouts", "looks_alive_interval")
    by_event = subject.type.failure_detection is FailureDetection.EVENT_HANDLE
    if by_event and subject.states(path):
        yield Hit(path, "with failure_detection: event_handle LooksAlive is never called")


@book.rule(
    "heartbeat-unused",
    Severity.NOTE,
    summary="heartbeat is not set when neither Online nor Offline goes on in a thread.",
    why="Only a pending operation reports progress.",
    source="implementing-pending-operations",
    fixable=True,
)
def _unused_heartbeat(subject: Subject) -> Iterator[Hit]:
    path = ("timeouts", "heartbeat")
    pending = subject.type.pending
    if not pending.online and not pending.offline and subject.states(path):
        message = "no operation is pending, so nothing sends this heartbeat"
        yield Hit(path, message, "remove the key", (Remove(path),))


@book.rule(
    "pending-timeout-unused",
    Severity.NOTE,
    summary="pending_timeout is not set when neither Online nor Offline goes on in a thread.",
    why="The pending timeout runs only after ERROR_IO_PENDING was returned.",
    source="resources-pendingtimeout",
)
def _unused_pending(subject: Subject) -> Iterator[Hit]:
    path = ("timeouts", "pending_timeout")
    pending = subject.type.pending
    if not pending.online and not pending.offline and subject.states(path):
        yield Hit(path, "no operation is pending, so this timeout never starts")


@book.rule(
    "pending-without-slack",
    Severity.NOTE,
    summary="pending_timeout is shorter than deadlock_timeout.",
    why="The shorter of the two limits a pending operation. When they are equal, a stop of the "
    "host process for all its resources can come before the failure of this one.",
    source="resources-pendingtimeout",
)
def _no_slack(subject: Subject) -> Iterator[Hit]:
    timeouts = subject.type.timeouts
    if timeouts.pending_timeout == timeouts.deadlock_timeout:
        key = "pending_timeout"
        key = key if subject.states(("timeouts", key)) else "deadlock_timeout"
        message = f"pending_timeout and deadlock_timeout are both {format_duration(getattr(timeouts, key))}"
        yield Hit(("timeouts", key), message, "shorten pending_timeout")


@book.rule(
    "deadlock-timeout-lowered",
    Severity.WARNING,
    summary="deadlock_timeout is not below 5 min, the default.",
    why="When it runs out, the host process is ended and all resources in it are restarted, not "
    "only the slow one. A busy node reaches a short limit without any deadlock.",
    source="deadlocktimeout",
)
def _lowered(subject: Subject) -> Iterator[Hit]:
    value = subject.type.timeouts.deadlock_timeout
    if value < DEFAULT_DEADLOCK:
        message = f"a call of {format_duration(value)} restarts every resource of the process"
        yield Hit(("timeouts", "deadlock_timeout"), message, "write 5min or more")


@book.rule(
    "deadlock-timeout-raised",
    Severity.NOTE,
    summary="deadlock_timeout is not above 15 min.",
    why="For so long a hanging call keeps a failed resource from moving to another node.",
    source="resforge",
)
def _raised(subject: Subject) -> Iterator[Hit]:
    value = subject.type.timeouts.deadlock_timeout
    if value > 3 * DEFAULT_DEADLOCK:
        message = f"a hanging call is noticed only after {format_duration(value)}"
        yield Hit(("timeouts", "deadlock_timeout"), message, "write 15min or less")


@book.rule(
    "heartbeat-too-often",
    Severity.NOTE,
    summary="A pending operation reports progress at most once a second.",
    why="Each report is a call into the host process; a third of the pending timeout is enough.",
    source="resources-pendingtimeout",
)
def _heartbeat(subject: Subject) -> Iterator[Hit]:
    timeouts = subject.type.timeouts
    if subject.states(("timeouts", "heartbeat")) and timeouts.heartbeat < SHORTEST_POLL:
        message = f"heartbeat is {format_duration(timeouts.heartbeat)}"
        enough = format_duration(max(1, timeouts.pending_timeout // 3))
        yield Hit(("timeouts", "heartbeat"), message, f"{enough} is enough")


@book.rule(
    "duration-hard-to-read",
    Severity.NOTE,
    summary="A duration is written in the largest units that fit.",
    why="180000ms has to be counted, 3min is read.",
    source="resforge",
    fixable=True,
)
def _hard_to_read(subject: Subject) -> Iterator[Hit]:
    for path in _keys(subject):
        text = subject.written(path)
        if isinstance(text, str) and _DIGITS.search(text):
            better = format_duration(parse_duration(text))
            if better != text:
                message = f"{text} is {better}"
                yield Hit(path, message, f"write {better}", (Replace(path, better),))
