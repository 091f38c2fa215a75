"""`resforge generate` from the outside."""

from __future__ import annotations

import json
import re
import shutil
import threading
from pathlib import Path

import pytest
from tests.cli.support import SCHEMAS, here, resforge

from resforge.cli import generate
from resforge.publish import mutex
from resforge.publish.mutex import exclusive
from resforge.publish.places import PENDING

MINIMAL = SCHEMAS / "minimal.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project made from the smallest example."""
    target = tmp_path / "p"
    result = resforge("generate", MINIMAL, "-o", target)
    assert result.returncode == 0, result.stderr
    return target


def snapshot(target: Path) -> dict[str, tuple[bytes, int]]:
    """Return bytes and time of change of every file."""
    return {
        str(path.relative_to(target)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in target.rglob("*")
        if path.is_file()
    }


def test_first_run(tmp_path: Path) -> None:
    """Without -o a first run makes a folder named like the type and says what to do next."""
    result = resforge("generate", MINIMAL, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Next:" in result.stdout
    assert (tmp_path / "minimal/resforge.lock").is_file()
    assert (tmp_path / "minimal/minimal.yaml").read_bytes() == MINIMAL.read_bytes()
    assert (tmp_path / "minimal/resforge/VERSION").read_text() == "0.1.0\n"


def test_second_run_finds_the_folder(tmp_path: Path) -> None:
    """The next run without -o finds the folder again and changes nothing."""
    resforge("generate", MINIMAL, cwd=tmp_path)
    before = snapshot(tmp_path)
    result = resforge("generate", MINIMAL, cwd=tmp_path)
    assert result.stdout == "minimal: nothing to do in minimal\n"
    assert snapshot(tmp_path) == before


def test_from_inside_the_project(project: Path) -> None:
    """In its project a schema is found to belong there, edited or not."""
    assert "nothing to do in ." in resforge("generate", "minimal.yaml", cwd=project).stdout
    schema = project / "minimal.yaml"
    schema.write_text(schema.read_text() + "description: New.\n")
    result = resforge("generate", "minimal.yaml", cwd=project)
    assert result.returncode == 0, result.stderr
    assert "updated in ." in result.stdout
    assert not (project / "minimal").exists()
    assert "New." in (project / "generated/minimal.md").read_text()


@pytest.mark.parametrize("edit", ["", "description: New.\n"])
def test_a_lost_lock_is_made_again(project: Path, edit: str) -> None:
    """Without its lock a project is still the place of its schema, and edits are still noticed."""
    (project / "resforge.lock").unlink()
    schema = project / "minimal.yaml"
    schema.write_text(schema.read_text() + edit)
    result = here("generate", "minimal.yaml", cwd=project)
    assert not (project / "minimal").exists()
    if edit:
        assert result.returncode == 3
        assert "was not written by resforge" in result.stderr
        assert here("generate", "minimal.yaml", "--force", cwd=project).returncode == 0
        assert list((project / "generated").glob("*.orig"))
    else:
        assert "1 created in ." in result.stdout
        assert "nothing to do in ." in here("generate", "minimal.yaml", cwd=project).stdout


def test_a_renamed_schema_keeps_its_project(project: Path) -> None:
    """A schema file that got another name inside its project does not start a second one."""
    (project / "minimal.yaml").rename(project / "smallest.yaml")
    result = here("generate", "smallest.yaml", cwd=project)
    assert result.returncode == 0, result.stderr
    assert "in ." in result.stdout
    assert not (project / "minimal").exists()
    assert "nothing to do in ." in here("generate", "smallest.yaml", cwd=project).stdout
    text = (project / "smallest.yaml").read_text().replace("Minimal", "Second")
    (project / "smallest.yaml").rename(project / "second.yaml").write_text(text)
    assert "in second" in here("generate", "second.yaml", "--dry-run", cwd=project).stdout


@pytest.mark.parametrize("place", ["nul", "a/com1.x/b", "a:b", "trailing."])
def test_folders_that_windows_cannot_hold(tmp_path: Path, place: str) -> None:
    """A new folder for a project has a name that every platform can hold."""
    result = here("generate", MINIMAL, "-o", place, cwd=tmp_path)
    assert result.returncode == 2
    assert "[unsafe-path]" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_edited_copy_of_the_schema_is_kept(project: Path, tmp_path: Path) -> None:
    """Once the copy was edited, generating from the original again is refused."""
    schema = project / "minimal.yaml"
    schema.write_text(schema.read_text() + "description: Mine.\n")
    other = tmp_path / "minimal.yaml"
    other.write_text(MINIMAL.read_text() + "description: Other.\n")
    before = snapshot(project)
    result = resforge("generate", other, "-o", project)
    assert result.returncode == 3
    assert "generate from that file" in result.stderr
    assert snapshot(project) == before


def test_another_version_of_the_tool_is_noticed(project: Path) -> None:
    """A lock that another state of the templates wrote is not taken as up to date."""
    lock = project / "resforge.lock"
    wanted = lock.read_text()
    lock.write_text(re.sub(r'("generator": ")[0-9a-f]{4}', r"\g<1>0000", wanted))
    assert resforge("generate", MINIMAL, "-o", project, "--check").returncode == 1
    assert resforge("generate", MINIMAL, "-o", project).returncode == 0
    assert lock.read_text() == wanted


def test_check(project: Path) -> None:
    """--check is silent about an up-to-date project and writes nothing to another."""
    assert resforge("generate", MINIMAL, "-o", project, "--check").returncode == 0
    (project / "generated/minimal.md").unlink()
    before = snapshot(project)
    result = resforge("generate", MINIMAL, "-o", project, "--check")
    assert result.returncode == 1
    assert "+++ b/generated/minimal.md" in result.stdout
    assert "would be 1 created" in result.stdout
    assert "::error" not in result.stdout
    assert snapshot(project) == before
    in_workflow = here("generate", MINIMAL, "-o", project, "--check", GITHUB_ACTIONS="true")
    assert f"::error file={MINIMAL},title=out-of-date::" in in_workflow.stdout


@pytest.mark.parametrize("option", ["--check", "--diff", "--dry-run"])
def test_nothing_is_written_without_a_project(tmp_path: Path, option: str) -> None:
    """The options that only look do not even make the folder."""
    result = resforge("generate", MINIMAL, "-o", tmp_path / "p", option)
    assert result.returncode == (1 if option == "--check" else 0)
    assert not (tmp_path / "p").exists()


def test_diff_shows_changes(project: Path) -> None:
    """--diff shows what a schema edit changes, and exits 0."""
    schema = project / "minimal.yaml"
    schema.write_text(schema.read_text() + "description: Shown.\n")
    result = resforge("generate", schema, "--diff")
    assert result.returncode == 0
    assert "+Shown." in result.stdout


def test_hand_edit(project: Path) -> None:
    """A hand-edited file: exit 3, the edit as a diff, where it belongs, nothing written."""
    page = project / "generated/minimal.md"
    page.write_text(page.read_text() + "my line\n")
    before = snapshot(project)
    result = resforge("generate", MINIMAL, "-o", project)
    assert result.returncode == 3
    assert "-my line" in result.stderr
    assert f"{page}: error: this file was edited by hand" in result.stderr
    assert "belongs in the schema" in result.stderr
    assert snapshot(project) == before
    assert resforge("generate", MINIMAL, "-o", project, "--check").returncode == 1


def test_force(project: Path) -> None:
    """--force replaces the edited file and keeps it as .orig."""
    page = project / "generated/minimal.md"
    wanted = page.read_text()
    page.write_text("mine\n")
    assert resforge("generate", MINIMAL, "-o", project, "--force").returncode == 0
    assert page.read_text() == wanted
    assert (project / "generated/minimal.md.orig").read_text() == "mine\n"


def test_json(tmp_path: Path) -> None:
    """--json prints one object, for changes and for problems."""
    result = resforge("generate", MINIMAL, "-o", tmp_path / "p", "--json")
    value = json.loads(result.stdout)
    assert value["written"] is True
    assert {"path": "README.md", "action": "create", "class": "scaffold"} in value["changes"]
    again = resforge("generate", MINIMAL, "-o", tmp_path / "p", "--json")
    assert json.loads(again.stdout)["changes"] == []
    (tmp_path / "bad.yaml").write_text("resforge: 1\nnam: X\n")
    wrong = resforge("generate", tmp_path / "bad.yaml", "--json")
    assert wrong.returncode == 2
    codes = {problem["code"] for problem in json.loads(wrong.stdout)["problems"]}
    assert "unknown-key" in codes


@pytest.mark.parametrize("option", ["--dry-run", "--diff", "--check"])
def test_a_look_at_a_hand_edit_promises_nothing(project: Path, option: str) -> None:
    """A run that would stop says so, and not what it would update."""
    path = project / "generated/minimal.md"
    path.write_text(path.read_text() + "mine\n")
    schema = project / "minimal.yaml"
    schema.write_text(schema.read_text() + "description: New.\n")
    result = here("generate", schema, option)
    assert result.returncode == (1 if option == "--check" else 3)
    assert "1 file in the way" in result.stderr
    assert "would be" not in result.stdout
    assert ("+++ b/generated/" in result.stdout) is (option != "--dry-run")


def test_json_of_a_hand_edit(project: Path) -> None:
    """The JSON of a stopped run has what the text says: the diff, and where the edit belongs."""
    path = project / "generated/minimal.md"
    path.write_text(path.read_text() + "mine\n")
    result = here("generate", project / "minimal.yaml", "--json")
    assert result.returncode == 3
    value = json.loads(result.stdout)
    (conflict,) = (c for c in value["changes"] if c["action"] == "conflict")
    assert "-mine\n" in conflict["diff"]
    assert "the schema" in conflict["edit_belongs_in"]
    assert not value["written"]


def test_all_mistakes_of_a_schema_are_shown(tmp_path: Path) -> None:
    """A wrong schema: every mistake with its place, exit 2, no traceback, no folder."""
    schema = tmp_path / "bad.yaml"
    schema.write_text("resforge: 1\nname: X\nversion: a\nnonsense: 1\n")
    result = resforge("generate", schema, "-o", tmp_path / "p")
    assert result.returncode == 2
    assert "bad.yaml:3:" in result.stderr
    assert "bad.yaml:4:" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize("name", ["missing.yaml", ".", "x.txt"])
def test_unreadable_schema(tmp_path: Path, name: str) -> None:
    """A schema that is not there, a folder, an unknown ending: one problem each, exit 2."""
    (tmp_path / "x.txt").write_text("")
    result = resforge("generate", name, cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr.count("error:") == 1


def test_a_device_name(tmp_path: Path) -> None:
    """A type named like a Windows device gets files that Windows can hold."""
    schema = tmp_path / "x.yaml"
    schema.write_text("resforge: 1\nname: Con\n")
    result = resforge("generate", schema, "-o", tmp_path / "p")
    assert result.returncode == 0, result.stderr
    names = {path.name.partition(".")[0].lower() for path in (tmp_path / "p").rglob("*")}
    assert "con" not in names


def test_interrupted_run_shows_in_check_and_heals(project: Path) -> None:
    """--check reports an interrupted run; a plain run heals it."""
    (project / PENDING).mkdir()
    (project / PENDING / "journal.json").write_text('{"folders": [], "steps": []}')
    result = resforge("generate", MINIMAL, "-o", project, "--check")
    assert result.returncode == 1
    assert "interrupted" in result.stderr
    assert resforge("generate", MINIMAL, "-o", project).returncode == 0
    assert not (project / PENDING).exists()


def test_no_absolute_path_or_date_in_the_project(tmp_path: Path) -> None:
    """The same schema makes the same bytes in another place."""
    other = tmp_path / "somewhere" / "else"
    other.mkdir(parents=True)
    shutil.copy(MINIMAL, other)
    resforge("generate", MINIMAL, "-o", tmp_path / "a")
    resforge("generate", other / "minimal.yaml", "-o", tmp_path / "b", TZ="Asia/Tokyo")
    first = {path: data for path, (data, _) in snapshot(tmp_path / "a").items()}
    second = {path: data for path, (data, _) in snapshot(tmp_path / "b").items()}
    assert first == second


def test_edited_hooks_survive_everything(project: Path) -> None:
    """Schema edits, --force and stale files never touch what the user owns."""
    for path in ("README.md", "CMakeLists.txt", ".gitignore"):
        (project / path).write_text("mine\n")
    schema = project / "minimal.yaml"
    schema.write_text(schema.read_text().replace("Minimal", "Renamed"))
    assert resforge("generate", schema, "--force").returncode == 0
    for path in ("README.md", "CMakeLists.txt", ".gitignore"):
        assert (project / path).read_text() == "mine\n"
    assert (project / "generated/renamed.md").exists()
    assert not (project / "generated/minimal.md").exists()


def test_a_renamed_type_says_what_is_left_to_do(project: Path) -> None:
    """CMakeLists.txt and the hooks belong to the user, who is told what has to follow."""
    schema = project / "minimal.yaml"
    schema.write_text(schema.read_text().replace("Minimal", "Renamed"))
    said = here("generate", schema).stdout
    assert "CMakeLists.txt: resforge_add_resource_dll(renamed ...)" in said
    assert "src/minimal_hooks.h and .cpp to those of src/renamed_hooks.cpp" in said
    assert (project / "src/minimal_hooks.cpp").exists()
    assert "The type was" not in here("generate", schema).stdout


def test_the_folder_of_another_type_is_refused(project: Path, tmp_path: Path) -> None:
    """A second schema does not take over the project of the first, unless that is gone."""
    second = project / "second.yaml"
    second.write_text(MINIMAL.read_text().replace("Minimal", "Second"))
    before = snapshot(project)
    result = here("generate", second, "-o", project)
    assert result.returncode == 2
    assert "is that of minimal" in result.stderr
    assert snapshot(project) == before
    (project / "minimal.yaml").unlink()
    assert here("generate", second, "-o", project).returncode == 0
    elsewhere = tmp_path / "second.yaml"
    elsewhere.write_text(MINIMAL.read_text().replace("Minimal", "Third"))
    assert here("generate", elsewhere, "-o", project, "--check").returncode == 1


def test_line_ends_are_no_change(project: Path) -> None:
    """A schema that Git on Windows checked out with CRLF is the schema of the lock file."""
    schema = project / "minimal.yaml"
    schema.write_bytes(schema.read_bytes().replace(b"\n", b"\r\n"))
    assert here("generate", schema, "--check").returncode == 0
    assert "nothing to do" in here("generate", schema).stdout


def test_check_shows_a_change_of_the_lock_alone(project: Path) -> None:
    """A comment in the schema changes no file but the lock, and is not called nothing."""
    schema = project / "minimal.yaml"
    schema.write_text("# more\n" + schema.read_text())
    result = here("generate", schema, "--check")
    assert result.returncode == 1
    assert "+++ b/resforge.lock" in result.stdout
    assert "would be 1 updated" in result.stdout
    assert "  ~ resforge.lock" in here("generate", schema).stdout


def test_a_project_of_code_alone_is_completed(tmp_path: Path) -> None:
    """A run after one with --code-only writes the rest; then both have nothing to do."""
    project = tmp_path / "p"
    said = here("generate", MINIMAL, "-o", project, "--code-only").stdout
    assert "Next:" not in said
    assert not (project / "src").exists()
    assert "created" in here("generate", MINIMAL, "-o", project).stdout
    (project / "README.md").unlink()
    for options in ([], ["--code-only"], []):
        assert "nothing to do" in here("generate", MINIMAL, "-o", project, *options).stdout
    assert not (project / "README.md").exists(), "deleted by the user"


def test_a_neighbour_with_a_damaged_lock(tmp_path: Path) -> None:
    """Whatever lies in other folders, a schema can be generated."""
    deep = "[" * 100_000
    for name, text in (("one", "<<<<<<<\n"), ("two", '{"lock": 99}'), ("four", deep)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "resforge.lock").write_text(text)
    (tmp_path / "three" / "resforge.lock").mkdir(parents=True)
    assert here("generate", MINIMAL, cwd=tmp_path).returncode == 0
    result = here("generate", MINIMAL, "-o", "three", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr.count("error:") == 1


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    """-o with such a link is refused at once."""
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    result = here("generate", MINIMAL, "-o", tmp_path / "link")
    assert result.returncode == 2
    assert "leads nowhere" in result.stderr


def test_waits_for_another_run(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two build folders that configure at once both succeed; nobody waits for ever."""
    monkeypatch.setattr(mutex, "PATIENCE_SECONDS", 0.1)
    schema = project / "minimal.yaml"
    schema.write_text(schema.read_text() + "description: New.\n")
    busy = exclusive(project)
    busy.__enter__()
    release = threading.Timer(0.5, busy.__exit__, (None, None, None))
    release.start()
    result = here("generate", schema)
    release.join()
    assert result.returncode == 0, result.stderr
    assert result.stderr == "waiting for another resforge in the same project\n"
    assert "New." in (project / "generated/minimal.md").read_text()

    schema.write_text(schema.read_text().replace("New.", "Newer."))
    before = snapshot(project)
    monkeypatch.setattr(generate, "PATIENCE_SECONDS", 0.2)
    with exclusive(project):
        result = here("generate", schema)
    assert result.returncode == 4
    assert "another resforge is writing" in result.stderr
    assert snapshot(project) == before
