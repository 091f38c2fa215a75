"""A health check that does not come back: Close beside it, seen through the simulated RHS."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resforge.conformance.actor import step
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.runner import Runner
from resforge.conformance.scenario import Scenario
from resforge.conformance.verify import Prepared, type_model
from resforge.rhs.records import HookStep, LogEntry

from .conftest import SCHEMAS

MINUTE = 60_000


def _close_beside_a_deaf_check(play: Player) -> None:
    actor = play.resource()
    actor.open()
    actor.script("check_health", step("sleep", ms=10 * MINUTE), step("return", value=1))
    actor.go_online()
    play.advance(1_000)
    actor.terminate()
    play.advance(play.model.timing.budgets.terminate)
    actor.must_be("T-56", "Offline")
    actor.close()
    play.advance(play.model.timing.budgets.close)
    actor.must_be("T-10", "Closed")
    play.check("8.2", _stays_loaded)
    play.advance(20 * MINUTE)
    play.check("8.2", _close_hook_is_last)


def _stays_loaded(history: History) -> str | None:
    texts = [record.text for record in history.records if isinstance(record, LogEntry)]
    return None if any("DLL stays loaded" in text for text in texts) else f"logged {texts}"


def _close_hook_is_last(history: History) -> str | None:
    hooks = [f"{r.hook} {r.what}" for r in history.records if isinstance(r, HookStep)]
    wanted = ["check_health leave", "terminate enter", "terminate leave", "close enter"]
    return None if hooks[-5:-1] == wanted else f"the hooks ran as {hooks}"


SCENARIO = Scenario(
    id="late-close-beside-a-deaf-check",
    title="Close leaves its hook to a health check that still runs",
    play=_close_beside_a_deaf_check,
    covers=("8.2",),
    page="implementing-close",
    tolerates=frozenset({"deaf", "slow", "leak"}),
)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["native", pytest.param("windows", marks=pytest.mark.windows)])
def test_close_beside_a_deaf_health_check(
    prepared: Callable[[str, str], Prepared], target: str
) -> None:
    """The hook close runs on the late thread, at the end, and the DLL stays loaded for it."""
    built = prepared("cached", target)
    runner = Runner(built.scripted, type_model(SCHEMAS / "cached.yaml"), shrink_seconds=0.0)
    (result,) = runner.run([SCENARIO], stop_at_first=True)
    assert result.status == "passed", result.trouble or result.reason
