"""Generated C++ and resources compile without a warning, also when every text is hostile."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.render.support import EXAMPLES, loaded, rendered

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")
GCC_ONLY = (
    "-Wtrigraphs",
    "-Wbidi-chars=any",
    "-Wmissing-declarations",
    "-Wredundant-decls",
)


@pytest.fixture(params=["hostile", *EXAMPLES])
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of a resource type."""
    return str(request.param)


def written(name: str, folder: Path) -> Path:
    """Write the project of `name` below `folder`."""
    for path, file in rendered(name).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.data)
    return folder


def check(compiler: Path, name: str, folder: Path) -> None:
    """Check the syntax of the three translation units of a project."""
    identifier = loaded(name).resource_type.identifier
    generated, hooks = f"generated/{identifier}.g.cpp", f"src/{identifier}_hooks.cpp"
    for unit in ([generated], [generated, "-DRESFORGE_SCRIPTED_HOOKS"], [hooks]):
        includes = ("-Iresforge/include", "-Igenerated", "-Isrc")
        command = [str(compiler), "-std=c++20", *WARNINGS, *GCC_ONLY, *includes, "-fsyntax-only"]
        result = subprocess.run(
            [*command, *unit], cwd=folder, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr[:4000]


@pytest.mark.slow
def test_compiles_natively(name: str, tmp_path: Path, gcc: Path) -> None:
    """g++ accepts the plain and the scripted DLL and the hooks skeleton without a warning."""
    check(gcc, name, written(name, tmp_path))


@pytest.mark.slow
def test_compiles_for_windows(name: str, tmp_path: Path, mingw: Path) -> None:
    """MinGW's g++ does too."""
    check(mingw, name, written(name, tmp_path))


def test_version_resource_holds_the_texts(name: str, tmp_path: Path, mingw: Path) -> None:
    """The resource compiler reads the version resource, and it holds the display name."""
    windres = shutil.which("x86_64-w64-mingw32-windres")
    assert windres is not None
    resource_type = loaded(name).resource_type
    written(name, tmp_path)
    script, output = f"generated/{resource_type.identifier}.rc", tmp_path / "resource.o"
    subprocess.run([windres, script, str(output)], cwd=tmp_path, check=True)
    assert resource_type.display_name.encode("utf-16-le") in output.read_bytes()
