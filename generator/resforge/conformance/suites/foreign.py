"""Lives of a DLL that resforge has not generated: what the documented contract alone demands.

Its hooks cannot be scripted, so its own code runs: Online and Offline take the time they take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from resforge.conformance import needs
from resforge.conformance.actor import Actor
from resforge.conformance.constants import HOUR
from resforge.conformance.history import History
from resforge.conformance.lists import spellings
from resforge.conformance.player import Player
from resforge.conformance.scenario import FOREIGN, NotCheckedError, Suite
from resforge.rhs.records import Call, CallReturn, LogEntry, StateChange

__all__ = ["come_online", "go_offline", "guest", "online_time", "suite"]

suite = Suite("dll")

REVISION_MISMATCH = 1306
VERSIONS = (0x100, 0x200, 0x300, 0x400)
_TOLERATES = (FOREIGN,)


def guest(play: Player, *, common: Mapping[str, int] | None = None) -> Actor:
    """Create and open a resource with the example values of the schema."""
    actor = play.resource(private=play.examples, common=common)
    actor.send("open")
    actor.must_be("T-06", "Offline")
    actor.opened = True
    return actor


def come_online(
    play: Player,
    actor: Actor,
    *,
    rule: str = "T-25",
    meanwhile: Callable[[Actor], None] = lambda _: None,
) -> None:
    """Bring the resource online; `meanwhile` is called while Online may be pending.

    A resource that comes online in no way stops here: the rest of the scenario cannot be checked.
    Once a resource of the scenario has been online, it breaks `rule`: what came between did harm.
    """
    actor.online()
    meanwhile(actor)
    play.send("await", resource=actor.name, rhs=["Online", "Offline"], limit_ms=HOUR)
    if play.session.states.get(actor.name) != "Online":
        play.check(rule, partial(_no_longer_comes_online, actor))
        raise NotCheckedError(f"the resource does not come online: {why(play.history)}")


def _no_longer_comes_online(actor: Actor, history: History) -> str | None:
    changes = [r for r in history.records if isinstance(r, StateChange)]
    own = [change for change in changes if change.resource == actor.name]
    begun = [at for at, change in enumerate(own) if change.transition == "T-14"]
    since = own[begun[-1] :] if begun else []
    if not since or any(s.rhs == "Online" for s in since):
        return None
    if all(change.rhs != "Online" for change in changes):
        return None
    return f"the resource does not come online again: {why(history)}"


def go_offline(
    play: Player, actor: Actor, *, meanwhile: Callable[[Actor], None] = lambda _: None
) -> None:
    """Take the resource offline and expect that it gets there by itself."""
    actor.offline()
    meanwhile(actor)
    play.send("await", resource=actor.name, rhs=["Offline"], limit_ms=HOUR)

    def test(history: History) -> str | None:
        taken = [s.transition for s in actor.picked(history.records, StateChange)]
        ended = [t for t in taken if t in ("T-46", "T-48", "T-49", "T-51", "T-52", "T-53")]
        if ended and ended[-1] in ("T-46", "T-51"):
            return None
        if ended and ended[-1] == "T-53":
            return "Offline did not end, and no report of progress came within PendingTimeout"
        return f"Offline did not succeed: {why(history)}"

    play.check("T-51", test)


def why(history: History) -> str:
    """Return the latest log entry or return code that explains a failure."""
    texts = [r.text.strip() for r in history.records if isinstance(r, LogEntry) and r.text]
    if texts:
        return texts[-1]
    codes = [
        f"{r.entry} returned {r.result}"
        for r in history.records
        if isinstance(r, CallReturn) and r.entry in ("Open", "Online", "Offline")
    ]
    return codes[-1] if codes else "no log entry says why"


def online_time(play: Player, actor: Actor) -> int:
    """Return how many milliseconds Online takes, from a first life; 0 when it does not pend."""
    come_online(play, actor)
    changes = actor.picked(play.history.records, StateChange)
    began: int = next(s.time for s in reversed(changes) if s.transition == "T-14")
    ended: int = next(s.time for s in reversed(changes) if s.rhs == "Online")
    go_offline(play, actor)
    return ended - began


def _startup(play: Player, name: str, low: int, high: int) -> CallReturn | None:
    reply = play.send("call", entry="Startup", type=name, minimum_version=low, maximum_version=high)
    found = [
        r
        for r in reply.records
        if isinstance(r, CallReturn) and r.entry in ("Startup", "StartupEx")
    ]
    return found[-1] if found else None


def _accepted(what: str) -> Callable[[History], str | None]:
    def test(history: History) -> str | None:
        raw = [r.raw for r in history.last.records if r.event == "return"][-1]
        if raw.get("result") != 0:
            return f"{what}: expected 0, saw {raw.get('result')}"
        return None if raw.get("table_valid") else f"{what}: the function table is not valid"

    return test


@suite.scenario(
    "startup-name-case",
    "the type is found whatever the case of its name",
    covers=("T-03", "2.2"),
    page="implementing-startup",
    tolerates=_TOLERATES,
)
def name_case(play: Player) -> None:
    """The name as registered, in upper, lower and swapped case."""
    name = play.model.name
    for spelled in (name, *spellings(name)):
        _startup(play, spelled, 0x100, 0x400)
        play.check("2.2", _accepted(f'Startup of "{spelled}"'))


@suite.scenario(
    "startup-versions",
    "Startup accepts the ranges that hold its version, and answers 1306 to the others",
    covers=("T-03", "T-04", "2.2"),
    page="nc-resapi-pstartup_routine",
    tolerates=_TOLERATES,
)
def versions(play: Player) -> None:
    """The version that the DLL chooses tells which ranges it must take and which refuse."""
    name = play.model.name
    first = _startup(play, name, 0x100, 0x400)
    play.check("2.2", _accepted("Startup for 0x100..0x400"))
    version = int((first.raw if first else {}).get("version") or 0x100)
    for low, high in ((0x100, version), (version, 0x400), (version, version), (0, 0xFFFFFFFF)):
        _startup(play, name, low, high)
        play.check("2.2", _accepted(f"Startup for 0x{low:X}..0x{high:X}"))
    for low, high in ((0, 0xFF), (0x1000, 0x2000)):
        _startup(play, name, low, high)
        play.check("2.2", _refused(f"Startup for 0x{low:X}..0x{high:X}"))


def _refused(what: str) -> Callable[[History], str | None]:
    def test(history: History) -> str | None:
        raw = [r.raw for r in history.last.records if r.event == "return"][-1]
        if raw.get("result") == REVISION_MISMATCH:
            return None
        return f"{what}: expected {REVISION_MISMATCH}, saw {raw.get('result')}"

    return test


@suite.scenario(
    "startup-other-name",
    "Startup of a type that the DLL does not have is refused",
    covers=("T-04",),
    page="implementing-startup",
    tolerates=_TOLERATES,
)
def other_name(play: Player) -> None:
    """RHS never asks for one; a DLL that takes any name is told, not failed."""
    answer = _startup(play, "Another Type Entirely", 0x100, 0x400)
    if answer is not None and answer.result == 0:
        play.note('Startup accepts the unknown type "Another Type Entirely"; 5080 is expected')


@suite.scenario(
    "life",
    "Open, Online, polls, Offline, Close, twice, with the values of the schema's examples",
    covers=("T-05", "T-14", "T-25", "T-35", "T-42", "T-51", "T-09"),
    page="implementing-resource-dlls",
    tolerates=_TOLERATES,
)
def life(play: Player) -> None:
    """A DLL that does not come online fails here: nothing else could be checked."""
    actor = guest(play)
    for _ in range(2):
        try:
            come_online(play, actor)
        except NotCheckedError as error:
            play.fail("T-25", f"{error}; give each property an example that works")
        _stays_online(play, actor)
        go_offline(play, actor)
        play.advance(HOUR)
        actor.must_call("I-3")
    actor.close()
    actor.must_be("T-10", "Closed")


def _stays_online(play: Player, actor: Actor) -> None:
    play.advance(3 * play.model.timing.is_alive_interval)
    actor.must_be("T-33", "Online", "Online")
    play.check("T-35", lambda h: _polled(actor, h))


def _polled(actor: Actor, history: History) -> str | None:
    found = any(c.entry == "IsAlive" for c in actor.picked(history.last.records, Call))
    return None if found else "IsAlive was not called while online"


@suite.scenario(
    "reopen",
    "a closed resource can be opened again and works",
    covers=("T-05", "T-10", "I-9"),
    page="implementing-close",
    tolerates=_TOLERATES,
)
def reopen(play: Player) -> None:
    """Open, Online, Offline, Close; then all of it again."""
    actor = guest(play)
    for _ in range(2):
        come_online(play, actor)
        go_offline(play, actor)
        actor.close()
        actor.must_be("T-10", "Closed")
        actor.send("open")
        actor.must_be("T-06", "Offline")


@suite.scenario(
    "two-instances",
    "two instances do not notice each other",
    covers=("3.5", "I-10"),
    page="implementing-instance-management",
    needs=needs.several_instances,
    tolerates=_TOLERATES,
)
def two_instances(play: Player) -> None:
    """One is terminated and closed while the other stays online."""
    first, second = guest(play), guest(play)
    come_online(play, first)
    second.online()
    play.send("await", resource=second.name, rhs=["Online", "Offline"], limit_ms=HOUR)
    beside = play.session.states.get(second.name) == "Online"
    reason = why(play.history)
    first.terminate()
    play.advance(1_000)
    first.must_be("T-56", "Offline")
    first.close()
    if not beside:  # two with the same values may well exclude each other
        come_online(play, second)
        raise NotCheckedError(f"a second resource with the same values is refused: {reason}")
    play.advance(2 * play.model.timing.is_alive_interval)
    second.must_be("T-33", "Online", "Online")
    go_offline(play, second)


@suite.scenario(
    "single-instance",
    "a second instance on the node is refused until the first is closed",
    covers=("T-07", "8.4"),
    page="implementing-open",
    needs=needs.single_instance,
    tolerates=_TOLERATES,
)
def single_instance(play: Player) -> None:
    """The second Open fails with a last error, and succeeds after Close of the first."""
    first = guest(play)
    second = play.resource(private=play.examples)
    second.send("open")
    second.must_return("8.4", "Open", None)
    first.close()
    second.send("open")
    second.must_be("T-06", "Offline")
