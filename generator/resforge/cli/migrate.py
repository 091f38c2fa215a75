"""`resforge migrate`: bring a schema of an older format up to date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from resforge.cli.console import json_option

if TYPE_CHECKING:
    from resforge.migrate.run import Migration

FOUND = 1
_EPILOG = """\b
Examples:
  resforge migrate minimal.yaml
  resforge migrate schemas/*.yaml --diff     show the changes, write nothing
  resforge migrate schemas/*.yaml --check    for CI: exit 1 if one is out of date

\b
Format 1 (current) spells what the draft, format 0 or no version at all, spelled so:
  type: DWORD, range: [0, 9]    of a property: format, minimum, maximum
  codes:                        control_codes
  modify: true                  of a control code: modifies
  single_instance: true         single_instance: cluster; false is none
  pending_timeout: 180000       in timeouts: a duration, 3min

\b
Exit codes: 0 done, 1 --check found an older format, 2 a schema is wrong or newer than this
release, 4 a file cannot be written.
"""


@click.command(epilog=_EPILOG)
@click.argument(
    "schemas", metavar="SCHEMA...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a file has an older format.")
@click.option("--diff", is_flag=True, help="Write nothing; show the changes as a diff.")
@json_option()
def command(schemas: tuple[Path, ...], check: bool, diff: bool, as_json: bool) -> int:
    """Bring SCHEMA... (YAML, TOML or JSON) to the current format.

    Only the places that changed their spelling are rewritten; comments, order and layout stay.
    Either all files are written or, when one is wrong, none.
    """
    from resforge.edit import replace_text
    from resforge.edit.diff import unified_diff

    made = _migrated(schemas)
    writes = not check and not diff
    for item in made:
        if diff and item.needed and not as_json:
            click.echo(unified_diff(str(item.before.path), item.before.text, item.text), nl=False)
    _check_all(made)
    for item in made:
        if writes and item.text != item.before.text:
            replace_text(item.before.path, item.text)
    click.echo(_as_json(made, writes) if as_json else "\n".join(_line(i, writes) for i in made))
    return FOUND if check and any(item.needed for item in made) else 0


def _migrated(schemas: tuple[Path, ...]) -> list[Migration]:
    from resforge.migrate.run import migrate
    from resforge.problems import Problem, UserError
    from resforge.review.inputs import read_text

    made: list[Migration] = []
    problems: list[Problem] = []
    for path in dict.fromkeys(schemas):
        try:
            made.append(migrate(read_text(path)))
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(*problems)
    return made


def _check_all(made: list[Migration]) -> None:
    from resforge.problems import Problem, UserError

    problems: list[Problem] = []
    for item in made:
        try:
            item.check()
        except UserError as error:
            problems += error.problems if item.needed else error.problems[:-1]
    if problems:
        raise UserError(*problems)


def _line(item: Migration, written: bool) -> str:
    from resforge.schema.model import FORMAT_VERSION

    if not item.needed:
        return f"{item.before.path}: has format {FORMAT_VERSION}, the current one"
    done = "brought" if written else "can be brought"
    places = f"{item.changes} change{'' if item.changes == 1 else 's'}"
    return (
        f"{item.before.path}: {done} from format {item.from_format} to {FORMAT_VERSION} ({places})"
    )


def _as_json(made: list[Migration], written: bool) -> str:
    from resforge.schema.model import FORMAT_VERSION

    files = [
        {
            "file": str(item.before.path),
            "from_format": item.from_format,
            "to_format": FORMAT_VERSION,
            "changes": item.changes,
            "written": written and item.needed,
        }
        for item in made
    ]
    return json.dumps({"files": files}, indent=2)
