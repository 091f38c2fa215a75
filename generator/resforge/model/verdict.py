"""Outcome of judging a trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from resforge.model.rules import TypeModel

Record = Mapping[str, Any]
"""One record of the simulated RHS, as read from its JSON line."""


@dataclass(frozen=True, slots=True)
class ResourceSetup:
    """How one resource was created: its type, and common properties by their Windows names.

    `common` may hold LooksAlivePollInterval, IsAlivePollInterval, PendingTimeout and
    DeadlockTimeout in milliseconds.
    """

    model: TypeModel
    common: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the model accepts a trace, or the first record that it forbids.

    `index` counts from 0 in the records given; it is their number when the trace ends although
    the model demands something more. `rule` is a transition ("T-15"), an invariant ("I-6") or a
    section ("5.2"). `expected` describes the records that would have been accepted. `covered`
    holds the transitions taken up to there. `side` is "dll" when the resource DLL broke the rule
    and "host" when RHS did. `violations` lists what the DLL must not do although RHS copes.
    """

    accepted: bool
    covered: frozenset[str] = frozenset()
    index: int | None = None
    record: Record | None = None
    rule: str = ""
    text: str = ""
    expected: tuple[str, ...] = ()
    side: str = ""
    violations: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether the trace is accepted."""
        return self.accepted
