"""`resforge new`: make a project from a few questions."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from resforge.cli.console import Progress, json_option, style

if TYPE_CHECKING:
    from resforge.scaffold.new import NewProject, Request

_EPILOG = """\b
Examples:
  resforge new "Flag File"                     asks, then makes ./flag_file
  resforge new flag_file --defaults            the same without questions
  resforge new --data-file answers.yaml -o plugins/flag
  resforge new "Flag File" -d licence=Apache-2.0 -d vendor=Contoso --defaults
  resforge new "Flag File" --template https://example.com/resforge.git

\b
The questions are those of `copier copy`; a file with answers holds lines such as
  type_name: Flag File
  licence: MIT

\b
Exit codes: 0 made, 2 a wrong name or answer, or a folder that is not empty,
4 git is missing or the disk refuses, 130 interrupted. Unless 0, nothing was made.
"""


@click.command(epilog=_EPILOG)
@click.argument("name", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder of the project [default: ./<identifier of the name>].",
)
@click.option("--defaults", is_flag=True, help="Ask nothing; take every default.")
@click.option(
    "--data-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="YAML file with answers; what it lacks gets the default.",
)
@click.option("-d", "--data", "pairs", multiple=True, metavar="KEY=VALUE", help="One answer.")
@click.option("--template", help="Path or git URL of another version of the template.")
@click.option("--vcs-ref", help="Tag or commit of the template [default: the newest tag].")
@json_option()
def command(
    name: str | None,
    output: Path | None,
    defaults: bool,
    data_file: Path | None,
    pairs: tuple[str, ...],
    template: str | None,
    vcs_ref: str | None,
    as_json: bool,
) -> None:
    """Make a project for the resource type NAME: schema, hooks, build, tests, workflows."""
    from resforge.scaffold.answers import questions, read_answers, type_name
    from resforge.scaffold.new import Request, check_target

    if output is not None:
        check_target(output)
    known = questions() if template is None else {}
    answers = read_answers(data_file, pairs, known)
    if name is not None:
        answers["type_name"] = type_name(name)
    unattended = defaults or data_file is not None
    made = _make(Request(answers, output, template, vcs_ref, unattended))
    click.echo(_as_json(made) if as_json else _as_text(made))


def _make(request: Request) -> NewProject:
    from resforge.problems import Problem, UserError
    from resforge.scaffold.new import new_project

    if request.unattended:
        with Progress() as progress:
            return new_project(request, progress)
    if not sys.stdin.isatty():
        hint = "add --defaults, or give the answers with --data-file"
        raise UserError(Problem("there is no terminal to ask on", "no-terminal", hint=hint))
    # A line that is rewritten would write over the questions, so each step is a line of its own.
    return new_project(request, lambda message: click.echo(f"{message} ...", err=True))


def next_steps(made: NewProject) -> tuple[tuple[str, str], ...]:
    """Return the commands to type next, each with what it does."""
    schema = f"{made.identifier}.yaml"
    start = "" if _in_repository(made.target) else "git init && "
    return (
        (f"cd {shlex.quote(made.target.as_posix())}", ""),
        (f"{start}git add . && git commit -m 'New resource type'", ""),
        ("resforge verify .", "builds the DLL and judges it by the model"),
        (f"resforge generate {schema}", "after each edit of the schema"),
        ("resforge hooks .", "what the schema wants from src/"),
    )


def _in_repository(target: Path) -> bool:
    place = target.absolute()
    return any((folder / ".git").exists() for folder in (place, *place.parents))


def _as_text(made: NewProject) -> str:
    own = [path for path in made.files if not path.startswith(("generated/", "resforge/"))]
    width = max(len(path) for path in own)
    purposes = {
        f"{made.identifier}.yaml": "the schema: properties, control codes, timeouts",
        f"src/{made.identifier}_hooks.cpp": "the hooks: what the resource does",
        "tests/test_verify.py": "pytest runs the verification",
        ".github/workflows/verify.yml": "drift check, Linux, Visual C++",
        ".copier-answers.yml": "your answers, for copier update",
    }
    lines = [f"{made.type_name}: {len(made.files)} files in {made.target}", ""]
    lines += [f"  {path:<{width}}  {purposes.get(path, '')}".rstrip() for path in own]
    lines += [f"  {'generated/, resforge/':<{width}}  resforge writes these", "", "Next:"]
    steps = next_steps(made)
    columns = max(len(command) for command, what in steps if what)
    for text, what in steps:
        shown = style(text, sys.stdout, bold=True)
        lines.append(f"  {shown}{' ' * max(0, columns - len(text))}  {what}".rstrip())
    if not made.updatable:
        lines += [
            "",
            "To follow later templates with `copier update`, use --template with a git URL.",
        ]
    return "\n".join(lines)


def _as_json(made: NewProject) -> str:
    value = {
        "target": made.target.as_posix(),
        "type": made.type_name,
        "identifier": made.identifier,
        "schema": f"{made.identifier}.yaml",
        "files": list(made.files),
        "updatable": made.updatable,
        "next": [command for command, _ in next_steps(made)],
    }
    return json.dumps(value, indent=2)
