"""From format 0 to format 1.

Format 0 is the draft from before the first release; a file without the key `resforge` counts as
one. It differs from format 1 in these spellings:

    type: DWORD, range: [0, 9]      of a property: format, minimum and maximum
    codes:                          control_codes
    modify: true                    of a control code: modifies
    single_instance: true           cluster; false is none
    pending_timeout: 180000         in timeouts: whole milliseconds, now durations with a unit
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from resforge.edit import Document, Edit
from resforge.schema import format_duration
from resforge.schema.findings import Path


def to_format_1(document: Document, data: dict[str, Any]) -> Iterator[Edit]:
    """The edits for a file of format 0 with `data`; raises CannotEditError."""
    if "resforge" in data:
        yield from document.replace(("resforge",), 1)
    else:
        yield from document.insert_first("resforge", 1)
    if isinstance(data.get("single_instance"), bool):
        value = "cluster" if data["single_instance"] else "none"
        yield from document.replace(("single_instance",), value)
    yield from _renamed(document, data, (), "codes", "control_codes")
    for path, item in _items(data, "properties"):
        yield from _renamed(document, item, path, "type", "format")
        yield from _range(document, path, item)
    for path, item in (*_items(data, "codes"), *_items(data, "control_codes")):
        yield from _renamed(document, item, path, "modify", "modifies")
    yield from _durations(document, ("timeouts",), data.get("timeouts"))


def _items(data: dict[str, Any], key: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    items = data.get(key)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield (key, index), item


def _renamed(
    document: Document, data: dict[str, Any], path: Path, old: str, new: str
) -> Iterator[Edit]:
    if old in data and new not in data:
        yield from document.rename((*path, old), new)


def _range(document: Document, path: Path, item: dict[str, Any]) -> Iterator[Edit]:
    limits = item.get("range")
    if isinstance(limits, list) and len(limits) == 2 and not {"minimum", "maximum"} & item.keys():
        where = (*path, "range")
        texts = [document.source((*where, index)) for index in (0, 1)]
        yield from document.replace_entry(where, zip(("minimum", "maximum"), texts, strict=True))


def _durations(document: Document, path: Path, data: Any) -> Iterator[Edit]:
    for key, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, dict):
            yield from _durations(document, (*path, key), value)
        elif isinstance(value, int) and not isinstance(value, bool) and value > 0:
            yield from document.replace((*path, key), format_duration(value))
