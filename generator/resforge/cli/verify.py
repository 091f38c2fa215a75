"""``resforge verify``: drive the DLL with the simulated RHS and judge it by the model."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from resforge.cli.console import Progress, json_option
from resforge.problems import Problem, UserError

if TYPE_CHECKING:
    from resforge.conformance.report import Report
    from resforge.conformance.verify import Options, Prepared

CHECK_FAILED = 1
_EPILOG = """\b
Examples:
  resforge verify minimal.yaml                       generate, build, run and judge
  resforge verify my_project --target windows        the PE DLL (under Wine off Windows)
  resforge verify minimal.yaml --list                show all scenarios
  resforge verify share.yaml --dll ShareRes.dll      judge a DLL that was written by hand
  resforge verify minimal.yaml --scenario pending-online-silent --seed 7
  resforge verify minimal.yaml --policy P2=VERIFY_WITH_ISALIVE --junit result.xml

\b
Exit codes: 0 verified, 1 a check failed, 2 the schema is wrong, 3 a generated file was
edited by hand, 4 the build or this machine is in the way.
"""


@click.command(epilog=_EPILOG)
@click.argument("place", metavar="SCHEMA_OR_PROJECT", type=click.Path(path_type=Path))
@click.option(
    "--target",
    type=click.Choice(["native", "windows"]),
    default="native",
    show_default=True,
    help="Verify the DLL for this machine, or the one for 64-bit Windows.",
)
@click.option(
    "--dll",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Judge this DLL, whoever wrote it, by the documented contract alone. The schema says what "
    "it is called; the format of the file decides the target.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**64 - 1),  # what the host takes
    default=0,
    show_default=True,
    help="Seed of all random choices.",
)
@click.option("--scenario", "scenarios", multiple=True, metavar="ID", help="Play only this one.")
@click.option(
    "--policy",
    "policies",
    multiple=True,
    metavar="P2=VALUE",
    help="Play every scenario under this policy.",
)
@click.option(
    "--variant",
    type=click.Choice(["plain", "asan", "tsan"]),
    default="plain",
    show_default=True,
    help="Build with sanitizers.",
)
@click.option(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Play the commands of a file that a failing run has left, and print the trace.",
)
@click.option("--list", "list_only", is_flag=True, help="List the scenarios and play none.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML.")
@json_option("Print the report as JSON on stdout.")
def command(
    place: Path,
    target: str,
    dll: Path | None,
    seed: int,
    scenarios: tuple[str, ...],
    policies: tuple[str, ...],
    variant: str,
    replay: Path | None,
    list_only: bool,
    junit: Path | None,
    as_json: bool,
) -> int:
    """Verify the resource DLL of a schema file or project folder.

    Every transition of the RHS state machine that the DLL can show is played, every entry point
    is called in every state, and the trace is judged by the reference model.

    With --dll nothing is generated: the simulated RHS drives a DLL that exists, a PE file (under
    Wine off Windows) or a native library, and the report says what could not be checked.
    """
    from resforge.conformance.verify import Options

    options = Options(
        target=target,  # type: ignore[arg-type]
        variant=variant,  # type: ignore[arg-type]
        seed=seed,
        scenarios=scenarios,
        policies=_policies(policies),
        dll=dll,
    )
    if list_only:
        _list(place, options)
        return 0
    if replay is not None:
        return _play_again(place, options, replay)
    report = _verify(place, options)
    _print(report, as_json, junit)
    return 0 if report.passed else CHECK_FAILED


def _policies(assignments: tuple[str, ...]) -> dict[str, str]:
    from resforge.model.policies import Policies

    try:
        Policies.from_assignments(assignments)
    except ValueError as error:
        raise UserError(Problem(str(error), "unknown-policy")) from error
    pairs = (text.partition("=") for text in assignments)
    return {name.strip().upper(): value.strip().upper() for name, _, value in pairs}


def _list(place: Path, options: Options) -> None:
    from resforge.conformance import foreign, verify
    from resforge.conformance.workspace import schema_of

    model = verify.type_model(schema_of(place))
    owner = verify if options.dll is None else foreign
    for scenario in owner.scenarios_of(model, options):
        reason = scenario.needs(model)
        click.echo(f"{scenario.id:<44} {scenario.title}" + (f" [{reason}]" if reason else ""))


def _play_again(place: Path, options: Options, file: Path) -> int:
    from resforge.conformance import replay
    from resforge.conformance.trace_text import trace_lines

    recording = replay.read(file)
    with Progress() as progress:
        prepared = _prepare(place, options, progress)
        failure, records = replay.play(recording, prepared.scripted, prepared.model)
    click.echo("\n".join(trace_lines(records, limit=1_000)))
    click.echo(f"\n{recording.scenario} failed with: {recording.message}")
    if failure is None:
        click.echo("the general rules and the model find nothing wrong with this trace")
        return 0
    click.echo(f"this time: breaks {failure.rule} ({failure.kind}): {failure.message}")
    return CHECK_FAILED


def _verify(place: Path, options: Options) -> Report:
    from resforge.conformance import foreign, verify

    with Progress() as progress:
        prepared = _prepare(place, options, progress)
        run = verify.run if options.dll is None else foreign.run
        return run(prepared, options, _replay(place, options), progress)


def _prepare(place: Path, options: Options, progress: Progress) -> Prepared:
    from resforge.conformance import foreign, verify

    if options.dll is None:
        return verify.prepare(place, options, progress)
    return foreign.prepare(place, options.dll, options, progress)


def _replay(place: Path, options: Options) -> str:
    words = ["resforge", "verify", shlex.quote(str(place)), "--scenario", "'{id}'"]
    words += ["--seed", str(options.seed)]
    if options.dll is not None:
        words += ["--dll", shlex.quote(str(options.dll))]
    if options.target != "native":
        words += ["--target", options.target]
    if options.variant != "plain":
        words += ["--variant", options.variant]
    return " ".join(words)


def _print(report: Report, as_json: bool, junit: Path | None) -> None:
    from resforge.conformance import report as reports

    if junit is not None:
        try:
            junit.write_text(reports.as_junit(report), encoding="utf-8")
        except OSError as error:
            message = f"cannot write {junit}: {error.strerror}"
            raise UserError(Problem(message, "cannot-write"), exit_code=4) from error
    text = reports.as_json(report) if as_json else reports.as_text(report)
    click.echo(text.rstrip("\n"))
