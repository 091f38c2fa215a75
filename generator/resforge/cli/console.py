"""What all commands print alike: problems, colour and progress."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import asdict
from types import TracebackType
from typing import Any, TextIO, TypeVar

import click

from resforge.problems import Problem
from resforge.render.invisible import reveal

QUIET_SECONDS = 2.0
"""A command that is done sooner shows no progress."""
Decorated = TypeVar("Decorated", bound=Callable[..., Any])
_json_wanted: ContextVar[bool] = ContextVar("json_wanted", default=False)


def json_option(
    help_text: str = "Print the result as JSON on stdout.",
) -> Callable[[Decorated], Decorated]:
    """Return the click option ``--json``; with it problems are printed as JSON too."""
    return click.option(
        "--json", "as_json", is_flag=True, help=help_text, is_eager=True, callback=_note_json
    )


def _note_json(_context: click.Context, _parameter: click.Parameter, value: bool) -> bool:
    _json_wanted.set(value)
    return value


def use_colour(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that wants colour (see https://no-color.org)."""
    dumb = os.environ.get("TERM") == "dumb"
    return stream.isatty() and not os.environ.get("NO_COLOR") and not dumb


def style(text: str, stream: TextIO, **attributes: Any) -> str:
    """Return `text` with colours for a terminal, else as it is."""
    return click.style(text, **attributes) if use_colour(stream) else text


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems: JSON on stdout after ``--json``, annotations in GitHub Actions, else text."""
    found = tuple(problems)
    if _json_wanted.get():
        click.echo(problems_as_json(found))
        return
    for problem in found:
        click.echo(problem_as_text(problem, colour=use_colour(sys.stderr)), err=True)
        if os.environ.get("GITHUB_ACTIONS") == "true":
            click.echo(problem_as_annotation(problem))


def problem_as_text(problem: Problem, *, colour: bool = False) -> str:
    """Return the line of a problem; control characters of untrusted text are made visible."""
    text = reveal(str(problem))
    if not colour:
        return text
    place, separator, rest = text.partition("error: ")
    return click.style(place, bold=True) + click.style(separator, fg="red", bold=True) + rest


def problem_as_annotation(problem: Problem) -> str:
    """Return a problem as a workflow command of GitHub Actions."""
    values = {"file": problem.file, "line": problem.line, "col": problem.column}
    properties = [f"{key}={_escape(str(v), ':,')}" for key, v in values.items() if v is not None]
    properties.append(f"title={_escape(problem.code, ':,')}")
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"::error {','.join(properties)}::{_escape(problem.message + hint, '')}"


def problems_as_json(problems: Iterable[Problem]) -> str:
    """Return problems as one JSON object with the key `problems`."""
    return json.dumps({"problems": [asdict(problem) for problem in problems]}, indent=2)


def _escape(text: str, more: str) -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


class Progress:
    """Says on stderr what is going on, once the work has taken longer than `QUIET_SECONDS`.

    On a terminal one line is rewritten every second; elsewhere each new message is one line.

        with Progress() as progress:
            progress("compiling")
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._start = time.monotonic()
        self._message = ""
        self._shown = ""
        self._guard = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __call__(self, message: str) -> None:
        """Set the message; it is printed now or when the quiet time is over."""
        with self._guard:
            self._message = reveal(message)
            self._show()

    def __enter__(self) -> Progress:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join()
        if self._shown and self._stream.isatty():
            self._write("\r\x1b[K")

    def _tick(self) -> None:
        delay = QUIET_SECONDS
        while not self._end.wait(delay):
            delay = 1.0
            with self._guard:
                self._show()

    def _show(self) -> None:
        elapsed = time.monotonic() - self._start
        if not self._message or elapsed < QUIET_SECONDS:
            return
        if self._stream.isatty():
            self._write(f"\r\x1b[K{self._message} ({elapsed:.0f} s)")
        elif self._message != self._shown:
            self._write(f"{self._message} ({elapsed:.0f} s)\n")
        self._shown = self._message

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._end.set()
