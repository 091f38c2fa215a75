"""Property lists byte for byte, and each rule about broken ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resforge.model import (
    Format,
    ListedProperty,
    PropertyFormat,
    PropertyRule,
    PropertyTable,
    RegistryType,
    Win32,
    decode,
    encode,
)
from resforge.model.property_list import encode_dependencies, encode_property
from resforge.model.rules import DependencyRule
from resforge.model.wire import encode_text

WORKED = bytes.fromhex(
    "03000000"
    "03000400 0A000000 50006F0072007400 0000 0000 02000100 04000000 901F0000 00000000"
    "03000400 12000000 48006F00730074004E0061006D006500 0000 0000"
    "03000100 0E000000 6E006F00640065002D00610000000000 00000000"
    "03000400 0C000000 500061007400680073000000"
    "05000100 18000000 43003A005C0061000000 44003A005C0062006300000000 00 00000000"
)
"""The worked list of the reference: Port, HostName, Paths."""

PORT = PropertyRule(
    name="Port", identifier="port", format=Format.DWORD, default=80, minimum=1, maximum=65535
)
HOST = PropertyRule(name="HostName", identifier="host_name", format=Format.SZ, default="")
PATHS = PropertyRule(name="Paths", identifier="paths", format=Format.MULTI_SZ, default=())
READ_ONLY = PropertyRule(
    name="Pid", identifier="pid", format=Format.DWORD, default=0, read_only=True
)
NEEDED = PropertyRule(
    name="Needed", identifier="needed", format=Format.SZ, default="", required=True
)
TABLE = PropertyTable([PORT, HOST, PATHS, READ_ONLY, NEEDED])


def test_worked_list_has_its_bytes() -> None:
    """The list of three properties is that of the reference, 152 bytes."""
    listed = [
        ListedProperty("Port", PropertyFormat.DWORD, 8080),
        ListedProperty("HostName", PropertyFormat.SZ, "node-a"),
        ListedProperty("Paths", PropertyFormat.MULTI_SZ, ("C:\\a", "D:\\bc")),
    ]
    assert encode(listed) == WORKED
    assert len(WORKED) == 0x98


def test_worked_list_is_read_back() -> None:
    """Reading the bytes gives names and values."""
    values = {item.name: item.value for item in decode(WORKED)}
    assert values == {"Port": 8080, "HostName": "node-a", "Paths": ("C:\\a", "D:\\bc")}


def test_empty_list_is_four_zero_bytes() -> None:
    """No property: a count of zero and nothing else."""
    assert encode([]) == bytes(4)
    assert decode(bytes(4)) == ()


def test_dependencies_have_their_bytes() -> None:
    """Class storage and type Network Name make 52 bytes; nothing makes an endmark."""
    rules = [DependencyRule(resource_class=1), DependencyRule(resource_type="Network Name")]
    name = "4E006500740077006F0072006B0020004E0061006D0065000000"
    expected = f"02000200 04000000 01000000 03000400 1A000000 {name} 0000 00000000"
    assert encode_dependencies(rules) == bytes.fromhex(expected)
    assert len(encode_dependencies(rules)) == 52
    assert encode_dependencies([]) == bytes(4)


_NAMES = st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=20)
_TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40)
_VALUES = st.one_of(
    st.tuples(st.just(PropertyFormat.DWORD), st.integers(0, 2**32 - 1)),
    st.tuples(st.just(PropertyFormat.LONG), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just(PropertyFormat.ULARGE_INTEGER), st.integers(0, 2**64 - 1)),
    st.tuples(st.just(PropertyFormat.LARGE_INTEGER), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just(PropertyFormat.FILETIME), st.integers(0, 2**64 - 1)),
    st.tuples(st.just(PropertyFormat.SZ), _TEXTS),
    st.tuples(st.just(PropertyFormat.EXPAND_SZ), _TEXTS),
    st.tuples(
        st.just(PropertyFormat.MULTI_SZ), st.lists(_TEXTS.filter(bool), max_size=5).map(tuple)
    ),
    st.tuples(st.just(PropertyFormat.BINARY), st.binary(max_size=40)),
)


@given(st.lists(st.tuples(_NAMES, _VALUES), max_size=6))
def test_what_is_written_is_read(items: list[tuple[str, tuple[PropertyFormat, object]]]) -> None:
    """Any list comes back with the same names, formats and values."""
    listed = [ListedProperty(name, number, value) for name, (number, value) in items]  # type: ignore[arg-type]
    back = [(item.name, item.format, item.value) for item in decode(encode(listed))]
    assert back == [(p.name, p.format, p.value) for p in listed]
    assert len(encode(listed)) % 4 == 0


@given(st.binary(max_size=200))
def test_any_bytes_get_an_error_code(data: bytes) -> None:
    """Garbage never does more than raise the documented error."""
    assert TABLE.validate(data) in (
        Win32.SUCCESS,
        Win32.INVALID_DATA,
        Win32.INVALID_PARAMETER,
        Win32.INSUFFICIENT_BUFFER,
    )


@given(st.integers(0, len(WORKED) - 1), st.integers(0, 255))
def test_any_changed_byte_gets_an_error_code(position: int, byte: int) -> None:
    """A list with one byte changed is read or refused, never worse."""
    data = bytearray(WORKED)
    data[position] = byte
    assert int(TABLE.validate(bytes(data))) in (0, 13, 87, 122)


def _list(*properties: bytes) -> bytes:
    return len(properties).to_bytes(4, "little") + b"".join(properties)


def _port(number: int = 8080) -> bytes:
    return encode_property("Port", 0x00010002, number.to_bytes(4, "little"))


def _changed(data: bytes, offset: int, new: bytes) -> bytes:
    return data[:offset] + new + data[offset + len(new) :]


BROKEN = {
    "no list": (None, 13),
    "empty buffer": (b"", 122),
    "count cut off": (b"\1\0\0", 122),
    "count promises more": (b"\2\0\0\0" + _port(), 122),
    "name header cut off": (_list(_port())[:8], 122),
    "name cut off": (_list(_port())[:16], 122),
    "value header cut off": (_list(_port())[:26], 122),
    "value cut off": (_list(_port())[:34], 122),
    "huge byte count": (_changed(_list(_port()), 8, b"\xff\xff\xff\xff"), 122),
    "name of another syntax": (_changed(_list(_port()), 4, b"\3\0\1\0"), 87),
    "name empty": (_list(encode_property("", 0x00010002, bytes(4))), 13),
    "name without NUL": (_changed(_list(_port()), 8, b"\x08"), 13),
    "value of another format": (_list(encode_property("Port", 0x00010003, encode_text("x"))), 87),
    "value is no list value": (_list(encode_property("Port", 0x00040002, bytes(4))), 87),
    "value missing": (_changed(_list(_port()), 24, bytes(4)), 87),
    "number too short": (_list(encode_property("Port", 0x00010002, b"\1\0")), 13),
    "number too long": (_list(encode_property("Port", 0x00010002, bytes(8))), 13),
    "text of odd size": (_list(encode_property("HostName", 0x00010003, b"a\0\0")), 13),
    "text of no size": (_list(encode_property("HostName", 0x00010003, b"")), 13),
    "text without NUL": (_list(encode_property("HostName", 0x00010003, b"a\0")), 13),
    "number too small": (_list(_port(0)), 87),
    "number too large": (_list(_port(65536)), 87),
    "read-only": (_list(encode_property("Pid", 0x00010002, bytes(4))), 87),
    "required text empty": (_list(encode_property("Needed", 0x00010003, b"\0\0")), 87),
    "endmark missing": (_list(_port())[:-4], 13),
    "endmark not zero": (_list(_port())[:-1] + b"\1", 13),
    "unknown that cannot be stored": (_list(encode_property("New", 0x0001000D, bytes(4))), 87),
    "unknown of wrong size": (_list(encode_property("New", 0x00010002, bytes(3))), 13),
    "second of two is wrong": (_list(_port(), _port(0)), 87),
}
"""What is wrong, the bytes, and the code of the reference, section D.5."""

FINE = {
    "worked list": WORKED,
    "padding not zero": _changed(
        _list(encode_property("HostName", 0x00010003, encode_text("ab"))),
        4 + 8 + 18,
        b"\xff\xff",
    ),
    "bytes after the end": _list(_port()) + b"\xff" * 7,
    "same name twice": _list(_port(1), _port(2)),
    "name in other case": _list(encode_property("PORT", 0x00010002, b"\1\0\0\0")),
    "empty multi-string of 2": _list(encode_property("Paths", 0x00010005, bytes(2))),
    "empty multi-string of 4": _list(encode_property("Paths", 0x00010005, bytes(4))),
    "unknown property": _list(encode_property("New Name", 0x00010003, encode_text("x"))),
    "unknown security descriptor": _list(encode_property("SD", 0x00010009, b"\1\2\3")),
    "smallest": _list(_port(1)),
    "largest": _list(_port(65535)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_list_gets_its_code(name: str) -> None:
    """Each broken rule has the error code of the reference."""
    data, status = BROKEN[name]
    assert TABLE.validate(data) == status


@pytest.mark.parametrize("name", FINE)
def test_odd_but_legal_list_is_accepted(name: str) -> None:
    """What the reference accepts is accepted."""
    assert TABLE.validate(FINE[name]) == Win32.SUCCESS


def test_last_padding_may_be_missing() -> None:
    """A value at the very end of a buffer may lack its padding; only the endmark is missed."""
    data = _list(encode_property("HostName", 0x00010003, encode_text("ab")))
    assert TABLE.validate(data[:-6]) == Win32.INVALID_DATA


def test_registry_types_are_those_of_the_header() -> None:
    """The numbers of winnt.h: QWORD is 11 and MULTI_SZ 7."""
    assert (RegistryType.QWORD, RegistryType.MULTI_SZ, RegistryType.BINARY) == (11, 7, 3)
