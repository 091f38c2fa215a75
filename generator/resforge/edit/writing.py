"""Putting an edited schema back on the disk."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from resforge.problems import EnvironmentProblem, Problem
from resforge.publish.filesystem import replace_file, sync_files, sync_folder, write_new


def replace_text(path: Path, text: str) -> None:
    """Write `text` to the existing file `path`: afterwards it has the old text or the new one.

    Mode and symbolic link stay. Raises EnvironmentProblem when the file is read-only or the disk
    refuses; the file then is as it was.
    """
    target = path.resolve()
    staged = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
        if not os.access(target, os.W_OK) or not mode & stat.S_IWUSR:
            raise PermissionError(13, "the file is read-only", str(path))
        write_new(staged, text.encode("utf-8"), mode)
        sync_files([staged])
        replace_file(staged, target)
        sync_folder(target.parent)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"the file cannot be written: {reason}; it was left as it is"
        raise EnvironmentProblem(Problem(message, "cannot-write", str(path))) from None
    finally:
        with contextlib.suppress(OSError):
            staged.unlink(missing_ok=True)
