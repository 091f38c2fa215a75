"""Generated C++ of all shapes compiles without a warning and has the project's format."""

from __future__ import annotations

import os
import re
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


LETTERS = "_abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz_abcdefghijklmnop"
DEFAULTS = {
    "SZ": "text",
    "MULTI_SZ": "[a]",
    "BINARY": "'00 ff'",
    "LONG": "-2147483648",
    "FILETIME": "'2026-01-31T12:00:00Z'",
    "BOOL": "true",
}
STRUCT = "{{fields: [{{name: {}, format: FILETIME}}, {{name: {}, format: SZ, length: 260}}]}}"
BUFFERS = ("", STRUCT, "{{bytes: {{minimum: 1, maximum: 16}}}}")


def _long_names(size: int) -> ResourceType:
    """Return a type whose every name has this many characters, with all kinds of buffers."""

    def name(start: str) -> str:
        return (start + LETTERS)[:size]

    properties = [
        f"  - {{name: {name(f'p{i}')}, format: {fmt}, default: {DEFAULTS.get(fmt, 1)}}}"
        for i, fmt in enumerate(FORMATS)
    ]
    buffers = [
        "".join(
            f", {side}: {form.format(name('f1'), name('f2'))}"
            for side, form in (("input", given), ("output", answered))
            if form
        )
        for given in BUFFERS
        for answered in BUFFERS
    ]
    codes = [
        f"  - {{name: {name(f'{scope[-2]}{i}')}, scope: {scope}, function: {i + 1}{more}}}"
        for scope in ("resource", "resource_type")
        for i, more in enumerate(buffers)
    ]
    head = ["resforge: 1", f"name: {name('t')}", "failure_detection: event_handle"]
    return parsed("\n".join([*head, "properties:", *properties, "control_codes:", *codes]))


def _shape(name: str) -> ResourceType:
    if name.startswith("names of "):
        return _long_names(int(name.removeprefix("names of ")))
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


@pytest.mark.parametrize("shape", [*SHAPES, *(f"names of {n}" for n in (20, 36, 44, 60))])
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


@pytest.mark.parametrize("number", [-(2**31), -(2**31) - 1, -(2**32), -(2**63)])
def test_small_numbers_are_signed_everywhere(number: int) -> None:
    """Visual C++ takes 2147483648 for unsigned, also behind a minus sign (C4146)."""
    kind = parsed(
        f"resforge: 1\nname: Low\nproperties:\n"
        f"  - {{name: Low, format: LARGE_INTEGER, default: {number}, minimum: {number}}}\n"
    )
    header = rendered(kind)["generated/low.g.h"].text
    code = "\n".join(line for line in header.splitlines() if not line.lstrip().startswith("//"))
    digits = re.findall(r"-(\d+)(LL)?", code)
    assert digits
    assert all(int(value) < 2**31 or int(value) >= 2**32 or suffix for value, suffix in digits)


@pytest.mark.parametrize("folder", ["templates/runtime", "tests/runtime/cpp"])
def test_sources_are_formatted(folder: str) -> None:
    """clang-format leaves the runtime and its tests as they are, and no file is too long."""
    paths = sorted(path for path in (ROOT / folder).iterdir() if path.suffix in (".h", ".cpp"))
    subprocess.run([CLANG_FORMAT, "--dry-run", "--Werror", *paths], check=True)
    assert all(len(path.read_text().splitlines()) < 500 for path in paths)
