"""Private properties: what is accepted, refused, stored, listed and in force."""

from __future__ import annotations

from collections.abc import Callable

from resforge.conformance import lists, needs
from resforge.conformance.actor import Actor, step
from resforge.conformance.constants import GET, GET_RO, SET, VALIDATE
from resforge.conformance.database import must_store
from resforge.conformance.force import must_be_in_force
from resforge.conformance.history import History
from resforge.conformance.oracle import ask, must_answer
from resforge.conformance.player import Player
from resforge.conformance.scenario import Scenario, Suite
from resforge.conformance.suites import changes, property_values, renames, unknown_values
from resforge.conformance.suites import published as published_values
from resforge.conformance.values import registry_value, valid_values
from resforge.model.control_codes import Answer
from resforge.model.rules import PropertyRule, TypeModel
from resforge.rhs.records import CallReturn, DatabaseChange

suite = Suite("properties")

READS = (GET, GET_RO, 0x01000079)
STORED = 5024


def build(model: TypeModel) -> list[Scenario]:
    """Return the scenarios of this suite, with three for each property of the type."""
    found = [
        *suite.scenarios,
        *unknown_values.suite.scenarios,
        *published_values.suite.scenarios,
        *changes.suite.scenarios,
    ]
    for rule in model.properties:
        found += property_values.scenarios(rule)
        if rule.renamed_from is not None:
            found += renames.scenarios(rule, rule.renamed_from)
    return found


def _writable(play: Player) -> list[PropertyRule]:
    return [rule for rule in play.model.properties if not rule.read_only]


@suite.scenario(
    "defaults",
    "properties that are not stored have their defaults",
    covers=("C.3",),
    page="nf-resapi-resutilgetproperties",
    needs=needs.properties,
)
def defaults(play: Player) -> None:
    """Nothing is stored."""
    actor = play.resource(private=[])
    actor.open()
    for code in READS:
        ask(actor, code)
    must_store(actor)


@suite.scenario(
    "broken-lists",
    "a list that is cut or damaged anywhere is refused and nothing is written",
    covers=("D.5",),
    page="nf-resapi-resutilverifypropertytable",
    needs=needs.properties,
)
def broken_lists(play: Player) -> None:
    """A list cut at every byte, with wrong names, endmarks and padding."""
    actor = play.resource()
    actor.open()
    for data in lists.broken_lists(play.model, play.random):
        ask(actor, VALIDATE, data, 0, rule="D.5")
        ask(actor, SET, data, 0, rule="D.5")
    must_store(actor)


@suite.scenario(
    "hostile-lists",
    "counts and lengths near the end of 32 bits do no harm",
    covers=("D.5",),
    page="nf-resapi-resutilverifypropertytable",
    needs=needs.properties,
)
def hostile_lists(play: Player) -> None:
    """Counts and lengths that overflow."""
    actor = play.resource()
    actor.open()
    for data in lists.hostile_lists(play.model):
        ask(actor, VALIDATE, data, 0, rule="D.5")
        ask(actor, SET, data, 0, rule="D.5")
    must_store(actor)


@suite.scenario(
    "published",
    "a read-only property that a hook publishes is listed at once and cannot be set",
    covers=("C.1", "F.3"),
    page="read-only-properties",
    needs=needs.read_only_properties,
)
def published(play: Player) -> None:
    """The hook online publishes a value for each read-only property."""
    actor = play.resource()
    actor.open()
    rules = [rule for rule in play.model.properties if rule.read_only]
    values = {rule.name: valid_values(rule, play.random)[-1] for rule in rules}
    data = lists.several(*[lists.whole(rule, values[rule.name]) for rule in rules])
    actor.script("online", step("set_read_only", hex=data.hex()), step("return", value=0))
    actor.go_online()
    actor.control(GET_RO)
    play.equal("C.1", "published values", lambda h: _output(actor, h), data)
    actor.control(SET, data, 0)
    actor.must_return("C.1", "ResourceControl", 87)
    must_be_in_force(
        actor, actor.view(), only=[r.name for r in play.model.properties if not r.read_only]
    )


def _output(actor: Actor, history: History) -> bytes | None:
    returned = actor.picked(history.last.records, CallReturn)
    output: bytes | None = returned[-1].output if returned else None
    return output


