"""`resforge lint`: what a cluster engineer would object to in a schema that loads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from resforge.cli.console import Progress
from resforge.cli.reviewing import explain, joined, print_rules, report, review_options
from resforge.problems import Problem, UserError

if TYPE_CHECKING:
    from resforge.lint.fix import Repaired
    from resforge.review.inputs import SchemaText

_EPILOG = """\b
Examples:
  resforge lint minimal.yaml
  resforge lint schemas/*.yaml --fix            repair what can be repaired safely
  resforge lint minimal.yaml --fix --diff       show the repairs, write nothing
  resforge lint schemas/*.yaml --format sarif -o lint.sarif
  resforge lint --rules                         list all rules
  resforge lint --explain secret-in-database    why one exists, and who says so

\b
A finding that you accept, with its reason, in the schema:
  suppress:
    - rule: property-name-with-space
      at: Security Descriptor
      reason: The name that Windows' own File Share type uses.

\b
Exit codes: 0 nothing found, 1 findings (see --fail-on), 2 a schema is wrong,
4 a file cannot be written.
"""


@click.command(epilog=_EPILOG)
@click.argument("schemas", metavar="SCHEMA...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--fix", is_flag=True, help="Repair what can be repaired without a change of meaning."
)
@click.option("--diff", is_flag=True, help="With --fix: print the repairs and write nothing.")
@click.option(
    "--skip-other-files",
    is_flag=True,
    help="Pass over files without the key resforge; for hooks that get every file.",
)
@review_options
def command(
    schemas: tuple[Path, ...],
    fix: bool,
    diff: bool,
    skip_other_files: bool,
    form: str,
    as_json: bool,
    output: Path | None,
    fail_on: str,
    list_rules: bool,
    explained: str | None,
) -> int:
    """Look for what loads but is better not released: SCHEMA... (YAML, TOML or JSON).

    Rules are about stored secrets, access bits, names that collide with those of Windows,
    timeouts that end the host process, missing descriptions and more.
    """
    from resforge.lint.catalogue import RULES

    form = "json" if as_json else form
    if list_rules:
        print_rules(RULES, as_json=form == "json")
        return 0
    if explained:
        explain(RULES, explained)
        return 0
    if not schemas:
        raise click.UsageError("Missing argument 'SCHEMA...'.")
    if skip_other_files:
        from resforge.schema.recognising import is_schema

        schemas = tuple(path for path in schemas if not path.is_file() or is_schema(path))
    return _lint(schemas, fix, diff, form, output, fail_on)


def _lint(
    schemas: tuple[Path, ...], fix: bool, diff: bool, form: str, output: Path | None, fail_on: str
) -> int:
    from resforge.edit import Document
    from resforge.lint.catalogue import RULES
    from resforge.lint.run import lint
    from resforge.review.inputs import SchemaText

    read, problems = _read(schemas)
    repaired = _repair(read, problems, write=not diff, show=diff and form == "text") if fix else {}
    current = [
        (
            SchemaText(text.path, repaired[text.path].text, text.syntax)
            if text.path in repaired and not diff
            else text
        )
        for text in read
    ]
    fixed = sum(item.count for item in repaired.values())
    reviews = []
    with Progress() as progress:
        for text in current:
            progress(f"looking at {text.path}")
            reviews.append(lint(text.load(), Document(text.text, text.syntax)))
    return report(
        joined(reviews),
        RULES,
        "lint",
        form=form,
        output=output,
        fail_on=fail_on,
        problems=problems,
        fixed=0 if diff else fixed,
    )


def _read(schemas: tuple[Path, ...]) -> tuple[list[SchemaText], list[Problem]]:
    """The schemas that load, and the problems of those that do not."""
    from resforge.review.inputs import read_text

    good: list[SchemaText] = []
    problems: list[Problem] = []
    for path in dict.fromkeys(schemas):
        try:
            text = read_text(path)
            text.load()
            good.append(text)
        except UserError as error:
            problems += error.problems
    return good, problems


def _repair(
    texts: list[SchemaText], problems: list[Problem], *, write: bool, show: bool
) -> dict[Path, Repaired]:
    """Repair the files; while one of them does not load, none is written."""
    from resforge.edit import replace_text
    from resforge.lint.fix import repair

    if problems:
        return {}
    made: dict[Path, Repaired] = {}
    with Progress() as progress:
        for text in texts:
            progress(f"repairing {text.path}")
            made[text.path] = repair(text.text, str(text.path), text.syntax)
    for text in texts:
        after = made[text.path]
        if after.text != text.text and write:
            replace_text(text.path, after.text)
            click.echo(f"{text.path}: {after.count} repaired", err=True)
        elif after.text != text.text and show:
            click.echo(_diff(text, after.text), nl=False)
    return made


def _diff(text: SchemaText, after: str) -> str:
    from resforge.edit.diff import unified_diff

    return unified_diff(str(text.path), text.text, after)
