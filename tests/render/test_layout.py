"""Line breaks of generated C++ for names of every length that the schema allows."""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.render.test_output import CLANG_FORMAT, OPTIONS

from resforge.render import FileClass, render_project
from resforge.schema import PropertyFormat, load_resource_type_text
from resforge.schema.naming import LONGEST_IDENTIFIER

LENGTHS = (4, 18, 36, 48, *range(LONGEST_IDENTIFIER - 6, LONGEST_IDENTIFIER + 1))
VALUES: dict[str, Any] = {
    "DWORD": 2**32 - 1,
    "LONG": -(2**31),
    "ULARGE_INTEGER": 2**64 - 1,
    "LARGE_INTEGER": -(2**63),
    "SZ": "w" * 20,
    "EXPAND_SZ": "x" * 60,
    "MULTI_SZ": ["a", "y" * 60],
    "BINARY": "00" * 20,
    "FILETIME": 2**63,
    "BOOL": True,
}
TEXT_SIZES = (1, 10, 40, 80, 120)


def names(length: int, separator: str) -> Iterator[str]:
    """Names whose identifiers all differ and have `length` characters, in words of six if asked."""
    for number in itertools.count(length**2):
        digits = ""
        while number:
            number, digit = divmod(number, 16)
            digits += "bcdfghjklmnpqrst"[digit]
        letters = (digits + "aeiou" * 20)[: max(length, len(digits))]
        words = [letters[place : place + 6] for place in range(0, length, 6)]
        name = separator.join(words)[:length]
        yield name[:-1] + "x" if name.endswith(" ") else name


def schema(length: int, separator: str) -> dict[str, Any]:
    """A type with every shape of property, control code and former name."""
    name = names(length, separator)
    codes: list[dict[str, Any]] = []
    shapes: tuple[dict[str, Any], ...] = (
        {},
        {"fields": fields(length, separator)},
        {"bytes": {"maximum": 2**32 - 1}},
    )
    scopes = ("resource", "resource_type")
    for scope, sent, answer, old in itertools.product(scopes, shapes, shapes, (False, True)):
        code = {"name": next(name), "scope": scope, "function": len(codes) + 1}
        code |= {"renamed_from": next(name)} if old else {}
        code |= {"input": sent} if sent else {}
        codes.append(code | ({"output": answer} if answer else {}))
    return {
        "resforge": 1,
        "name": next(name),
        "dependencies": [{"type": "q" * length}],
        "properties": [{"name": next(name), **keys} for keys in properties(name)],
        "control_codes": codes,
    }


def fields(length: int, separator: str) -> list[dict[str, Any]]:
    """A field of each format."""
    name = names(length, separator)
    formats = ("DWORD", "LONG", "BOOL", "ULARGE_INTEGER", "LARGE_INTEGER", "FILETIME")
    inline = {"name": next(name), "format": "SZ", "length": 32_767}
    plain = [{"name": next(name), "format": format_} for format_ in formats]
    return [*plain, inline, {"name": next(name), "format": "SZ"}]


def properties(name: Iterator[str]) -> Iterator[dict[str, Any]]:
    """A property of each format: plain, with a default, renamed; and texts of several lengths."""
    for format_ in PropertyFormat:
        yield {"format": str(format_)}
        yield {"format": str(format_), "default": VALUES[format_]}
        yield {"format": str(format_), "renamed_from": next(name)}
    for size in TEXT_SIZES:
        yield {"format": "SZ", "default": "d" * size}
        yield {"format": "BINARY", "default": "0f" * size}


@pytest.mark.slow
@pytest.mark.parametrize("separator", ["", " "])
def test_names_of_every_length(separator: str, tmp_path: Path) -> None:
    """clang-format would not change a byte, whatever the length of the names."""
    for length in LENGTHS:
        text = json.dumps(schema(length, separator))
        loaded = load_resource_type_text(text, file="x.json", syntax="json")
        for path, file in render_project(loaded.resource_type, schema_file="x.json").items():
            if path.endswith((".h", ".cpp")) and file.file_class is not FileClass.RUNTIME:
                (tmp_path / f"{length}_{Path(path).name}").write_bytes(file.data)
    command = [CLANG_FORMAT, *OPTIONS, *map(str, tmp_path.iterdir())]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[:4000]
