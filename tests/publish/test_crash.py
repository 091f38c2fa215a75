"""A run that is stopped anywhere leaves the old project or, after the next run, the new one.

Every operation on the disk goes through `resforge.publish.filesystem`; the tests let the nth one
fail, or kill the process before or after it. Nobody rescues here, as when the power fails or the
rescuer is killed, too.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.publish.support import contents, project, tree, write

from resforge.problems import UserError
from resforge.publish import filesystem, mutex, run
from resforge.publish.journal import is_interrupted
from resforge.publish.mutex import exclusive
from resforge.publish.places import PENDING
from resforge.publish.rescuer import Rescuer

OPERATIONS = (
    "make_folder",
    "write_new",
    "replace_file",
    "move_new",
    "keep_copy",
    "remove_file",
    "sync_files",
    "sync_folder",
)
MINE = {"src/demo_hooks.cpp": b"my hooks\n", "src/other.cpp": b"other\n", "README.md": b"mine\n"}
Operation = Callable[..., None]


@pytest.fixture(autouse=True)
def nobody_rescues(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no rescuer stand by."""
    monkeypatch.setattr(Rescuer, "stand_by", lambda rescuer, folders: None)


@contextmanager
def intercepted(wrap: Callable[[Operation], Operation]) -> Iterator[None]:
    """Replace every operation by what `wrap` makes of it."""
    originals: dict[str, Any] = {name: getattr(filesystem, name) for name in OPERATIONS}
    try:
        for name, original in originals.items():
            setattr(filesystem, name, wrap(original))
        yield
    finally:
        for name, original in originals.items():
            setattr(filesystem, name, original)


class Fault:
    """Counts operations and lets the nth one end badly."""

    def __init__(self, number: int, action: Callable[[Operation, tuple[Any, ...]], None]) -> None:
        self.left = number
        self.action = action

    def __call__(self, original: Operation) -> Operation:
        def operation(*arguments: Any) -> None:
            self.left -= 1
            if self.left == 0:
                self.action(original, arguments)
            else:
                original(*arguments)

        return operation


