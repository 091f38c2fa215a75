"""Every call in every state of a DLL that resforge has not generated, and Terminate at every moment."""

from __future__ import annotations

from collections.abc import Callable

from resforge.conformance import lists
from resforge.conformance.actor import Actor
from resforge.conformance.constants import HOUR, SET, VALIDATE
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import FOREIGN, NotCheckedError, Scenario, Suite
from resforge.conformance.suites import faults
from resforge.conformance.suites.controls import ANSWERED, LEFT_TO_RHS, NOT_OURS, RESOURCE, TYPE
from resforge.conformance.suites.controls import TYPE_ANSWERED as TYPE_CODES
from resforge.conformance.suites.foreign import (
    come_online,
    go_offline,
    guest,
    online_time,
)
from resforge.conformance.values import valid_values
from resforge.model.rules import TypeModel
from resforge.rhs.records import CallReturn, StateChange

__all__ = ["build", "schedules"]

suite = Suite("dll")
schedules = Suite("dll")
"""Scenarios that the scheduler plays with random choices."""

_TOLERATES = (FOREIGN,)
ROUNDS = 150
_UNDISTURBED = dict.fromkeys(
    ("LooksAlivePollInterval", "IsAlivePollInterval", "PendingTimeout", "DeadlockTimeout"),
    10 * HOUR,
)
"""Times so long that RHS makes no call for an instance that it does not know to be closed."""

MINUTE = 60_000

SIZES = (0, 1, 3, 4, 8, 17, 64)


def build(model: TypeModel) -> list[Scenario]:
    """Return all scenarios of this module that are played without random choices."""
    del model
    return [*suite.scenarios, *map(_fault, faults.FUNCTIONS)]


@suite.scenario(
    "null-instance",
    "no entry point crashes when it gets NULL instead of an instance",
    covers=("T-80",),
    page="resource-identifiers",
    tolerates=(*_TOLERATES, "model", "bytes-returned-untouched"),
)
def null_instance(play: Player) -> None:
    """Each entry point with NULL; a poll must not say TRUE, Online must not succeed."""
    actor = guest(play)
    for entry in ("LooksAlive", "IsAlive", "Online", "Offline", "Terminate", "Close"):
        actor.direct(entry, resid="null")
        if entry in ("LooksAlive", "IsAlive"):
            actor.must_return("T-80", entry, 0)
    actor.direct("ResourceControl", resid="null", code=RESOURCE)


@suite.scenario(
    "calls-before-online",
    "polls, Terminate and control codes before any Online do no harm",
    covers=("T-60", "T-79"),
    page="implementing-terminate",
    tolerates=(*_TOLERATES, "model"),
)
def before_online(play: Player) -> None:
    """Each call right after Open, as after a restart of RHS; then a normal life."""
    actor = guest(play)
    _harmless_calls(actor)
    try:
        come_online(play, actor)
    except NotCheckedError as error:
        _compare_with_undisturbed(play, actor, str(error))
    go_offline(play, actor)
    _harmless_calls(actor)
    come_online(play, actor)


def _compare_with_undisturbed(play: Player, actor: Actor, refused: str) -> None:
    """Fail if another resource comes online; raises NotCheckedError if that does not either."""
    actor.terminate()
    play.advance(1_000)
    actor.close()
    undisturbed = guest(play)
    come_online(play, undisturbed)

    def test(history: History) -> str | None:
        changes = [r for r in history.records if isinstance(r, StateChange)]
        begun = {change.resource for change in changes if change.transition == "T-14"}
        failed = begun - {change.resource for change in changes if change.rhs == "Online"}
        return f"after calls before Online, {refused}" if failed == {actor.name} else None

    play.check("T-25", test)
    raise NotCheckedError(refused)


@suite.scenario(
    "calls-while-pending",
    "polls and control codes while Online and Offline are pending do no harm",
    covers=("T-68", "T-79"),
    page="implementing-resourcecontrol",
    tolerates=(*_TOLERATES, "model"),
)
def while_pending(play: Player) -> None:
    """The calls go past RHS, beside the worker; both operations end as they did without."""
    actor = guest(play)
    come_online(play, actor)
    go_offline(play, actor)
    come_online(play, actor, meanwhile=_polls)
    go_offline(play, actor, meanwhile=_polls)
    come_online(play, actor)


