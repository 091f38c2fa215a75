"""Reads which names a 64-bit ELF shared object defines for others (layout: elf.h)."""

from __future__ import annotations

import struct
from pathlib import Path

_DYNAMIC_SYMBOLS = 11
_SYMBOL_SIZE = 24


def exported_names(library: Path) -> set[str]:
    """Return the names of the defined dynamic symbols."""
    data = library.read_bytes()
    (sections,) = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    headers = [struct.unpack_from("<IIQQQQI", data, sections + size * i) for i in range(count)]
    _, _, _, _, start, length, link = next(h for h in headers if h[1] == _DYNAMIC_SYMBOLS)
    names = headers[link][4]
    return {
        data[names + name : data.index(b"\0", names + name)].decode("ascii")
        for name, defined in _symbols(data[start : start + length])
        if defined
    }


def _symbols(table: bytes) -> list[tuple[int, bool]]:
    """Return the name's offset of each symbol, and whether it has a section."""
    rows = range(0, len(table), _SYMBOL_SIZE)
    entries = (struct.unpack_from("<IBBH", table, row) for row in rows)
    return [(name, section != 0) for name, _, _, section in entries]
