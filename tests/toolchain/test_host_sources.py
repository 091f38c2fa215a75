"""The sources of the simulated RHS can be compiled together, which makes its build fast."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def unit(root: Path, tmp_path: Path) -> list[str]:
    """The arguments that check one translation unit of all sources."""
    sources = sorted((root / "templates" / "rhs").glob("*.cpp"))
    unit = tmp_path / "all.cpp"
    unit.write_text("".join(f'#include "{path.as_posix()}"\n' for path in sources), "utf-8")
    (tmp_path / "resforge").symlink_to(root / "templates" / "runtime")
    return ["-std=c++20", "-c", "-o", str(tmp_path / "all.o"), f"-I{tmp_path}", str(unit)]


def test_sources_share_one_unit(unit: list[str], native_compiler: tuple[str, ...]) -> None:
    """No two files define the same name, natively."""
    subprocess.run([*native_compiler, *unit], check=True)


def test_sources_share_one_unit_on_windows(unit: list[str], mingw: Path) -> None:
    """No two files define the same name, for Windows."""
    subprocess.run([str(mingw), *unit], check=True)
