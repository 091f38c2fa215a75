"""The statechart as a Mermaid state diagram."""

from __future__ import annotations

from resforge.model.layout import Edge, edges, everywhere, loops, losses, short
from resforge.model.states import PARENTS, RhsState


def render_mermaid() -> str:
    """Return a `stateDiagram-v2`, the same text every time."""
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [f"    {_arrow(edge)}" for edge in edges() if _outside(edge)]
    lines += _composite("Opened", 1)
    lines += [
        f"    Opened --> Lost: {short(losses())}",
        "    note right of Lost",
        f"        Every state inside Opened reaches Terminating by {short(everywhere())}.",
        "    end note",
    ]
    return "\n".join(lines) + "\n"


def _composite(name: str, depth: int) -> list[str]:
    indent = "    " * depth
    lines = [f"{indent}state {name} {{"]
    inner = [child for child, parent in PARENTS.items() if parent == name]
    for child in inner:
        if not isinstance(child, RhsState):
            lines += _composite(child, depth + 1)
    lines += [f"{indent}    {_arrow(edge)}" for edge in edges() if _owner(edge) == name]
    stays = loops()
    lines += [
        f"{indent}    {child} --> {child}: {short(stays[child])}"
        for child in inner
        if isinstance(child, RhsState) and child in stays
    ]
    return [*lines, f"{indent}}}"]


def _arrow(edge: Edge) -> str:
    source = "[*]" if edge.source == RhsState.ABSENT else edge.source
    return f"{source} --> {edge.target}: {edge.label}"


def _ancestors(state: str) -> list[str]:
    found: list[str] = []
    parent = PARENTS.get(state)
    while parent is not None:
        found.append(parent)
        parent = PARENTS.get(parent)
    return found


def _owner(edge: Edge) -> str | None:
    """Innermost composite state that holds both ends, None at the top level."""
    inside = _ancestors(edge.target)
    return next((name for name in _ancestors(edge.source) if name in inside), None)


def _outside(edge: Edge) -> bool:
    return _owner(edge) is None
