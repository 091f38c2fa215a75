"""Shrinking keeps the failure, keeps the order, and knows when to stop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resforge.conformance.catalogue import all_scenarios
from resforge.conformance.history import Failure, Step
from resforge.conformance.hosts import Target
from resforge.conformance.runner import Runner
from resforge.conformance.shrink import shrink
from resforge.conformance.verify import type_model


def test_only_the_needed_steps_stay() -> None:
    """Steps without influence on the failure are dropped."""
    needed = {3, 17, 61}
    assert shrink(range(100), lambda steps: needed <= set(steps)) == [3, 17, 61]


def test_nothing_goes_when_everything_is_needed() -> None:
    """A sequence that needs each of its steps stays as it is."""
    steps = [1, 2, 3]
    assert shrink(steps, lambda candidate: list(candidate) == steps) == steps


def test_a_failure_without_steps_shrinks_to_nothing() -> None:
    """A run that always fails needs no command."""
    assert shrink([1, 2, 3], lambda _: True) == []


@given(st.lists(st.integers(0, 9), max_size=30), st.sets(st.integers(0, 9), max_size=4))
def test_the_result_still_fails_and_is_a_subsequence(steps: list[int], needed: set[int]) -> None:
    """Whatever is left still fails, in the original order, and no single step can go."""

    def fails(candidate: Sequence[int]) -> bool:
        return needed & set(steps) <= set(candidate)

    short = shrink(steps, fails, seconds=60)
    remaining = iter(steps)
    assert all(any(step == other for other in remaining) for step in short)
    assert fails(short)
    assert not any(fails(short[:i] + short[i + 1 :]) for i in range(len(short)))


def test_the_time_limit_is_kept() -> None:
    """When time is over the shortest sequence found so far is returned."""
    clock = iter(range(1000))
    short = shrink(range(64), lambda s: 5 in s, seconds=3, clock=lambda: float(next(clock)))
    assert 5 in short
    assert len(short) > 1


def test_what_is_made_to_fail_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The check of an error would fail without its cause, too, and for no reason."""
    schema = Path(__file__).parent / "schemas" / "cached.yaml"
    runner = Runner(Target(tmp_path, tmp_path), type_model(schema), shrink_seconds=60)
    failure = Failure("B.6", "expected 5, saw 0")
    monkeypatch.setattr(runner, "_replay", lambda *_: (failure, []))
    fault = Step({"command": "fault", "function": "ClusterRegSetValue", "call": 2, "error": 5})
    steps = [Step({"command": "open"}), fault, Step({"command": "control"})]
    scenario = all_scenarios(runner.model)[0]
    assert runner._shortened(scenario, steps, failure, []).steps == (fault.command,)
