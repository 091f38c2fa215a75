"""Scenarios end in seconds, whatever times a schema states."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from resforge.conformance.verify import MOST_POLLS, type_model

LONGEST = "4294967294ms"


@pytest.mark.parametrize("detection", ["polling", "cached_health", "event_handle"])
@pytest.mark.parametrize(
    "timeouts",
    [
        {"is_alive_interval": LONGEST, "looks_alive_interval": "1ms"},
        {"deadlock_timeout": LONGEST},
        {"deadlock_timeout": LONGEST, "pending_timeout": LONGEST, "is_alive_interval": "10s"},
    ],
)
def test_polls_are_bounded(timeouts: dict[str, str], detection: str, tmp_path: Path) -> None:
    """The simulated RHS polls a bounded number of times within the longest limit of the type."""
    schema = {"resforge": 1, "name": "T", "failure_detection": detection, "timeouts": timeouts}
    (tmp_path / "t.json").write_text(json.dumps(schema))
    timing = type_model(tmp_path / "t.json").timing
    longest = max(timing.is_alive_interval, timing.deadlock_timeout)
    assert longest / timing.looks_alive_interval <= MOST_POLLS + 1
    assert detection == "cached_health" or timing.looks_alive_interval < timing.is_alive_interval


def test_usual_intervals_are_played(tmp_path: Path) -> None:
    """The usual intervals are those of the schema."""
    (tmp_path / "t.json").write_text(json.dumps({"resforge": 1, "name": "T"}))
    timing = type_model(tmp_path / "t.json").timing
    assert (timing.looks_alive_interval, timing.is_alive_interval) == (5_000, 60_000)
