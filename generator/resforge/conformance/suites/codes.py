"""The author's control codes: inputs good and bad, allowed states, outputs."""

from __future__ import annotations

import random
from typing import Any

from resforge.conformance import needs
from resforge.conformance.actor import Actor, step
from resforge.conformance.constants import GENERAL_FAILURE, HOUR, NO_RESOURCES
from resforge.conformance.history import History
from resforge.conformance.oracle import ask as ask_resource
from resforge.conformance.oracle import ask_type, sizes
from resforge.conformance.player import Player
from resforge.conformance.scenario import Scenario
from resforge.conformance.values import NUMBERS
from resforge.model.buffers import encode_buffer
from resforge.model.control_codes import Answer, HookResult
from resforge.model.rules import (
    BufferRule,
    ControlCodeRule,
    FieldRule,
    Format,
    RawRule,
    StructRule,
    TypeModel,
    Value,
)
from resforge.rhs.records import HookStep

PAGE = "creating-control-codes"
INVALID_DATA = 13
INVALID_STATE = 5023
NO_RESULTS = (997, 234)
"""A hook can neither promise a later answer nor ask for more room."""
_LONGEST_INPUT = 1 << 20
"""Bytes. A schema may allow raw inputs of 4 GiB, which neither this process nor the protocol's line
of text can carry."""
_EVERY_CUT = 128
"""Bytes. A longer struct is cut around its fields only, not at each of its bytes."""


def build(model: TypeModel) -> list[Scenario]:
    """Return the scenarios for each control code of the type."""
    found: list[Scenario] = []
    for rule in model.control_codes:
        found += [_inputs(rule), _outputs(rule), _errors(rule)]
        found += [_sizes_of_output(rule, rule.output)] if isinstance(rule.output, RawRule) else []
        if rule.scope == "resource":
            found += [_states(rule), _failed(rule)]
    return found


def ready_for(play: Player, rule: ControlCodeRule) -> Actor:
    """Return a resource in a state in which the code is allowed."""
    actor = play.resource()
    actor.open()
    state = needs.lasting_state(play.model, rule)
    if state in ("online", "offline_pending"):
        actor.go_online()
    if state in ("online_pending", "offline_pending"):
        operation = state.removesuffix("_pending")
        actor.script(operation, step("wait", ms=HOUR))
        actor.send(operation)
    return actor


def ask(
    play: Player,
    actor: Actor,
    rule: ControlCodeRule,
    data: bytes | None,
    size: int = 65536,
    **more: Any,
) -> None:
    """Send the code, expecting nothing yet."""
    if rule.scope == "resource":
        actor.control(rule.value, data, size, **more)
        return
    shown = None if data is None else data.hex()
    play.send(
        "type_control",
        type=play.model.name,
        code=rule.value,
        input=shown,
        output_size=size,
        **more,
    )


def expect(
    play: Player,
    actor: Actor,
    rule: ControlCodeRule,
    data: bytes | None,
    size: int = 65536,
    hook: HookResult | None = None,
    **more: Any,
) -> Answer:
    """Send the code with `data` into a buffer of `size` bytes; `hook` is what its hook does."""
    where = "A.4" if rule.scope == "resource" else "B.5"
    if rule.scope == "resource":
        expected = ask_resource(actor, rule.value, data, size, hook=hook, rule=where, **more)
    else:
        expected = ask_type(play, rule.value, data, size, hook=hook, rule=where, **more)
    _must_see(play, rule, expected)
    return expected


def _must_see(play: Player, rule: ControlCodeRule, expected: Answer) -> None:
    """Expect the hook to get the typed input that the bytes mean, or not to be called."""
    name = hook_name(rule)

    def test(history: History) -> str | None:
        steps = [r for r in history.last.records if isinstance(r, HookStep) and r.hook == name]
        entered = any(s.what == "enter" for s in steps)
        inputs = [s.data for s in steps if s.what == "input"]
        if not entered and expected.hook_input is None:
            return None
        if entered and expected.hook_input is None:
            return f"the hook {name} was called with an input that is not valid"
        if not entered:
            return f"the hook {name} was not called"
        if rule.input is None or inputs == [expected.hook_input]:
            return None
        seen = inputs[0].hex(" ") if inputs and inputs[0] is not None else "nothing"
        return f"the hook {name} saw [{seen}] instead of [{(expected.hook_input or b'').hex(' ')}]"

    play.check("4. control codes", test)


