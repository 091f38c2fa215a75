"""Makes a failing run shorter: delta debugging over its commands, always on a fresh host."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

__all__ = ["shrink"]

T = TypeVar("T")


def shrink(
    steps: Sequence[T],
    still_fails: Callable[[Sequence[T]], bool],
    *,
    seconds: float = 2.0,
    clock: Callable[[], float] = time.monotonic,
) -> list[T]:
    """Return a shorter sequence for which `still_fails` holds.

    The order of the steps is kept. Stops after `seconds` of wall-clock time or when no single
    step can be left out any more; the result is `steps` itself when nothing can go.
    """
    deadline = clock() + seconds
    kept = list(steps)
    size = max(1, len(kept) // 2)
    while kept and clock() < deadline:
        shorter = _without_chunks(kept, size, still_fails, lambda: clock() < deadline)
        if size == 1 and len(shorter) == len(kept):
            break
        kept = shorter
        size = max(1, size // 2)
    return kept


def _without_chunks(
    steps: list[T],
    size: int,
    still_fails: Callable[[Sequence[T]], bool],
    time_left: Callable[[], bool],
) -> list[T]:
    """Drop every chunk of `size` steps that is not needed, from the end to the beginning."""
    kept = steps
    start = len(kept) - size
    while start > -size and time_left():
        begin = max(0, start)
        candidate = kept[:begin] + kept[start + size :]
        if len(candidate) < len(kept) and still_fails(candidate):
            kept = candidate
        start -= size
    return kept
