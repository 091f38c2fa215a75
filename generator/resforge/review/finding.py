"""Rules, and what was found by them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs, the heaviest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    def reaches(self, limit: Severity) -> bool:
        """Whether it weighs as much as `limit`, or more."""
        order = list(Severity)
        return order.index(self) <= order.index(limit)


@dataclass(frozen=True, slots=True)
class Rule:
    """Something to look for.

    `id` never changes once released. `summary` says in one sentence what a schema must be like,
    `why` what happens otherwise. `source` names the documentation page or header that says so; a
    rule of our own judgement has "resforge" there.
    """

    id: str
    severity: Severity
    category: str
    summary: str
    why: str
    source: str
    fixable: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Line and column count from 1; a column counts characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found.

    `hint` is short advice. `fixable` says that `--fix` can repair it. `present` is a place in a
    file that exists, for readers of reports who cannot open `place` (a former version in git).
    """

    rule: Rule
    message: str
    place: Place
    hint: str | None = None
    fixable: bool = False
    present: Place | None = None

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.place}: {self.rule.severity}: {self.message}{hint} [{self.rule.id}]"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that the schema suppresses, and its reason."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """What was found in one run, in the order of files and places."""

    findings: tuple[Finding, ...]
    accepted: tuple[Accepted, ...] = ()

    def fails(self, limit: Severity) -> bool:
        """Whether any finding weighs as much as `limit`, or more."""
        return any(finding.rule.severity.reaches(limit) for finding in self.findings)
