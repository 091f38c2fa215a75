"""Finds the templates, in a checkout and in an installed wheel, and identifies their content.

Plain strings instead of pathlib or importlib.resources: a run that has nothing to do looks at all
these files, and that must be what it costs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache

PACKAGE = os.path.dirname(os.path.realpath(__file__))
_SOURCES = ("__init__.py", "names.py", "render", "schema")


@cache
def templates_folder() -> str:
    """Return the folder of templates: package data of a wheel, else that of the checkout."""
    packaged = os.path.join(PACKAGE, "_data", "templates")
    checkout = os.path.join(os.path.dirname(os.path.dirname(PACKAGE)), "templates")
    return packaged if os.path.isdir(packaged) else checkout


def json_schema_file() -> str:
    """Return the published JSON Schema of schema files."""
    root = os.path.dirname(templates_folder())
    return os.path.join(root, "schemas", "resource-type.schema.json")


@cache
def generator_fingerprint() -> str:
    """Return the SHA-256 of all that decides the output besides the schema.

    These are the templates, the JSON Schema, the version, and the Python sources that load a schema
    and render it. Line ends do not count, so a checkout with CRLF has the fingerprint of one with LF.
    """
    digest = hashlib.sha256()
    for root in roots():
        for name, place in files_below(root):
            with open(place, "rb") as stream:
                content = stream.read().replace(b"\r\n", b"\n")
            digest.update(f"{os.path.basename(root)}/{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def roots() -> tuple[str, ...]:
    """Return the files and folders that `generator_fingerprint` looks at."""
    sources = (os.path.join(PACKAGE, name) for name in _SOURCES)
    return (templates_folder(), json_schema_file(), *sources)


def files_below(root: str) -> list[tuple[str, str]]:
    """Return the relative POSIX path and the place of every file below `root`, sorted."""
    if os.path.isfile(root):
        return [("", root)]
    return sorted(_walk(root, ""))


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