def _polls(actor: Actor) -> None:
    actor.direct("LooksAlive")
    actor.direct("IsAlive")
    actor.direct("ResourceControl", code=RESOURCE | 0x81, output_size=4096)


def _harmless_calls(actor: Actor) -> None:
    _polls(actor)
    actor.direct("Terminate")
    actor.terminate()
    actor.must_be("T-60", "Offline")


@suite.scenario(
    "terminate-at-every-moment",
    "Terminate ends a pending Online at once, whenever it comes, and nothing goes on",
    covers=("T-29", "T-56", "T-59"),
    page="implementing-terminate",
    tolerates=_TOLERATES,
)
def at_every_moment(play: Player) -> None:
    """Eight moments between the start of Online and its end; afterwards Online works."""
    actor = guest(play)
    needed = online_time(play, actor)
    for part in range(8):
        actor.online()
        play.advance(needed * part // 8)
        _terminate(play, actor)
    come_online(play, actor)


@suite.scenario(
    "terminate-in-every-state",
    "Terminate ends Online and a pending Offline, and nothing goes on",
    covers=("T-43", "T-54", "T-56"),
    page="implementing-terminate",
    tolerates=_TOLERATES,
)
def in_every_state(play: Player) -> None:
    """While online, and beside the worker of Offline; a second Terminate changes nothing."""
    actor = guest(play)
    come_online(play, actor)
    _terminate(play, actor)
    for wait in (0, 100, 1_000):
        come_online(play, actor)
        actor.offline()
        play.advance(wait)
        _terminate(play, actor)
        actor.direct("Terminate")
    come_online(play, actor)


def _terminate(play: Player, actor: Actor) -> None:
    actor.terminate()
    play.advance(play.model.timing.budgets.terminate)
    play.check("0.3 rule 2", _returned(play, actor))
    play.advance(HOUR)
    actor.must_be("T-56", "Offline")


def _returned(play: Player, actor: Actor) -> Callable[[History], str | None]:
    budget = play.model.timing.budgets.terminate
    state = play.session.states

    def test(history: History) -> str | None:
        del history
        stuck = state.get(actor.name) == "Terminating"
        return f"Terminate has not returned after {budget} ms" if stuck else None

    return test


@suite.scenario(
    "close-in-every-state",
    "Close stops what is pending or online before it frees the instance",
    covers=("T-13", "I-9"),
    page="implementing-close",
    tolerates=(*_TOLERATES, "model", "resid-not-unique"),
    fresh=True,
)
def close_in_every_state(play: Player) -> None:
    """Close past RHS: the DLL calls its own Terminate first; nothing of it runs afterwards."""
    for steps in ("online", "", "pending", "offline", "online"):
        actor = guest(play, common=_UNDISTURBED)
        if steps == "pending":
            actor.online()
        elif steps:
            come_online(play, actor)
        if steps == "offline":
            actor.offline()
        actor.direct("Close")
        play.advance(MINUTE)
        play.check("3.3", _has_closed(actor))
        play.advance(HOUR)
        actor.must_report("I-9")
        actor.gone = True


def _has_closed(actor: Actor) -> Callable[[History], str | None]:
    def test(history: History) -> str | None:
        entries = [r.entry for r in actor.picked(history.records, CallReturn)]
        return None if "Close" in entries else "Close has not returned after a minute"

    return test


@suite.scenario(
    "controls",
    "every standard code answers within its buffer and sets BytesReturned",
    covers=("T-68", "B.3"),
    page="nc-resapi-presource_control_routine",
    tolerates=_TOLERATES,
)
def controls(play: Player) -> None:
    """Standard codes with buffers of many sizes, offline and online."""
    actor = guest(play)
    for _ in range(2):
        for code in ANSWERED:
            _every_size(actor, RESOURCE | code)
        for code in (*(RESOURCE | c for c in LEFT_TO_RHS), *NOT_OURS):
            actor.control(code, size=64)
        for code in TYPE_CODES:
            play.send("type_control", type=play.model.name, code=TYPE | code, output_size=4096)
        come_online(play, actor)


def _every_size(actor: Actor, code: int) -> None:
    needed = int(actor.control(code).result.get("bytes_returned") or 0)
    for size in {*SIZES, max(needed - 1, 0), needed, needed + 1}:
        actor.control(code, size=size)
    actor.control(code, size=0, null_output=True)


@suite.scenario(
    "unknown-codes",
    "codes that the DLL cannot know are not answered with success",
    covers=("T-69", "B.9"),
    page="implementing-resourcecontrol",
    tolerates=_TOLERATES,
)
def unknown_codes(play: Player) -> None:
    """Success would keep RHS from doing its own part."""
    actor = guest(play)
    for code in NOT_OURS:
        actor.control(code, size=64)
        play.check("B.9", _not_success(actor, code))


def _not_success(actor: Actor, code: int) -> Callable[[History], str | None]:
    def test(history: History) -> str | None:
        returned = actor.picked(history.last.records, CallReturn)
        if returned and returned[-1].result == 0:
            return f"the unknown code 0x{code:08X} was answered with 0 instead of 1"
        return None

    return test


@suite.scenario(
    "property-lists",
    "property lists, sound and damaged, are read within their bounds",
    covers=("B.6", "C.1"),
    page="property-lists",
    tolerates=_TOLERATES,
)
def property_lists(play: Player) -> None:
    """Valid values of each property and of all together, then lists that are wrong in many ways."""
    actor = guest(play)
    rules = [rule for rule in play.model.properties if not rule.read_only]
    everything = [lists.whole(rule, valid_values(rule, play.random)[-1]) for rule in rules]
    data = lists.several(*everything)
    for _ in range(2):
        for code in (VALIDATE, SET):
            for rule in rules:
                for value in valid_values(rule, play.random):
                    actor.control(code, lists.several(lists.whole(rule, value)), 0)
            actor.control(code, data, 0)
            for damaged in _damaged(data):
                actor.control(code, damaged, 0)
        come_online(play, actor)


def _damaged(data: bytes) -> list[bytes]:
    cut = [data[:size] for size in range(0, len(data), 4)]
    grown = [data[:at] + b"\xff\xff\xff\x7f" + data[at + 4 :] for at in range(0, len(data), 4)]
    return [*cut, *grown, b""]


def _fault(function: str) -> Scenario:
    def play_fault(play: Player) -> None:
        """Fail each of its first calls in every phase; then live normally."""
        for phase in ("open", "online", "controls", "offline"):
            for code in faults.FUNCTIONS[function]:
                for call in faults.CALLS:
                    _one_fault(play, phase, function, call, code)

    return Scenario(
        id=f"dll-fault-{function}",
        title=f"after {function} has failed once, the resource can be opened and brought online",
        play=play_fault,
        covers=("8.4",),
        page="implementing-resource-dlls",
        tolerates=frozenset({FOREIGN, "slow"}),
    )


def _one_fault(play: Player, phase: str, function: str, call: int, code: int) -> None:
    actor = play.resource(private=play.examples)
    if phase != "open":
        actor.send("open")
    if phase == "offline":
        come_online(play, actor)
    play.send("fault", function=function, call=call, error=code, optional=True)
    faults.PHASES[phase](play, actor)
    settled = ["Closed", "Offline", "Online"]
    play.send("await", resource=actor.name, rhs=settled, limit_ms=HOUR)
    play.send("fault", function=function, call=0, error=0, optional=True)
    if play.session.states.get(actor.name) in ("NotLoaded", "Closed"):
        actor.send("open")
        actor.must_be("8.4", "Offline")
    if play.session.states.get(actor.name) != "Online":
        _must_come_online(play, actor)
    actor.terminate()
    play.advance(1_000)
    actor.close()
    actor.must_be("T-10", "Closed")


def _must_come_online(play: Player, actor: Actor) -> None:
    try:
        come_online(play, actor, rule="8.4")
    except NotCheckedError as error:
        play.fail("8.4", str(error))


@schedules.scenario(
    "terminate-beside",
    "Terminate at the very moment of Online, of Offline, or of the end of either",
    covers=("T-20", "T-57", "3.5"),
    page="implementing-terminate",
    tolerates=_TOLERATES,
)
def beside(play: Player) -> None:
    """Many rounds; in each the scheduler chooses another order of what runs at the same moment."""
    actor = guest(play)
    needed = online_time(play, actor)
    for number in range(ROUNDS):
        if number % 3 == 2:
            come_online(play, actor)
            actor.offline(run=False)
        else:
            actor.online(run=number % 3 == 1)
        if number % 3 == 1 and needed:
            play.advance(needed - 1)
        actor.terminate()
        play.advance(HOUR)
        actor.must_be("T-56", "Offline")
