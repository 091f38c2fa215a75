"""The old version of a schema out of git: real repositories, every way to name it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.cli.support import here

from resforge.breaking.source import read_old
from resforge.problems import UserError

OLD = "resforge: 1\nname: Thing\nproperties:\n  - {name: Path, format: SZ}\n"
NEW = 'resforge: 1\nname: Thing\nversion: "2.0.0"\n'
_ENVIRONMENT = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{
        f"GIT_{who}_{what}": "x@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}


def git(folder: Path, *words: str) -> None:
    """Run git in `folder`."""
    subprocess.run(
        ["git", "-C", str(folder), *words], env=_ENVIRONMENT, check=True, capture_output=True
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two commits on main, the first one tagged; then an edit that is not committed."""
    top = tmp_path_factory.mktemp("repository")
    (top / "schemas" / "inner").mkdir(parents=True)
    schema = top / "schemas" / "thing.yaml"
    git(top, "init", "-q", "-b", "main")
    schema.write_text(OLD)
    (top / "schemas" / "inner" / "thing.yaml").write_text(OLD)
    (top / "schemas" / "big.yaml").write_text(OLD + "# x\n" * 300_000)
    git(top, "add", "-A")
    git(top, "commit", "-qm", "one")
    git(top, "tag", "v1.0")
    schema.write_text(OLD.replace("Path", "Folder"))
    git(top, "commit", "-qam", "two")
    git(top, "branch", "feature/x", "v1.0")
    schema.write_text(NEW)
    return top


def removed(result: subprocess.CompletedProcess[str]) -> list[str]:
    """What is gone, by the JSON form."""
    findings = json.loads(result.stdout)["findings"]
    return [f"{f['file']} {f['message']}" for f in findings if f["rule"] == "property-removed"]


@pytest.mark.parametrize(
    ("words", "label", "name"),
    [
        (["HEAD:schemas/thing.yaml", "schemas/thing.yaml"], "HEAD", "Folder"),
        (["HEAD:", "schemas/thing.yaml"], "HEAD", "Folder"),
        (["HEAD~1:", "schemas/thing.yaml"], "HEAD~1", "Path"),
        (["v1.0:schemas/inner/thing.yaml", "schemas/thing.yaml"], "v1.0", "Path"),
        (["schemas/thing.yaml", "--against", ".git"], "HEAD", "Folder"),
        (["schemas/thing.yaml", "--against", ".git#branch=main"], "main", "Folder"),
        (["schemas/thing.yaml", "--against", "#branch=main"], "main", "Folder"),
        (["schemas/thing.yaml", "--against", ".git#branch=feature/x"], "feature/x", "Path"),
        (["schemas/thing.yaml", "--against", ".git#tag=v1.0"], "v1.0", "Path"),
        (["schemas/thing.yaml", "--against", ".git#ref=HEAD~1"], "HEAD~1", "Path"),
        (["schemas/thing.yaml", "--against", ".git#tag=v1.0,subdir=schemas/inner"], "v1.0", "Path"),
        (["schemas/thing.yaml", "--against", ".git#subdir=schemas"], "HEAD", "Folder"),
        ([".git#branch=main", "schemas/thing.yaml"], "main", "Folder"),
    ],
)
def test_every_way_to_name_it(repository: Path, words: list[str], label: str, name: str) -> None:
    """Revisions, branches, tags and folders lead to the version that they name."""
    result = here("breaking", *words, "--json", cwd=repository)
    assert result.returncode == 1, result.stderr
    (line,) = removed(result)
    assert line.startswith(f"{label}:schemas/")
    assert f'"{name}"' in line


@pytest.mark.parametrize("old", ["v1.0:schemas/thing.yaml", "v1.0:", ".git#tag=v1.0"])
def test_both_versions_from_git(repository: Path, old: str) -> None:
    """NEW may be a revision too, whatever lies in the work tree."""
    result = here("breaking", old, "main:schemas/thing.yaml", "--json", cwd=repository)
    assert result.returncode == 1, result.stderr
    (line,) = removed(result)
    assert line.startswith("v1.0:schemas/thing.yaml ")
    assert '"Path"' in line
    assert here("breaking", "HEAD:", "main:schemas/thing.yaml", cwd=repository).returncode == 0
    for wrong in ("main:schemas/thin.yaml", "main:", "nope:schemas/thing.yaml"):
        assert here("breaking", old, wrong, cwd=repository).returncode == 2


