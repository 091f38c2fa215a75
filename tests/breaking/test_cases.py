"""One folder per rule: two schemas, and what is found from the old to the new one and back.

`RESFORGE_OVERWRITE_EXPECTED=1 pytest tests/breaking/test_cases.py` writes what is found now.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from resforge.breaking.catalogue import ALL_RULES
from resforge.breaking.run import Comparison, compare
from resforge.schema import LoadedResourceType, load_resource_type

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in CASES.iterdir())


def lines(title: str, comparison: Comparison) -> list[str]:
    """What was found, one line each."""
    review = comparison.review
    found = [
        f"{finding.place}: {finding.rule.category} {finding.rule.severity}:"
        f" {finding.message} [{finding.rule.id}]"
        for finding in review.findings
    ]
    found += [
        f"suppressed: {item.finding.place}: [{item.finding.rule.id}] {item.reason}"
        for item in review.accepted
    ]
    level = comparison.level.name.lower()
    return [f"{title}: asks for {comparison.version} ({level})", *(f"  {line}" for line in found)]


def loaded(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> LoadedResourceType:
    """A schema of a case, under its bare name."""
    monkeypatch.chdir(folder)
    return load_resource_type(Path(name))


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The findings of both directions are the expected ones, and the folder's rule is among them."""
    folder = CASES / name
    old, new = (loaded(folder, side, monkeypatch) for side in ("old.yaml", "new.yaml"))
    found = [*lines("old to new", compare(old, new)), *lines("new to old", compare(new, old))]
    text = "\n".join(found) + "\n"
    expected = folder / "expected.txt"
    if os.environ.get("RESFORGE_OVERWRITE_EXPECTED") == "1":
        expected.write_text(text, encoding="utf-8", newline="\n")
    assert text == expected.read_text(encoding="utf-8")
    assert (f"[{name}]" in text) == (name != "nothing-breaks")


def test_every_rule_has_a_folder() -> None:
    """Each rule of the catalogue has a case."""
    ids = {rule.id for rule in ALL_RULES}
    assert ids == set(NAMES) - {"nothing-breaks"}


@pytest.mark.parametrize("name", NAMES)
def test_the_same_schema_breaks_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A schema compared with itself has no findings and asks for no version."""
    for side in ("old.yaml", "new.yaml"):
        same = loaded(CASES / name, side, monkeypatch)
        comparison = compare(same, same)
        rules = [finding.rule.id for finding in comparison.review.findings]
        assert [rule for rule in rules if not rule.startswith("suppression-")] == []
        assert comparison.level.name == "NONE"
