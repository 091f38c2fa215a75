"""The standard control codes, byte for byte, with every buffer size."""

from __future__ import annotations

from resforge.conformance import lists
from resforge.conformance.constants import GET, SET, SET_NAME, VALIDATE
from resforge.conformance.history import History
from resforge.conformance.oracle import ask, ask_type, must_answer, send_type, sizes
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.model.control_codes import DEFAULT_PROCESSING, STATE_CHANGE_REASON, answer
from resforge.rhs.records import CallReturn, DatabaseChange, HookStep

suite = Suite("controls")

RESOURCE = 0x01000000
TYPE = 0x02000000

ANSWERED = (0x00, 0x05, 0x0D, 0x11, 0x79, 0x7D, 0x81, 0x8D)
"""UNKNOWN, characteristics, class, dependencies, and the property codes that only read."""

TYPE_ANSWERED = (0x00, 0x05, 0x0D, 0x11, 0x79, 0x7D, 0x81, 0x91)

LEFT_TO_RHS = (
    0x09, 0x29, 0x2D, 0x31, 0x51, 0x55, 0x59, 0x5D, 0x61, 0x65, 0x69, 0x40005E, 0x4000A2, 0x4000A6,
    0xA9, 0x4000AE, 0x4000B2, 0xB5, 0x4000BA, 0x169, 0x191, 0x1F1, 0x1E9, 0x211, 0x2E1, 0x40001E6,
)  # fmt: skip
"""Codes that RHS or the cluster service answers: flags, common properties, checkpoints, storage."""

NOT_OURS = (
    0x01200000 | 0xFFFF0, 0x01800005, 0x01001235, 0x01600FF2, 0x0120FFFD, 0x03000005, 0x00000005,
    0xFF000081, 0x81000081, 0x01100081, 0x01400081, 0x01000082, 0x01000080, 0x01800081,
)  # fmt: skip
"""Codes that differ from known ones in one field: object, global, modify, user, internal, access."""


@suite.scenario(
    "answers",
    "the standard codes of a resource answer the right bytes in every state",
    covers=("T-68", "B.4", "B.9"),
    page="implementing-resourcecontrol",
)
def answers(play: Player) -> None:
    """Each code with enough room, offline and online."""
    actor = play.resource()
    actor.open()
    for code in ANSWERED:
        ask(actor, RESOURCE | code)
    actor.go_online()
    for code in ANSWERED:
        ask(actor, RESOURCE | code)
    actor.offline()
    for code in ANSWERED:
        ask(actor, RESOURCE | code)


@suite.scenario(
    "sizes",
    "a buffer that is too small gets the size needed and no byte more",
    covers=("T-68", "B.3"),
    page="nc-resapi-presource_control_routine",
)
def every_size(play: Player) -> None:
    """Each code with output sizes from nothing to one byte too many."""
    actor = play.resource()
    actor.open()
    for code in ANSWERED:
        needed = ask(actor, RESOURCE | code).bytes_returned
        for size in sizes(needed):
            ask(actor, RESOURCE | code, size=size, rule="B.3")
        ask(actor, RESOURCE | code, size=0, null_output=True, rule="B.3")
        ask(actor, RESOURCE | code, size=65536, null_output=True, rule="B.3")


@suite.scenario(
    "type-answers",
    "the standard codes of the type answer the right bytes",
    covers=("T-69", "B.5"),
    page="implementing-resourcetypecontrol",
)
def type_answers(play: Player) -> None:
    """Each code with enough room, and with every size."""
    for code in TYPE_ANSWERED:
        needed = ask_type(play, TYPE | code).bytes_returned
        for size in sizes(needed):
            ask_type(play, TYPE | code, size=size, rule="B.3")
        ask_type(play, TYPE | code, size=0, null_output=True, rule="B.3")


