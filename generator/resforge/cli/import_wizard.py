"""`resforge import-wizard`: a schema from the record of Microsoft's old wizard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from resforge.cli.console import json_option
from resforge.problems import EnvironmentProblem, Problem, UserError

if TYPE_CHECKING:
    from resforge.wizard.importing import Imported

_EPILOG = """\b
Examples:
  resforge import-wizard settings.txt
  resforge import-wizard "File Share Sample/settings.txt" -o file_share.yaml
  resforge import-wizard settings.txt --json

\b
Exit codes: 0 done, 2 the file is no such record, or the output exists (see --force),
4 a file cannot be written.
"""


@click.command("import-wizard", epilog=_EPILOG)
@click.argument("settings", metavar="SETTINGS_TXT", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The YAML file to write.")
@click.option("--force", is_flag=True, help="Replace the output if it exists.")
@json_option("Print schema and what was left out as one JSON object.")
def command(settings: Path, output: Path | None, force: bool, as_json: bool) -> None:
    """Make a schema from settings.txt, the record of the Cluster Resource Type Wizard.

    The schema goes to stdout or to the file of -o. Everything in the record that a schema does
    not hold is listed with its line on stderr, and as a comment at the end of the schema.
    """
    from resforge.wizard.importing import as_data

    if output is not None:
        _check_output(output, force)
    imported = _import(settings)
    if output is not None:
        _write(output, imported.yaml)
    if as_json:
        click.echo(json.dumps(as_data(imported), indent=2))
    else:
        _print(settings, imported, output)


def _import(settings: Path) -> Imported:
    from resforge.schema.reading import read_schema
    from resforge.wizard.importing import import_record
    from resforge.wizard.record import encoding_of, read_record, text_of

    file = str(settings)
    content = read_schema(settings)
    imported = import_record(read_record(text_of(content, file), file), file)
    if encoding_of(content) == "cp1252":
        message = "read as Windows code page 1252; if names look wrong, save the file as UTF-8"
        click.echo(f"{settings}: {message}", err=True)
    return imported


def _check_output(output: Path, force: bool) -> None:
    if output.suffix.lower() not in (".yaml", ".yml"):
        message = "the schema is YAML, so its file ends in .yaml"
        raise UserError(Problem(message, "unknown-suffix", str(output)))
    if output.is_dir():
        raise UserError(Problem("this is a directory", "not-a-file", str(output)))
    if output.exists() and not force:
        message = "the file exists already and was left as it is"
        raise UserError(Problem(message, "file-exists", str(output), hint="--force replaces it"))


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        message = f"the file cannot be written: {error.strerror}"
        raise EnvironmentProblem(Problem(message, "cannot-write", str(output))) from None


def _print(settings: Path, imported: Imported, output: Path | None) -> None:
    from resforge.render.invisible import one_line
    from resforge.wizard.importing import left_text

    if output is None:
        click.echo(imported.yaml, nl=False)
    else:
        click.echo(f"wrote {output}")
        click.echo(f"next: resforge lint {output}, then resforge generate {output}")
    for item in imported.left:
        click.echo(f"{settings}: not carried over: {one_line(left_text(item))}", err=True)
