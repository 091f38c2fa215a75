"""What the process does that `resforge.publish.rescuer` starts: it waits, and takes a run back.

It is a stranger to the run: an interpreter of its own without the packages of the environment.
Until it is needed it imports next to nothing, so that a run does not share its processor with it.
"""

from __future__ import annotations

import os
import sys

_STANDARD_INPUT = 0
_LARGEST_READ = 1 << 16


def main() -> None:
    """Wait until the run is gone, then bring the project back to what it was, or finish it.

    The run ends this process when it ends itself, so the end of standard input means that it was
    killed. Any error ends this process unheard, and leaves the journal to the next run.
    """
    target, encoding = sys.argv[-2:]
    told = b"".join(iter(lambda: os.read(_STANDARD_INPUT, _LARGEST_READ), b""))
    if sys.getfilesystemencoding() == encoding:
        take_back(target, told_folders(told))


def told_folders(told: bytes) -> list[str]:
    """Return the folders that a run has named, without one that it was killed in the middle of."""
    return [os.fsdecode(name) for name in told.split(b"\0")[:-1]]


def take_back(target: str, folders: list[str]) -> None:
    """Take a run in `target` back unless it had happened; then remove `folders` that are empty.

    EnvironmentProblem when another run holds the project: that one heals it. UserError when the
    journal is damaged, OSError when the disk refuses.
    """
    from contextlib import nullcontext
    from pathlib import Path

    from resforge.publish.filesystem import remove_empty_folder
    from resforge.publish.journal import recover
    from resforge.publish.mutex import exclusive

    place = Path(target)
    # Without the folder there is nothing to hold: the run was killed while it made the parents.
    with exclusive(place) if place.is_dir() else nullcontext():
        recover(place)
        for folder in folders:
            remove_empty_folder(Path(folder))
