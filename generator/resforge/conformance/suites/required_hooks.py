"""A type whose author wrote the required hooks only: what the runtime does in place of the others."""

from __future__ import annotations

from resforge.conformance import lists, needs
from resforge.conformance.actor import Actor, step
from resforge.conformance.constants import GET, SET, SET_NAME, VALIDATE
from resforge.conformance.database import must_store
from resforge.conformance.force import must_be_in_force
from resforge.conformance.hosts import common_properties
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.suites.contexts import DELETE
from resforge.conformance.values import registry_value, valid_values

suite = Suite("required")

NAME = "resforge: required hooks only"
"""What the second type of a scripted DLL is called (scripted.h of the runtime)."""
INVALID_FUNCTION = 1


def _resource(play: Player) -> Actor:
    play.send("create_type", type=NAME, common=common_properties(play.model))
    play.send("load", dll=play.dll, type=NAME)
    actor = play.resource(type_name=NAME)
    actor.open()
    return actor


@suite.scenario(
    "life",
    "a resource lives without the optional hooks",
    covers=("T-06", "T-25", "T-33", "T-10"),
    page="resource-dll-entry-point-functions",
    fresh=True,
)
def life(play: Player) -> None:
    """Whole lives; LooksAlive is TRUE as long as the resource is online."""
    actor = _resource(play)
    for last in (actor.offline, actor.terminate):
        actor.go_online()
        for entry in ("LooksAlive", "IsAlive"):
            actor.direct(entry)
            actor.must_return("T-33", entry, 1)
        last()
        actor.must_be("T-51", "Offline")
        actor.direct("LooksAlive")
        actor.must_return("T-79", "LooksAlive", 0)
    actor.close()
    actor.open()


@suite.scenario(
    "is-alive",
    "LooksAlive stays TRUE without a hook of its own when is_alive has answered FALSE",
    covers=("T-33", "T-36"),
    page="implementing-looksalive",
    needs=needs.polling_hook,
    fresh=True,
)
def is_alive(play: Player) -> None:
    """Only IsAlive runs the hook is_alive."""
    actor = _resource(play)
    actor.go_online()
    actor.script("is_alive", step("return", value=0))
    actor.direct("LooksAlive")
    actor.must_return("T-33", "LooksAlive", 1)
    actor.must_enter("T-33", "is_alive", times=0)
    actor.direct("IsAlive")
    actor.must_return("T-36", "IsAlive", 0)


@suite.scenario(
    "controls",
    "control codes are answered without the hooks validate, properties_changed and notified",
    covers=("T-68", "B.6", "B.7"),
    page="nc-resapi-presource_control_routine",
    fresh=True,
)
def controls(play: Player) -> None:
    """Every property is validated and set, and notifications are left to the cluster."""
    actor = _resource(play)
    for rule in [rule for rule in play.model.properties if not rule.read_only]:
        value = valid_values(rule, play.random)[-1]
        data = lists.several(lists.whole(rule, value))
        for code in (VALIDATE, SET):
            actor.control(code, data, 0)
            actor.must_return("B.6", "ResourceControl", 0)
        if rule.in_memory:
            actor.in_memory[rule.name] = value
        else:
            actor.remember(rule.name, registry_value(rule, value))
    must_store(actor)
    actor.control(GET, b"", 1 << 20)
    actor.must_return("B.4", "ResourceControl", 0)
    name = (actor.name + "\0").encode("utf-16-le")
    for code, told, answer in ((SET_NAME, name, 0), (DELETE, None, INVALID_FUNCTION)):
        actor.control(code, told, 0)
        actor.must_return("B.7", "ResourceControl", answer)
    actor.go_online()
    must_be_in_force(actor, actor.view())
