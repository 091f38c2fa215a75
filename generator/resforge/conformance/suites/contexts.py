"""What hooks are given: properties, waits that end, notifications, errors that arrive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from resforge.conformance import lists, needs
from resforge.conformance.actor import Actor, asleep, step
from resforge.conformance.constants import HOUR, SET, SET_NAME, VALIDATE
from resforge.conformance.database import must_store
from resforge.conformance.force import must_be_in_force
from resforge.conformance.history import History
from resforge.conformance.oracle import ask
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.conformance.values import as_private, registry_value, valid_values, wrong_numbers
from resforge.model.properties import PropertyTable
from resforge.model.rules import PropertyRule
from resforge.rhs.records import CallReturn, HookStep, LogEntry

suite = Suite("contexts")

DELETE = 0x01500006
NOTIFICATIONS = (
    DELETE,
    0x0150000A,  # INSTALL_NODE
    0x0150000E,  # EVICT_NODE
    0x01500012,  # ADD_DEPENDENCY
    0x01500016,  # REMOVE_DEPENDENCY
    0x0150001A,  # ADD_OWNER
    0x0150001E,  # REMOVE_OWNER
    0x0150002E,  # CLUSTER_VERSION_CHANGED
    0x01500052,  # PROVIDER_STATE_CHANGE
    0x01500056,  # LEAVING_GROUP
    0x0150005A,  # JOINING_GROUP
)
"""Codes that only tell something (header clusapi.h); SET_NAME is one more."""
GENERAL_FAILURE = 31
INVALID_PARAMETER = 87
ABORTED = 995
PENDING = 997
WARNING = 1
ERROR = 2
MULTI_SZ = 7


def reported(actor: Actor, hook: str, what: str) -> Callable[[History], list[bytes | None]]:
    """Return what reads all reports of one kind that a hook has made in the latest reply."""

    def get(history: History) -> list[bytes | None]:
        steps = actor.picked(history.last.records, HookStep)
        return [s.data for s in steps if s.hook == hook and s.what == what]

    return get


def numbers(*values: int) -> bytes:
    """Return numbers as a hook reports them."""
    return b"".join(value.to_bytes(4, "little") for value in values)


@suite.scenario(
    "open-sees-stored",
    "the hook open sees the stored values, and defaults for those that cannot be used",
    covers=("T-05", "C.3"),
    page="implementing-open",
    needs=needs.properties,
)
def open_sees_stored(play: Player) -> None:
    """Each property has its largest value, then one after the other is beyond limits or damaged.

    The hook validate sees the same.
    """
    rules = [r for r in play.model.properties if not r.in_memory]
    private = [as_private(r, valid_values(r, play.random)[-1]) for r in rules]
    actor = play.resource(private=private)
    table = PropertyTable(play.model)
    for damaged in (None, *(bad for rule in rules for bad in _unusable(rule))):
        if damaged is not None:
            actor.put(*damaged)
        actor.script("open", step("report_properties"))
        actor.open()
        wanted = [table.readable(actor.view())]
        play.equal("C.3", "values", reported(actor, "open", "properties_in_force"), wanted)
        ask(actor, VALIDATE, lists.several(), 0, rule="B.6")
        actor.close()


def _unusable(rule: PropertyRule) -> list[tuple[str, int, bytes]]:
    """Return stored values that cannot be used: numbers beyond the limits, then bytes of no meaning."""
    beyond = [registry_value(rule, number) for number in wrong_numbers(rule)]
    return [*((rule.name, value.type, value.data) for value in beyond), (rule.name, 0, b"\1")]


@suite.scenario(
    "same-values",
    "a hook keeps the values that it began with, and can ask for the latest",
    covers=("B.6", "3.5"),
    page="nc-resapi-presource_control_routine",
    needs=needs.all_of(needs.properties, needs.pending_offline),
)
def same_values(play: Player) -> None:
    """All values change while the hook offline waits."""
    actor = play.resource()
    actor.open()
    rules = [r for r in play.model.properties if not r.read_only]
    values = {r.name: valid_values(r, play.random) for r in rules}
    ask(
        actor,
        SET,
        lists.several(*[lists.whole(r, values[r.name][0]) for r in rules]),
        0,
        rule="B.6",
    )
    actor.go_online()
    before = PropertyTable(play.model).readable(actor.view())
    steps = [step("wait", ms=1_000), step("report_properties"), step("report_latest")]
    actor.script("offline", *steps)
    actor.offline()
    actor.control(SET, lists.several(*[lists.whole(r, values[r.name][-1]) for r in rules]), 0)
    play.advance(1_001)
    play.equal("3.5", "values", reported(actor, "offline", "properties_in_force"), [before])
    wanted = {r.name: values[r.name][-1] for r in rules if r.immediate}
    latest = lists.several(
        *[
            lists.whole(r, wanted.get(r.name, PropertyTable(play.model).value(r, actor.view())))
            for r in play.model.properties
        ]
    )
    play.equal("B.6", "values", reported(actor, "offline", "properties_latest"), [latest])


@suite.scenario(
    "publish-refused",
    "a hook cannot publish a property that is not read-only",
    covers=("C.1",),
    page="read-only-properties",
    needs=needs.properties,
)
def publish_refused(play: Player) -> None:
    """Each writable property from the hook online; nothing changes."""
    actor = play.resource()
    actor.open()
    rules = [r for r in play.model.properties if not r.read_only]
    items = [lists.whole(r, valid_values(r, play.random)[-1]) for r in rules]
    actor.script("online", step("set_read_only", hex=lists.several(*items).hex()))
    actor.go_online()
    wanted = [numbers(INVALID_PARAMETER)] * len(rules)
    play.equal("C.1", "answers", reported(actor, "online", "published"), wanted)
    must_be_in_force(actor, actor.view(), only=[r.name for r in rules])
    must_store(actor)


@suite.scenario(
    "checkpoint",
    "a hook can tell the cluster of a registry key that belongs to the resource",
    covers=("8.5",),
    page="clusctl-resource-add-registry-checkpoint",
    needs=needs.pending_online,
)
def checkpoint(play: Player) -> None:
    """From the worker of Online."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("checkpoint", text="Software\\Vendor"), step("return", value=0))
    actor.go_online()
    play.equal("8.5", "answer", reported(actor, "online", "checkpoint"), [numbers(0)])