@suite.scenario(
    "left-to-rhs",
    "codes that are not the DLL's own get ERROR_INVALID_FUNCTION",
    covers=("T-68", "T-69", "B.8"),
    page="implementing-resourcecontrol",
)
def left_to_rhs(play: Player) -> None:
    """Codes of the system, codes of the other scope, codes that differ in one field."""
    actor = play.resource()
    actor.open()
    for code in LEFT_TO_RHS:
        ask(actor, RESOURCE | code, rule="B.8")
        ask_type(play, TYPE | code, rule="B.8")
    for code in NOT_OURS:
        ask(actor, code, rule="A.3")
    for code in sorted({*ANSWERED, *TYPE_ANSWERED}):
        actor.control(TYPE | code, None, 65536)
        must_answer(play, "ResourceControl", "A.3", TYPE | code, DEFAULT_PROCESSING)
        send_type(play, RESOURCE | code, None, 65536)
        must_answer(play, "ResourceTypeControl", "A.3", RESOURCE | code, DEFAULT_PROCESSING)
    ask_type(play, TYPE | 0x8D, rule="B.5")


@suite.scenario(
    "no-counter",
    "a missing counter of bytes is tolerated",
    covers=("T-68", "T-69", "B.3"),
    page="nc-resapi-presource_control_routine",
)
def no_counter(play: Player) -> None:
    """BytesReturned is NULL; the status is as always."""
    actor = play.resource()
    actor.open()
    for code in ANSWERED:
        for size in (65536, 1, 0):
            expected = answer(play.model, actor.view(), RESOURCE | code, None, size)
            actor.control(RESOURCE | code, None, size, null_returned=True)
            actor.must_return("B.3", "ResourceControl", int(expected.status))
        send_type(play, 0x02000005, None, 4, null_returned=True)


@suite.scenario(
    "no-input",
    "an input that is missing has no bytes, whatever its size is said to be",
    covers=("T-68", "B.2"),
    page="nc-resapi-presource_control_routine",
)
def no_input(play: Player) -> None:
    """InBuffer is NULL and InBufferSize is not 0, for codes that have an input."""
    actor = play.resource()
    actor.open()
    reason = RESOURCE | STATE_CHANGE_REASON
    for code in (GET, SET, VALIDATE, SET_NAME, reason):
        for claimed in (2, 64, 0xFFFFFFFF):
            ask(actor, code, None, claimed_input=claimed, rule="B.2")


@suite.scenario(
    "name-change",
    "SET_NAME is accepted with a name, without one, and with a broken one",
    covers=("T-68", "B.7"),
    page="clusctl-resource-set-name",
)
def name_change(play: Player) -> None:
    """The input is optional; a text without end must not be read past its size."""
    actor = play.resource().ready()
    for data in (None, b"", b"\x41\x00\x42\x00\x00\x00", b"\x41\x00\x42\x00", b"\x41"):
        actor.control(SET_NAME, data, 0)
        _harmless(play)
    actor.must_be("B.7", "Online")


@suite.scenario(
    "name-in-use",
    "after SET_NAME hooks see the new name",
    covers=("B.7",),
    page="clusctl-resource-set-name",
)
def name_in_use(play: Player) -> None:
    """The next hook reports itself under the new name; a broken name changes nothing."""
    actor = play.resource()
    actor.open()
    renamed = f"{actor.name} renamed"
    actor.control(SET_NAME, (renamed + "\0").encode("utf-16-le"), 0)
    actor.control(SET_NAME, "x".encode("utf-16-le"), 0)
    actor.online()

    def test(history: History) -> str | None:
        hooks = [r for r in history.last.records if isinstance(r, HookStep)]
        names = {r.resource for r in hooks}
        return None if names == {renamed} else f"hooks saw the names {sorted(map(str, names))}"

    play.check("B.7", test)
    actor.terminate(optional=True)


