"""The GitHub Action and the pre-commit hooks run the commands that exist, and fail when they should."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conftest import ROOT


def read(name: str) -> Any:
    """A YAML file of the repository's root."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A repository with two projects; its path holds a blank."""
    folder = tmp_path / "work space"
    for name in ("minimal", "process_supervisor"):
        shutil.copytree(
            ROOT / "generated_examples" / name,
            folder / name,
            ignore=shutil.ignore_patterns("build"),
        )
    return folder


def programs(folder: Path) -> str:
    """A PATH on which `resforge` is the one under test."""
    folder.mkdir(exist_ok=True)
    program = folder / "resforge"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m resforge "$@"\n')
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def run_step(name: str, workspace: Path, schemas: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as the runner of GitHub does."""
    step = next(s for s in read("action.yml")["runs"]["steps"] if s["name"] == name)
    assert step["env"] == {"SCHEMAS": "${{ inputs.schemas }}"}
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "generator"),
        "SCHEMAS": schemas,
        "PATH": programs(workspace.parent / "programs"),
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(
        command, cwd=workspace, env=environment, capture_output=True, text=True, timeout=60
    )


SCHEMAS = "minimal/minimal.yaml\nprocess_supervisor/process_supervisor.yaml\n"


def test_action_passes_for_current_code(workspace: Path) -> None:
    """Code as `generate` wrote it is current."""
    result = run_step("Generated code is current", workspace, SCHEMAS)
    assert result.returncode == 0, result.stdout + result.stderr


def test_action_fails_for_old_code_with_the_difference(workspace: Path) -> None:
    """A schema that was edited without generating again fails, whichever of them it is."""
    schema = workspace / "minimal" / "minimal.yaml"
    schema.write_text(schema.read_text() + "description: Now with a description.\n")
    result = run_step("Generated code is current", workspace, SCHEMAS)
    assert result.returncode == 1
    assert "+" in result.stdout
    assert "Now with a description." in result.stdout
    other = workspace / "process_supervisor" / "process_supervisor.yaml"
    other.write_text(other.read_text().replace("any program", "every program"))
    result = run_step("Generated code is current", workspace, SCHEMAS)
    assert result.returncode == 1
    assert "Now with a description." in result.stdout
    assert "every program" in result.stdout


def test_action_never_runs_a_name_as_a_command(workspace: Path) -> None:
    """What stands in the input is an argument, whatever it holds."""
    result = run_step("Generated code is current", workspace, "$(touch made).yaml; touch made\n")
    assert result.returncode == 2
    assert not (workspace / "made").exists()


def test_action_lints_for_annotations(workspace: Path) -> None:
    """The step of lint runs."""
    result = run_step("Lint", workspace, SCHEMAS)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_step_puts_an_input_into_a_script() -> None:
    """Inputs reach a script through its environment only."""
    for step in read("action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize("hook", read(".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"])
def test_pre_commit_hooks_name_real_commands(hook: dict[str, Any], workspace: Path) -> None:
    """Each entry passes for a good project, whose other files are no schemas."""
    arguments = ["minimal/minimal.yaml"]
    if hook.get("pass_filenames", True):
        others = ("CMakePresets.json", "resforge/resource-type.schema.json", ".clang-format")
        arguments += [f"minimal/{name}" for name in others]
    command = [sys.executable, "-m", *hook["entry"].split(), *arguments]
    result = subprocess.run(
        command,
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(ROOT / "generator")},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
