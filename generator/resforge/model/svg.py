"""The statechart as SVG: nested boxes, arrows with transition ids, readable on any background."""

from __future__ import annotations

from math import hypot
from xml.sax.saxutils import escape

from resforge.model.layout import (
    Box,
    Edge,
    around,
    edges,
    everywhere,
    loops,
    losses,
    nodes,
    short,
)
from resforge.model.states import OPENED, PARENTS, RhsState

_BENDS: dict[tuple[str, str], float] = {
    (RhsState.ONLINE_IN_PROGRESS, RhsState.ONLINE): -400,
    (RhsState.OFFLINE_IN_PROGRESS, RhsState.OFFLINE): -400,
    (RhsState.CLOSED, RhsState.OPENING): -14,
    (RhsState.OPENING, RhsState.CLOSED): -14,
    (RhsState.LOST, RhsState.NOT_LOADED): -300,
}
"""How far an arrow leaves the straight line, in pixels to its left."""

_STYLE = """
  text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2933; }
  .name { font-weight: 600; text-anchor: middle; }
  .stays { font-size: 10.5px; text-anchor: middle; fill: #52606d; }
  .composite { font-weight: 600; fill: #52606d; }
  .label { font-size: 11.5px; text-anchor: middle; fill: #0b4f6c; }
  .behind { fill: #f7f8f9; }
  .note { font-size: 12px; fill: #52606d; }
  .state { fill: #ffffff; stroke: #52606d; stroke-width: 1.4; }
  .pending { fill: #fff8e6; }
  .online { fill: #e8f6ec; }
  .terminating, .lost { fill: #fdecea; }
  .box { fill: none; stroke: #9aa5b1; stroke-dasharray: 5 4; }
  .edge { fill: none; stroke: #3e4c59; stroke-width: 1.3; marker-end: url(#arrow); }
"""

_CLASSES = {
    RhsState.ONLINE: "state online",
    RhsState.ONLINE_PENDING: "state pending",
    RhsState.OFFLINE_PENDING: "state pending",
    RhsState.ONLINE_IN_PROGRESS: "state pending",
    RhsState.OFFLINE_IN_PROGRESS: "state pending",
    RhsState.TERMINATING: "state terminating",
    RhsState.LOST: "state lost",
}


def render_svg() -> str:
    """Return the diagram as one SVG document, the same bytes every time."""
    placed = nodes()
    groups = _groups(placed)
    parts = [_composite(box) for box in groups]
    parts += [_edge(edge, placed) for edge in edges()]
    parts += [_state(RhsState(name), box) for name, box in placed.items()]
    parts += [_label(edge, placed) for edge in edges()]
    outer = groups[0]
    width, height = outer.x + outer.width + 24, outer.y + outer.height + 74
    parts += _notes(outer)
    return _document(width, height, "\n".join(parts))


def _document(width: float, height: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" '
        'aria-label="States of a resource in RHS and the transitions between them">\n'
        f"<style>{_STYLE}</style>\n"
        '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
        'markerHeight="8" orient="auto-start-reverse">'
        '<path d="M0 0L10 5L0 10z" fill="#3e4c59"/></marker></defs>\n'
        f'<rect width="{width:g}" height="{height:g}" rx="10" fill="#f7f8f9"/>\n'
        f"{body}\n</svg>\n"
    )


def _groups(placed: dict[str, Box]) -> list[Box]:
    onlining = _group(placed, "Onlining")
    offlining = _group(placed, "Offlining")
    opened = [placed[state] for state in OPENED]
    arcs = 44
    return [
        _taller(around([*opened, onlining, offlining], "Opened", 26), arcs),
        onlining,
        offlining,
    ]


def _taller(box: Box, by: float) -> Box:
    return Box(box.name, box.x, box.y - by, box.width, box.height + 2 * by)


def _group(placed: dict[str, Box], name: str) -> Box:
    members = [box for state, box in placed.items() if PARENTS.get(state) == name]
    return around(members, name, 16)


