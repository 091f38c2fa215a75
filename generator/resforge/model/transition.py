"""One row of the transition table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from resforge.model.draft import Draft
from resforge.model.guards import Situation, always
from resforge.model.policies import PolicyValue
from resforge.model.states import RhsState
from resforge.model.triggers import Trigger

Guard = Callable[[Situation], bool]
Effect = Callable[[Draft], None]


class Evidence(StrEnum):
    """How well a row is supported."""

    STATED = "stated"
    INFERRED = "inferred"
    PARTLY = "stated / inferred"
    CONTRADICTORY = "contradictory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """From one of `states`, on `trigger`, when `guard` and `policy` hold, to `target`.

    A `target` of None leaves the state as it is. Several rows share an id where the reference's
    row has cases. `event`, `action`, `evidence` and `source` are for readers; `source` names
    documentation pages or the keys of `SOURCES`.
    """

    id: str
    states: tuple[RhsState, ...]
    trigger: Trigger
    target: RhsState | None
    event: str
    action: str
    source: str
    evidence: Evidence = Evidence.INFERRED
    guard: Guard = always
    policy: PolicyValue | None = None
    effects: tuple[Effect, ...] = ()

    def applies(self, trigger: Trigger, situation: Situation) -> bool:
        """Tell whether this row answers the situation."""
        return (
            trigger is self.trigger
            and situation.resource.state in self.states
            and (self.policy is None or situation.policies.holds(self.policy))
            and self.guard(situation)
        )

    @property
    def condition(self) -> str:
        """Guard and policy in words, "" when there is none."""
        guard = "" if self.guard is always else (self.guard.__doc__ or "").strip().rstrip(".")
        policy = "" if self.policy is None else f"{type(self.policy).__name__}={self.policy}"
        return "; ".join(part for part in (guard, policy) if part)


SOURCES: dict[str, str] = {
    "B2": "Creating a Cluster Resource DLL, part 2 (2010)",
    "B3": "Creating a Cluster Resource DLL, part 3 (2010)",
    "B4": "Creating a Cluster Resource DLL, part 4 (2010)",
    "UNRESP": "Understanding how Failover Clustering recovers from unresponsive resources (2013)",
    "EVT": "Failover Clustering system log events",
    "BC9E": "Bug check 0x9E, user mode health monitor",
    "BC166": "Bug check 0x166, cluster resource call timeout live dump",
    "CMRP": "[MS-CMRP] Failover Cluster Management API protocol",
    "LOGAG": "published incident analysis of an availability group, 2018, with cluster log",
    "AHAG": "support article on availability group health, with cluster log",
    "LOGQ": "published quorum incident analysis, 2020, with cluster log",
    "SAMPLE": "Windows SDK sample ClipBook Server",
    "WER": "Troubleshooting a Failover Cluster using WER reports",
}
"""Sources that are not pages of the documentation, by the key used in `Transition.source`."""
