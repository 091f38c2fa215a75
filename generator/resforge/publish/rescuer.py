"""Starts and ends the rescuer: a process that takes a run back at once if the run is killed.

A process that is killed can do nothing any more, so another one has to stand by. It holds the end
of a pipe whose other end only the run has; the system closes that one however the run ends.

- It has a session of its own, so what ends the run with its whole process group, or hangs up its
  terminal, does not reach it.
- It keeps the standard streams of the run open and never writes to them: whoever collects what a
  killed run printed gets the end of it when the project is healed.
- A run without a rescuer is a run all the same. There is none on Windows, in a frozen program, and
  when the system refuses another process. Then, and after a power failure or when both processes
  are killed, the journal stays, and the next run heals.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from resforge.fingerprint import PACKAGE

_PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); from resforge.publish.rescue import main; main()"
)
_STANDARD_INPUT = 0
_STANDARD_OUTPUTS = (1, 2)
_FIRST_FREE = 3
_KEPT_VARIABLES = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What decides how names of files are written, and whether the interpreter starts at all."""


@dataclass(frozen=True, slots=True)
class _Started:
    """A process that waits, and the end of the pipe that it waits for."""

    process: int
    pipe: int


class Rescuer:
    """The rescuer of one run in the folder `target`; it stands by from the first call for it on.

    Leaving the block ends it, also when the block fails: then the run has taken itself back.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._started: _Started | None = None

    def __enter__(self) -> Rescuer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._started is not None:
            _end(self._started)

    def stand_by(self, folders: Iterable[Path]) -> None:
        """Have the run taken back if it is killed, and then remove those `folders` that are empty.

        Innermost first; a later call adds to them. Nothing happens when no process can be had.
        """
        with contextlib.suppress(OSError):
            if self._started is None:
                self._started = _start(self._target.absolute())
            if self._started is not None:
                os.write(self._started.pipe, _told(folders))


def _told(folders: Iterable[Path]) -> bytes:
    """Return what `resforge.publish.rescue.told_folders` reads."""
    names = dict.fromkeys(os.fsencode(folder.absolute()) for folder in folders)
    return b"".join(name + b"\0" for name in names)


if sys.platform == "win32":

    def _start(target: Path) -> _Started | None:
        """Start nothing: the next run heals."""
        return None

    def _end(started: _Started) -> None:
        """There is no process to end."""

else:

    def _start(target: Path) -> _Started | None:
        """Start the rescuer, None where it cannot be had; OSError when the system refuses."""
        if not sys.executable or getattr(sys, "frozen", False):
            return None
        streams = [stream for stream in _STANDARD_OUTPUTS if _is_inherited(stream)]
        reader, writer = os.pipe()
        try:
            return _Started(_spawn(target, reader, streams), writer)
        except BaseException:
            os.close(writer)
            raise
        finally:
            os.close(reader)

    def _is_inherited(descriptor: int) -> bool:
        """Whether it is a stream, and nothing that the run itself opened where one was closed."""
        try:
            return os.get_inheritable(descriptor)
        except OSError:
            return False

    def _spawn(target: Path, reader: int, streams: list[int]) -> int:
        words = [
            *(sys.executable, "-I", "-S", "-B", "-X", f"utf8={sys.flags.utf8_mode}"),
            *("-c", _PROGRAM, str(Path(PACKAGE).parent), str(target), sys.getfilesystemencoding()),
        ]
        spawn = partial(
            os.posix_spawn,
            sys.executable,
            words,
            {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
            file_actions=_file_actions(reader, streams),
            # What ends every process politely ends the run, too, and the run ends its rescuer.
            setsigmask=[signal.SIGHUP, signal.SIGINT, signal.SIGTERM],
        )
        try:
            return spawn(setsid=True)
        except NotImplementedError:
            return spawn(setpgroup=0)

    def _file_actions(reader: int, streams: list[int]) -> list[tuple[Any, ...]]:
        """Return what makes `reader` the input and keeps `streams` open, where nobody writes."""
        kept = [(os.POSIX_SPAWN_DUP2, s, number) for number, s in enumerate(streams, _FIRST_FREE)]
        nowhere = [(os.POSIX_SPAWN_OPEN, s, os.devnull, os.O_WRONLY, 0) for s in _STANDARD_OUTPUTS]
        return [(os.POSIX_SPAWN_DUP2, reader, _STANDARD_INPUT), *kept, *nowhere]

    def _end(started: _Started) -> None:
        # Only a process that nobody has reaped is certainly the one that was started.
        with contextlib.suppress(OSError):
            if os.waitpid(started.process, os.WNOHANG) == (0, 0):
                os.kill(started.process, signal.SIGKILL)
                os.waitpid(started.process, 0)
        os.close(started.pipe)
