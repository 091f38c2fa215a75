"""What a rule sees and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from resforge.edit.values import Value
from resforge.review.finding import Rule, Severity
from resforge.schema import LoadedResourceType, ResourceType
from resforge.schema.findings import Path


@dataclass(frozen=True, slots=True)
class Remove:
    """Take out the key at `path`."""

    path: Path


@dataclass(frozen=True, slots=True)
class Replace:
    """Write `value` at `path`."""

    path: Path
    value: Value


@dataclass(frozen=True, slots=True)
class EndWithoutLine:
    """Let the text at `path` end without white space, however it is written."""

    path: Path
    value: str


Change = Remove | Replace | EndWithoutLine


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule is broken at `path`; `fix` repairs it without changing what is meant."""

    path: Path
    message: str
    hint: str | None = None
    fix: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A schema under review: its meaning, and what its file says."""

    loaded: LoadedResourceType

    @property
    def type(self) -> ResourceType:
        """The resource type."""
        return self.loaded.resource_type

    def written(self, path: Path) -> Any:
        """The value at `path` as the file has it; None when it leaves it out."""
        value: Any = self.loaded.source.root
        for step in path:
            if isinstance(value, dict):
                value = value.get(str(step))
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def states(self, path: Path) -> bool:
        """Whether the file has a value at `path`."""
        return self.written(path) is not None

    def texts(self) -> Iterator[tuple[Path, str]]:
        """All free texts of the file: descriptions, units, names to show."""
        yield from _texts((), self.loaded.source.root)


_FREE_TEXT = frozenset({"description", "display_name", "vendor", "unit"})


def _texts(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, dict | list):
            yield from _texts((*path, key), item)
        elif key in _FREE_TEXT and isinstance(item, str):
            yield (*path, key), item


Check = Callable[[Subject], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class LintRule:
    """A rule with the function that looks for it."""

    rule: Rule
    check: Check


@dataclass(slots=True)
class RuleBook:
    """Rules of one category, in the order of their definition."""

    category: str
    rules: list[LintRule] = field(default_factory=list)

    def rule(
        self,
        id_: str,
        severity: Severity,
        *,
        summary: str,
        why: str,
        source: str,
        fixable: bool = False,
    ) -> Callable[[Check], Check]:
        """Enter the decorated function under `id_`."""

        def enter(check: Check) -> Check:
            rule = Rule(id_, severity, self.category, summary, why, source, fixable)
            self.rules.append(LintRule(rule, check))
            return check

        return enter
