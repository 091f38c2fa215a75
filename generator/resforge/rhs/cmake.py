"""Runs CMake: configures and builds a folder, keeps a log, condenses failures."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resforge.problems import EnvironmentProblem, Problem
from resforge.rhs.cache import writable_folder
from resforge.rhs.diagnostics import build_failure
from resforge.rhs.progress import Progress
from resforge.rhs.toolchain import Tool, find_cmake, find_ninja

__all__ = ["LOG_NAME", "CMakeTree", "build_tree"]

LOG_NAME = "resforge.log"
_ARGUMENTS_NAME = "resforge-arguments.txt"


@dataclass(frozen=True, slots=True)
class CMakeTree:
    """A CMake project and its build folder.

    `arguments` go to the configure step, `environment` is added to that of both steps, `label`
    names the work for the progress. `of_user` says whose sources these are, so whose errors.
    """

    source: Path
    binary: Path
    label: str
    arguments: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    of_user: bool = True

    @property
    def log(self) -> Path:
        """The file that keeps the complete output of the last run."""
        return self.binary / LOG_NAME


def build_tree(tree: CMakeTree, progress: Progress) -> None:
    """Configure `tree` if that was not done with the same arguments before, then build it.

    Raises UserError for errors in the sources, EnvironmentProblem for all other failures.
    """
    cmake, ninja = _required(find_cmake(), "cmake"), _required(find_ninja(), "ninja")
    writable_folder(tree.binary)
    tree.log.unlink(missing_ok=True)
    configure = _configure_command(tree, cmake, ninja)
    if not _is_configured(tree, configure):
        progress(f"configuring {tree.label}")
        _run(tree, [*configure, "--fresh"])
        (tree.binary / _ARGUMENTS_NAME).write_text("\n".join(configure), encoding="utf-8")
    progress(f"building {tree.label}")
    _run(tree, [str(cmake.path), "--build", str(tree.binary)])


def _required(tool: Tool | None, name: str) -> Tool:
    if tool is not None and tool.recent_enough:
        return tool
    found = f"{name} {tool.version} is too old" if tool else f"{name} was not found"
    hint = f"python -m pip install {name}"
    raise EnvironmentProblem(Problem(found, "missing-tool", hint=hint))


def _configure_command(tree: CMakeTree, cmake: Tool, ninja: Tool) -> list[str]:
    places = ("-S", str(tree.source), "-B", str(tree.binary))
    return [str(cmake.path), *places, f"-DCMAKE_MAKE_PROGRAM={ninja.path}", *tree.arguments]


def _is_configured(tree: CMakeTree, command: list[str]) -> bool:
    try:
        known = (tree.binary / _ARGUMENTS_NAME).read_text(encoding="utf-8")
    except OSError:
        return False
    presets = tree.source / "CMakePresets.json"
    ready = tree.binary / "build.ninja"
    return known == "\n".join(command) and ready.is_file() and not _newer(presets, ready)


def _newer(path: Path, than: Path) -> bool:
    return path.is_file() and path.stat().st_mtime > than.stat().st_mtime


def _run(tree: CMakeTree, command: list[str]) -> None:
    run = subprocess.run(
        command,
        cwd=tree.source,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=_environment(tree),
        check=False,
    )
    _keep(tree.log, f"$ {' '.join(command)}\n{run.stdout}")
    if run.returncode != 0:
        (tree.binary / _ARGUMENTS_NAME).unlink(missing_ok=True)
        raise build_failure(run.stdout, tree.source, tree.log, of_user=tree.of_user)


def _environment(tree: CMakeTree) -> dict[str, str]:
    """Return the environment, with English messages and without colour, so they can be read."""
    plain = {"LC_ALL": "C", "CLICOLOR": "0", "CLICOLOR_FORCE": "0", "VSLANG": "1033"}
    return {**os.environ, **plain, **tree.environment}


def _keep(log: Path, text: str) -> None:
    try:
        with log.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        message = f"cannot write {log}: {error.strerror}"
        free = shutil.disk_usage(log.parent).free // 1_000_000
        problem = Problem(message, "log-not-writable", hint=f"{free} MB are free there")
        raise EnvironmentProblem(problem) from error
