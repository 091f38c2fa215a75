"""The wheel is complete: installed elsewhere it generates and verifies without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from resforge.rhs.toolchain import find_cmake, find_ninja

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    run_checked([*command, "--wheel-dir", str(folder), str(root)], folder)
    return next(folder.glob("resforge-*.whl"))


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of a new environment with nothing but the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("environment")
    run_checked([sys.executable, "-m", "venv", str(folder)], folder)
    found = folder / ("Scripts" if sys.platform == "win32" else "bin")
    run_checked([str(found / "pip"), "install", "--quiet", str(wheel)], folder)
    return found


def run_checked(command: list[str], folder: Path) -> str:
    """Run `command` in `folder`, without a path to the checkout, and return its output."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    run = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_wheel_carries_the_data(wheel: Path, root: Path) -> None:
    """Every template and the JSON Schema are in the wheel; tests and caches are not."""
    names = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(
        ["git", "ls-files", "templates"], cwd=root, capture_output=True, text=True, check=True
    )
    assert {f"resforge/_data/{name}" for name in listed.stdout.splitlines()} <= names
    assert "resforge/_data/schemas/resource-type.schema.json" in names
    assert "resforge/_data/copier.yml" in names
    assert "resforge/py.typed" in names
    assert not [name for name in names if name.startswith("tests/") or "__pycache__" in name]


def test_installed_wheel_generates_the_same(scripts: Path, root: Path, tmp_path: Path) -> None:
    """Outside the checkout `generate` writes the same bytes as the checkout."""
    schema = tmp_path / "minimal.yaml"
    schema.write_bytes((root / "schemas" / "minimal.yaml").read_bytes())
    run_checked([str(scripts / "resforge"), "generate", "minimal.yaml", "-o", "wheel"], tmp_path)
    source = [sys.executable, "-m", "resforge", "generate", str(schema), "-o", "source"]
    environment = {**os.environ, "PYTHONPATH": str(root / "generator")}
    subprocess.run(source, cwd=tmp_path, env=environment, check=True)
    assert files_of(tmp_path / "wheel") == files_of(tmp_path / "source")


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below `folder`."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_installed_wheel_verifies(
    scripts: Path, root: Path, tmp_path: Path, native_compiler: tuple[str, ...]
) -> None:
    """Outside the checkout `verify` builds and passes."""
    schema = tmp_path / "minimal.yaml"
    schema.write_bytes((root / "schemas" / "minimal.yaml").read_bytes())
    output = run_checked([str(scripts / "resforge"), "verify", "minimal.yaml"], tmp_path)
    assert "passed" in output


def test_every_command_has_help_with_examples(scripts: Path, tmp_path: Path) -> None:
    """Each verb explains itself, with examples."""
    tool = str(scripts / "resforge")
    for verb in ("generate", "build", "verify", "doctor", "model", "schema"):
        assert "resforge" in run_checked([tool, verb, "--help"], tmp_path)
        assert "Example" in run_checked([tool, verb, "--help"], tmp_path)


def test_installed_wheel_serves_cmake(scripts: Path, root: Path, tmp_path: Path, gcc: Path) -> None:
    """find_package finds the wheel by `cmake-dir`, and its own resforge generates."""
    schema = (root / "schemas" / "minimal.yaml").read_bytes()
    (tmp_path / "minimal.yaml").write_bytes(schema)
    (tmp_path / "hooks.cpp").write_text("")
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(product LANGUAGES CXX)\n"
        "find_package(resforge 0.1 CONFIG REQUIRED)\n"
        "resforge_add_resource_dll(minimal SCHEMA minimal.yaml HOOKS hooks.cpp)\n"
    )
    folder = run_checked([str(scripts / "resforge"), "cmake-dir"], tmp_path).strip()
    cmake = find_cmake()
    assert cmake is not None
    places = ["-S", ".", "-B", "build", "-G", "Ninja", f"-Dresforge_DIR={folder}"]
    ninja = find_ninja()
    assert ninja is not None
    tools = [f"-DCMAKE_MAKE_PROGRAM={ninja.path}", f"-DCMAKE_CXX_COMPILER={gcc}"]
    run_checked([str(cmake.path), *places, *tools], tmp_path)
    assert (tmp_path / "build/minimal_code/generated/minimal.g.cpp").is_file()
    wanted = (scripts / "resforge").resolve().as_posix()
    assert wanted in (tmp_path / "build/CMakeCache.txt").read_text()
