"""`copier update` keeps what users wrote, over three releases of the template.

Real git repositories and tags; each case is one kind of edit in the project, and what the template
changes in the same file far away from it, or on the same line. The counts are printed at the end
of the test run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.support import resforge
from tests.project.support import commit, copier, git, release, template_repository

TEMPLATES = "templates/project"
WORKFLOW = ".github/workflows/verify.yml"
WORKFLOW_TEMPLATE = (
    f"{TEMPLATES}/{{% if github_workflows %}}.github{{% endif %}}/workflows/verify.yml.jinja"
)
SCHEMA_TEMPLATE = f"{TEMPLATES}/{{{{ type_identifier }}}}.yaml.jinja"


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of a user: `old` becomes `new` in `path`; without `old` it goes to the end."""

    path: str
    new: str
    old: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """Edits of a project, and the files in which they meet a change of the template."""

    name: str
    edits: tuple[Edit, ...]
    conflicts: tuple[str, ...] = ()


HOOKS = Edit(
    "src/demo_hooks.cpp", '    context.log.information("mine");\n', "    running_ = true;\n"
)
CMAKE = Edit("CMakeLists.txt", "target_link_libraries(demo PRIVATE ws2_32)  # mine\n")
JOB = Edit(WORKFLOW, "\n  mine:\n    runs-on: ubuntu-latest\n    steps: [{run: true}]\n")
SCHEMA = Edit("demo.yaml", "properties:\n  - {name: Path, format: SZ}\n")
README = Edit("README.md", "# My own title\n", "# Demo\n")
IGNORE = Edit(".gitignore", "/mine/\n")
NEW_FILE = Edit("src/more.cpp", "// mine\n")
MINIMUM = Edit("CMakeLists.txt", "cmake_minimum_required(VERSION 3.29)\n",
               "cmake_minimum_required(VERSION 3.25)\n")  # fmt: skip
PYTHON = Edit(WORKFLOW, '"3.13"', '"3.12"')
VERSION = Edit("demo.yaml", "version: 2.0.0.0\n", "version: 1.0.0.0\n")

CASES = (
    Case("nothing", ()),
    Case("hooks", (HOOKS,)),
    Case("cmake", (CMAKE,)),
    Case("workflow", (JOB,)),
    Case("schema", (SCHEMA,)),
    Case("readme", (README,)),
    Case("new-file", (NEW_FILE,)),
    Case("everything", (HOOKS, CMAKE, JOB, SCHEMA, README, IGNORE, NEW_FILE)),
    Case("cmake-same-line", (MINIMUM,), ("CMakeLists.txt",)),
    Case("workflow-same-line", (PYTHON,), (WORKFLOW,)),
    Case("schema-same-line", (VERSION,), ("demo.yaml",)),
    Case(
        "all-same-lines",
        (MINIMUM, PYTHON, VERSION, HOOKS, NEW_FILE),
        ("CMakeLists.txt", WORKFLOW, "demo.yaml"),
    ),
)


def replace(path: Path, old: str, new: str) -> None:
    """Replace one text in a file that has it."""
    text = path.read_text()
    assert old in text, (path, old)
    path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases: 1.1.0 changes lines and adds a file, 1.2.0 renames and adds a question."""
    place = template_repository(tmp_path_factory.mktemp("template") / "repository")
    replace(place / TEMPLATES / "CMakeLists.txt.jinja", "VERSION 3.25", "VERSION 3.26")
    replace(place / WORKFLOW_TEMPLATE, '"3.12"', '"3.14"')
    replace(place / SCHEMA_TEMPLATE, "version: 1.0.0.0", "version: 1.1.0.0")
    (place / TEMPLATES / "CONTRIBUTING.md.jinja").write_text("# Contributing to {{ type_name }}\n")
    release(place, "1.1.0")
    replace(place / WORKFLOW_TEMPLATE, "timeout-minutes: 10", "timeout-minutes: 15")
    git(place, "mv", f"{TEMPLATES}/CONTRIBUTING.md.jinja", f"{TEMPLATES}/HACKING.md.jinja")
    with (place / "copier.yml").open("a") as questions:
        questions.write("\nmailing_list:\n  type: str\n  help: Mailing list\n  default: none\n")
    (place / TEMPLATES / "LIST.md.jinja").write_text("{{ mailing_list }}\n")
    release(place, "1.2.0")
    return place


@pytest.fixture(scope="module")
def project(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committed project of release 1.0.0, generated files included."""
    folder = tmp_path_factory.mktemp("project")
    copier(folder, "copy", "--defaults", "-d", "type_name=Demo", "-r", "1.0.0", template, "demo")
    place = folder / "demo"
    assert resforge("generate", "demo.yaml", cwd=place).returncode == 0
    git(place, "init", "--quiet", "--initial-branch=main")
    commit(place, "New")
    return place


