"""The process that takes a killed run back: where it comes from, what it is told, that it goes."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.publish.killing import (
    STANDARD_OUTPUT,
    count_changes,
    ended,
    kill,
    kill_all,
    record_processes,
    started,
    stopped,
)
from tests.publish.support import contents, whole, write

from resforge.problems import EnvironmentProblem, UserError
from resforge.publish import filesystem, mutex
from resforge.publish.generate import generate_project
from resforge.publish.mutex import exclusive
from resforge.publish.places import PENDING
from resforge.publish.rescue import take_back, told_folders

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="there is no rescuer")
SCHEMA = "resforge: 1\nname: Demo\n"


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that were started since the test began."""
    monkeypatch.setattr(os, "posix_spawn", os.posix_spawn)
    return record_processes()


def is_there(process: int) -> bool:
    """Whether a process exists, be it a zombie."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def descriptors() -> int:
    """Return how many descriptors this process has open."""
    return sum(1 for _ in Path("/dev/fd").iterdir())


def update(target: Path) -> None:
    """Run what is killed."""
    write(target, "2")


def killed_half_way(target: Path, before: Callable[[], object] = lambda: None) -> bytes:
    """Kill a run when the first file has changed; return what it and its rescuer printed."""

    def run(place: Path) -> None:
        replace = filesystem.replace_file

        def replaced(source: Path, target: Path) -> None:
            replace(source, target)
            if target.suffix == ".h":
                kill([])

        filesystem.replace_file = replaced
        before()
        update(place)

    done = ended(*started(target, run, lambda _: None))
    assert done.code == -signal.SIGKILL
    return done.output


def fail(*_: object, **__: object) -> None:
    """Stand for a disk that is full."""
    raise OSError(errno.ENOSPC, "full")


def test_a_run_leaves_no_process(tmp_path: Path, processes: list[int]) -> None:
    """After each of several runs in one process its rescuer is gone, and so is its pipe."""
    write(tmp_path, "0")
    before = descriptors()
    for version in "123":
        write(tmp_path, version)
    assert len(processes) == 4
    assert not any(map(is_there, processes))
    assert descriptors() == before


def test_a_failed_run_leaves_no_process(
    tmp_path: Path, processes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that took itself back because the disk is full ends its rescuer."""
    write(tmp_path, "1")
    before = contents(tmp_path), descriptors()
    monkeypatch.setattr(filesystem, "replace_file", fail)
    with pytest.raises(EnvironmentProblem):
        write(tmp_path, "2")
    assert len(processes) == 2
    assert not any(map(is_there, processes))
    assert (contents(tmp_path), descriptors()) == before


def test_a_run_that_writes_nothing_has_none(tmp_path: Path, processes: list[int]) -> None:
    """Nothing to do, a hand-edited file in the way, or a mere look start no process."""
    schema = tmp_path / "demo.yaml"
    schema.write_text(SCHEMA)
    generate_project(schema, tmp_path)
    assert len(processes) == 1
    generate_project(schema, tmp_path)
    (tmp_path / "resforge.lock").write_bytes((tmp_path / "resforge.lock").read_bytes() + b"\n")
    schema.write_text(SCHEMA + "description: New.\n")
    generate_project(schema, tmp_path, write=False)
    (tmp_path / "generated/demo.md").write_text("by hand\n")
    plan = generate_project(schema, tmp_path).plan
    assert plan is not None
    assert plan.conflicts
    assert len(processes) == 1
    write(tmp_path / "p", "1")
    write(tmp_path / "p", "1")
    assert len(processes) == 2


def first_run(place: Path) -> None:
    """Make a project in folders that are not there."""
    write(place / "new/folders", "1")


def emptying_run(place: Path) -> None:
    """Remove the only file of a folder, replace a file that was edited and make a folder."""
    write(place, "2", extra="generated/new/extra.md", force=True)


