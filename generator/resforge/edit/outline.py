"""Where keys and values begin and end in a text of any of the three syntaxes.

The parsers of `resforge.schema` say where things begin; an edit also needs to know where they end
and whether lines or brackets hold them together. An outline is made only of texts that the parsers
took without a problem, so it need not report errors of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from resforge.schema.toml_places import Places, scan_places

Span = tuple[int, int]


@dataclass(slots=True)
class Node:
    """A value, from `start` to `end`, and the key that holds it.

    `keys` are the spans of its key: none for an item of a list, several where TOML repeats it.
    `entry` is where the text of the entry begins. `flow` is true for what brackets hold together.
    `fixed` is true where an edit could change more than this value: anchors and aliases of YAML.
    """

    start: int
    end: int
    keys: list[Span] = field(default_factory=list)
    entry: int = 0
    children: dict[str | int, Node] = field(default_factory=dict)
    flow: bool = False
    fixed: bool = False


def outline(text: str, syntax: str) -> Node:
    """The outline of `text`, which is valid `yaml`, `toml` or `json`."""
    makers: dict[str, Callable[[str], Node]] = {
        "yaml": _yaml_outline,
        "toml": _toml_outline,
        "json": _json_outline,
    }
    return makers[syntax](text)


_LOADER: type[Any] = getattr(yaml, "CLoader", yaml.Loader)


def _yaml_outline(text: str) -> Node:
    events: Iterator[Any] = (
        event
        for event in yaml.parse(text, Loader=_LOADER)
        if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent)
    )
    return _yaml_node(next(events), events, text)


def _yaml_node(event: Any, events: Iterator[Any], text: str) -> Node:
    node = Node(event.start_mark.index, event.end_mark.index)
    node.fixed = event.anchor is not None
    if isinstance(event, yaml.MappingStartEvent):
        _yaml_mapping(node, events, text)
    elif isinstance(event, yaml.SequenceStartEvent):
        _yaml_list(node, events, text)
    else:
        node.end = node.start + len(text[node.start : node.end].rstrip())
        return node
    node.flow = bool(event.flow_style)
    return node


def _yaml_mapping(node: Node, events: Iterator[Any], text: str) -> None:
    while not isinstance(event := next(events), yaml.CollectionEndEvent):
        key = _yaml_node(event, events, text)
        child = _yaml_node(next(events), events, text)
        child.keys, child.entry = [(key.start, key.end)], key.start
        child.fixed |= key.fixed
        node.children[str(getattr(event, "value", ""))] = child
    _end_after_children(node, event)


def _yaml_list(node: Node, events: Iterator[Any], text: str) -> None:
    while not isinstance(event := next(events), yaml.CollectionEndEvent):
        child = _yaml_node(event, events, text)
        child.entry = child.start
        node.children[len(node.children)] = child
    _end_after_children(node, event)


def _end_after_children(node: Node, event: Any) -> None:
    """A block collection's end event comes after the comments that follow it."""
    closed_by_bracket = event.end_mark.index > event.start_mark.index
    last = max((child.end for child in node.children.values()), default=node.end)
    node.end = event.end_mark.index if closed_by_bracket else last
    node.fixed |= any(child.fixed for child in node.children.values())


def _toml_outline(text: str) -> Node:
    return _toml_node(scan_places(text), text)


def _toml_node(places: Places, text: str) -> Node:
    """Tables of headers and dotted keys have no end; their text can be scattered."""
    node = Node(places.start, places.end, list(places.written), places.entry or places.key)
    node.flow = bool(places.end) and text.startswith(("{", "["), places.start)
    node.children = {key: _toml_node(child, text) for key, child in places.children.items()}
    return node


_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_WORD = re.compile(r"[^,\]}\s]+")


def _json_outline(text: str) -> Node:
    return _json_node(text, _skip(text, 0))


def _skip(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    assert match is not None
    return match.end()


def _json_node(text: str, offset: int) -> Node:
    if text[offset] == "{":
        return _json_collection(text, offset, "}")
    if text[offset] == "[":
        return _json_collection(text, offset, "]")
    match = (_STRING if text[offset] == '"' else _WORD).match(text, offset)
    assert match is not None
    return Node(offset, match.end(), entry=offset)


def _json_collection(text: str, start: int, close: str) -> Node:
    node = Node(start, start, entry=start, flow=True)
    offset = _skip(text, start + 1)
    while text[offset] != close:
        name: str | int = len(node.children)
        entry, keys = offset, []
        if close == "}":
            match = _STRING.match(text, offset)
            assert match is not None
            name, keys = json.loads(match[0]), [match.span()]
            offset = _skip(text, _skip(text, match.end()) + 1)
        child = _json_node(text, offset)
        child.keys, child.entry = keys, entry
        node.children[name] = child
        offset = _skip(text, child.end)
        offset = _skip(text, offset + 1) if text[offset] == "," else offset
    node.end = offset + 1
    return node
