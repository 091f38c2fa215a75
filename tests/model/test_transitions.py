"""The transition table: every row is reached, and every row matters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.model.scenario import Scenario
from tests.model.scenarios import SCENARIOS

from resforge.model import TRANSITION_IDS, TRANSITIONS, RhsState, Transition
from resforge.model.transition import Evidence

UNUSED = {"T-11", "T-36"}


def _names(scenario: Scenario) -> str:
    event = type(scenario.event).__name__
    return f"{scenario.resource.state}-{event}-{scenario.expected.split()[0]}"


def _row_name(row: Transition) -> str:
    return f"{row.id}-{row.states[0]}-{row.trigger}-{row.condition}"


def _fails(table: tuple[Transition, ...]) -> bool:
    return any(scenario.answer(table) != scenario.expected for scenario in SCENARIOS)


def _other_target(row: Transition) -> RhsState:
    return next(state for state in RhsState if state is not row.target and state not in row.states)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=_names)
def test_scenario(scenario: Scenario) -> None:
    """A situation gets exactly the answer of the reference."""
    assert scenario.expected == scenario.answer()


def test_ids_are_those_of_the_reference() -> None:
    """The table has every id from T-01 to T-83 except the two unused ones."""
    expected = {f"T-{number:02}" for number in range(1, 84)} - UNUSED
    assert expected == set(TRANSITION_IDS)


@pytest.mark.parametrize("row", TRANSITIONS, ids=_row_name)
def test_flipped_target_is_noticed(row: Transition) -> None:
    """Another target in any single row makes a scenario fail."""
    flipped = replace(row, target=_other_target(row))
    assert _fails(tuple(flipped if other is row else other for other in TRANSITIONS))


@pytest.mark.parametrize("row", TRANSITIONS, ids=_row_name)
def test_missing_row_is_noticed(row: Transition) -> None:
    """A row that is missing makes a scenario fail."""
    assert _fails(tuple(other for other in TRANSITIONS if other is not row))


@pytest.mark.parametrize(
    ("row", "position"),
    [(row, index) for row in TRANSITIONS for index in range(len(row.effects))],
    ids=lambda value: _row_name(value) if isinstance(value, Transition) else str(value),
)
def test_missing_effect_is_noticed(row: Transition, position: int) -> None:
    """An effect that is missing from a row makes a scenario fail."""
    effects = row.effects[:position] + row.effects[position + 1 :]
    changed = replace(row, effects=effects)
    assert _fails(tuple(changed if other is row else other for other in TRANSITIONS))


@pytest.mark.parametrize("row", TRANSITIONS, ids=_row_name)
def test_row_is_documented(row: Transition) -> None:
    """A row says what happens, what RHS does, and on which evidence."""
    assert row.event
    assert row.action
    assert row.source
    assert row.evidence in Evidence
