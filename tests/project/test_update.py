"""`copier update` keeps what users wrote, over three releases of the template.

Real git repositories and tags. The matrix has a row for each file that users edit and a column for
each kind of edit; git merges file by file, so one project holds a whole column. Each release
changes a line in every file. The counts are printed at the end of the test run.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.support import resforge
from tests.project.support import attempt, commit, copier, git, release, template_repository

TEMPLATES = "templates/project"
RELEASES = ("1.1.0", "1.2.0")
MINE = "# mine, whatever the template says\n"
WORKFLOW = ".github/workflows/verify.yml"

ROWS: dict[str, tuple[str, str]] = {
    "CMakeLists.txt": ("CMakeLists.txt.jinja", "VERSION 3.25"),
    "CMakePresets.json": ("CMakePresets.json.jinja", '"version": 6'),
    "README.md": ("README.md.jinja", "# {{ class_identifier }}"),
    "LICENSE": ("{% if licence_file %}LICENSE{% endif %}.jinja", "MIT License"),
    ".gitignore": (".gitignore.jinja", "/build/"),
    ".clang-format": (".clang-format.jinja", "BasedOnStyle: Google"),
    "demo.yaml": ("{{ type_identifier }}.yaml.jinja", "version: 1.0.0.0"),
    "tests/test_verify.py": ("tests/test_verify.py.jinja", "import subprocess"),
    "requirements.txt": (
        "{% if type_name %}requirements.txt{% endif %}.jinja",
        "# What the tools",
    ),
    ".pre-commit-config.yaml": (
        "{% if pre_commit %}.pre-commit-config.yaml{% endif %}.jinja",
        "name: generated code is current",
    ),
    ".vscode/settings.json": (
        "{% if vscode_settings %}.vscode{% endif %}/settings.json.jinja",
        '"cmake.useCMakePresets"',
    ),
    WORKFLOW: (
        "{% if github_workflows %}.github{% endif %}/workflows/verify.yml.jinja",
        "timeout-minutes: 10",
    ),
}
"""Path in the project, path in the template, and the text behind which releases add a word."""
HOOKS = ("src/demo_hooks.cpp", "src/demo_hooks.h")
"""Written once: no release reaches them."""


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text in a file that has it, once."""
    text = path.read_text()
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1))


def nothing(path: Path) -> None:
    """Leave the file as it is."""


def append(path: Path) -> None:
    """Add a line far away from the template's."""
    path.write_text(path.read_text() + "\n\n" + MINE)


def same_line(path: Path) -> None:
    """Edit the line that the template edits too."""
    marker = ROWS.get(path.name, ROWS.get(f"{path.parent.name}/{path.name}", ROWS[WORKFLOW]))[1]
    line = next(t for t in path.read_text().split("\n") if marker.split("{{")[0] in t)
    replace(path, line, f"{line} {MINE.strip()}")


def rewrite(path: Path) -> None:
    """Write another file in its place."""
    path.write_text(MINE)


def delete(path: Path) -> None:
    """Remove the file."""
    path.unlink()


def rename(path: Path) -> None:
    """Give the file another name."""
    path.rename(path.with_name(f"my-{path.name}"))


def make_executable(path: Path) -> None:
    """Change the mode alone."""
    path.chmod(0o755)


COLUMNS: dict[str, tuple[Callable[[Path], None], bool]] = {
    "untouched": (nothing, False),
    "line-elsewhere": (append, False),
    "same-line": (same_line, True),
    "rewritten": (rewrite, True),
    "deleted": (delete, False),
    "renamed": (rename, False),
    "executable": (make_executable, False),
}
"""Kind of edit, and whether it meets the template's as a conflict."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases: each changes every file; 1.1.0 adds one, 1.2.0 renames it and asks more."""
    place = template_repository(tmp_path_factory.mktemp("template") / "repository")
    for version in RELEASES:
        for path, marker in ROWS.values():
            replace(place / TEMPLATES / path, marker, f"{marker} news of {version}")
        for hook in (place / "templates/resource_dll/src").iterdir():
            hook.write_text(hook.read_text() + f"// news of {version}\n")
        if version == "1.1.0":
            (place / TEMPLATES / "CONTRIBUTING.md.jinja").write_text("# For {{ type_name }}\n")
        else:
            git(place, "mv", f"{TEMPLATES}/CONTRIBUTING.md.jinja", f"{TEMPLATES}/HACKING.md.jinja")
            with (place / "copier.yml").open("a") as questions:
                questions.write("\nmailing_list:\n  type: str\n  help: List\n  default: none\n")
            (place / TEMPLATES / "LIST.md.jinja").write_text("{{ mailing_list }}\n")
        release(place, version)
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


@pytest.fixture
def place(project: Path, tmp_path: Path) -> Path:
    """A clone of the project."""
    git(tmp_path, "clone", "--quiet", str(project), "demo")
    return tmp_path / "demo"


def unmerged(place: Path) -> set[str]:
    """The files that git shows as unmerged; these and no others hold the markers of a conflict."""
    listed = set(git(place, "diff", "--name-only", "--diff-filter=U").split())
    every = git(place, "ls-files", "--cached", "--others", "--exclude-standard").split()
    texts = {path: (place / path).read_text() for path in every if (place / path).is_file()}
    marked = {p for p, text in texts.items() if "<<<<<<< " in text and "\n>>>>>>> " in text}
    assert marked == listed
    return listed


def update(place: Path, version: str, *more: str) -> None:
    """Run `copier update` without questions."""
    copier(place.parent, "update", "--defaults", "-r", version, *more, place)


def state(place: Path) -> dict[str, bytes]:
    """The content of every file but git's own."""
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(place).parts
    }


