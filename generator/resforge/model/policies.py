"""The nine points on which public sources are silent or split, as switches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any


class P1(StrEnum):
    """What follows when Online or Offline has not returned within DeadlockTimeout."""

    TERMINATE_THEN_KILL = "TERMINATE_THEN_KILL"
    KILL = "KILL"


class P2(StrEnum):
    """What follows when the event handle of an online resource is signalled."""

    FAIL_NOW = "FAIL_NOW"
    VERIFY_WITH_ISALIVE = "VERIFY_WITH_ISALIVE"


class P3(StrEnum):
    """ResourceControl that arrives while Online or Offline has not returned."""

    QUEUE = "QUEUE"
    PARALLEL = "PARALLEL"


class P4(StrEnum):
    """Plain Offline reported while online is pending."""

    FAILED = "FAILED"
    OFFLINE = "OFFLINE"


class P5(StrEnum):
    """Scope in which entry points other than Terminate are serialised."""

    RESOURCE = "RESOURCE"
    DLL = "DLL"


class P6(StrEnum):
    """Which CheckPoint of a pending report counts as news."""

    CHANGED = "CHANGED"
    INCREASED = "INCREASED"


class P7(StrEnum):
    """When the first poll after coming online is due."""

    AFTER_INTERVAL = "AFTER_INTERVAL"
    IMMEDIATE = "IMMEDIATE"


class P8(StrEnum):
    """An event that was signalled before the resource reached Online."""

    LATCHED = "LATCHED"
    LOST = "LOST"


class P9(StrEnum):
    """State shown to clients after a failed offline and its Terminate."""

    FAILED = "FAILED"
    OFFLINE = "OFFLINE"


PolicyValue = P1 | P2 | P3 | P4 | P5 | P6 | P7 | P8 | P9


@dataclass(frozen=True, slots=True)
class Policies:
    """One value for each policy; the defaults are those of the reference, section 5.6."""

    p1: P1 = P1.TERMINATE_THEN_KILL
    p2: P2 = P2.FAIL_NOW
    p3: P3 = P3.QUEUE
    p4: P4 = P4.FAILED
    p5: P5 = P5.RESOURCE
    p6: P6 = P6.CHANGED
    p7: P7 = P7.AFTER_INTERVAL
    p8: P8 = P8.LATCHED
    p9: P9 = P9.FAILED

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> Policies:
        """Build from names such as {"P1": "KILL"}.

        Raises:
            ValueError: the name is not P1 to P9, or the value is not one of the policy's.
        """
        return cls(**dict(_parse(name, value) for name, value in values.items()))

    @classmethod
    def from_assignments(cls, assignments: Iterable[str]) -> Policies:
        """Build from texts such as "P1=KILL".

        Raises:
            ValueError: a text has no equals sign, or names an unknown policy or value.
        """
        return cls.from_mapping(dict(_split(text) for text in assignments))

    def as_mapping(self) -> dict[str, str]:
        """Return {"P1": "TERMINATE_THEN_KILL", ...}."""
        return {field.name.upper(): str(getattr(self, field.name)) for field in fields(self)}

    def holds(self, value: PolicyValue) -> bool:
        """Tell whether the policy that `value` belongs to has this value."""
        return bool(getattr(self, type(value).__name__.lower()) == value)


CHOICES: dict[str, type[StrEnum]] = {
    policy.__name__: policy for policy in (P1, P2, P3, P4, P5, P6, P7, P8, P9)
}
"""The enumeration of each policy, by name."""


def _split(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f'policy "{text}" is not of the form P1=KILL')
    return name.strip(), value.strip()


def _parse(name: str, value: str) -> tuple[str, Any]:
    choices = CHOICES.get(name.upper())
    if choices is None:
        raise ValueError(f'unknown policy "{name}", expected P1 to P9')
    if value.upper() not in {choice.value for choice in choices}:
        allowed = ", ".join(choice.value for choice in choices)
        raise ValueError(f'policy {name.upper()} has no value "{value}", expected one of {allowed}')
    return name.lower(), choices(value.upper())
