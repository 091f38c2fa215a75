"""Comparing two schemas."""

from __future__ import annotations

from dataclasses import dataclass

from resforge.breaking.catalogue import BY_ID, Level
from resforge.breaking.change import Change, Side
from resforge.breaking.control_codes import compare_control_codes
from resforge.breaking.properties import compare_properties
from resforge.breaking.type import compare_types
from resforge.breaking.version import (
    compare_versions,
    implied_level,
    next_version,
    version_text,
)
from resforge.lint.catalogue import RULES as FOREIGN
from resforge.review.finding import Finding, Place, Review
from resforge.review.suppressing import Located, labels_of, review
from resforge.schema import LoadedResourceType


@dataclass(frozen=True, slots=True)
class Comparison:
    """What breaks, and the version that the changes ask for at least."""

    review: Review
    level: Level
    version: str


def compare(
    old: LoadedResourceType, new: LoadedResourceType, *, old_is_a_file: bool = True
) -> Comparison:
    """What the schema `new` breaks for those who use `old`.

    `old_is_a_file` says whether readers of a report can open the old version; where they cannot,
    findings about things that are gone also have a place in the new one.
    """
    before, after = old.resource_type, new.resource_type
    changes = [
        *compare_types(before, after),
        *compare_properties(before, after),
        *compare_control_codes(before, after),
    ]
    level = implied_level(before, after, changes)
    changes += compare_versions(before, after, level)
    found = [_located(change, old, new, old_is_a_file) for change in changes]
    version = version_text(next_version(before.version_numbers, level))
    result = review(new, found, BY_ID, (rule.id for rule in FOREIGN), settled=before.suppress)
    return Comparison(result, level, version)


def _located(
    change: Change, old: LoadedResourceType, new: LoadedResourceType, old_is_a_file: bool
) -> Located:
    loaded = old if change.side is Side.OLD else new
    place = Place(str(loaded.path), *loaded.position(change.path))
    present = None
    if change.side is Side.OLD and not old_is_a_file:
        present = Place(str(new.path), *new.position(change.near))
    finding = Finding(BY_ID[change.rule], change.message, place, change.hint, present=present)
    return Located(finding, labels_of(loaded.resource_type, change.path))
