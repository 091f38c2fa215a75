"""Shared by the schema tests: short ways to load text and to write it in three syntaxes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from resforge.problems import Problem, UserError
from resforge.schema import ResourceType, load_resource_type_text

Syntax = Literal["yaml", "toml", "json"]

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
EXAMPLES = ("minimal", "process_supervisor", "file_share")
HEAD = "resforge: 1\nname: Thing\n"


def load(text: str, syntax: Syntax = "yaml") -> ResourceType:
    """The resource type in `text`."""
    return load_resource_type_text(text, file="thing", syntax=syntax).resource_type


def problems(text: str, syntax: Syntax = "yaml") -> tuple[Problem, ...]:
    """The problems of `text`; none when it loads."""
    try:
        load(text, syntax)
    except UserError as error:
        return error.problems
    return ()


def found(text: str, syntax: Syntax = "yaml") -> list[tuple[int | None, int | None, str]]:
    """Line, column and code of each problem."""
    return [(problem.line, problem.column, problem.code) for problem in problems(text, syntax)]


def codes(text: str, syntax: Syntax = "yaml") -> list[str]:
    """The code of each problem."""
    return [problem.code for problem in problems(text, syntax)]


def property_text(**keys: Any) -> str:
    """A schema with one property that has `keys` (and a name)."""
    return json.dumps(
        {"resforge": 1, "name": "Thing", "properties": [{"name": "Value", **keys}]},
        ensure_ascii=False,
    )


def code_text(*control_codes: dict[str, Any]) -> str:
    """A schema with these control codes."""
    return json.dumps({"resforge": 1, "name": "Thing", "control_codes": list(control_codes)})


def toml_value(value: Any) -> str:
    """`value` as a TOML value, tables inline."""
    if isinstance(value, dict):
        pairs = (f"{toml_string(key)} = {toml_value(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, str):
        return toml_string(value)
    return json.dumps(value)


def toml_string(text: str) -> str:
    """`text` as a basic TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_document(data: dict[str, Any]) -> str:
    """`data` as TOML: one line for each key, lists of tables as tables of their own."""
    lines: list[str] = []
    tables: list[str] = []
    for key, value in data.items():
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            for item in value:
                tables.append(f"[[{toml_string(key)}]]")
                tables += [f"{toml_string(k)} = {toml_value(v)}" for k, v in item.items()]
        else:
            lines.append(f"{toml_string(key)} = {toml_value(value)}")
    return "\n".join(lines + tables) + "\n"
