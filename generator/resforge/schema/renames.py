"""Checks of `renamed_from`: a former name belongs to one thing, and to none that exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from resforge.names import ordinal_key
from resforge.schema.findings import Finding
from resforge.schema.wording import quoted

if TYPE_CHECKING:
    from resforge.schema.control_codes import ControlCode
    from resforge.schema.properties import Property


def check_renames(
    key: str, what: str, items: Sequence[Property | ControlCode], made: Callable[[str], str]
) -> Iterator[Finding]:
    """Findings for the former names in one list; `what` says what the list holds.

    `made` gives what generated code makes of a name and must be of one item only.
    """
    for index, item in enumerate(items):
        former = item.renamed_from
        if former is None:
            continue
        path = (key, index, "renamed_from")
        taken = next((n for n, other in enumerate(items) if _clashes(former, other, made)), None)
        if taken is not None:
            yield _taken(path, what, items, index, taken, made)
            continue
        earlier = [other.renamed_from for other in items[:index] if other.renamed_from]
        if ordinal_key(former) in map(ordinal_key, earlier):
            message = f"two of this list were renamed from {quoted(former)}; one stored value or"
            yield Finding("duplicate-renamed-from", f"{message} hook cannot become both", path)
        elif alike := [name for name in earlier if made(name) == made(former)]:
            message = f"{quoted(former)} and {quoted(alike[0])} both become {made(former)}"
            yield Finding("duplicate-renamed-from", f"{message} in generated code", path)


def _clashes(former: str, other: Property | ControlCode, made: Callable[[str], str]) -> bool:
    return ordinal_key(former) == ordinal_key(other.name) or (
        made(former) == made(other.name) and other.renamed_from != former
    )


def _taken(
    path: tuple[str | int, ...],
    what: str,
    items: Sequence[Property | ControlCode],
    index: int,
    taken: int,
    made: Callable[[str], str],
) -> Finding:
    item, other = items[index], items[taken]
    because = ((path[0], taken, "name"), (path[0], index, "name"))
    if taken == index:
        message = f"{quoted(item.name)} cannot be renamed from itself"
        return Finding("renamed-from-itself", message, path, "remove the key", because)
    message = f"{quoted(item.renamed_from or '')} is the name of another {what} of this schema"
    if ordinal_key(item.renamed_from or "") != ordinal_key(other.name):
        message = (
            f"{quoted(item.renamed_from or '')} and {quoted(other.name)} both become"
            f" {made(other.name)} in generated code"
        )
    return Finding("renamed-from-existing", message, path, None, because)
