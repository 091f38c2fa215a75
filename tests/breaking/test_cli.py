"""`resforge breaking` as users run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.support import here

CASE = Path(__file__).parent / "cases" / "property-removed"


def test_text() -> None:
    """Findings have the place in the new file, or in the old one where the thing is gone."""
    result = here("breaking", "old.yaml", "new.yaml", cwd=CASE)
    assert result.returncode == 1
    assert "old.yaml:5:12: error: the property" in result.stdout
    last = result.stdout.splitlines()[-1]
    assert last == "2 findings: 2 errors; asks for version 2.0.0 (major)"


@pytest.mark.parametrize("words", [["old.yaml", "new.yaml"], ["new.yaml", "--against", "old.yaml"]])
def test_json(words: list[str]) -> None:
    """Both ways to name the old file; the implied version is part of the data."""
    data = json.loads(here("breaking", *words, "--json", cwd=CASE).stdout)
    assert (data["implied_version"], data["implied_level"]) == ("2.0.0", "major")
    assert {finding["category"] for finding in data["findings"]} == {"STORED", "VERSION"}


def test_sarif() -> None:
    """The log names the command and its rules."""
    log = json.loads(here("breaking", "old.yaml", "new.yaml", "--format", "sarif", cwd=CASE).stdout)
    run = log["runs"][0]
    assert run["tool"]["driver"]["name"] == "resforge breaking"
    uris = {
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]
    }
    assert uris == {"old.yaml", "new.yaml"}


def test_nothing_breaks() -> None:
    """The same schema: exit code 0."""
    result = here("breaking", "old.yaml", "old.yaml", cwd=CASE)
    assert (result.returncode, result.stdout) == (0, "clean; no change\n")


def test_mistakes_of_both_files(tmp_path: Path) -> None:
    """When both schemas are wrong, the mistakes of both are shown."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("resforge: 1\n")
    result = here("breaking", "a.yaml", "b.yaml", cwd=tmp_path)
    assert result.returncode == 2
    assert "a.yaml:1:1: error:" in result.stderr
    assert "b.yaml:1:1: error:" in result.stderr


@pytest.mark.parametrize(
    "words", [[], ["x.yaml"], ["a", "b", "c"], ["a.yaml", "b.yaml", "--against", "c.yaml"]]
)
def test_usage(words: list[str]) -> None:
    """Too few or too many files: the usage."""
    result = here("breaking", *words)
    assert result.returncode == 2
    assert "Usage:" in result.stderr


def test_other_syntaxes(tmp_path: Path) -> None:
    """A schema that moved from YAML to TOML is compared all the same."""
    (tmp_path / "new.toml").write_text('resforge = 1\nname = "Thing"\nversion = "2.0.0"\n')
    result = here("breaking", CASE / "old.yaml", tmp_path / "new.toml", "--json")
    findings = json.loads(result.stdout)["findings"]
    assert [finding["rule"] for finding in findings] == ["property-removed"] * 2
