"""Finds the templates, in a checkout and in an installed wheel, and identifies their content.

Plain paths instead of importlib.resources: a run that has nothing to do must not pay its import.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_SOURCES = ("render", "schema")


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

    These are the templates and the Python sources that load a schema and render it. Line ends do
    not count, so a checkout with CRLF has the fingerprint of one with LF.
    """
    digest = hashlib.sha256()
    for root in _roots():
        for path in _files(root):
            name = path.relative_to(root).as_posix()
            content = path.read_bytes().replace(b"\r\n", b"\n")
            digest.update(f"{root.name}/{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def generator_inputs() -> list[Path]:
    """Return the files that `generator_fingerprint` looks at."""
    return [path for root in _roots() for path in _files(root)]


def _roots() -> tuple[Path, ...]:
    return (templates_dir(), *(_PACKAGE / name for name in _SOURCES))


def _files(root: Path) -> list[Path]:
    paths = (path for path in root.rglob("*") if path.is_file() and _counts(path))
    return sorted(paths, key=lambda path: path.relative_to(root).as_posix())


def _counts(path: Path) -> bool:
    return "__pycache__" not in path.parts and not path.name.endswith((".pyc", "~", ".swp"))
