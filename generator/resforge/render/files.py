"""What a rendered file is: its text and the class that decides how it may be written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FileClass(StrEnum):
    """Who owns a file of a project after it was written."""

    RUNTIME = "runtime"
    """Vendored library code, the same for every resource type; the tool rewrites it."""
    GENERATED = "generated"
    """Depends on the schema; the tool rewrites it when its bytes differ."""
    HOOKS = "hooks"
    """The user's code; written once and never opened for writing again."""
    SCAFFOLD = "scaffold"
    """The project's own files; written once, then the user's."""
    SCHEMA = "schema"
    """Copy of a schema from outside the project; rewritten as long as nobody edited it."""

    @property
    def tool_owned(self) -> bool:
        """Whether the tool rewrites such a file."""
        return self in (FileClass.RUNTIME, FileClass.GENERATED)


WRITTEN_ONCE = frozenset({FileClass.HOOKS, FileClass.SCAFFOLD})
"""Classes of files that are the user's after the first run."""


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """Final text (LF line ends) of one file, and its class."""

    text: str
    file_class: FileClass

    @property
    def data(self) -> bytes:
        """The bytes on disk: UTF-8 without a byte order mark."""
        return self.text.encode("utf-8")
