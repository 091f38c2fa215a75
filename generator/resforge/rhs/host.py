"""Builds the simulated RHS of a project once for each content, compiler and variant."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from resforge.rhs.cache import cache_dir, content_key, locked
from resforge.rhs.cmake import CMakeTree, build_tree
from resforge.rhs.plan import SANITIZER_FLAGS, BuildPlan
from resforge.rhs.progress import Progress
from resforge.rhs.toolchain import CompilerKind
from resforge.rhs.zig import zig_environment

__all__ = ["build_host"]

_UNUSED_SECONDS = 30 * 24 * 3600
# The host is built on the user's time: a third of the compile time of -O2 with all debug
# information, and a backtrace still has line numbers. Unity builds save another two thirds.
_QUICK = {"RelWithDebInfo": "-O1 -g1", "Release": "-O1"}
# Under AddressSanitizer the optimiser takes a third of the time, and hides defects at most.
_QUICK_ASAN = {"RelWithDebInfo": "-O0 -g1"}
_SOURCES_PER_UNIT = 12


def build_host(project: Path, plan: BuildPlan, progress: Progress) -> Path:
    """Return the executable of the simulated RHS that `project` carries, from the cache if there.

    Raises EnvironmentProblem when it cannot be built.
    """
    vendored = project / "resforge"
    folders = [vendored / name for name in ("rhs", "include", "cmake")]
    tool = plan.compiler.tool
    key = content_key(folders, plan.folder, tool.name, tool.version, str(tool.path))
    hosts = cache_dir() / "hosts"
    executable = hosts / key / f"resforge_rhs{'.exe' if plan.target == 'windows' else ''}"
    with locked(hosts / f"{key}.lock", progress):
        if not executable.is_file():
            _build(vendored, plan, executable, progress)
            _forget_unused(hosts)
        os.utime(executable.parent)
    return executable


def _build(vendored: Path, plan: BuildPlan, executable: Path, progress: Progress) -> None:
    binary = executable.parent.with_suffix(".building")
    tree = CMakeTree(
        source=vendored / "rhs",
        binary=binary,
        label=f"the simulated RHS ({plan.folder}, {plan.compiler}; kept for later runs)",
        arguments=_arguments(vendored, plan, binary),
        environment=zig_environment(),
        of_user=False,
    )
    build_tree(tree, progress)
    executable.parent.mkdir(exist_ok=True)
    (binary / "bin" / executable.name).replace(executable)
    shutil.rmtree(binary, ignore_errors=True)


def _arguments(vendored: Path, plan: BuildPlan, binary: Path) -> tuple[str, ...]:
    toolchain = plan.toolchain_file
    chosen = (f"-DCMAKE_TOOLCHAIN_FILE={vendored / 'cmake' / toolchain}",) if toolchain else ()
    return (
        "-GNinja",
        *chosen,
        *plan.compiler_arguments,
        f"-DCMAKE_BUILD_TYPE={plan.build_type}",
        *_quick_arguments(plan),
        f"-DCMAKE_CXX_FLAGS={SANITIZER_FLAGS[plan.variant]}",
        f"-DCMAKE_RUNTIME_OUTPUT_DIRECTORY={binary / 'bin'}",
    )


def _quick_arguments(plan: BuildPlan) -> tuple[str, ...]:
    unity = ("-DCMAKE_UNITY_BUILD=ON", f"-DCMAKE_UNITY_BUILD_BATCH_SIZE={_SOURCES_PER_UNIT}")
    if plan.compiler.kind is CompilerKind.MSVC:
        return unity
    name = f"CMAKE_CXX_FLAGS_{plan.build_type.upper()}"
    stripped = ("-DCMAKE_EXE_LINKER_FLAGS=-s",) if plan.build_type == "Release" else ()
    quick = _QUICK | (_QUICK_ASAN if plan.variant == "asan" else {})
    return (*unity, f"-D{name}={quick[plan.build_type]}", *stripped)


def _forget_unused(hosts: Path) -> None:
    """Remove what no run has used for 30 days."""
    limit = time.time() - _UNUSED_SECONDS
    for folder in hosts.iterdir():
        if folder.is_dir() and folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)
