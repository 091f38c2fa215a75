"""Publishes a rendered project: plan, stage, rename, lock, with one run at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from resforge.problems import Problem, UserError
from resforge.publish import filesystem
from resforge.publish.apply import apply_plan
from resforge.publish.journal import recover
from resforge.publish.lockfile import read_lock
from resforge.publish.mutex import exclusive
from resforge.publish.plan import Origin, Plan, make_plan
from resforge.render.files import RenderedFile


def publish(
    target: Path, files: Mapping[str, RenderedFile], origin: Origin, *, force: bool = False
) -> Plan:
    """Make `target` hold `files` and return what was done; with conflicts nothing is written.

    The folder is created when needed. Undoes an interrupted run first. UserError for unsafe paths
    and damaged locks, EnvironmentProblem when the disk refuses or another run is busy.
    """
    try:
        made = make_folders(target)
        with exclusive(target), removed_on_error(made):
            recover(target)
            plan = make_plan(target, files, origin, read_lock(target), force=force)
            if not plan.conflicts:
                apply_plan(plan)
            return plan
    except OSError as error:
        raise filesystem.cannot_write(error) from error


def make_folders(target: Path) -> list[Path]:
    """Create the folder and its parents; return those that this run made, outermost first."""
    made: list[Path] = []
    with removed_on_error(made):
        for folder in (*reversed(target.parents), target):
            if not folder.exists():
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
