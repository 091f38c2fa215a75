"""Linting one schema."""

from __future__ import annotations

from collections.abc import Iterator

from resforge.breaking.catalogue import RULES as FOREIGN
from resforge.edit import Document
from resforge.lint.catalogue import BY_ID, CHECKS
from resforge.lint.changes import can_edit
from resforge.lint.rule import Change, Hit, Subject
from resforge.review.finding import Finding, Place, Review, Rule
from resforge.review.suppressing import Located, labels_of, review
from resforge.schema import LoadedResourceType


def lint(loaded: LoadedResourceType, document: Document | None = None) -> Review:
    """What the rules find in a schema that was loaded, by place.

    With the schema's text in `document` only that is called fixable which can be edited there.
    """
    subject = Subject(loaded)
    found = [_located(subject, rule, hit, document) for rule, hit in _hits(subject)]
    return review(loaded, found, BY_ID, (rule.id for rule in FOREIGN))


def fixes(loaded: LoadedResourceType) -> list[tuple[Change, ...]]:
    """The repairs of all findings that are not suppressed."""
    subject = Subject(loaded)
    remaining = {(finding.rule.id, finding.place) for finding in lint(loaded).findings}
    return [
        hit.fix
        for rule, hit in _hits(subject)
        if hit.fix and (rule.id, _place(subject, hit)) in remaining
    ]


def _hits(subject: Subject) -> Iterator[tuple[Rule, Hit]]:
    for entry in CHECKS:
        for hit in entry.check(subject):
            yield entry.rule, hit


def _place(subject: Subject, hit: Hit) -> Place:
    return Place(str(subject.loaded.path), *subject.loaded.position(hit.path))


def _located(subject: Subject, rule: Rule, hit: Hit, document: Document | None) -> Located:
    place = _place(subject, hit)
    fixable = bool(hit.fix) and (document is None or can_edit(document, hit.fix))
    finding = Finding(rule, hit.message, place, hit.hint, fixable=fixable)
    return Located(finding, labels_of(subject.type, hit.path))
