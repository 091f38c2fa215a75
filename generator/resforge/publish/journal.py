"""The undo journal: what a run is about to do, so that an interrupted run can be taken back.

A run works inside `.resforge-pending` in the project:

1. new files are staged there, each under a number;
2. `journal.json` appears by one rename: from now on an interruption is undone, by the run itself
   when it fails, by its rescuer when it is killed, else by the next run;
3. for each file the old one gets a second name in the folder, then one rename changes the project;
4. the journal is removed: from now on the run has happened;
5. the rest of the folder is removed.

Undoing looks at each file before it touches it: only bytes that the interrupted run itself wrote
are taken away, so an edit made in between stays.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from resforge.digests import sha256
from resforge.problems import Problem, UserError
from resforge.publish import filesystem
from resforge.publish.paths import Inside, check_paths
from resforge.publish.places import JOURNAL, PENDING

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one file: `new` is the SHA-256 that it gets, None for a removal."""

    path: str
    number: int
    existed: bool
    new: str | None
    backup: str | None = None
    """Path for the copy that --force keeps, relative to the project."""


@dataclass(frozen=True, slots=True)
class Journal:
    """The steps of a run in order, and the folders that it has to make, outermost first."""

    folders: tuple[str, ...]
    steps: tuple[Step, ...]


def staged(target: Path, step: Step) -> Path:
    """Return the place of the new file of a step."""
    return target / PENDING / f"{step.number}.new"


def saved(target: Path, step: Step) -> Path:
    """Return the place of the old file of a step."""
    return target / PENDING / f"{step.number}.old"


def is_interrupted(target: Path) -> bool:
    """Whether a run in `target` was stopped while it changed files."""
    folder = target / PENDING
    return not folder.is_symlink() and (folder / JOURNAL).exists()


def begin(target: Path, journal: Journal) -> None:
    """Make the journal visible; everything is staged before this."""
    folder = target / PENDING
    draft = folder / "journal.new"
    filesystem.write_new(draft, json.dumps(asdict(journal), indent=1).encode())
    filesystem.sync_files([draft])
    filesystem.sync_folder(folder)
    filesystem.replace_file(draft, folder / JOURNAL)
    filesystem.sync_folder(folder)


def commit(target: Path) -> None:
    """Declare the run done: from here on nothing is undone."""
    filesystem.remove_file(target / PENDING / JOURNAL)


def clean(target: Path) -> None:
    """Remove what is left of a run that has no journal any more, or never had one."""
    folder = target / PENDING
    if not folder.is_dir() or folder.is_symlink():
        return
    for path in sorted(folder.iterdir()):
        filesystem.remove_file(path)
    filesystem.remove_empty_folder(folder)


def recover(target: Path) -> bool:
    """Take an interrupted run back, or tidy up after a finished one; True if files changed."""
    interrupted = is_interrupted(target)
    if interrupted:
        undo(target, _load(target))
        commit(target)
    clean(target)
    return interrupted


def undo(target: Path, journal: Journal) -> None:
    """Bring back the files as they were before the run of `journal`."""
    for step in journal.steps:
        _undo_step(target, step)
    check_paths(journal.folders)
    for folder in reversed(journal.folders):
        filesystem.remove_empty_folder(target / folder)


def _undo_step(target: Path, step: Step) -> None:
    place, old = target / step.path, saved(target, step)
    if not step.existed:
        if _made_by_run(place, staged(target, step), step.new):
            filesystem.remove_file(place)
    elif old.exists():
        if step.backup is not None and _hash(target / step.backup) == _hash(old):
            filesystem.remove_file(target / step.backup)
        if _hash(place) in (step.new, None):
            filesystem.replace_file(old, place)


def _made_by_run(place: Path, draft: Path, new: str | None) -> bool:
    """Whether `place` got its bytes from the run: it has them, and the draft was moved there."""
    return _hash(place) == new and (not draft.exists() or draft.samefile(place))


def _hash(path: Path) -> str | None:
    try:
        return sha256(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None


def _load(target: Path) -> Journal:
    place = target / PENDING / JOURNAL
    try:
        value = json.loads(place.read_text(encoding="utf-8"))
        steps = tuple(_step(row) for row in value["steps"])
        folders = tuple(_typed(folder, str) for folder in value["folders"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = "the journal of an interrupted run is damaged"
        hint = f"look at the project, then delete {PENDING}"
        raise UserError(Problem(message, "damaged-journal", file=str(place), hint=hint)) from error
    _check(target, [step.path for step in steps])
    _check(target, [step.backup for step in steps if step.backup is not None])
    return Journal(folders, steps)


def _step(row: dict[str, Any]) -> Step:
    """Return the step of a row; TypeError if a value has another type than it is written with."""
    step = Step(**row)
    _typed(step.path, str)
    _typed(step.number, int)
    for text in (step.new, step.backup):
        _typed(text or "", str)
    return step


def _typed(value: Any, kind: type[_T]) -> _T:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r:.40} is no {kind.__name__}")
    return value


def _check(target: Path, paths: list[str]) -> None:
    """Trust no path of a journal: the folder may have come with somebody else's project."""
    check_paths(paths)
    inside = Inside(target)
    for path in paths:
        inside.check(path)
