"""The whole of `generate`, stopped at each of its calls that change the disk.

An audit hook of the interpreter sees every open for writing, rename, link, unlink, mkdir and chmod
below the project, whoever makes it. A forked generator is killed before the nth one, or the nth
one fails as on a full or read-only disk.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.publish.support import contents

from resforge.problems import UserError
from resforge.publish.generate import generate_project
from resforge.publish.places import PENDING

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="stops a forked process"),
]
SCHEMA = "resforge: 1\nname: Demo\nproperties: [{name: Path, format: SZ}]\n"
EDITED = SCHEMA.replace("Demo", "Other").replace("Path", "Port")
MINE = {
    "src/demo_hooks.cpp": b"my hooks\n",
    "src/mine.cpp": b"mine\n",
    "README.md": b"my page\n",
    "demo.yaml": EDITED.encode(),
}
STALE = {"generated/demo.md": b"edited by hand, then forgotten\n"}
EVENTS = frozenset(
    f"os.{name}"
    for name in [
        "rename",
        "remove",
        "mkdir",
        "rmdir",
        "link",
        "symlink",
        "chmod",
        "truncate",
        "utime",
    ]
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@pytest.fixture(scope="module")
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with files of the user, whose type gets another name: files come, change and go.

    With a stale file that was edited, no run believes the lock alone; without it the next one may.
    """
    place = tmp_path_factory.mktemp("old") / "p"
    place.mkdir()
    (place / "demo.yaml").write_text(SCHEMA)
    generate_project(place / "demo.yaml", place)
    for path, data in {**MINE, **getattr(request, "param", {})}.items():
        (place / path).write_bytes(data)
    return place


@pytest.fixture(scope="module")
def new(old: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tree that an undisturbed run makes of it."""
    place = shutil.copytree(old, tmp_path_factory.mktemp("new") / "p")
    generate_project(place / "demo.yaml", place)
    return contents(place)


def changes_disk(event: str, arguments: tuple[object, ...], target: str) -> bool:
    """Whether an audit event is a change below `target`."""
    if event == "open":
        flags = arguments[2] if isinstance(arguments[2], int) else 0
        return bool(flags & WRITING) and str(arguments[0]).startswith(target)
    return event in EVENTS and any(str(argument).startswith(target) for argument in arguments)


def forked(place: Path, before_change: Callable[[], object]) -> int:
    """Generate in a process of its own that calls `before_change`; return how it ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if changes_disk(event, arguments, str(place)):
            before_change()

    code = 70
    try:
        sys.addaudithook(hook)
        generate_project(place / "demo.yaml", place)
        code = 0
    except UserError as error:
        code = error.exit_code
    finally:
        os._exit(code)


def stopped(place: Path, number: int, stop: Callable[[], None]) -> int:
    """Generate in a process in which `stop` runs before the nth change; return how it ended."""
    turns = iter(range(1, sys.maxsize))
    return forked(place, lambda: stop() if next(turns) == number else None)


@pytest.fixture(scope="module")
def changes(old: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many changes of the disk an undisturbed run makes."""
    place = shutil.copytree(old, tmp_path_factory.mktemp("count") / "p")
    reader, writer = os.pipe()
    assert forked(place, lambda: os.write(writer, b".")) == 0
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        return len(stream.read())


def kill() -> None:
    """End the process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def check_user_files(place: Path, old: Path) -> None:
    """No byte of the user's files has changed."""
    kept = [*MINE, *(path for path, data in STALE.items() if contents(old)[path] == data)]
    for path in kept:
        assert (place / path).read_bytes() == (old / path).read_bytes(), path


@pytest.mark.parametrize("old", [{}, STALE], ids=["", "stale-file"], indirect=True)
def test_killed_before_each_change(
    old: Path,
    new: dict[str, bytes],
    changes: int,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """Every file is the old or the new one, the user's are untouched, and the next run heals."""
    before = contents(old)
    assert changes > 30
    for number in range(1, changes + 1):
        place = shutil.copytree(old, tmp_path / str(number))
        assert stopped(place, number, kill) == -signal.SIGKILL
        check_user_files(place, old)
        for path, data in contents(place).items():
            assert path.startswith(PENDING) or data in (before.get(path), new.get(path)), path
        generate_project(place / "demo.yaml", place)
        assert contents(place) == new, number
        assert not (place / PENDING).exists(), number
        shutil.rmtree(place)
    record_property("count: generate killed before a change of the disk, healed", changes)


def test_failing_at_each_change(
    old: Path,
    new: dict[str, bytes],
    changes: int,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """A disk that is full at any moment: exit 4 and the old tree, or the new one with exit 0."""

    def fail() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = contents(old)
    taken_back = 0
    for number in range(1, changes + 1):
        place = shutil.copytree(old, tmp_path / str(number))
        code = stopped(place, number, fail)
        found = {p: d for p, d in contents(place).items() if not p.startswith(PENDING)}
        assert (code, found) in ((4, before), (0, new)), number
        taken_back += code == 4
        check_user_files(place, old)
        shutil.rmtree(place)
    assert taken_back > changes // 2
    record_property("count: generate on a disk that fills up, taken back", taken_back)
