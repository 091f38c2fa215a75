"""Values as bytes: what lies in property lists, in the cluster database, and in buffers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from resforge.model.errors import PropertyListError, Win32
from resforge.model.rules import Format, Value


class PropertyFormat(IntEnum):
    """CLUSTER_PROPERTY_FORMAT numbers (`ne-clusapi-cluster_property_format`)."""

    UNKNOWN = 0
    BINARY = 1
    DWORD = 2
    SZ = 3
    EXPAND_SZ = 4
    MULTI_SZ = 5
    ULARGE_INTEGER = 6
    LONG = 7
    EXPANDED_SZ = 8
    SECURITY_DESCRIPTOR = 9
    LARGE_INTEGER = 10
    WORD = 11
    FILETIME = 12
    VALUE_LIST = 13
    PROPERTY_LIST = 14


class RegistryType(IntEnum):
    """Value types of the cluster database (`nf-clusapi-clusterregsetvalue`, header winnt.h)."""

    NONE = 0
    SZ = 1
    EXPAND_SZ = 2
    BINARY = 3
    DWORD = 4
    MULTI_SZ = 7
    QWORD = 11


@dataclass(frozen=True, slots=True)
class RegistryValue:
    """A value of the cluster database: its type number and its bytes."""

    type: int
    data: bytes


_WIRE_FORMATS: dict[Format, PropertyFormat] = {
    name: PropertyFormat[name.value] for name in Format if name is not Format.BOOL
}
_WIRE_FORMATS[Format.BOOL] = PropertyFormat.DWORD

_REGISTRY_TYPES = {
    PropertyFormat.BINARY: RegistryType.BINARY,
    PropertyFormat.DWORD: RegistryType.DWORD,
    PropertyFormat.SZ: RegistryType.SZ,
    PropertyFormat.EXPAND_SZ: RegistryType.EXPAND_SZ,
    PropertyFormat.MULTI_SZ: RegistryType.MULTI_SZ,
    PropertyFormat.ULARGE_INTEGER: RegistryType.QWORD,
    PropertyFormat.LONG: RegistryType.DWORD,
    PropertyFormat.SECURITY_DESCRIPTOR: RegistryType.BINARY,
    PropertyFormat.LARGE_INTEGER: RegistryType.QWORD,
    PropertyFormat.FILETIME: RegistryType.QWORD,
}

_FORMATS_OF_UNKNOWN = {
    RegistryType.SZ: PropertyFormat.SZ,
    RegistryType.EXPAND_SZ: PropertyFormat.EXPAND_SZ,
    RegistryType.BINARY: PropertyFormat.BINARY,
    RegistryType.DWORD: PropertyFormat.DWORD,
    RegistryType.MULTI_SZ: PropertyFormat.MULTI_SZ,
    RegistryType.QWORD: PropertyFormat.ULARGE_INTEGER,
}

_NUMBERS = {
    PropertyFormat.DWORD: (4, False),
    PropertyFormat.LONG: (4, True),
    PropertyFormat.ULARGE_INTEGER: (8, False),
    PropertyFormat.LARGE_INTEGER: (8, True),
    PropertyFormat.FILETIME: (8, False),
    PropertyFormat.WORD: (2, False),
}

_TEXTS = frozenset({PropertyFormat.SZ, PropertyFormat.EXPAND_SZ, PropertyFormat.EXPANDED_SZ})


def wire_format(name: Format) -> PropertyFormat:
    """Return the format number of a property; BOOL travels as DWORD."""
    return _WIRE_FORMATS[name]


def storable(number: int) -> bool:
    """Tell whether a value of this format can be kept in the cluster database."""
    return number in _REGISTRY_TYPES


def registry_type(number: PropertyFormat) -> RegistryType:
    """Return the database type in which a value of this format is stored."""
    return _REGISTRY_TYPES[number]


def accepted_types(number: PropertyFormat) -> frozenset[int]:
    """Return the database types that are read back as this format.

    FILETIME is written as QWORD and read from QWORD or BINARY (inferred).
    """
    types = {int(registry_type(number))}
    if number is PropertyFormat.FILETIME:
        types.add(int(RegistryType.BINARY))
    return frozenset(types)


def format_of_stored(type_number: int) -> PropertyFormat | None:
    """Return the format in which an unknown stored value is listed, None when it has none."""
    known = type_number in _FORMATS_OF_UNKNOWN
    return _FORMATS_OF_UNKNOWN[RegistryType(type_number)] if known else None


def encode_text(text: str) -> bytes:
    """Return UTF-16LE with one terminating NUL; lone surrogates survive."""
    return (text + "\0").encode("utf-16-le", "surrogatepass")


def encode_texts(texts: tuple[str, ...]) -> bytes:
    """Return a multi-string: each text with its NUL, then one more NUL."""
    return b"".join(map(encode_text, texts)) + b"\0\0"


def encode_value(number: PropertyFormat, value: Value) -> bytes:
    """Return the data bytes of a value, without header and padding."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return encode_text(value)
    if isinstance(value, tuple):
        return encode_texts(value)
    size, _ = _NUMBERS[number]
    return (value & (1 << 8 * size) - 1).to_bytes(size, "little")


def decode_value(number: int, data: bytes) -> Value:
    """Return the value that lies in `data`.

    Raises:
        PropertyListError: ERROR_INVALID_DATA (13) when the size does not fit the format or a
            string is not terminated.
    """
    if number in _NUMBERS:
        return _decode_number(PropertyFormat(number), data)
    if number in _TEXTS:
        return decode_text(data)
    if number == PropertyFormat.MULTI_SZ:
        return decode_texts(data)
    return data


def decode_text(data: bytes) -> str:
    """Return the text up to its first NUL; the last WCHAR must be NUL."""
    return _wide(data).split("\0", 1)[0]


def decode_texts(data: bytes) -> tuple[str, ...]:
    """Return the texts of a multi-string up to the first empty one."""
    parts = _wide(data).split("\0")
    return tuple(parts[: parts.index("")])


def _wide(data: bytes) -> str:
    if len(data) < 2 or len(data) % 2 or data[-2:] != b"\0\0":
        raise PropertyListError(Win32.INVALID_DATA, "a string needs whole WCHARs and a final NUL")
    return data.decode("utf-16-le", "surrogatepass")


def _decode_number(number: PropertyFormat, data: bytes) -> int:
    size, signed = _NUMBERS[number]
    if len(data) != size:
        raise PropertyListError(
            Win32.INVALID_DATA, f"{number.name} needs {size} bytes, not {len(data)}"
        )
    return int.from_bytes(data, "little", signed=signed)
