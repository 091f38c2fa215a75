"""Time limits and poll intervals in force for one resource, in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from resforge.model.rules import TypeTiming

USE_TYPE_VALUE = 0xFFFFFFFF
"""A poll interval of the resource that falls back to the type (`resources-looksalivepollinterval`)."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Effective values of one resource; defaults as documented for resources."""

    looks_alive_interval: int = 5_000
    is_alive_interval: int = 60_000
    pending_timeout: int = 180_000
    deadlock_timeout: int = 300_000
    type_deadlock_timeout: int = 300_000

    @property
    def pending_limit(self) -> int:
        """The lower of PendingTimeout and DeadlockTimeout decides (`resources-pendingtimeout`)."""
        return min(self.pending_timeout, self.deadlock_timeout)

    @classmethod
    def effective(cls, declared: TypeTiming, common: Mapping[str, int] | None = None) -> Timing:
        """Combine the values of the type with common properties of a resource, by Windows name.

        `common` may hold LooksAlivePollInterval, IsAlivePollInterval, PendingTimeout and
        DeadlockTimeout; what is absent comes from the type.
        """
        values = common or {}
        return cls(
            _interval(values.get("LooksAlivePollInterval"), declared.looks_alive_interval),
            _interval(values.get("IsAlivePollInterval"), declared.is_alive_interval),
            values.get("PendingTimeout", declared.pending_timeout),
            values.get("DeadlockTimeout", declared.deadlock_timeout),
            declared.deadlock_timeout,
        )


def _interval(own: int | None, declared: int) -> int:
    return declared if own is None or own in (1, USE_TYPE_VALUE) else own