@suite.scenario(
    "type-unknown-properties",
    "private properties of the type are stored and listed as unknown ones",
    covers=("T-69", "B.5"),
    page="clusctl-resource-type-set-private-properties",
)
def type_unknown_properties(play: Player) -> None:
    """Set one property of each format at the type, then read them all; set what is there again."""
    for item in lists.unknown_properties(play.random):
        data = lists.several(item)
        send_type(play, TYPE | 0x400086, data, 0)
        _must_list(play, lists.listed(item))
        send_type(play, TYPE | 0x400086, data, 0)
        play.equal("B.6", "writes of a value that is there", _writes, 0)


def _writes(history: History) -> int:
    return sum(isinstance(record, DatabaseChange) for record in history.last.records)


def _must_list(play: Player, item: bytes) -> None:
    send_type(play, TYPE | 0x81, None, 65536)

    def test(history: History) -> str | None:
        outputs = [r.output or b"" for r in history.last.records if isinstance(r, CallReturn)]
        found = outputs and item in outputs[-1]
        return None if found else f"[{item.hex(' ')}] is not among the properties of the type"

    play.check("B.5", test)


@suite.scenario(
    "state-change-reason",
    "STATE_CHANGE_REASON needs its whole structure",
    covers=("T-68", "B.7"),
    page="clusctl-resource-state-change-reason",
)
def state_change_reason(play: Player) -> None:
    """Each reason, buffers that are too short, and some whose size says something else."""
    actor = play.resource()
    actor.open()
    for reason in range(6):
        ask(actor, 0x0150004E, _reason(reason), 0, rule="B.7")
    for data in (None, b"", _reason(1)[:11], _reason(1)[:4]):
        ask(actor, 0x0150004E, data, 0, rule="B.7")
    for data in (_reason(1, size=0), _reason(2) + b"more"):
        ask(actor, 0x0150004E, data, 0, rule="B.7")


def _reason(number: int, size: int = 12) -> bytes:
    return b"".join(n.to_bytes(4, "little") for n in (size, 1, number))


@suite.scenario(
    "notifications",
    "notifications of the cluster service are answered without harm",
    covers=("T-68", "T-69", "B.7"),
    page="internal-resource-control-codes",
)
def notifications(play: Player) -> None:
    """Each notification with no input, with a name and with rubbish."""
    actor = play.resource().ready()
    codes = (0x06, 0x0A, 0x0E, 0x12, 0x16, 0x1A, 0x1E, 0x2E, 0x52, 0x56, 0x5A)
    for code in codes:
        for data in (None, b"x\0\0\0", b"\xff" * 7):
            actor.control(RESOURCE | 0x500000 | code, data, 0)
            _harmless(play)
    for code in (0x0A, 0x0E, 0x2E, 0x32, 0x36, 0x3A):
        send_type(play, TYPE | 0x500000 | code, bytes(12), 0)
        _harmless(play)
    actor.must_be("B.7", "Online")


def _harmless(play: Player) -> None:
    """Expect success or a request for default processing, never another error."""

    def test(history: History) -> str | None:
        returned = [r for r in history.last.records if isinstance(r, CallReturn)]
        bad = [r.result for r in returned if r.result not in (0, 1)]
        return f"expected status 0 or 1, saw {bad[0]}" if bad else None

    play.check("B.7", test)


@suite.scenario(
    "beside-online",
    "a control code while Online is pending is answered",
    covers=("T-68", "P3"),
    page="implementing-resourcecontrol",
    policies=({"P3": "QUEUE"}, {"P3": "PARALLEL"}),
)
def beside_online(play: Player) -> None:
    """Every answered code in the middle of an Online."""
    from resforge.conformance.actor import step

    actor = play.resource()
    actor.open()
    if not play.model.pending_online:
        actor.online()
    else:
        actor.script("online", step("wait", ms=60_000))
        actor.online()
    for code in ANSWERED:
        ask(actor, RESOURCE | code)
    play.advance(60_001)
    actor.must_be("T-25", "Online")
