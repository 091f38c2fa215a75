"""Calls that begin at the same moment, under many schedules: whatever comes first, the end is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from resforge.conformance import lists, needs
from resforge.conformance.actor import Actor, step
from resforge.conformance.constants import SET, SET_NAME
from resforge.conformance.force import must_be_in_force
from resforge.conformance.history import History
from resforge.conformance.oracle import ask
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.values import registry_value, valid_values
from resforge.model.rules import PropertyRule, Value
from resforge.rhs.records import Call, CallReturn, Record, StatusReport

suite = Suite("races")

SCHEDULES = range(1, 9)
Command = Mapping[str, Any]


def schedules(play: Player) -> Iterator[int]:
    """Let the host choose who goes on, each time or by priorities; then as usual."""
    for seed in SCHEDULES:
        play.send("schedule", strategy=("random", "pct")[seed % 2], seed=seed)
        yield seed
    play.send("schedule", strategy="first")


def together(play: Player, *commands: Command, ms: int = 0) -> None:
    """Begin all commands, and all that is due by then, `ms` milliseconds from now."""
    play.send("together", commands=list(commands), ms=ms)


def of(actor: Actor, command: str, **more: Any) -> Command:
    """Return a command for the resource of `actor`."""
    return {"command": command, "resource": actor.name, **more}


def _ends_offline(play: Player, actor: Actor) -> None:
    play.advance(play.model.timing.budgets.terminate)
    actor.must_be("T-56", "Offline")
    actor.must_report("T-59")
    for entry in ("IsAlive", "LooksAlive"):
        actor.direct(entry)
        actor.must_return("T-79", entry, 0)


@suite.scenario(
    "terminate-online",
    "Terminate at the moment in which Online ends leaves the resource offline",
    covers=("T-20", "T-29", "T-59", "3.5"),
    page="implementing-terminate",
    tolerates=("slow",),
)
def terminate_online(play: Player) -> None:
    """The hook comes back while Terminate begins; the next Online works."""
    actor = play.resource()
    actor.open()
    for _ in schedules(play):
        actor.script("online", step("wait", ms=10), step("return", value=0))
        actor.online()
        together(play, of(actor, "terminate"), ms=10)
        _ends_offline(play, actor)
    actor.go_online()


@suite.scenario(
    "terminate-offline",
    "Terminate at the moment in which Offline ends leaves the resource offline",
    covers=("T-54", "T-57", "T-59", "3.5"),
    page="implementing-terminate",
    tolerates=("slow",),
)
def terminate_offline(play: Player) -> None:
    """The hook comes back while Terminate begins; the next Online works."""
    actor = play.resource()
    actor.open()
    for _ in schedules(play):
        actor.go_online()
        actor.script("offline", step("wait", ms=10), step("return", value=0))
        actor.offline()
        together(play, of(actor, "terminate"), ms=10)
        play.check("T-59", _silent_after_terminate(actor))
        _ends_offline(play, actor)
    actor.go_online()


@suite.scenario(
    "progress",
    "a worker that is told to stop by the answer to a report makes no other one",
    covers=("T-59", "S12"),
    page="ne-resapi-resource_exit_state",
    needs=needs.pending,
)
def progress(play: Player) -> None:
    """The hooks report progress again and again while Terminate begins, unless they are stopped."""
    actor = play.resource()
    actor.open()
    reports = [step("wait", ms=10), *[step("progress")] * 12, step("return", value=0)]
    for _ in schedules(play):
        if play.model.pending_online:
            actor.script("online", *reports)
            actor.online()
            together(play, of(actor, "terminate"), ms=10)
            _ends_offline(play, actor)
        if play.model.pending_offline:
            actor.go_online()
            actor.script("offline", *reports)
            actor.offline()
            together(play, of(actor, "terminate"), ms=10)
            _ends_offline(play, actor)
    actor.go_online()


def _silent_after_terminate(actor: Actor) -> Callable[[History], str | None]:
    def test(history: History) -> str | None:
        returned = False
        for record in actor.picked(history.last.records, Record):
            if isinstance(record, CallReturn) and record.entry == "Terminate":
                returned = True
            if returned and isinstance(record, StatusReport):
                return "a report after Terminate had returned"
        return None

    return test


@suite.scenario(
    "failure-offline",
    "a failure that is signalled at the moment in which Offline begins does no harm",
    covers=("T-39", "T-55"),
    page="implementing-asynchronous-failure-detection",
    needs=needs.event_handle,
)
def failure_offline(play: Player) -> None:
    """The monitor ends while Offline begins; the next online period is clean."""
    actor = play.resource()
    actor.open()
    for _ in schedules(play):
        actor.script("monitor", step("wait", ms=10), step("return", value=0))
        actor.go_online()
        together(play, of(actor, "offline"), ms=10)
        play.advance(10)
        actor.must_be("T-55", "Offline")
    actor.go_online()
    play.advance(1_000)
    actor.must_be("8.3", "Online", "Online")


@suite.scenario(
    "terminate-poll",
    "Terminate beside polls and a notification that begin at the same moment",
    covers=("T-43", "3.5"),
    page="implementing-terminate",
    tolerates=("model",),
)
def terminate_poll(play: Player) -> None:
    """IsAlive, LooksAlive and a notification, whose hook waits, beside Terminate."""
    actor = play.resource()
    actor.open()
    for _ in schedules(play):
        actor.go_online()
        actor.script("notified", step("wait", ms=50))
        calls = [of(actor, "call", entry=entry) for entry in ("IsAlive", "LooksAlive")]
        name = (actor.name + "\0").encode("utf-16-le").hex()
        notice = of(actor, "call", entry="ResourceControl", code=SET_NAME, input=name)
        together(play, *calls, notice, of(actor, "terminate"))
        play.advance(50)
        actor.must_be("T-56", "Offline")
        play.equal("3.5", "calls in flight", partial(_in_flight, actor), 0)


def _in_flight(actor: Actor, history: History) -> int:
    begun = actor.picked(history.records, Call)
    return len(begun) - len(actor.picked(history.records, CallReturn))


@suite.scenario(
    "two-terminates",
    "two Terminates that begin at the same moment run the hook once",
    covers=("T-61", "3.5"),
    page="implementing-terminate",
)
def two_terminates(play: Player) -> None:
    """One from RHS, one past it."""
    actor = play.resource()
    actor.open()
    for _ in schedules(play):
        actor.go_online()
        together(play, of(actor, "terminate"), of(actor, "call", entry="Terminate"))
        actor.must_enter("T-61", "terminate")
        _ends_offline(play, actor)


@suite.scenario(
    "instances",
    "instances that are opened, used and closed at the same moment do not mix",
    covers=("T-81", "3.5"),
    page="implementing-instance-management",
    needs=needs.several_instances,
)
def instances(play: Player) -> None:
    """Three instances in step, each with its own identifier."""
    actors = [play.resource() for _ in range(3)]
    for _ in schedules(play):
        for command, state in (
            ("open", "Offline"), ("online", "Online"), ("offline", "Offline"), ("close", "Closed"),
        ):  # fmt: skip
            together(play, *[of(actor, command) for actor in actors])
            for actor in actors:
                actor.must_be("3.5", state)


@suite.scenario(
    "change-beside-online",
    "a change that takes effect immediately is in force after Online, whichever came first",
    covers=("B.6", "3.5"),
    page="nc-resapi-presource_control_routine",
    needs=needs.immediate_properties,
)
def change_beside_online(play: Player) -> None:
    """SET begins together with Online."""
    actor = play.resource()
    actor.open()
    rules = needs.changed_at_once(play.model)[:2]
    for seed in schedules(play):
        rule = rules[seed % len(rules)]
        values = valid_values(rule, play.random)
        ask(actor, SET, lists.several(lists.whole(rule, values[0])), 0, rule="B.6")
        data = lists.several(lists.whole(rule, values[-1]))
        change = of(actor, "call", entry="ResourceControl", code=SET, input=data.hex())
        together(play, of(actor, "online"), change)
        actor.must_be("T-25", "Online")
        _note(actor, rule, values[-1])
        must_be_in_force(actor, actor.view(), only=[rule.name])
        ask(actor, SET, data, 0, rule="B.6")
        must_be_in_force(actor, actor.view(), only=[rule.name])
        actor.terminate()


def _note(actor: Actor, rule: PropertyRule, value: Value) -> None:
    if rule.in_memory:
        actor.in_memory[rule.name] = value
    else:
        actor.remember(rule.name, registry_value(rule, value))
