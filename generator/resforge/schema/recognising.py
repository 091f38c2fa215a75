"""Tells schemas of resource types from the other YAML, TOML and JSON files of a repository."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import yaml

from resforge.schema.reading import LARGEST, SYNTAX_OF_SUFFIX

__all__ = ["is_schema", "is_schema_text"]

_KEY = "resforge"
_AT_LINE_START = re.compile(r"""^[\s{]*["']?resforge["']?\s*[:=]""", re.MULTILINE)


def is_schema(path: Path) -> bool:
    """Whether a file has the key that every schema has at its top level: `resforge`.

    A file with mistakes in it counts when a line begins with that key, so that somebody is told.
    """
    syntax = SYNTAX_OF_SUFFIX.get(path.suffix.lower())
    if syntax is None:
        return False
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST)
    except OSError:
        return False
    if _KEY.encode() not in content:
        return False
    return is_schema_text(content.decode("utf-8-sig", "replace"), syntax)


def is_schema_text(text: str, syntax: str) -> bool:
    """Whether a text in this syntax has the key that every schema has at its top level."""
    try:
        return _KEY in _TOP_LEVEL_KEYS[syntax](text)
    except (ValueError, RecursionError, yaml.YAMLError):
        return _AT_LINE_START.search(text) is not None


def _json_keys(text: str) -> Iterable[str]:
    top = json.loads(text)
    return top if isinstance(top, dict) else ()


def _yaml_keys(text: str) -> Iterator[str]:
    """Yield the keys of the outermost mapping, without a recursion that deep files could exhaust."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.NodeEvent):
            if depth == 0 and not isinstance(event, yaml.MappingStartEvent):
                return
            if depth == 1:
                nodes += 1
                if nodes % 2 and isinstance(event, yaml.ScalarEvent):
                    yield event.value
            depth += isinstance(event, yaml.CollectionStartEvent)


_TOP_LEVEL_KEYS: dict[str, Callable[[str], Iterable[str]]] = {
    "json": _json_keys,
    "toml": tomllib.loads,
    "yaml": _yaml_keys,
}
