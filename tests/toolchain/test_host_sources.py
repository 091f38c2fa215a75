"""The sources of the simulated RHS compile without a warning, alone and all together."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")


@pytest.fixture
def sources(root: Path) -> list[Path]:
    """Every source of the host."""
    found = sorted((root / "templates" / "rhs").glob("*.cpp"))
    assert found
    return found


@pytest.fixture
def options(root: Path, tmp_path: Path) -> list[str]:
    """The standard, the warnings and the include path."""
    (tmp_path / "resforge").symlink_to(root / "templates" / "runtime")
    return ["-std=c++20", *WARNINGS, f"-I{tmp_path}"]


@pytest.fixture
def unit(sources: list[Path], tmp_path: Path) -> str:
    """One translation unit of all sources, which makes a build fast."""
    unit = tmp_path / "all.cpp"
    unit.write_text("".join(f'#include "{path.as_posix()}"\n' for path in sources), "utf-8")
    return str(unit)


def test_sources_share_one_unit(
    unit: str, options: list[str], tmp_path: Path, native_compiler: tuple[str, ...]
) -> None:
    """No two files define the same name; an optimizing compiler has nothing to warn of either."""
    output = str(tmp_path / "all.o")
    subprocess.run([*native_compiler, *options, "-O1", "-c", unit, "-o", output], check=True)


def test_sources_share_one_unit_on_windows(unit: str, options: list[str], mingw: Path) -> None:
    """No two files define the same name, for Windows."""
    subprocess.run([str(mingw), *options, "-fsyntax-only", unit], check=True)


def test_each_source_compiles_alone(
    sources: list[Path], options: list[str], native_compiler: tuple[str, ...]
) -> None:
    """No source relies on what another one includes."""

    def messages(source: Path) -> str:
        command = [*native_compiler, *options, "-fsyntax-only", str(source)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr

    with ThreadPoolExecutor(max_workers=2) as pool:
        assert not "".join(pool.map(messages, sources))
