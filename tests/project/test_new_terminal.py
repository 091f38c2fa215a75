"""`resforge new` and `copier copy` on a terminal: what is asked, and what Return takes."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from pathlib import Path

import pytest
from tests.cli.support import ROOT, environment
from tests.project.support import IDENTITY
from tests.project.test_new import NEW_FILES, own_files

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal"),
]
INTERRUPT = b"\x03"
NAME = "Name of the resource type"
QUIET = 2.0
LONGEST = 120.0
"""Seconds."""


def on_terminal(cwd: Path, *command: str | Path, keys: list[bytes]) -> tuple[int, str]:
    """Run a module of Python on a terminal; press a key at each question, then Return.

    Returns the exit code and what was shown. What was pressed before the program listened is lost,
    so whatever nothing follows for a while is pressed again.
    """
    import pty

    child, terminal = pty.fork()
    if child == 0:
        os.chdir(cwd)
        more = environment(TERM="xterm", PYTHONPATH=str(ROOT / "generator"), **IDENTITY)
        os.execve(sys.executable, [sys.executable, "-m", *map(str, command)], more)
    seen = b""
    waiting = iter(keys)
    pressed = b""
    end = time.monotonic() + LONGEST
    try:
        while time.monotonic() < end:
            if select.select([terminal], [], [], QUIET)[0]:
                if not (chunk := os.read(terminal, 4096)):
                    break
                seen += chunk
                pressed = b""
                if b"\x1b[6n" in chunk:  # where the cursor is
                    os.write(terminal, b"\x1b[1;1R")
                # What is shown last once a question, which begins with a microphone, waits.
                if not chunk.rstrip().endswith((b"\x1b[?25h", b"\x1b[?7h")):
                    continue
            if "🎤".encode() in seen:
                pressed = pressed or next(waiting, b"\r")
                os.write(terminal, pressed)
        else:
            os.kill(child, signal.SIGKILL)
    except OSError:
        pass  # the terminal closes with the process
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    return status, seen.decode("utf-8", "replace")


def test_every_question(tmp_path: Path) -> None:
    """Each question is asked with its help; Return takes the default."""
    status, text = on_terminal(tmp_path, "resforge", "new", "Flag File", keys=[])
    assert status == 0, text
    assert "What resources of this type do" in text
    assert "Licence of the project" in text
    assert "generating code ..." in text
    assert own_files(tmp_path / "flag_file") == NEW_FILES


def test_an_interrupt(tmp_path: Path) -> None:
    """Ctrl-C ends the questions and leaves nothing."""
    status, text = on_terminal(tmp_path, "resforge", "new", "Flag File", keys=[INTERRUPT])
    assert "What resources of this type do" in text
    assert status == 130
    assert list(tmp_path.iterdir()) == []


def test_the_name_is_asked(tmp_path: Path) -> None:
    """Without NAME the name is the first question, and it makes the name of the folder."""
    status, text = on_terminal(tmp_path, "resforge", "new", keys=[b"Flag File\r"])
    assert status == 0, text
    assert NAME in text
    assert own_files(tmp_path / "flag_file") == NEW_FILES


def test_the_folder_suggests_the_name(tmp_path: Path) -> None:
    """Without NAME Return takes the name of the folder, as with copier."""
    status, text = on_terminal(tmp_path, "resforge", "new", "-o", "flag-file", keys=[])
    assert status == 0, text
    assert own_files(tmp_path / "flag-file") == NEW_FILES


@pytest.mark.parametrize(
    "command", [["copier", "copy", "-r", "HEAD", ROOT], ["resforge", "new", "-o"]]
)
def test_a_folder_that_is_no_name(tmp_path: Path, command: list[str | Path]) -> None:
    """A folder whose name suggests no name of a type is no reason not to ask for one."""
    status, text = on_terminal(tmp_path, *command, "3com", keys=[b"Flag File\r"])
    assert status == 0, text
    assert NAME in text
    assert (tmp_path / "3com/flag_file.yaml").is_file()
