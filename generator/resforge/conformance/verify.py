"""The whole of `resforge verify`: generate, build, run, judge."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from resforge.conformance.catalogue import all_scenarios, chosen
from resforge.conformance.coverage import measure
from resforge.conformance.hosts import Target
from resforge.conformance.replay import save
from resforge.conformance.report import Report
from resforge.conformance.runner import Runner
from resforge.conformance.scenario import Scenario
from resforge.conformance.suites import user_hooks
from resforge.conformance.values import as_private, typical
from resforge.model.rules import TypeModel

__all__ = [
    "UNSEEN_RACES",
    "Options",
    "Prepared",
    "environment_of",
    "example_values",
    "own_runner",
    "plays_own_hooks",
    "prepare",
    "replays_folder",
    "run",
    "scenarios_of",
    "scripted_runner",
    "type_model",
]

Progress = Callable[[str], None]
SHORTEST_POLL = 1_000
"""Milliseconds."""

UNSEEN_RACES = "data races, which a plain native build with g++ or clang on Linux shows"
MOST_POLLS = 2_000
"""Calls of LooksAlive within the longest time limit; a limit may be 49 days."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for; `policies` holds P1..P9 that override those of the scenarios.

    `dll` is a DLL that exists, to be judged instead of the one that the schema becomes.
    """

    target: Literal["native", "windows"] = "native"
    variant: Literal["plain", "asan", "tsan"] = "plain"
    seed: int = 0
    scenarios: tuple[str, ...] = ()
    policies: Mapping[str, str] = field(default_factory=dict)
    dll: Path | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A project that was generated and built: its type, and how to start its two DLLs.

    `not_checked` says what this build cannot show.
    """

    project: Path
    model: TypeModel
    scripted: Target
    own: Target
    examples: tuple[dict[str, Any], ...] = ()
    not_checked: tuple[str, ...] = ()


def type_model(schema: Path) -> TypeModel:
    """Load a schema file as the model sees it; raises UserError when it is wrong.

    The poll intervals are RHS's own, so they are those that scenarios can play: health is polled
    once in `SHORTEST_POLL` ms and `MOST_POLLS` times in the longest time limit at most, since
    scenarios last for several of them, and LooksAlive is the more frequent call. Only cached health
    knows IsAlive's interval, for how long it is believed.
    """
    from resforge.model.binding import type_model as model_of
    from resforge.schema import load_resource_type

    model = model_of(load_resource_type(schema).resource_type)
    declared = model.timing
    longest = max(declared.is_alive_interval, declared.pending_timeout, declared.deadlock_timeout)
    shortest = max(SHORTEST_POLL, longest // MOST_POLLS)
    looks_alive, is_alive = max(declared.looks_alive_interval, shortest), declared.is_alive_interval
    if model.failure_detection != "cached_health" and is_alive <= looks_alive:
        is_alive = 2 * looks_alive
    elif is_alive <= looks_alive:
        # What the DLL takes for stale follows from the interval of IsAlive that it was made with.
        looks_alive = max(is_alive // 2, shortest)
    timing = replace(declared, looks_alive_interval=looks_alive, is_alive_interval=is_alive)
    return replace(model, timing=timing)


def prepare(place: Path, options: Options, progress: Progress) -> Prepared:
    """Generate and build what `place` (a schema file or a project folder) stands for.

    Raises UserError for problems in the schema or the sources, EnvironmentProblem for the rest.
    """
    from resforge.conformance.workspace import make_project
    from resforge.rhs.build import build_project

    project, schema = make_project(place, progress)
    model = type_model(schema)
    scenarios_of(model, options)
    progress("building")
    build = build_project(
        project, target=options.target, variant=options.variant, progress=progress
    )
    environment = {**build.environment, **environment_of(options.variant)}
    limit = 60.0 if build.runner or options.variant != "plain" else 20.0

    def target(dll: Path) -> Target:
        return Target(build.host, dll, build.runner, options.target, limit, environment)

    return Prepared(
        project,
        model,
        target(build.scripted_dll),
        target(build.dll),
        example_values(schema, model),
        () if build.sees_data_races else (UNSEEN_RACES,),
    )


def example_values(schema: Path, model: TypeModel) -> tuple[dict[str, Any], ...]:
    """Return the example of each property, a typical value for required ones without."""
    from resforge.schema import load_resource_type

    declared = load_resource_type(schema).resource_type.properties
    examples = {p.name: p.example for p in declared if p.example is not None}
    return tuple(
        as_private(rule, examples.get(rule.name, typical(rule)))
        for rule in model.properties
        if not rule.in_memory and (rule.name in examples or rule.required)
    )


def environment_of(variant: str) -> dict[str, str]:
    """Return the variables that sanitizers need in the process of the simulated RHS."""
    if variant == "plain":
        return {}
    return {
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1:" + os.environ.get("ASAN_OPTIONS", ""),
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1:"
        + os.environ.get("UBSAN_OPTIONS", ""),
        "TSAN_OPTIONS": "halt_on_error=1:" + os.environ.get("TSAN_OPTIONS", ""),
    }


def scenarios_of(model: TypeModel, options: Options) -> list[Scenario]:
    """Return the scenarios that the options choose, in order."""
    return chosen([*all_scenarios(model), *user_hooks.suite.scenarios], options.scenarios)


def run(prepared: Prepared, options: Options, replay: str, progress: Progress) -> Report:
    """Play the scenarios on the scripted DLL and judge them."""
    wanted = scenarios_of(prepared.model, options)
    own = [scenario for scenario in wanted if plays_own_hooks(scenario)]
    scenarios = [scenario for scenario in wanted if scenario not in own]
    began = time.monotonic()
    results = [
        *scripted_runner(prepared, options).run(scenarios, progress=_teller(progress)),
        *own_runner(prepared, options).run(own),
    ]
    recordings = {r.scenario.id: save(replays_folder(), r, options.seed) for r in results}
    taken = {name for result in results for name in result.covered}
    return Report(
        type_name=prepared.model.name,
        target=options.target,
        seed=options.seed,
        results=tuple(results),
        coverage=None if options.scenarios else measure(prepared.model, taken),
        seconds=time.monotonic() - began,
        replay=replay,
        notes=(
            *(note for result in results for note in result.notes),
            *(f"not checked: {text}" for text in prepared.not_checked),
        ),
        recordings={name: str(path) for name, path in recordings.items() if path is not None},
    )


def replays_folder() -> Path:
    """Return the folder for the commands of failing scenarios."""
    from resforge.rhs.cache import cache_dir

    return cache_dir() / "replays"


def plays_own_hooks(scenario: Scenario) -> bool:
    """Whether a scenario plays the user's hooks and not scripted ones."""
    return scenario.id.startswith(user_hooks.suite.name + "-")


def scripted_runner(prepared: Prepared, options: Options) -> Runner:
    """Return what plays scenarios on the DLL with scripted hooks, in virtual time."""
    return Runner(
        prepared.scripted,
        prepared.model,
        seed=options.seed,
        policies=options.policies,
        shrink_seconds=10.0 if prepared.scripted.runner else 2.0,
    )


def own_runner(prepared: Prepared, options: Options) -> Runner:
    """Return what plays the life of a resource with the user's own hooks, in real time."""
    return Runner(
        prepared.own,
        prepared.model,
        seed=options.seed,
        shrink_seconds=0.0,
        examples=prepared.examples,
        time_kind="real",
    )


def _teller(progress: Progress) -> Callable[[Scenario], None]:
    """Tell which suite is being played."""
    return lambda scenario: progress(f"playing {scenario.id.partition('-')[0]}")
