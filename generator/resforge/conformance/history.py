"""What happened in one run of a scenario, and the checks that read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from resforge.rhs.records import Record
from resforge.rhs.session import HostError, Reply

__all__ = ["CheckFailed", "Failure", "History", "Step", "Test"]

Command = Mapping[str, Any]


@dataclass(slots=True)
class History:
    """The replies of a scenario so far; `records` holds all of their records in order."""

    replies: list[Reply] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    def add(self, reply: Reply) -> None:
        """Append one reply."""
        self.replies.append(reply)
        self.records.extend(reply.records)

    @property
    def last(self) -> Reply:
        """The latest reply."""
        return self.replies[-1]


Test = Callable[[History], str | None]
"""A check: None when it holds, else one sentence that says what was expected and what was seen."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a scenario failed.

    `rule` is the transition, invariant or section that is broken; `kind` is "check", "model",
    "violation", "crash", "hang" or "host"; `at` is the index of the step, `seq` the number of
    the record that shows it, where there is one.
    """

    rule: str
    message: str
    kind: str = "check"
    at: int | None = None
    seq: int | None = None
    expected: tuple[str, ...] = ()

    @property
    def signature(self) -> tuple[str, str, str]:
        """What must stay the same while a failing run is made shorter."""
        return self.kind, self.rule, self.message


class CheckFailed(Exception):
    """A check of a scenario does not hold."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


@dataclass(slots=True)
class Step:
    """One command and the checks that were made after it.

    `optional` steps may be refused by the host without a failure; they bring a resource back to
    rest. `may_end` tells that RHS may terminate its process during the command.
    """

    command: Command
    tests: list[tuple[str, Test]] = field(default_factory=list)
    optional: bool = False
    may_end: bool = False


def failure_of(error: HostError, at: int) -> Failure:
    """Translate a host that crashed, hung or refused into a failure."""
    kinds = {"HostHung": "hang", "HostCrashed": "crash", "HostLost": "lost", "LoadRefused": "load"}
    kind = kinds.get(type(error).__name__, "host")
    last = next((r.raw for r in error.caused if r.event == "crash"), {})
    call = f"{error.call.entry}" if error.call is not None else last.get("entry") or "no call"
    return Failure(rule=call, message=str(error), kind=kind, at=at)