def fail_with(number: int) -> Callable[[Operation, tuple[Any, ...]], None]:
    """Return an action that raises OSError with this errno, and for a write leaves half of it."""

    def action(original: Operation, arguments: tuple[Any, ...]) -> None:
        if original.__name__ == "write_new":
            arguments[0].write_bytes(arguments[1][: len(arguments[1]) // 2])
        raise OSError(number, os.strerror(number), str(arguments[0]))

    return action


def kill(original: Operation, arguments: tuple[Any, ...]) -> None:
    """End the process before the operation, as a crash of the machine's user would."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_half_way(original: Operation, arguments: tuple[Any, ...]) -> None:
    """End the process right after the operation; in the middle of a write."""
    if original.__name__ == "write_new":
        arguments[0].write_bytes(arguments[1][: len(arguments[1]) // 2])
    else:
        original(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)


def kill_between_link_and_unlink(original: Operation, arguments: tuple[Any, ...]) -> None:
    """End the process inside `move_new`, when the file has both names."""
    if original.__name__ == "move_new":
        os.link(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)


def old_project(target: Path) -> None:
    """Write version 1 with files of the user, and a stale file for version 2 to remove."""
    write(target, "1", extra="generated/old/stale.md")
    for path, data in MINE.items():
        (target / path).write_bytes(data)


def count_operations(target: Path, run: Callable[[Path], object]) -> int:
    """Return the number of operations of an undisturbed run."""
    fault = Fault(0, kill)
    with intercepted(fault):
        run(target)
    return -fault.left


def update(target: Path) -> object:
    """The run that is disturbed: changes, creates, removes, and keeps a forced copy."""
    return write(target, "2", extra="generated/new/extra.md", force=True)


def failure(target: Path, fault: Fault) -> UserError | None:
    """Run `update` with a fault and return what it raised."""
    try:
        with intercepted(fault):
            update(target)
    except UserError as error:
        return error
    return None


def contents_without_pending(target: Path) -> dict[str, bytes]:
    """Return the tree without the leftovers of a finished run."""
    return {p: d for p, d in contents(target).items() if not p.startswith(PENDING)}


def in_child(target: Path, fault: Fault) -> int:
    """Run `update` in a process of its own and return the signal that ended it, 0 for none."""
    child = os.fork()
    if child == 0:
        try:
            with intercepted(fault):
                update(target)
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def prepare(target: Path) -> None:
    """An old project with one hand-edited file, for which --force keeps a copy."""
    target.mkdir()
    old_project(target)
    (target / "generated/demo.g.cpp").write_bytes(b"source 1\nedited\n")


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], int]:
    """Return the new tree and the number of operations that lead to it."""
    target = tmp_path_factory.mktemp("expected") / "p"
    prepare(target)
    operations = count_operations(target, update)
    return contents(target), operations


def user_files(target: Path) -> dict[str, bytes]:
    """Return the user's files of `MINE` as they are now."""
    return {path: (target / path).read_bytes() for path in MINE}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_failing_operation_changes_nothing(
    tmp_path: Path,
    expected: tuple[dict[str, bytes], int],
    number: int,
    record_property: Callable[[str, object], None],
) -> None:
    """Disk full, read-only, no permission, at each operation: the old tree, and one message."""
    new, operations = expected
    failed = 0
    for nth in range(1, operations + 1):
        target = tmp_path / str(nth)
        prepare(target)
        before = tree(target)
        error = failure(target, Fault(nth, fail_with(number)))
        if error is not None:
            failed += 1
            assert error.exit_code == 4
            assert "nothing was changed" in str(error)
            assert tree(target) == before, nth
            assert not (target / PENDING).exists(), nth
        update(target)
        assert contents(target) == new, nth
    assert failed > operations // 2
    record_property("count: operations failed (ENOSPC, EROFS, EACCES, EIO), taken back", failed)


def test_a_disk_that_stays_broken_heals_later(
    tmp_path: Path, expected: tuple[dict[str, bytes], int]
) -> None:
    """When even putting back fails, the user's files are whole and the next run heals."""
    new, operations = expected

    def broken(original: Operation, arguments: tuple[Any, ...]) -> None:
        fault.left = 1
        raise OSError(errno.EIO, "broken")

    for nth in range(1, operations + 1):
        target = tmp_path / str(nth)
        prepare(target)
        fault = Fault(nth, broken)
        error = failure(target, fault)
        assert error is not None or contents_without_pending(target) == new
        assert user_files(target) == MINE
        update(target)
        assert contents(target) == new, nth


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
@pytest.mark.parametrize("action", [kill, kill_half_way, kill_between_link_and_unlink])
def test_a_kill_at_any_point(
    tmp_path: Path,
    expected: tuple[dict[str, bytes], int],
    action: Callable[[Operation, tuple[Any, ...]], None],
    record_property: Callable[[str, object], None],
) -> None:
    """SIGKILL before, after, and inside each operation: whole files, and the next run heals."""
    new, operations = expected
    for nth in range(1, operations + 1):
        target = tmp_path / str(nth)
        prepare(target)
        old = contents(target)
        assert in_child(target, Fault(nth, action)) == signal.SIGKILL
        assert user_files(target) == MINE
        for path, data in contents(target).items():
            if not path.startswith(PENDING):
                assert data in (old.get(path), new.get(path)), (nth, path)
        update(target)
        assert contents(target) == new, nth
    record_property("count: operations killed before, inside or after, healed", operations)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
def test_an_interrupted_run_can_be_taken_back(
    tmp_path: Path, expected: tuple[dict[str, bytes], int]
) -> None:
    """After a kill, a run with the old input brings the old tree back."""
    _, operations = expected
    interrupted = 0
    for nth in range(1, operations + 1):
        target = tmp_path / str(nth)
        target.mkdir()
        old_project(target)
        old = tree(target)
        in_child(target, Fault(nth, kill))
        if is_interrupted(target):
            interrupted += 1
            write(target, "1", extra="generated/old/stale.md")
            assert tree(target) == old, nth
    assert interrupted > 5


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
def test_a_kill_while_healing(tmp_path: Path, expected: tuple[dict[str, bytes], int]) -> None:
    """A run that is killed while it takes an interrupted run back is healed by the third."""
    new, operations = expected
    for nth in range(1, operations + 1, 3):
        for second in range(1, 12):
            target = tmp_path / f"{nth}-{second}"
            prepare(target)
            in_child(target, Fault(nth, kill))
            in_child(target, Fault(second, kill_half_way))
            assert user_files(target) == MINE
            update(target)
            assert contents(target) == new, (nth, second)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
def test_an_edit_after_the_crash_survives(
    tmp_path: Path, expected: tuple[dict[str, bytes], int]
) -> None:
    """What the user types between a crash and the next run is an edit like any other."""
    _, operations = expected
    for nth in range(1, operations + 1):
        target = tmp_path / str(nth)
        target.mkdir()
        old_project(target)
        in_child(target, Fault(nth, kill))
        (target / "generated/demo.g.h").write_bytes(b"typed after the crash\n")
        plan = write(target, "2")
        assert [change.path for change in plan.conflicts] == ["generated/demo.g.h"]
        assert (target / "generated/demo.g.h").read_bytes() == b"typed after the crash\n"


def test_a_first_run_that_fails_leaves_no_folder(tmp_path: Path) -> None:
    """A disk that fills up during the first run leaves no trace of the project."""
    target = tmp_path / "new" / "project"
    operations = count_operations(tmp_path / "count", lambda place: write(place, "1"))
    for nth in range(1, operations):
        with intercepted(Fault(nth, fail_with(errno.ENOSPC))):
            try:
                write(target, "1")
            except UserError:
                assert not (tmp_path / "new").exists(), nth
    write(target, "1")
    assert set(contents(target)) == {*project("1"), "resforge.lock"}


def test_an_interrupt_puts_everything_back(
    tmp_path: Path, expected: tuple[dict[str, bytes], int]
) -> None:
    """Ctrl-C in the middle leaves the old tree."""

    def interrupt(original: Operation, arguments: tuple[Any, ...]) -> None:
        raise KeyboardInterrupt

    _, operations = expected
    prepare(tmp_path / "p")
    before = tree(tmp_path / "p")
    with intercepted(Fault(operations // 2, interrupt)), pytest.raises(KeyboardInterrupt):
        update(tmp_path / "p")
    assert tree(tmp_path / "p") == before


def test_a_file_saved_while_running_is_not_lost(tmp_path: Path) -> None:
    """A generated file that an editor saves between plan and rename stops the run."""
    old_project(tmp_path)

    def save(original: Operation, arguments: tuple[Any, ...]) -> None:
        original(*arguments)
        (tmp_path / "generated/demo.g.h").write_text("saved just now\n")

    with intercepted(Fault(3, save)), pytest.raises(UserError, match="changed while resforge"):
        write(tmp_path, "2")
    assert (tmp_path / "generated/demo.g.h").read_text() == "saved just now\n"
    assert (tmp_path / "generated/demo.g.cpp").read_text() == "source 1\n"


def test_a_hook_created_while_running_is_not_lost(tmp_path: Path) -> None:
    """A hooks file that appears after the plan was made stays as it is."""

    def create(original: Operation, arguments: tuple[Any, ...]) -> None:
        original(*arguments)
        (tmp_path / "src").mkdir(exist_ok=True)
        (tmp_path / "src/demo_hooks.cpp").write_text("hooks 1\n")

    with intercepted(Fault(4, create)), pytest.raises(UserError):
        write(tmp_path, "1")
    assert (tmp_path / "src/demo_hooks.cpp").read_text() == "hooks 1\n"


@pytest.mark.parametrize("links", [True, False])
def test_a_new_file_never_replaces_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    """The operation that creates files fails when something has the name already."""
    if not links:
        monkeypatch.setattr(os, "link", no_link)
    for name in ("draft", "mine"):
        (tmp_path / name).write_text(name)
    with pytest.raises(OSError, match=r"exists|no links here"):
        filesystem.move_new(tmp_path / "draft", tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"


def no_link(*arguments: object) -> None:
    """Stand for `os.link` on a file system without hard links."""
    raise OSError(errno.EPERM, "no links here")


def test_a_disk_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where links do not work, copies and renames do the same."""
    monkeypatch.setattr(os, "link", no_link)
    prepare(tmp_path / "p")
    update(tmp_path / "p")
    found = contents(tmp_path / "p")
    assert found["generated/demo.g.h"] == b"header 2\n"
    assert found["generated/demo.g.cpp.orig"] == b"source 1\nedited\n"
    assert {path: found[path] for path in MINE} == MINE


def test_a_second_generator_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one run holds the project another one ends and changes nothing."""
    monkeypatch.setattr(mutex, "PATIENCE_SECONDS", 0.1)
    write(tmp_path, "1")
    before = tree(tmp_path)
    with exclusive(tmp_path), pytest.raises(UserError, match="another resforge") as caught:
        write(tmp_path, "2")
    assert caught.value.exit_code == 4
    assert tree(tmp_path) == before


def test_a_second_generator_waits_a_moment(tmp_path: Path) -> None:
    """A project that is held for a moment only is waited for."""
    write(tmp_path, "1")
    held = exclusive(tmp_path)
    held.__enter__()
    release = threading.Timer(0.3, held.__exit__, (None, None, None))
    release.start()
    write(tmp_path, "2")
    release.join()
    assert contents(tmp_path)["generated/demo.g.h"] == b"header 2\n"


def test_a_folder_that_vanishes_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first run meets the folder of one that failed, and then that one removes it."""
    target = tmp_path / "p"
    target.mkdir()
    monkeypatch.setattr(run, "make_folders", lambda folder: vanishing(folder, monkeypatch))
    write(target, "1")
    assert set(contents(target)) == {*project("1"), "resforge.lock"}


def vanishing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Make nothing, since the folder is there, and then remove it; the next time make it."""
    monkeypatch.undo()
    folder.rmdir()
    return []


@pytest.mark.slow
def test_many_generators_at_once(tmp_path: Path) -> None:
    """Of several processes each either writes the whole project or stops; the result is whole."""
    code = (
        "import sys, pathlib\n"
        "from resforge.problems import UserError\n"
        "from tests.publish.support import write\n"
        "for turn in range(10):\n"
        "    try:\n"
        "        write(pathlib.Path(sys.argv[1]), str(turn % 3))\n"
        "    except UserError as error:\n"
        "        assert error.problems[0].code == 'project-busy', error\n"
    )
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'generator'}"}
    target = tmp_path / "p"
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(target)], env=environment, cwd=root)
        for _ in range(4)
    ]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0, 0]
    write(target, "9")
    found = contents(target)
    assert found["generated/demo.g.h"] == b"header 9\n"
    assert set(found) == {*project("1"), "resforge.lock"}
