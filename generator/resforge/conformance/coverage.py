"""Which transitions of the contract a run took, and why others cannot be taken by this type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from resforge.model.rules import TypeModel
from resforge.model.transitions import TRANSITIONS

__all__ = ["Coverage", "measure", "shown", "unreachable"]

_ALWAYS = {
    "T-01": "the host is started by the tool, not by RCM",
    "T-02": "a DLL that loads cannot show it",
    "T-22": "the worker waits until its entry point has returned",
    "T-24": "the runtime never repeats a CheckPoint",
    "T-27": "the runtime never reports these states from Online",
    "T-40": "SignalFailure needs version 2 of the interface",
    "T-41": "SignalFailure needs version 2 of the interface",
    "T-44": "the runtime never reports while Online",
    "T-59": "the runtime reports nothing once it was told to stop",
    "T-63": "no exception leaves an entry point of the runtime",
    "T-65": "a node cannot be crashed",
    "T-71": "Cancel needs version 2 of the interface",
    "T-72": "Cancel needs version 2 of the interface",
    "T-73": "the type is not quorum-capable",
    "T-74": "the type is not quorum-capable",
    "T-75": "the type is not quorum-capable",
    "T-76": "the type is not quorum-capable",
    "T-82": "the runtime returns ERROR_IO_PENDING from Online and Offline only",
    "T-83": "the runtime has no worker after a synchronous Online",
}


_SHOWN_BY_CHECKS = frozenset(
    {"T-03", "T-04", "T-30", "T-64", "T-69", "T-77", "T-78", "T-79", "T-80", "T-81"}
)
"""Rows that leave the state as it is: no record names them, the checks of a scenario do."""


def shown(covers: Iterable[str]) -> frozenset[str]:
    """Return the transitions that a scenario shows by its checks, given what it covers."""
    return _SHOWN_BY_CHECKS & frozenset(covers)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Transitions by id: taken, missed although they can be taken, and out of reach with why."""

    covered: tuple[str, ...]
    missed: tuple[str, ...]
    unreachable: dict[str, str]

    @property
    def reachable(self) -> int:
        """How many transitions a DLL of this type can show."""
        return len(self.covered) + len(self.missed)


def unreachable(model: TypeModel) -> dict[str, str]:
    """Return the transitions that this type cannot show, with the reason."""
    found = dict(_ALWAYS)
    rows: tuple[str, ...]
    if model.pending_online:
        found |= dict.fromkeys(
            ("T-15", "T-18", "T-19", "T-20", "T-21"), "Online of this type pends"
        )
    else:
        rows = ("T-16", "T-23", "T-25", "T-26", "T-28", "T-29", "T-30", "T-31")
        found |= dict.fromkeys(rows, "Online of this type does not pend")
    if model.pending_offline:
        found |= dict.fromkeys(("T-46", "T-48", "T-49"), "Offline of this type pends")
    else:
        rows = ("T-47", "T-50", "T-51", "T-52", "T-53")
        found |= dict.fromkeys(rows, "Offline of this type does not pend")
    if model.pending_online and model.pending_offline:
        found["T-57"] = "no hook runs inside Online or Offline of this type"
    if model.failure_detection == "event_handle":
        found |= dict.fromkeys(("T-32", "T-34"), "an event handle switches LooksAlive off")
    else:
        rows = ("T-39", "T-55")
        found |= dict.fromkeys(rows, "failures are not detected by an event handle")
    if model.failure_detection == "cached_health":
        found |= {"T-38": "polls answer from cached health"}
    found |= _without_codes(model)
    return found


def _without_codes(model: TypeModel) -> dict[str, str]:
    scopes = {code.scope for code in model.control_codes}
    found = {}
    if "resource" not in scopes:
        found["T-70"] = "there are no control codes for resources"
    if "resource_type" not in scopes:
        found["T-66"] = "there are no control codes for the type"
    return found


def measure(model: TypeModel, taken: Iterable[str]) -> Coverage:
    """Sort all transitions of the table by what a run took."""
    ids = sorted({transition.id for transition in TRANSITIONS})
    seen = set(taken)
    out_of_reach = {i: why for i, why in unreachable(model).items() if i in ids and i not in seen}
    return Coverage(
        covered=tuple(i for i in ids if i in seen),
        missed=tuple(i for i in ids if i not in seen and i not in out_of_reach),
        unreachable=out_of_reach,
    )
