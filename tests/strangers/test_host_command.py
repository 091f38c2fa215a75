"""`resforge host` gives whoever writes a driver of their own a host that speaks the protocol."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.rhs_host.rig import Platform
from tests.strangers.strangers import build_stranger

from resforge.cli import run
from resforge.rhs.cache import cache_dir, writable_folder

pytestmark = pytest.mark.slow


def test_a_driver_without_python(native: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines of JSON in, lines of JSON out; damaged lines are answered, and the next one works."""
    assert run(["host", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "| `load` |" in Path(found["protocol"]).read_text(encoding="utf-8")
    dll = build_stranger(native, "threads")
    load = {"id": 1, "command": "load", "dll": str(dll), "type": "Marker"}
    lines = ["garbage", "[" * 100_000, json.dumps(load), json.dumps({"id": 2, "command": "quit"})]
    ended = subprocess.run(
        found["command"],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answers = [r for r in map(json.loads, ended.stdout.splitlines()) if r["event"] == "done"]
    assert [answer["ok"] for answer in answers] == [False, False, True, True]
    assert answers[2]["result"]["status"] == 0


def test_the_printed_command_is_for_eval(
    native: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example of the help works with a cache whose path has a space."""
    cache = tmp_path / "my cache"
    cache.symlink_to(writable_folder(cache_dir()), target_is_directory=True)
    monkeypatch.setenv("RESFORGE_CACHE_DIR", str(cache))
    programs = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    example = """echo '{"id": 1, "command": "quit"}' | eval "$(resforge host)\""""
    ended = subprocess.run(["sh", "-c", example], capture_output=True, text=True, check=True)
    assert '"ok":true' in ended.stdout.replace(" ", "")


@pytest.mark.windows
def test_the_printed_command_has_the_environment(
    windows: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    """Off Windows a PE host needs Wine's variables too."""
    assert run(["host", "--target", "windows"]) == 0
    example = f'echo \'{{"id": 1, "command": "quit"}}\' | {capsys.readouterr().out}'
    assert "WINEPREFIX=" in example
    ended = subprocess.run(["sh", "-c", example], capture_output=True, text=True, check=True)
    assert '"ok":true' in ended.stdout.replace(" ", "")
