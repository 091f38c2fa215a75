"""Timeouts, judged on their own and against each other."""

from __future__ import annotations

import pytest
from tests.schema.support import HEAD, codes, found, load, problems

from resforge.schema import Timeouts


def timeouts(text: str, more: str = "") -> Timeouts:
    """The timeouts of a schema that says `text` about them."""
    return load(HEAD + more + f"timeouts: {{{text}}}\n").timeouts


class TestDefaults:
    def test_values(self) -> None:
        """The defaults are those of the resource type's common properties, in milliseconds."""
        value = load(HEAD).timeouts

        assert value.looks_alive_interval == 5_000
        assert value.is_alive_interval == 60_000
        assert value.pending_timeout == 180_000
        assert value.deadlock_timeout == 300_000
        assert value.heartbeat == 60_000
        assert value.health_interval == 5_000
        assert set(value.budgets.model_dump().values()) == {300}

    def test_heartbeat_follows(self) -> None:
        """The heartbeat is a third of the pending timeout unless it is given."""
        assert timeouts("pending_timeout: 10s").heartbeat == 3_333
        assert timeouts("pending_timeout: 10ms").heartbeat == 3
        assert timeouts("pending_timeout: 10s, heartbeat: 1s").heartbeat == 1_000

    def test_health_interval_follows(self) -> None:
        """Health is looked at as often as the more frequent poll asks for it."""
        more = "failure_detection: cached_health\n"

        assert timeouts("looks_alive_interval: 7s", more).health_interval == 7_000
        assert timeouts("is_alive_interval: 2s", more).health_interval == 2_000
        assert timeouts("health_interval: 9s", more).health_interval == 9_000

    def test_budgets(self) -> None:
        """Each entry point has a budget of its own."""
        budgets = timeouts("budgets: {online: 1s, control: 2s}").budgets

        assert (budgets.online, budgets.control, budgets.open) == (1_000, 2_000, 300)


class TestChecks:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("pending_timeout: 6min", [(3, 29, "pending-timeout-too-long")]),
            ("pending_timeout: 5min", []),
            ("deadlock_timeout: 2min", [(3, 30, "pending-timeout-too-long")]),
            ("deadlock_timeout: 3min", []),
            ("pending_timeout: 6min, deadlock_timeout: 7min", []),
            ("heartbeat: 61s", [(3, 23, "heartbeat-too-long")]),
            ("heartbeat: 60001ms", [(3, 23, "heartbeat-too-long")]),
            ("heartbeat: 60s", []),
            ("heartbeat: 61s, pending_timeout: 183s", []),
            ("looks_alive_interval: 0s", [(3, 34, "zero-duration")]),
            ("is_alive_interval: 0ms", [(3, 31, "zero-duration")]),
            ("looks_alive_interval: 1ms, is_alive_interval: 1ms", []),
            ("pending_timeout: 9ms", [(3, 29, "timeout-too-short")]),
            ("pending_timeout: 10ms", []),
            ("deadlock_timeout: 29999ms", [(3, 30, "timeout-too-short")]),
            ("pending_timeout: 30s, deadlock_timeout: 30s", []),
            ("budgets: {online: 301s}", [(3, 30, "budget-too-long")]),
            ("budgets: {online: 300s}", []),
            ("budgets: {open: 6min, close: 7min}", [
                (3, 28, "budget-too-long"), (3, 41, "budget-too-long"),
            ]),
            ("budgets: {}", []),
            ("health_interval: 5s", [(3, 29, "health-interval-unused")]),
            ("deadlock_timeout: 50d", [(3, 30, "duration-too-long")]),
            ("pending_timeout: 0s, heartbeat: 1h", [(3, 29, "zero-duration")]),
        ],
    )  # fmt: skip
    def test_cases(self, text: str, expected: list[tuple[int, int, str]]) -> None:
        """Each rule refuses what breaks it, and takes what lies exactly on the limit."""
        assert found(HEAD + f"timeouts: {{{text}}}\n") == expected

    @pytest.mark.parametrize("detection", ["polling", "cached_health", "event_handle"])
    def test_health_interval(self, detection: str) -> None:
        """A health interval belongs to cached health, and stays below that of IsAlive."""
        text = HEAD + f"failure_detection: {detection}\ntimeouts: {{health_interval: 61s}}\n"
        expected = (
            "health-interval-too-long" if detection == "cached_health" else "health-interval-unused"
        )

        assert codes(text) == [expected]

    def test_message_names_both(self) -> None:
        """The message says both times, in the units of a person."""
        (problem,) = problems(HEAD + "timeouts: {pending_timeout: 400s}\n")

        assert "pending_timeout is 6min 40s, above deadlock_timeout, 5min" in problem.message
