"""Condensing what compilers, linkers and CMake write."""

from __future__ import annotations

from pathlib import Path

import pytest

from resforge.problems import Problem, UserError
from resforge.rhs.diagnostics import build_failure

PROJECT = Path("/home/user/type")
LOG = PROJECT / "build" / "native" / "resforge.log"


def condense(output: str, *, of_user: bool = True) -> UserError:
    """Return the error for this output."""
    return build_failure(output, PROJECT, LOG, of_user=of_user)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("/home/user/type/src/a.cpp:12:5: error: no", ("src/a.cpp", 12, 5)),
        ("../../src/a.h:3:1: fatal error: no", ("src/a.h", 3, 1)),
        ("C:\\type\\src\\a.cpp(7,9): error C2065: no", ("C:\\type\\src\\a.cpp", 7, 9)),
        ("src\\a.cpp(7): fatal error C1083: no", ("src\\a.cpp", 7, None)),
        ("generated/a.rc:4: error: no", ("generated/a.rc", 4, None)),
    ],
)
def test_place_of_a_compiler_error(line: str, place: tuple[str, int, int | None]) -> None:
    """Each compiler's form gives file, line and column, relative to the project."""
    problem = condense(f"[1/2] Building\n{line}\nmore text\n").problems[0]
    assert (problem.file, problem.line, problem.column) == place
    assert problem.message.endswith("no")


@pytest.mark.parametrize(
    "line",
    [
        "/usr/bin/ld: a.o: in function `f': a.cpp:(.text+0x9): undefined reference to `g()'",
        "ld.lld: error: undefined symbol: g()",
        "a.obj : error LNK2019: unresolved external symbol g referenced in function f",
        "/usr/bin/ld: cannot find -lmissing: No such file or directory",
    ],
)
def test_linker_errors_are_input(line: str) -> None:
    """What a linker misses is named and counts as bad input."""
    error = condense(line)
    assert (error.problems[0].code, error.exit_code) == ("link-error", 2)


def test_missing_hooks_of_a_native_build_appear_once() -> None:
    """Undefined.cmake reports like a linker, and the error of CMake around it says nothing more."""
    text = (
        "CMake Error at /p/resforge/cmake/Undefined.cmake:15 (message):\n"
        "    undefined reference to `t::Hooks::online()'\n"
        "    undefined reference to `t::Hooks::offline()'\n"
        "    `resforge hooks` shows where they are declared.\n\n\n"
    )
    error = condense(text)
    assert [problem.code for problem in error.problems] == [*["link-error"] * 2, "build-failed"]
    assert error.exit_code == 2


def test_equal_errors_appear_once() -> None:
    """Both DLLs compile the same source; its error is reported once and counted once."""
    error = condense("src/a.cpp:1:1: error: no\nnoise\nsrc/a.cpp:1:1: error: no\n")
    assert len(error.problems) == 2
    assert "1 error" in error.problems[-1].message


def test_long_lists_are_cut() -> None:
    """Ten errors are shown, the last line says how many there are and where the log is."""
    error = condense("".join(f"src/a.cpp:{n}:1: error: no\n" for n in range(1, 40)))
    assert len(error.problems) == 11
    assert error.problems[-1].message == "the build failed with 39 errors, the first 10 are shown"
    assert error.problems[-1].hint == f"see {LOG}"


def test_cmake_error_spans_lines() -> None:
    """The text of a CMake error is the paragraph below its head."""
    text = "CMake Error at CMakeLists.txt:9 (add_library):\n  Cannot find\n  source.\n\n\nrest\n"
    assert condense(text).problems[0] == Problem(
        "Cannot find source.", "cmake-error", file="CMakeLists.txt", line=9
    )


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ("a.cpp:1:1: error: x\nfatal error: /tmp/a.s: No space left on device\n", "disk-full"),
        ("g++: fatal error: Killed signal terminated program cc1plus\n", "out-of-memory"),
        ("ninja: error: rebuilding 'build.ninja'\n", "build-failed"),
        ("", "build-failed"),
        ("CMake Error: Could not find CMAKE_ROOT !!!\n", "cmake-error"),
        (
            "CMake Error at /usr/share/cmake/CMakeTestCXXCompiler.cmake:60 (message):\n  broken\n",
            "cmake-error",
        ),
    ],
)
def test_failures_of_the_machine(output: str, code: str) -> None:
    """A full disk, a killed compiler or a broken CMake is the environment, exit code 4."""
    error = condense(output)
    assert (error.problems[0].code, error.exit_code) == (code, 4)


def test_errors_in_vendored_sources() -> None:
    """An error in the simulated RHS is not the user's input."""
    assert condense("main.cpp:1:1: error: no\n", of_user=False).exit_code == 4
