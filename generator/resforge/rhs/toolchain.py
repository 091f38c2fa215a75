"""Finds compilers and the other programs that a build or a run needs, with their versions."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from resforge.rhs.cache import cache_dir

__all__ = [
    "FINDERS",
    "MINIMUM",
    "Compiler",
    "CompilerKind",
    "Tool",
    "find",
    "find_cmake",
    "find_compiler",
    "find_ninja",
    "find_wine",
]

_DEBIAN_WINE = "/usr/lib/wine/wine64"
_PROBE_SECONDS = 30
# "g++-13 (Ubuntu 13.1.0) 13.1.0" and "wine-8.0" have points, "x86_64-w64-mingw32-g++ (GCC) 12-posix"
# has none.
_DOTTED = re.compile(r"(?<![\w.])\d+(?:\.\d+)+")
_PLAIN = re.compile(r"(?<![\w.-])\d+")


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that was found: the absolute `path` and the `version` that it reports."""

    name: str
    path: Path
    version: str

    @property
    def version_numbers(self) -> tuple[int, ...]:
        """The numbers of `version`, for comparison."""
        return tuple(int(number) for number in re.findall(r"\d+", self.version))

    @property
    def recent_enough(self) -> bool:
        """Whether the version is at least that of `MINIMUM`."""
        return self.version_numbers >= MINIMUM.get(self.name, ())

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class CompilerKind(StrEnum):
    """A C++ compiler that a build can use."""

    GCC = "gcc"
    CLANG = "clang"
    MINGW = "mingw"
    ZIG = "zig"
    MSVC = "msvc"


@dataclass(frozen=True, slots=True)
class Compiler:
    """A C++ compiler of known kind."""

    kind: CompilerKind
    tool: Tool

    def __str__(self) -> str:
        return str(self.tool)


MINIMUM: dict[str, tuple[int, ...]] = {
    "cmake": (3, 25),
    "gcc": (11,),
    "clang": (15,),
    "mingw": (11,),
    "zig": (0, 13),
    "msvc": (19, 30),
}
"""The oldest version of each tool that compiles the generated C++20 or reads the presets."""


def find_cmake() -> Tool | None:
    """Return CMake from its Python package, else from PATH."""
    return _from_package("cmake", "cmake", "data/bin") or _from_path("cmake", "cmake")


def find_ninja() -> Tool | None:
    """Return Ninja from its Python package, else from PATH."""
    return _from_scripts("ninja") or _from_path("ninja", "ninja", "ninja-build")


def find_wine() -> Tool | None:
    """Return the 64-bit Wine; Debian keeps it outside PATH."""
    return _from_path("wine", _DEBIAN_WINE, "wine64", "wine")


def find_compiler(kind: CompilerKind) -> Compiler | None:
    """Return the compiler of `kind`, or None when it is missing, too old or of no use here."""
    tool = FINDERS[kind.value]()
    return Compiler(kind, tool) if tool is not None and tool.recent_enough else None


def find(name: str) -> Tool | None:
    """Return the tool `name`, one of the keys of `FINDERS`, whatever its version."""
    return FINDERS[name]()


def _find_gcc() -> Tool | None:
    if sys.platform == "win32":
        return None
    return _from_path("gcc", *_chosen_compiler(clang=False), "g++", "c++", refuse="clang")


def _find_clang() -> Tool | None:
    if sys.platform == "win32":
        return None
    return _from_path("clang", *_chosen_compiler(clang=True), "clang++")


def _chosen_compiler(*, clang: bool) -> tuple[str, ...]:
    """Return the program that the environment variable CXX names, if it is of this family."""
    chosen = os.environ.get("CXX", "").strip()
    named_clang = "clang" in Path(chosen).name
    return (chosen,) if chosen and named_clang == clang else ()


def _find_mingw() -> Tool | None:
    for name in ("x86_64-w64-mingw32-g++-posix", "x86_64-w64-mingw32-g++"):
        tool = _from_path("mingw", name)
        if tool and "Thread model: posix" in _output(tool.path, "-v"):
            return tool
    return None


def _find_zig() -> Tool | None:
    program = Path("ziglang") / _executable("zig")
    return (
        _from_package("zig", "ziglang", "")
        or _from_path("zig", "zig", arguments=("version",))
        or _probe("zig", cache_dir() / "zig" / program, ("version",))
    )


def _find_msvc() -> Tool | None:
    return _from_path("msvc", "cl", arguments=()) if sys.platform == "win32" else None


FINDERS = {
    "cmake": find_cmake,
    "ninja": find_ninja,
    "gcc": _find_gcc,
    "clang": _find_clang,
    "mingw": _find_mingw,
    "zig": _find_zig,
    "msvc": _find_msvc,
    "wine": find_wine,
}
"""How each tool is found."""


def _from_package(name: str, package: str, folder: str) -> Tool | None:
    """Return the program that the wheel `package` carries in `folder`."""
    found = importlib.util.find_spec(package)
    for location in (found.submodule_search_locations or ()) if found else ():
        path = Path(location) / folder / _executable(name)
        tool = _probe(name, path, ("version",) if name == "zig" else ("--version",))
        if tool:
            return tool
    return None


def _from_scripts(name: str) -> Tool | None:
    """Return the program that a wheel installed among the scripts of this Python."""
    return _probe(name, Path(sysconfig.get_path("scripts")) / _executable(name), ("--version",))


def _from_path(
    name: str, *programs: str, arguments: tuple[str, ...] = ("--version",), refuse: str = ""
) -> Tool | None:
    for program in programs:
        path = shutil.which(program)
        tool = _probe(name, Path(path), arguments, refuse) if path else None
        if tool:
            return tool
    return None


def _probe(name: str, path: Path, arguments: tuple[str, ...], refuse: str = "") -> Tool | None:
    """Return the tool at `path` if it runs and says a version, and not the word `refuse`."""
    if not path.is_file():
        return None
    text = _output(path, *arguments)
    version = _DOTTED.search(text) or _PLAIN.search(text)
    if version is None or (refuse and refuse in text):
        return None
    return Tool(name, path.absolute(), version.group())


def _output(path: Path, *arguments: str) -> str:
    environment = {**os.environ, "LC_ALL": "C", "WINEDEBUG": "-all"}
    try:
        run = subprocess.run(
            [path, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=environment,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return run.stdout


def _executable(name: str) -> str:
    return f"{name}.exe" if sys.platform == "win32" else name
