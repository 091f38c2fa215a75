"""What a run writes, keeps, refuses and removes."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.publish.support import ORIGIN, contents, project, tree, write

from resforge.problems import EnvironmentProblem, UserError
from resforge.publish.diff import place_for_edit, unified
from resforge.publish.filesystem import cannot_write
from resforge.publish.lockfile import read_lock
from resforge.publish.plan import Action, Plan, make_plan
from resforge.publish.run import publish
from resforge.render.files import FileClass, RenderedFile


def actions(plan: Plan) -> dict[str, Action]:
    """Return the decision for each path."""
    return {change.path: change.action for change in plan.changes}


def test_first_run_writes_everything(tmp_path: Path) -> None:
    """A first run writes every file and the lock, and leaves nothing else."""
    write(tmp_path / "new" / "demo", "1")
    found = contents(tmp_path / "new" / "demo")
    assert set(found) == {*project("1"), "resforge.lock"}
    assert found["generated/demo.g.h"] == b"header 1\n"


def test_second_run_changes_nothing(tmp_path: Path) -> None:
    """A run with the same input leaves every byte and every time of change."""
    write(tmp_path, "1")
    before = tree(tmp_path)
    plan = write(tmp_path, "1")
    assert plan.writes == ()
    assert tree(tmp_path) == before


def test_only_changed_files_are_touched(tmp_path: Path) -> None:
    """After a change the other files keep their time of change."""
    write(tmp_path, "1")
    before = tree(tmp_path)
    write(tmp_path, "2")
    after = tree(tmp_path)
    changed = {path for path in after if after[path] != before[path]}
    assert changed == {
        "generated/demo.g.h",
        "generated/demo.g.cpp",
        "resforge/include/a.h",
        "resforge.lock",
    }


def test_hooks_and_scaffold_are_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that are written once are not even read again."""
    write(tmp_path, "1")
    (tmp_path / "src/demo_hooks.cpp").write_text("mine\n")
    opened: list[str] = []
    original = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        opened.append(path.name)
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    write(tmp_path, "2")
    assert (tmp_path / "src/demo_hooks.cpp").read_text() == "mine\n"
    assert "demo.g.h" in opened
    assert not {"demo_hooks.cpp", "README.md"} & set(opened)


def test_a_deleted_hook_stays_deleted(tmp_path: Path) -> None:
    """What the user deleted does not come back."""
    write(tmp_path, "1")
    (tmp_path / "README.md").unlink()
    plan = write(tmp_path, "2")
    assert actions(plan)["README.md"] is Action.KEEP_DELETED
    assert not (tmp_path / "README.md").exists()
    assert write(tmp_path, "2").writes == ()


def test_a_deleted_generated_file_comes_back(tmp_path: Path) -> None:
    """A file of the tool that is missing is written again."""
    write(tmp_path, "1")
    (tmp_path / "generated/demo.g.h").unlink()
    write(tmp_path, "1")
    assert (tmp_path / "generated/demo.g.h").read_text() == "header 1\n"


@pytest.mark.parametrize("path", ["generated/demo.g.h", "resforge/include/a.h"])
def test_a_hand_edit_stops_the_run(tmp_path: Path, path: str) -> None:
    """One edited file of the tool: nothing at all is written, and the plan shows the edit."""
    write(tmp_path, "1")
    (tmp_path / path).write_text("header 1\nmy edit\n")
    before = tree(tmp_path)
    plan = write(tmp_path, "2")
    assert tree(tmp_path) == before
    (conflict,) = plan.conflicts
    assert conflict.owned
    assert "-my edit\n" in unified(conflict)


def test_an_edit_that_equals_the_new_text_is_no_conflict(tmp_path: Path) -> None:
    """Somebody applied the coming change by hand: that is fine."""
    write(tmp_path, "1")
    (tmp_path / "generated/demo.g.h").write_text("header 2\n")
    assert write(tmp_path, "2").conflicts == ()


def test_force_keeps_a_copy(tmp_path: Path) -> None:
    """--force replaces the edited file and keeps it, never over an earlier copy."""
    write(tmp_path, "1")
    for edit in ("one\n", "two\n"):
        (tmp_path / "generated/demo.g.h").write_text(edit)
        write(tmp_path, "2", force=True)
    assert (tmp_path / "generated/demo.g.h").read_text() == "header 2\n"
    assert (tmp_path / "generated/demo.g.h.orig").read_text() == "one\n"
    assert (tmp_path / "generated/demo.g.h.orig2").read_text() == "two\n"


