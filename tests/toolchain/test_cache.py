"""The cache folder, its keys and its locks."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from resforge.problems import EnvironmentProblem
from resforge.rhs.cache import cache_dir, content_key, locked, writable_folder

HOLDER = """
import sys, time
from pathlib import Path
from resforge.rhs.cache import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def start_holder(lock: Path, seconds: float) -> subprocess.Popen[str]:
    """Start a process that holds `lock`, and wait until it does."""
    source = str(Path(sys.modules["resforge"].__file__ or "").parent.parent)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": source},
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_override(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RESFORGE_CACHE_DIR replaces the platform's cache folder."""
    monkeypatch.setenv("RESFORGE_CACHE_DIR", str(tmp_path))
    assert cache_dir() == tmp_path
    monkeypatch.delenv("RESFORGE_CACHE_DIR")
    assert cache_dir().name == "resforge"


def test_key_sees_names_bytes_and_parts(tmp_path: Path) -> None:
    """The key changes with a byte, a name and an extra part, and not with the place."""
    first, second = tmp_path / "a" / "src", tmp_path / "b" / "src"
    for folder in (first, second):
        folder.mkdir(parents=True)
        (folder / "x.cpp").write_text("1", encoding="utf-8")
    key = content_key([first], "gcc")
    assert content_key([second], "gcc") == key
    assert content_key([first], "clang") != key
    (second / "x.cpp").write_text("2", encoding="utf-8")
    assert content_key([second], "gcc") != key
    (first / "x.cpp").rename(first / "y.cpp")
    assert content_key([first], "gcc") != key


def test_lock_waits_for_its_holder(tmp_path: Path) -> None:
    """A held lock is waited for, and the wait is reported."""
    holder = start_holder(tmp_path / "lock", 0.7)
    said: list[str] = []
    start = time.monotonic()
    with locked(tmp_path / "lock", said.append):
        waited = time.monotonic() - start
    holder.wait()
    assert waited > 0.2
    assert "waiting for another run" in said[0]


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    """A process that was killed leaves no lock behind."""
    holder = start_holder(tmp_path / "lock", 60)
    holder.kill()
    holder.wait()
    said: list[str] = []
    with locked(tmp_path / "lock", said.append):
        pass
    assert said == []


def test_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache below a file is a problem of the environment, with advice."""
    monkeypatch.setenv("RESFORGE_CACHE_DIR", str(tmp_path / "file"))
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentProblem, match="RESFORGE_CACHE_DIR"):
        writable_folder(tmp_path / "file" / "cache")


def test_lock_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder that cannot be written is a problem of the machine with a message, not a crash."""
    (tmp_path / "build.lock").mkdir()
    with (
        pytest.raises(EnvironmentProblem, match=r"cannot write .*build\.lock"),
        locked(tmp_path / "build.lock"),
    ):
        pass
