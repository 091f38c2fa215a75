"""Schema files as collectors of pytest: one test for each scenario of `resforge verify`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resforge.conformance.report import Report, failure_text
from resforge.conformance.runner import Result, Runner
from resforge.conformance.scenario import Scenario
from resforge.conformance.verify import (
    Options,
    Prepared,
    own_runner,
    plays_own_hooks,
    prepare,
    scenarios_of,
    scripted_runner,
    type_model,
)
from resforge.problems import UserError

__all__ = ["SchemaFile", "prepared_once"]


def prepared_once(made: dict[Path, Prepared], place: Path, options: Options) -> Prepared:
    """Generate and build a project or schema, unless that was done in this run of pytest."""
    if place not in made:
        try:
            made[place] = prepare(place, options, lambda _: None)
        except UserError as error:
            pytest.fail(_told(error), pytrace=False)
    return made[place]


def _told(error: UserError) -> str:
    return "\n".join(str(problem) for problem in error.problems)


class SchemaFile(pytest.File):
    """A schema of a resource type; its tests are the scenarios that `resforge verify` plays."""

    def __init__(self, *, options: Options, prepared: dict[Path, Prepared], **more: Any) -> None:
        super().__init__(**more)
        self.options = options
        self._prepared = prepared
        self._runners: dict[bool, Runner] = {}

    def collect(self) -> Iterator[pytest.Item]:
        """Yield one test for each scenario, and one for what is left behind at the end."""
        try:
            model = type_model(self.path)
        except UserError as error:
            raise self.CollectError(_told(error)) from error
        for scenario in scenarios_of(model, self.options):
            yield ScenarioItem.from_parent(self, name=scenario.id, scenario=scenario)
        yield EndingItem.from_parent(self, name="ending")

    def prepared(self) -> Prepared:
        """What the schema was built to."""
        return prepared_once(self._prepared, self.path, self.options)

    def runner(self, own: bool) -> Runner:
        """What plays scenarios: with the author's hooks, or with scripted ones."""
        if own not in self._runners:
            make = own_runner if own else scripted_runner
            self._runners[own] = make(self.prepared(), self.options)
        return self._runners[own]

    def finish(self) -> list[Result]:
        """End the processes; what was left behind."""
        runners, self._runners = self._runners, {}
        return [result for runner in runners.values() for result in runner.finish()]

    def teardown(self) -> None:
        """End the processes when no test of this file is left."""
        self.finish()

    def report(self, *results: Result) -> Report:
        """A report of some results, for the text of a failure."""
        prepared = self.prepared()
        return Report(
            type_name=prepared.model.name,
            target=self.options.target,
            seed=self.options.seed,
            results=results,
            coverage=None,
            seconds=0.0,
            replay=f"resforge verify {self.path} --scenario '{{id}}' --target "
            f"{self.options.target} --seed {self.options.seed}",
        )


class _Failed(Exception):
    """A scenario failed; the text tells how."""


class _Item(pytest.Item):
    """A test of a schema file."""

    def schema(self) -> SchemaFile:
        """Return the collector that this test belongs to."""
        assert isinstance(self.parent, SchemaFile)
        return self.parent

    def tell(self, result: Result) -> None:
        """Let the test fail or be skipped as its scenario did."""
        if result.status == "skipped":
            pytest.skip(result.reason)
        if result.status == "failed":
            raise _Failed(failure_text(self.schema().report(result), result))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the trace of the scenario and not that of Python."""
        if isinstance(excinfo.value, _Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class ScenarioItem(_Item):
    """One scenario."""

    def __init__(self, *, scenario: Scenario, **more: Any) -> None:
        super().__init__(**more)
        self.scenario = scenario

    def runtest(self) -> None:
        """Play and judge the scenario."""
        runner = self.schema().runner(plays_own_hooks(self.scenario))
        self.tell(runner.run_one(self.scenario))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the schema and the scenario."""
        return self.path, None, self.name


class EndingItem(_Item):
    """What is left behind when the DLL is unloaded."""

    def runtest(self) -> None:
        """End the processes of the scenarios before."""
        for result in self.schema().finish():
            self.tell(result)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the schema."""
        return self.path, None, "nothing is left behind"