def test_a_foreign_file_is_never_overwritten(tmp_path: Path) -> None:
    """A file that the tool did not write stops the run although its name is the tool's."""
    path = tmp_path / "generated/demo.g.h"
    path.parent.mkdir()
    path.write_text("somebody's\n")
    plan = write(tmp_path, "1")
    assert [change.owned for change in plan.conflicts] == [False]
    assert contents(tmp_path) == {"generated/demo.g.h": b"somebody's\n"}


def test_an_identical_foreign_file_is_adopted(tmp_path: Path) -> None:
    """A lost lock file is found again from files that have the right bytes."""
    write(tmp_path, "1")
    lock = (tmp_path / "resforge.lock").read_bytes()
    (tmp_path / "resforge.lock").unlink()
    write(tmp_path, "1")
    assert (tmp_path / "resforge.lock").read_bytes() == lock


def test_existing_readme_is_the_users(tmp_path: Path) -> None:
    """A file that exists before the first run is kept, and stays away once it was deleted."""
    (tmp_path / "README.md").write_text("mine\n")
    write(tmp_path, "1")
    write(tmp_path, "2")
    assert (tmp_path / "README.md").read_text() == "mine\n"
    (tmp_path / "README.md").unlink()
    write(tmp_path, "3")
    assert not (tmp_path / "README.md").exists()


def test_stale_files_go(tmp_path: Path) -> None:
    """A file that is no longer generated is removed, with the folder that it leaves empty."""
    write(tmp_path, "1", extra="generated/old/x.md")
    write(tmp_path, "1")
    assert not (tmp_path / "generated/old").exists()


def test_edited_stale_files_stay(tmp_path: Path) -> None:
    """A stale file that was edited stays, in this run and the next, and is mentioned."""
    write(tmp_path, "1", extra="generated/x.md")
    (tmp_path / "generated/x.md").write_text("edited\n")
    for _ in range(2):
        assert actions(write(tmp_path, "1"))["generated/x.md"] is Action.KEEP_STALE
        assert (tmp_path / "generated/x.md").read_text() == "edited\n"


def test_hooks_of_an_old_name_stay(tmp_path: Path) -> None:
    """When the type is renamed its old hooks are the user's and stay."""
    write(tmp_path, "1")
    files = {path.replace("demo", "other"): file for path, file in project("1").items()}
    plan = make_plan(tmp_path, files, ORIGIN, read_lock(tmp_path))
    assert "src/demo_hooks.cpp" not in actions(plan)
    assert actions(plan)["generated/demo.g.h"] is Action.REMOVE


def test_crlf_is_not_an_edit(tmp_path: Path) -> None:
    """Line ends that version control changed neither conflict nor cause writing."""
    write(tmp_path, "1")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = tree(tmp_path)
    assert write(tmp_path, "1").writes == ()
    assert tree(tmp_path) == before
    assert write(tmp_path, "2").conflicts == ()


def test_mode_is_kept(tmp_path: Path) -> None:
    """A rewritten file keeps its permissions."""
    write(tmp_path, "1")
    (tmp_path / "generated/demo.g.h").chmod(0o755)
    write(tmp_path, "2")
    assert (tmp_path / "generated/demo.g.h").stat().st_mode & 0o777 == 0o755


def test_a_read_only_generated_file_is_replaced(tmp_path: Path) -> None:
    """Write protection on a file of the tool does not leave the project half new."""
    write(tmp_path, "1")
    (tmp_path / "generated/demo.g.h").chmod(0o444)
    write(tmp_path, "2")
    assert (tmp_path / "generated/demo.g.h").read_text() == "header 2\n"


