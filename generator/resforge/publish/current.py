"""Tells from the lock file alone whether a project is up to date.

This is the whole cost of a run with nothing to do, so it takes strings and imports little: neither
pydantic nor Jinja, not even pathlib or dataclasses. Whatever looks odd is no "yes": the run that
loads the schema looks again, and reports it.
"""

from __future__ import annotations

import json
import os

from resforge.digests import has_content, text_sha256
from resforge.fingerprint import generator_fingerprint
from resforge.publish.places import JOURNAL, LOCK_NAME, PENDING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LARGEST_SCHEMA = 1 << 20
"""Bytes; a larger file is left to the loader, which refuses it."""

DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading a lock raises that cannot be read or is none."""
_REWRITTEN = ("runtime", "generated")
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
        if os.path.isfile(os.path.join(folder, LOCK_NAME)):
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
    folder = target or locked_project(schema) or _beside(digest)
    if folder is None or _is_interrupted(folder):
        return None
    lock = _read_lock(folder)
    current = (
        lock["resource_type"] is not None
        and lock["generator"] == generator_fingerprint()
        and lock["schema"]["sha256"] == digest
        and os.path.basename(lock["schema"]["path"]) == os.path.basename(schema)
        and (code_only or _is_whole(lock))
        and _matches_disk(lock, folder, schema)
    )
    return (folder, lock["type"]) if current else None


def _beside(digest: str) -> str | None:
    """Return ./<identifier> if a lock proves that it is the place, without loading the schema."""
    for name in sorted(os.listdir()):
        if os.path.isfile(os.path.join(name, LOCK_NAME)) and _is_project(name, digest):
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


def _matches_disk(lock: dict[str, Any], folder: str, schema: str) -> bool:
    """Whether every file that the tool rewrites has the bytes of the lock.

    A copied schema counts too; it is none if it is the source itself.
    """
    inside = _is_same(os.path.join(folder, lock["schema"]["path"]), schema)
    classes = _REWRITTEN if inside else (*_REWRITTEN, "schema")
    return all(
        _file_has(os.path.join(folder, path), entry["sha256"])
        for path, entry in lock["files"].items()
        if entry["class"] in classes
    )


def _file_has(path: str, expected: str) -> bool:
    return not os.path.islink(path) and has_content(_content(path), expected)


def _is_interrupted(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, PENDING, JOURNAL))


def _read_lock(folder: str) -> dict[str, Any]:
    lock: dict[str, Any] = json.loads(_content(os.path.join(folder, LOCK_NAME)))
    return lock


def _content(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _short(folder: str) -> str:
    here = os.path.join(os.getcwd(), "")
    return os.path.join(folder, "").removeprefix(here).rstrip(os.sep) or "."


def _is_same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