def apply(place: Path, edit: Edit) -> None:
    """Make one edit as a user does."""
    path = place / edit.path
    if edit.old:
        replace(path, edit.old, edit.new)
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + edit.new)


def conflicted(place: Path) -> set[str]:
    """The files that git shows as unmerged, each of which holds the markers of a conflict."""
    listed = git(place, "diff", "--name-only", "--diff-filter=U").split()
    texts = {path: (place / path).read_text() for path in set(listed)}
    assert all("\n<<<<<<< " in f"\n{text}" for text in texts.values())
    marked = git(place, "grep", "--name-only", "--untracked", "-e", "^", "--", ".").split()
    assert {p for p in marked if "\n<<<<<<< " in f"\n{(place / p).read_text()}"} == set(listed)
    return set(listed)


def update(place: Path, version: str) -> None:
    """Run `copier update` without questions."""
    copier(place.parent, "update", "--defaults", "-r", version, place)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_update(
    case: Case, project: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """1.0.0 to 1.1.0 to 1.2.0: every edit is there afterwards, and the template's news too."""
    git(tmp_path, "clone", "--quiet", str(project), "demo")
    place = tmp_path / "demo"
    for edit in case.edits:
        apply(place, edit)
    commit(place, "Mine")
    untouched = {
        path: (place / path).read_bytes()
        for path in git(place, "ls-files", "src", "generated", "resforge", "resforge.lock").split()
    }

    update(place, "1.1.0")
    assert conflicted(place) == set(case.conflicts)
    for edit in case.edits:
        assert edit.new.strip() in (place / edit.path).read_text()
    assert "3.26" in (place / "CMakeLists.txt").read_text()
    assert '"3.14"' in (place / WORKFLOW).read_text()
    assert (place / "CONTRIBUTING.md").read_text() == "# Contributing to Demo\n"
    for path in case.conflicts:
        git(place, "checkout", "--ours", "--", path)
    commit(place, "Updated to 1.1.0")

    update(place, "1.2.0")
    assert conflicted(place) == set()
    assert "timeout-minutes: 15" in (place / WORKFLOW).read_text()
    assert not (place / "CONTRIBUTING.md").exists()
    assert (place / "HACKING.md").exists()
    assert (place / "LIST.md").read_text() == "none\n"
    answers = (place / ".copier-answers.yml").read_text()
    assert "_commit: 1.2.0" in answers
    assert "mailing_list: none" in answers
    assert {path: (place / path).read_bytes() for path in untouched} == untouched
    assert not list(place.rglob("*.rej"))
    record_property("count: copier updates in the matrix, every edit kept", 2)


@pytest.mark.slow
def test_two_releases_at_once(project: Path, tmp_path: Path) -> None:
    """1.0.0 to 1.2.0 in one step, and a second update that has nothing to do."""
    git(tmp_path, "clone", "--quiet", str(project), "demo")
    place = tmp_path / "demo"
    for edit in (HOOKS, CMAKE, JOB, SCHEMA, NEW_FILE):
        apply(place, edit)
    commit(place, "Mine")
    update(place, "1.2.0")
    assert conflicted(place) == set()
    commit(place, "Updated")
    for edit in (HOOKS, CMAKE, JOB, SCHEMA, NEW_FILE):
        assert edit.new.strip() in (place / edit.path).read_text()
    update(place, "1.2.0")
    assert git(place, "status", "--porcelain") == ""
    assert resforge("generate", "demo.yaml", cwd=place).returncode == 0
    assert resforge("generate", "demo.yaml", "--check", cwd=place).returncode == 0


@pytest.mark.slow
def test_deleted_files_stay_deleted(project: Path, tmp_path: Path) -> None:
    """A file of the template that the user deleted, or answered away, does not come back."""
    git(tmp_path, "clone", "--quiet", str(project), "demo")
    place = tmp_path / "demo"
    (place / ".pre-commit-config.yaml").unlink()
    (place / ".vscode/extensions.json").unlink()
    commit(place, "Mine")
    update(place, "1.2.0")
    assert not (place / ".pre-commit-config.yaml").exists()
    assert not (place / ".vscode/extensions.json").exists()
    commit(place, "Updated")
    copier(tmp_path, "update", "--defaults", "-d", "github_workflows=false", "-r", "1.2.0", place)
    assert not (place / WORKFLOW).exists()
