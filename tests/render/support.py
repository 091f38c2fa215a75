"""Resource types for the rendering tests: the three examples and one whose texts are hostile."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from resforge.render import RenderedFile, render_project
from resforge.schema import LoadedResourceType, load_resource_type, load_resource_type_text

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("file_share", "minimal", "process_supervisor")

HOSTILE_LINE = (
    "\"q\" 'a' */ /* // ??/ ??= %s %1!ws! {{ 7*7 }} {% raw %} {# #} $(x) $env:X `n `"
    " \u202egnp\u202c \u2066x\u2069 \u200f \u2019\u201c #> <# --> <!-- ]]> | ${A} @B@ ; \U0001f600 \u00e9"
    " clang-format off "
    "" + '"""' + " '''"
)
"""One line of what breaks quoting in one of the output languages."""
HOSTILE_TEXT = (
    f"{HOSTILE_LINE}\nsecond line \\\r\n\tthird\\n \\u0041 \\x41 \u2028 \u0085 \x1b[31m \x07 \ufeff"
    f"\nclang-format off\n# noqa\n---\n=== ends in ??/\\"
)
"""More of it, with line ends and control characters; legal in descriptions and values."""
HOSTILE_NAMES = (
    'Hostile "q" */ ??/ {{7}} %',
    "Text 'a' {% raw %} \u202en\u202c",
    "Code $(x) `n ` #> <# ;",
    "Field --> | \U0001f600 \u2019 \u00e9",
)
"""The same for a type, a property, a control code and a field; short, so that lines stay short."""
LONG = "word " * 60 + "w" * 300 + " \u4e2d\u6587" * 60


def loaded(name: str) -> LoadedResourceType:
    """Return an example by name, or the hostile type for "hostile"."""
    if name in EXAMPLES:
        return load_resource_type(ROOT / "schemas" / f"{name}.yaml")
    return load_resource_type_text(json.dumps(hostile()), file=f"{name}.json", syntax="json")


@cache
def rendered(name: str) -> dict[str, RenderedFile]:
    """Return the project of `loaded(name)`."""
    return render_project(loaded(name).resource_type, schema_file=f"{name}.yaml")


def hostile() -> dict[str, Any]:
    """Return a schema in which every text that may be hostile is."""
    return {
        "resforge": 1,
        "name": HOSTILE_NAMES[0],
        "display_name": HOSTILE_TEXT,
        "description": HOSTILE_TEXT + LONG,
        "vendor": HOSTILE_TEXT,
        "dll_name": "Hostile.dll",
        "characteristics": ["requires_state_change_reason"],
        "dependencies": [{"class": "storage"}, {"type": f"Type {' '.join(HOSTILE_NAMES)}"}],
        "properties": [*_properties()],
        "control_codes": [*_codes()],
    }


def _properties() -> list[dict[str, Any]]:
    texts = {"description": HOSTILE_TEXT, "unit": HOSTILE_TEXT}
    return [
        {"name": HOSTILE_NAMES[1], "format": "SZ", "default": HOSTILE_TEXT, **texts},
        {"name": "Long", "format": "EXPAND_SZ", "default": LONG, "description": LONG},
        {"name": "Many", "format": "MULTI_SZ", "default": [HOSTILE_TEXT, LONG], **texts},
        {"name": "Some", "format": "MULTI_SZ", "example": [HOSTILE_TEXT, "b"], **texts},
        {"name": "Bytes", "format": "BINARY", "default": "00 ff" * 40, "example": "00", **texts},
        {"name": "class", "format": "LARGE_INTEGER", "default": -(2**63), **texts},
        {"name": "None", "format": "ULARGE_INTEGER", "default": 2**64 - 1, **texts},
        {"name": "Signed", "format": "LONG", "default": -(2**31), "minimum": -(2**31), **texts},
        {"name": "Moment", "format": "FILETIME", "default": "2026-01-31T12:00:00Z", **texts},
        {"name": "Flag", "format": "BOOL", "default": True, "takes_effect": "immediately"},
        {"name": "Number", "format": "DWORD", "read_only": True, "in_memory": True, **texts},
        {"name": "Needed", "format": "SZ", "required": True, "example": HOSTILE_TEXT, **texts},
        {"name": "ExceptionInfo", "format": "SZ", "description": " \n ", "unit": "\u2028 "},
        {
            "name": "Widest",
            "format": "LARGE_INTEGER",
            "minimum": -(2**63),
            "in_memory": True,
            "takes_effect": "immediately",
        },
    ]


def _codes() -> list[dict[str, Any]]:
    fields = [
        {"name": HOSTILE_NAMES[3], "format": "DWORD", "description": HOSTILE_TEXT},
        {"name": "Wide", "format": "ULARGE_INTEGER", "description": LONG},
        {"name": "Inline", "format": "SZ", "length": 3},
        {"name": "Tail", "format": "SZ"},
    ]
    raw = {"bytes": {"minimum": 1, "maximum": 16}}
    return [
        {
            "name": HOSTILE_NAMES[2],
            "function": 1,
            "description": HOSTILE_TEXT,
            "input": {"fields": fields},
            "output": {"fields": fields},
            "states": ["online", "offline"],
        },
        {"name": "Raw", "function": 2, "description": LONG, "input": raw, "output": raw},
        {"name": "TypeCode", "function": 3, "scope": "resource_type", "access": "read_write"},
        {"name": "Nothing", "function": 4, "access": "write", "modifies": True, "description": " "},
        {"name": "Encode", "function": 5, "input": {"fields": fields}, "renamed_from": "NoCode"},
        {"name": "Decode", "function": 6, "output": {"fields": fields}},
        {"name": "foreach", "function": 7, "scope": "resource_type", "input": {"fields": fields}},
        {"name": "typeof", "function": 8, "input": raw},
    ]
