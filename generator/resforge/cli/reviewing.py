"""Options and output that `lint` and `breaking` have in common."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from resforge.cli.console import (
    json_option,
    print_problems,
    problem_as_annotation,
    problem_as_text,
    use_colour,
)
from resforge.problems import EnvironmentProblem, Problem, UserError

if TYPE_CHECKING:
    from resforge.review.finding import Review, Rule

FOUND = 1
BAD_INPUT = 2
FORMATS = ("text", "json", "sarif", "github")
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def review_options(command: Decorated) -> Decorated:
    """Add ``--format``, ``--json``, ``--output``, ``--fail-on``, ``--rules`` and ``--explain``."""
    options = (
        click.option(
            "--format",
            "form",
            type=click.Choice(FORMATS),
            default="text",
            show_default=True,
            help="How findings are printed; github are annotations of a workflow run.",
        ),
        json_option("The same as --format json."),
        click.option(
            "-o",
            "--output",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Write the findings to this file, not to stdout.",
        ),
        click.option(
            "--fail-on",
            type=click.Choice(["error", "warning", "note"]),
            default="warning",
            show_default=True,
            help="The lightest finding that makes the exit code 1.",
        ),
        click.option("--rules", "list_rules", is_flag=True, help="List all rules and end."),
        click.option(
            "--explain", "explained", metavar="RULE", help="Say why a rule exists, and end."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def print_rules(rules: Sequence[Rule], *, as_json: bool) -> None:
    """The catalogue: id, severity, whether --fix repairs it, and the rule in a sentence."""
    from resforge.review.writers import rules_as_json

    if as_json:
        click.echo(rules_as_json(rules))
        return
    width = max(len(rule.id) for rule in rules)
    category = ""
    for rule in rules:
        if rule.category != category:
            category = rule.category
            click.echo(f"{category}:")
        fix = "fix" if rule.fixable else ""
        click.echo(f"  {rule.id:{width}}  {rule.severity:7}  {fix:3}  {rule.summary}")


def explain(rules: Sequence[Rule], wanted: str) -> None:
    """Print one rule; raises UserError for an id that does not exist."""
    from resforge.schema.wording import did_you_mean, nearest, quoted

    rule = next((rule for rule in rules if rule.id == wanted), None)
    if rule is None:
        near = nearest(wanted, [rule.id for rule in rules])
        hint = did_you_mean(near) or "see --rules"
        raise UserError(Problem(f"there is no rule {quoted(wanted)}", "unknown-rule", hint=hint))
    fix = "; --fix repairs it" if rule.fixable else ""
    click.echo(f"{rule.id} ({rule.severity}, {rule.category}{fix})\n{rule.summary}\n{rule.why}")
    click.echo(f"Source: {rule.source}")


def report(
    review: Review,
    rules: Sequence[Rule],
    command: str,
    *,
    form: str,
    output: Path | None,
    fail_on: str,
    problems: Sequence[Problem] = (),
    ending: str = "",
    **more: Any,
) -> int:
    """Print a review in the chosen form and return the exit code.

    `problems` are mistakes because of which a schema could not be looked at. `ending` is the last
    line of the text form, `more` goes into the JSON form.
    """
    from resforge.review.finding import Severity

    text = _rendered(review, rules, command, form, problems, ending, output is None, more)
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text)
    if problems:
        _print_problems(problems, form)
        return BAD_INPUT
    return FOUND if review.fails(Severity(fail_on)) else 0


def _print_problems(problems: Sequence[Problem], form: str) -> None:
    """JSON and SARIF have the problems in them; as text they go to stderr."""
    if form == "text":
        print_problems(problems)
    for problem in problems if form == "github" else ():
        click.echo(problem_as_text(problem), err=True)
        click.echo(problem_as_annotation(problem))


def _rendered(
    review: Review,
    rules: Sequence[Rule],
    command: str,
    form: str,
    problems: Sequence[Problem],
    ending: str,
    to_terminal: bool,
    more: dict[str, Any],
) -> str:
    from dataclasses import asdict

    from resforge.review import writers

    if form == "json":
        data = {"problems": [asdict(problem) for problem in problems]} if problems else {}
        return writers.as_json(review, **more, **data) + "\n"
    if form == "sarif":
        return writers.as_sarif(review, rules, command, problems) + "\n"
    if form == "github":
        return writers.as_github(review.findings)
    style = writers.COLOURED if to_terminal and use_colour(sys.stdout) else writers.PLAIN
    lines = [writers.finding_as_text(finding, style) for finding in review.findings]
    if os.environ.get("GITHUB_ACTIONS") == "true" and to_terminal:
        lines += writers.as_github(review.findings).splitlines()
    if not problems or review.findings:
        lines.append(ending or writers.summary(review))
    return "".join(f"{line}\n" for line in lines)


def joined(reviews: Iterable[Review]) -> Review:
    """The findings of several files as one review."""
    from resforge.review.finding import Review as Joined

    all_reviews = list(reviews)
    return Joined(
        tuple(finding for review in all_reviews for finding in review.findings),
        tuple(item for review in all_reviews for item in review.accepted),
    )


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        message = f"the file cannot be written: {error.strerror}"
        raise EnvironmentProblem(Problem(message, "cannot-write", str(path))) from None
