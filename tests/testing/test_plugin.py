"""The pytest plugin in a project of its own, run by a pytest of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT, need

FIXTURE_TESTS = """
import pytest


def test_goes_online_and_offline(simulated_rhs):
    resource = simulated_rhs.resource()
    assert resource.state == "Offline"
    assert resource.online() == "Online"
    assert resource.is_alive() and resource.looks_alive()
    assert resource.control(0x01000001, size=4).status == 1
    assert resource.offline() == "Offline"


@pytest.mark.resforge(time="virtual")
def test_an_hour_passes_at_once(simulated_rhs):
    resource = simulated_rhs.resource()
    resource.online()
    simulated_rhs.advance(3_600_000)
    assert resource.state == "Online"
    assert resource.terminate() == "Offline"


def test_unknown_property(simulated_rhs):
    with pytest.raises(ValueError, match='no private property "Colour"'):
        simulated_rhs.resource(Colour="red")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the smallest example."""
    need("gcc", "clang")
    folder = tmp_path / "minimal"
    source = ROOT / "generated_examples" / "minimal"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("build"))
    return folder


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run pytest in a folder with the plugin, as after an installation; exit code and output."""
    plugin = ["-p", "resforge.testing.plugin", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugin, *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "generator"),
            "PYTEST_ADDOPTS": "",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
    )
    return result.returncode, result.stdout + result.stderr


def test_schemas_are_collected_only_when_asked_for(project: Path) -> None:
    """Without --resforge nothing changes; with it each scenario is a test."""
    code, output = run(project, "--collect-only", "minimal.yaml")
    assert code != 0
    assert "lifecycle" not in output
    code, output = run(project, "--collect-only", "--resforge")
    assert code == 0, output
    assert "minimal.yaml::pending-online-silent" in output
    assert "minimal.yaml::ending" in output


def test_files_that_are_no_schemas_are_left_alone(tmp_path: Path) -> None:
    """Other YAML, TOML and JSON files are not collected, nor read whole."""
    (tmp_path / "other.yaml").write_text("name: not a resource type\n")
    (tmp_path / "other.json").write_text('{"resforges": 1}')
    (tmp_path / "resource-type.schema.json").write_text('{"properties": {"resforge": {}}}')
    (tmp_path / "broken.yaml").write_bytes(b"\xff\xfe\0")
    code, output = run(tmp_path, "--resforge")
    assert code == 5, output


def test_mistakes_in_a_schema_are_told_by_place(tmp_path: Path) -> None:
    """A wrong schema fails at collection with the messages of every other command."""
    (tmp_path / "wrong.yaml").write_text("resforge: 1\nnaem: Wrong\n")
    code, output = run(tmp_path, "--resforge")
    assert code == 2
    assert "wrong.yaml:2:1: error:" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yml", '# a comment\n"resforge": 1\nname: A\n'),
        ("a.toml", 'name = "A"\nresforge = 1\n'),
        ("a.json", '{"name": "A", "resforge": 1}'),
    ],
)
def test_schemas_of_every_format_are_collected(tmp_path: Path, name: str, text: str) -> None:
    """The key of the format may stand anywhere at the top level."""
    (tmp_path / name).write_text(text)
    code, output = run(tmp_path, "--collect-only", "--resforge")
    assert code == 0, output
    assert f"{name}::ending" in output


@pytest.mark.slow
def test_scenarios_and_fixture(project: Path) -> None:
    """Each scenario is judged as by `resforge verify`; the fixture plays the project's own hooks.

    Both share one build; a hook that crashes then fails both.
    """
    (project / "tests" / "test_hooks.py").write_text(FIXTURE_TESTS)
    code, output = run(project, "--resforge", "-k", "pending or own or ending or test_hooks")
    assert code == 0, output
    hooks = project / "src" / "minimal_hooks.cpp"
    text = hooks.read_text()
    hooks.write_text(
        text.replace("return running_;", "return *static_cast<volatile bool*>(nullptr);")
    )
    code, output = run(project, "--resforge", "-k", "own-life or goes_online")
    assert code == 1, output
    assert "FAILED own-life" in output
    assert "crashed (SIGSEGV) in IsAlive of Minimal 1 in state Online" in output
    assert "ms, Minimal 1: starting Minimal 1" in output, "the log of the DLL is not shown"
    assert "simulated.py" not in output, "the traceback leads into resforge"
    assert "replay:" in output
    assert "2 failed" in output


@pytest.mark.slow
def test_hand_edited_file_fails_with_its_name(project: Path) -> None:
    """What `resforge verify` refuses fails the tests with the same message."""
    header = project / "generated" / "minimal.g.h"
    header.write_text(header.read_text() + "// a line that somebody needs\n")
    code, output = run(project, "--resforge", "-k", "own-life")
    assert code == 1
    assert "this generated file was edited by hand" in output
    assert "Traceback" not in output
