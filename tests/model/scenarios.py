"""One situation, at least, for every row of the transition table, with the answer expected."""

from __future__ import annotations

from tests.model.scenario import Scenario
from tests.model.scenarios_down import DOWN
from tests.model.scenarios_up import UP

SCENARIOS: tuple[Scenario, ...] = (*UP, *DOWN)
