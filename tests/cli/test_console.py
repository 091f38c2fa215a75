"""How problems and progress look on terminals, in CI, and as data."""

from __future__ import annotations

import io
import json
import time

import pytest

from resforge.cli import console
from resforge.cli.console import Progress, problem_as_annotation, problem_as_text
from resforge.problems import Problem

PROBLEM = Problem('unknown key "formt"', "unknown-key", "a,b:c.yaml", 12, 5, "100%\nsure")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def test_text() -> None:
    """Text form: place, message, hint, code."""
    problem = Problem("wrong", "bad-thing", "m.yaml", 12, 5, 'did you mean "x"?')
    assert problem_as_text(problem) == 'm.yaml:12:5: error: wrong (did you mean "x"?) [bad-thing]'


def test_text_cannot_command_the_terminal() -> None:
    """Escape sequences and bidirectional controls of untrusted text are made visible."""
    text = problem_as_text(Problem("\x1b[2J\u202e", "x"))
    assert text == "error: <U+001B>[2J<U+202E> [x]"


def test_annotation_escapes() -> None:
    """A GitHub annotation survives separators and line ends in its texts."""
    assert problem_as_annotation(PROBLEM) == (
        "::error file=a%2Cb%3Ac.yaml,line=12,col=5,title=unknown-key::"
        'unknown key "formt" (100%25%0Asure)'
    )


def test_problems_in_github_actions(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In GitHub Actions problems are annotations too."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    console.print_problems([PROBLEM])
    output = capsys.readouterr()
    assert output.out.startswith("::error ")
    assert "[unknown-key]" in output.err


def test_problems_as_json() -> None:
    """The JSON form has every attribute."""
    (value,) = json.loads(console.problems_as_json([PROBLEM]))["problems"]
    assert value["line"] == 12
    assert value["hint"] == "100%\nsure"


@pytest.mark.parametrize(
    ("stream", "variables", "expected"),
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
    ],
)
def test_colour(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, variables: dict[str, str], expected: bool
) -> None:
    """Colour only on a terminal that wants it."""
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert console.use_colour(stream) is expected
    assert ("\x1b" in console.style("x", stream, fg="red")) is expected


def test_quick_work_shows_no_progress() -> None:
    """Work that is done within two seconds leaves the terminal alone."""
    stream = Terminal()
    with Progress(stream) as progress:
        progress("working")
    assert stream.getvalue() == ""


def test_slow_work_shows_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow work shows its last message although nothing new was said."""
    monkeypatch.setattr(console, "QUIET_SECONDS", 0.05)
    stream = io.StringIO()
    with Progress(stream) as progress:
        progress("compiling\x1b")
        time.sleep(0.3)
        progress("linking")
    assert stream.getvalue() == "compiling<U+001B> (0 s)\nlinking (0 s)\n"


def test_progress_on_a_terminal_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the line is rewritten and removed at the end."""
    monkeypatch.setattr(console, "QUIET_SECONDS", 0.0)
    stream = Terminal()
    with Progress(stream) as progress:
        progress("one")
        progress("two")
    assert "\n" not in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")
