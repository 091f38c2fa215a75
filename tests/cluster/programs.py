"""Builds the C++ test programs of this folder, natively or for Windows."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "cluster"
HOST = ROOT / "templates" / "rhs"
CASES = sorted(HERE.glob("test_*.cpp"))
TEST_SOURCES = {"cluster_tests": "main.cpp", "codec_driver": "codec_driver.cpp", "fuzz": "fuzz.cpp"}
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")


def host_sources() -> list[Path]:
    """The cluster sources of the host and the JSON reader they use."""
    return sorted([*HOST.glob("cluster_*.cpp"), HOST / "json.cpp", HOST / "json_parse.cpp"])


class Programs:
    """Test programs of one compiler and one set of flags, each object compiled once."""

    def __init__(self, folder: Path, compiler: tuple[str, ...], flags: tuple[str, ...]) -> None:
        """Build below `folder`; nothing is compiled before it is asked for."""
        self._folder = folder
        self._compiler = compiler
        self._flags = flags
        include = folder / "include"
        include.mkdir(parents=True)
        (include / "resforge").symlink_to(ROOT / "templates" / "runtime")
        self._includes = [f"-I{path}" for path in (HOST, include, HERE)]

    def _unit(self, name: str, sources: Iterable[Path]) -> Path:
        """One source that includes others: a fraction of the time of compiling each."""
        unit = self._folder / f"{name}.cpp"
        if not unit.exists():
            unit.write_text("".join(f'#include "{source}"\n' for source in sources))
        return unit

    def _sources(self, name: str) -> list[Path]:
        """The sources of a program, those that take longest first."""
        shared = [self._unit("host", host_sources()), HERE / TEST_SOURCES[name], HERE / "seam.cpp"]
        return [self._unit("cases", CASES), *shared] if name == "cluster_tests" else shared

    def _object(self, source: Path) -> Path:
        key = hashlib.sha256(str(source).encode()).hexdigest()[:12]
        target = self._folder / f"{source.stem}-{key}.o"
        if not target.exists():
            flags = ["-std=c++20", "-g1", *WARNINGS, *self._flags, *self._includes]
            self._run([*flags, "-c", str(source), "-o", str(target)])
        return target

    def _run(self, arguments: list[str]) -> None:
        result = subprocess.run([*self._compiler, *arguments], capture_output=True, text=True)
        assert result.returncode == 0, result.stderr[-4000:]

    def build(self, name: str) -> Path:
        """The program, compiled and linked."""
        program = self._folder / f"{name}.exe"
        if not program.exists():
            with ThreadPoolExecutor(max_workers=2) as pool:
                objects = [str(path) for path in pool.map(self._object, self._sources(name))]
            self._run([*self._flags, *objects, "-pthread", "-o", str(program)])
        return program

    def library(self, source: Path, name: str, *libraries: str) -> Path:
        """A library made of one source."""
        result = self._folder / name
        self._run([*self._flags, str(self._object(source)), *libraries, "-o", str(result)])
        return result