@suite.scenario(
    "all-or-nothing",
    "one wrong property in a list keeps the others from being written",
    covers=("B.6",),
    page="multiple-and-simultaneous-property-updates",
    needs=needs.properties,
)
def all_or_nothing(play: Player) -> None:
    """The wrong property at each place of the list."""
    actor = play.resource()
    actor.open()
    good = [lists.whole(r, valid_values(r, play.random)[-1]) for r in _writable(play)]
    good += list(lists.unknown_properties(play.random))
    bad = lists.one(play.model.properties[0].name, 0x0001000E, b"\0\0\0\0")[4:]
    for place in range(len(good) + 1):
        data = lists.several(*good[:place], bad, *good[place:])
        ask(actor, VALIDATE, data, 0, rule="B.6")
        ask(actor, SET, data, 0, rule="B.6")
    must_store(actor)
    ask(actor, SET, lists.several(*good), 0, rule="B.6")
    must_store(actor)


@suite.scenario(
    "in-force",
    "a change takes effect when the schema says, and 5024 is answered only while online",
    covers=("B.6", "B.2"),
    page="nc-resapi-presource_control_routine",
    needs=needs.properties,
)
def in_force(play: Player) -> None:
    """Each property is changed while online, one at a time."""
    for rule in _writable(play):
        actor = play.resource()
        actor.open()
        values = valid_values(rule, play.random)
        _set(actor, rule, values[0])
        actor.go_online()
        must_be_in_force(actor, actor.view())
        before = actor.view()
        _set(actor, rule, values[-1])
        ask(actor, GET)
        must_be_in_force(actor, actor.view() if rule.immediate else before)
        actor.offline()
        _set(actor, rule, values[0])
        actor.go_online()
        must_be_in_force(actor, actor.view())
        actor.terminate()
        actor.close()


def _set(actor: Actor, rule: PropertyRule, value: object) -> None:
    ask(actor, SET, lists.several(lists.whole(rule, value)), 0, rule="B.6")  # type: ignore[arg-type]


@suite.scenario(
    "in-force-together",
    "a list that changes properties of both kinds answers 5024 and applies the immediate ones",
    covers=("B.6",),
    page="nc-resapi-presource_control_routine",
    needs=needs.properties,
)
def in_force_together(play: Player) -> None:
    """All properties at once while online, forwards and backwards."""
    actor = play.resource().ready()
    rules = [r for r in _writable(play) if not r.in_memory]
    items = [lists.whole(r, valid_values(r, play.random)[-1]) for r in rules]
    ask(actor, SET, lists.several(*items), 0, rule="B.6")
    ask(actor, SET, lists.several(*items), 0, rule="B.6")
    items = [lists.whole(r, valid_values(r, play.random)[0]) for r in reversed(rules)]
    ask(actor, SET, lists.several(*items), 0, rule="B.6")
    must_store(actor)
    actor.offline()
    actor.go_online()
    must_be_in_force(actor, actor.view())


@suite.scenario(
    "in-force-again",
    "a list puts in force what the database holds already, for others may have written it",
    covers=("B.6",),
    page="nc-resapi-presource_control_routine",
    needs=needs.immediate_properties,
)
def in_force_again(play: Player) -> None:
    """Each value comes to the database while online, behind the DLL's back, and is then set."""
    actor = play.resource().ready()
    for rule in [r for r in needs.changed_at_once(play.model) if not r.in_memory]:
        for value in valid_values(rule, play.random)[:2]:
            stored = registry_value(rule, value)
            actor.put(rule.name, stored.type, stored.data)
            _set(actor, rule, value)
            must_be_in_force(actor, actor.view(), only=[rule.name])


@suite.scenario(
    "pending-change",
    "a change while Online is pending does not touch what is in force",
    covers=("B.6",),
    page="nc-resapi-presource_control_routine",
    needs=needs.all_of(needs.properties, needs.pending_online),
)
def pending_change(play: Player) -> None:
    """Each property is changed in the middle of an Online."""
    for rule in [r for r in _writable(play) if not r.in_memory and not r.immediate]:
        actor = play.resource()
        actor.open()
        values = valid_values(rule, play.random)
        _set(actor, rule, values[0])
        before = actor.view()
        actor.script("online", step("wait", ms=1_000))
        actor.online()
        data = lists.several(lists.whole(rule, values[-1]))
        actor.control(SET, data, 0)
        actor.remember(rule.name, registry_value(rule, values[-1]))
        play.advance(1_001)
        actor.must_be("T-25", "Online")
        must_be_in_force(actor, before)
        actor.terminate()
        actor.close()