def test_copied_schema_follows_its_source_until_edited(tmp_path: Path) -> None:
    """A copy of the schema is renewed while it is unedited; an edited one stops the run."""

    def files(text: str) -> dict[str, RenderedFile]:
        return {"demo.yaml": RenderedFile(text, FileClass.SCHEMA)}

    publish(tmp_path, files("one\n"), ORIGIN)
    publish(tmp_path, files("two\n"), ORIGIN)
    assert (tmp_path / "demo.yaml").read_text() == "two\n"
    (tmp_path / "demo.yaml").write_text("mine\n")
    plan = publish(tmp_path, files("three\n"), ORIGIN)
    assert [change.path for change in plan.conflicts] == ["demo.yaml"]
    assert "generate from that file" in place_for_edit(plan.conflicts[0], "demo")
    publish(tmp_path, {}, ORIGIN)
    assert (tmp_path / "demo.yaml").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("generated/demo.g.cpp", "src/demo_hooks.cpp"),
        ("generated/demo.md", "the schema"),
        ("generated/demo.rc", "vendor"),
        ("generated/register_demo.ps1", "script of your own"),
        ("resforge/include/a.h", "header of your own"),
    ],
)
def test_place_for_edits(tmp_path: Path, path: str, place: str) -> None:
    """For each kind of file the advice names a place that regeneration respects."""
    runtime = path.startswith("resforge/")
    kind = FileClass.RUNTIME if runtime else FileClass.GENERATED
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("x")
    plan = make_plan(tmp_path, {path: RenderedFile("y\n", kind)}, ORIGIN, None)
    assert place in place_for_edit(plan.conflicts[0], "demo")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"lock": 0}', "<<<<<<< HEAD\n", "\xff"])
def test_a_damaged_lock_is_one_problem(tmp_path: Path, text: str) -> None:
    """A lock file that cannot be read stops the run with advice and changes nothing."""
    write(tmp_path, "1")
    (tmp_path / "resforge.lock").write_bytes(text.encode("latin-1"))
    before = tree(tmp_path)
    with pytest.raises(UserError) as caught:
        write(tmp_path, "2")
    assert caught.value.problems[0].code == "damaged-lock"
    assert tree(tmp_path) == before


def test_a_lock_of_a_newer_format(tmp_path: Path) -> None:
    """A lock whose format is not known yet is called newer, not damaged, and nothing changes."""
    write(tmp_path, "1")
    lock = tmp_path / "resforge.lock"
    lock.write_text(lock.read_text().replace('"lock": 1', '"lock": 2'))
    before = tree(tmp_path)
    with pytest.raises(EnvironmentProblem, match="newer resforge wrote"):
        write(tmp_path, "2")
    assert tree(tmp_path) == before


def test_a_refused_rename_names_the_file_of_the_project() -> None:
    """When a staged file cannot get its name, the message has that name, not the staged one."""
    error = OSError(errno.EACCES, "Permission denied", ".resforge-pending/0.new", None, "a.h")
    assert cannot_write(error).problems[0].file == "a.h"


def test_an_older_tool_stops(tmp_path: Path) -> None:
    """The files of a newer resforge are not replaced by older ones, except by --force."""
    newer = replace(ORIGIN, version="1.10.2")
    publish(tmp_path, project("2"), newer)
    before = tree(tmp_path)
    for version in ("1.9.9", "1.10.1", "1.10"):
        with pytest.raises(EnvironmentProblem, match=r"resforge 1\.10\.2 wrote the project"):
            publish(tmp_path, project("1"), replace(ORIGIN, version=version))
    assert tree(tmp_path) == before
    publish(tmp_path, project("3"), replace(ORIGIN, version="2.0"))
    publish(tmp_path, project("1"), newer, force=True)
    assert contents(tmp_path)["generated/demo.g.h"] == b"header 1\n"


def test_missing_newline_at_the_end_shows_in_the_diff(tmp_path: Path) -> None:
    """A diff says when the file on disk lacks its last newline."""
    (tmp_path / "a.md").write_text("x")
    files = {"a.md": RenderedFile("x\n", FileClass.GENERATED)}
    plan = make_plan(tmp_path, files, ORIGIN, None)
    assert "-x\n\\ No newline at end of file\n+x\n" in unified(plan.conflicts[0])


def test_the_lock_is_mergeable(tmp_path: Path) -> None:
    """The lock has one line per file, sorted, so that version control merges it."""
    write(tmp_path, "1")
    lines = (tmp_path / "resforge.lock").read_text().split("\n")
    entries = [line for line in lines if '"class"' in line]
    assert entries == sorted(entries)
    assert len(entries) == len(project("1"))


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_new_files_follow_the_umask(tmp_path: Path) -> None:
    """New files get the permissions that the user's umask gives any file."""
    old = os.umask(0o027)
    try:
        write(tmp_path, "1")
    finally:
        os.umask(old)
    assert (tmp_path / "src/demo_hooks.cpp").stat().st_mode & 0o777 == 0o640
