"""The user's cache folder: built hosts, the zig compiler, the Wine prefix."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from resforge.problems import EnvironmentProblem, Problem
from resforge.rhs.progress import Progress, silent

__all__ = ["cache_dir", "content_key", "locked", "writable_folder"]

_POLL_SECONDS = 0.1


def cache_dir() -> Path:
    """Return the cache folder: `RESFORGE_CACHE_DIR`, else the platform's place; it may not exist."""
    override = os.environ.get("RESFORGE_CACHE_DIR")
    if override:
        return Path(override).absolute()
    import platformdirs

    return platformdirs.user_cache_path("resforge", appauthor=False)


def writable_folder(folder: Path) -> Path:
    """Make `folder` if it is not there and return it.

    Raises EnvironmentProblem when that is impossible, for example on a full disk.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(f"make the folder {folder}", folder, error) from error
    return folder


def _not_writable(what: str, folder: Path, error: OSError) -> EnvironmentProblem:
    in_cache = folder.is_relative_to(cache_dir())
    hint = "set RESFORGE_CACHE_DIR to a folder that can be written" if in_cache else None
    message = f"cannot {what}: {error.strerror}"
    return EnvironmentProblem(Problem(message, "folder-not-writable", hint=hint))


def content_key(folders: Iterable[Path], *parts: str) -> str:
    """Return a short key that changes with any name or byte below `folders`, or with `parts`."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{part}\0".encode())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:24]


@contextmanager
def locked(path: Path, progress: Progress = silent) -> Iterator[None]:
    """Hold the lock file `path`; waits, and says so, while another process holds it.

    The operating system drops the lock when its holder ends, however it ends.
    """
    writable_folder(path.parent)
    try:
        file = path.open("a+b")
    except OSError as error:
        raise _not_writable(f"write {path}", path.parent, error) from error
    with file:
        if not _try_lock(file):
            progress(f"waiting for another run of resforge that holds {path}")
            while not _try_lock(file):
                time.sleep(_POLL_SECONDS)
        yield


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
