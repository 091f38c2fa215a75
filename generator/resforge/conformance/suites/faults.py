"""Each imported function fails once in each phase of life: an error, no crash, nothing left behind."""

from __future__ import annotations

from collections.abc import Callable

from resforge.conformance import lists
from resforge.conformance.actor import Actor
from resforge.conformance.player import Player
from resforge.conformance.scenario import Scenario
from resforge.conformance.values import valid_values
from resforge.model.rules import TypeModel

NO_MEMORY = 8
NO_RESOURCES = 1450

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

CALLS = (1, 2, 3)


def build(model: TypeModel) -> list[Scenario]:
    """Return one scenario for each function and phase."""
    del model
    return [
        _fault(function, phase)
        for function in FUNCTIONS
        for phase in ("open", "online", "controls", "offline")
    ]


def _fault(function: str, phase: str) -> Scenario:
    act = PHASES[phase]

    def play_fault(play: Player) -> None:
        """Fail the first, second and third call of the function; then live normally."""
        for code in FUNCTIONS[function]:
            for call in CALLS:
                actor = play.resource()
                if phase != "open":
                    actor.open()
                if phase == "offline":
                    actor.go_online()
                play.send("fault", function=function, call=call, error=code, optional=True)
                act(play, actor)
                play.send("fault", function=function, call=0, error=0, optional=True)
                _recovers(play, actor)

    return Scenario(
        id=f"faults-{phase}-{function}",
        title=f"{function} fails during {phase}: an error, no crash, nothing left behind",
        play=play_fault,
        covers=("8.4",),
        page="implementing-resource-dlls",
        tolerates=frozenset({"slow"}),
    )


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
        actor.control(0x01400086, lists.several(lists.whole(rule, value)), 0)


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
