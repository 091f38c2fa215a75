"""Generated C++ of all shapes compiles without a warning and has the project's format."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.runtime.programs import ROOT, compile_project, parsed, rendered, resource_type, write

from resforge.schema import ResourceType

FORMATS = ("DWORD", "SZ", "MULTI_SZ", "BINARY", "FILETIME", "BOOL", "LONG", "ULARGE_INTEGER")


def _many_properties(count: int) -> ResourceType:
    rows = [
        f"  - {{name: Property {i}, format: {FORMATS[i % len(FORMATS)]}}}" for i in range(count)
    ]
    return parsed("\n".join(["resforge: 1", "name: Many", "properties:", *rows]))


def _shape(name: str) -> ResourceType:
    if name == "nothing":
        return parsed("resforge: 1\nname: Nothing\n")
    return _many_properties(200) if name == "many" else resource_type(name)


CLANG_FORMAT = (
    shutil.which("clang-format", path=f"{Path(sys.executable).parent}:{os.defpath}") or ""
)
SHAPES = ("nothing", "many", "pending", "cached", "everything")


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_compiles_with_gcc(shape: str, tmp_path: Path, gcc: Path) -> None:
    """g++ accepts the hooks skeleton, the plain and the scripted DLL."""
    kind = _shape(shape)
    assert compile_project(gcc, write(kind, tmp_path), kind.identifier) == []


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["nothing", "everything"])
def test_compiles_with_mingw(shape: str, tmp_path: Path, mingw: Path) -> None:
    """MinGW's g++ accepts them too."""
    kind = _shape(shape)
    assert compile_project(mingw, write(kind, tmp_path), kind.identifier) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_is_formatted(shape: str) -> None:
    """clang-format leaves every generated C++ file as it is."""
    for path, file in rendered(_shape(shape)).items():
        if path.endswith((".h", ".cpp")):
            result = subprocess.run(
                [
                    CLANG_FORMAT,
                    "--style=file",
                    f"--assume-filename={ROOT / path}",
                ],
                input=file.text,
                capture_output=True,
                text=True,
                check=True,
            )
            assert result.stdout == file.text, path


@pytest.mark.parametrize("folder", ["templates/runtime", "tests/runtime/cpp"])
def test_sources_are_formatted(folder: str) -> None:
    """clang-format leaves the runtime and its tests as they are, and no file is too long."""
    paths = sorted(path for path in (ROOT / folder).iterdir() if path.suffix in (".h", ".cpp"))
    subprocess.run([CLANG_FORMAT, "--dry-run", "--Werror", *paths], check=True)
    assert all(len(path.read_text().splitlines()) < 500 for path in paths)
