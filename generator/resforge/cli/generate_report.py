"""What `resforge generate` says: counts, diffs, and where an edit of a generated file belongs."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from resforge.cli.console import style
from resforge.publish.diff import place_for_edit, unified
from resforge.publish.generate import Outcome
from resforge.publish.plan import Action, Change, Plan
from resforge.render.files import FileClass
from resforge.render.invisible import reveal

if TYPE_CHECKING:
    from resforge.publish.semantics import Statement

_SIGNS = {
    Action.CREATE: ("+", "green"),
    Action.UPDATE: ("~", "yellow"),
    Action.REPLACE: ("!", "yellow"),
    Action.REMOVE: ("-", "red"),
}
_DIFF_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def as_json(outcome: Outcome, *, written: bool, indent: int | None = 2) -> str:
    """Return the outcome as a JSON object; `written` tells whether the changes were made."""
    changes = (*outcome.plan.changes, outcome.plan.lock) if outcome.plan else ()
    value: dict[str, Any] = {
        "target": outcome.target.as_posix(),
        "type": outcome.identifier,
        "written": written and outcome.changed and not _conflicts(outcome),
        "changes": [
            _change_as_data(c, outcome.identifier)
            for c in changes
            if c.action not in (Action.UNCHANGED, Action.KEEP)
        ],
        "meaning": [
            {
                "area": str(statement.area).replace(" ", "_"),
                "name": statement.name,
                "kind": str(statement.kind),
                "text": statement.text,
                "keys": list(statement.keys),
            }
            for statement in (_meaning(outcome.plan) if outcome.plan else ())
        ],
    }
    return json.dumps(value, indent=indent)


def _change_as_data(change: Change, identifier: str) -> dict[str, str]:
    value = {
        "path": change.path,
        "action": str(change.action),
        "class": str(change.file_class),
    }
    if change.action is Action.CONFLICT:
        value |= {"diff": unified(change), "edit_belongs_in": place_for_edit(change, identifier)}
    return value


def print_outcome(outcome: Outcome, *, written: bool, diff: bool, code_only: bool = False) -> None:
    """Print what was done or would be done; conflicts go to stderr."""
    plan = outcome.plan
    assert plan is not None
    if plan.conflicts:
        _print_conflicts(plan, outcome.identifier)
        if not diff:
            return
    if diff:
        _print_diffs(_shown(plan))
    else:
        _print_changes(plan)
    _print_notes(plan)
    if plan.conflicts:
        return
    click.echo(_summary(outcome, written=written))
    _print_meaning(plan)
    if written and not code_only:
        _print_next_steps(outcome)


def _conflicts(outcome: Outcome) -> bool:
    return outcome.plan is not None and bool(outcome.plan.conflicts)


def _print_changes(plan: Plan) -> None:
    written = _shown(plan)
    for change in written:
        if change.file_class is not FileClass.RUNTIME:
            click.echo(f"  {_sign(change.action)} {change.path}")
    runtime = [change.action for change in written if change.file_class is FileClass.RUNTIME]
    for action in _SIGNS:
        if action in runtime:
            click.echo(f"  {_sign(action)} resforge/ ({_files(runtime.count(action))})")


def _shown(plan: Plan) -> tuple[Change, ...]:
    """The changes that a person wants to see: the lock file's own only if there is no other."""
    written = tuple(change for change in plan.changes if change.writes)
    return written or plan.writes


def _sign(action: Action) -> str:
    sign, colour = _SIGNS[action]
    return style(sign, sys.stdout, fg=colour)


def _print_diffs(changes: Iterable[Change]) -> None:
    for change in changes:
        _print_diff(unified(change), err=False)


def _print_diff(text: str, *, err: bool) -> None:
    stream = sys.stderr if err else sys.stdout
    for line in text.split("\n")[:-1]:
        colour = _DIFF_COLOURS.get(line[:1])
        shown = _visible(line)
        click.echo(style(shown, stream, fg=colour) if colour else shown, err=err)


def _visible(line: str) -> str:
    return "\t".join(reveal(part) for part in line.split("\t"))


def _print_conflicts(plan: Plan, identifier: str) -> None:
    for change in plan.conflicts:
        _print_diff(unified(change), err=True)
        why = "was edited by hand" if change.owned else "exists and was not written by resforge"
        place = place_for_edit(change, identifier)
        label = style("error:", sys.stderr, fg="red", bold=True)
        click.echo(f"{plan.target / change.path}: {label} this file {why} [hand-edited]", err=True)
        click.echo(f"  lines with - would be lost; such an edit belongs in {place}", err=True)
    count = _files(len(plan.conflicts))
    click.echo(
        f"Nothing was written: {count} in the way. Move the edits, or use --force, which keeps"
        " each file as <name>.orig.",
        err=True,
    )


def _print_notes(plan: Plan) -> None:
    for change in plan.changes:
        if change.action is Action.KEEP_STALE:
            text = (
                f"note: {plan.target / change.path} is no longer generated but was edited; it stays"
            )
            click.echo(f"{text}. Delete it when you have what you need.", err=True)
        if change.action is Action.KEEP_DELETED:
            text = f"note: {plan.target / change.path} was deleted and is written only once"
            click.echo(f"{text}; remove its line from resforge.lock to get it again.", err=True)


def _summary(outcome: Outcome, *, written: bool) -> str:
    assert outcome.plan is not None
    counts = {
        action: sum(change.action is action for change in _shown(outcome.plan)) for action in _SIGNS
    }
    verbs = {
        Action.CREATE: "created",
        Action.UPDATE: "updated",
        Action.REPLACE: "replaced",
        Action.REMOVE: "removed",
    }
    parts = [f"{count} {verbs[action]}" for action, count in counts.items() if count]
    text = ", ".join(parts) if parts else "nothing to do"
    prefix = "" if written or not parts else "would be "
    return f"{outcome.identifier}: {prefix}{text} in {outcome.target}"


def _meaning(plan: Plan) -> tuple[Statement, ...]:
    from resforge.publish.semantics import statements_of

    return statements_of(plan)


def _print_meaning(plan: Plan) -> None:
    statements = _meaning(plan)
    if statements:
        click.echo("\nFor the resource type this means:")
    for statement in statements:
        label = style(f"{statement.area} {reveal(statement.name)}:", sys.stdout, bold=True)
        click.echo(f"  {label} {reveal(statement.text)}")


def _print_next_steps(outcome: Outcome) -> None:
    assert outcome.plan is not None
    target = shlex.quote(outcome.target.as_posix())
    hooks = f"src/{outcome.identifier}_hooks.cpp"
    former = _former_identifier(outcome.plan)
    if former is None:
        click.echo(f"\nNext: write the hooks in {target}/{hooks}, then\n  resforge verify {target}")
    elif former != outcome.identifier:
        click.echo(
            f"\nThe type was {former} before, and your own files still say so. Next:\n"
            f"  rename it in CMakeLists.txt: resforge_add_resource_dll({outcome.identifier} ...)\n"
            f"  move your hooks from src/{former}_hooks.h and .cpp to those of {hooks},"
            f" namespace {outcome.identifier}"
        )


def _former_identifier(plan: Plan) -> str | None:
    """What the type was called in the last run, None in the first."""
    from resforge.publish.lockfile import parse_lock

    return parse_lock(plan.lock.before.decode()).identifier if plan.lock.before else None


def _files(count: int) -> str:
    return f"{count} file" if count == 1 else f"{count} files"
