"""A resource in a scenario: the commands it takes, and what is expected of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from resforge.conformance import values
from resforge.conformance.history import History
from resforge.model.properties import View, same_name
from resforge.model.rules import Value
from resforge.model.states import RhsState
from resforge.model.wire import RegistryValue
from resforge.names import ordinal_key
from resforge.rhs.records import (
    Call,
    CallReturn,
    HookStep,
    LogEntry,
    Record,
    StateChange,
    StatusReport,
    of_type,
)
from resforge.rhs.session import Reply

if TYPE_CHECKING:
    from resforge.conformance.player import Player

__all__ = ["Actor", "asleep", "step"]

_LONGEST_SLEEP = 0xFFFFFFFE
"""Milliseconds that Sleep takes; the next number means for ever (`nf-synchapi-sleep`)."""


def step(kind: str, /, **arguments: Any) -> dict[str, Any]:
    """Return one step of a script, for example ``step("wait", ms=1000)``."""
    return {"step": kind, **arguments}


def asleep(milliseconds: int) -> list[dict[str, Any]]:
    """Return steps that listen to nothing for so long, which may be more than Sleep can take."""
    full, rest = divmod(milliseconds, _LONGEST_SLEEP)
    return [step("sleep", ms=ms) for ms in [*[_LONGEST_SLEEP] * full, rest]]


def enumeration_key(name: str) -> bytes:
    """Return what the emulated database orders value names by: upper case, UTF-16 units."""
    return ordinal_key(name).encode("utf-16-be", "surrogatepass")


class Actor:
    """One resource of a scenario."""

    def __init__(
        self,
        player: Player,
        name: str,
        type_name: str,
        private: Sequence[Mapping[str, Any]] | None,
        common: Mapping[str, int] | None,
    ) -> None:
        self.player = player
        self.name = name
        self.type_name = type_name
        self.common = dict(common or {})
        self.private = list(values.starting_values(player.model) if private is None else private)
        self.stored: dict[str, RegistryValue] = values.as_stored(self.private)
        self.in_memory: dict[str, Value] = {}
        self.opened = False
        self.gone = False
        """Closed behind the back of RHS, which must not call it any more."""

    # Commands.

    def create(self, **more: Any) -> Reply:
        """Make the resource known to the cluster."""
        arguments = {"resource": self.name, "type": self.type_name, "private": self.private, **more}
        if self.common:
            arguments["common"] = self.common
        return self.player.send("create_resource", **arguments)

    def send(self, command: str, /, **arguments: Any) -> Reply:
        """Send a command that concerns this resource."""
        return self.player.send(command, resource=self.name, **arguments)

    def open(self) -> Reply:
        """Open the instance, with nothing in memory yet, and expect it to be there, offline."""
        self.in_memory = {}
        reply = self.send("open")
        self.must_be("T-06", "Offline")
        self.opened = True
        return reply

    def online(self, **options: Any) -> Reply:
        """Ask RHS to bring the resource online."""
        return self.send("online", **options)

    def offline(self, **options: Any) -> Reply:
        """Ask RHS to take the resource offline."""
        return self.send("offline", **options)

    def terminate(self, **options: Any) -> Reply:
        """Ask RHS for a forced stop."""
        return self.send("terminate", **options)

    def close(self, **options: Any) -> Reply:
        """Ask RHS to close the instance."""
        reply = self.send("close", **options)
        self.opened = False
        return reply

    def direct(self, entry: str, *, resid: str = "live", **arguments: Any) -> Reply:
        """Call an entry point of the DLL directly, past the state machine of RHS."""
        return self.send("call", entry=entry, resid=resid, **arguments)

    def control(
        self, code: int, data: bytes | None = None, size: int = 65536, **more: Any
    ) -> Reply:
        """Send a control code with an input and room for `size` bytes of output."""
        shown = None if data is None else data.hex()
        return self.send("control", code=code, input=shown, output_size=size, **more)

    def script(self, hook: str, *steps: Mapping[str, Any], repeat: bool = False) -> None:
        """Tell a hook of this resource what to do when it is called next."""
        self.player.script(self.name, hook, *steps, repeat=repeat)

    def go_online(self, **options: Any) -> Reply:
        """Bring the resource online with hooks that succeed at once."""
        reply = self.online(**options)
        self.must_be("T-15" if not self.player.model.pending_online else "T-25", "Online")
        return reply

    def ready(self) -> Actor:
        """Open the instance and bring it online."""
        self.open()
        self.go_online()
        return self

    def rest(self) -> None:
        """Stop and close the instance whatever state it is in."""
        state = self.player.session.states.get(self.name, "NotLoaded")
        if self.gone or state in ("NotLoaded", "Closed", "Lost"):
            return
        if state != "Offline":
            self.send("terminate", optional=True)
        self.send("close", optional=True)
        if self.player.session.time == "real":
            self.send("await", rhs=["Closed"], limit_ms=10_000)
        elif self.player.session.states.get(self.name) == "Closing":
            self.player.advance(self.player.model.timing.budgets.close)

    # What is known.

    def view(self, state: RhsState | None = None) -> View:
        """Return what the DLL sees of this resource."""
        seen = self.player.session.states.get(self.name, "Offline")
        stored = dict(sorted(self.stored.items(), key=lambda item: enumeration_key(item[0])))
        return View(state=state or RhsState(seen), stored=stored, in_memory=dict(self.in_memory))

    def put(self, name: str, number: int, data: bytes, **more: Any) -> Reply:
        """Write a value into the resource's Parameters key behind the DLL's back."""
        self.remember(name, RegistryValue(number, data))
        return self.player.send(
            "set_value",
            resource=self.name,
            key="Parameters",
            name=name,
            type=number,
            hex=data.hex(),
            **more,
        )

    def remember(self, name: str, value: RegistryValue) -> None:
        """Note a value that is in the database now; the spelling of an existing name is kept."""
        spelled = next((key for key in self.stored if same_name(key, name)), name)
        self.stored[spelled] = value

    def picked(self, records: Sequence[Record], kind: type[Any]) -> list[Any]:
        """Return the records of one kind that belong to this resource."""
        found: list[Any] = of_type(records, kind, self.name)
        return found

    # Expectations, each a check that can be repeated.

    def must_be(self, rule: str, rhs: str, rcm: str | None = None) -> None:
        """Expect the latest state of the resource."""

        def test(history: History) -> str | None:
            changes = self.picked(history.records, StateChange)
            seen = (changes[-1].rhs, changes[-1].rcm) if changes else ("no state", "none")
            if seen[0] == rhs and (rcm is None or seen[1] == rcm):
                return None
            wanted = rhs if rcm is None else f"{rhs}/{rcm}"
            return f"expected state {wanted}, saw {'/'.join(seen)}"

        self.player.check(rule, test)

    def must_return(self, rule: str, entry: str, expected: Any) -> None:
        """Expect the result of the latest return of an entry point in the latest reply."""

        def test(history: History) -> str | None:
            returned = [
                r for r in self.picked(history.last.records, CallReturn) if r.entry == entry
            ]
            if not returned:
                return f"expected {entry} to return {expected}, but it did not return"
            if returned[-1].result == expected:
                return None
            return f"expected {entry} to return {expected}, saw {returned[-1].result}"

        self.player.check(rule, test)

    def must_call(self, rule: str, *entries: str) -> None:
        """Expect exactly these calls into the DLL, in this order, in the latest reply."""

        def test(history: History) -> str | None:
            seen = tuple(c.entry for c in self.picked(history.last.records, Call))
            if seen == entries:
                return None
            return f"expected the calls {_list(entries)}, saw {_list(seen)}"

        self.player.check(rule, test)

    def must_report(self, rule: str, *states: int) -> None:
        """Expect exactly these states in SetResourceStatus calls of the latest reply."""

        def test(history: History) -> str | None:
            seen = tuple(s.state for s in self.picked(history.last.records, StatusReport))
            if seen == states:
                return None
            return f"expected the reports {_list(states)}, saw {_list(seen)}"

        self.player.check(rule, test)

    def must_count(self, rule: str, *checkpoints: int) -> None:
        """Expect exactly these CheckPoints in SetResourceStatus calls of the latest reply."""

        def test(history: History) -> str | None:
            seen = tuple(s.checkpoint for s in self.picked(history.last.records, StatusReport))
            if seen == checkpoints:
                return None
            return f"expected the CheckPoints {_list(checkpoints)}, saw {_list(seen)}"

        self.player.check(rule, test)

    def must_enter(self, rule: str, hook: str, times: int = 1) -> None:
        """Expect that a hook was entered so many times during the latest command."""

        def test(history: History) -> str | None:
            steps = self.picked(history.last.records, HookStep)
            seen = sum(s.hook == hook and s.what == "enter" for s in steps)
            if seen == times:
                return None
            return f"expected the hook {hook} to be entered {times} times, saw {seen}"

        self.player.check(rule, test)

    def must_take(self, rule: str, transition: str) -> None:
        """Expect that RHS took a transition during the latest command."""

        def test(history: History) -> str | None:
            seen = [s.transition for s in self.picked(history.last.records, StateChange)]
            if transition in seen:
                return None
            return f"expected transition {transition}, saw {_list(seen)}"

        self.player.check(rule, test)

    def must_log_nothing_bad(self, rule: str) -> None:
        """Expect no warning and no error in the log so far."""

        def test(history: History) -> str | None:
            entries = [e.text for e in self.picked(history.records, LogEntry) if e.level > 0]
            return f"nothing went wrong, but the log says {entries[0]!r}" if entries else None

        self.player.check(rule, test)

    def must_log(self, rule: str, level: int, text: str = "") -> None:
        """Expect a log entry of this level (0 to 3) with a text, in the latest reply or before."""

        def test(history: History) -> str | None:
            entries = self.picked(history.records, LogEntry)
            found = any(entry.level == level and text in entry.text for entry in entries)
            return None if found else f"expected a log entry of level {level} {text}".rstrip()

        self.player.check(rule, test)


def _list(items: Sequence[Any]) -> str:
    return ", ".join(str(item) for item in items) or "none"
