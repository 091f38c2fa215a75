"""How long work tells a person where it is."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "silent"]

Progress = Callable[[str], None]
"""Called with what is being done now, in a few words; the command line adds the elapsed time."""


def silent(message: str) -> None:
    """A progress that tells nobody."""
