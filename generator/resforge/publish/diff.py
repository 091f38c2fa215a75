"""Unified diffs of a plan, and advice about hand-edited files."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from resforge.publish.plan import Action, Change
from resforge.render.files import FileClass

_SUFFIXES = (
    ("_model.py", "the schema: the model follows from its properties, codes and timeouts"),
    (".md", "the schema: descriptions, units and examples of its properties and codes"),
    (".ps1", "a script of your own beside it that calls this one"),
    (".rc", "the schema: version, vendor, description and dll_name"),
    (".def", "the schema: dll_name; a resource DLL exports Startup and nothing else"),
)


def unified(change: Change) -> str:
    """Return the diff from the file on disk to the new one; empty when nothing differs.

    Line ends are not shown. For a removal everything is taken away.
    """
    before, after = _lines(change.before), _lines(change.after)
    old = f"a/{change.path}" if change.before is not None else "/dev/null"
    new = f"b/{change.path}" if change.after is not None else "/dev/null"
    return "".join(_complete(difflib.unified_diff(before, after, old, new)))


def place_for_edit(change: Change, identifier: str) -> str:
    """Return where an edit of a file that the tool writes belongs, as the end of a sentence."""
    if change.file_class is FileClass.SCHEMA:
        return f"{change.path}: generate from that file from now on"
    if change.file_class is FileClass.RUNTIME:
        return "a header of your own in src/; the runtime is the same for every resource type"
    for suffix, place in _SUFFIXES:
        if change.path.endswith(suffix):
            return place
    return f"src/{identifier}_hooks.cpp for behaviour, the schema for everything else"


def edited(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes whose file on disk is not what the tool wrote."""
    kinds = (Action.CONFLICT, Action.REPLACE, Action.KEEP_STALE)
    return tuple(change for change in changes if change.action in kinds)


def _lines(data: bytes | None) -> list[str]:
    if data is None:
        return []
    text = data.decode("utf-8", errors="backslashreplace").replace("\r\n", "\n")
    return [line + "\n" for line in text.split("\n")[:-1]] + (
        [last] if (last := text.split("\n")[-1]) else []
    )


def _complete(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
