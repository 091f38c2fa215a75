"""Builds a project: its two DLLs in the project's build folder, the simulated RHS in the cache."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from resforge.problems import EnvironmentProblem, Problem, UserError
from resforge.rhs.cache import locked
from resforge.rhs.cmake import LOG_NAME, CMakeTree, build_tree
from resforge.rhs.host import build_host
from resforge.rhs.plan import BuildPlan, Target, Variant, plan_build
from resforge.rhs.progress import Progress, silent
from resforge.rhs.toolchain import Compiler, CompilerKind
from resforge.rhs.wine import ensure_wine, wine_environment
from resforge.rhs.zig import ensure_zig, zig_environment

__all__ = ["Build", "Libraries", "build_libraries", "build_project"]


@dataclass(frozen=True, slots=True)
class Libraries:
    """The two DLLs of a project, the compiler that made them, and the log of the build."""

    dll: Path
    scripted_dll: Path
    compiler: Compiler
    log: Path


@dataclass(frozen=True, slots=True)
class Build:
    """All that a run of the simulated RHS needs.

    `runner` precedes `host` on the command line (Wine, for a Windows host off Windows);
    `environment` is added to the environment of that process. `sees_data_races` tells whether the
    scripted DLL was made so that the simulated RHS sees its accesses to memory.
    """

    dll: Path
    scripted_dll: Path
    host: Path
    runner: tuple[str, ...]
    compiler: Compiler
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    sees_data_races: bool = False


def build_project(
    project: Path,
    *,
    target: Target = "native",
    variant: Variant = "plain",
    compiler: CompilerKind | None = None,
    progress: Progress = silent,
) -> Build:
    """Build the DLLs and the simulated RHS of `project`, and make ready what runs them.

    `compiler` None takes the system's compiler, else zig, which is installed at need. Raises
    UserError (exit code 2) for errors in the project's sources, EnvironmentProblem (4) for a
    missing compiler, a full disk and other failures of the machine.
    """
    plan = _plan(target, variant, compiler, progress)
    libraries = _build_libraries(project.absolute(), plan, progress)
    host = build_host(project.absolute(), plan, progress)
    windows = plan.target == "windows"
    return Build(
        dll=libraries.dll,
        scripted_dll=libraries.scripted_dll,
        host=host,
        runner=ensure_wine(progress) if windows else (),
        compiler=plan.compiler,
        log=libraries.log,
        environment=wine_environment() if windows else {},
        sees_data_races=_instruments(plan),
    )


def _instruments(plan: BuildPlan) -> bool:
    """Tell whether the scripted DLL is made so that the simulated RHS sees what it does to memory."""
    able = plan.compiler.kind in (CompilerKind.GCC, CompilerKind.CLANG)
    return able and plan.variant == "plain" and sys.platform == "linux"


def build_libraries(
    project: Path,
    *,
    target: Target = "native",
    variant: Variant = "plain",
    compiler: CompilerKind | None = None,
    progress: Progress = silent,
) -> Libraries:
    """Build only the two DLLs of `project`; the arguments and errors are those of build_project."""
    plan = _plan(target, variant, compiler, progress)
    return _build_libraries(project.absolute(), plan, progress)


def _plan(
    target: Target, variant: Variant, compiler: CompilerKind | None, progress: Progress
) -> BuildPlan:
    return plan_build(
        target,
        variant,
        compiler,
        on_windows=sys.platform == "win32",
        install_zig=lambda: ensure_zig(progress),
    )


def _build_libraries(project: Path, plan: BuildPlan, progress: Progress) -> Libraries:
    _check_project(project)
    _check_path(project, plan.target)
    binary = project / "build" / plan.folder
    with locked(binary.with_suffix(".lock"), progress):
        tree = CMakeTree(
            source=project,
            binary=binary,
            label=f"{project.name} ({plan.folder}, {plan.compiler})",
            arguments=_arguments(project, plan),
            environment=zig_environment(),
        )
        build_tree(tree, progress)
    return _read_libraries(binary, plan.compiler)


def _check_project(project: Path) -> None:
    for name in ("CMakeLists.txt", "CMakePresets.json", "resforge/cmake/Resforge.cmake"):
        if not (project / name).is_file():
            message = f"{project} is not a project of resforge: it has no {name}"
            hint = 'make one with "resforge generate SCHEMA -o FOLDER"'
            raise UserError(Problem(message, "not-a-project", hint=hint))


def _check_path(project: Path, target: Target) -> None:
    """Refuse a path that CMake takes for a list, or that windres hands to a shell as it is."""
    unusable = [mark for mark in (';$`"' if target == "windows" else ";") if mark in str(project)]
    if unusable:
        message = f"no project can be built in {project}: its path holds {unusable[0]}"
        raise UserError(Problem(message, "unusable-path", hint="rename or move the folder"))


def _arguments(project: Path, plan: BuildPlan) -> tuple[str, ...]:
    # A build that generates uses this very tool, whatever is on the path.
    command = ";".join((Path(sys.executable).as_posix(), "-P", "-m", "resforge"))
    generate = f"-DRESFORGE_COMMAND={command}"
    watch = f"-DRESFORGE_WATCH_MEMORY={'ON' if _instruments(plan) else 'OFF'}"
    arguments = ("--preset", plan.preset, *plan.compiler_arguments, generate, watch)
    if plan.target == "native" and plan.toolchain_file:
        file = project / "resforge" / "cmake" / plan.toolchain_file
        return (*arguments, f"-DCMAKE_TOOLCHAIN_FILE={file}")
    return arguments


def _read_libraries(binary: Path, compiler: Compiler) -> Libraries:
    # A generator of several configurations writes a file for each, and builds one of them.
    places = [binary / "resforge.json", *sorted(binary.glob("resforge-*.json"))]
    named = [pair for place in places if (pair := _named_in(place)) is not None]
    if not named:
        message = (
            "the build made no resource DLL: CMakeLists.txt calls no resforge_add_resource_dll"
        )
        raise UserError(Problem(message, "no-resource-dll", file="CMakeLists.txt"))
    for dll, scripted in named:
        if dll.is_file() and scripted.is_file():
            return Libraries(dll, scripted, compiler, binary / LOG_NAME)
    raise EnvironmentProblem(Problem(f"the build did not make {named[0][0]}", "build-failed"))


def _named_in(place: Path) -> tuple[Path, Path] | None:
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
        return Path(found["dll"]), Path(found["scripted_dll"])
    except (OSError, ValueError, KeyError):
        return None
