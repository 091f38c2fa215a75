"""Turns a validation error into problems with places, and takes the unsound parts out.

A required key's value is replaced rather than taken out with its whole item, so that the item's
other keys are still compared with those of its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from resforge.schema.control_codes import LARGEST_FUNCTION
from resforge.schema.findings import Finding, InvalidValueError, Path
from resforge.schema.located import LocatedList, LocatedMapping, Source, SourceProblem, locate
from resforge.schema.wording import kind, quoted


@dataclass(frozen=True, slots=True)
class _StandIn:
    """What is put for the value of a required key; `others` mean nothing without the true one.

    `{}` in a text becomes a number of its own, since names must differ.
    """

    value: str | int
    others: tuple[str, ...] = ()


_NAME = _StandIn("stand-in \ue000 {}")
_ROOT = {"resforge": _StandIn(1), "name": _StandIn("Placeholder")}
_IN_LIST = {
    ("properties", "name"): _NAME,
    ("properties", "format"): _StandIn("SZ", ("default", "minimum", "maximum", "example")),
    ("control_codes", "name"): _NAME,
    ("control_codes", "function"): _StandIn(LARGEST_FUNCTION),
    ("fields", "name"): _NAME,
    ("fields", "format"): _StandIn("DWORD", ("length",)),
}
_ITEM = "<item>"
_EXPECTED = {
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "tuple_type": "a list",
}


class Repair:
    """Repairs the data of one file, round by round, and remembers what it took out."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._removed: set[tuple[int, str]] = set()
        self._kept_alive: list[Any] = []

    def apply(self, error: ValidationError) -> tuple[list[SourceProblem], bool]:
        """The problems of `error`, and whether validation should run again.

        Findings about the whole come last and all at once, so nothing follows them.
        """
        found = [finding for details in error.errors() for finding in _findings(details)]
        problems = [self._problem(finding) for finding in found if self._is_news(finding)]
        of_whole = any(not details["loc"] for details in error.errors())
        if of_whole:
            return problems, False
        unsound = {self._unsound(finding.path) for finding in found}
        if () in unsound:
            return problems, False
        for path in sorted(unsound, key=_order, reverse=True):
            if not any(path[:size] in unsound for size in range(len(path))):
                self._take_out(path)
        return problems, True

    def _problem(self, finding: Finding) -> SourceProblem:
        path = finding.path[:-1] if finding.code == "missing-key" else finding.path
        mark = locate(self._source.root, self._source.mark, path)
        return SourceProblem(finding.code, finding.message, mark, finding.hint)

    def _is_news(self, finding: Finding) -> bool:
        return not any(self._was_removed(path) for path in (finding.path, *finding.because))

    def _was_removed(self, path: Path) -> bool:
        value: Any = self._source.root
        for step in path:
            if isinstance(value, LocatedMapping):
                if (id(value), step) in self._removed:
                    return True
                value = value.get(str(step))
            elif isinstance(value, LocatedList) and isinstance(step, int):
                if step >= len(value):
                    return (id(value), _ITEM) in self._removed
                value = value[step]
        return False

    def _unsound(self, path: Path) -> Path:
        """What has to go: the value at `path`, or what lacks it. Empty when that is the whole."""
        if not path:
            return path
        parents, last = path[:-1], path[-1]
        holder = _follow(self._source.root, parents)
        if isinstance(holder, LocatedMapping):
            there = str(last) in holder or _stand_in(path) is not None
        else:
            there = isinstance(holder, LocatedList) and isinstance(last, int) and last < len(holder)
        return path if there else self._unsound(parents)

    def _take_out(self, path: Path) -> None:
        """Remove the value at `path`, which is there or has a placeholder."""
        parents, last = path[:-1], path[-1]
        holder = _follow(self._source.root, parents)
        if isinstance(holder, LocatedList) and isinstance(last, int):
            self._note(holder, _ITEM)
            holder.remove_at(last)
        elif isinstance(holder, LocatedMapping):
            self._remove_key(holder, str(last), _stand_in(path))

    def _note(self, holder: Any, key: str) -> None:
        """Remember what was removed; `holder` must live on, since its id stands for it."""
        self._kept_alive.append(holder)
        self._removed.add((id(holder), key))

    def _remove_key(self, mapping: LocatedMapping, key: str, stand_in: _StandIn | None) -> None:
        self._note(mapping, key)
        if stand_in is None:
            mapping.drop(key)
            return
        value = stand_in.value
        if isinstance(value, str):
            value = value.format(len(self._kept_alive))
        mapping.put(key, value, mapping.mark, mapping.mark)
        for other in stand_in.others:
            self._note(mapping, other)
            mapping.drop(other)


def _stand_in(path: Path) -> _StandIn | None:
    if len(path) == 1:
        return _ROOT.get(str(path[0]))
    if len(path) >= 3 and isinstance(path[-2], int):
        return _IN_LIST.get((str(path[-3]), str(path[-1])))
    return None


def _order(path: Path) -> tuple[tuple[int, str], ...]:
    """Sorts list items by index, so that removing from the back keeps the other indices right."""
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)


def _follow(root: Any, path: Path) -> Any:
    value = root
    for step in path:
        if isinstance(value, LocatedMapping):
            value = value.get(str(step))
        elif isinstance(value, LocatedList) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _findings(details: Any) -> Iterator[Finding]:
    """The findings of one error of pydantic, with paths from the root of the file."""
    path = tuple(step for step in details["loc"] if not str(step).startswith("<"))
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, InvalidValueError):
        for finding in cause.findings:
            because = tuple((*path, *inner) for inner in finding.because)
            yield Finding(
                finding.code, finding.message, (*path, *finding.path), finding.hint, because
            )
    elif details["type"] == "missing":
        yield _missing(path)
    elif details["type"] != "default_factory_not_called":
        expected = _EXPECTED.get(details["type"], "another kind of value")
        message = f"expected {expected}, found {kind(details['input'])}"
        yield Finding("wrong-type", message, path)


def _missing(path: Path) -> Finding:
    key = quoted(str(path[-1])).strip('"')
    hint = "begin with resforge: 1" if key == "resforge" else None
    what = 'the key "fields" or "bytes"' if key == "fields" else f'the required key "{key}"'
    other = ((*path[:-1], "bytes"),) if key == "fields" else ()
    return Finding("missing-key", f"{what} is missing", path, hint, because=other)
