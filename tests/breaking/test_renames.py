"""Former names: what says that it was renamed is compared with what it was."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.schema.support import HEAD, load

from resforge.breaking import change, properties
from resforge.breaking.control_codes import compare_control_codes
from resforge.breaking.properties import compare_properties
from resforge.schema import ControlCode, Property, ResourceType

OLD = load(
    f"{HEAD}properties:\n  - {{name: Path, format: SZ, default: a}}\n"
    "control_codes:\n  - {name: Look, function: 1, output: {bytes: {maximum: 8}}}\n"
)
NEW = load(
    f"{HEAD}properties:\n  - {{name: Folder, format: SZ, default: b}}\n"
    "control_codes:\n  - {name: Inspect, function: 2, output: {bytes: {maximum: 8}}}\n"
)


def rules(old: ResourceType, new: ResourceType) -> Sequence[str]:
    """The rules that are broken from `old` to `new`."""
    changes = [*compare_properties(old, new), *compare_control_codes(old, new)]
    return sorted(change.rule for change in changes)


def test_without_former_names() -> None:
    """Another name and another number are something else."""
    assert rules(OLD, NEW) == ["code-added", "code-removed", "property-removed"]


def test_with_former_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """With former names values are kept, and the differences are those of one thing."""
    former = {"Folder": "PATH", "Inspect": "look"}

    def former_name(item: Property | ControlCode) -> str | None:
        return former.get(item.name)

    for module in (change, properties):
        monkeypatch.setattr(module, "former_name", former_name)
    assert rules(OLD, NEW) == [
        "code-number-changed",
        "code-renamed",
        "default-changed",
        "property-identifier-changed",
        "property-renamed",
    ]


@pytest.mark.parametrize(
    ("before", "after", "dropped"),
    [
        ("Path", "Path", False),
        ("Path", "PATH", False),
        (None, "Path", False),
        ("Path", None, True),
        ("Path", "Place", True),
    ],
)
def test_former_names_stay(
    monkeypatch: pytest.MonkeyPatch, before: str | None, after: str | None, dropped: bool
) -> None:
    """A property that stops saying what it was called loses what is stored under that name."""
    same = load(f"{HEAD}properties:\n  - {{name: Folder, format: SZ}}\n")
    again = same.model_copy(deep=True)

    def former_name(item: Property | ControlCode) -> str | None:
        return before if item is same.properties[0] else after

    for module in (change, properties):
        monkeypatch.setattr(module, "former_name", former_name)
    assert rules(same, again) == (["former-name-dropped"] if dropped else [])
