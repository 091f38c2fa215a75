"""The simulated RHS as an author's test sees it: resources that are opened, brought online, asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from resforge.conformance.hosts import DEFAULT_POLICIES, Target, preamble
from resforge.conformance.values import as_private
from resforge.model.rules import ControlCodeRule, PropertyRule, TypeModel, Value
from resforge.rhs.records import CallReturn, Leak, LogEntry, Record, Violation, of_type
from resforge.rhs.session import HostError, Reply, Session
from resforge.schema.wording import nearest

__all__ = ["ControlAnswer", "SimulatedResource", "SimulatedRhs"]

__tracebackhide__ = True
"""pytest shows where the author's test failed, and not how that was found out here."""

PATIENCE = 60_000
"""How long a state may take to be reached, in milliseconds, where a test gives no limit."""


@dataclass(frozen=True, slots=True)
class ControlAnswer:
    """The answer to a control code: its Win32 status, and the bytes that it returned."""

    status: int
    output: bytes


class SimulatedRhs:
    """A running simulated RHS with the resource type of a project loaded.

    Its resources have the DLL's own hooks. In real time a hook does what it does in production:
    it starts processes, opens sockets and waits. In virtual time waits take no time.
    """

    def __init__(
        self,
        target: Target,
        model: TypeModel,
        *,
        time: Literal["real", "virtual"] = "real",
        seed: int = 0,
        policies: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare; the process starts on entering the context."""
        self.model = model
        self.records: list[Record] = []
        """Everything that has happened so far, oldest first."""
        self._target = target
        self._session = Session(
            target.host,
            runner=target.runner,
            time=time,
            seed=seed,
            policies={**DEFAULT_POLICIES, **(policies or {})},
            limit=max(target.limit, PATIENCE / 1000 + 5),
            environment=target.environment,
        )
        self._resources = 0

    def __enter__(self) -> Self:
        self._session.start()
        for command in preamble(self._target, self.model):
            arguments = dict(command)
            reply = self.command(arguments.pop("command"), **arguments)
            refused = reply.result.get("text") or reply.result.get("status")
            assert not refused, f"the DLL cannot be loaded: {refused}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.records += self._session.close()
        if kind is None:
            wrong = self.violations
            assert not wrong, "the contract was broken:\n" + "\n".join(wrong)

    @property
    def violations(self) -> list[str]:
        """What broke the contract so far, and what was left behind at the end."""
        broken = [f"{r.raw['rule']}: {r.raw['text']}" for r in of_type(self.records, Violation)]
        left = [f"left behind: {r.kind} {r.text}" for r in of_type(self.records, Leak)]
        return broken + left

    @property
    def log(self) -> list[str]:
        """The texts that the DLL wrote with LogEvent."""
        return [entry.text for entry in of_type(self.records, LogEntry)]

    def command(self, name: str, /, **arguments: Any) -> Reply:
        """Send a command of the host's protocol and keep its records.

        Raises HostError (resforge.rhs.session) when the host refuses it, crashes or hangs; the
        message names the entry point and the state.
        """
        try:
            reply = self._session.command(name, **arguments)
        except HostError as error:
            self._keep(error.caused)
            raise error.with_traceback(None) from None
        self._keep(reply.records)
        return reply

    def _keep(self, records: Iterable[Record]) -> None:
        """Keep records, and print the DLL's log, which pytest then shows beside a failure."""
        new = list(records)
        self.records += new
        for entry in of_type(new, LogEntry):
            print(f"{entry.time} ms, {entry.resource or 'no resource'}: {entry.text}")

    def resource(
        self,
        name: str | None = None,
        /,
        *,
        common: Mapping[str, int] | None = None,
        **properties: Value,
    ) -> SimulatedResource:
        """Create a resource with these private properties and open it.

        `common` holds common properties such as IsAlivePollInterval, in milliseconds. Raises
        ValueError for a property that the type does not have.
        """
        self._resources += 1
        name = name or f"{self.model.name} {self._resources}"
        known = {key: self._property(key) for key in properties}
        private = [as_private(known[key], value) for key, value in properties.items()]
        arguments: dict[str, Any] = {"common": dict(common)} if common else {}
        self.command(
            "create_resource", resource=name, type=self.model.name, private=private, **arguments
        )
        resource = SimulatedResource(self, name)
        resource.send("open")
        return resource

    def state_of(self, resource: str) -> str:
        """The state of a resource in RHS, for example "Online"; "NotLoaded" before Open."""
        return self._session.states.get(resource, "NotLoaded")

    def advance(self, milliseconds: int) -> None:
        """Let time pass: really, or at once in virtual time."""
        self.command("advance", ms=milliseconds)

    def _property(self, name: str) -> PropertyRule:
        found = {rule.name: rule for rule in self.model.properties}
        if name in found:
            return found[name]
        raise ValueError(_unknown("private property", name, list(found)))

    def code(self, name: str) -> ControlCodeRule:
        """The control code of this name; raises ValueError when there is none."""
        found = {rule.name: rule for rule in self.model.control_codes}
        if name in found:
            return found[name]
        raise ValueError(_unknown("control code", name, list(found)))


class SimulatedResource:
    """One resource in the simulated RHS."""

    def __init__(self, rhs: SimulatedRhs, name: str) -> None:
        """Belong to `rhs`; made by SimulatedRhs.resource."""
        self._rhs = rhs
        self.name = name

    @property
    def state(self) -> str:
        """The state in RHS, for example "Online", "OnlinePending" or "Offline"."""
        return self._rhs.state_of(self.name)

    def send(self, command: str, /, **arguments: Any) -> Reply:
        """Send a command of the host's protocol that concerns this resource."""
        return self._rhs.command(command, resource=self.name, **arguments)

    def online(self, *, limit: int = PATIENCE) -> str:
        """Ask for Online, wait until it has ended, and return the state: "Online" or "Offline"."""
        self.send("online")
        return self.wait_for("Online", "Offline", limit=limit)

    def offline(self, *, limit: int = PATIENCE) -> str:
        """Ask for Offline, wait until it has ended, and return the state."""
        self.send("offline")
        return self.wait_for("Offline", limit=limit)

    def terminate(self, *, limit: int = PATIENCE) -> str:
        """Ask for a forced stop, wait until it has ended, and return the state."""
        self.send("terminate")
        return self.wait_for("Offline", limit=limit)

    def wait_for(self, *states: str, limit: int = PATIENCE) -> str:
        """Wait until one of the states is reached or the limit in milliseconds has passed."""
        self.send("await", rhs=list(states), limit_ms=limit)
        return self.state

    def is_alive(self) -> bool:
        """Call IsAlive at once, whatever the poll interval."""
        return self._poll("IsAlive")

    def looks_alive(self) -> bool:
        """Call LooksAlive at once, whatever the poll interval."""
        return self._poll("LooksAlive")

    def _poll(self, entry: str) -> bool:
        reply = self.send("call", entry=entry, resid="live")
        returned = of_type(reply.records, CallReturn, self.name)
        answers = [record.result for record in returned if record.entry == entry]
        assert answers, f"{entry} of {self.name} does not return; state {self.state}"
        return bool(answers[-1])

    def control(
        self, code: str | int, data: bytes | None = None, *, size: int = 65_536
    ) -> ControlAnswer:
        """Send a control code, by its name in the schema or by its number.

        `data` is the input, `size` the room for the output in bytes.
        """
        number = self._rhs.code(code).value if isinstance(code, str) else code
        shown = None if data is None else data.hex()
        reply = self.send("control", code=number, input=shown, output_size=size)
        returned = of_type(reply.records, CallReturn, self.name)
        output = returned[-1].output if returned else None
        return ControlAnswer(int(reply.result["status"]), output or b"")


def _unknown(kind: str, name: str, known: list[str]) -> str:
    close = nearest(name, known)
    hint = f'; did you mean "{close}"?' if close else f" (there are: {', '.join(known) or 'none'})"
    return f'the resource type has no {kind} "{name}"{hint}'
