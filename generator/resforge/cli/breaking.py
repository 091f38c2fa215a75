"""`resforge breaking`: what a new version of a schema breaks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from resforge.cli.console import Progress
from resforge.cli.reviewing import explain, print_rules, report, review_options
from resforge.problems import EnvironmentProblem, Problem, UserError

if TYPE_CHECKING:
    from resforge.schema import LoadedResourceType

_EPILOG = """\b
Examples:
  resforge breaking old.yaml new.yaml
  resforge breaking v1.2.0:schemas/minimal.yaml schemas/minimal.yaml
  resforge breaking v1.2.0:schemas/minimal.yaml v1.3.0:schemas/minimal.yaml
  resforge breaking schemas/minimal.yaml --against .git#branch=main
  resforge breaking schemas/minimal.yaml --against .git#tag=v1.2.0,subdir=schemas
  resforge breaking schemas/minimal.yaml --against .git#ref=HEAD~3 --format sarif
  resforge breaking --rules

\b
NEW is a file or REVISION:PATH. So is OLD (REVISION: alone means the path of
NEW), or it is a repository with #branch=, #tag= or #ref=. If NEW was elsewhere
then, the schema of its type is found by the name; a type that is new breaks
nothing. Accept a finding in the new schema:
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
@click.argument("new", required=False)
@click.option("--against", metavar="OLD", help="The old version; then NEW is the only argument.")
@review_options
def command(
    old: str | None,
    new: str | None,
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
    old_source, new_source = _sides(old, new, against)
    return _compare(old_source, new_source, form, output, fail_on)


def _sides(old: str | None, new: str | None, against: str | None) -> tuple[str, str]:
    if against is not None and old is not None and new is None:
        return against, old
    if against is None and old is not None and new is not None:
        return old, new
    raise click.UsageError("Give OLD and NEW, or NEW and --against OLD.")


def _compare(old: str, new: str, form: str, output: Path | None, fail_on: str) -> int:
    from resforge.breaking.catalogue import ALL_RULES
    from resforge.review.finding import Review

    before, after, problems = _read(old, new)
    show = partial(
        report,
        rules=ALL_RULES,
        command="breaking",
        form=form,
        output=output,
        fail_on=fail_on,
        problems=problems,
    )
    if problems or after is None:
        return show(Review(()))
    if before is None:
        from resforge.breaking.version import version_text

        return show(
            Review(()),
            ending=f"{new} is the schema of a new resource type: nothing can break"
            " (if it was renamed, write REVISION:PATH with its old path)",
            implied_version=version_text(after.resource_type.version_numbers),
            implied_level="none",
        )
    return _show_changes(before, after, show)


def _read(
    old: str, new: str
) -> tuple[tuple[LoadedResourceType, bool] | None, LoadedResourceType | None, list[Problem]]:
    """The old version and whether it is a file, if there is one; the new one; all problems."""
    from resforge.breaking.source import place_of_new, read_new, read_old

    problems: list[Problem] = []
    before = after = None
    try:
        after = read_new(new).load()
    except UserError as error:
        problems += error.problems
    try:
        with Progress() as progress:
            progress(f"reading {old}")
            former = read_old(old, place_of_new(new), after.resource_type.name if after else None)
        before = (former.text.load(), former.is_a_file) if former else None
    except EnvironmentProblem:
        raise
    except UserError as error:
        problems += error.problems
    return before, after, problems


def _show_changes(
    before: tuple[LoadedResourceType, bool], after: LoadedResourceType, show: Callable[..., int]
) -> int:
    from resforge.breaking.run import compare
    from resforge.review.writers import summary

    old, is_a_file = before
    found = compare(old, after, old_is_a_file=is_a_file)
    level = found.level.name.lower()
    implied = f"; asks for version {found.version} ({level})" if found.level else "; no change"
    return show(
        found.review,
        ending=summary(found.review) + implied,
        implied_version=found.version,
        implied_level=level,
    )
