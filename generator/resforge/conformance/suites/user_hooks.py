"""The user's own hooks, in real time: whole lives, judged by the contract alone."""

from __future__ import annotations

from resforge.conformance.actor import Actor
from resforge.conformance.constants import HOUR
from resforge.conformance.deadlock_list import PAGE, forbidden_imports
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite

suite = Suite("own")

POLLS = {"LooksAlivePollInterval": HOUR, "IsAlivePollInterval": 300}
"""Milliseconds: IsAlive several times a second, LooksAlive only when it is called directly.

In real time a judge could not tell which of two polls that are due together must come first.
"""

PATIENCE = 20_000
"""How long the hooks may take to come online or offline, in milliseconds."""


@suite.scenario(
    "life",
    "Open, Online, polls, Offline and Close with the values of the schema's examples",
    covers=("T-05", "T-14", "T-42", "T-09"),
    page="implementing-resource-dlls",
    tolerates=("slow",),
)
def life(play: Player) -> None:
    """The hooks decide whether the resource comes online; the contract holds either way."""
    actor = _opened(play)
    actor.online()
    if _settles(play, actor) != "Online":
        play.note(f"your hooks did not come online with the example values: {_why(play)}")
        return
    play.advance(1_000)
    actor.direct("LooksAlive")
    if play.session.states.get(actor.name) != "Online":
        play.note(f"your hooks reported a failure while online: {_why(play)}")
        return
    actor.offline()
    _settles(play, actor)


@suite.scenario(
    "terminate",
    "Terminate of a resource that is coming online, and of one that is online",
    covers=("T-29", "T-43"),
    page="implementing-terminate",
    tolerates=("slow",),
)
def terminate(play: Player) -> None:
    """Forced stop at once, and again after the resource was online."""
    actor = _opened(play)
    for wait in (False, True):
        actor.online()
        if wait:
            _settles(play, actor)
        else:
            _is_coming_online(play, actor)
        actor.terminate()
        _settles(play, actor)
        actor.must_be("T-56", "Offline")


@suite.scenario(
    "imports",
    "The DLL imports no function that a resource DLL must never call",
    covers=("8.5",),
    page=PAGE,
)
def imports(play: Player) -> None:
    """Sources that do not include the runtime escape its compile errors, but not this."""
    play.resource(private=play.examples, common=POLLS)
    play.check("8.5", lambda _: forbidden_imports(play.library))


def _opened(play: Player) -> Actor:
    actor = play.resource(private=play.examples, common=POLLS)
    actor.send("open")
    if play.session.states.get(actor.name) != "Offline":
        play.note(f"your hooks did not let the resource be opened: {_why(play)}")
    return actor


def _is_coming_online(play: Player, actor: Actor) -> None:
    """Wait until Online has returned, or has run for so long that the DLL must have begun with it.

    In real time the thread that calls Online can be overtaken before the DLL's first instruction;
    the DLL would then rightly take the Terminate for one of an earlier operation.
    """
    begun = ["OnlinePending", "Online", "Terminating", "Offline"]
    play.send("await", resource=actor.name, rhs=begun, limit_ms=1_000)


def _settles(play: Player, actor: Actor) -> str:
    """Wait until a pending operation has ended; return the state then."""
    limit = min(PATIENCE, play.model.timing.pending_timeout)
    play.send("await", resource=actor.name, rhs=["Online", "Offline"], limit_ms=limit, limit=60.0)
    return play.session.states.get(actor.name, "")


def _why(play: Player) -> str:
    texts = [r.raw["text"] for r in play.history.records if r.event == "log" and r.raw.get("text")]
    return texts[-1] if texts else "no log entry says why"
