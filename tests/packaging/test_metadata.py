"""What the package says about itself agrees with the code."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import resforge
from resforge.rhs.plan import SANITIZER_FLAGS


@pytest.fixture
def project_table(root: Path) -> dict[str, Any]:
    """The [project] table of pyproject.toml."""
    with (root / "pyproject.toml").open("rb") as file:
        table: dict[str, Any] = tomllib.load(file)["project"]
    return table


def test_one_version(project_table: dict[str, Any]) -> None:
    """pyproject.toml and `resforge.__version__` agree."""
    assert project_table["version"] == resforge.__version__


def test_tools_of_the_tests_are_an_extra(project_table: dict[str, Any]) -> None:
    """Nothing that only tests need is installed for users."""
    runtime = {requirement.split(">")[0] for requirement in project_table["dependencies"]}
    assert runtime == {
        "click",
        "cmake",
        "copier",
        "jinja2",
        "ninja",
        "platformdirs",
        "pydantic",
        "pyyaml",
    }


def test_presets_and_tool_agree_on_sanitizers(root: Path) -> None:
    """The presets of a new project use the flags with which the tool builds the host."""
    text = (root / "templates/project/CMakePresets.json.jinja").read_text("utf-8")
    presets = {preset["name"]: preset for preset in json.loads(text)["configurePresets"]}
    assert list(presets) == [
        "base",
        "native",
        "native-asan",
        "native-tsan",
        "windows-mingw",
        "windows-zig",
        "windows-msvc",
    ]
    for variant in ("asan", "tsan"):
        flags = presets[f"native-{variant}"]["cacheVariables"]["CMAKE_CXX_FLAGS"]
        assert flags == SANITIZER_FLAGS[variant]
