"""Tells from the lock file alone whether a project is up to date.

This is the whole cost of a run with nothing to do, so it takes strings and imports little: neither
pydantic nor Jinja, not even pathlib or dataclasses. Whatever looks odd is no "yes": the run that
loads the schema looks again, and reports it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from resforge.digests import has_content, is_sealed, text_sha256
from resforge.fingerprint import generator_fingerprint
from resforge.publish.places import ANSWERS_FILE, LOCK_FORMAT, LOCK_NAME, PENDING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LARGEST_SCHEMA = 1 << 20
"""Bytes; a larger file is left to the loader, which refuses it."""

DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading a lock raises that cannot be read or is none."""
_REWRITTEN = ("runtime", "generated", "schema")
_WRITTEN_ONCE = ("hooks", "scaffold")


def current_project(
    schema: str, target: str | None, *, code_only: bool = False
) -> tuple[str, str] | None:
    """Return folder and identifier of the project of `schema` if it is up to date, else None.

    `target` defaults to the project that holds the schema, then to a folder named like the type.
    With `code_only` it does not matter whether hooks and scaffold were ever written.
    """
    try:
        return _current_project(schema, target, code_only)
    except DAMAGED:
        return None


def locked_project(schema: str) -> str | None:
    """Return the innermost folder around the file `schema` whose lock names it, None without one.

    One of `DAMAGED` if a lock on the way cannot be read.
    """
    folder = os.path.join(os.getcwd(), schema)
    while folder != (folder := os.path.dirname(folder)):
        if os.path.isfile(_lock_of(folder)):
            named = _read_lock(folder)["schema"]["path"]
            if _is_same(os.path.join(folder, named), schema):
                return _short(folder)
    return None


def up_to_date_text(identifier: str, target: object) -> str:
    """Return what a run says that had nothing to do."""
    return f"{identifier}: nothing to do in {target}"


def _current_project(schema: str, target: str | None, code_only: bool) -> tuple[str, str] | None:
    if not os.path.isfile(schema) or os.path.getsize(schema) > LARGEST_SCHEMA:
        return None
    digest = text_sha256(_content(schema))
    folder = target if target is not None else locked_project(schema) or _beside(schema, digest)
    if folder is None or _is_interrupted(folder) or os.path.islink(_lock_of(folder)):
        return None
    data = _content(_lock_of(folder)).replace(b"\r\n", b"\n")
    lock: dict[str, Any] = json.loads(data)
    current = (
        is_sealed(data)
        and lock["lock"] == LOCK_FORMAT
        and lock["resource_type"] is not None
        and lock["generator"] == generator_fingerprint()
        and lock["schema"]["sha256"] == digest
        and _is_schema_of(lock, folder, schema)
        and (code_only or _is_whole(lock))
        and _matches_disk(lock, folder)
    )
    return (folder, lock["type"]) if current else None


def _is_schema_of(lock: dict[str, Any], folder: str, schema: str) -> bool:
    """Whether a run would take `schema` for the file that the lock names, or for its source."""
    named: str = lock["schema"]["path"]
    root, place = os.path.realpath(folder), os.path.realpath(schema)
    if place.startswith(os.path.join(root, "")):
        return place == os.path.join(root, *named.split("/"))
    copied: str = lock["files"][named]["class"]
    return named == os.path.basename(schema) and copied == "schema"


def _beside(schema: str, digest: str) -> str | None:
    """Return ./<identifier> if a lock proves that it is the place, without loading the schema.

    None if the schema lies in a project whose lock was lost, or that nobody has generated yet.
    """
    around = os.path.dirname(schema)
    if any(os.path.exists(os.path.join(around, name)) for name in ("generated", ANSWERS_FILE)):
        return None
    for name in sorted(os.listdir()):
        if os.path.isfile(_lock_of(name)) and _is_project(name, digest):
            return name
    return None


def _is_project(name: str, digest: str) -> bool:
    """A damaged lock is the business of the project it belongs to."""
    try:
        lock = _read_lock(name)
        return bool(lock["type"] == name and lock["schema"]["sha256"] == digest)
    except DAMAGED:
        return False


def _is_whole(lock: dict[str, Any]) -> bool:
    """Whether more than the code was written: a run with `code_only` may have been the only one."""
    return any(entry["class"] in _WRITTEN_ONCE for entry in lock["files"].values())


def _matches_disk(lock: dict[str, Any], folder: str) -> bool:
    """Whether every file that the tool rewrites is there, inside the project, as the lock says.

    A copied schema is one of them; a schema of the project's own is not in the list.
    """
    files = {
        path: entry["sha256"]
        for path, entry in lock["files"].items()
        if entry["class"] in _REWRITTEN
    }
    return _stays_inside(folder, files) and all(
        _file_has(os.path.join(folder, path), digest) for path, digest in files.items()
    )


def _stays_inside(folder: str, paths: Iterable[str]) -> bool:
    """Whether no path leads out of the folder or over a link; a lock may be somebody else's."""
    root = os.path.realpath(folder)
    places = {os.path.dirname(os.path.join(root, path)) for path in paths}
    inside = (place == root or place.startswith(os.path.join(root, "")) for place in places)
    return all(inside) and all(place == os.path.realpath(place) for place in places)


def _file_has(path: str, expected: str) -> bool:
    return not os.path.islink(path) and has_content(_content(path), expected)


def _is_interrupted(folder: str) -> bool:
    """Also when only what a finished run had to remove is left: the next run does it."""
    return os.path.lexists(os.path.join(folder, PENDING))


def _read_lock(folder: str) -> dict[str, Any]:
    lock: dict[str, Any] = json.loads(_content(_lock_of(folder)))
    return lock


def _lock_of(folder: str) -> str:
    return os.path.join(folder, LOCK_NAME)


def _content(path: str) -> bytes:
    if not os.path.isfile(path):
        raise ValueError(f"{path} is not a file")
    with open(path, "rb") as stream:
        return stream.read()


def _short(folder: str) -> str:
    here = os.path.join(os.getcwd(), "")
    return os.path.join(folder, "").removeprefix(here).rstrip(os.sep) or "."


def _is_same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
