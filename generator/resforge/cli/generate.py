"""`resforge generate`: write or refresh the project of a resource type."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from resforge.cli.console import (
    json_option,
    print_problems,
    problem_as_annotation,
    problems_as_json,
)
from resforge.problems import EnvironmentProblem, Problem
from resforge.publish.current import up_to_date_text
from resforge.publish.generate import Outcome, generate_project

CHECK_FAILED = 1
HAND_EDITED = 3
PATIENCE_SECONDS = 10.0
"""How long a run waits for another one in the same project: two build folders may configure at once."""
_EPILOG = """\b
Examples:
  resforge generate minimal.yaml                 write ./minimal, or refresh the project
  resforge generate minimal.yaml -o plugins/min  choose the folder
  resforge generate minimal.yaml --check         for CI: exit 1 and a diff if out of date
  resforge generate minimal.yaml --diff          show what would change, write nothing
  resforge generate minimal.yaml --watch         again after each change of the schema
  resforge generate minimal.yaml --stamp x --depfile x.d    in a rule of Make or Ninja

\b
Exit codes: 0 done, 1 --check found differences, 2 the schema is wrong,
3 a generated file was edited by hand, 4 the disk or another run is in the way.
"""


@dataclass(frozen=True, slots=True)
class Mode:
    """How the command was called."""

    check: bool
    diff: bool
    dry_run: bool
    as_json: bool
    watch: bool = False
    """Then JSON takes one line for each run."""
    code_only: bool = False

    @property
    def writes(self) -> bool:
        """Whether files may be written."""
        return not (self.check or self.diff or self.dry_run)


@click.command(epilog=_EPILOG)
@click.argument("schema", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the project [default: that of the schema's project, else ./<identifier>].",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 with a diff if out of date.")
@click.option("--diff", is_flag=True, help="Write nothing; show the changes as a diff.")
@click.option("--dry-run", is_flag=True, help="Write nothing; list the files that would change.")
@click.option("--force", is_flag=True, help="Replace hand-edited files; keeps each as <name>.orig.")
@click.option("--watch", is_flag=True, help="Go on after each change of SCHEMA, until Ctrl-C.")
@click.option("--code-only", is_flag=True, help="Write generated/ and resforge/ and nothing else.")
@click.option(
    "--stamp",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Touch this file when the project is up to date.",
)
@click.option(
    "--depfile",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rule of Make that says what the stamp depends on.",
)
@json_option()
def command(
    schema: Path,
    output: Path | None,
    check: bool,
    diff: bool,
    dry_run: bool,
    force: bool,
    watch: bool,
    code_only: bool,
    stamp: Path | None,
    depfile: Path | None,
    as_json: bool,
) -> int:
    """Write or refresh the project of the resource type in SCHEMA (YAML, TOML or JSON).

    Files under generated/ and resforge/ belong to the tool. Hooks in src/ and the project's own
    files are written once and never touched again.
    """
    mode = Mode(check, diff, dry_run, as_json, watch, code_only)
    _check_stamp(stamp, depfile, mode)
    if not watch:
        code = _generate(schema, output, force, mode)
        if code == 0 and stamp is not None:
            from resforge.publish.depfile import write_stamp

            write_stamp(schema, stamp, depfile)
        return code
    if not mode.writes or force:
        raise click.UsageError(
            "--watch writes after each change; it takes no other mode or --force"
        )
    from resforge.cli.watch import watch as run_after_changes

    return run_after_changes(
        schema,
        lambda: _generate(schema, output, force, mode),
        _print_problems_on_one_line if as_json else print_problems,
    )


def _check_stamp(stamp: Path | None, depfile: Path | None, mode: Mode) -> None:
    if depfile is not None and stamp is None:
        raise click.UsageError("--depfile needs --stamp, the file that depends on the others")
    if stamp is not None and (mode.watch or not mode.writes):
        raise click.UsageError("--stamp belongs to a run that writes the project once")


def _generate(schema: Path, output: Path | None, force: bool, mode: Mode) -> int:
    outcome = _generate_when_free(schema, output, force, mode)
    _print(outcome, mode)
    code = exit_code(outcome, mode)
    if code == CHECK_FAILED and not mode.as_json and os.environ.get("GITHUB_ACTIONS") == "true":
        hint = f"run resforge generate {schema} and commit what it writes"
        message = "the project is not what resforge generate makes of this schema"
        click.echo(problem_as_annotation(Problem(message, "out-of-date", str(schema), hint=hint)))
    return code


def _generate_when_free(schema: Path, output: Path | None, force: bool, mode: Mode) -> Outcome:
    end = time.monotonic() + PATIENCE_SECONDS
    told = False
    while True:
        try:
            return generate_project(
                schema, output, force=force, write=mode.writes, code_only=mode.code_only
            )
        except EnvironmentProblem as problem:
            if problem.problems[0].code != "project-busy" or time.monotonic() >= end:
                raise
        if not told:
            click.echo("waiting for another resforge in the same project", err=True)
            told = True
        time.sleep(0.1)


def _print_problems_on_one_line(problems: Iterable[Problem]) -> None:
    click.echo(problems_as_json(problems, indent=None))


def exit_code(outcome: Outcome, mode: Mode) -> int:
    """Return the exit code for what happened."""
    conflicts = outcome.plan is not None and bool(outcome.plan.conflicts)
    if mode.check:
        return CHECK_FAILED if conflicts or outcome.changed else 0
    return HAND_EDITED if conflicts else 0


def _print(outcome: Outcome, mode: Mode) -> None:
    if outcome.plan is None and not mode.as_json:
        click.echo(up_to_date_text(outcome.identifier, outcome.target))
        return
    from resforge.cli import generate_report

    if mode.as_json:
        indent = None if mode.watch else 2
        click.echo(generate_report.as_json(outcome, written=mode.writes, indent=indent))
        return
    generate_report.print_outcome(
        outcome,
        written=mode.writes,
        diff=mode.check or mode.diff,
        code_only=mode.code_only,
    )