@suite.scenario(
    "cluster-name",
    "a hook on a worker thread gets an answer to a control code that it sends to the cluster",
    covers=("8.5",),
    page="function-calls-to-avoid-in-resource-dlls",
    needs=needs.pending_online,
)
def cluster_name(play: Player) -> None:
    """What the resource is called, from the worker of Online."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("cluster_name"), step("return", value=0))
    actor.go_online()
    name = (actor.name + "\0").encode("utf-16-le")
    play.equal("8.5", "answer", reported(actor, "online", "cluster_name"), [name])


@suite.scenario(
    "read-texts",
    "a hook that reads a list of texts from the database learns its size in bytes",
    covers=("C.1",),
    page="nf-resapi-resutilgetmultiszvalue",
)
def read_texts(play: Player) -> None:
    """A value that the schema does not know."""
    texts = "first\0second\0\0".encode("utf-16-le")
    actor = play.resource()
    actor.put("TextsOfAnotherNode", MULTI_SZ, texts)
    actor.script("open", step("read_texts", text="TextsOfAnotherNode"), step("return", value=0))
    actor.open()
    play.equal("C.1", "texts", reported(actor, "open", "texts"), [texts])


@suite.scenario(
    "kept-name",
    "the name that a hook was given stays what it was until the hook returns",
    covers=("B.7", "3.5"),
    page="clusctl-resource-set-name",
    needs=needs.pending_online,
    tolerates=("deaf",),
)
def kept_name(play: Player) -> None:
    """The resource gets other names before and after the worker of Online asks for it."""
    actor = play.resource()
    actor.open()
    keep = step("keep_name", ms=20)
    actor.script("online", step("wait", ms=10), keep, step("return", value=0))
    actor.online()
    for other in ("A name that is long", "A name that is longer than the first"):
        play.advance(5)
        actor.control(SET_NAME, f"{other}\0".encode("utf-16-le"), 0)
        play.advance(10)
    name = (actor.name + "\0").encode("utf-16-le")
    play.equal("3.5", "name", reported(actor, "online", "kept_name"), [name])


@suite.scenario(
    "notified",
    "the hook notified gets the code, the bytes and the text of a notification",
    covers=("B.7",),
    page="clusctl-resource-set-name",
)
def notified(play: Player) -> None:
    """With text, with bytes that are none, and with nothing."""
    actor = play.resource()
    actor.open()
    name = "new näme\U0001f600\0".encode("utf-16-le")
    for code, data, text in (
        (SET_NAME, name, name), (DELETE, None, b"\0\0"), (DELETE, b"\1\2\3", b"\0\0"),
        (DELETE, b"a\0b\0", b"\0\0"), *((code, None, b"\0\0") for code in NOTIFICATIONS[1:]),
    ):  # fmt: skip
        actor.control(code, data, 0)
        wanted = [numbers(code) + text + (data or b"")]

        def seen(history: History) -> list[bytes | None]:
            steps = [r for r in history.last.records if isinstance(r, HookStep)]
            return [s.data for s in steps if s.hook == "notified" and s.what == "input"]

        play.equal("B.7", "notification", seen, wanted)
    actor.control(SET_NAME, (actor.name + "\0").encode("utf-16-le"), 0)


@suite.scenario(
    "renamed-to-nothing",
    "a notification of a new name without a name changes nothing",
    covers=("B.7",),
    page="clusctl-resource-set-name",
)
def renamed_to_nothing(play: Player) -> None:
    """No bytes, bytes that are no text, and a text without characters."""
    actor = play.resource()
    actor.open()
    for data in (None, b"", b"\1\0", b"\0\0"):
        actor.control(SET_NAME, data, 0)
    actor.go_online()
    actor.must_enter("B.7", "online")


@suite.scenario(
    "slow-open-refused",
    "an Open that takes longer than its budget is logged when it fails, too",
    covers=("0.3", "T-07"),
    page="implementing-open",
    tolerates=("slow", "deaf"),
)
def slow_open_refused(play: Player) -> None:
    """The hook open returns an error, then throws, one millisecond too late."""
    budget = play.model.timing.budgets.open
    for end in (step("return", value=5), step("throw")):
        actor = play.resource()
        actor.script("open", *asleep(budget + 1), end)
        actor.send("open")
        play.advance(budget + 1)
        actor.must_return("T-07", "Open", None)
        actor.must_enter("3.2", "close", times=0)
        actor.must_log(
            "0.3 rule 2", WARNING, f"Open took {budget + 1} ms, its budget is {budget} ms"
        )


@suite.scenario(
    "waits-after-terminate",
    "a stop is over when the next Online has begun, also for the first control code after it",
    covers=("T-43", "3.5"),
    page="implementing-terminate",
    tolerates=("slow",),
)
def waits_after_terminate(play: Player) -> None:
    """The hook of a notification waits for a while."""
    actor = play.resource().ready()
    actor.terminate()
    actor.go_online()
    actor.script("notified", step("wait", ms=100), step("return", value=0))
    actor.control(DELETE, None, 0)
    play.advance(99)
    play.equal("3.5 note a", "calls that returned", partial(_controls_returned, actor), 0)
    play.advance(1)
    play.equal("3.5 note a", "calls that returned", partial(_controls_returned, actor), 1)


def _controls_returned(actor: Actor, history: History) -> int:
    returned = actor.picked(history.last.records, CallReturn)
    return sum(r.entry == "ResourceControl" for r in returned)


@suite.scenario(
    "stops-control",
    "Terminate and Close end a control code whose hook waits",
    covers=("T-43", "T-09", "3.5"),
    page="implementing-terminate",
    tolerates=("slow", "model"),
)
def stops_control(play: Player) -> None:
    """The hook of a notification waits for an hour when the stop comes."""
    actor = play.resource().ready()
    for stop in (actor.terminate, partial(actor.direct, "Close")):
        actor.script("notified", step("wait", ms=HOUR), step("return", value=0))
        actor.control(DELETE, None, 0)
        play.advance(100)
        stop()
        play.equal("3.5 note a", "calls that returned", lambda h: _returned(actor, h), 2)


def _returned(actor: Actor, history: History) -> int:
    return len(actor.picked(history.last.records, CallReturn))


@suite.scenario(
    "no-promise",
    "ERROR_IO_PENDING from a hook is a failure, for nothing could follow it",
    covers=("T-17", "T-26", "T-48", "T-52"),
    page="nc-resapi-ponline_routine",
)
def no_promise(play: Player) -> None:
    """Returned and thrown: from open, from online and from offline."""
    for promise in (step("return", value=PENDING), step("throw_system", value=PENDING)):
        actor = play.resource()
        actor.script("open", promise)
        actor.send("open")
        actor.must_return("T-07", "Open", None)
        play.equal("T-07", "last error of Open", partial(_last_error, actor), GENERAL_FAILURE)
        actor.open()
        actor.script("online", promise)
        actor.online()
        actor.must_return("T-17", "Online", _status(play.model.pending_online))
        actor.must_call("T-17", "Online", "Terminate")
        actor.must_log("6", ERROR)
        actor.must_be("T-56", "Offline", "Failed")
        actor.go_online()
        actor.script("offline", promise)
        actor.offline()
        actor.must_return("T-48", "Offline", _status(play.model.pending_offline))
        actor.must_call("T-48", "Offline", "Terminate")
        actor.must_be("T-56", "Offline")
        actor.close()


def _last_error(actor: Actor, history: History) -> int | None:
    opened = [r for r in actor.picked(history.last.records, CallReturn) if r.entry == "Open"]
    return opened[-1].last_error if opened else None


def _status(pends: bool) -> int:
    return PENDING if pends else GENERAL_FAILURE


EDGES = "\x80\u07ff\u0800\uffff\U00010000\U0010ffff"
MESSAGES = ("plain", "100 %1 %", "ä\U0001f600", EDGES, "x" * 198, "x" * 199, "x" * 200, "x" * 700)
UNPAIRED = ("\ud800x", "\udc00x", "\udfff", "\ud800\ud801x", "\udbff\ue000x", "\ud800\uffffx")
"""Surrogates without their other half."""
ENTRIES = {
    "open": "Open", "online": "Online", "offline": "Offline", "is_alive": "IsAlive",
    "looks_alive": "LooksAlive", "notified": "ResourceControl",
}  # fmt: skip
"""The entry point that calls a hook."""
KEPT = 199
"""Bytes of the text of an exception that reach the log."""


@suite.scenario(
    "exception-text",
    "the log says which hook ended with which exception",
    covers=("4.3", "T-63"),
    page="nc-resapi-plog_event_routine",
)
def exception_text(play: Player) -> None:
    """Exceptions with short and long texts, of unknown type, and with a code of Windows."""
    cases = [(step("throw", text=text), text[:KEPT], 574) for text in MESSAGES]
    for units in UNPAIRED:
        bytes_of = units.encode("utf-16-le", "surrogatepass")
        shown = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in units)
        cases.append((step("throw", hex=bytes_of.hex()), shown, 574))
    cases += [
        (step("throw_unknown"), "an exception of unknown type", 574),
        (step("out_of_memory"), "out of memory", 8),
        (step("throw_system", value=5), "a Win32 function failed", 5),
        (step("throw_system", value=0), "a Win32 function failed", GENERAL_FAILURE),
        (step("throw_system", value=0x10000), "a Win32 function failed", 0x10000),
        (step("throw_system", value=0x80070005), "a Win32 function failed", 0x80070005),
    ]
    actor = play.resource()
    for thrown, text, code in cases:
        actor.script("open", thrown)
        actor.send("open")
        actor.must_return("T-07", "Open", None)
        wanted = f"Open ended with an exception: {text} (error {code})"
        play.check("4.3", _logged(actor, ERROR, wanted))


def _logged(actor: Actor, level: int, text: str) -> Callable[[History], str | None]:
    def test(history: History) -> str | None:
        entries = [e for e in actor.picked(history.last.records, LogEntry) if e.level == level]
        seen = "".join(entry.text for entry in entries)
        return None if text in seen else f"expected the log text {text!r}, saw {_short(seen)}"

    return test


def _short(text: str | Sequence[str]) -> str:
    return repr(text[:300])


@suite.scenario(
    "slow-calls",
    "a call that takes longer than its budget is logged, one within it is not",
    covers=("0.3", "4.3"),
    page="implementing-resource-dlls",
    tolerates=("slow", "deaf", "model"),
)
def slow_calls(play: Player) -> None:
    """Each entry point that runs a hook takes its whole budget, then one millisecond more."""
    model, budgets = play.model, play.model.timing.budgets
    cached = model.failure_detection == "cached_health"
    taken = {
        "open": budgets.open,
        "notified": budgets.control,
        **({} if cached else {"is_alive": budgets.is_alive}),
        **({"looks_alive": budgets.looks_alive} if model.failure_detection == "polling" else {}),
        **({} if model.pending_online else {"online": budgets.online}),
        **({} if model.pending_offline else {"offline": budgets.offline}),
    }
    for hook, budget in taken.items():
        for late in (0, 1):
            actor = play.resource()
            actor.script(hook, *asleep(budget + late))
            _live(play, actor, budget + late)
            text = f"{ENTRIES[hook]} took {budget + 1} ms, its budget is {budget} ms"
            wanted = [text] if late else []
            play.check("0.3 rule 2", _warned(actor, wanted))
            actor.close()


def _live(play: Player, actor: Actor, ms: int) -> None:
    """Call each entry point once; the slow one is over when its time has passed."""
    actor.send("open")
    play.advance(ms)
    actor.online()
    play.advance(ms)
    actor.control(DELETE, None, 0)
    play.advance(ms)
    for entry in ("IsAlive", "LooksAlive"):
        actor.direct(entry)
        play.advance(ms)
    actor.offline()
    play.advance(ms)
    actor.must_be("T-46", "Offline")


def _warned(actor: Actor, wanted: Sequence[str]) -> Callable[[History], str | None]:
    def test(history: History) -> str | None:
        seen = [e.text for e in actor.picked(history.records, LogEntry) if e.level > 0]
        if len(seen) == len(wanted) and all(w in s for w, s in zip(wanted, seen, strict=True)):
            return None
        return f"expected the warnings {list(wanted)}, saw {seen}"

    return test
