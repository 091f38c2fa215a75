"""Tells what this machine can build and run, what is missing, and what installs it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from resforge.rhs.toolchain import FINDERS, MINIMUM, Tool
from resforge.rhs.zig import can_install_zig

__all__ = ["Diagnosis", "Finding", "examine"]

_PURPOSES = {
    "cmake": "configures every build",
    "ninja": "runs every build",
    "gcc": "native builds and sanitizers",
    "clang": "native builds and sanitizers, instead of gcc",
    "mingw": "DLLs for Windows",
    "zig": "native builds and DLLs for Windows where nothing else is",
    "msvc": "DLLs for Windows, on Windows",
    "wine": "runs Windows DLLs under the simulated RHS off Windows",
}
_PIP = "python -m pip install {}"
_PACKAGES: dict[str, dict[str, str]] = {
    "apt-get install": {
        "gcc": "g++",
        "clang": "clang",
        "mingw": "g++-mingw-w64-x86-64-posix",
        "wine": "wine64",
    },
    "dnf install": {
        "gcc": "gcc-c++",
        "clang": "clang",
        "mingw": "mingw64-gcc-c++ mingw64-winpthreads-static",
        "wine": "wine-core",
    },
    "pacman -S": {"gcc": "gcc", "clang": "clang", "mingw": "mingw-w64-gcc", "wine": "wine"},
}
_VISUAL_STUDIO = (
    "winget install Microsoft.VisualStudio.2022.BuildTools, add the C++ workload, "
    "then use its x64 Native Tools prompt"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One tool: what it is for, what was found, and the command that installs it.

    `install` is None when nothing installs it on this machine, for example Visual C++ on Linux.
    """

    name: str
    purpose: str
    tool: Tool | None
    install: str | None

    @property
    def usable(self) -> bool:
        """Whether the tool is there and recent enough."""
        return self.tool is not None and self.tool.recent_enough

    @property
    def status(self) -> str:
        """One word or two: ``found``, ``missing`` or ``too old``."""
        if self.tool is None:
            return "missing"
        return "found" if self.usable else "too old"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings, and what follows: each conclusion is a sentence, or None for "impossible"."""

    findings: tuple[Finding, ...]
    native: str | None
    windows: str | None


def examine(
    *,
    finders: Mapping[str, Callable[[], Tool | None]] = FINDERS,
    platform: str = sys.platform,
    zig_installable: bool | None = None,
    which: Callable[[str], str | None] = shutil.which,
) -> Diagnosis:
    """Look for every tool and return what follows; the arguments stand in for a machine in tests."""
    findings = tuple(
        Finding(name, purpose, finders[name](), _install(name, platform, which))
        for name, purpose in _PURPOSES.items()
    )
    usable = {finding.name: str(finding.tool) for finding in findings if finding.usable}
    installable = can_install_zig() if zig_installable is None else zig_installable
    if installable and "zig" not in usable:
        usable["zig"] = "zig, which the first build installs"
    windows = _windows(usable, platform)
    native = windows if platform == "win32" else _first(usable, "gcc", "clang", "zig")
    return Diagnosis(findings, native, windows)


def minimum_version(name: str) -> str:
    """Return the oldest usable version of the tool `name`, for example "3.25"; may be empty."""
    return ".".join(map(str, MINIMUM.get(name, ())))


def _windows(usable: Mapping[str, str], platform: str) -> str | None:
    if platform == "win32":
        return _first(usable, "msvc", "mingw", "zig")
    compiler = _first(usable, "mingw", "zig")
    return f"{compiler}, run by {usable['wine']}" if compiler and "wine" in usable else None


def _first(usable: Mapping[str, str], *names: str) -> str | None:
    if not {"cmake", "ninja"} <= usable.keys():
        return None
    return next((usable[name] for name in names if name in usable), None)


def _install(name: str, platform: str, which: Callable[[str], str | None]) -> str | None:
    if name in ("cmake", "ninja"):
        return _PIP.format(name)
    if name == "zig":
        return _PIP.format("ziglang")
    if name == "msvc" or platform == "win32":
        return _VISUAL_STUDIO if platform == "win32" and name == "msvc" else None
    return next(
        (
            f"{command} {packages[name]}"
            for command, packages in _PACKAGES.items()
            if which(command.split()[0])
        ),
        None,
    )
