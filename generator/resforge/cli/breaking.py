"""`resforge breaking`: what a new version of a schema breaks."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from resforge.cli.console import Progress
from resforge.cli.reviewing import explain, print_rules, report, review_options

_EPILOG = """\b
Examples:
  resforge breaking old.yaml new.yaml
  resforge breaking v1.2.0:schemas/minimal.yaml schemas/minimal.yaml
  resforge breaking schemas/minimal.yaml --against .git#branch=main
  resforge breaking schemas/minimal.yaml --against .git#tag=v1.2.0,subdir=schemas
  resforge breaking schemas/minimal.yaml --against .git#ref=HEAD~3 --format sarif
  resforge breaking --rules

\b
OLD is a file, REVISION:PATH (REVISION: alone means the path of NEW), or a
repository with #branch=, #tag= or #ref=. Accept a finding in the new schema:
  suppress:
    - rule: property-removed
      at: Remark
      reason: Was never documented, and nobody stored it.

\b
Exit codes: 0 nothing breaks, 1 findings (see --fail-on), 2 a schema or revision is wrong,
4 git is missing or a file cannot be written.
"""


@click.command(epilog=_EPILOG)
@click.argument("old", required=False)
@click.argument("new", required=False, type=click.Path(path_type=Path))
@click.option("--against", metavar="OLD", help="The old version; then NEW is the only argument.")
@review_options
def command(
    old: str | None,
    new: Path | None,
    against: str | None,
    form: str,
    as_json: bool,
    output: Path | None,
    fail_on: str,
    list_rules: bool,
    explained: str | None,
) -> int:
    """Compare the schema NEW with its old version: what breaks for whom, and where.

    STORED: values in the cluster database. CONTROL: senders of control codes. ADMIN:
    administrators and scripts. SOURCE: your hooks. BEHAVIOUR: the running cluster. The next
    version follows from what was found, and one that does not rise enough is a finding too.
    """
    from resforge.breaking.catalogue import ALL_RULES

    form = "json" if as_json else form
    if list_rules:
        print_rules(ALL_RULES, as_json=form == "json")
        return 0
    if explained:
        explain(ALL_RULES, explained)
        return 0
    old_source, new_path = _sides(old, new, against)
    return _compare(old_source, new_path, form, output, fail_on)


def _sides(old: str | None, new: Path | None, against: str | None) -> tuple[str, Path]:
    if against is not None and old is not None and new is None:
        return against, Path(old)
    if against is None and old is not None and new is not None:
        return old, new
    raise click.UsageError("Give OLD and NEW, or NEW and --against OLD.")


def _compare(old: str, new: Path, form: str, output: Path | None, fail_on: str) -> int:
    from resforge.breaking.catalogue import ALL_RULES
    from resforge.breaking.run import compare
    from resforge.breaking.source import read_old
    from resforge.problems import EnvironmentProblem, Problem, UserError
    from resforge.review.finding import Review
    from resforge.review.inputs import read_text
    from resforge.review.writers import summary

    problems: list[Problem] = []
    try:
        after = read_text(new).load()
    except UserError as error:
        problems += error.problems
    try:
        with Progress() as progress:
            progress(f"reading {old}")
            former = read_old(old, new)
        before = former.text.load()
    except EnvironmentProblem:
        raise
    except UserError as error:
        problems += error.problems
    show = partial(report, form=form, output=output, fail_on=fail_on, problems=problems)
    if problems:
        return show(Review(()), ALL_RULES, "breaking")
    found = compare(before, after, old_is_a_file=former.is_a_file)
    level = found.level.name.lower()
    implied = f"; asks for version {found.version} ({level})" if found.level else "; no change"
    return show(
        found.review,
        ALL_RULES,
        "breaking",
        ending=summary(found.review) + implied,
        implied_version=found.version,
        implied_level=level,
    )
