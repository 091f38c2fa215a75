"""`resforge hooks`: what the schema wants against what the sources define."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from resforge.cli.console import json_option, style
from resforge.render.invisible import reveal

if TYPE_CHECKING:
    from resforge.hooks.compare import Answer, Report
    from resforge.hooks.scanner import Function

CHECK_FAILED = 1
_EPILOG = """\b
Examples:
  resforge hooks                       the project in this folder
  resforge hooks my_type --json        for other tools
  resforge hooks my_type --append      write stubs at the end of src/my_type_hooks.cpp

\b
What is printed for a hook:
  ok          declared in the class Hooks, and defined
  missing     neither; --append writes the definition, the declaration is yours
  undeclared  defined, but not declared in the class
  undefined   declared, but without a body
  renamed     there under the name that renamed_from gives, which still serves
  mistyped    another number of parameters, not static where it must be, or not public
  unsure      not seen, but a base class or a macro may bring it

The sources are those below src/. No macro is expanded. Conditions of the preprocessor are not evaluated; what stands between them
is marked "conditional".

\b
Exit codes: 0 all there, 1 something is missing, 2 the schema or the sources are wrong.
"""


@click.command(epilog=_EPILOG)
@click.argument(
    "project", type=click.Path(exists=True, file_okay=False, path_type=Path), default="."
)
@click.option("--append", is_flag=True, help="Write stubs at the end of the hook file.")
@json_option()
def command(project: Path, append: bool, as_json: bool) -> int:
    """List the hooks that the schema of PROJECT wants, and where its sources have them."""
    from resforge.conformance.workspace import schema_of
    from resforge.hooks.append import append_stubs
    from resforge.hooks.compare import compare
    from resforge.schema import load_resource_type

    resource_type = load_resource_type(schema_of(project)).resource_type
    report = compare(project, resource_type)
    appended: tuple[Answer, ...] = ()
    if append:
        appended = append_stubs(project, report)
        report = compare(project, resource_type)
    if as_json:
        click.echo(json.dumps(_as_data(report, appended), indent=2))
    else:
        _print(report, appended, project)
    return 0 if report.complete else CHECK_FAILED


def _as_data(report: Report, appended: tuple[Answer, ...]) -> dict[str, Any]:
    return {
        "type": report.namespace,
        "complete": report.complete,
        "hooks": [
            {
                "name": answer.hook.identifier,
                "status": str(answer.status),
                "signature": answer.hook.signature,
                "declaration": answer.hook.declaration,
                "former": answer.hook.former,
                "schema": answer.hook.place,
                "declared": _place(answer.declared),
                "defined": _place(answer.defined),
                "conditional": answer.conditional,
            }
            for answer in report.answers
        ],
        "appended": [answer.hook.identifier for answer in appended],
        "notes": [
            {"file": note.file, "line": note.line, "message": note.text} for note in report.notes
        ],
    }


def _place(function: Function | None) -> dict[str, Any] | None:
    return None if function is None else {"file": function.file, "line": function.line}


def _print(report: Report, appended: tuple[Answer, ...], project: Path) -> None:
    from resforge.hooks.compare import FINDINGS, Status

    colours = {Status.OK: "green", Status.RENAMED: "yellow", Status.UNSURE: "yellow"}
    for answer in report.answers:
        status = style(f"{answer.status:<11}", sys.stdout, fg=colours.get(answer.status, "red"))
        place = _where(answer)
        click.echo(f"{status} {answer.hook.signature}" + (f"  [{place}]" if place else ""))
    for note in report.notes:
        click.echo(reveal(f"{note.file}:{note.line}: note: {note.text}"), err=True)
    for answer in appended:
        click.echo(f"appended a stub of {answer.hook.identifier}")
    _print_declarations(report)
    count = len(report.with_status(*FINDINGS))
    if count == 0:
        click.echo(f"{report.namespace}: all {len(report.answers)} hooks are there")
        return
    click.echo(f"{report.namespace}: {count} of {len(report.answers)} hooks need your hand")
    if report.with_status(Status.MISSING, Status.UNDEFINED):
        click.echo(f"  resforge hooks {project.as_posix()} --append   writes the definitions")


def _where(answer: Answer) -> str:
    found = answer.defined or answer.declared
    parts = [f"{found.file}:{found.line}" if found else ""]
    if str(answer.status) == "renamed":
        parts.append(f"still named {answer.hook.former}")
    if answer.conditional:
        parts.append("conditional")
    return ", ".join(part for part in parts if part)


def _print_declarations(report: Report) -> None:
    from resforge.hooks.compare import Status

    needed = report.with_status(Status.MISSING, Status.UNDECLARED)
    if needed:
        click.echo(f"\nFor the class Hooks in src/{report.namespace}_hooks.h:")
    for answer in needed:
        click.echo(f"    {answer.hook.declaration}")
