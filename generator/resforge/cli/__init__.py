"""The command line, which starts fast: a verb is imported only when it runs.

`--version` and a `generate` with nothing to do must not pay for click, `--help` not for pydantic,
Jinja, black or copier.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextvars import copy_context

from resforge.cli.output import BROKEN_PIPE, silence
from resforge.cli.shortcut import answer

BAD_INPUT = 2
REFUSED = 4
INTERNAL_ERROR = 70
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _end)
    sys.exit(run(arguments))


def _end(number: int, _frame: object) -> None:
    """End on SIGTERM the way an exception does, so that work under way is taken back."""
    raise SystemExit(128 + number)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; prints problems, never a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    return copy_context().run(_run, words)


def _run(words: list[str]) -> int:
    code = _outcome(words)
    try:
        # A pipe that was left or a full disk must show up here and not at exit.
        sys.stdout.flush()
    except OSError as error:
        silence()
        code = code or _report(error)
    return code


def _outcome(words: list[str]) -> int:
    if any("\0" in word for word in words):
        sys.stderr.write("Error: an argument holds a NUL character, which no path or name has.\n")
        return BAD_INPUT
    try:
        return 0 if answer(words) else _run_group(words)
    except KeyboardInterrupt:
        return _interrupted()
    except Exception as error:  # noqa: BLE001 (the last barrier before the user)
        return _report(error)


def _run_group(words: list[str]) -> int:
    import click

    from resforge.cli.group import group

    try:
        result = group.main(words, prog_name="resforge", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return _interrupted()
    return result if isinstance(result, int) else 0


def _interrupted() -> int:
    sys.stderr.write("resforge: interrupted\n")
    return INTERRUPTED


def _report(error: Exception) -> int:
    from resforge.cli.console import print_problems
    from resforge.problems import UserError

    if isinstance(error, UserError):
        print_problems(error.problems)
        return error.exit_code
    if os.environ.get("RESFORGE_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    if isinstance(error, BrokenPipeError):
        return BROKEN_PIPE
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"{place}error: the machine refuses: {error.strerror} [refused]\n")
        return REFUSED
    text = " ".join(str(error).split())
    sys.stderr.write(
        f"resforge: internal error: {type(error).__name__}: {text}"
        " (set RESFORGE_DEBUG=1 for the traceback)\n"
    )
    return INTERNAL_ERROR
