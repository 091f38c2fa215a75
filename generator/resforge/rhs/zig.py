"""Installs zig, the C++ compiler that needs only pip, into the tool's own cache."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from resforge.problems import EnvironmentProblem, Problem
from resforge.rhs.cache import cache_dir, locked, writable_folder
from resforge.rhs.progress import Progress
from resforge.rhs.toolchain import Compiler, CompilerKind, find_compiler

__all__ = ["can_install_zig", "ensure_zig", "zig_environment"]

_REQUIREMENT = "ziglang>=0.13,<0.18"
_NOTICE = (
    "no C++ compiler for this target, so installing zig: a download of about 100 MB, 410 MB on "
    "disk; its first use takes a minute or two"
)


def ensure_zig(progress: Progress) -> Compiler:
    """Return zig, installed into the cache first when it is nowhere to be found.

    Raises EnvironmentProblem when pip cannot install it.
    """
    found = find_compiler(CompilerKind.ZIG)
    if found:
        return found
    with locked(cache_dir() / "zig.lock", progress):
        return find_compiler(CompilerKind.ZIG) or _install(progress)


def can_install_zig() -> bool:
    """Whether this Python has pip, which installs zig."""
    return importlib.util.find_spec("pip") is not None


def zig_environment() -> dict[str, str]:
    """Return the variables that keep what zig compiles for itself in the cache.

    A ZIG_GLOBAL_CACHE_DIR that is already set stays.
    """
    own = str(cache_dir() / "zig-cache")
    return {"ZIG_GLOBAL_CACHE_DIR": os.environ.get("ZIG_GLOBAL_CACHE_DIR") or own}


def _install(progress: Progress) -> Compiler:
    if not can_install_zig():
        raise _not_installed("this Python has no pip")
    progress(_NOTICE)
    parent = writable_folder(cache_dir())
    with tempfile.TemporaryDirectory(prefix="zig-", dir=parent) as scratch:
        _pip_install(Path(scratch) / "zig")
        shutil.rmtree(parent / "zig", ignore_errors=True)
        (Path(scratch) / "zig").rename(parent / "zig")
    found = find_compiler(CompilerKind.ZIG)
    if found is None:
        raise _not_installed("the installed program does not run")
    return found


def _pip_install(target: Path) -> None:
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-compile")
    arguments = ("install", *quiet, "--target", str(target), _REQUIREMENT)
    run = subprocess.run(
        [sys.executable, "-m", "pip", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if run.returncode != 0:
        lines = [line for line in run.stderr.splitlines() if line.startswith("ERROR")]
        raise _not_installed(lines[-1] if lines else "pip failed")


def _not_installed(reason: str) -> EnvironmentProblem:
    message = f"there is no C++ compiler, and zig could not be installed: {reason.strip()}"
    hint = 'run "resforge doctor" to see what is missing and what installs it'
    return EnvironmentProblem(Problem(message, "no-compiler", hint=hint))
