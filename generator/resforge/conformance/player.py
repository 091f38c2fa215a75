"""Plays a scenario: sends commands, makes checks, and remembers both for replay and shrinking."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from resforge.conformance.actor import Actor
from resforge.conformance.history import CheckFailed, Failure, History, Step, Test, failure_of
from resforge.conformance.scenario import Scenario
from resforge.model.rules import TypeModel
from resforge.rhs.session import CommandRefused, HostError, HostLost, Reply, Session

__all__ = ["Player", "first_difference", "run_tests", "shown"]

_SHOWN_BYTES = 80
"""How many bytes of a long byte string a report shows."""


class Player:
    """One run of one scenario on one host.

    `dll` is the path of the DLL as the host understands it, `library` the same for this process;
    `model` describes the resource type, `random` gives the scenario's own random numbers,
    `steps` is what was done so far, `checks` counts the checks that held.
    """

    def __init__(
        self,
        session: Session,
        model: TypeModel,
        scenario: Scenario,
        *,
        seed: int,
        prefix: str,
        library: Path,
        dll: str = "",
        examples: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.session = session
        self.model = model
        self.scenario = scenario
        self.random = random.Random(f"{seed}:{scenario.id}")
        self.steps: list[Step] = []
        self.history = History()
        self.checks = 0
        self.lost: HostLost | None = None
        self.actors: list[Actor] = []
        self.dll = dll
        self.library = library
        self.examples = list(examples)
        self.notes: list[str] = []
        self._prefix = prefix

    def send(
        self, command: str, /, *, optional: bool = False, may_end: bool = False, **arguments: Any
    ) -> Reply:
        """Send a command; any trouble with the host fails the scenario."""
        step = Step({"command": command, **arguments}, optional=optional, may_end=may_end)
        self.steps.append(step)
        reply = perform(self.session, step, len(self.steps) - 1)
        if isinstance(reply, HostLost):
            self.lost = reply
            reply = Reply(step.command, reply.caused)
        self.history.add(reply)
        return reply

    def check(self, rule: str, test: Test) -> None:
        """Make one check now; it is repeated whenever this step is played again."""
        self.steps[-1].tests.append((rule, test))
        run_tests([(rule, test)], self.history, len(self.steps) - 1)
        self.checks += 1

    def equal(self, rule: str, what: str, get: Callable[[History], Any], expected: Any) -> None:
        """Check a value that `get` reads from the history."""

        def test(history: History) -> str | None:
            actual = get(history)
            if actual == expected:
                return None
            start = first_difference(expected, actual)
            return f"{what}: expected {shown(expected, start)}, saw {shown(actual, start)}"

        self.check(rule, test)

    def resource(
        self,
        name: str | None = None,
        *,
        private: Sequence[Mapping[str, Any]] | None = None,
        common: Mapping[str, int] | None = None,
        type_name: str | None = None,
        **more: Any,
    ) -> Actor:
        """Create a resource with valid values for its required properties unless given."""
        chosen = name or f"{self._prefix}{len(self.actors) + 1}"
        actor = Actor(self, chosen, type_name or self.model.name, private, common)
        actor.create(**more)
        self.actors.append(actor)
        return actor

    def advance(self, milliseconds: int, **options: Any) -> Reply:
        """Let time pass."""
        return self.send("advance", ms=milliseconds, **options)

    def script(self, name: str, hook: str, *steps: Mapping[str, Any], repeat: bool = False) -> None:
        """Tell a hook of a resource (or of the type, by its name) what to do when called."""
        self.send("script", resource=name, hook=hook, steps=list(steps), repeat=repeat)

    def note(self, text: str) -> None:
        """Tell the reader of the report something that is not a failure."""
        self.notes.append(text)

    def fail(self, rule: str, message: str) -> None:
        """Fail the scenario at the latest step."""
        self.check(rule, lambda _: message)

    def bring_to_rest(self) -> None:
        """Terminate and close what the scenario left open, so that leaks can be seen."""
        if self.lost is not None:
            return
        for actor in reversed(self.actors):
            actor.rest()


def perform(session: Session, step: Step, index: int) -> Reply | HostLost:
    """Play one step on a host; raises CheckFailed when the host misbehaves."""
    arguments = dict(step.command)
    name = arguments.pop("command")
    try:
        return session.command(name, **arguments)
    except HostLost as lost:
        if step.may_end:
            return lost
        raise CheckFailed(failure_of(lost, index)) from lost
    except CommandRefused as refused:
        if step.optional:
            return Reply(step.command, refused.caused)
        raise CheckFailed(failure_of(refused, index)) from refused
    except HostError as error:
        raise CheckFailed(failure_of(error, index)) from error


def run_tests(tests: Sequence[tuple[str, Test]], history: History, index: int) -> None:
    """Make checks; raises CheckFailed at the first that does not hold."""
    for rule, test in tests:
        message = test(history)
        if message is not None:
            raise CheckFailed(Failure(rule=rule, message=message, at=index))


def first_difference(one: Any, other: Any) -> int:
    """Return the first offset at which two byte strings, or those of two lists, differ; 0 for others."""
    if isinstance(one, list) and isinstance(other, list):
        return min(
            (first_difference(a, b) for a, b in zip(one, other, strict=False) if a != b), default=0
        )
    if not isinstance(one, bytes) or not isinstance(other, bytes):
        return 0
    same = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(same, min(len(one), len(other)))


def shown(value: Any, start: int = 0) -> str:
    """Return a value as a report shows it; of long byte strings 80 bytes, with `start` among them."""
    if isinstance(value, bytes | bytearray):
        return f"{len(value)} bytes [{_cut(bytes(value), start)}]"
    if isinstance(value, list):
        return ", ".join(shown(item, start) for item in value) or "nothing"
    return repr(value)


def _cut(value: bytes, start: int) -> str:
    if len(value) <= _SHOWN_BYTES:
        return value.hex(" ")
    first = 0 if start < _SHOWN_BYTES else start - 8
    head = f"… from {first}: " if first else ""
    return (
        head
        + value[first : first + _SHOWN_BYTES].hex(" ")
        + ("…" if first + _SHOWN_BYTES < len(value) else "")
    )
