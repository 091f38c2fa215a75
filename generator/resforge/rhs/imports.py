"""Reads which names a 64-bit DLL takes from others: a PE file's imports, an ELF file's needs.

Layouts: documentation page "PE Format"; elf.h.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["imported_names"]

_PE32_PLUS = 0x20B
_IMPORT_DIRECTORY, _DELAYED_DIRECTORY = 1, 13
_DESCRIPTORS = {_IMPORT_DIRECTORY: (20, 0, 16), _DELAYED_DIRECTORY: (32, 16, 12)}
"""By directory: size of a descriptor, offsets in it of the list of names and of the addresses."""
_BY_NUMBER = 1 << 63
_DYNAMIC_SYMBOLS = 11
_SYMBOL_SIZE = 24


def imported_names(library: Path) -> frozenset[str]:
    """Return the names of the functions that `library` imports.

    Raises ValueError for a file that is neither a 64-bit PE file nor a 64-bit ELF file, or is
    damaged.
    """
    data = library.read_bytes()
    try:
        return frozenset(_reader(data)(data))
    except (struct.error, IndexError, OverflowError, ValueError) as error:
        raise ValueError(f"{library.name} cannot be read as a DLL: {error}") from error


def _reader(data: bytes) -> Callable[[bytes], Iterator[str]]:
    if data[:2] == b"MZ":
        return _portable_executable
    if data[:5] == b"\x7fELF\x02":
        return _shared_object
    raise ValueError("it is neither a 64-bit PE file nor a 64-bit ELF file")


def _portable_executable(data: bytes) -> Iterator[str]:
    image = _Image.of(data)
    for directory, (size, names, addresses) in _DESCRIPTORS.items():
        entry = image.directory(directory)
        while entry is not None and image.u32(entry + addresses):
            # The list of names is optional; before it is loaded, the other one is its copy.
            yield from image.thunks(image.u32(entry + names) or image.u32(entry + addresses))
            entry += size


@dataclass(frozen=True, slots=True)
class _Image:
    """A PE file; `sections` are virtual size, address, raw size and file offset of each."""

    data: bytes
    optional: int
    sections: tuple[tuple[int, int, int, int], ...]

    @classmethod
    def of(cls, data: bytes) -> _Image:
        (header,) = struct.unpack_from("<I", data, 0x3C)
        optional = header + 24
        (magic,) = struct.unpack_from("<H", data, optional)
        if data[header : header + 4] != b"PE\0\0" or magic != _PE32_PLUS:
            raise ValueError("it is no 64-bit PE file")
        (count,) = struct.unpack_from("<H", data, header + 6)
        (size,) = struct.unpack_from("<H", data, header + 20)
        table = range(optional + size, optional + size + 40 * count, 40)
        return cls(data, optional, tuple(struct.unpack_from("<IIII", data, s + 8) for s in table))

    def u32(self, offset: int) -> int:
        return int(struct.unpack_from("<I", self.data, offset)[0])

    def directory(self, index: int) -> int | None:
        """Return the file offset of a data directory, None if there is none."""
        if index >= self.u32(self.optional + 108):
            return None
        address = self.u32(self.optional + 112 + 8 * index)
        return self.offset(address) if address else None

    def offset(self, address: int) -> int:
        for size, start, raw_size, raw in self.sections:
            if start <= address < start + max(size, raw_size):
                return address - start + raw
        raise ValueError(f"address {address:#x} lies in no section")

    def thunks(self, address: int) -> Iterator[str]:
        """Yield the names in a list of imports; those by number have none."""
        at = self.offset(address)
        while entry := struct.unpack_from("<Q", self.data, at)[0]:
            if not entry & _BY_NUMBER:
                yield _text(self.data, self.offset(entry & 0x7FFFFFFF) + 2)
            at += 8


def _shared_object(data: bytes) -> Iterator[str]:
    """Yield the dynamic symbols that have no section."""
    (sections,) = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    headers = [struct.unpack_from("<IIQQQQI", data, sections + size * i) for i in range(count)]
    for _, kind, _, _, start, length, link in headers:
        if kind == _DYNAMIC_SYMBOLS:
            for row in range(start, start + length, _SYMBOL_SIZE):
                name, _, _, section = struct.unpack_from("<IBBH", data, row)
                if name and not section:
                    yield _text(data, headers[link][4] + name)


def _text(data: bytes, start: int) -> str:
    end = data.find(b"\0", start)
    return data[start:end].decode("ascii", "replace")
