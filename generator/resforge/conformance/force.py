"""Asks a scripted hook which property values are in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from resforge.conformance.actor import step
from resforge.conformance.history import History
from resforge.model.errors import PropertyListError
from resforge.model.properties import PropertyTable, View
from resforge.model.property_list import decode
from resforge.rhs.records import HookStep

if TYPE_CHECKING:
    from resforge.conformance.actor import Actor

__all__ = ["must_be_in_force", "must_report_in_force"]


def must_be_in_force(
    actor: Actor, view: View, rule: str = "B.6", only: Sequence[str] | None = None
) -> None:
    """Expect the values of a view to be the ones that hooks of an online resource see."""
    _let_report(actor)
    must_report_in_force(actor, view, rule, only)


def must_report_in_force(
    actor: Actor, view: View, rule: str = "B.6", only: Sequence[str] | None = None
) -> None:
    """Expect these values from the hook that has reported what is in force during the latest command."""
    table = PropertyTable(actor.player.model)
    listed = {item.name: item.data for item in decode(table.all_values(view))}
    wanted = {name: data for name, data in listed.items() if only is None or name in only}

    def test(history: History) -> str | None:
        reports = [
            r.data
            for r in actor.picked(history.last.records, HookStep)
            if r.what == "properties_in_force"
        ]
        if not reports:
            return "the hook did not report the properties in force"
        try:
            seen = {item.name: item.data for item in decode(reports[-1])}
        except PropertyListError as error:
            return f"the properties in force are not a property list: {error}"
        wrong = [name for name in wanted if name not in seen or seen[name] != wanted[name]]
        if not wrong:
            return None
        name = wrong[0]
        got = seen.get(name)
        return (
            f'in force "{name}": expected [{wanted[name].hex(" ")}], '
            f"saw [{'' if got is None else got.hex(' ')}]"
        )

    actor.player.check(rule, test)


def _let_report(actor: Actor) -> None:
    model = actor.player.model
    if model.failure_detection == "cached_health":
        actor.script("check_health", step("report_properties"), step("return", value=1))
        actor.player.advance((model.timing.health_interval or 5_000) + 1)
        return
    actor.script("is_alive", step("report_properties"), step("return", value=1))
    actor.direct("IsAlive")
