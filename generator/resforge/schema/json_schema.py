"""The JSON Schema of a schema file, exported from the models for editors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from resforge.schema.constants import ResourceClass
from resforge.schema.formats import NUMBER_RANGE, PropertyFormat
from resforge.schema.model import ResourceType

_FIRST = ("$ref", "description", "type", "const", "enum", "default", "examples", "required")
_HEX = {"type": "string", "pattern": "^([0-9A-Fa-f]{2}([ ,:-](?=[0-9A-Fa-f]{2}))?)*$"}
_TIME = {"type": ["integer", "string"], "minimum": 0, "maximum": 2**64 - 1}
_TYPED: dict[PropertyFormat, dict[str, Any]] = {
    PropertyFormat.SZ: {"type": "string"},
    PropertyFormat.EXPAND_SZ: {"type": "string"},
    PropertyFormat.MULTI_SZ: {"type": "array", "items": {"type": "string", "minLength": 1}},
    PropertyFormat.BINARY: _HEX,
    PropertyFormat.BOOL: {"type": "boolean"},
    PropertyFormat.FILETIME: _TIME,
}


def export_json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that accepts what the models accept, file by file.

    It knows what an editor can check while one types: keys, types, values, ranges of single
    values. What relates several values is left to the models.
    """
    exported = ResourceType.model_json_schema(by_alias=True)
    for part in list(_parts(exported)):
        _tidy(part)
    definitions = exported["$defs"]
    definitions["Property"]["allOf"] = [_values_of(format_) for format_ in PropertyFormat]
    definitions["Dependency"]["oneOf"] = [{"required": ["class"]}, {"required": ["type"]}]
    definitions["ControlCode"]["allOf"] = [_no_states_of_types()]
    _allow_no_unknown_dependency(definitions["Dependency"])
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:resforge:resource-type:1",
        "title": "resforge resource type",
    }
    return head | exported


def json_schema_text() -> str:
    """The JSON Schema as the published file has it."""
    return json.dumps(export_json_schema(), indent=2, ensure_ascii=False) + "\n"


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """`schema` and all schemas inside it; examples and defaults are data, not schemas."""
    yield schema
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            inner = list(value.values())
        elif key in ("anyOf", "oneOf", "allOf"):
            inner = value
        else:
            inner = [value] if key == "items" else []
        for item in inner:
            yield from _parts(item)


def _tidy(part: dict[str, Any]) -> None:
    """Remove derived titles, and defaults that a file would not spell like this."""
    part.pop("title", None)
    if part.get("default", 0) is None or isinstance(part.get("default"), dict):
        del part["default"]
    if "description" in part:
        part["description"] = " ".join(part["description"].split("\n\n")[0].split())
    _drop_null(part)
    _order(part)


def _order(part: dict[str, Any]) -> None:
    """The same order of keys whatever the version of the exporting library."""
    for key in sorted(part, key=_rank):
        part[key] = part.pop(key)


def _rank(key: str) -> tuple[int, str]:
    return (_FIRST.index(key) if key in _FIRST else len(_FIRST)), key


def _drop_null(part: dict[str, Any]) -> None:
    """A key without a value is left out of the file; null is refused."""
    options = part.get("anyOf")
    if not isinstance(options, list) or {"type": "null"} not in options:
        return
    options.remove({"type": "null"})
    if len(options) == 1:
        del part["anyOf"]
        part.update(options[0])


def _values_of(format_: PropertyFormat) -> dict[str, Any]:
    """How the values of a property of `format_` are written."""
    typed = _TYPED.get(format_) or _number(format_)
    bound: Any = typed if format_ in NUMBER_RANGE else False
    return {
        "if": {"properties": {"format": {"const": str(format_)}}, "required": ["format"]},
        "then": {
            "properties": {"default": typed, "example": typed, "minimum": bound, "maximum": bound}
        },
    }


def _number(format_: PropertyFormat) -> dict[str, Any]:
    lowest, highest = NUMBER_RANGE[format_]
    return {"type": "integer", "minimum": lowest, "maximum": highest}


def _no_states_of_types() -> dict[str, Any]:
    return {
        "if": {"properties": {"scope": {"const": "resource_type"}}, "required": ["scope"]},
        "then": {"properties": {"states": False}},
    }


def _allow_no_unknown_dependency(dependency: dict[str, Any]) -> None:
    options = dependency["properties"]["class"]["anyOf"]
    options[0] = {"enum": [str(c) for c in ResourceClass if c is not ResourceClass.UNKNOWN]}
