"""Template repositories and projects of their own for the copier tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from resforge.cli import run as run_here

ROOT = Path(__file__).resolve().parents[2]
IDENTITY = {
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.com",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command that must succeed, without the user's git settings; return its output."""
    result = _run(*command, cwd=cwd)
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**os.environ, **IDENTITY, "COPIER_CACHE_DIR": str(cwd / ".copier-cache")},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def git(cwd: Path, *arguments: str) -> str:
    """Run git in `cwd`."""
    return run("git", *arguments, cwd=cwd)


def commit(cwd: Path, message: str) -> None:
    """Commit everything."""
    git(cwd, "add", "--all")
    git(cwd, "commit", "--quiet", "--allow-empty", "--message", message)


def copier(cwd: Path, *arguments: str | Path) -> str:
    """Run copier as users do, and without --trust."""
    return run(sys.executable, "-m", "copier", *arguments, cwd=cwd)


def attempt(cwd: Path, *arguments: str | Path) -> str:
    """Run copier, which must refuse; return what it says."""
    result = _run(sys.executable, "-m", "copier", *arguments, cwd=cwd)
    assert result.returncode != 0
    return result.stderr


def template_repository(place: Path) -> Path:
    """Make a git repository with the template as it is in this checkout, tagged 1.0.0."""
    place.mkdir(parents=True)
    shutil.copy(ROOT / "copier.yml", place)
    shutil.copytree(ROOT / "templates/project", place / "templates/project")
    shutil.copy(ROOT / "templates/_naming.jinja", place / "templates")
    shutil.copytree(ROOT / "templates/resource_dll/src", place / "templates/resource_dll/src")
    git(place, "init", "--quiet", "--initial-branch=main")
    release(place, "1.0.0")
    return place


def release(repository: Path, version: str) -> None:
    """Commit the state of the template and tag it."""
    commit(repository, f"Release {version}")
    git(repository, "tag", version)


def new(capsys: pytest.CaptureFixture[str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `resforge new` in this process."""
    code = run_here(["new", *map(str, words)])
    output = capsys.readouterr()
    return subprocess.CompletedProcess(words, code, output.out, output.err)
