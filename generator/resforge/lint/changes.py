"""The changes that a rule asks for, as edits of a text."""

from __future__ import annotations

from collections.abc import Sequence

from resforge.edit import CannotEditError, Document, Edit
from resforge.lint.rule import Change, EndWithoutLine, Remove, Replace


def can_edit(document: Document, changes: Sequence[Change]) -> bool:
    """Whether the text is written so that `changes` are safe to make."""
    try:
        edits_of(document, changes)
    except CannotEditError:
        return False
    return True


def edits_of(document: Document, changes: Sequence[Change]) -> list[Edit]:
    """The edits for `changes`; raises CannotEditError."""
    removed = [change.path for change in changes if isinstance(change, Remove)]
    edits = document.remove(*removed)
    for change in changes:
        if isinstance(change, Replace):
            edits += document.replace(change.path, change.value)
        elif isinstance(change, EndWithoutLine):
            edits += _end_without_line(document, change)
    return edits


def _end_without_line(document: Document, change: EndWithoutLine) -> list[Edit]:
    if document.source(change.path)[:1] in ("|", ">"):
        return document.strip_final_line_ends(change.path)
    return document.replace(change.path, change.value)