def _composite(box: Box) -> str:
    """Arrows cross the upper corner of Offlining, so its title stands below on the right."""
    x, y, anchor = box.x + 12, box.y + 18, "start"
    if box.name == "Offlining":
        x, y, anchor = box.x + box.width - 12, box.y + box.height - 3, "end"
    return (
        f'<rect class="box" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" '
        f'height="{box.height:g}" rx="12"/>'
        f'<text class="composite" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{box.name}</text>'
    )


def _state(state: RhsState, box: Box) -> str:
    x, y = box.centre
    if state is RhsState.ABSENT:
        return f'<circle cx="{x:g}" cy="{y:g}" r="8" fill="#3e4c59"/>'
    lines = _wrapped(loops().get(state, ()))
    top = y + 5 - 6.5 * len(lines)
    texts = [f'<text class="name" x="{x:g}" y="{top:g}">{escape(state)}</text>']
    texts += [
        f'<text class="stays" x="{x:g}" y="{top + 14 * (number + 1):g}">{line}</text>'
        for number, line in enumerate(lines)
    ]
    kind = _CLASSES.get(state, "state")
    return (
        f'<rect class="{kind}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" '
        f'height="{box.height:g}" rx="8"/>' + "".join(texts)
    )


def _wrapped(ids: tuple[str, ...]) -> list[str]:
    if not ids:
        return []
    halves = [ids] if len(ids) <= 7 else [ids[:7], ids[7:]]
    return [f"{'stays: ' if not number else ''}{short(half)}" for number, half in enumerate(halves)]


def _edge(edge: Edge, placed: dict[str, Box]) -> str:
    source, target = placed[edge.source], placed[edge.target]
    control = _control(edge, placed)
    start, end = _border(source, control), _border(target, control)
    return (
        f'<path class="edge" d="M{start[0]:.1f} {start[1]:.1f}'
        f'Q{control[0]:.1f} {control[1]:.1f} {end[0]:.1f} {end[1]:.1f}"/>'
    )


def _label(edge: Edge, placed: dict[str, Box]) -> str:
    source, target = placed[edge.source], placed[edge.target]
    control = _control(edge, placed)
    start, end = _border(source, control), _border(target, control)
    x = (start[0] + 2 * control[0] + end[0]) / 4
    y = (start[1] + 2 * control[1] + end[1]) / 4 + 4
    width = 6.6 * len(edge.label) + 6
    return (
        f'<rect class="behind" x="{x - width / 2:.1f}" y="{y - 12:.1f}" width="{width:.1f}" '
        f'height="16"/><text class="label" x="{x:.1f}" y="{y:.1f}">{edge.label}</text>'
    )


def _control(edge: Edge, placed: dict[str, Box]) -> tuple[float, float]:
    """Middle of the straight line, moved aside by the bend of the edge."""
    (x1, y1), (x2, y2) = placed[edge.source].centre, placed[edge.target].centre
    length = hypot(x2 - x1, y2 - y1) or 1
    bend = _BENDS.get((edge.source, edge.target), 0.0)
    return (
        (x1 + x2) / 2 + bend * -(y2 - y1) / length,
        (y1 + y2) / 2 + bend * (x2 - x1) / length,
    )


def _border(box: Box, towards: tuple[float, float]) -> tuple[float, float]:
    """Point where the line from the middle of a box to another point leaves the box."""
    (x, y), (dx, dy) = box.centre, (towards[0] - box.centre[0], towards[1] - box.centre[1])
    reach = min(
        box.width / 2 / abs(dx) if dx else float("inf"),
        box.height / 2 / abs(dy) if dy else float("inf"),
    )
    return x + dx * reach, y + dy * reach


def _notes(outer: Box) -> list[str]:
    apart = f"From every state inside Opened to Terminating: {short(everywhere())}."
    lost = f"From every state of a process to Lost: {short(losses())}."
    controls = "Controls (T-68 69 71 74) leave every state as it is."
    colours = "Yellow: a call or its worker is under way. Red: on the way out."
    notes = (f"{apart} {lost}", f"{controls} {colours}")
    bottom = outer.y + outer.height + 30
    return [
        f'<text class="note" x="36" y="{bottom + 20 * number:g}">{escape(text)}</text>'
        for number, text in enumerate(notes)
    ]
