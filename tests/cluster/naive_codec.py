"""A naive property list codec, written from the parsing rules alone, to compare with."""

from __future__ import annotations

import struct
from dataclasses import dataclass

INVALID_DATA, INVALID_PARAMETER, INSUFFICIENT_BUFFER, FILE_NOT_FOUND = 13, 87, 122, 2
BINARY, DWORD, SZ, EXPAND_SZ, MULTI_SZ, ULARGE, LONG, EXPANDED, SECURITY, LARGE, WORD, TIME = range(
    1, 13
)
READ_ONLY, SIGNED = 1, 4
REGISTRY = {
    BINARY: 3,
    SECURITY: 3,
    DWORD: 4,
    LONG: 4,
    SZ: 1,
    EXPAND_SZ: 2,
    MULTI_SZ: 7,
    ULARGE: 11,
    LARGE: 11,
    TIME: 11,
}
NATURAL = {3: BINARY, 4: DWORD, 1: SZ, 2: EXPAND_SZ, 7: MULTI_SZ, 11: ULARGE}
SIZES = {DWORD: 4, LONG: 4, ULARGE: 8, LARGE: 8, TIME: 8, WORD: 2}
TEXTS = {SZ, EXPAND_SZ, EXPANDED, MULTI_SZ}


@dataclass(frozen=True)
class Row:
    """One row of a property table."""

    name: str
    format: int
    minimum: int = 0
    maximum: int = 0
    flags: int = 0


class Refused(Exception):
    """A list is refused with a Win32 error code."""

    def __init__(self, code: int) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


def entry(syntax: int, data: bytes) -> bytes:
    """A value entry: syntax, length, data, padding."""
    return struct.pack("<II", syntax, len(data)) + data + bytes(-len(data) % 4)


def text(value: str) -> bytes:
    """UTF-16 with its NUL."""
    return (value + "\0").encode("utf-16-le", "surrogatepass")


def encode(properties: list[tuple[str, list[tuple[int, bytes]]]]) -> bytes:
    """A property list; each property has (format, data) pairs."""
    parts = [struct.pack("<I", len(properties))]
    for name, values in properties:
        parts.append(entry(0x40003, text(name)))
        parts += [entry(0x10000 | form, data) for form, data in values]
        parts.append(bytes(4))
    return b"".join(parts)


class Reader:
    """Reads one property after the other and refuses as the verifying functions do."""

    def __init__(self, data: bytes) -> None:
        """Read the count."""
        if len(data) < 4:
            raise Refused(INSUFFICIENT_BUFFER)
        self.data, self.at = data, 4
        self.count = struct.unpack_from("<I", data)[0]

    def _take(self) -> bytes:
        rest = len(self.data) - self.at
        if rest < 8 or rest - 8 < (size := struct.unpack_from("<I", self.data, self.at + 4)[0]):
            raise Refused(INSUFFICIENT_BUFFER)
        start = self.at + 8
        self.at = min(start + size + -size % 4, len(self.data))
        return self.data[start : start + size]

    def _syntax(self, missing: int) -> int:
        if len(self.data) - self.at < 4:
            raise Refused(missing)
        return int(struct.unpack_from("<I", self.data, self.at)[0])

    def property(self) -> tuple[str, list[tuple[int, bytes]]]:
        """The next property."""
        syntax = self._syntax(INSUFFICIENT_BUFFER)
        units = self._take()
        if syntax != 0x40003:
            raise Refused(INVALID_PARAMETER)
        name, nul, _ = units[: len(units) & ~1].decode("utf-16-le", "surrogatepass").partition("\0")
        if not name or not nul:
            raise Refused(INVALID_DATA)
        types: list[int] = []
        values: list[tuple[int, bytes]] = []
        while syntax := self._syntax(INVALID_DATA if values else INSUFFICIENT_BUFFER):
            if values and syntax >> 16 != 1:
                raise Refused(INVALID_DATA)
            types.append(syntax >> 16)
            values.append((syntax & 0xFFFF, self._take()))
        self.at += 4
        if types[:1] != [1]:
            raise Refused(INVALID_PARAMETER)
        return name, values


