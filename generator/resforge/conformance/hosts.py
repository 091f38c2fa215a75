"""Host processes for scenarios: started when needed, reused while healthy, thrown away after trouble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from resforge.model.rules import TypeModel
from resforge.rhs.records import Record
from resforge.rhs.session import HostError, Reply, Session

__all__ = ["Hosts", "LoadRefused", "Target", "common_properties", "preamble"]


@dataclass(frozen=True, slots=True)
class Target:
    """What is verified: the host executable, the DLL, and how both are started.

    `name` is "native" or "windows"; `limit` is the wall-clock limit of one command in seconds;
    `maximum_version` is the highest version of the Resource API that Startup is offered.
    """

    host: Path
    dll: Path
    runner: tuple[str, ...] = ()
    name: str = "native"
    limit: float = 20.0
    environment: Mapping[str, str] = field(default_factory=dict)
    maximum_version: int = 0x100

    @property
    def dll_path(self) -> str:
        """The path of the DLL as the host understands it."""
        path = self.dll.resolve()
        return f"Z:{path}".replace("/", "\\") if self.runner else str(path)


def preamble(target: Target, model: TypeModel) -> list[dict[str, Any]]:
    """Return the commands that make the type known and load the DLL for it."""
    return [
        {"command": "create_type", "type": model.name, "common": common_properties(model)},
        {
            "command": "load",
            "dll": target.dll_path,
            "type": model.name,
            "maximum_version": target.maximum_version,
        },
    ]


def common_properties(model: TypeModel) -> dict[str, int]:
    """Return the common properties of the type, in milliseconds."""
    timing = model.timing
    return {
        "LooksAlivePollInterval": timing.looks_alive_interval,
        "IsAlivePollInterval": timing.is_alive_interval,
        "PendingTimeout": timing.pending_timeout,
        "DeadlockTimeout": timing.deadlock_timeout,
    }


class LoadRefused(HostError):
    """The host could not load the DLL, or its Startup refused the type."""


class Hosts:
    """Gives out sessions, one process at a time."""

    def __init__(
        self,
        target: Target,
        model: TypeModel,
        *,
        seed: int,
        time: Literal["virtual", "real"] = "virtual",
    ) -> None:
        self.target = target
        self.model = model
        self.seed = seed
        self.time = time
        self.started = 0
        self.scenarios_played = 0
        self._session: Session | None = None
        self._policies: dict[str, str] = {}

    def session(self, policies: Mapping[str, str]) -> Session:
        """Return a running host with the DLL loaded under these policies.

        Raises HostError when the host cannot load the DLL, OSError when it cannot be started.
        """
        if self._session is not None and self._session.ended:
            self.discard()
        if self._session is None:
            self._session = self.start(policies)
            self._policies = dict(policies)
        self._switch(self._session, policies)
        self.scenarios_played += 1
        return self._session

    def start(self, policies: Mapping[str, str]) -> Session:
        """Start a host and play the preamble on it."""
        target = self.target
        session = Session(
            target.host,
            runner=target.runner,
            time=self.time,
            seed=self.seed,
            policies=policies,
            limit=target.limit,
            environment=target.environment,
        )
        session.start()
        self.started += 1
        self.scenarios_played = 0
        try:
            for command in preamble(target, self.model):
                arguments = dict(command)
                _expect_loaded(session.command(arguments.pop("command"), **arguments))
        except BaseException:
            session.close()
            raise
        return session

    def _switch(self, session: Session, policies: Mapping[str, str]) -> None:
        if dict(policies) == self._policies:
            return
        defaults = {name: DEFAULT_POLICIES[name] for name in self._policies}
        chosen: dict[str, Any] = {**defaults, **policies}
        session.command("policies", **chosen)
        self._policies = dict(policies)

    def discard(self) -> tuple[tuple[Record, ...], HostError | None]:
        """End the current process, if any; return its last records, and why it ended badly."""
        session, self._session = self._session, None
        self._policies = {}
        if session is None:
            return (), None
        return session.close(), session.unclean_end


def _expect_loaded(reply: Reply) -> None:
    status = reply.result.get("status", 0)
    if reply.command["command"] != "load" or status == 0:
        return
    text = reply.result.get("text") or f"Startup returned {status}"
    raise LoadRefused(
        f"the DLL cannot be loaded: {text}", command=reply.command, records=reply.records
    )


DEFAULT_POLICIES = {
    "P1": "TERMINATE_THEN_KILL",
    "P2": "FAIL_NOW",
    "P3": "QUEUE",
    "P4": "FAILED",
    "P5": "RESOURCE",
    "P6": "CHANGED",
    "P7": "AFTER_INTERVAL",
    "P8": "LATCHED",
    "P9": "FAILED",
}
"""The values that the contract recommends (section 5.6)."""