def test_from_another_folder(repository: Path, tmp_path: Path) -> None:
    """A schema in a repository is compared although the command runs elsewhere."""
    schema = repository / "schemas" / "thing.yaml"
    result = here("breaking", "HEAD:", schema, "--json", cwd=tmp_path)
    assert len(removed(result)) == 1
    other = here(
        "breaking", schema, "--against", f"{repository}/.git#tag=v1.0", "--json", cwd=tmp_path
    )
    assert len(removed(other)) == 1


def test_bare_repository(repository: Path, tmp_path: Path) -> None:
    """A bare repository has no folder for the schema, so it needs subdir."""
    git(tmp_path, "clone", "-q", "--bare", str(repository), "bare.git")
    schema = repository / "schemas" / "thing.yaml"
    good = here(
        "breaking", schema, "--against", "bare.git#branch=main,subdir=schemas", "--json",
        cwd=tmp_path,
    )  # fmt: skip
    assert len(removed(good)) == 1
    bad = here("breaking", schema, "--against", "bare.git#branch=main", cwd=tmp_path)
    assert bad.returncode == 2
    assert "subdir=" in bad.stderr


def test_branch_of_origin(repository: Path, tmp_path: Path) -> None:
    """A checkout as CI makes it has only origin's branches."""
    git(tmp_path, "clone", "-q", str(repository), "clone")
    clone = tmp_path / "clone"
    git(clone, "checkout", "-q", "--detach")
    git(clone, "branch", "-q", "-D", "main")
    (clone / "schemas" / "thing.yaml").write_text(NEW)
    words = ("breaking", "schemas/thing.yaml", "--against", ".git#branch=main", "--json")
    assert len(removed(here(*words, cwd=clone))) == 1


def test_annotations_lead_to_the_present_file(repository: Path) -> None:
    """What is gone is annotated where it would be now, since nobody can open the old version."""
    result = here("breaking", "HEAD:", "schemas/thing.yaml", "--format", "github", cwd=repository)
    assert "::error file=schemas/thing.yaml,line=1,col=1,title=property-removed::" in result.stdout
    assert "formerly at HEAD:schemas/thing.yaml:4:12" in result.stdout


@pytest.mark.parametrize(
    ("source", "code", "hint"),
    [
        ("HAED:schemas/thing.yaml", "unknown-revision", None),
        ("-x:schemas/thing.yaml", "unknown-revision", None),
        ("HEAD:schemas/thnig.yaml", "no-such-file", 'did you mean "schemas/thing.yaml"?'),
        ("HEAD:schemas", "unknown-suffix", None),
        ("HEAD:schemas/big.yaml", "file-too-large", None),
        (".git#branch=mian", "unknown-revision", 'did you mean "main"?'),
        (".git#tag=main", "unknown-revision", 'did you mean "main"?'),
        (".git#brach=main", "bad-source", 'did you mean "branch"?'),
        (".git#branch=", "bad-source", None),
        (".git#branch=main,tag=v1.0", "bad-source", None),
        (".git#branch=main,branch=main", "bad-source", None),
        ("nowhere/.git#branch=main", "not-a-repository", None),
        ("schemas#branch=main", None, None),
        ("https://example.com/x.git#branch=main", "not-a-repository", None),
        ("main", "no-such-file", "for a git revision write main:PATH, or .git#branch=main"),
        ("nothing.yaml", "no-such-file", None),
        ("schemas", "not-a-file", None),
    ],
)
def test_mistakes(
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    code: str | None,
    hint: str | None,
) -> None:
    """A name that leads nowhere is one clear problem, with the nearest that does."""
    monkeypatch.chdir(repository)
    new = Path("schemas/thing.yaml")
    if code is None:
        found = read_old(source, new)
        assert found is not None
        assert "Folder" in found.text.text
        return
    with pytest.raises(UserError) as caught:
        read_old(source, new)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert hint is None or problem.hint == hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("source", [".git#branch=main", "main:", ".git"])
def test_a_renamed_file_and_a_new_type(source: str, repository: Path) -> None:
    """The schema of the same type is the old version, wherever it was; a new type breaks nothing.

    `.git` is the repository around, also in a folder of it.
    """
    folder = repository / "elsewhere"
    folder.mkdir(exist_ok=True)
    (folder / "renamed.yaml").write_text(NEW)
    found = here("breaking", "renamed.yaml", "--against", source, "--json", cwd=folder)
    revision = "HEAD" if source == ".git" else "main"
    assert removed(found) == [
        f'{revision}:schemas/inner/thing.yaml the property "Path" is gone',
    ]
    (folder / "fresh.yaml").write_text(NEW.replace("Thing", "Fresh"))
    fresh = here("breaking", "fresh.yaml", "--against", source, cwd=folder)
    assert (fresh.returncode, fresh.stderr) == (0, "")
    assert "is the schema of a new resource type" in fresh.stdout
    fresh = here("breaking", "fresh.yaml", "--against", source, "--json", cwd=folder)
    assert json.loads(fresh.stdout)["implied_level"] == "none"


def test_no_repository_and_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of any repository, and without git, the message says so."""
    (tmp_path / "x.yaml").write_text(NEW)
    outside = here("breaking", "HEAD:", "x.yaml", cwd=tmp_path, GIT_CEILING_DIRECTORIES="/")
    assert outside.returncode == 2
    assert "is not in a git repository" in outside.stderr
    without = here("breaking", "HEAD:", "x.yaml", cwd=tmp_path, PATH=str(tmp_path))
    assert without.returncode == 4
    assert "git is not installed" in without.stderr


def test_variables_of_a_hook_do_not_mislead(repository: Path) -> None:
    """In a hook git sets GIT_DIR; the named repository counts nevertheless."""
    words = ("breaking", "HEAD:", "schemas/thing.yaml", "--json")
    assert len(removed(here(*words, cwd=repository, GIT_DIR="/nowhere"))) == 1


def test_a_new_type_may_be_a_renamed_one(repository: Path) -> None:
    """When neither path nor name was there before, the answer says how to name the old file."""
    (repository / "other.yaml").write_text(NEW.replace("Thing", "Thing 2"))
    found = here("breaking", "other.yaml", "--against", ".git#branch=main", cwd=repository)
    assert "if it was renamed, write REVISION:PATH with its old path" in found.stdout


@pytest.mark.parametrize("name", ["sub.git", "sub/.git"])
def test_an_empty_folder_is_no_repository(repository: Path, name: str) -> None:
    """The repository around does not answer for a folder that looks like one."""
    (repository / name).mkdir(parents=True, exist_ok=True)
    words = ("breaking", "schemas/thing.yaml", "--against", f"{name}#branch=main")
    found = here(*words, cwd=repository)
    assert (found.returncode, found.stdout) == (2, "")
    assert "is not a git repository" in found.stderr


def test_too_many_files_to_look_at(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A type that was not found among the files looked at is not called new."""
    monkeypatch.setattr("resforge.breaking.git._MOST_NAMES", 1)
    (repository / "many.yaml").write_text(NEW.replace("Thing", "Many"))
    with pytest.raises(UserError) as caught:
        read_old(f"{repository}#branch=main", repository / "many.yaml", "Many")
    assert caught.value.problems[0].code == "too-many-files"


def test_a_renamed_file_that_no_longer_loads(repository: Path, tmp_path: Path) -> None:
    """An old version that today's rules refuse is named with its mistakes; the type is not new."""
    git(tmp_path, "clone", "-q", str(repository), "clone")
    place = tmp_path / "clone"
    (place / "old.yaml").write_text(NEW.replace("Thing", "Odd thing") + "colour: red\n")
    (place / "answers.yml").write_text("type_name: Odd Thing\nrequirement: resforge\n")
    git(place, "add", "-A")
    git(place, "commit", "-qm", "odd")
    (place / "new.yaml").write_text(NEW.replace("Thing", "Odd Thing"))
    found = here("breaking", "new.yaml", "--against", ".git#branch=main", cwd=place)
    assert (found.returncode, found.stdout) == (2, "")
    assert 'main:old.yaml:4:1: error: unknown key "colour"' in found.stderr
