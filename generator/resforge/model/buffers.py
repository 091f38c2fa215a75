"""Buffers of the author's control codes: structs of fixed fields and strings, or raw bytes."""

from __future__ import annotations

from collections.abc import Mapping

from resforge.model.errors import PropertyListError, Win32
from resforge.model.rules import BufferRule, FieldRule, Format, RawRule, StructRule, Value
from resforge.model.wire import decode_value, encode_text, encode_value, wire_format


def decode_buffer(rule: BufferRule, data: bytes | None) -> dict[str, Value] | bytes:
    """Return the fields of an input buffer by identifier, or its bytes when it is raw.

    Raises:
        PropertyListError: ERROR_INVALID_DATA (13) when the input is shorter than the struct, a
            string has no NUL, or the raw size is outside its limits (inferred).
    """
    content = data or b""
    if rule is None:
        return b""
    if isinstance(rule, RawRule):
        return _decode_raw(rule, content)
    if len(content) < rule.fixed_size:
        raise PropertyListError(Win32.INVALID_DATA, "the input is shorter than its struct")
    return {item.identifier: _decode_field(item, content) for item in rule.fields}


def encode_buffer(rule: BufferRule, value: Mapping[str, Value] | bytes) -> bytes:
    """Return the bytes of a buffer; the surplus of strings and all padding are zero."""
    if isinstance(value, bytes) or not isinstance(rule, StructRule):
        return value if isinstance(value, bytes) and rule is not None else b""
    content = bytearray(rule.fixed_size)
    for item in rule.fields:
        _put(content, item, value[item.identifier])
    return bytes(content)


def canonical_buffer(rule: BufferRule, data: bytes | None) -> bytes:
    """Return the buffer as it looks after decoding and encoding; raises like decode_buffer."""
    return encode_buffer(rule, decode_buffer(rule, data))


def _decode_raw(rule: RawRule, data: bytes) -> bytes:
    if len(data) < rule.minimum or (rule.maximum is not None and len(data) > rule.maximum):
        raise PropertyListError(Win32.INVALID_DATA, "the size of the input is outside its limits")
    return data


def _decode_field(item: FieldRule, data: bytes) -> Value:
    if item.format is Format.SZ:
        return _decode_text(data[item.offset : _end(item, data)])
    value = decode_value(wire_format(item.format), data[item.offset : _end(item, data)])
    return int(value != 0) if item.format is Format.BOOL else value


def _end(item: FieldRule, data: bytes) -> int:
    return len(data) if item.size is None else item.offset + item.size


def _decode_text(data: bytes) -> str:
    wide = data[: len(data) // 2 * 2].decode("utf-16-le", "surrogatepass")
    if "\0" not in wide:
        raise PropertyListError(Win32.INVALID_DATA, "a string has no NUL")
    return wide.split("\0", 1)[0]


def _put(content: bytearray, item: FieldRule, value: Value) -> None:
    if isinstance(value, str) and item.format is Format.SZ:
        data = encode_text(value)
    else:
        data = encode_value(wire_format(item.format), value)
    content[item.offset : item.offset + len(data)] = data
