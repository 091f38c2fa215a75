"""Condenses the output of CMake, compilers and linkers into the problems that matter."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from resforge.problems import EnvironmentProblem, Problem, UserError

__all__ = ["build_failure"]

_SHOWN = 10
# g++, MinGW, clang and zig: "src/a.cpp:12:5: error: text"; a fatal error has the word before.
_GNU = re.compile(
    r"^(?P<file>.+?):(?P<line>\d+):(?:(?P<column>\d+):)? (?:fatal )?error: (?P<text>.+)"
)
# Visual C++: "src\a.cpp(12,5): error C2065: text"; the column is optional.
_MSVC = re.compile(
    r"^(?P<file>.+?)\((?P<line>\d+)(?:,(?P<column>\d+))?\): (?:fatal )?error (?P<text>C\d+: .+)"
)
# zig's and windres' own form without a column, and linkers, which know symbols and not lines.
_LINK = re.compile(
    r"(?P<text>undefined reference to .+|undefined symbol: .+|multiple definition of .+"
    r"|duplicate symbol: .+|unresolved external symbol .+|cannot find -l\S+.*"
    r"|version script assignment .+|cannot open file .+)"
)
_CMAKE = re.compile(r"^CMake Error(?: at (?P<file>[^:]+):(?P<line>\d+) \([^)]*\))?:\s*(?P<text>.*)")
_MACHINE = (
    ("No space left on device", "disk-full", "the disk is full"),
    ("Killed signal terminated program", "out-of-memory", "the compiler was killed"),
    ("virtual memory exhausted", "out-of-memory", "there is too little memory"),
)


def build_failure(output: str, project: Path, log: Path, *, of_user: bool = True) -> UserError:
    """Return what to raise for a run of CMake that failed with this `output`.

    What CMake, a compiler or a linker finds in the sources of the user is bad input (exit code 2),
    all else is the machine's (exit code 4). Files below `project` are named relative to it.
    """
    for sign, code, message in _MACHINE:
        if sign in output:
            return EnvironmentProblem(Problem(message, code, hint=f"see {log}"))
    found = tuple(dict.fromkeys(_problems(output, project, log.parent)))
    if not found:
        return EnvironmentProblem(_unexplained(output, log))
    problems = (*found[:_SHOWN], _summary(len(found), log))
    of_input = of_user and any(map(_in_sources, found))
    return UserError(*problems) if of_input else EnvironmentProblem(*problems)


def _in_sources(problem: Problem) -> bool:
    """Whether the place of the error is known, and not one of CMake's own files."""
    outside = problem.file is not None and Path(problem.file).is_absolute()
    return problem.code == "link-error" or not (problem.file is None or outside)


def _unexplained(output: str, log: Path) -> Problem:
    last = output.strip().splitlines()[-1:] or ["it wrote nothing"]
    return Problem(f"the build failed: {last[0].strip()}", "build-failed", hint=f"see {log}")


def _summary(count: int, log: Path) -> Problem:
    errors = "1 error" if count == 1 else f"{count} errors"
    more = f", the first {_SHOWN} are shown" if count > _SHOWN else ""
    return Problem(f"the build failed with {errors}{more}", "build-failed", hint=f"see {log}")


def _problems(output: str, project: Path, binary: Path) -> Iterator[Problem]:
    lines = output.splitlines()
    for index, line in enumerate(lines):
        located = _GNU.match(line) or _MSVC.match(line)
        if located:
            yield _located(located, _relative(located["file"], project, binary))
        elif link := _LINK.search(line):
            yield Problem(link["text"].strip(), "link-error")
        elif cmake := _CMAKE.match(line):
            problem = _cmake(cmake, lines[index + 1 :], project, binary)
            if not _LINK.search(problem.message):  # Undefined.cmake, whose own lines follow
                yield problem


def _located(match: re.Match[str], file: str) -> Problem:
    column = match["column"]
    return Problem(
        match["text"].strip(),
        "compile-error",
        file=file,
        line=int(match["line"]),
        column=int(column) if column else None,
    )


def _cmake(match: re.Match[str], following: list[str], project: Path, binary: Path) -> Problem:
    """Return the problem of a CMake error, whose text may begin on the next line."""
    text = match["text"] or " ".join(_paragraph(following))
    if match["file"] is None:
        return Problem(text, "cmake-error")
    file = _relative(match["file"], project, binary)
    return Problem(text, "cmake-error", file=file, line=int(match["line"]))


def _paragraph(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if line.strip():
            yield line.strip()
        elif line != lines[0]:
            return


def _relative(file: str, project: Path, binary: Path) -> str:
    """Return `file`, which may be relative to the build folder, relative to the project."""
    climbs = file.startswith("..")
    path = Path(os.path.normpath(binary / file)) if climbs else Path(file)
    if path.is_absolute() and path.is_relative_to(project):
        return path.relative_to(project).as_posix()
    return file
