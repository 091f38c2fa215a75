"""Carries out a plan so that every interruption leaves the old project or the new one."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from resforge.digests import sha256
from resforge.problems import EnvironmentProblem, Problem, UserError
from resforge.publish import filesystem, journal
from resforge.publish.journal import Journal, Step
from resforge.publish.places import PENDING
from resforge.publish.plan import Action, Change, Plan, signature_of


def apply_plan(plan: Plan) -> None:
    """Make the changes of `plan`; the caller holds `mutex.exclusive`.

    An error on the way puts everything back and is raised again: OSError when the disk refuses,
    UserError when a file changed since the plan was made. A killed run is for the rescuer.
    """
    if plan.conflicts:
        raise ValueError("a plan with conflicts cannot be applied")
    changes = plan.writes
    if not changes:
        return
    record = _journal(plan.target, changes)
    try:
        _stage(plan.target, record, changes)
        journal.begin(plan.target, record)
        _execute(plan.target, record, changes)
        journal.commit(plan.target)
    except BaseException as error:
        _take_back(plan.target, error)
        raise
    with contextlib.suppress(OSError):
        journal.clean(plan.target)
    for folder in folders_to_empty(plan):
        filesystem.remove_empty_folder(folder)


def folders_to_empty(plan: Plan) -> list[Path]:
    """Return the folders, innermost first, that a run removes if `plan` leaves nothing in them."""
    removed = (change for change in plan.changes if change.action is Action.REMOVE)
    return [
        plan.target / parent
        for change in removed
        for parent in PurePosixPath(change.path).parents
        if str(parent) != "."
    ]


def _take_back(target: Path, error: BaseException) -> None:
    try:
        journal.recover(target)
    except OSError as second:
        message = f"cannot put the files back ({second}); the next run does it"
        raise EnvironmentProblem(Problem(message, "interrupted-run")) from error


def _journal(target: Path, changes: tuple[Change, ...]) -> Journal:
    steps = tuple(_step(target, number, change) for number, change in enumerate(changes))
    folders = {folder for change in changes for folder in _missing_folders(target, change)}
    return Journal(tuple(sorted(folders, key=lambda folder: folder.count("/"))), steps)


def _step(target: Path, number: int, change: Change) -> Step:
    new = None if change.action is Action.REMOVE else sha256(change.after or b"")
    backup = _free_name(target, change.path) if change.action is Action.REPLACE else None
    return Step(change.path, number, change.signature is not None, new, backup)


def _free_name(target: Path, path: str) -> str:
    number = 1
    name = f"{path}.orig"
    while os.path.lexists(target / name):
        number += 1
        name = f"{path}.orig{number}"
    return name


def _missing_folders(target: Path, change: Change) -> Iterator[str]:
    parents = [str(parent) for parent in PurePosixPath(change.path).parents if str(parent) != "."]
    return (parent for parent in parents if not (target / parent).is_dir())


def _stage(target: Path, record: Journal, changes: tuple[Change, ...]) -> None:
    filesystem.make_folder(target / PENDING)
    staged = []
    for step, change in zip(record.steps, changes, strict=True):
        if change.after is not None:
            mode = _mode(target / change.path) if step.existed else None
            staged.append(journal.staged(target, step))
            filesystem.write_new(staged[-1], change.after, mode)
    filesystem.sync_files(staged)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _execute(target: Path, record: Journal, changes: tuple[Change, ...]) -> None:
    for folder in record.folders:
        filesystem.make_folder(target / folder)
    for step, change in zip(record.steps, changes, strict=True):
        _check_unchanged(target, change)
        _execute_step(target, step)


def _execute_step(target: Path, step: Step) -> None:
    place, new, old = target / step.path, journal.staged(target, step), journal.saved(target, step)
    if not step.existed:
        filesystem.move_new(new, place)
        return
    filesystem.keep_copy(place, old)
    if step.backup is not None:
        filesystem.keep_copy(place, target / step.backup)
    if step.new is None:
        filesystem.remove_file(place)
    else:
        filesystem.replace_file(new, place)


def _check_unchanged(target: Path, change: Change) -> None:
    if signature_of(target / change.path) != change.signature:
        message = f"{change.path} changed while resforge was running; nothing was changed"
        raise UserError(Problem(message, "changed-meanwhile", file=change.path, hint="run again"))
