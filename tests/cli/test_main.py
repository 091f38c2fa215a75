"""Exit codes, messages and start-up cost of the command line itself."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.support import ROOT, SCHEMAS, environment, imported_by, resforge

from resforge.cli import run
from resforge.cli.group import VERBS, group
from resforge.problems import EnvironmentProblem, Problem, UserError

HEAVY = {"pydantic", "pydantic_core", "jinja2", "black", "copier", "yaml", "platformdirs"}


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_imports_nothing_heavy(option: str) -> None:
    """Help costs click and no more."""
    assert imported_by(option) & HEAVY == set()


@pytest.mark.parametrize("verb", ["new", "hooks", "generate"])
def test_help_of_a_verb_imports_nothing_heavy(verb: str) -> None:
    """What a verb needs is imported when it works, not when it explains itself."""
    assert imported_by(verb, "--help") & HEAVY == set()


def test_version_does_not_even_import_click() -> None:
    """`--version` answers before click is imported."""
    assert imported_by("--version") & (HEAVY | {"click"}) == set()


def test_nothing_to_do_imports_nothing_heavy(tmp_path: Path) -> None:
    """`generate` on an up-to-date project imports next to nothing."""
    assert resforge("generate", SCHEMAS / "minimal.yaml", "-o", tmp_path / "p").returncode == 0
    used = imported_by("generate", SCHEMAS / "minimal.yaml", "-o", tmp_path / "p")
    assert used & (HEAVY | {"click", "pathlib", "dataclasses"}) == set()
    checked = imported_by("generate", SCHEMAS / "minimal.yaml", "-o", tmp_path / "p", "--check")
    assert checked & (HEAVY | {"click", "pathlib", "dataclasses"}) == set()


def test_version() -> None:
    """`--version` prints name and version."""
    result = resforge("--version")
    assert (result.returncode, result.stdout) == (0, "resforge 0.1.0\n")


def test_help_lists_every_verb() -> None:
    """The help lists each verb with one line, and examples."""
    result = resforge("--help")
    assert result.returncode == 0
    for verb, text in VERBS.items():
        assert f"  {verb} " in result.stdout
        assert text in " ".join(result.stdout.split())
    assert "Examples:" in result.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_examples(verb: str) -> None:
    """Each verb explains itself and shows examples."""
    words = ("schema", "export") if verb == "schema" else (verb,)
    result = resforge(*words, "--help")
    assert result.returncode == 0, result.stderr
    assert "Examples:" in result.stdout


@pytest.mark.parametrize(
    "words", [["nonsense"], ["generate"], ["generate", "--nonsense", "x"], ["--nonsense"]]
)
def test_wrong_usage(words: list[str]) -> None:
    """Wrong usage ends with exit code 2, a hint, and no traceback."""
    result = resforge(*words)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert "Usage:" in result.stderr


@pytest.mark.parametrize("words", [["generate", "a\0b"], ["lint", "a\0b"], ["verify", "a", "\0"]])
def test_a_nul_in_an_argument(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """No path has a NUL: that is wrong input, not a defect of resforge."""
    assert run(words) == 2
    assert "NUL" in capsys.readouterr().err


def raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    """Run a verb that raises `error`."""

    def invoke(_context: object) -> None:
        raise error

    command = group.get_command(None, "generate")  # type: ignore[arg-type]
    monkeypatch.setattr(command, "invoke", invoke)
    return run(["generate", "x.yaml", "--check"])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UserError(Problem("wrong", "bad-thing", "f.yaml", 3, 5, 'did you mean "x"?')), 2),
        (UserError(Problem("edited", "hand-edited"), exit_code=3), 3),
        (EnvironmentProblem(Problem("no compiler", "no-compiler")), 4),
    ],
)
def test_user_errors_become_messages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: UserError, code: int
) -> None:
    """A problem is printed with its place and ends with its exit code."""
    assert raising(monkeypatch, error) == code
    assert capsys.readouterr().err == f"{error.problems[0]}\n"


def test_internal_errors_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A defect of the tool is one line with the way to the traceback, and exit code 70."""
    assert raising(monkeypatch, RuntimeError("first\nsecond")) == 70
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "RuntimeError: first second" in message
    assert "RESFORGE_DEBUG=1" in message


def test_what_the_machine_refuses_is_no_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A disk that refuses is one line with the file, and exit code 4."""
    error = OSError(errno.EIO, "Input/output error", "/templates/a.jinja")
    assert raising(monkeypatch, error) == 4
    assert capsys.readouterr().err == (
        "/templates/a.jinja: error: the machine refuses: Input/output error [refused]\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux's full device")
@pytest.mark.parametrize(
    "words",
    [
        ["doctor", "--json"],
        ["schema", "export"],
        ["--version"],
        ["--help"],
        ["generate", "generated_examples/minimal/minimal.yaml"],
    ],
)
def test_output_to_a_full_disk(words: list[str]) -> None:
    """Output that cannot be written is one message and exit code 4."""
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "resforge", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={k: v for k, v in environment().items() if k != "PYTHONUNBUFFERED"},
            cwd=ROOT,
            check=False,
        )
    assert (result.returncode, result.stderr.count("\n")) == (4, 1), result.stderr
    assert "No space left" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_sigterm_unwinds() -> None:
    """SIGTERM ends as an exception does: what is under way is taken back, exit code 143."""
    code = (
        "import os, signal, sys\n"
        "from resforge import cli\n"
        "def answer(words):\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        signal.sigtimedwait([], 5)\n"
        "    finally:\n"
        "        print('taken back')\n"
        "cli.answer = answer\n"
        "cli.main(['generate'])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (143, "taken back\n"), result.stderr


def test_debug_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """RESFORGE_DEBUG=1 adds the traceback."""
    monkeypatch.setenv("RESFORGE_DEBUG", "1")
    assert raising(monkeypatch, RuntimeError("x")) == 70
    assert "Traceback" in capsys.readouterr().err


def test_interrupt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends with 130 and one word."""
    assert raising(monkeypatch, KeyboardInterrupt()) == 130
    assert "interrupted" in capsys.readouterr().err


def test_interrupt_before_click(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the lock file is compared ends the same way."""

    def answer(_words: list[str]) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("resforge.cli.answer", answer)
    assert run(["generate", "x.yaml"]) == 130


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
def test_a_closed_pipe_is_quiet() -> None:
    """`resforge ... | head` prints no error when head has seen enough."""
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-m", "resforge", "generate", "--help"],
        stdout=write,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=ROOT,
        check=False,
    )
    os.close(write)
    assert process.stderr == b""
    assert process.returncode == 141


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_any_output_encoding(tmp_path: Path, encoding: str) -> None:
    """Text that the terminal's encoding lacks is escaped, not a crash."""
    schema = tmp_path / "x.yaml"
    schema.write_text('resforge: 1\nname: X\n"\U0001f600\u202e": 1\n', encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "resforge", "generate", str(schema)],
        env=environment(PYTHONIOENCODING=encoding, PYTHONUTF8="0"),
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert result.returncode == 2
    assert b"unknown-key" in result.stderr
    assert b"Traceback" not in result.stderr


def test_any_text_in_a_diff(tmp_path: Path) -> None:
    """A diff prints on a terminal that lacks the characters of the schema."""
    schema = tmp_path / "x.yaml"
    schema.write_text('resforge: 1\nname: X\ndescription: "\u4e2d"\n', encoding="utf-8")
    result = resforge("generate", schema, "--diff", cwd=tmp_path, PYTHONIOENCODING="cp1252")
    assert result.returncode == 0, result.stderr
    assert "\n+\\u4e2d\n" in result.stdout
