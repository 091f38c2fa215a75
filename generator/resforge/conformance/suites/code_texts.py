"""Texts in the outputs of the author's control codes: too long, and with a NUL inside."""

from __future__ import annotations

from resforge.conformance import needs
from resforge.conformance.actor import step
from resforge.conformance.player import Player
from resforge.conformance.scenario import Scenario
from resforge.conformance.suites.codes import (
    INVALID_DATA,
    PAGE,
    expect,
    ready_for,
    sample_buffer,
    sample_input,
    script_for,
)
from resforge.model.control_codes import HookResult
from resforge.model.rules import ControlCodeRule, Format, StructRule, TypeModel


def build(model: TypeModel) -> list[Scenario]:
    """Return the scenarios for each control code whose output has texts."""
    found: list[Scenario] = []
    for rule in model.control_codes:
        found += [_full_texts(rule)] if _has_fixed_texts(rule) else []
        found += [_split_texts(rule)] if _has_texts(rule) else []
    return found


def _has_fixed_texts(rule: ControlCodeRule) -> bool:
    """Whether the output has texts of a fixed length."""
    fields = rule.output.fields if isinstance(rule.output, StructRule) else ()
    return any(field.length is not None for field in fields)


def _has_texts(rule: ControlCodeRule) -> bool:
    """Whether the output has texts, of a fixed length or to its end."""
    fields = rule.output.fields if isinstance(rule.output, StructRule) else ()
    return any(field.format is Format.SZ for field in fields)


def _full_texts(rule: ControlCodeRule) -> Scenario:
    def play_full(play: Player) -> None:
        """The hook fills the texts; the next output is as good as ever."""
        actor = ready_for(play, rule)
        data = sample_input(rule, play.random)
        output = sample_buffer(rule.output, play.random) or b""
        script_for(play, actor, rule, step("full_texts"), step("output", hex=output.hex()))
        expect(play, actor, rule, data, hook=HookResult(INVALID_DATA))
        script_for(play, actor, rule, step("output", hex=output.hex()))
        expect(play, actor, rule, data, hook=HookResult(0, output))

    return Scenario(
        id=f"codes-{rule.identifier}-full-texts",
        title=f"a text in the output of {rule.name} that leaves no room for its NUL is an error",
        play=play_full,
        covers=("B.2",),
        page=PAGE,
        needs=needs.allowed_code(rule),
    )


def _split_texts(rule: ControlCodeRule) -> Scenario:
    def play_split(play: Player) -> None:
        """What the hook's texts have behind a NUL is not part of the output."""
        actor = ready_for(play, rule)
        data = sample_input(rule, play.random)
        for steps in ((step("split_texts"),), ()):
            output = sample_buffer(rule.output, play.random) or b""
            script_for(play, actor, rule, *steps, step("output", hex=output.hex()))
            expect(play, actor, rule, data, hook=HookResult(0, output))

    return Scenario(
        id=f"codes-{rule.identifier}-split-texts",
        title=f"a text in the output of {rule.name} ends at its first NUL",
        play=play_split,
        covers=("B.2",),
        page=PAGE,
        needs=needs.allowed_code(rule),
    )
