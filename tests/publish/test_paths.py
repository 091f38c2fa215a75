"""Where a run refuses to write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.publish.support import ORIGIN, contents, project, write

from resforge.problems import UserError
from resforge.publish.plan import make_plan
from resforge.render.files import FileClass, RenderedFile


def test_links_out_of_the_project_are_refused(tmp_path: Path) -> None:
    """A folder that is a link to another place is not written through."""
    outside = tmp_path / "outside"
    outside.mkdir()
    target = tmp_path / "demo"
    target.mkdir()
    (target / "generated").symlink_to(outside)
    with pytest.raises(UserError, match="symbolic link out"):
        write(target, "1")
    assert list(outside.iterdir()) == []
    assert [path.name for path in target.iterdir()] == ["generated"]


def test_a_file_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """A link in the place of a generated file is neither followed nor replaced."""
    write(tmp_path, "1")
    header = tmp_path / "generated/demo.g.h"
    header.rename(tmp_path / "mine.h")
    header.symlink_to(tmp_path / "mine.h")
    with pytest.raises(UserError, match="symbolic link"):
        write(tmp_path, "2")
    assert (tmp_path / "mine.h").read_text() == "header 1\n"


def test_links_inside_the_project_are_followed(tmp_path: Path) -> None:
    """A folder may be a link to another folder of the same project."""
    (tmp_path / "real").mkdir()
    (tmp_path / "generated").symlink_to("real")
    write(tmp_path, "1")
    assert (tmp_path / "real/demo.g.h").exists()


def test_names_that_differ_by_case_are_refused(tmp_path: Path) -> None:
    """A file whose name differs only by case is in the way on Windows and macOS."""
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated/DEMO.G.H").write_text("x")
    with pytest.raises(UserError, match="differs only by case"):
        write(tmp_path, "1")


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "a/../../x",
        "/etc/x",
        "",
        "a//b",
        "con.def",
        "a/Nul",
        "COM1.txt",
        "lpt\u00b2.md",
        "a:b",
        "a\\b",
        "a\x07",
        "x.",
        "x ",
        "what?",
    ],
)
def test_unsafe_paths_are_refused(tmp_path: Path, path: str) -> None:
    """Paths that lead out or that Windows cannot hold stop the run before anything is written."""
    files = {path: RenderedFile("x\n", FileClass.GENERATED), **project("1")}
    with pytest.raises(UserError) as caught:
        make_plan(tmp_path, files, ORIGIN, None)
    assert caught.value.problems[0].code == "unsafe-path"


def test_two_paths_that_differ_by_case_are_refused(tmp_path: Path) -> None:
    """Two new files may not be one on a file system that ignores case."""
    files = {name: RenderedFile("x\n", FileClass.GENERATED) for name in ("a/B", "A/b")}
    with pytest.raises(UserError, match="one file where case does not count"):
        make_plan(tmp_path, files, ORIGIN, None)


def test_a_hostile_lock_leads_nowhere(tmp_path: Path) -> None:
    """Paths in a lock file that came with somebody else's project are checked too."""
    write(tmp_path / "p", "1")
    victim = tmp_path / "victim"
    victim.write_text("x")
    lock = tmp_path / "p/resforge.lock"
    lock.write_text(lock.read_text().replace('"README.md"', '"../victim"'))
    with pytest.raises(UserError, match="dotted parts"):
        write(tmp_path / "p", "2")
    assert victim.exists()


def test_a_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    """An obstacle where a folder belongs is one problem, and nothing is left behind."""
    (tmp_path / "generated").write_text("x")
    with pytest.raises(UserError) as caught:
        write(tmp_path, "1")
    assert caught.value.exit_code == 4
    assert contents(tmp_path) == {"generated": b"x"}


@pytest.mark.skipif(os.name == "nt", reason="needs named pipes")
def test_a_pipe_in_the_place_of_a_file(tmp_path: Path) -> None:
    """A name that is taken by no file is refused: reading a pipe would wait for ever."""
    write(tmp_path, "1")
    place = tmp_path / "generated/demo.g.h"
    place.unlink()
    os.mkfifo(place)
    with pytest.raises(UserError, match="not a file"):
        write(tmp_path, "2", force=True)
    assert place.is_fifo()
