"""`resforge generate --watch`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest
from tests.cli.support import environment, resforge

from resforge.cli.watch import changes

SCHEMA = "resforge: 1\nname: Watched\n"


def runs(path: Path, *edits: Callable[[], object]) -> int:
    """Count the runs when one edit happens before each look but the first."""

    def pauses() -> Iterator[object]:
        yield None
        for edit in edits:
            yield edit()

    return sum(1 for _ in changes(path, pauses=pauses()))


def test_each_change_is_seen_once(tmp_path: Path) -> None:
    """A saved file runs once; a look at an unchanged, missing or touched-away file does nothing."""
    path = tmp_path / "x.yaml"
    path.write_text("1")
    assert runs(path, lambda: None, lambda: None) == 1
    assert runs(path, lambda: path.write_text("12"), lambda: None) == 2
    assert runs(path, path.unlink, lambda: None, lambda: path.write_text("123")) == 2


@pytest.mark.parametrize("option", ["--check", "--diff", "--dry-run", "--force"])
def test_watch_takes_no_other_mode(tmp_path: Path, option: str) -> None:
    """--watch with an option that writes nothing, or with --force, is wrong usage."""
    (tmp_path / "x.yaml").write_text(SCHEMA)
    result = resforge("generate", "x.yaml", "--watch", option, cwd=tmp_path)
    assert result.returncode == 2
    assert "--watch" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["x.yaml"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_watch_follows_the_schema(tmp_path: Path) -> None:
    """Each save is one line of JSON; a mistake is reported and the next save repairs it."""
    schema = tmp_path / "watched.yaml"
    schema.write_text(SCHEMA)
    command = [sys.executable, "-m", "resforge", "generate", str(schema), "-o", "p"]
    process = subprocess.Popen(
        [*command, "--watch", "--json"],
        cwd=tmp_path,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # In the background of a shell SIGINT is ignored, and a child would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        lines = lines_of(process)
        assert json.loads(lines.get(timeout=60))["written"] is True
        schema.write_text(SCHEMA + "nonsense: 1\n")
        assert json.loads(lines.get(timeout=60))["problems"][0]["code"] == "unknown-key"
        schema.write_text(SCHEMA + "description: Now right.\n")
        changed = {change["path"] for change in json.loads(lines.get(timeout=60))["changes"]}
        assert "generated/watched.md" in changed
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()


def lines_of(process: subprocess.Popen[str]) -> Queue[str]:
    """Return the queue that a thread fills with the lines of a process."""
    lines: Queue[str] = Queue()
    stream = process.stdout
    assert stream is not None

    def read() -> None:
        for line in stream:
            lines.put(line)

    Thread(target=read, daemon=True).start()
    return lines
