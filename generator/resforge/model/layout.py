"""Places the states of the statechart on a plane: a small layered layout with nested boxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from resforge.model.states import RhsState
from resforge.model.transitions import TRANSITIONS

COLUMN = 268
ROW = 150
WIDTH = 196
HEIGHT = 64
_LEFT, _TOP = 96.0, 112.0

_EVERYWHERE = frozenset({"T-13", "T-67"})
"""Transitions that leave every state inside Opened for Terminating; the diagram says so once."""

_TESTS = frozenset({"T-72", "T-77", "T-78", "T-79", "T-80", "T-81", "T-82"})
"""Only sent in marked negative tests."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels with a title."""

    name: str
    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the rectangle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Edge:
    """Transitions from one state to another, as one arrow."""

    source: str
    target: str
    ids: tuple[str, ...]

    @property
    def label(self) -> str:
        """The ids, with the common part written once."""
        return short(self.ids)


def short(ids: Iterable[str]) -> str:
    """Write transition ids with the common part once: "T-17 18 19"."""
    first, *rest = ids
    return " ".join([first, *(text.removeprefix("T-") for text in rest)])


_GRID: dict[str, tuple[float, float]] = {
    RhsState.ABSENT: (0, -0.12),
    RhsState.NOT_LOADED: (0, 0.75),
    RhsState.CLOSED: (0, 2),
    RhsState.LOST: (0, 3.6),
    RhsState.OPENING: (1, 1.3),
    RhsState.CLOSING: (1, 2.7),
    RhsState.OFFLINE: (2.2, 2),
    RhsState.ONLINE_IN_PROGRESS: (3.2, 0.45),
    RhsState.ONLINE_PENDING: (4.5, 0.45),
    RhsState.ONLINE: (5.5, 2),
    RhsState.OFFLINE_IN_PROGRESS: (4.5, 3.55),
    RhsState.OFFLINE_PENDING: (3.2, 3.55),
    RhsState.TERMINATING: (3.85, 2),
}
"""Column and row of each state: lifecycle on the left, going online above, offline below."""


def nodes() -> dict[str, Box]:
    """Return the box of every leaf state."""
    placed = {
        str(state): Box(state, _LEFT + column * COLUMN, _TOP + row * ROW, WIDTH, HEIGHT)
        for state, (column, row) in _GRID.items()
    }
    x, y = placed[RhsState.ABSENT].centre
    return {**placed, RhsState.ABSENT: Box(RhsState.ABSENT, x - 10, y - 10, 20, 20)}


def edges() -> tuple[Edge, ...]:
    """Return one edge for each pair of states.

    Left out is what leaves many states alike: into Lost, and into Terminating by `everywhere`.
    """
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in TRANSITIONS:
        if row.target is None or row.target is RhsState.LOST:
            continue
        for state in row.states:
            if state is not row.target and row.id not in _EVERYWHERE:
                found[state, row.target].append(row.id)
    return tuple(Edge(*pair, tuple(sorted(set(ids)))) for pair, ids in found.items())


def loops() -> dict[str, tuple[str, ...]]:
    """Return the ids of transitions that stay in a state, by state."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in TRANSITIONS:
        for state in row.states:
            stays = row.target is state or (row.target is None and len(row.states) <= 3)
            if stays and row.id not in _TESTS:
                found[state].add(row.id)
    return {state: tuple(sorted(ids)) for state, ids in found.items()}


def losses() -> tuple[str, ...]:
    """Return the ids of transitions into Lost."""
    into = (row for row in TRANSITIONS if row.target is RhsState.LOST)
    return tuple(sorted({row.id for row in into if RhsState.LOST not in row.states}))


def everywhere() -> tuple[str, ...]:
    """Return the ids of transitions from every state inside Opened into Terminating."""
    return tuple(sorted(_EVERYWHERE))


def around(boxes: Iterable[Box], name: str, margin: float) -> Box:
    """Return a box with a title line around other boxes."""
    inner = tuple(boxes)
    left = min(box.x for box in inner) - margin
    top = min(box.y for box in inner) - margin - 22
    right = max(box.x + box.width for box in inner) + margin
    bottom = max(box.y + box.height for box in inner) + margin
    return Box(name, left, top, right - left, bottom - top)
