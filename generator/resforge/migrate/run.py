"""Migrating the text of one schema file, format by format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from resforge.edit import CannotEditError, Document, Edit, apply_edits
from resforge.migrate.format_0 import to_format_1
from resforge.problems import Problem, UserError
from resforge.review.inputs import SchemaText
from resforge.schema.loading import parse_text
from resforge.schema.located import Source, locate
from resforge.schema.model import FORMAT_VERSION
from resforge.schema.wording import kind, number

Step = Callable[[Document, dict[str, Any]], Iterable[Edit]]

STEPS: tuple[Step, ...] = (to_format_1,)
"""The step at index N brings a file of format N to format N + 1."""


@dataclass(frozen=True, slots=True)
class Migration:
    """A file's text before and after; `changes` counts the places that differ."""

    before: SchemaText
    text: str
    from_format: int
    changes: int

    @property
    def needed(self) -> bool:
        """Whether the file has an older format."""
        return self.from_format < FORMAT_VERSION

    @property
    def after(self) -> SchemaText:
        """The file with its new text."""
        return SchemaText(self.before.path, self.text, self.before.syntax)

    def check(self) -> None:
        """Raise UserError when the new text does not load, with all its problems."""
        try:
            self.after.load()
        except UserError as error:
            message = "these mistakes remain after the migration, so nothing was written"
            hint = "places are those after the migration; --diff shows it"
            last = Problem(message, "cannot-migrate", str(self.before.path), hint=hint)
            raise UserError(*error.problems, last) from None


def migrate(before: SchemaText) -> Migration:
    """Bring a schema to the current format; one that has it stays as it is.

    Raises UserError for text that is not YAML, TOML or JSON, for a format that this release does
    not know, and for places that cannot be edited safely.
    """
    file = str(before.path)
    text, changes = before.text, 0
    source = parse_text(text, file=file, syntax=before.syntax)
    first = format_of(source, file)
    for step in STEPS[first:]:
        try:
            edits = list(step(Document(text, before.syntax), source.root))
            text = apply_edits(text, edits)
        except CannotEditError as error:
            message = f"the file cannot be migrated: {error}"
            hint = "write the values out without anchors and comments inside brackets"
            raise UserError(Problem(message, "cannot-migrate", file, hint=hint)) from None
        changes += len(edits)
        source = parse_text(text, file=file, syntax=before.syntax)
    return Migration(before, text, first, changes)


def format_of(source: Source, file: str) -> int:
    """The format version of a file; one that does not state it is a draft, version 0.

    Raises UserError for one that is no version or that a later release introduced.
    """
    stated = source.root.get("resforge", 0)
    line, column = locate(source.root, source.mark, ("resforge",))
    if isinstance(stated, bool) or not isinstance(stated, int) or stated < 0:
        message = f"expected the number of a format version, found {kind(stated)}"
        raise UserError(Problem(message, "wrong-type", file, line, column, "write resforge: 1"))
    if stated > FORMAT_VERSION:
        message = (
            f"the file has format version {number(stated)}; this release knows versions up to"
            f" {FORMAT_VERSION}"
        )
        hint = "upgrade: pip install --upgrade resforge"
        code = "unsupported-format-version"
        raise UserError(Problem(message, code, file, line, column, hint))
    return stated
