"""Where `resforge new` makes a project, what it refuses, and that a failure leaves nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.support import environment
from tests.project.support import git, new

from resforge.cli import run

WRONG: list[tuple[list[str], str]] = [
    (["../x", "--defaults"], "bad-name"),
    (["/abs", "--defaults"], "bad-name"),
    (["..", "--defaults"], "bad-name"),
    (["Größe", "--defaults"], "bad-name"),
    (["Class", "--defaults"], "bad-answer"),
    (["con", "--defaults"], "bad-answer"),
    (["3com", "--defaults"], "bad-answer"),
    (["x", "-o", "nul.x", "--defaults"], "unsafe-path"),
    (["x", "-o", "full", "--defaults"], "folder-exists"),
    (["full", "--defaults"], "folder-exists"),
    (["x", "-o", "file", "--defaults"], "folder-exists"),
    (["x", "-o", "link", "--defaults"], "folder-exists"),
    (["x", "-d", "licens=MIT", "--defaults"], "unknown-question"),
    (["x", "-d", "licence", "--defaults"], "bad-data"),
    (["x", "-d", "licence=GPL", "--defaults"], "bad-answer"),
    (["x", "-d", "copyright_year=yes", "--defaults"], "bad-answer"),
    (["x", "-d", "pre_commit=maybe", "--defaults"], "bad-answer"),
    (["x", "--data-file", "maybe.yaml"], "bad-answer"),
    (["x", "--data-file", "missing.yaml"], "unusable-file"),
    (["x", "--data-file", "list.yaml"], "bad-data"),
    (["x", "--data-file", "broken.yaml"], "bad-data"),
    (["x"], "no-terminal"),
    (["--defaults"], "bad-answer"),
    (["x", "--template", "full", "--defaults"], "unusable-template"),
    (["x", "--template", "nowhere", "--defaults"], "bad-answer"),
]


@pytest.mark.parametrize(("words", "code"), WRONG, ids=[" ".join(w) for w, _ in WRONG])
def test_refused(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: str
) -> None:
    """Wrong input is one message with exit code 2, and nothing on the disk changed."""
    (here / "full").mkdir()
    (here / "full/mine").write_text("x")
    (here / "file").write_text("x")
    (here / "link").symlink_to("full")
    (here / "list.yaml").write_text("- 1\n")
    (here / "broken.yaml").write_text("a: [\n")
    (here / "maybe.yaml").write_text("pre_commit: maybe\n")
    before = sorted(str(path) for path in here.rglob("*"))
    result = new(capsys, *words)
    assert f"[{code}]" in result.stderr, result.stderr
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert sorted(str(path) for path in here.rglob("*")) == before


def test_an_empty_folder_is_used(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is there but empty becomes the project."""
    (here / "x").mkdir()
    assert new(capsys, "X", "--defaults").returncode == 0
    assert (here / "x/x.yaml").is_file()


@pytest.mark.parametrize("git_folder", [False, True])
def test_the_current_folder_is_used(
    here: Path, capsys: pytest.CaptureFixture[str], git_folder: bool
) -> None:
    """`-o .` fills the folder that one stands in, also a fresh clone of an empty repository."""
    if git_folder:
        git(here, "init", "--quiet")
    assert new(capsys, "X", "--defaults", "-o", ".").returncode == 0
    result = new(capsys, "Y", "--defaults")
    assert ("git init" in result.stdout) is not git_folder
    made = {path.name for path in here.iterdir()} - {".git"}
    assert {"x.yaml", "src", "resforge.lock"} <= made
    assert not [name for name in made if name.startswith(".resforge")]
    assert Path.cwd().samefile(here)


def test_a_move_that_fails_leaves_nothing(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a file cannot get its place in a folder that is there, the others leave it again."""
    original = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if path.name == "src" and path.parents[1].name == "project":
            raise OSError(28, "No space left on device")
        return original(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    assert new(capsys, "X", "--defaults", "-o", ".").returncode == 4
    assert list(here.iterdir()) == []


def test_a_wrong_answer_leaves_no_parents(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folders around the project are made for a project or not at all."""
    words = ["X", "--defaults", "-d", "licence=GPL", "-o", "a/b/c"]
    assert new(capsys, *words).returncode == 2
    assert list(here.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_sigterm_leaves_nothing(tmp_path: Path) -> None:
    """A terminated run takes its temporary folder away."""
    process = subprocess.Popen(
        [sys.executable, "-m", "resforge", "new", "X", "--defaults"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and not list(tmp_path.iterdir()):
        time.sleep(0.005)
    process.terminate()
    assert process.wait(60) == 143
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A disk that refuses is one message with exit code 4."""
    result = new(capsys, "X", "-o", "/proc/resforge/x", "--defaults")
    assert result.returncode == 4
    assert "nothing was changed" in result.stderr


def test_a_template_that_cannot_be_reached(
    here: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A git URL that does not answer is one message with git's reason."""
    monkeypatch.setenv("COPIER_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    result = new(capsys, "X", "--template", f"file://{here}/none.git", "--defaults")
    assert result.returncode == 4
    assert "[unusable-template]" in result.stderr
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("place", ["copier.run_copy", "resforge.scaffold.new.generate_project"])
def test_an_interrupt_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    place: str,
) -> None:
    """Ctrl-C while copying or generating: exit 130, and no trace."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    import copier as _copier  # noqa: F401 (so that the patch finds it)

    import resforge.scaffold.new as _new  # noqa: F401

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(place, interrupt)
    assert run(["new", "X", "--defaults"]) == 130
    assert capsys.readouterr().err.endswith("resforge: interrupted\n")
    assert list(tmp_path.iterdir()) == []


def test_an_unrelated_folder_is_left_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that happens to be called project is not even used for temporary files."""
    (here / "project").mkdir()
    os.utime(here / "project", (1, 1))
    assert new(capsys, "Thing", "--defaults").returncode == 0
    assert (here / "project").stat().st_mtime == 1
