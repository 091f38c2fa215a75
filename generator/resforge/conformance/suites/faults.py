"""Imported functions and allocations fail in each phase of life: an error, no crash, no leak."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from resforge.conformance import lists, needs
from resforge.conformance.actor import Actor
from resforge.conformance.constants import NO_MEMORY, NO_RESOURCES, SET, UNTOLD, told
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Scenario
from resforge.conformance.values import registry_value, typical, valid_values
from resforge.rhs.records import CallReturn, HookStep, LogEntry, StatusReport

FUNCTIONS: dict[str, tuple[int, ...]] = {
    "ClusterRegOpenKey": (2, 5),
    "ClusterRegQueryValue": (5, 1450),
    "ClusterRegEnumValue": (5, 1450),
    "ClusterRegQueryInfoKey": (5,),
    "ClusterRegSetValue": (5, 1450),
    "ClusterRegCreateKey": (5,),
    "CreateEventW": (NO_MEMORY,),
    "CreateSemaphoreW": (NO_MEMORY,),
    "CreateThread": (NO_RESOURCES,),
    "LocalAlloc": (NO_MEMORY,),
}
"""Functions that can fail, with the codes they fail with."""

ALLOCATION = "operator new"
"""What the host calls an allocation of the DLL."""
_SEVERAL = 24
"""How many of the last allocations of a phase fail in turn, and about of those before."""
_OF_LOCKS = "CreateSemaphoreW"
"""MinGW's mutexes make one when two threads meet, also inside the log: then nothing can be said."""
CALLS = (1, 2, 3)
"""Which calls of a function fail in turn."""
_MORE = {"CreateEventW": (*CALLS, 4, 5, 6)}
"""Functions of which more calls fail."""


def build() -> list[Scenario]:
    """Return one scenario for each function and phase."""
    return [
        *(_fault(function, phase) for function in FUNCTIONS for phase in PHASES),
        *map(_memory, PHASES),
        _close_after_failure(),
        _offline_without_worker(),
    ]


def _close_after_failure() -> Scenario:
    def play_close(play: Player) -> None:
        """Online fails before its hook could run, Close follows without Terminate."""
        function = "CreateThread" if play.model.pending_online else "ClusterRegQueryValue"
        actor = play.resource()
        actor.open()
        play.send("fault", function=function, call=1, error=NO_RESOURCES)
        actor.direct("Online")
        play.send("fault", function=function, call=0, error=0)
        actor.must_enter("T-17", "online", times=0)
        actor.direct("Offline")
        actor.must_return("T-78", "Offline", 0)
        actor.direct("Close")
        actor.must_enter("3.2", "close")

    return Scenario(
        id="faults-close-after-failure",
        title="Close after an Online that could not begin runs the hook close",
        play=play_close,
        covers=("T-17", "3.3"),
        page="implementing-close",
        needs=lambda model: (
            None if model.pending_online or model.properties else "Online of this type cannot fail"
        ),
        tolerates=frozenset({"model"}),
    )


def _offline_without_worker() -> Scenario:
    def play_offline(play: Player) -> None:
        """The worker of Offline cannot be made: the resource is not alive, and Terminate stops it."""
        actor = play.resource()
        actor.open()
        for error in (NO_RESOURCES, UNTOLD):
            actor.go_online()
            play.send("fault", function="CreateThread", call=1, error=error)
            actor.direct("Offline")
            actor.must_return("T-48", "Offline", told(error))
            actor.direct("IsAlive")
            actor.must_return("T-79", "IsAlive", 0)
            actor.terminate()
            actor.must_enter("T-48", "terminate")

    return Scenario(
        id="faults-offline-without-worker",
        title="an Offline that cannot begin has failed",
        play=play_offline,
        covers=("T-48", "T-79"),
        page="implementing-offline",
        needs=needs.pending_offline,
        tolerates=frozenset({"model"}),
    )


def _fault(function: str, phase: str) -> Scenario:
    def play_fault(play: Player) -> None:
        """Fail the first calls of the function, one after the other; then live normally."""
        for code in FUNCTIONS[function]:
            for call in _MORE.get(function, CALLS):
                _live_through(play, phase, function, call, code)

    return Scenario(
        id=f"faults-{phase}-{function}",
        title=f"{function} fails during {phase}: an error, no crash, nothing left behind",
        play=play_fault,
        covers=("8.4",),
        page="implementing-resource-dlls",
        tolerates=frozenset({"slow"}),
    )


