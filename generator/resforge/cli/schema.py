"""`resforge schema`: the JSON Schema that lets an editor complete and explain every key."""

from __future__ import annotations

from pathlib import Path

import click

from resforge.problems import EnvironmentProblem, Problem, UserError

PUBLISHED = Path("schemas/resource-type.schema.json")
CHECK_FAILED = 1

_EPILOG = """\b
Examples:
  resforge schema export > resource-type.schema.json
  resforge schema export -o schemas/resource-type.schema.json
  resforge schema export --check

\b
First line of a YAML schema for editors with a YAML language server:
  # yaml-language-server: $schema=resource-type.schema.json
"""


@click.group(epilog=_EPILOG)
def command() -> None:
    """Export the JSON Schema for editors."""


@command.command(epilog=_EPILOG)
@click.option(
    "-o",
    "--output",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"File to write; with --check, the file to compare (default {PUBLISHED}).",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 unless the file is current.")
def export(path: Path | None, check: bool) -> None:
    """Print or write the JSON Schema (draft 2020-12) of schema files."""
    from resforge.schema.json_schema import json_schema_text

    text = json_schema_text()
    if check:
        _compare(path or PUBLISHED, text)
    elif path is None:
        click.echo(text, nl=False)
    else:
        _write(path, text)


def _compare(path: Path, text: str) -> None:
    try:
        current = path.read_bytes()
    except OSError as error:
        raise UserError(_unusable(path, "read", error)) from None
    if current != text.encode("utf-8"):
        message = "the file is not the export of this release's models"
        hint = f"run: resforge schema export -o {path}"
        raise UserError(
            Problem(message, "stale-json-schema", str(path), hint=hint), exit_code=CHECK_FAILED
        )


def _write(path: Path, text: str) -> None:
    try:
        path.write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise EnvironmentProblem(_unusable(path, "written", error)) from None


def _unusable(path: Path, what: str, error: OSError) -> Problem:
    message = f"the file cannot be {what}: {error.strerror}"
    return Problem(message, "unusable-file", str(path))
