"""The whole of `generate`, stopped at each of its calls that change the disk.

An audit hook of the interpreter sees every open for writing, rename, link, unlink, mkdir and chmod
below the project, whoever makes it. A forked generator is killed before the nth one, or the nth
one fails as on a full or read-only disk. Its rescuer has the same pipe for its output, whose end
is the end of both.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.publish.killing import count_changes, ended, kill, kill_all, kill_group, stopped
from tests.publish.support import WholeTree, contents, whole

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
HAND_EDITED = {"resforge/VERSION": b"edited by hand\n"}


@dataclass(frozen=True, slots=True)
class Run:
    """What lies beside demo.yaml, and how `generate` is called.

    After a first run the type gets another name, so that files come, change and go.
    """

    name: str
    files: tuple[dict[str, bytes], ...] = (MINE,)
    target: str = "."
    first: bool = False
    force: bool = False

    def prepare(self, place: Path) -> None:
        """Make in `place` what the run finds."""
        place.mkdir()
        (place / "demo.yaml").write_text(SCHEMA)
        if not self.first:
            generate_project(place / "demo.yaml", place)
        for path, data in [item for files in self.files for item in files.items()]:
            (place / path).write_bytes(data)

    def __call__(self, place: Path) -> None:
        generate_project(place / "demo.yaml", place / self.target, force=self.force)


EDIT = Run("edit")
# With a stale file that was edited, no run believes the lock alone; without it the next one may.
STALE_FILE = Run("stale-file", (MINE, STALE))
FORCE = Run("force", (MINE, HAND_EDITED), force=True)
FIRST = Run("first", (), first=True)
FIRST_IN_NEW_FOLDERS = Run("first-in-new-folders", (), "new/folders", first=True)


@dataclass(frozen=True, slots=True)
class Setting:
    """A run, the place that each kill gets a copy of, and the trees before and after the run."""

    run: Run
    place: Path
    old: WholeTree
    new: WholeTree
    changes: int
    """How many changes of the disk it makes undisturbed."""


@pytest.fixture(scope="module")
def setting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Setting:
    """Prepare a run, that of an edit unless the test says otherwise."""
    run: Run = getattr(request, "param", EDIT)
    place = tmp_path_factory.mktemp("old") / "p"
    run.prepare(place)
    copy = shutil.copytree(place, tmp_path_factory.mktemp("new") / "p")
    changes = count_changes(copy, run)
    return Setting(run, place, whole(place), whole(copy), changes)


def runs(*given: Run) -> pytest.MarkDecorator:
    """Give the test these runs."""
    return pytest.mark.parametrize("setting", given, ids=[r.name for r in given], indirect=True)


def check_user_files(place: Path, old: WholeTree) -> None:
    """No byte of the user's files has changed."""
    for path, data in {**MINE, **STALE}.items():
        if old.get(path) == data:
            assert (place / path).read_bytes() == data, path


@runs(EDIT, STALE_FILE, FORCE, FIRST, FIRST_IN_NEW_FOLDERS)
def test_killed_before_each_change(
    setting: Setting, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """The tree is the old or the new one before any other run, and then a run goes through."""
    # A first run does the same three things to each of 170 files; the last ones come after that.
    step = 17 if setting.run.first else 1
    last = range(setting.changes - 5, setting.changes + 1)
    numbers = sorted({*range(1, setting.changes + 1, step), *last})
    finished = 0
    assert len(numbers) > 30
    for number in numbers:
        place = shutil.copytree(setting.place, tmp_path / str(number))
        done = ended(*stopped(place, setting.run, number, kill))
        assert (done.code, done.output) == (-signal.SIGKILL, b"")
        found = whole(place)
        assert found in (setting.old, setting.new), number
        finished += found == setting.new
        check_user_files(place, setting.old)
        setting.run(place)
        assert whole(place) == setting.new, number
        shutil.rmtree(place)
    assert 0 < finished < len(numbers) / 2
    record_property("count: generate killed before a change of the disk, healed", len(numbers))
    record_property("count: generate killed after all had happened, new tree complete", finished)


def test_killed_with_its_group(
    setting: Setting, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """What ends the whole process group of a run does not end its rescuer."""
    numbers = range(1, setting.changes + 1, 3)
    for number in numbers:
        place = shutil.copytree(setting.place, tmp_path / str(number))
        done = ended(*stopped(place, setting.run, number, kill_group))
        assert (done.code, done.output) == (-signal.SIGKILL, b"")
        assert whole(place) in (setting.old, setting.new), number
    record_property("count: generate killed with its process group, healed", len(numbers))


@runs(EDIT, STALE_FILE)
def test_killed_with_its_rescuer(
    setting: Setting, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Every file is the old or the new one, the user's are untouched, and the next run heals."""
    mixed = 0
    for number in range(1, setting.changes + 1):
        place = shutil.copytree(setting.place, tmp_path / str(number))
        assert ended(*stopped(place, setting.run, number, kill_all)).code == -signal.SIGKILL
        check_user_files(place, setting.old)
        found = whole(place)
        for path, data in found.items():
            known = (setting.old.get(path), setting.new.get(path))
            assert path.startswith(PENDING) or data in known, path
        mixed += found not in (setting.old, setting.new)
        setting.run(place)
        assert contents(place) == {p: d for p, d in setting.new.items() if d is not None}, number
        assert not (place / PENDING).exists(), number
        shutil.rmtree(place)
    assert mixed > setting.changes // 2
    what = "count: generate and its rescuer killed, healed by the next run"
    record_property(what, setting.changes)


def test_a_run_right_after_a_kill(
    setting: Setting, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """A run that meets the rescuer of a killed one at work waits for it and goes through."""
    numbers = range(1, setting.changes + 1, 3)
    for number in numbers:
        place = shutil.copytree(setting.place, tmp_path / str(number))
        child, reader = stopped(place, setting.run, number, kill)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        setting.run(place)
        assert whole(place) == setting.new, number
        ended(child, reader)
        assert whole(place) == setting.new, number
    record_property("count: generate right after a kill, went through", len(numbers))


def test_failing_at_each_change(
    setting: Setting, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """A disk that is full at any moment: exit 4 and the old tree, or the new one with exit 0."""

    def fail(_: list[int]) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    taken_back = 0
    for number in range(1, setting.changes + 1):
        place = shutil.copytree(setting.place, tmp_path / str(number))
        done = ended(*stopped(place, setting.run, number, fail))
        found = {p: d for p, d in contents(place).items() if not p.startswith(PENDING)}
        old, new = (
            {p: d for p, d in tree.items() if d is not None} for tree in (setting.old, setting.new)
        )
        assert (done.code, found) in ((4, old), (0, new)), number
        taken_back += done.code == 4
        check_user_files(place, setting.old)
        shutil.rmtree(place)
    assert taken_back > setting.changes // 2
    record_property("count: generate on a disk that fills up, taken back", taken_back)
