"""Lets one generator at a time change a project."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from resforge.problems import EnvironmentProblem, Problem

PATIENCE_SECONDS = 2.0
"""Enough for the rescuer of a run that was just killed (`resforge.publish.rescuer`)."""
_POLL_SECONDS = 0.01


@contextlib.contextmanager
def exclusive(target: Path) -> Iterator[None]:
    """Hold the project in `target`; EnvironmentProblem when another process goes on holding it.

    The operating system lets go when the process ends in any way, so no stale lock stays behind.
    A folder that is not there, or vanishes meanwhile, counts as held by whoever removed it.
    """
    descriptor = _taken(target)
    try:
        yield
    finally:
        os.close(descriptor)
        _clean(target)


def _taken(target: Path) -> int:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            descriptor = _take(target)
        except FileNotFoundError as error:
            raise _busy(target) from error
        if descriptor is not None:
            return descriptor
        if time.monotonic() >= end:
            raise _busy(target)
        time.sleep(_POLL_SECONDS)


def _take(target: Path) -> int | None:
    """Return what holds the project until it is closed, None if another process has it."""
    descriptor = _open(target)
    held = False
    try:
        held = _hold(descriptor, target)
    finally:
        if not held:
            os.close(descriptor)
    return descriptor if held else None


def _busy(target: Path) -> EnvironmentProblem:
    message = f"another resforge is writing to {target}; nothing was changed"
    return EnvironmentProblem(Problem(message, "project-busy", hint="run it again when it ended"))


if sys.platform == "win32":
    import msvcrt

    _NAME = ".resforge-busy"

    def _open(target: Path) -> int:
        return os.open(target / _NAME, os.O_RDWR | os.O_CREAT)

    def _hold(descriptor: int, target: Path) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _clean(target: Path) -> None:
        with contextlib.suppress(OSError):
            (target / _NAME).unlink()

else:
    import fcntl

    def _open(target: Path) -> int:
        return os.open(target, os.O_RDONLY | os.O_DIRECTORY)

    def _hold(descriptor: int, target: Path) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return _is_at(descriptor, target)

    def _is_at(descriptor: int, target: Path) -> bool:
        """Whether the folder is still there: a failing run may have removed it meanwhile."""
        with contextlib.suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(descriptor), target.stat())
        return False

    def _clean(target: Path) -> None:
        """The lock was on the folder itself; there is nothing to remove."""
