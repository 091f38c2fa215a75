"""Compares what should be with what is, and decides what happens to each file. Writes nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from resforge.digests import has_content, text_sha256
from resforge.problems import EnvironmentProblem, Problem
from resforge.publish.lockfile import Entry, Lock, format_lock
from resforge.publish.paths import Inside, check_paths
from resforge.publish.places import LOCK_NAME
from resforge.render.files import WRITTEN_ONCE, FileClass, RenderedFile


class Action(StrEnum):
    """What a run does with one file."""

    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"
    """No longer generated, and unedited."""
    UNCHANGED = "unchanged"
    KEEP = "keep"
    """The user's file; not opened."""
    KEEP_DELETED = "keep-deleted"
    """The user deleted a file that is written once; it stays deleted."""
    KEEP_STALE = "keep-stale"
    """No longer generated, but edited; it stays and is mentioned in every run."""
    CONFLICT = "conflict"
    """Edited since it was written, or not written by the tool; the run stops."""
    REPLACE = "replace"
    """A conflict with --force: the file is kept as `.orig`."""


CHANGES = frozenset({Action.CREATE, Action.UPDATE, Action.REMOVE, Action.REPLACE})


@dataclass(frozen=True, slots=True)
class Signature:
    """Identifies the bytes of a file without reading them: inode, size, time of change in ns."""

    inode: int
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Change:
    """The decision about one file, with the bytes before and after where the tool may know them."""

    path: str
    action: Action
    file_class: FileClass
    before: bytes | None = None
    after: bytes | None = None
    signature: Signature | None = None
    owned: bool = True
    """Whether the lock says that the tool wrote the file."""

    @property
    def writes(self) -> bool:
        """Whether the change touches the disk."""
        return self.action in CHANGES


@dataclass(frozen=True, slots=True)
class Plan:
    """All decisions of one run, sorted by path; the lock file is decided last."""

    target: Path
    changes: tuple[Change, ...]
    lock: Change

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """The files that stop the run."""
        return tuple(change for change in self.changes if change.action is Action.CONFLICT)

    @property
    def writes(self) -> tuple[Change, ...]:
        """The changes that touch the disk, the lock file last."""
        found = tuple(change for change in self.changes if change.writes)
        return (*found, self.lock) if self.lock.writes else found


@dataclass(frozen=True, slots=True)
class Origin:
    """What the files were rendered from, for the lock."""

    version: str
    generator: str
    identifier: str
    schema_path: str
    schema_sha256: str
    resource_type: Mapping[str, Any] | None = None


def signature_of(path: Path) -> Signature | None:
    """Return the signature of the file at `path` (a link is not followed), None without a file."""
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Signature(status.st_ino, status.st_size, status.st_mtime_ns)


def make_plan(
    target: Path,
    files: Mapping[str, RenderedFile],
    origin: Origin,
    lock: Lock | None,
    *,
    force: bool = False,
) -> Plan:
    """Return what has to happen in `target` so that it holds `files`.

    UserError when a path is unsafe, EnvironmentProblem when a newer tool wrote the project. A plan
    with conflicts must not be applied; with `force` there are none.
    """
    if lock is not None and not force:
        _refuse_to_go_back(target, lock.version, origin.version)
    check_paths([*files, LOCK_NAME])
    old = lock.files if lock else {}
    inside = Inside(target)
    changes = [_decide(target, inside, path, file, old.get(path)) for path, file in files.items()]
    changes += _stale(target, inside, files, old)
    if force:
        changes = [_forced(change) for change in changes]
    changes.sort(key=lambda change: change.path)
    inside.check(LOCK_NAME)
    return Plan(target, tuple(changes), _lock_change(target, changes, origin, old))


def _refuse_to_go_back(target: Path, written_by: str, version: str) -> None:
    if _numbers(version) < _numbers(written_by):
        message = f"resforge {written_by} wrote the project, and this is {version}, which is older"
        hint = "update resforge, or go back on purpose with --force"
        place = str(target / LOCK_NAME)
        raise EnvironmentProblem(Problem(message, "older-resforge", file=place, hint=hint))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]+", version)[:3])


def _decide(
    target: Path, inside: Inside, path: str, file: RenderedFile, entry: Entry | None
) -> Change:
    place = target / path
    if file.file_class in WRITTEN_ONCE:
        return _decide_once(target, inside, path, file, entry)
    inside.check(path)
    before, signature = _read(place)
    if before is None:
        return Change(path, Action.CREATE, file.file_class, after=file.data)
    change = Change(
        path, Action.UPDATE, file.file_class, before, file.data, signature, entry is not None
    )
    if before == file.data or (entry is not None and _same_but_line_ends(before, file.data)):
        return replace(change, action=Action.UNCHANGED)
    if entry is None or not has_content(before, entry.sha256):
        return replace(change, action=Action.CONFLICT)
    return change


def _decide_once(
    target: Path, inside: Inside, path: str, file: RenderedFile, entry: Entry | None
) -> Change:
    if os.path.lexists(target / path):
        # Noted in the lock even if somebody else made it: once deleted it stays deleted.
        noted = None if entry is not None else file.data
        return Change(path, Action.KEEP, file.file_class, after=noted)
    if entry is not None:
        return Change(path, Action.KEEP_DELETED, file.file_class)
    inside.check(path)
    return Change(path, Action.CREATE, file.file_class, after=file.data)


def _stale(
    target: Path, inside: Inside, files: Mapping[str, RenderedFile], old: Mapping[str, Entry]
) -> Iterator[Change]:
    for path, entry in old.items():
        if path in files or not entry.file_class.tool_owned:
            continue
        check_paths([path])
        if not os.path.lexists(target / path):
            continue
        inside.check(path)
        before, signature = _read(target / path)
        unedited = before is not None and has_content(before, entry.sha256)
        action = Action.REMOVE if unedited else Action.KEEP_STALE
        yield Change(path, action, entry.file_class, before, None, signature)


def _forced(change: Change) -> Change:
    return replace(change, action=Action.REPLACE) if change.action is Action.CONFLICT else change


def _lock_change(
    target: Path, changes: list[Change], origin: Origin, old: Mapping[str, Entry]
) -> Change:
    entries = {path: entry for path, entry in old.items() if entry.file_class in WRITTEN_ONCE}
    entries |= {path: entry for change in changes for path, entry in _entry(change, old)}
    after = format_lock(
        Lock(
            version=origin.version,
            generator=origin.generator,
            identifier=origin.identifier,
            schema_path=origin.schema_path,
            schema_sha256=origin.schema_sha256,
            files=entries,
            resource_type=origin.resource_type,
        )
    )
    before, signature = _read(target / LOCK_NAME)
    same = before is not None and _same_but_line_ends(before, after)
    present = Action.UNCHANGED if same else Action.UPDATE
    action = Action.CREATE if before is None else present
    return Change(LOCK_NAME, action, FileClass.GENERATED, before, after, signature)


def _entry(change: Change, old: Mapping[str, Entry]) -> Iterator[tuple[str, Entry]]:
    if change.after is not None:
        yield change.path, Entry(change.file_class, text_sha256(change.after))
    elif change.action is not Action.REMOVE and change.path in old:
        yield change.path, old[change.path]


def _read(path: Path) -> tuple[bytes | None, Signature | None]:
    signature = signature_of(path)
    return (None, None) if signature is None else (path.read_bytes(), signature)


def _same_but_line_ends(one: bytes, other: bytes) -> bool:
    return one.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")
