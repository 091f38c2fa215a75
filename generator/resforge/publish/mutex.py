"""Lets one generator at a time change a project."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from resforge.problems import EnvironmentProblem, Problem


@contextlib.contextmanager
def exclusive(target: Path) -> Iterator[None]:
    """Hold the project in `target`; EnvironmentProblem at once when another process holds it.

    The operating system lets go when the process ends in any way, so no stale lock stays behind.
    """
    try:
        descriptor = _open(target)
    except FileNotFoundError as error:
        raise _busy(target) from error
    try:
        _hold(descriptor, target)
        yield
    finally:
        os.close(descriptor)
        _clean(target)


def _busy(target: Path) -> EnvironmentProblem:
    message = f"another resforge is writing to {target}; nothing was changed"
    return EnvironmentProblem(Problem(message, "project-busy", hint="run it again when it ended"))


if sys.platform == "win32":
    import msvcrt

    _NAME = ".resforge-busy"

    def _open(target: Path) -> int:
        return os.open(target / _NAME, os.O_RDWR | os.O_CREAT)

    def _hold(descriptor: int, target: Path) -> None:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise _busy(target) from error

    def _clean(target: Path) -> None:
        with contextlib.suppress(OSError):
            (target / _NAME).unlink()

else:
    import fcntl

    def _open(target: Path) -> int:
        return os.open(target, os.O_RDONLY | os.O_DIRECTORY)

    def _hold(descriptor: int, target: Path) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _busy(target) from error
        if not _is_at(descriptor, target):
            raise _busy(target)

    def _is_at(descriptor: int, target: Path) -> bool:
        """Whether the folder is still there: a failing run may have removed it meanwhile."""
        with contextlib.suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(descriptor), target.stat())
        return False

    def _clean(target: Path) -> None:
        """The lock was on the folder itself; there is nothing to remove."""