def hook_name(rule: ControlCodeRule) -> str:
    """Return the name of the hook that serves a control code."""
    prefix = "control_" if rule.scope == "resource" else "type_control_"
    return prefix + rule.identifier


def script_for(
    play: Player, actor: Actor, rule: ControlCodeRule, *steps: dict[str, object]
) -> None:
    """Script the hook of a control code."""
    target = actor.name if rule.scope == "resource" else play.model.name
    play.script(target, hook_name(rule), *steps)


def _calm(play: Player, actor: Actor, rule: ControlCodeRule) -> HookResult:
    """Let the hook of a code always succeed with one valid output."""
    if rule.output is None:
        return HookResult()
    output = sample_buffer(rule.output, play.random) or b""
    target = actor.name if rule.scope == "resource" else play.model.name
    play.script(target, hook_name(rule), step("output", hex=output.hex()), repeat=True)
    return HookResult(0, output)


# Inputs and outputs made from the layout.


def sample_input(rule: ControlCodeRule, source: random.Random) -> bytes | None:
    """Return a valid input, None when the code takes none."""
    return sample_buffer(rule.input, source)


def sample_buffer(rule: BufferRule, source: random.Random) -> bytes | None:
    """Return valid bytes for a buffer with a random content."""
    if rule is None:
        return None
    if isinstance(rule, RawRule):
        most = min(rule.minimum + 64, rule.maximum if rule.maximum is not None else 1 << 20)
        return source.randbytes(source.randint(rule.minimum, most))
    return encode_buffer(rule, {f.identifier: _sample(f, source) for f in rule.fields})


def _unfilled(rule: BufferRule) -> HookResult:
    """Return what comes of a hook that leaves its output alone."""
    if not isinstance(rule, StructRule):
        return HookResult(INVALID_DATA if rule is not None and rule.minimum > 0 else 0)
    numbers = {field.identifier: 0 for field in rule.fields if field.format in NUMBERS}
    texts = {field.identifier: "" for field in rule.fields if field.format not in NUMBERS}
    return HookResult(0, encode_buffer(rule, {**numbers, **texts}))


def _sample(field: FieldRule, source: random.Random) -> Value:
    if field.format in NUMBERS:
        low, high = NUMBERS[field.format]
        return source.choice([low, high, source.randint(low, high)])
    most = 20 if field.length is None else min(field.length - 1, 20)
    return "".join(source.choice("abc %1\\ä") for _ in range(source.randint(0, most)))


def wrong_inputs(rule: BufferRule, good: bytes | None) -> list[bytes | None]:
    """Return inputs that the layout forbids or that end where they should not."""
    if rule is None or good is None:
        return [b"", b"\1\2\3"]
    if isinstance(rule, RawRule):
        lengths = [max(0, rule.minimum - 1), rule.minimum, *_longest(rule)]
        return [None, b"", *map(bytes, lengths)]
    cuts: list[bytes | None] = [good[:size] for size in _cuts(rule, len(good))]
    texts = [_unterminated(rule, field, good) for field in rule.fields if _is_text(field)]
    return [None, *cuts, good + b"\0", good + bytes(64), good + b"\xff", *texts]


def other_truths(rule: BufferRule, good: bytes | None) -> list[bytes]:
    """Return inputs whose fields of format BOOL are true with numbers other than 1."""
    if not isinstance(rule, StructRule) or good is None:
        return []
    truths = [field for field in rule.fields if field.format is Format.BOOL]
    return [
        good[: field.offset] + number.to_bytes(4, "little") + good[field.offset + 4 :]
        for field in truths
        for number in (2, 0x100, 0x80000000, 0xFFFFFFFF)
    ]


