"""The version that changes ask for, and suppressions that have done their work."""

from __future__ import annotations

import pytest
from tests.schema.support import HEAD

from resforge.breaking.catalogue import Level
from resforge.breaking.run import compare
from resforge.breaking.version import next_version, version_text
from resforge.schema import load_resource_type_text

Version = tuple[int, int, int, int]


@pytest.mark.parametrize(
    ("before", "level", "after"),
    [
        ((1, 2, 3, 4), Level.NONE, "1.2.3.4"),
        ((1, 2, 3, 4), Level.PATCH, "1.2.4"),
        ((1, 2, 3, 0), Level.MINOR, "1.3.0"),
        ((1, 2, 3, 0), Level.MAJOR, "2.0.0"),
        ((0, 2, 3, 0), Level.MAJOR, "0.3.0"),
        ((0, 2, 3, 0), Level.MINOR, "0.2.4"),
        ((0, 2, 3, 0), Level.PATCH, "0.2.4"),
    ],
)
def test_next_version(before: Version, level: Level, after: str) -> None:
    """Semantic Versioning, with its exception for versions below 1."""
    assert version_text(next_version(before, level)) == after


def test_a_suppression_may_stay_after_the_release() -> None:
    """What the old version accepted already need not match anything any more."""
    text = f"{HEAD}suppress: [{{rule: property-removed, at: Path, reason: Unused.}}]\n"
    old = load_resource_type_text(text, file="old.yaml", syntax="yaml")
    new = load_resource_type_text(text, file="new.yaml", syntax="yaml")
    assert compare(old, new).review.findings == ()
    bare = load_resource_type_text(HEAD, file="old.yaml", syntax="yaml")
    rules = [finding.rule.id for finding in compare(bare, new).review.findings]
    assert rules == ["suppression-unused"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "properties: [{name: A, format: SZ}, {name: B, format: DWORD, default: 0}]\n",
            "properties: [{name: B, format: DWORD}, {name: a, format: SZ}]\n",
        ),
        (
            "characteristics: [clones, placement_data]\n",
            "characteristics: [placement_data, clones]\n",
        ),
        ("dll_name: Thing.dll\n", "dll_name: THING.DLL\n"),
        ("dependencies: [{type: IP Address}]\n", "dependencies: [{type: ip address}]\n"),
    ],
)
def test_what_is_only_written_differently_is_a_patch(old: str, new: str) -> None:
    """Another order, another case of a name, a default that is spelt out: nobody gets anything new."""
    before, after = (
        load_resource_type_text(HEAD + text, file="x.yaml", syntax="yaml") for text in (old, new)
    )
    assert compare(before, after).level is Level.PATCH
    assert compare(after, before).level is Level.PATCH


def test_the_default_of_a_required_property_may_change() -> None:
    """Every resource has a value of its own, so the default was never used, or is not yet."""
    required, with_default = (
        load_resource_type_text(
            f"{HEAD}properties: [{{name: A, format: SZ, {keys}}}]\n", file="x.yaml", syntax="yaml"
        )
        for keys in ("required: true", "default: b")
    )
    found = compare(required, with_default).review.findings
    assert "default-changed" not in [finding.rule.id for finding in found]
