"""`resforge new` and `copier copy`: what they make of which answers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.cli.support import ROOT, environment, resforge
from tests.project.support import commit, copier, git, new, template_repository

from resforge.render.data import copier_root

NEW_FILES = {
    ".clang-format",
    ".copier-answers.yml",
    ".gitattributes",
    ".github/workflows/verify.yml",
    ".gitignore",
    ".pre-commit-config.yaml",
    ".vscode/extensions.json",
    ".vscode/settings.json",
    "CMakeLists.txt",
    "CMakePresets.json",
    "LICENSE",
    "README.md",
    "flag_file.yaml",
    "requirements.txt",
    "resforge.lock",
    "src/flag_file_hooks.cpp",
    "src/flag_file_hooks.h",
    "tests/test_verify.py",
}


def own_files(project: Path) -> set[str]:
    """The files of a project but those that resforge rewrites and what builds and tests leave."""
    names = {p.relative_to(project).as_posix() for p in project.rglob("*") if p.is_file()}
    made = ("generated/", "resforge/", "build/", ".pytest_cache/")
    return {name for name in names if not name.startswith(made) and "__pycache__" not in name}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with every default, made once."""
    folder = tmp_path_factory.mktemp("made")
    result = resforge("new", "Flag File", "--defaults", cwd=folder)
    assert result.returncode == 0, result.stderr
    assert "cd flag_file" in result.stdout
    assert "resforge verify ." in result.stdout
    assert [path.name for path in folder.iterdir()] == ["flag_file"]
    return folder / "flag_file"


def test_result(made: Path) -> None:
    """The project holds everything that the summary promises, and is up to date."""
    assert own_files(made) == NEW_FILES
    assert resforge("generate", made / "flag_file.yaml", "--check").returncode == 0
    assert resforge("hooks", made).returncode == 0
    assert 'name: "Flag File"' in (made / "flag_file.yaml").read_text()


