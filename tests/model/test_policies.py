"""Times that a resource may override, and policies written as text."""

from __future__ import annotations

import pytest

from resforge.model import Policies
from resforge.model.policies import P1, P5
from resforge.model.rules import TypeTiming
from resforge.model.timing import USE_TYPE_VALUE, Timing


def test_times_of_the_resource_override_those_of_the_type() -> None:
    """The sentinel of a poll interval falls back to the type."""
    declared = TypeTiming(looks_alive_interval=1, is_alive_interval=2, deadlock_timeout=3)
    common = {
        "LooksAlivePollInterval": USE_TYPE_VALUE,
        "IsAlivePollInterval": 20,
        "DeadlockTimeout": 30,
    }
    timing = Timing.effective(declared, common)
    assert (timing.looks_alive_interval, timing.is_alive_interval) == (1, 20)
    assert (timing.deadlock_timeout, timing.type_deadlock_timeout) == (30, 3)
    assert timing.pending_limit == 30


def test_policies_from_text() -> None:
    """Names and values are read without regard to case, and written back."""
    policies = Policies.from_assignments(["p1=kill", "P5 = DLL"])
    assert (policies.p1, policies.p5) == (P1.KILL, P5.DLL)
    assert policies == Policies.from_mapping(policies.as_mapping())


@pytest.mark.parametrize("text", ["P1", "P0=KILL", "P1=DLL"])
def test_bad_policy_is_refused(text: str) -> None:
    """What is no policy or no value of it raises ValueError."""
    with pytest.raises(ValueError, match="policy"):
        Policies.from_assignments([text])
