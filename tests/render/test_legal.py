"""Schemas that nobody wrote: whatever is legal loads, renders and keeps to every style."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import black
import jsonschema
import pytest
from tests.render.legal import Legal
from tests.render.support import ROOT
from tests.render.test_compile import GCC_ONLY, WARNINGS
from tests.render.test_output import CLANG_FORMAT, OPTIONS
from tests.schema.support import Syntax, load, toml_document

from resforge.render import FileClass, RenderedFile, render_project

SCHEMA = json.loads((ROOT / "schemas" / "resource-type.schema.json").read_text(encoding="utf-8"))


def rendered(text: str, syntax: Syntax) -> dict[str, RenderedFile]:
    """The files of the schema in `text` that depend on it."""
    files = render_project(load(text, syntax), schema_file="a schema")
    return {p: file for p, file in files.items() if file.file_class is not FileClass.RUNTIME}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_legal(seed: int, tmp_path: Path) -> None:
    """The published JSON Schema agrees, TOML gives the same bytes, and no formatter has an opinion."""
    schema = Legal(seed).schema()
    jsonschema.validate(schema, SCHEMA)
    files = rendered(json.dumps(schema), "json")
    assert rendered(toml_document(schema), "toml") == files
    for path, file in files.items():
        if path.endswith(".py"):
            assert black.format_str(file.text, mode=black.Mode(line_length=100)) == file.text, path
        if path.endswith((".h", ".cpp")):
            (tmp_path / Path(path).name).write_bytes(file.data)
    command = [CLANG_FORMAT, *OPTIONS, *map(str, tmp_path.iterdir())]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[:4000]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_legal_compiles(seed: int, tmp_path: Path, gcc: Path) -> None:
    """The DLL and its scripted twin compile without a warning."""
    text = json.dumps(Legal(seed).schema())
    for path, file in render_project(load(text, "json"), schema_file="x.json").items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.data)
    (unit,) = (tmp_path / "generated").glob("*.g.cpp")
    includes = ("-Iresforge/include", "-Igenerated", "-Isrc", "-fsyntax-only")
    for more in ((), ("-DRESFORGE_SCRIPTED_HOOKS",)):
        command = [str(gcc), "-std=c++20", *WARNINGS, *GCC_ONLY, *includes, *more, str(unit)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[:4000]
