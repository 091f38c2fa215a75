"""Runs something now and each time a file changes, until Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path

import click

from resforge.problems import Problem, UserError

POLL_SECONDS = 0.2
"""Often enough for a person; a stat call costs nothing and works on every file system."""

State = tuple[int, int, int] | None


def watch(
    path: Path, run: Callable[[], object], report: Callable[[Iterable[Problem]], object]
) -> int:
    """Call `run` at once and after each change of the file `path`; 0 after Ctrl-C.

    A UserError of `run` goes to `report` and the watch goes on: the next save may repair it. A
    file that vanishes is waited for, since editors save by removing and renaming.
    """
    click.echo(f"watching {path}; Ctrl-C ends", err=True)
    try:
        for _ in changes(path):
            _run_once(run, report)
    except KeyboardInterrupt:
        click.echo("no longer watching", err=True)
    return 0


def changes(path: Path, *, pauses: Iterator[object] | None = None) -> Iterator[None]:
    """Yield at once, and after each change of `path`; ends when `pauses` does."""
    seen: State = None
    for turn, _ in enumerate(pauses if pauses is not None else _ticks()):
        state = _state(path)
        if turn == 0 or (state is not None and state != seen):
            seen = state
            yield


def _ticks() -> Iterator[object]:
    for turn in count():
        if turn:
            time.sleep(POLL_SECONDS)
        yield turn


def _state(path: Path) -> State:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _run_once(run: Callable[[], object], report: Callable[[Iterable[Problem]], object]) -> None:
    try:
        run()
    except UserError as error:
        report(error.problems)