def check_size(form: int, data: bytes) -> None:
    """Refuse a length that does not fit the format."""
    if form in SIZES and len(data) != SIZES[form]:
        raise Refused(INVALID_DATA)
    if form in TEXTS and (len(data) % 2 or data[-2:] != b"\0\0"):
        raise Refused(INVALID_DATA)


def check_range(row: Row, data: bytes) -> None:
    """Refuse a number outside the range of its row."""
    if row.format not in SIZES or (row.minimum == 0 and row.maximum == 0):
        return
    signed = row.format in (LONG, LARGE) or (row.format == DWORD and bool(row.flags & SIGNED))
    size = SIZES[row.format]

    def number(value: int) -> int:
        return int.from_bytes(
            (value % 2 ** (8 * size)).to_bytes(size, "little"), "little", signed=signed
        )

    value = int.from_bytes(data, "little", signed=signed)
    if not number(row.minimum) <= value <= number(row.maximum):
        raise Refused(INVALID_PARAMETER)


def stored(form: int, data: bytes) -> bytes:
    """The bytes that the database keeps."""
    if form in (SZ, EXPAND_SZ):
        units = [data[i : i + 2] for i in range(0, len(data), 2)]
        return b"".join(units[: units.index(b"\0\0")]) + b"\0\0"
    if form == MULTI_SZ:
        if not any(data) and len(data) <= 4:
            return b"\0\0"
        return data if data[-4:-2] == b"\0\0" else data + b"\0\0"
    return data


def find_row(table: list[Row], name: str) -> Row | None:
    """The row of that name, without regard to case."""
    return next((row for row in table if row.name.upper() == name.upper()), None)


def check(row: Row | None, allow_unknown: bool, form: int, data: bytes) -> None:
    """Refuse what the table does not allow."""
    if row is None and not allow_unknown:
        raise Refused(INVALID_PARAMETER)
    if row is not None and (row.flags & READ_ONLY or row.format != form):
        raise Refused(INVALID_PARAMETER)
    if form not in REGISTRY:
        raise Refused(INVALID_PARAMETER)
    check_size(form, data)
    if row is not None:
        check_range(row, data)


def set_table(
    table: list[Row], data: bytes, allow_unknown: bool
) -> tuple[int, dict[str, tuple[str, int, bytes]]]:
    """Status and stored values (by upper case name: name, registry type, bytes)."""
    values: dict[str, tuple[str, int, bytes]] = {}
    known: list[tuple[Row | None, str, int, bytes]] = []
    try:
        reader = Reader(data)
        for _ in range(reader.count):
            name, entries = reader.property()
            form, content = entries[0]
            row = find_row(table, name)
            check(row, allow_unknown, form, content)
            known.append((row, name, form, content))
    except Refused as refused:
        return refused.code, {}
    for row, name, form, content in known:
        shown = row.name if row else values.get(name.upper(), (name,))[0]
        values[name.upper()] = (shown, REGISTRY[form], stored(form, content))
    return 0, values


def default(row: Row) -> bytes:
    """What a list shows for a row without a stored value."""
    if row.format in SIZES:
        return bytes(SIZES[row.format])
    return b"" if row.format == BINARY else b"\0\0"


def all_properties(table: list[Row], values: dict[str, tuple[str, int, bytes]]) -> bytes:
    """The list of table properties in table order, then the others by upper case name."""
    properties = []
    for row in table:
        found = values.get(row.name.upper())
        properties.append((row.name, [(row.format, found[2] if found else default(row))]))
    others = sorted(
        (key for key in values if find_row(table, key) is None),
        key=lambda key: key.encode("utf-16-be", "surrogatepass"),
    )
    properties += [(values[k][0], [(NATURAL[values[k][1]], values[k][2])]) for k in others]
    return encode(properties)


def find(data: bytes, name: str, form: int) -> tuple[int, bytes]:
    """Status and bytes as the Find functions answer."""
    try:
        reader = Reader(data)
        for _ in range(reader.count):
            found, entries = reader.property()
            if found.upper() == name.upper():
                content = next((content for f, content in entries if f == form), None)
                if content is None:
                    return INVALID_DATA, b""
                check_size(form, content)
                return 0, content
    except Refused:
        return INVALID_DATA, b""
    return FILE_NOT_FOUND, b""


def verify_private(data: bytes) -> int:
    """Status of the check without a table."""
    return set_table([], data, True)[0]
