"""Compares an answer of the DLL to a control code with the answer of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resforge.conformance.history import History
from resforge.conformance.player import first_difference, shown
from resforge.model.control_codes import (
    RESOURCE,
    SET_PRIVATE_PROPERTIES,
    VALIDATE_PRIVATE_PROPERTIES,
    Answer,
    HookResult,
    answer,
)
from resforge.model.properties import DatabaseChange as Write
from resforge.model.properties import PropertyTable, View
from resforge.model.wire import RegistryValue
from resforge.names import ordinal_key
from resforge.rhs.records import CallReturn, DatabaseChange, HookStep
from resforge.rhs.session import Reply

if TYPE_CHECKING:
    from resforge.conformance.actor import Actor
    from resforge.conformance.player import Player

__all__ = ["ask", "ask_type", "must_answer", "sizes"]

MORE_DATA = 234
_SET = RESOURCE | SET_PRIVATE_PROPERTIES
_CHECKED = (_SET, RESOURCE | VALIDATE_PRIVATE_PROPERTIES)
_SAMPLED = 40


def sizes(needed: int) -> list[int]:
    """Return output sizes to try: all from 0 to needed + 1 when few, else the telling ones."""
    if needed <= _SAMPLED:
        return list(range(needed + 2))
    steps = {needed * part // 8 for part in range(8)}
    return sorted({0, 1, 2, 3, 4, *steps, needed - 2, needed - 1, needed, needed + 1})


def ask(
    actor: Actor,
    code: int,
    data: bytes | None = None,
    size: int = 65536,
    *,
    null_output: bool = False,
    claimed_input: int = 0,
    hook: HookResult | None = None,
    rule: str = "B.4",
) -> Answer:
    """Send a control code to a resource and expect what the model answers.

    `claimed_input` is the size in bytes that is told for an input that is missing.

    The resource's values, stored and in memory, follow what the model expects.
    """
    before = actor.view()
    expected = answer(
        actor.player.model, before, code, data, size, null_output=null_output, hook=hook
    )
    actor.control(code, data, size, null_output=null_output, claimed_input=claimed_input)
    must_answer(actor.player, "ResourceControl", rule, code, expected)
    _must_write(actor, rule, code, expected.database_changes)
    for change in expected.database_changes:
        actor.remember(change.name, change.value)
    if expected.in_memory is not None:
        actor.in_memory = dict(expected.in_memory)
    if code in _CHECKED:
        _must_tell_hooks(actor, rule, code, data, before, expected)
    return expected


def _must_tell_hooks(
    actor: Actor, rule: str, code: int, data: bytes | None, before: View, expected: Answer
) -> None:
    """Expect validate to see the values as they would be, properties_changed as they are."""
    table = PropertyTable(actor.player.model)
    accepted = int(table.validate(data)) == 0
    wanted = {
        "validate": [table.readable(before, data)] if accepted else [],
        "properties_changed": (
            [table.readable(actor.view())] if code == _SET and expected.changed_properties else []
        ),
    }

    def test(history: History) -> str | None:
        steps = [s for s in actor.picked(history.last.records, HookStep) if s.what == "input"]
        for hook, values in wanted.items():
            seen = [s.data for s in steps if s.hook == hook]
            if seen != values:
                start = first_difference(seen, values)
                return f"the hook {hook} was given {shown(seen, start)} instead of {shown(values, start)}"
        return None

    actor.player.check(rule, test)


def ask_type(
    player: Player,
    code: int,
    data: bytes | None = None,
    size: int = 65536,
    *,
    null_output: bool = False,
    hook: HookResult | None = None,
    rule: str = "B.5",
) -> Answer:
    """Send a control code to the type and expect what the model answers."""
    expected = answer(player.model, View(), code, data, size, null_output=null_output, hook=hook)
    send_type(player, code, data, size, null_output=null_output)
    must_answer(player, "ResourceTypeControl", rule, code, expected)
    return expected


def send_type(player: Player, code: int, data: bytes | None, size: int, **more: Any) -> Reply:
    """Send a control code to the type."""
    shown = None if data is None else data.hex()
    return player.send(
        "type_control", type=player.model.name, code=code, input=shown, output_size=size, **more
    )


def must_answer(player: Player, entry: str, rule: str, code: int, expected: Answer) -> None:
    """Expect status, byte count and bytes of the latest control call."""

    def test(history: History) -> str | None:
        found = [r for r in history.last.records if isinstance(r, CallReturn) and r.entry == entry]
        if len(found) != 1:
            return f"code 0x{code:08X}: {entry} was called {len(found)} times"
        return _difference(code, found[0], expected)

    player.check(rule, test)


def _difference(code: int, seen: CallReturn, expected: Answer) -> str | None:
    name = f"code 0x{code:08X}"
    if seen.result != int(expected.status):
        return f"{name}: expected status {int(expected.status)}, saw {seen.result}"
    if seen.result not in (0, MORE_DATA) and seen.bytes_returned:
        return f"{name}: failed, and {seen.bytes_returned} bytes were returned"
    if seen.result not in (0, MORE_DATA):
        return None
    if seen.bytes_returned != expected.bytes_returned:
        wanted = expected.bytes_returned
        return f"{name}: expected BytesReturned {wanted}, saw {seen.bytes_returned}"
    got = (seen.output or b"")[: expected.bytes_returned]
    if expected.status == 0 and got != expected.output:
        return f"{name}: expected [{expected.output.hex(' ')}], saw [{got.hex(' ')}]"
    return None


def _must_write(actor: Actor, rule: str, code: int, changes: tuple[Write, ...]) -> None:
    wanted = [(ordinal_key(c.name), c.value) for c in changes]

    def test(history: History) -> str | None:
        seen = [
            (ordinal_key(str(r.name)), RegistryValue(r.type or 0, r.data or b""))
            for r in actor.picked(history.last.records, DatabaseChange)
            if r.operation == "set_value" and r.result == 0
        ]
        if sorted(seen, key=repr) == sorted(wanted, key=repr):
            return None
        return f"code 0x{code:08X}: expected the writes {_names(wanted)}, saw {_names(seen)}"

    actor.player.check(rule, test)


def _names(writes: list[tuple[str, RegistryValue]]) -> str:
    return ", ".join(f"{n}={v.type}:{v.data.hex()}" for n, v in writes) or "none"
