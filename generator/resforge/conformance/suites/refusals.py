"""What the cluster database refuses, keeps back or changes while the DLL works with it."""

from __future__ import annotations

import random
from functools import partial

from resforge.conformance import lists
from resforge.conformance.actor import Actor
from resforge.conformance.constants import GET, NO_RESOURCES, SET, UNTOLD, told
from resforge.conformance.database import must_store
from resforge.conformance.history import History
from resforge.conformance.oracle import ask, ask_type, must_answer, send_type
from resforge.conformance.player import Player
from resforge.conformance.scenario import Scenario
from resforge.conformance.suites.faults import CALLS
from resforge.conformance.values import NUMBERS, registry_value, valid_values
from resforge.model.control_codes import Answer
from resforge.model.rules import PropertyRule, TypeModel, Value
from resforge.rhs.records import DatabaseChange

ERROR = 2
QWORD = 11
TYPE_GET = 0x02000081
TYPE_SET = 0x02400086


def build(model: TypeModel) -> list[Scenario]:
    """Return the scenarios; their ids are those of the suite "faults"."""
    return [
        _unread(),
        _type_without_cluster(),
        _type_half_written(),
        _grown(model),
        _online_unread(model),
        _open_denied(),
        _late_key_denied(),
        _half_written(model),
    ]


def _grown(model: TypeModel) -> Scenario:
    rules = [
        rule
        for rule in model.properties
        if not (rule.read_only or rule.in_memory or rule.format in NUMBERS)
    ]

    def play_grown(play: Player) -> None:
        """The value was empty, short, or of another type when its size was asked for."""
        actor = play.resource()
        actor.open()
        for rule in rules:
            value = valid_values(rule, play.random)[-1]
            kept = registry_value(rule, value)
            for size in (0, 2):
                actor.put(rule.name, kept.type, kept.data[:size])
                actor.send("set_value", key="Parameters", name=rule.name, type=kept.type,
                           hex=kept.data.hex(), before_read=2)  # fmt: skip
                actor.remember(rule.name, kept)
                ask(actor, GET)
            actor.put(rule.name, QWORD, kept.data)
            actor.send("set_value", key="Parameters", name=rule.name, type=kept.type,
                       hex=kept.data.hex(), before_read=2)  # fmt: skip
            actor.remember(rule.name, kept)
            ask(actor, GET)

    return Scenario(
        id="faults-grown",
        title="a value that another node makes longer while it is read is read whole",
        play=play_grown,
        covers=("C.3",),
        page="nf-clusapi-clusterregqueryvalue",
        needs=lambda _: None if rules else "no stored property has values of several lengths",
    )


def _unread() -> Scenario:
    def play_unread(play: Player) -> None:
        """The enumeration of the key fails at its first value or behind it."""
        actor = play.resource()
        actor.open()
        actor.put("Unknown Value", 1, "x\0".encode("utf-16-le"))
        for call in (1, 2):
            play.send("fault", function="ClusterRegEnumValue", call=call, error=5)
            actor.control(GET, b"", 1 << 16)
            actor.must_return("8.4", "ResourceControl", 5)
        play.send("fault", function="ClusterRegEnumValue", call=0, error=0)
        ask(actor, GET)

    return Scenario(
        id="faults-unread",
        title="a list that cannot be read whole is an error and never a shorter list",
        play=play_unread,
        covers=("8.4",),
        page="clusctl-resource-get-private-properties",
    )


def _online_unread(model: TypeModel) -> Scenario:
    stored = sum(not rule.in_memory for rule in model.properties)

    def play_unread(play: Player) -> None:
        """One read after the other fails: each property takes at least one."""
        actor = play.resource()
        actor.open()
        for call in range(1, stored + 1):
            play.send("fault", function="ClusterRegQueryValue", call=call, error=NO_RESOURCES)
            actor.online()
            actor.must_return("8.4", "Online", NO_RESOURCES)
            play.send("fault", function="ClusterRegQueryValue", call=0, error=0)
            actor.terminate(optional=True)

    return Scenario(
        id="faults-online-unread",
        title="an Online that cannot read a property fails with the error of the database",
        play=play_unread,
        covers=("8.4", "T-17"),
        page="implementing-online",
        needs=lambda _: None if stored else "no private property is stored",
    )


def _open_denied() -> Scenario:
    def play_denied(play: Player) -> None:
        """The key Parameters is there and cannot be opened; then it can."""
        actor = play.resource()
        play.send("fault", function="ClusterRegOpenKey", call=1, error=5)
        actor.send("open")
        actor.must_return("8.4", "Open", None)
        actor.must_log("8.4", ERROR, "error 5")
        actor.must_enter("8.4", "open", times=0)
        actor.ready()

    return Scenario(
        id="faults-open-denied",
        title="an Open that may not read its properties fails",
        play=play_denied,
        covers=("8.4", "T-07"),
        page="implementing-open",
    )


