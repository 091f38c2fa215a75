"""Publishes a rendered project: plan, stage, rename, lock, with one run at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from resforge.problems import EnvironmentProblem, Problem, UserError
from resforge.publish import filesystem
from resforge.publish.apply import apply_plan, folders_to_empty
from resforge.publish.journal import is_interrupted, recover
from resforge.publish.lockfile import read_lock
from resforge.publish.mutex import exclusive
from resforge.publish.plan import Origin, Plan, make_plan
from resforge.publish.rescuer import Rescuer
from resforge.render.files import RenderedFile


def publish(
    target: Path, files: Mapping[str, RenderedFile], origin: Origin, *, force: bool = False
) -> Plan:
    """Make `target` hold `files` and return what was done; with conflicts nothing is written.

    The folder is created when needed. Undoes an interrupted run first, and has a rescuer undo this
    one if it is killed. UserError for unsafe paths and damaged locks, EnvironmentProblem when the
    disk refuses or another run is busy.
    """
    try:
        with Rescuer(target) as rescuer:
            missing = missing_folders(target)
            if missing or is_interrupted(target):
                rescuer.stand_by(missing)
            with _held(target):
                recover(target)
                plan = make_plan(target, files, origin, read_lock(target), force=force)
                if plan.writes and not plan.conflicts:
                    rescuer.stand_by(folders_to_empty(plan))
                    apply_plan(plan)
                return plan
    except OSError as error:
        raise filesystem.cannot_write(error) from error


@contextlib.contextmanager
def _held(target: Path) -> Iterator[None]:
    """Hold the folder, which is made when needed and removed if the block fails and it is empty."""
    with contextlib.ExitStack() as stack:
        try:
            made = _make_and_hold(target, stack)
        except EnvironmentProblem:
            if target.exists():
                raise
            # A run that failed or was killed had made the folder, and has just removed it.
            made = _make_and_hold(target, stack)
        with removed_on_error(made):
            yield


def _make_and_hold(target: Path, stack: contextlib.ExitStack) -> list[Path]:
    made = make_folders(target)
    stack.enter_context(exclusive(target))
    return made


def missing_folders(target: Path) -> list[Path]:
    """Return those of the folder and its parents that are not there, innermost first."""
    return [folder for folder in (target, *target.parents) if not folder.exists()]


def make_folders(target: Path) -> list[Path]:
    """Create the folder and its parents; return those that this run made, outermost first."""
    made: list[Path] = []
    with removed_on_error(made):
        for folder in reversed(missing_folders(target)):
            _refuse_dangling(folder)
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
                made.append(folder)
    return made


def _refuse_dangling(folder: Path) -> None:
    if folder.is_symlink():
        message = f"{folder} is a symbolic link that leads nowhere"
        raise UserError(Problem(message, "dangling-link", file=str(folder)))


@contextlib.contextmanager
def removed_on_error(folders: list[Path]) -> Iterator[None]:
    """Remove the folders if the block fails and they are empty.

    Around the publishing itself this happens under the lock: a folder that another run has just
    taken must not vanish under it.
    """
    try:
        yield
    except BaseException:
        for folder in reversed(folders):
            filesystem.remove_empty_folder(folder)
        raise
