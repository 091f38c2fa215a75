"""Timeouts and poll intervals, in milliseconds once read."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from resforge.schema.base import Duration, SchemaModel

DEFAULT_PENDING = 180_000
DEFAULT_LOOKS_ALIVE = 5_000
DEFAULT_IS_ALIVE = 60_000
SHORTEST_HEALTH = 1_000


def _third_of_pending(data: dict[str, Any]) -> int:
    pending: int = data.get("pending_timeout", DEFAULT_PENDING)
    return max(1, pending // 3)


def _default_health_interval(data: dict[str, Any]) -> int:
    looks_alive: int = data.get("looks_alive_interval", DEFAULT_LOOKS_ALIVE)
    is_alive: int = data.get("is_alive_interval", DEFAULT_IS_ALIVE)
    return min(max(looks_alive, SHORTEST_HEALTH), is_alive)


def _budget(entry: str) -> Any:
    return Field(
        default=300,
        description=f"Time in which {entry} returns.",
        examples=["300ms"],
        json_schema_extra={"default": "300ms"},
    )


class Budgets(SchemaModel):
    """Time that each entry point may take; Windows asks for 300 ms.

    The figure stands on the pages of the entry points, for example `nc-resapi-popen_routine`.
    """

    open: Duration = _budget("Open")
    close: Duration = _budget("Close")
    online: Duration = _budget("Online")
    offline: Duration = _budget("Offline")
    terminate: Duration = _budget("Terminate")
    looks_alive: Duration = _budget("LooksAlive")
    is_alive: Duration = _budget("IsAlive")
    control: Duration = _budget("ResourceControl or ResourceTypeControl")


class Timeouts(SchemaModel):
    """Timeouts and poll intervals of the resource type.

    All attributes are milliseconds.
    """

    looks_alive_interval: Duration = Field(
        default=DEFAULT_LOOKS_ALIVE,
        description="Time between two quick health checks (LooksAlivePollInterval of the type).",
        examples=["5s"],
        json_schema_extra={"default": "5s"},
    )
    is_alive_interval: Duration = Field(
        default=DEFAULT_IS_ALIVE,
        description="Time between two thorough health checks (IsAlivePollInterval of the type).",
        examples=["60s"],
        json_schema_extra={"default": "60s"},
    )
    pending_timeout: Duration = Field(
        default=DEFAULT_PENDING,
        description="Longest silence of a pending Online or Offline before the resource fails "
        "(PendingTimeout), 10ms or more and not above deadlock_timeout.",
        examples=["3min"],
        json_schema_extra={"default": "3min"},
    )
    deadlock_timeout: Duration = Field(
        default=300_000,
        description="Longest time that one call into the DLL may take before the host process is "
        "ended (DeadlockTimeout of the type), 30s or more.",
        examples=["5min"],
        json_schema_extra={"default": "5min"},
    )
    heartbeat: Duration = Field(
        default_factory=_third_of_pending,
        description="Time between two progress reports of a pending Online or Offline; a third of "
        "pending_timeout when left out, and not above it.",
        examples=["60s"],
    )
    health_interval: Duration = Field(
        default_factory=_default_health_interval,
        description="Time between two runs of check_health, for failure_detection cached_health "
        "only; the shorter of the two poll intervals when left out, but not below 1s, and not "
        "above is_alive_interval.",
        examples=["5s"],
    )
    budgets: Budgets = Field(
        default=Budgets(),
        description="Time in which each entry point returns.",
        examples=[{"online": "200ms"}],
    )
