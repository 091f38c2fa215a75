"""Finds the templates, in a checkout and in an installed wheel, and identifies their content.

Plain paths instead of importlib.resources: a run that has nothing to do must not pay its import.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_SOURCES = ("__init__.py", "names.py", "render", "schema")


@cache
def templates_dir() -> Path:
    """Return the folder of templates: package data of a wheel, else that of the checkout."""
    packaged = _PACKAGE / "_data" / "templates"
    return packaged if packaged.is_dir() else _PACKAGE.parent.parent / "templates"


@cache
def json_schema_path() -> Path:
    """Return the published JSON Schema of schema files."""
    return templates_dir().parent / "schemas" / "resource-type.schema.json"


@cache
def copier_root() -> Path:
    """Return the folder that holds copier.yml."""
    return templates_dir().parent


def template_files() -> list[Path]:
    """Return every file below `templates_dir`, sorted by its relative POSIX path."""
    return _files(templates_dir())


@cache
def generator_fingerprint() -> str:
    """Return the SHA-256 of all that decides the output besides the schema.

    These are the templates, the JSON Schema, the version, and the Python sources that load a schema
    and render it. Line ends do not count, so a checkout with CRLF has the fingerprint of one with LF.
    """
    digest = hashlib.sha256()
    for root in _roots():
        for name, place in _names(root):
            content = Path(place).read_bytes().replace(b"\r\n", b"\n")
            digest.update(f"{root.name}/{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def generator_inputs() -> list[Path]:
    """Return the files that `generator_fingerprint` looks at, and the folders of the templates.

    A folder's time of change tells that a template was added.
    """
    folders = {path.parent for path in template_files()}
    return [*sorted(folders), *(path for root in _roots() for path in _files(root))]


def _roots() -> tuple[Path, ...]:
    return (templates_dir(), json_schema_path(), *(_PACKAGE / name for name in _SOURCES))


def _files(root: Path) -> list[Path]:
    return [Path(place) for _, place in _names(root)]


def _names(root: Path) -> list[tuple[str, str]]:
    """Return the relative POSIX path and the place of every file below `root`, sorted.

    Plain strings: a run that has nothing to do looks at all of them.
    """
    if root.is_file():
        return [("", str(root))]
    return sorted(_walk(str(root), ""))


def _walk(folder: str, prefix: str) -> Iterator[tuple[str, str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _walk(entry.path, f"{prefix}{entry.name}/")
            elif entry.is_file() and not _is_left_over(entry.name):
                yield prefix + entry.name, entry.path


def _is_left_over(name: str) -> bool:
    """Whether an editor, a merge or Python has left the file there."""
    return name.startswith((".#", "#")) or name.endswith((".pyc", "~", ".swp", ".orig", ".rej"))