def _late_key_denied() -> Scenario:
    def play_late(play: Player) -> None:
        """The key Parameters appears after Open and cannot be opened; later it can."""
        actor = play.resource(private=[], parameters=False)
        actor.open()
        item = next(lists.unknown_properties(play.random))
        actor.put("Late Value", 1, "x\0".encode("utf-16-le"), new_key=True)
        play.send("fault", function="ClusterRegOpenKey", call=1, error=5, times=1_000)
        for code, data in ((GET, b""), (SET, lists.several(item))):
            actor.control(code, data, 1 << 16)
            actor.must_return("8.4", "ResourceControl", 5)
        if any(not rule.in_memory for rule in play.model.properties):
            actor.direct("Online")
            actor.must_return("8.4", "Online", 5)
        play.send("fault", function="ClusterRegOpenKey", call=0, error=0)
        ask(actor, GET)

    return Scenario(
        id="faults-late-key-denied",
        title="values that appear after Open and cannot be read are an error, and no defaults",
        play=play_late,
        covers=("8.4", "C.1"),
        page="nf-clusapi-clusterregopenkey",
        tolerates=frozenset({"model"}),
    )


def _type_without_cluster() -> Scenario:
    def play_type(play: Player) -> None:
        """The cluster or the key of the type cannot be opened, for one reason and another."""
        item = next(lists.unknown_properties(play.random))
        for function in ("OpenCluster", "GetClusterResourceTypeKey", "ClusterRegOpenKey"):
            for error in (5, 1722 if function.startswith("ClusterReg") else UNTOLD):
                for code, data in ((TYPE_GET, None), (TYPE_SET, lists.several(item))):
                    play.send("fault", function=function, call=1, error=error)
                    send_type(play, code, data, 65536)
                    must_answer(play, "ResourceTypeControl", "8.4", code, Answer(told(error)))
        ask_type(play, TYPE_GET)

    return Scenario(
        id="faults-type-without-cluster",
        title="a type whose properties are out of reach answers with the error of the cluster",
        play=play_type,
        covers=("8.4", "T-69"),
        page="nf-clusapi-opencluster",
        fresh=True,
    )


def _type_half_written() -> Scenario:
    def play_type(play: Player) -> None:
        """The first of two writes fails."""
        data = lists.several(*list(lists.unknown_properties(play.random))[:2])
        play.send("fault", function="ClusterRegSetValue", call=1, error=5)
        send_type(play, TYPE_SET, data, 65536)
        must_answer(play, "ResourceTypeControl", "B.6", TYPE_SET, Answer(5))
        ask_type(play, TYPE_GET)

    return Scenario(
        id="faults-type-half-written",
        title="a write of a property of the type that fails ends the list, and its error is the answer",
        play=play_type,
        covers=("B.6", "T-69"),
        page="multiple-and-simultaneous-property-updates",
    )


def _half_written(model: TypeModel) -> Scenario:
    stored = [r for r in model.properties if not r.read_only and not r.in_memory]
    rules = [r for r in stored if len(_two_values(r, random.Random(0))) > 1]

    def play_half(play: Player) -> None:
        """The first, second or third write of a list fails; the same list again writes the rest."""
        for call in CALLS[: len(rules)]:
            actor = play.resource()
            actor.open()
            values = [_two_values(rule, play.random) for rule in rules]
            first = [lists.whole(r, v[0]) for r, v in zip(rules, values, strict=True)]
            ask(actor, SET, lists.several(*first), 0, rule="B.6")
            data = lists.several(
                *[lists.whole(r, v[-1]) for r, v in zip(rules, values, strict=True)]
            )
            play.send("fault", function="ClusterRegSetValue", call=call, error=5)
            actor.control(SET, data, 0)
            actor.must_return("B.6", "ResourceControl", 5)
            play.equal("B.6", "writes", partial(_writes, actor), [0] * (call - 1) + [5])
            for rule, value in list(zip(rules, values, strict=True))[: call - 1]:
                actor.remember(rule.name, registry_value(rule, value[-1]))
            play.send("fault", function="ClusterRegSetValue", call=0, error=0)
            ask(actor, SET, data, 0, rule="B.6")
            must_store(actor)
            actor.close()

    return Scenario(
        id="faults-half-written",
        title="a write that fails ends the list, and its error is the answer",
        play=play_half,
        covers=("B.6", "8.4"),
        page="multiple-and-simultaneous-property-updates",
        needs=lambda _: None if len(rules) > 1 else "no two properties can be changed",
    )


def _two_values(rule: PropertyRule, source: random.Random) -> list[Value]:
    """Return two values that are stored differently, or the only one there is."""
    first, *others = valid_values(rule, source)
    kept = registry_value(rule, first)
    return [first, *[v for v in others if registry_value(rule, v) != kept][-1:]]


def _writes(actor: Actor, history: History) -> list[int]:
    changes = actor.picked(history.last.records, DatabaseChange)
    return [change.result for change in changes if change.operation == "set_value"]