def test_files_are_what_their_tools_read(made: Path) -> None:
    """Workflow, pre-commit configuration and settings are well-formed and name the schema."""
    workflow: dict[str, Any] = yaml.safe_load((made / ".github/workflows/verify.yml").read_text())
    assert set(workflow["jobs"]) == {"drift", "linux", "windows"}
    steps = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    assert "resforge generate flag_file.yaml --check" in steps
    assert any("--compiler msvc" in step and "vswhere" in step for step in steps)
    hooks = yaml.safe_load((made / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert [hook["id"] for hook in hooks] == ["resforge-generate", "resforge-hooks"]
    settings = json.loads((made / ".vscode/settings.json").read_text())
    (bound,) = settings["yaml.schemas"].items()
    assert bound == ("./resforge/resource-type.schema.json", "/flag_file.yaml")
    published = (ROOT / "schemas/resource-type.schema.json").read_bytes()
    assert (made / "resforge/resource-type.schema.json").read_bytes() == published
    json.loads((made / "CMakePresets.json").read_text())
    for name in own_files(made):
        text = (made / name).read_text()
        assert "{{" not in text.replace("${{", ""), name
        assert "{%" not in text, name
        assert text.endswith("\n"), name


@pytest.mark.slow
def test_tests_of_a_new_project_pass(made: Path, native_compiler: tuple[str, ...]) -> None:
    """`pytest` in the new project builds the DLL, verifies it, and passes."""
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests"],
        cwd=made,
        env=environment(PYTEST_ADDOPTS=""),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_page_installs_what_ci_installs(made: Path) -> None:
    """README.md and the workflow install the resforge that was answered, from one file."""
    for path in ("README.md", ".github/workflows/verify.yml"):
        assert "pip install -r requirements.txt" in (made / path).read_text(), path


@pytest.mark.slow
def test_copier_makes_the_same(made: Path, tmp_path: Path) -> None:
    """`copier copy` of a git repository, without --trust, then generate: the same files."""
    repository = template_repository(tmp_path / "template")
    copier(tmp_path, "copy", "--defaults", f"file://{repository}/.git", "flag_file")
    copied = tmp_path / "flag_file"
    assert resforge("hooks", copied).returncode == 0
    answers = (copied / ".copier-answers.yml").read_text()
    assert "_commit: 1.0.0" in answers
    assert resforge("generate", "flag_file.yaml", cwd=copied).returncode == 0
    assert own_files(copied) == own_files(made)
    url = f"resforge @ git+file://{repository}/.git"
    assert (copied / "requirements.txt").read_text().split("\n")[1] == url
    for name in own_files(made) - {".copier-answers.yml", "requirements.txt", "resforge.lock"}:
        assert (copied / name).read_bytes() == (made / name).read_bytes(), name


def test_a_relative_template(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The answers name a template by a path that holds wherever `copier update` runs."""
    template_repository(here / "template")
    assert new(capsys, "X", "--defaults", "--template", "template").returncode == 0
    assert f"_src_path: {here}/template\n" in (here / "x/.copier-answers.yml").read_text()
    git(here / "x", "init", "--quiet")
    commit(here / "x", "New")
    copier(here / "x", "update", "--defaults")


@pytest.mark.parametrize("detection", ["polling", "cached_health", "event_handle"])
def test_hooks_are_those_of_generate(tmp_path: Path, detection: str) -> None:
    """`copier copy` alone brings the hooks, byte for byte as `generate` would write them."""
    template = template_repository(tmp_path / "template")
    answers = ("-d", f"failure_detection={detection}", "-d", "type_name=X")
    copier(tmp_path, "copy", "--defaults", *answers, template, "x")
    assert resforge("hooks", tmp_path / "x").returncode == 0
    resforge("generate", tmp_path / "x/x.yaml", "-o", tmp_path / "other")
    for name in ("x_hooks.h", "x_hooks.cpp"):
        assert (tmp_path / "x/src" / name).read_bytes() == (
            tmp_path / "other/src" / name
        ).read_bytes()


def test_what_copier_made_stays_deleted(made: Path, tmp_path: Path) -> None:
    """Files of the template and hooks that the user deleted or renamed do not come back."""
    project = shutil.copytree(made, tmp_path / "p")
    (project / "README.md").unlink()
    (project / ".clang-format").unlink()
    (project / "src/flag_file_hooks.cpp").rename(project / "src/flag.cpp")
    schema = project / "flag_file.yaml"
    schema.write_text(schema.read_text().replace("1.0.0.0", "1.0.0.1"))
    result = resforge("generate", schema)
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("is written only once") == 3
    assert not (project / "README.md").exists()
    assert not (project / ".clang-format").exists()
    assert not (project / "src/flag_file_hooks.cpp").exists()


def test_answers_of_another_template_make_no_project(tmp_path: Path) -> None:
    """In a folder that some other template made, a schema gets a folder of its own."""
    (tmp_path / "x.yaml").write_text("resforge: 1\nname: X\n")
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [*{before}, *{before}, *{before}, *{before}]\n"
        for before, name in pairwise("abcdefghijklmnopqrstuvwxyz")
    )
    strange = ("type_name: [\n", "3\n", "[" * 20_000, f"{bomb}type_name: *z\n")
    for answers in ("project: other\n", "type_name: Y\n", *strange):
        (tmp_path / ".copier-answers.yml").write_text(answers)
        assert resforge("generate", "x.yaml", "--dry-run", cwd=tmp_path).stdout.endswith("in x\n")


def test_generate_alone_makes_a_part_of_it(made: Path, tmp_path: Path) -> None:
    """What generate writes for a bare schema is byte for byte a part of a new project."""
    resforge("generate", made / "flag_file.yaml", "-o", tmp_path / "p")
    for name in own_files(tmp_path / "p") - {"resforge.lock"}:
        assert (tmp_path / "p" / name).read_bytes() == (made / name).read_bytes(), name


def test_answers(tmp_path: Path) -> None:
    """Answers of a file and of options; options win; what is turned off is not made."""
    answers = {
        "type_name": "IPv6 Tunnel",
        "licence": "Apache-2.0",
        "github_workflows": False,
        "pre_commit": False,
        "vscode_settings": False,
        "description": 'Größe "x" \\',
        "pending": "none",
    }
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(answers), encoding="utf-8")
    result = resforge(
        "new",
        "--data-file",
        "a.yaml",
        "-d",
        "vendor=Müller",
        "-o",
        "deep/er/x",
        "--json",
        cwd=tmp_path,
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
    )
    assert result.returncode == 0, result.stderr
    value = json.loads(result.stdout)
    assert (value["type"], value["identifier"]) == ("IPv6 Tunnel", "i_pv6_tunnel")
    project = tmp_path / "deep/er/x"
    assert value["target"] == "deep/er/x"
    assert not [name for name in own_files(project) if name.startswith((".github", ".vscode"))]
    assert ".pre-commit-config.yaml" not in own_files(project)
    schema = yaml.safe_load((project / "i_pv6_tunnel.yaml").read_text(encoding="utf-8"))
    assert schema["description"] == answers["description"]
    assert schema["vendor"] == "Müller"
    assert schema["pending"] == {"online": False, "offline": False}
    assert "Apache License" in (project / "LICENSE").read_text()
    assert "copyright" not in (project / ".copier-answers.yml").read_text()


@pytest.mark.parametrize("licence", ["MIT", "BSD-3-Clause", "proprietary", "none"])
def test_licences(here: Path, capsys: pytest.CaptureFixture[str], licence: str) -> None:
    """Each licence is a file with the holder in it; none is no file."""
    words = [
        "-d",
        f"licence={licence}",
        "-d",
        "copyright_holder=A & B",
        "-d",
        "copyright_year=2024",
    ]
    assert new(capsys, "X", "--defaults", *words).returncode == 0
    path = here / "x/LICENSE"
    assert path.exists() == (licence != "none")
    if licence != "none":
        text = path.read_text()
        assert "2024" in text
        assert "A & B" in text


@pytest.mark.parametrize(
    ("name", "folder", "type_name"),
    [
        ("flag-file", "flag_file", "Flag File"),
        ("flag_file", "flag_file", "Flag File"),
        ("FlagFile", "flag_file", "FlagFile"),
        ("SMTP Relay", "smtp_relay", "SMTP Relay"),
    ],
)
def test_names(
    here: Path, capsys: pytest.CaptureFixture[str], name: str, folder: str, type_name: str
) -> None:
    """NAME is the name of the type or its identifier."""
    assert new(capsys, name, "--defaults").returncode == 0
    assert f'name: "{type_name}"' in (here / folder / f"{folder}.yaml").read_text()


def test_without_git(tmp_path: Path) -> None:
    """Without git the project is made, and the summary says what is lost."""
    result = resforge("new", "X", "--defaults", cwd=tmp_path, PATH="")
    assert result.returncode == 0, result.stderr
    assert "copier update" in result.stdout
    assert own_files(tmp_path / "x")


def test_the_template_is_beside_the_generator() -> None:
    """The questions are found in a checkout."""
    assert (copier_root() / "copier.yml").is_file()
    assert git(copier_root(), "--version")