def _memory(phase: str) -> Scenario:
    def play_memory(play: Player) -> None:
        """Each allocation fails in turn, or some of them when there are hundreds."""
        actor = _about_to(play, phase)
        play.send("heap", count="start")
        PHASES[phase](play, actor)
        counted = play.send("heap", count="stop").result
        _recovers(play, actor)
        for call in _some(int(counted.get("taken", 0))):
            _live_through(play, phase, ALLOCATION, call, NO_MEMORY)

    return Scenario(
        id=f"faults-{phase}-memory",
        title=f"there is no memory during {phase}: an error, no crash, nothing left behind",
        play=play_memory,
        covers=("8.4",),
        page="implementing-resource-dlls",
        tolerates=frozenset({"slow"}),
    )


def _some(taken: int) -> list[int]:
    """Return the last of so many calls, and some of those before."""
    last = range(max(1, taken - _SEVERAL), taken + 1)
    return [*range(1, last.start, 1 + taken // _SEVERAL), *last]


def _live_through(play: Player, phase: str, function: str, call: int, code: int) -> None:
    """Let one call of a function fail in a phase of a life that then goes on."""
    actor = _about_to(play, phase)
    play.send("fault", function=function, call=call, error=code, optional=True)
    PHASES[phase](play, actor)
    play.send("fault", function=function, call=0, error=0, optional=True)
    if function != _OF_LOCKS:
        play.check("4.3", _says_why(actor, function))
    if phase == "open":
        play.check("3.2", partial(_leaves_open, actor))
    _recovers(play, actor)


def _about_to(play: Player, phase: str) -> Actor:
    """Return a resource of which a phase can begin."""
    actor = play.resource()
    if phase != "open":
        actor.open()
        _put_former_values(actor)
    if phase == "offline":
        actor.go_online()
    return actor


def _put_former_values(actor: Actor) -> None:
    for rule in actor.player.model.properties:
        if rule.renamed_from is not None and not rule.in_memory:
            value = registry_value(rule, typical(rule))
            actor.put(rule.renamed_from, value.type, value.data)


def _says_why(actor: Actor, function: str) -> Callable[[History], str | None]:
    """Whoever reads the log learns why an entry point failed, unless no instance came to be."""

    def test(history: History) -> str | None:
        returned = actor.picked(history.records, CallReturn)
        failed = [r.entry for r in returned if _has_failed(r, function)]
        failed += ["a worker" for s in actor.picked(history.records, StatusReport) if s.state == 4]
        levels = {entry.level for entry in actor.picked(history.records, LogEntry)}
        silent = failed and 2 not in levels
        return f"{failed[0]} failed and the log does not say why" if silent else None

    return test


def _leaves_open(actor: Actor, history: History) -> str | None:
    """Whoever was told of a resource by the hook open is told that there is none."""
    failed = any(r.result is None for r in actor.picked(history.records, CallReturn))
    entered = [s.hook for s in actor.picked(history.records, HookStep) if s.what == "enter"]
    left_open = failed and "open" in entered and "close" not in entered
    return "Open failed behind its hook, and the hook close did not run" if left_open else None


def _has_failed(returned: CallReturn, function: str) -> bool:
    if returned.entry == "Open":
        return returned.result is None and function.startswith("ClusterReg")
    if returned.entry == "ResourceControl":
        return function == "ClusterRegSetValue" and returned.result not in (0, 1, 5024)
    return returned.entry in ("Online", "Offline") and returned.result not in (0, 997)


def _open(play: Player, actor: Actor) -> None:
    del play
    actor.send("open", optional=True)


def _online(play: Player, actor: Actor) -> None:
    actor.online()
    play.advance(1)


def _controls(play: Player, actor: Actor) -> None:
    for code in (0x01000081, 0x0100007D):
        actor.control(code)
    rules = [rule for rule in play.model.properties if not rule.read_only]
    for rule in rules[:3]:
        value = valid_values(rule, play.random)[-1]
        actor.control(SET, lists.several(lists.whole(rule, value)), 0)


def _offline(play: Player, actor: Actor) -> None:
    actor.offline()
    play.advance(1)


PHASES: dict[str, Callable[[Player, Actor], None]] = {
    "open": _open,
    "online": _online,
    "controls": _controls,
    "offline": _offline,
}


def _recovers(play: Player, actor: Actor) -> None:
    """Bring the resource online after the fault, however it ended, and close it."""
    state = play.session.states.get(actor.name, "NotLoaded")
    if state in ("NotLoaded", "Closed"):
        actor.open()
    if play.session.states.get(actor.name) != "Online":
        actor.online(optional=True)
        play.advance(1)
    actor.must_be("T-14", "Online", "Online")
    actor.terminate()
    actor.close()
    actor.must_be("T-10", "Closed")
