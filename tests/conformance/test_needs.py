"""A scenario that has nothing to check does not apply; it never passes without a check."""

from __future__ import annotations

from dataclasses import replace

from resforge.conformance.suites import races
from resforge.model.rules import Format, PropertyRule, TypeModel


def test_a_change_beside_online_needs_an_immediate_property() -> None:
    """Where each change waits for the next Online, the race cannot be seen."""
    scenario = next(s for s in races.suite.scenarios if s.id == "races-change-beside-online")
    late = PropertyRule(name="Size", identifier="size", format=Format.DWORD, default=1)
    model = TypeModel(name="T", identifier="t", properties=(late,))
    assert scenario.needs(model) == "no change of a private property takes effect immediately"
    assert scenario.needs(replace(model, properties=(replace(late, immediate=True),))) is None
