"""Reads what the tests want to know about a 64-bit PE file: exports, imports, flags, resources.

Offsets and values: documentation page "PE Format".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

HIGH_ENTROPY = 0x20
DYNAMIC_BASE = 0x40
NX_COMPATIBLE = 0x100
VERSION_RESOURCE = 16
_EXPORTS, _IMPORTS, _RESOURCES = 0, 1, 2
_PE32_PLUS = 0x20B


@dataclass(frozen=True)
class PortableExecutable:
    """What the headers and directories of a PE file say."""

    machine: int
    characteristics: int
    exports: tuple[str, ...]
    imports: tuple[str, ...]
    resource_types: tuple[int, ...]
    file_version: tuple[int, int, int, int] | None


def read_portable_executable(path: Path) -> PortableExecutable:
    """Parse the PE file at `path`; raises ValueError for any other file."""
    return _Reader(path.read_bytes()).read()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        (self.header,) = struct.unpack_from("<I", data, 0x3C)
        if data[:2] != b"MZ" or data[self.header : self.header + 4] != b"PE\0\0":
            raise ValueError("not a PE file")
        self.optional = self.header + 24
        if self._u16(self.optional) != _PE32_PLUS:
            raise ValueError("not a 64-bit PE file")
        sections = self.optional + self._u16(self.header + 20)
        count = self._u16(self.header + 6)
        self.sections = [
            struct.unpack_from("<IIII", data, sections + 40 * index + 8) for index in range(count)
        ]

    def read(self) -> PortableExecutable:
        types = self._resource_types()
        return PortableExecutable(
            machine=self._u16(self.header + 4),
            characteristics=self._u16(self.optional + 70),
            exports=self._exports(),
            imports=self._imports(),
            resource_types=types,
            file_version=self._file_version() if VERSION_RESOURCE in types else None,
        )

    def _u16(self, offset: int) -> int:
        return int(struct.unpack_from("<H", self.data, offset)[0])

    def _u32(self, offset: int) -> int:
        return int(struct.unpack_from("<I", self.data, offset)[0])

    def _directory(self, index: int) -> int:
        """Return the file offset of a data directory, 0 if there is none."""
        address = self._u32(self.optional + 112 + 8 * index)
        return self._offset(address) if address else 0

    def _offset(self, address: int) -> int:
        for size, start, raw_size, raw in self.sections:
            if start <= address < start + max(size, raw_size):
                return int(address - start + raw)
        raise ValueError(f"address {address:#x} lies in no section")

    def _text(self, address: int) -> str:
        start = self._offset(address)
        return self.data[start : self.data.index(b"\0", start)].decode("ascii")

    def _exports(self) -> tuple[str, ...]:
        table = self._directory(_EXPORTS)
        if not table:
            return ()
        names = self._offset(self._u32(table + 32))
        count = self._u32(table + 24)
        return tuple(self._text(self._u32(names + 4 * index)) for index in range(count))

    def _imports(self) -> tuple[str, ...]:
        entry = self._directory(_IMPORTS)
        found = []
        while entry and self._u32(entry + 12):
            found.append(self._text(self._u32(entry + 12)))
            entry += 20
        return tuple(found)

    def _resource_types(self) -> tuple[int, ...]:
        root = self._directory(_RESOURCES)
        if not root:
            return ()
        count = self._u16(root + 12) + self._u16(root + 14)
        return tuple(self._u32(root + 16 + 8 * index) for index in range(count))

    def _file_version(self) -> tuple[int, int, int, int]:
        fixed = self.data.index(struct.pack("<I", 0xFEEF04BD))
        high, low = struct.unpack_from("<II", self.data, fixed + 8)
        return high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF
