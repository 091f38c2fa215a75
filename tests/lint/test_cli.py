"""`resforge lint` as users run it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from tests.cli.support import SCHEMAS, here, imported_by

BAD = (
    "# mine\nresforge: 1\nname: Thing\ndescription: Does it.\nvendor: Us\nproperties:\n"
    "  - {name: My Value, format: SZ, description: x, required: false}\n"
    "  - {name: AdminPassword, format: SZ, description: x}\n"
)
WRONG = "resforge: 1\nname: Thing\nproperties:\n" + "".join(
    f"  - {{name: P{index}, format: FROB}}\n" for index in range(10)
)


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    """A schema with two notes, one of them fixable, and a warning."""
    path = tmp_path / "thing.yaml"
    path.write_text(BAD)
    return path


def test_clean() -> None:
    """The published examples are clean: exit code 0."""
    result = here("lint", *sorted(SCHEMAS.glob("*.yaml")))
    assert (result.returncode, result.stdout) == (0, "clean; 4 suppressed\n"), result.stderr


def test_text(schema: Path) -> None:
    """Findings are lines on stdout, in the order of the file, and a count."""
    result = here("lint", schema.name, cwd=schema.parent)
    lines = result.stdout.splitlines()
    assert result.returncode == 1
    assert [line.split(": ")[0] for line in lines[:3]] == [
        "thing.yaml:7:12",
        "thing.yaml:7:60",
        "thing.yaml:8:12",
    ]
    assert lines[2].endswith("[secret-in-database]")
    assert lines[3] == "3 findings: 1 warning, 2 notes; 1 can be repaired with --fix"
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize(
    ("limit", "code"), [("error", 0), ("warning", 1), ("note", 1)]
)  # fmt: skip
def test_fail_on(schema: Path, limit: str, code: int) -> None:
    """--fail-on says which findings count."""
    assert here("lint", schema, "--fail-on", limit).returncode == code


def test_fix(schema: Path) -> None:
    """--fix repairs in place and reports what is left."""
    result = here("lint", schema, "--fix")
    assert schema.read_text() == BAD.replace(", required: false", "")
    assert result.returncode == 1
    assert "1 repaired" in result.stderr
    assert "flag-repeats-default" not in result.stdout


def test_fix_as_a_diff(schema: Path) -> None:
    """--fix --diff shows the repairs and writes nothing."""
    result = here("lint", schema, "--fix", "--diff")
    assert schema.read_text() == BAD
    assert "+  - {name: My Value, format: SZ, description: x}" in result.stdout


def test_fix_of_a_read_only_file(schema: Path) -> None:
    """A read-only file stays; the exit code is 4."""
    schema.chmod(stat.S_IREAD)
    result = here("lint", schema, "--fix")
    assert result.returncode == 4
    assert "read-only" in result.stderr
    assert schema.read_text() == BAD
    assert sorted(path.name for path in schema.parent.iterdir()) == ["thing.yaml"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_fix_through_a_link_keeps_link_and_mode(schema: Path, tmp_path: Path) -> None:
    """A link stays a link, and the file keeps its mode."""
    schema.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(schema)
    here("lint", link, "--fix")
    assert link.is_symlink()
    assert "required" not in schema.read_text()
    assert stat.S_IMODE(schema.stat().st_mode) == 0o640


def test_json(schema: Path) -> None:
    """--json is one object."""
    data = json.loads(here("lint", schema, "--json").stdout)
    assert [finding["rule"] for finding in data["findings"]] == [
        "property-name-with-space",
        "flag-repeats-default",
        "secret-in-database",
    ]
    assert data["suppressed"] == []


def test_sarif_to_a_file(schema: Path, tmp_path: Path) -> None:
    """-o writes the report to a file."""
    target = tmp_path / "lint.sarif"
    result = here("lint", schema, "--format", "sarif", "-o", target)
    assert (result.returncode, result.stdout) == (1, "")
    assert len(json.loads(target.read_text())["runs"][0]["results"]) == 3
    unwritable = here("lint", schema, "--format", "sarif", "-o", tmp_path / "no" / "x")
    assert unwritable.returncode == 4


def test_github(schema: Path) -> None:
    """Annotations on request, and beside the text inside GitHub Actions."""
    result = here("lint", schema.name, "--format", "github", cwd=schema.parent)
    assert "::warning file=thing.yaml,line=8,col=12,title=secret-in-database::" in result.stdout
    inside = here("lint", schema.name, cwd=schema.parent, GITHUB_ACTIONS="true")
    assert "::warning file=thing.yaml" in inside.stdout
    assert "thing.yaml:8:12: warning:" in inside.stdout


def test_schema_with_ten_mistakes(tmp_path: Path) -> None:
    """A schema that does not load shows all its mistakes, exit code 2."""
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG)
    result = here("lint", path)
    assert result.returncode == 2
    assert result.stderr.count(": error: ") == 10
    assert result.stdout == ""
    data = json.loads(here("lint", path, "--json").stdout)
    assert len(data["problems"]) == 10
    log = json.loads(here("lint", path, "--format", "sarif").stdout)["runs"][0]
    assert log["invocations"] == [{"executionSuccessful": False}]
    assert len(log["results"]) == 10


def test_mistakes_as_annotations(tmp_path: Path) -> None:
    """With --format github the mistakes of a schema are annotations too."""
    (tmp_path / "wrong.yaml").write_text(WRONG)
    result = here("lint", "wrong.yaml", "--format", "github", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stdout.count("::error file=wrong.yaml,line=") == 10
    assert result.stderr.count(": error: ") == 10


def test_only_what_can_be_edited_counts_as_fixable(tmp_path: Path) -> None:
    """What --fix cannot do with this text is not promised."""
    path = tmp_path / "x.toml"
    path.write_text('resforge = 1\nname = "T"\ndisplay_name = "T"\n[timeouts.budgets]\n')
    assert "2 findings: 2 notes; 1 can be repaired" in here("lint", path).stdout
    assert "1 finding: 1 note\n" in here("lint", path, "--fix").stdout


def test_one_wrong_schema_among_others(schema: Path, tmp_path: Path) -> None:
    """The others are still looked at, but nothing is repaired."""
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(WRONG)
    result = here("lint", wrong, schema, "--fix")
    assert result.returncode == 2
    assert "secret-in-database" in result.stdout
    assert schema.read_text() == BAD


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("nowhere.yaml", None, "there is no such file"),
        ("empty.yaml", b"", "the file holds no data"),
        ("x.txt", b"", "the suffix"),
        (".", None, "this is a directory"),
        ("big.yaml", b"# " + b"x" * 2**20, "larger than"),
        ("utf16.yaml", "a: 1".encode("utf-16"), "UTF-16"),
        ("binary.yaml", bytes(range(256)), "not UTF-8"),
    ],
)
def test_bad_input(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    """Every kind of unusable input is one message and exit code 2, for all verbs that read one."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    for words in (("lint",), ("lint", "--fix"), ("migrate",), ("breaking", path)):
        result = here(*words, path)
        assert result.returncode == 2, (words, result.stdout, result.stderr)
        assert message in result.stderr
        assert "Traceback" not in result.stderr


def test_rules() -> None:
    """--rules lists every rule; with --json as data."""
    result = here("lint", "--rules")
    assert result.returncode == 0
    assert "secret-in-database" in result.stdout
    rules = json.loads(here("lint", "--rules", "--json").stdout)["rules"]
    assert len(rules) >= 30
    assert all(rule["why"] and rule["source"] for rule in rules)
    breaking = json.loads(here("breaking", "--rules", "--json").stdout)["rules"]
    categories = {rule["category"] for rule in breaking}
    assert categories >= {"STORED", "CONTROL", "ADMIN", "SOURCE", "BEHAVIOUR"}


def test_explain() -> None:
    """--explain says why, and who says so; an unknown rule is named with the nearest."""
    result = here("lint", "--explain", "default-cannot-be-set")
    assert "Source: ns-resapi-resutil_property_item" in result.stdout
    wrong = here("lint", "--explain", "default-cannot-be-sett")
    assert wrong.returncode == 2
    assert 'did you mean "default-cannot-be-set"?' in wrong.stderr


def test_usage() -> None:
    """Without a schema the usage is shown."""
    result = here("lint")
    assert result.returncode == 2
    assert "Usage:" in result.stderr


def test_starts_fast() -> None:
    """Help does not import pydantic or YAML."""
    for verb in ("lint", "breaking", "migrate", "import-wizard"):
        used = imported_by(verb, "--help")
        assert used & {"pydantic", "yaml", "jinja2"} == set(), verb


@pytest.mark.parametrize("name", ["missing.yaml", "folder", "/dev/null"])
def test_what_is_no_file_is_not_passed_over(schema: Path, name: str) -> None:
    """--skip-other-files passes over other files, not over what cannot be one: exit code 2."""
    (schema.parent / "folder").mkdir()
    (schema.parent / "other.yaml").write_text("a: 1\n")
    result = here("lint", "--skip-other-files", "other.yaml", name, cwd=schema.parent)
    assert (result.returncode, result.stdout) == (2, "")
    assert name in result.stderr
