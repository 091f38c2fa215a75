"""Every operation by which publishing changes the disk; tests put faults here.

Paths are absolute. Each function is one step that either happened or did not, except `write_new`,
whose target is always a staged file that nothing reads before the journal names it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from resforge.problems import EnvironmentProblem, Problem

_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS, errno.EXDEV}
_SYNCED_AT_ONCE = 8


def make_folder(path: Path) -> None:
    """Create one folder; FileExistsError if there is something."""
    path.mkdir()


def write_new(path: Path, data: bytes, mode: int | None = None) -> None:
    """Create a file with `data`, which `sync_files` brings to the disk; FileExistsError if there
    is one."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666), "wb") as stream:
        stream.write(data)
    if mode is not None:
        path.chmod(mode)


def sync_files(paths: Sequence[Path]) -> None:
    """Bring the contents of files to the disk, several at a time: they share its commits."""
    if len(paths) < 2:
        for path in paths:
            _sync(path)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_SYNCED_AT_ONCE) as executor:
        for _ in executor.map(_sync, paths):
            pass


def replace_file(source: Path, target: Path) -> None:
    """Rename `source` over `target` in one step."""
    source.replace(target)


def move_new(source: Path, target: Path) -> None:
    """Give `source` the name `target`, which must be free; FileExistsError if it is not."""
    try:
        os.link(source, target)
    except OSError as error:
        _rename_new(source, target, error)
    else:
        source.unlink()


def keep_copy(source: Path, target: Path) -> None:
    """Give the file `source` the second name `target`, or copy it where links do not work."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _copy(source, target)


def remove_file(path: Path) -> None:
    """Remove a file; nothing happens if there is none."""
    path.unlink(missing_ok=True)


def remove_empty_folder(path: Path) -> None:
    """Remove a folder if it is empty; nothing happens if it is not or does not exist."""
    with contextlib.suppress(OSError):
        path.rmdir()


def sync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def cannot_write(error: OSError) -> EnvironmentProblem:
    """Return the problem that a user is told when the disk refused."""
    reason = error.strerror or type(error).__name__
    place = error.filename2 or error.filename
    name = str(place) if place is not None else None
    message = f"cannot write the project: {reason}; nothing was changed"
    return EnvironmentProblem(Problem(message, "cannot-write", file=name))


def _sync(path: Path) -> None:
    # Windows flushes only what is open for writing, elsewhere a read-only file is flushed too.
    descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rename_new(source: Path, target: Path, error: OSError) -> None:
    if error.errno not in _NO_LINKS or os.path.lexists(target):
        raise error
    source.rename(target)


def _copy(source: Path, target: Path) -> None:
    import shutil

    with source.open("rb") as reader, target.open("xb") as writer:
        shutil.copyfileobj(reader, writer)
    shutil.copystat(source, target)
