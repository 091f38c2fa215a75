"""Property lists and value lists byte for byte (`property-lists`, `value-lists`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from resforge.model.errors import PropertyListError, Win32
from resforge.model.rules import DependencyRule, Value
from resforge.model.wire import PropertyFormat, decode_text, decode_value, encode_text, encode_value

ENDMARK = bytes(4)
_NAME = 0x00040003
_RESCLASS = 0x00020002
_LIST_VALUE = 0x00010000


@dataclass(frozen=True, slots=True)
class RawProperty:
    """One property of a list as it lies in the buffer: name, whole value syntax, value bytes."""

    name: str
    syntax: int
    data: bytes

    @property
    def format(self) -> int:
        """The format number: the low word of the syntax."""
        return self.syntax & 0xFFFF

    @property
    def is_list_value(self) -> bool:
        """Whether the syntax type is CLUSPROP_TYPE_LIST_VALUE."""
        return self.syntax & 0xFFFF0000 == _LIST_VALUE

    @property
    def value(self) -> Value:
        """The value; raises PropertyListError when the bytes do not fit the format."""
        return decode_value(self.format, self.data)


@dataclass(frozen=True, slots=True)
class ListedProperty:
    """One property to be written into a list."""

    name: str
    format: PropertyFormat
    value: Value


def encode_entry(syntax: int, data: bytes) -> bytes:
    """Return syntax, byte count without padding, data, and padding to a multiple of four."""
    header = syntax.to_bytes(4, "little") + len(data).to_bytes(4, "little")
    return header + data + bytes(-len(data) % 4)


def encode_property(name: str, syntax: int, data: bytes) -> bytes:
    """Return name entry, value entry and endmark of one property."""
    return encode_entry(_NAME, encode_text(name)) + encode_entry(syntax, data) + ENDMARK


def encode(properties: Iterable[ListedProperty]) -> bytes:
    """Return a property list; four zero bytes when there is none."""
    items = [
        encode_property(p.name, _LIST_VALUE + p.format, encode_value(p.format, p.value))
        for p in properties
    ]
    return len(items).to_bytes(4, "little") + b"".join(items)


def encode_dependencies(dependencies: Iterable[DependencyRule]) -> bytes:
    """Return the value list of GET_REQUIRED_DEPENDENCIES.

    A class entry carries the four-byte class only (inferred); see
    `clusctl-resource-get-required-dependencies`.
    """
    return b"".join(map(_dependency, dependencies)) + ENDMARK


def _dependency(rule: DependencyRule) -> bytes:
    if rule.resource_type is not None:
        return encode_entry(_NAME, encode_text(rule.resource_type))
    return encode_entry(_RESCLASS, (rule.resource_class or 0).to_bytes(4, "little"))


def parse(data: bytes | None) -> Iterator[RawProperty]:
    """Yield the properties of a list in order.

    Raises:
        PropertyListError: at the first broken rule: 13 for no buffer, a bad name or a missing
            endmark; 122 when the buffer is shorter than its contents announce; 87 for a name
            entry of another syntax. Pages `nf-resapi-resutilverifypropertytable` and
            `nf-resapi-resutilsetprivatepropertylist`; names and endmarks (inferred).
    """
    if data is None:
        raise PropertyListError(Win32.INVALID_DATA, "there is no property list")
    count = _dword(data, 0)
    offset = 4
    for _ in range(count):
        item, offset = _property_at(data, offset)
        yield item


def decode(data: bytes | None) -> tuple[RawProperty, ...]:
    """Return all properties of a list; raises like `parse`."""
    return tuple(parse(data))


def _property_at(data: bytes, offset: int) -> tuple[RawProperty, int]:
    syntax, name, offset = _entry_at(data, offset)
    if syntax != _NAME:
        raise PropertyListError(Win32.INVALID_PARAMETER, f"0x{syntax:08x} is not a name entry")
    text = _name(name)
    syntax, value, offset = _value_at(data, offset, text)
    if offset + 4 > len(data) or data[offset : offset + 4] != ENDMARK:
        raise PropertyListError(Win32.INVALID_DATA, f'"{text}" has no endmark')
    return RawProperty(text, syntax, value), offset + 4


def _name(data: bytes) -> str:
    wide = data[: len(data) // 2 * 2].decode("utf-16-le", "surrogatepass")
    if "\0" not in wide or wide.startswith("\0"):
        raise PropertyListError(Win32.INVALID_DATA, "a name is empty or not terminated")
    return decode_text(encode_text(wide.split("\0", 1)[0]))


def _value_at(data: bytes, offset: int, name: str) -> tuple[int, bytes, int]:
    if _dword(data, offset) == 0:
        raise PropertyListError(Win32.INVALID_PARAMETER, f'"{name}" has no value')
    return _entry_at(data, offset)


def _entry_at(data: bytes, offset: int) -> tuple[int, bytes, int]:
    syntax, size = _dword(data, offset), _dword(data, offset + 4)
    start = offset + 8
    if start + size > len(data):
        raise PropertyListError(Win32.INSUFFICIENT_BUFFER, "an entry is longer than the list")
    return syntax, data[start : start + size], min(start + size + -size % 4, len(data))


def _dword(data: bytes, offset: int) -> int:
    if offset + 4 > len(data):
        raise PropertyListError(Win32.INSUFFICIENT_BUFFER, "the list ends too early")
    return int.from_bytes(data[offset : offset + 4], "little")
