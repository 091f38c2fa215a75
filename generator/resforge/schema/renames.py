"""Checks of `renamed_from`: a former name belongs to one thing, and to none that exists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from resforge.names import ordinal_key
from resforge.schema.findings import Finding
from resforge.schema.naming import identifier
from resforge.schema.wording import quoted

if TYPE_CHECKING:
    from resforge.schema.control_codes import ControlCode
    from resforge.schema.properties import Property


def check_renames(
    key: str, what: str, items: Sequence[Property | ControlCode]
) -> Iterator[Finding]:
    """Findings for the former names in one list; `what` says what the list holds."""
    for index, item in enumerate(items):
        former = item.renamed_from
        if former is None:
            continue
        path = (key, index, "renamed_from")
        earlier = [other.renamed_from for other in items[:index] if other.renamed_from]
        taken = next((n for n, other in enumerate(items) if _clashes(former, other)), None)
        if taken is not None:
            yield _taken(path, what, items, index, taken)
        elif ordinal_key(former) in map(ordinal_key, earlier):
            message = f"two of this list were renamed from {quoted(former)}; one stored value or"
            yield Finding("duplicate-renamed-from", f"{message} hook cannot become both", path)


def _clashes(former: str, other: Property | ControlCode) -> bool:
    return ordinal_key(former) == ordinal_key(other.name) or (
        identifier(former) == other.identifier and other.renamed_from != former
    )


def _taken(
    path: tuple[str | int, ...],
    what: str,
    items: Sequence[Property | ControlCode],
    index: int,
    taken: int,
) -> Finding:
    item, other = items[index], items[taken]
    because = ((path[0], taken, "name"), (path[0], index, "name"))
    if taken == index:
        message = f"{quoted(item.name)} cannot be renamed from itself"
        return Finding("renamed-from-itself", message, path, "remove the key", because)
    message = f"{quoted(item.renamed_from or '')} is the name of another {what} of this schema"
    if ordinal_key(item.renamed_from or "") != ordinal_key(other.name):
        message = (
            f"{quoted(item.renamed_from or '')} and {quoted(other.name)} both become the"
            f" identifier {other.identifier}"
        )
    return Finding("renamed-from-existing", message, path, None, because)
