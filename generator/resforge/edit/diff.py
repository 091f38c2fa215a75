"""The change of a file as a unified diff."""

from __future__ import annotations

import difflib

from resforge.render.invisible import reveal


def unified_diff(name: str, before: str, after: str) -> str:
    """The diff from `before` to `after`; line ends are not shown."""
    name = name.lstrip("/")
    lines = difflib.unified_diff(
        _lines(before), _lines(after), f"a/{name}", f"b/{name}", lineterm=""
    )
    return "".join(f"{reveal(line)}\n" for line in lines)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
