"""Reading a schema together with its text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from resforge.problems import Problem, UserError
from resforge.schema import LoadedResourceType, load_resource_type_text
from resforge.schema.loading import Syntax
from resforge.schema.reading import decode, read_schema, syntax_of


@dataclass(frozen=True, slots=True)
class SchemaText:
    """The text of a schema file and the syntax that its name says."""

    path: Path
    text: str
    syntax: Syntax

    def load(self) -> LoadedResourceType:
        """The resource type; raises UserError with every problem of the text."""
        return load_resource_type_text(self.text, file=str(self.path), syntax=self.syntax)


def read_text(path: Path) -> SchemaText:
    """The text of the schema file `path`; raises UserError when it cannot be had."""
    if path.is_dir():
        message = "this is a directory, not a schema file"
        raise UserError(Problem(message, "not-a-file", str(path), hint=_some_schema(path)))
    syntax = cast("Syntax", syntax_of(path))
    return SchemaText(path, decode(read_schema(path), str(path)), syntax)


def _some_schema(folder: Path) -> str | None:
    """What was probably meant by a folder."""
    has_schemas = any(folder.glob("*.yaml"))
    return f"write {folder / '*.yaml'}" if has_schemas else None
