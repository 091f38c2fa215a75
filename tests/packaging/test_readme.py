"""The tutorial of README.md works as printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_BLOCK = re.compile(
    r"(?:<!-- file: (?P<file>\S+)(?: after: (?P<after>[^\n]+))? -->\n)?"
    r"```(?P<kind>\w+)\n(?P<text>.*?)```",
    re.DOTALL,
)


def tutorial_steps(root: Path) -> Iterator[re.Match[str]]:
    """Return the tutorial's blocks in order: text for a file, or commands."""
    text = (root / "README.md").read_text("utf-8")
    tutorial = text.split("## Ten-minute tutorial", 1)[1].split("\n## ", 1)[0]
    for block in _BLOCK.finditer(tutorial):
        assert block["file"] or block["kind"] == "sh", block.group()
        yield block


def write_block(block: re.Match[str], work: Path) -> None:
    """Put the text of a block into its file: the whole file, or after the line it names."""
    path = work / block["file"]
    if not block["after"]:
        path.write_text(block["text"], encoding="utf-8")
        return
    lines = path.read_text("utf-8").splitlines(keepends=True)
    (at,) = (number for number, line in enumerate(lines) if block["after"] in line)
    path.write_text("".join((*lines[: at + 1], block["text"], *lines[at + 1 :])), "utf-8")


@pytest.fixture
def tool_folder(tmp_path: Path, root: Path) -> Path:
    """A folder for PATH with the `resforge` of the checkout, run by this Python."""
    folder = tmp_path / "tool"
    folder.mkdir()
    script = folder / "resforge"
    source = root / "generator"
    script.write_text(
        f'#!/bin/sh\nPYTHONPATH="{source}" exec "{sys.executable}" -m resforge "$@"\n', "utf-8"
    )
    script.chmod(0o755)
    return folder


@pytest.mark.slow
@pytest.mark.windows
@pytest.mark.skipif(sys.platform == "win32", reason="the tutorial's commands are for a POSIX shell")
def test_tutorial(
    root: Path, tool_folder: Path, tmp_path: Path, native_compiler: tuple[str, ...]
) -> None:
    """Every command of the tutorial succeeds, with the files it shows."""
    work = tmp_path / "work"
    work.mkdir()
    environment = {**os.environ, "PATH": f"{tool_folder}{os.pathsep}{os.environ['PATH']}"}
    for block in tutorial_steps(root):
        if block["file"]:
            write_block(block, work)
            continue
        text = block["text"]
        run = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=work,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"{text}\n{run.stdout}\n{run.stderr}"
    assert (work / "flag_file" / "build" / "windows-mingw" / "FlagFile.dll").is_file()
    assert (work / "flag_file.svg").is_file()


def test_the_two_commands_are_marked(root: Path) -> None:
    """CI finds both commands of the README, each a single line."""
    text = (root / "README.md").read_text("utf-8")
    for name in ("install", "test"):
        found = re.search(rf"<!-- command: {name} -->\n```sh\n(.*?)```", text, re.DOTALL)
        assert found is not None
        assert found[1].count("\n") == 1
