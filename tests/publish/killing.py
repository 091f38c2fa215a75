"""Runs `generate` in a forked process that is disturbed at its changes of the disk."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from resforge.problems import UserError

EVENTS = frozenset(
    f"os.{name}"
    for name in [
        "rename",
        "remove",
        "mkdir",
        "rmdir",
        "link",
        "symlink",
        "chmod",
        "truncate",
        "utime",
    ]
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
STANDARD_OUTPUT = 1


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended, and what it and its rescuer printed."""

    code: int
    output: bytes


def changes_disk(event: str, arguments: tuple[object, ...], target: str) -> bool:
    """Whether an audit event is a change below `target`."""
    if event == "open":
        flags = arguments[2] if isinstance(arguments[2], int) else 0
        return bool(flags & WRITING) and str(arguments[0]).startswith(target)
    return event in EVENTS and any(str(argument).startswith(target) for argument in arguments)


def started(
    place: Path, run: Callable[[Path], object], before_change: Callable[[list[int]], object]
) -> tuple[int, int]:
    """Call `run` in a process and group of its own; return it and the pipe of all that it prints.

    `before_change` gets the processes that the run has started.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    code = 70
    try:
        os.setpgid(0, 0)
        os.dup2(writer, STANDARD_OUTPUT)
        os.close(writer)
        processes = record_processes()

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            if changes_disk(event, arguments, str(place)):
                before_change(processes)

        sys.addaudithook(hook)
        run(place)
        code = 0
    except UserError as error:
        code = error.exit_code
    finally:
        os._exit(code)


def ended(child: int, reader: int) -> Ended:
    """Wait until the process and all that it started have ended."""
    with os.fdopen(reader, "rb") as stream:
        output = stream.read()
    return Ended(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), output)


def stopped(
    place: Path,
    run: Callable[[Path], object],
    number: int,
    stop: Callable[[list[int]], object],
) -> tuple[int, int]:
    """Start a run in which `stop` happens before the nth change."""
    turns = iter(range(1, sys.maxsize))
    return started(place, run, lambda found: stop(found) if next(turns) == number else None)


def count_changes(place: Path, run: Callable[[Path], object]) -> int:
    """Return how many changes of the disk an undisturbed run makes."""
    done = ended(*started(place, run, lambda _: os.write(STANDARD_OUTPUT, b".")))
    assert done.code == 0
    return len(done.output)


def record_processes() -> list[int]:
    """Return the list that the processes get into that this one starts from now on."""
    processes: list[int] = []
    spawn = os.posix_spawn

    def recorded(*arguments: object, **options: object) -> int:
        processes.append(spawn(*arguments, **options))  # type: ignore[arg-type]
        return processes[-1]

    os.posix_spawn = recorded
    return processes


def kill(_: list[int]) -> None:
    """End the process, as the system does when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_group(_: list[int]) -> None:
    """End the process with all of its group, as a shell or a build server does."""
    os.killpg(0, signal.SIGKILL)


def kill_all(processes: list[int]) -> None:
    """End the process and its rescuer, as a power cut would."""
    for process in processes:
        os.kill(process, signal.SIGKILL)
    kill(processes)