@suite.scenario(
    "hook-refuses",
    "the hook validate can refuse a list, and then nothing is written",
    covers=("B.6",),
    page="setting-properties",
    needs=needs.properties,
)
def hook_refuses(play: Player) -> None:
    """With ERROR_BAD_ARGUMENTS, and with codes that RHS would take for something else.

    After ERROR_INVALID_FUNCTION (1) it would store the refused list by itself
    (`clusctl-resource-set-private-properties`).
    """
    actor = play.resource()
    actor.open()
    rules = _writable(play)
    if not rules:
        return
    data = lists.several(lists.whole(rules[0], valid_values(rules[0], play.random)[-1]))
    refusals = {160: 160} | dict.fromkeys((1, 234, 997, 5024), 87)
    for code in (VALIDATE, SET):
        for status, answered in refusals.items():
            for refuse in ("return", "throw_system"):
                actor.script("validate", step(refuse, value=status))
                actor.control(code, data, 0)
                must_answer(play, "ResourceControl", "B.6", code, Answer(answered))
                play.check("B.6", _nothing_written(actor))
    must_store(actor)


@suite.scenario(
    "hook-throws",
    "an exception in the hook validate refuses the list",
    covers=("B.6", "T-63"),
    page="setting-properties",
    needs=needs.properties,
)
def hook_throws(play: Player) -> None:
    """Each kind of exception."""
    actor = play.resource()
    actor.open()
    rules = _writable(play)
    if not rules:
        return
    values = valid_values(rules[0], play.random)
    data = lists.several(lists.whole(rules[0], values[-1]))
    for kind, code in (("throw", 574), ("throw_unknown", 574), ("out_of_memory", 8)):
        actor.script("validate", step(kind))
        actor.control(SET, data, 0)
        actor.must_return("B.6", "ResourceControl", code)
        play.check("B.6", _nothing_written(actor))
    actor.control(SET, data, 0)
    actor.must_return("B.6", "ResourceControl", 0)


def _nothing_written(actor: Actor) -> Callable[[History], str | None]:
    def test(history: History) -> str | None:
        writes = [
            r
            for r in actor.picked(history.last.records, DatabaseChange)
            if r.operation == "set_value"
        ]
        return f"{writes[0].name} was written" if writes else None

    return test


@suite.scenario(
    "changed-hook",
    "the hook properties_changed is called once when something changed, else not",
    covers=("B.6",),
    page="setting-properties",
    needs=needs.properties,
)
def changed_hook(play: Player) -> None:
    """Set a new value, then the same value again."""
    actor = play.resource()
    actor.open()
    for rule in _writable(play):
        values = valid_values(rule, play.random)
        _set(actor, rule, values[0])
        if len(values) > 1:
            _set(actor, rule, values[-1])
            actor.must_enter("B.6", "properties_changed")
        _set(actor, rule, values[-1])
        actor.must_enter("B.6", "properties_changed", times=0)


@suite.scenario(
    "type-properties",
    "the type has no private properties of its own, and unknown ones are kept",
    covers=("T-69", "B.5"),
    page="clusctl-resource-type-set-private-properties",
)
def type_properties(play: Player) -> None:
    """Validate, set and read at the type; broken lists are refused."""
    from resforge.conformance.oracle import send_type

    for data in (None, b"", b"\1", b"\0\0\0\0", b"\1\0\0\0", b"\xff\xff\xff\xff"):
        for code in (0x02000089, 0x02400086):
            send_type(play, code, data, 0)
            play.check("B.5", _same_status(play, code, data))


def _same_status(play: Player, code: int, data: bytes | None) -> Callable[[History], str | None]:
    from resforge.model.control_codes import answer
    from resforge.model.properties import View

    expected = int(answer(play.model, View(), code, data, 0).status)

    def test(history: History) -> str | None:
        seen = [r.result for r in history.last.records if isinstance(r, CallReturn)]
        return None if seen == [expected] else f"expected status {expected}, saw {seen}"

    return test