def check_cell(place: Path, path: str, column: str, version: str, mine: dict[str, bytes]) -> None:
    """What an update has made of one file with one kind of edit."""
    now, news = place / path, f"news of {version}".encode()
    if column in ("deleted", "renamed"):
        assert not now.exists()
    if column == "renamed":
        renamed = now.with_name(f"my-{now.name}")
        assert renamed.read_bytes() == mine[renamed.relative_to(place).as_posix()]
    if column in ("line-elsewhere", "same-line", "rewritten"):
        assert MINE.strip().encode() in now.read_bytes()
    if column not in ("deleted", "renamed"):
        assert news in now.read_bytes()
    if column == "executable" and os.name != "nt":
        assert now.stat().st_mode & stat.S_IXUSR


@pytest.mark.slow
@pytest.mark.parametrize("column", COLUMNS)
def test_matrix(column: str, place: Path, record_property: Callable[[str, object], None]) -> None:
    """1.0.0 to 1.1.0 to 1.2.0: every edit is there afterwards, and the template's news too."""
    edit, conflicts = COLUMNS[column]
    for path in ROWS:
        edit(place / path)
    for path in HOOKS:
        (append if edit is same_line else edit)(place / path)
    commit(place, "Mine")
    mine = state(place)
    for version in RELEASES:
        update(place, version)
        assert unmerged(place) == (set(ROWS) if conflicts else set())
        for path in ROWS:
            check_cell(place, path, column, version, mine)
        for path, data in state(place).items():
            if path.startswith(("src/", "generated/", "resforge")):
                assert data == mine[path], path
        assert not list(place.rglob("*.rej"))
        for path in ROWS if conflicts else ():
            git(place, "checkout", "--ours", "--", path)
        commit(place, f"Updated to {version}")
    assert all((place / path).exists() == (path in mine) for path in HOOKS)
    cells = len(RELEASES) * len((*ROWS, *HOOKS))
    record_property("count: files and edits in the matrix of copier updates, all kept", cells)


@pytest.mark.slow
def test_news_of_the_template(place: Path) -> None:
    """New, renamed and answered files arrive; a new question gets its default."""
    update(place, "1.1.0")
    assert (place / "CONTRIBUTING.md").read_text() == "# For Demo\n"
    commit(place, "Updated to 1.1.0")
    update(place, "1.2.0")
    assert not (place / "CONTRIBUTING.md").exists()
    assert (place / "HACKING.md").read_text() == "# For Demo\n"
    assert (place / "LIST.md").read_text() == "none\n"
    answers = (place / ".copier-answers.yml").read_text()
    assert "_commit: 1.2.0" in answers
    assert "mailing_list: none" in answers


@pytest.mark.slow
def test_two_releases_at_once(place: Path) -> None:
    """1.0.0 to 1.2.0 in one step after an edited schema was generated; twice changes nothing."""
    append(place / "CMakeLists.txt")
    (place / "src/more.cpp").write_text("// mine\n")
    with (place / "demo.yaml").open("a") as schema:
        schema.write("properties:\n  - {name: Path, format: SZ}\n")
    assert resforge("generate", "demo.yaml", cwd=place).returncode == 0
    commit(place, "Mine")
    mine = state(place)
    update(place, "1.2.0")
    assert unmerged(place) == set()
    assert MINE in (place / "CMakeLists.txt").read_text()
    kept = {p: d for p, d in state(place).items() if p.startswith(("src/", "generated/"))}
    assert kept == {path: mine[path] for path in kept}
    commit(place, "Updated")
    update(place, "1.2.0")
    assert git(place, "status", "--porcelain") == ""


@pytest.mark.slow
def test_a_file_that_both_added(place: Path) -> None:
    """A file of the user whose name a release takes for a new file of its own keeps its text."""
    (place / "CONTRIBUTING.md").write_text(MINE)
    commit(place, "Mine")
    update(place, "1.1.0")
    assert unmerged(place) == {"CONTRIBUTING.md"}
    assert MINE in (place / "CONTRIBUTING.md").read_text()
    assert "# For Demo" in (place / "CONTRIBUTING.md").read_text()


@pytest.mark.slow
def test_changed_answers(place: Path) -> None:
    """Another answer removes what it answers away and leaves edits of the rest."""
    append(place / "README.md")
    commit(place, "Mine")
    update(place, "1.1.0", "-d", "github_workflows=false", "-d", "licence=BSD-3-Clause")
    assert not (place / WORKFLOW).exists()
    assert "Redistribution" in (place / "LICENSE").read_text()
    assert MINE in (place / "README.md").read_text()


@pytest.mark.slow
def test_refused_updates_change_nothing(place: Path) -> None:
    """A tree that is not committed and a step back are refused; not a byte has changed."""
    append(place / "README.md")
    before = state(place)
    assert "dirty" in attempt(place.parent, "update", "--defaults", "-r", "1.1.0", place)
    assert state(place) == before
    commit(place, "Mine")
    update(place, "1.1.0")
    commit(place, "Updated")
    before = state(place)
    assert "downgrading" in attempt(place.parent, "update", "--defaults", "-r", "1.0.0", place)
    assert state(place) == before


@pytest.mark.slow
def test_copying_again_leaves_hooks_alone(place: Path) -> None:
    """`copier recopy`, which overwrites the template's files, does not touch src/."""
    for path in HOOKS:
        append(place / path)
    commit(place, "Mine")
    mine = state(place)
    copier(place.parent, "recopy", "--defaults", "--force", "-r", "1.1.0", place)
    assert {path: state(place)[path] for path in HOOKS} == {path: mine[path] for path in HOOKS}
    assert "news of 1.1.0" in (place / "README.md").read_text()
