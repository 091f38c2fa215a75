"""All scenarios for one resource type, in the order in which they are played."""

from __future__ import annotations

from resforge.conformance.scenario import Scenario
from resforge.conformance.suites import (
    barriers,
    cached_health,
    code_texts,
    codes,
    concurrency,
    contexts,
    controls,
    deaf,
    events,
    faults,
    instances,
    late,
    lifecycle,
    logging,
    misuse,
    pending,
    polling,
    properties,
    races,
    refusals,
    required_hooks,
    sharing,
    slow_threads,
    startup,
    waits,
    watched,
)
from resforge.model.rules import TypeModel
from resforge.problems import Problem, UserError
from resforge.schema.wording import did_you_mean, nearest

__all__ = ["all_scenarios", "chosen"]


def all_scenarios(model: TypeModel) -> list[Scenario]:
    """Return every scenario for a type; Startup comes first, faults last."""
    return [
        *startup.suite.scenarios,
        *lifecycle.suite.scenarios,
        *pending.suite.scenarios,
        *deaf.suite.scenarios,
        *polling.suite.scenarios,
        *cached_health.suite.scenarios,
        *events.suite.scenarios,
        *watched.suite.scenarios,
        *misuse.suite.scenarios,
        *contexts.suite.scenarios,
        *waits.suite.scenarios,
        *barriers.build(model),
        *controls.suite.scenarios,
        *properties.build(model),
        *codes.build(model),
        *code_texts.build(model),
        *required_hooks.suite.scenarios,
        *logging.suite.scenarios,
        *instances.suite.scenarios,
        *concurrency.build(model),
        *races.suite.scenarios,
        *late.suite.scenarios,
        *sharing.suite.scenarios,
        *slow_threads.suite.scenarios,
        *faults.build(),
        *refusals.build(model),
    ]


def chosen(scenarios: list[Scenario], wanted: tuple[str, ...]) -> list[Scenario]:
    """Return the scenarios whose id is wanted, or begins with a wanted id and "[" or "-".

    Raises UserError for an id that fits nothing.
    """
    if not wanted:
        return scenarios
    for name in wanted:
        if not any(_fits(s.id, name) for s in scenarios):
            suggestion = did_you_mean(nearest(name, [s.id for s in scenarios]))
            hint = suggestion or "resforge verify ... --list shows all ids"
            raise UserError(
                Problem(f'there is no scenario "{name}"', "unknown-scenario", hint=hint)
            )
    return [s for s in scenarios if any(_fits(s.id, name) for name in wanted)]


def _fits(identifier: str, name: str) -> bool:
    return identifier == name or identifier.startswith((f"{name}[", f"{name}-"))