def _longest(rule: RawRule) -> list[int]:
    """Return the longest size that is allowed and the next one, as far as they can be sent."""
    if rule.maximum is None:
        return []
    if rule.maximum < _LONGEST_INPUT:
        return [rule.maximum, rule.maximum + 1]
    return [_LONGEST_INPUT]


def _cuts(rule: StructRule, length: int) -> list[int]:
    """Return the sizes below `length` at which a struct is cut off."""
    if length <= _EVERY_CUT:
        return list(range(length))
    ends = [field.offset + (field.size or 0) for field in rule.fields]
    edges = {0, length, rule.fixed_size, *ends, *(field.offset for field in rule.fields)}
    near = {edge + distance for edge in edges for distance in (-2, -1, 0, 1, 2)}
    return sorted(size for size in near if 0 <= size < length)


def _is_text(field: FieldRule) -> bool:
    return field.format in (Format.SZ, Format.EXPAND_SZ)


def _unterminated(rule: StructRule, field: FieldRule, good: bytes) -> bytes:
    if field.size is None:
        return good[: field.offset] + b"A\0" * 5
    return good[: field.offset] + b"A\0" * (field.size // 2) + good[field.offset + field.size :]


def _rubbish_behind_texts(rule: BufferRule, good: bytes | None) -> list[bytes]:
    """Return inputs whose texts of a fixed length end early, before what was there earlier."""
    if not isinstance(rule, StructRule) or good is None:
        return []
    rubbish = "\0" + "x" * 256
    texts = [(field.offset, field.size) for field in rule.fields if _is_text(field) and field.size]
    return [
        good[:offset] + rubbish.encode("utf-16-le")[:size] + good[offset + size :]
        for offset, size in texts
    ]


# Scenarios of one code.


def _inputs(rule: ControlCodeRule) -> Scenario:
    def play_inputs(play: Player) -> None:
        """Valid inputs from the scenario's random numbers, then damaged ones."""
        actor = ready_for(play, rule)
        hook = _calm(play, actor, rule)
        good = sample_input(rule, play.random)
        for _ in range(6):
            expect(play, actor, rule, sample_input(rule, play.random), hook=hook)
        unusual = (*other_truths(rule.input, good), *_rubbish_behind_texts(rule.input, good))
        for data in (*unusual, *wrong_inputs(rule.input, good)):
            expect(play, actor, rule, data, hook=hook)

    return Scenario(
        id=f"codes-{rule.identifier}-input",
        title=f"{rule.name} accepts valid inputs and refuses damaged ones",
        play=play_inputs,
        covers=("T-68" if rule.scope == "resource" else "T-69",),
        page=PAGE,
        needs=needs.allowed_code(rule),
    )


def _outputs(rule: ControlCodeRule) -> Scenario:
    def play_outputs(play: Player) -> None:
        """Outputs of several sizes into buffers of every size, then one that the hook leaves alone."""
        actor = ready_for(play, rule)
        data = sample_input(rule, play.random)
        for _ in range(3):
            output = sample_buffer(rule.output, play.random) or b""
            for size in sizes(len(output)):
                script_for(play, actor, rule, step("output", hex=output.hex()))
                expect(play, actor, rule, data, size, HookResult(0, output))
        for more in ({}, {"null_output": True}):
            script_for(play, actor, rule, step("return", value=0))
            expect(play, actor, rule, data, hook=_unfilled(rule.output), **more)

    return Scenario(
        id=f"codes-{rule.identifier}-output",
        title=f"{rule.name} returns its output when there is room, else the size",
        play=play_outputs,
        covers=("B.3",),
        page=PAGE,
        needs=needs.all_of(
            needs.allowed_code(rule),
            lambda _: None if rule.output is not None else f"{rule.name} has no output",
        ),
    )


def _sizes_of_output(rule: ControlCodeRule, limits: RawRule) -> Scenario:
    def play_sizes(play: Player) -> None:
        """The smallest and the largest output of the hook, and what is beyond them by a byte."""
        actor = ready_for(play, rule)
        data = sample_input(rule, play.random)
        lengths = {limits.minimum, *_longest(limits)}
        for length in sorted(lengths | {max(0, limits.minimum - 1)}):
            output = play.random.randbytes(length)
            too_long = limits.maximum is not None and length > limits.maximum
            wrong = length < limits.minimum or too_long
            result = HookResult(INVALID_DATA) if wrong else HookResult(0, output)
            script_for(play, actor, rule, step("output", hex=output.hex()))
            expect(play, actor, rule, data, max(65536, length), result)

    return Scenario(
        id=f"codes-{rule.identifier}-output-limits",
        title=f"the output of {rule.name} has as many bytes as the schema says, or it is an error",
        play=play_sizes,
        covers=("B.2",),
        page=PAGE,
        needs=needs.allowed_code(rule),
    )


def _errors(rule: ControlCodeRule) -> Scenario:
    def play_errors(play: Player) -> None:
        """The hook's code is the answer, and nothing else, also when it has an output."""
        actor = ready_for(play, rule)
        data = sample_input(rule, play.random)
        output = (sample_buffer(rule.output, play.random) or b"").hex()
        for code in (5, 87, 1460):
            for before in ((), (step("output", hex=output),)):
                script_for(play, actor, rule, *before, step("return", value=code))
                expect(play, actor, rule, data, hook=HookResult(code))
        for code in NO_RESULTS:
            for end in ("return", "throw_system"):
                script_for(play, actor, rule, step(end, value=code))
                expect(play, actor, rule, data, hook=HookResult(GENERAL_FAILURE))

    return Scenario(
        id=f"codes-{rule.identifier}-error",
        title=f"an error of the hook of {rule.name} is the answer",
        play=play_errors,
        covers=("B.2",),
        page=PAGE,
        needs=needs.allowed_code(rule),
    )


def _states(rule: ControlCodeRule) -> Scenario:
    def play_states(play: Player) -> None:
        """The code in each state that the resource can have."""
        data = sample_input(rule, play.random)
        actor = play.resource()
        actor.open()
        hook = _calm(play, actor, rule)
        expect(play, actor, rule, data, hook=hook)
        for operation in ("online", "offline"):
            actor.script(operation, step("wait", ms=20))
            actor.send(operation)
            expect(play, actor, rule, data, hook=hook)
            play.advance(21)
            expect(play, actor, rule, data, hook=hook)
        actor.must_be("T-51", "Offline")

    return Scenario(
        id=f"codes-{rule.identifier}-states",
        title=f"{rule.name} answers ERROR_INVALID_STATE in states where it is not allowed",
        play=play_states,
        covers=("T-68",),
        page=PAGE,
        policies={"P3": "PARALLEL"},
    )


def _failed(rule: ControlCodeRule) -> Scenario:
    def play_failed(play: Player) -> None:
        """Offline has failed, by its hook or because its worker cannot be made, and no Terminate came."""
        actor = play.resource().ready()
        actor.script("offline", step("return", value=GENERAL_FAILURE))
        if play.model.pending_offline:
            play.send("fault", function="CreateThread", call=1, error=NO_RESOURCES)
        actor.direct("Offline")
        data = sample_input(rule, play.random)
        shown = None if data is None else data.hex()
        actor.direct("ResourceControl", code=rule.value, input=shown)
        actor.must_return("T-68", "ResourceControl", INVALID_STATE)
        actor.must_enter("T-68", hook_name(rule), times=0)
        actor.terminate()

    return Scenario(
        id=f"codes-{rule.identifier}-failed",
        title=f"{rule.name} answers ERROR_INVALID_STATE while the resource has failed",
        play=play_failed,
        covers=("T-68",),
        page=PAGE,
        needs=lambda _: None if rule.states else f"{rule.name} is allowed in every state",
        tolerates=frozenset({"model"}),
    )