@pytest.mark.slow
@pytest.mark.parametrize("run", [first_run, emptying_run])
def test_killed_before_each_change(
    tmp_path: Path, run: Callable[[Path], None], record_property: Callable[[str, object], None]
) -> None:
    """The tree is the old or the new one, with no empty folder too many or too few."""
    place = tmp_path / "place"
    if run is emptying_run:
        write(place, "1", extra="generated/old/stale.md")
        (place / "generated/demo.g.cpp").write_bytes(b"edited\n")
    else:
        place.mkdir()
    copy = shutil.copytree(place, tmp_path / "new")
    changes = count_changes(copy, run)
    old, new = whole(place), whole(copy)
    found = []
    for number in range(1, changes + 1):
        copy = shutil.copytree(place, tmp_path / str(number))
        assert ended(*stopped(copy, run, number, kill)).code == -signal.SIGKILL
        found.append(whole(copy))
        assert found[-1] in (old, new), number
    assert found.count(old) > found.count(new) > 0
    record_property("count: publishing killed before a change of the disk, healed", changes)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_killed_while_healing(tmp_path: Path, number: int) -> None:
    """A run that is killed while it heals what a power cut has left is taken back all the same."""
    target = tmp_path / "p"
    write(target, "1")
    before = contents(target)
    changes = count_changes(shutil.copytree(target, tmp_path / "count"), update)
    ended(*stopped(target, update, changes * 3 // 4, kill_all))
    assert (target / PENDING).exists()
    assert ended(*stopped(target, update, number, kill)).code == -signal.SIGKILL
    assert contents(target) == before


NAMES = ["plain", "$(touch x); '\" & \n x", "-c", "größe"]
if sys.platform == "linux":
    NAMES.append("\udcff\udcfe")  # Bytes that are no UTF-8; other systems have no such names.


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A killed run is taken back whatever its folder is called, also from a relative path."""
    monkeypatch.chdir(tmp_path)
    write(Path(name), "1")
    before = contents(Path(name))
    assert killed_half_way(Path(name)) == b""
    assert contents(Path(name)) == before
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_without_a_session_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has no sessions for new processes, a process group serves."""
    spawn = os.posix_spawn

    def without_sessions(*arguments: object, setsid: bool = False, **options: object) -> int:
        if setsid:
            raise NotImplementedError
        assert options["setpgroup"] == 0
        return spawn(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "posix_spawn", without_sessions)
    write(tmp_path, "1")
    before = contents(tmp_path)
    killed_half_way(tmp_path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("first", [0, 1, 2])
def test_without_standard_streams(tmp_path: Path, first: int) -> None:
    """A run whose streams are closed, and whose own files got their numbers, is taken back."""
    write(tmp_path, "1")
    before = contents(tmp_path)
    killed_half_way(tmp_path, lambda: os.closerange(first, 3))
    end = time.monotonic() + 30
    while contents_meanwhile(tmp_path) != before and time.monotonic() < end:
        time.sleep(0.02)
    assert contents(tmp_path) == before


def contents_meanwhile(target: Path) -> dict[str, bytes] | None:
    """Return the files of a folder, None if one vanished while they were read."""
    try:
        return contents(target)
    except FileNotFoundError:
        return None


def no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the interpreter not know where it is."""
    monkeypatch.setattr(sys, "executable", "")


def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program be one that brings its interpreter along."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)


def vanished(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the interpreter be gone."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")


def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system refuse another process."""
    monkeypatch.setattr(os, "posix_spawn", fail)


def no_pipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system refuse another pipe."""
    monkeypatch.setattr(os, "pipe", fail)


@pytest.mark.parametrize("lack", [no_program, frozen, vanished, no_processes, no_pipes])
def test_no_rescuer_can_be_had(
    tmp_path: Path,
    processes: list[int],
    monkeypatch: pytest.MonkeyPatch,
    lack: Callable[[pytest.MonkeyPatch], None],
) -> None:
    """A run does what it does without one, and leaks nothing."""
    before = descriptors()
    lack(monkeypatch)
    write(tmp_path / "p", "1")
    assert contents(tmp_path / "p")["generated/demo.g.h"] == b"header 1\n"
    assert processes == []
    assert descriptors() == before


def test_a_rescuer_that_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rescuer that cannot start shows in neither stream nor result; the next run heals."""
    write(tmp_path / "p", "1")
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\necho noise\necho noise >&2\nenv > "$0.variables"\n')
    program.chmod(0o755)
    monkeypatch.setenv("LD_PRELOAD", "")
    monkeypatch.setenv("PYTHONSTARTUP", "x")
    monkeypatch.setenv("LC_CTYPE", "C.UTF-8")
    monkeypatch.setattr(sys, "executable", str(program))
    assert killed_half_way(tmp_path / "p", lambda: os.dup2(STANDARD_OUTPUT, 2)) == b""
    lines = (tmp_path / "program.variables").read_text().splitlines()
    names = {line.partition("=")[0] for line in lines}
    assert "LC_CTYPE" in names
    assert not {"LD_PRELOAD", "PYTHONSTARTUP", "HOME"} & names
    assert (tmp_path / "p" / PENDING).exists()
    write(tmp_path / "p", "2")
    assert not (tmp_path / "p" / PENDING).exists()


def test_polite_signals_leave_the_rescuer_alone(tmp_path: Path, processes: list[int]) -> None:
    """SIGINT, SIGTERM and SIGHUP to every process end the run, which takes itself back."""
    write(tmp_path, "1")
    before = contents(tmp_path)

    def terminate() -> None:
        pids = record_processes()
        keep_copy = filesystem.keep_copy

        def kept(source: Path, target: Path) -> None:
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                os.kill(pids[0], number)
            keep_copy(source, target)

        filesystem.keep_copy = kept

    killed_half_way(tmp_path, terminate)
    assert contents(tmp_path) == before


def test_another_run_heals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rescuer that finds the project held leaves it to the run that holds it."""
    monkeypatch.setattr(mutex, "PATIENCE_SECONDS", 0.1)
    (tmp_path / PENDING).mkdir()
    with exclusive(tmp_path), pytest.raises(UserError, match="another resforge"):
        take_back(str(tmp_path), [])
    assert (tmp_path / PENDING).exists()


def test_folders_that_are_left(tmp_path: Path) -> None:
    """Only the folders that were named and are empty are removed, with or without the project."""
    for name in ("a/b", "full/x", "other"):
        (tmp_path / name).mkdir(parents=True)
    folders = [str(tmp_path / name) for name in ("a/b/c", "a/b", "a", "full")]
    take_back(str(tmp_path / "a/b/c"), folders)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "other"]


def test_an_unfinished_name_does_not_count() -> None:
    """A run may be killed while it names the folders."""
    assert told_folders(b"/a\n b\0/a\0/") == ["/a\n b", "/a"]
    assert told_folders(b"") == []
