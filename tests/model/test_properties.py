"""Private properties: listing, reading, setting, and what takes effect when."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.model.test_property_list import WORKED

from resforge.model import (
    DatabaseChange,
    Format,
    ListedProperty,
    PropertyFormat,
    PropertyRule,
    PropertyTable,
    RegistryType,
    RegistryValue,
    RhsState,
    View,
    Win32,
    decode,
    encode,
)
from resforge.model.property_list import encode_property
from resforge.model.wire import encode_text, encode_texts


def _rule(name: str, format: Format, default: object, **more: object) -> PropertyRule:  # noqa: A002
    return PropertyRule(
        name=name, identifier=name.lower(), format=format, default=default, **more  # type: ignore[arg-type]
    )


PORT = _rule("Port", Format.DWORD, 80, minimum=1, maximum=65535)
HOST = _rule("HostName", Format.SZ, "", required=True)
PATHS = _rule("Paths", Format.MULTI_SZ, ())
LIVE = _rule("Live", Format.BOOL, 0, minimum=0, maximum=1, immediate=True)
STARTED = _rule("Started", Format.FILETIME, 0, read_only=True)
STATUS = _rule("Status", Format.SZ, "idle", read_only=True, in_memory=True)
NOTE = _rule("Note", Format.SZ, "", in_memory=True)
TABLE = PropertyTable([PORT, HOST, PATHS, LIVE, STARTED, STATUS, NOTE])
SMALL = PropertyTable([PORT, HOST, PATHS])
ONLINE = View(RhsState.ONLINE)


def _dword(number: int) -> RegistryValue:
    return RegistryValue(RegistryType.DWORD, number.to_bytes(4, "little"))


def _sz(text: str) -> RegistryValue:
    return RegistryValue(RegistryType.SZ, encode_text(text))


def _values(data: bytes) -> dict[str, object]:
    return {item.name: item.value for item in decode(data)}


def _set(**values: tuple[PropertyFormat, object]) -> bytes:
    return encode(ListedProperty(n, f, v) for n, (f, v) in values.items())  # type: ignore[arg-type]


def test_enumerate_has_the_worked_bytes() -> None:
    """Writable names as a multi-string, 42 bytes for Port, HostName, Paths."""
    expected = (
        "50006F00720074000000 48006F00730074004E0061006D0065000000 5000610074006800730000000000"
    )
    assert SMALL.enumerate() == bytes.fromhex(expected)
    assert len(SMALL.enumerate()) == 42


def test_enumerate_without_properties_is_one_nul() -> None:
    """An empty list of names is one WCHAR."""
    assert PropertyTable([]).enumerate() == b"\0\0"


def test_enumerate_leaves_read_only_names_out() -> None:
    """Read-only names belong to another control code."""
    assert "Started".encode("utf-16-le") not in TABLE.enumerate()


def test_formats_have_the_worked_bytes() -> None:
    """A WORD with the format number for Port and Paths, 76 bytes."""
    expected = (
        "02000000"
        "03000400 0A000000 50006F00720074000000 0000 0B000100 02000000 0200 0000 00000000"
        "03000400 0C000000 500061007400680073000000 0B000100 02000000 0500 0000 00000000"
    )
    assert PropertyTable([PORT, PATHS]).formats() == bytes.fromhex(expected)


def test_get_lists_defaults_and_stored_values() -> None:
    """A stored value wins over the default."""
    status, data = SMALL.get(View(stored={"port": _dword(8080), "HOSTNAME": _sz("node-a")}))
    assert status == Win32.SUCCESS
    assert _values(data) == {"Port": 8080, "HostName": "node-a", "Paths": ()}


def test_get_has_the_worked_bytes() -> None:
    """The worked list of the reference comes out of the stored values."""
    paths = RegistryValue(RegistryType.MULTI_SZ, encode_texts(("C:\\a", "D:\\bc")))
    view = View(stored={"Paths": paths, "Port": _dword(8080), "HostName": _sz("node-a")})
    assert SMALL.get(view) == (Win32.SUCCESS, WORKED)


def test_get_appends_unknown_values() -> None:
    """Values that the table does not know follow in the order of the database."""
    stored = {"Zeta": _dword(1), "Alpha": _sz("x"), "Started": RegistryValue(11, bytes(8))}
    _, data = TABLE.get(View(stored=stored))
    assert [item.name for item in decode(data)][-2:] == ["Zeta", "Alpha"]


@pytest.mark.parametrize(
    ("number", "data"), [(1, b"a"), (1, b"a\0"), (4, bytes(3)), (11, bytes(9)), (7, b""), (0, b"x")]
)
def test_get_leaves_damaged_unknown_values_out(number: int, data: bytes) -> None:
    """A value that no property list can carry hides no other."""
    stored = {"Bad": RegistryValue(number, data), "Good": _sz("x")}
    status, listed = TABLE.get(View(stored=stored))
    assert (status, decode(listed)[-1].name) == (Win32.SUCCESS, "Good")
    assert "Bad" not in [item.name for item in decode(listed)]


def test_get_leaves_a_value_without_a_name_out() -> None:
    """A property list cannot carry the default value of the key, whose name is empty."""
    status, listed = TABLE.get(View(stored={"": _sz("x"), "Good": _sz("x")}))
    assert status == Win32.SUCCESS
    assert decode(listed)[-1].name == "Good"


def test_get_refuses_another_stored_type() -> None:
    """A stored value of the wrong type is an error, not a surprise."""
    assert TABLE.get(View(stored={"Port": _sz("80")})) == (Win32.INVALID_PARAMETER, b"")


def test_read_only_list() -> None:
    """Read-only properties have a list of their own, in memory or stored."""
    view = View(stored={"Started": RegistryValue(3, b"\1" + bytes(7))}, in_memory={"Status": "up"})
    status, data = TABLE.get_read_only(view)
    assert (status, _values(data)) == (Win32.SUCCESS, {"Started": 1, "Status": "up"})
    assert SMALL.get_read_only(view) == (Win32.SUCCESS, bytes(4))


def test_set_writes_what_changed() -> None:
    """Values that are stored already are not written again."""
    view = View(stored={"Port": _dword(8080)})
    data = _set(Port=(PropertyFormat.DWORD, 8080), HostName=(PropertyFormat.SZ, "a"))
    result = TABLE.set(data, view)
    assert result.status == Win32.SUCCESS
    assert result.changes == (DatabaseChange("HostName", _sz("a")),)
    assert result.view.stored == {"Port": _dword(8080), "HostName": _sz("a")}


def test_set_while_online_says_when_it_takes_effect() -> None:
    """5024 for a value that waits for the next online, 0 for one that does not."""
    port = _set(Port=(PropertyFormat.DWORD, 81))
    assert TABLE.set(port, ONLINE).status == Win32.RESOURCE_PROPERTIES_STORED
    assert TABLE.set(port, View(RhsState.OFFLINE)).status == Win32.SUCCESS
    live = _set(Live=(PropertyFormat.DWORD, 1))
    assert TABLE.set(live, ONLINE).status == Win32.SUCCESS
    same = _set(Port=(PropertyFormat.DWORD, 80))
    assert TABLE.set(same, ONLINE).status == Win32.SUCCESS


def test_set_checks_everything_before_it_writes() -> None:
    """A list with one bad value changes nothing."""
    data = _set(HostName=(PropertyFormat.SZ, "a"), Port=(PropertyFormat.DWORD, 0))
    result = TABLE.set(data, View())
    assert (result.status, result.changes) == (Win32.INVALID_PARAMETER, ())


def test_set_keeps_properties_in_memory_out_of_the_database() -> None:
    """A property in memory changes without a write."""
    result = TABLE.set(_set(Note=(PropertyFormat.SZ, "n")), View())
    assert (result.changes, result.view.in_memory) == ((), {"Note": "n"})


def test_set_stores_unknown_properties() -> None:
    """A name that the table does not know is stored with its own type."""
    result = TABLE.set(_set(Extra=(PropertyFormat.LARGE_INTEGER, -1)), ONLINE)
    assert result.status == Win32.SUCCESS
    assert result.changes == (DatabaseChange("Extra", RegistryValue(11, b"\xff" * 8)),)


def test_last_of_two_equal_names_wins() -> None:
    """Both are checked, the last one is stored, once."""
    data = bytes([2, 0, 0, 0]) + b"".join(
        encode_property("Port", 0x00010002, number.to_bytes(4, "little")) for number in (1, 2)
    )
    result = TABLE.set(data, View())
    assert result.changes == (DatabaseChange("Port", _dword(2)),)


def test_empty_multi_string_is_stored_as_one_nul() -> None:
    """Both forms of the empty multi-string are stored alike."""
    for size in (2, 4):
        data = b"\1\0\0\0" + encode_property("Paths", 0x00010005, bytes(size))
        change = TABLE.set(data, View()).changes[0]
        assert change.value == RegistryValue(RegistryType.MULTI_SZ, b"\0\0")


def test_missing_required_property() -> None:
    """A required text that is absent, empty or of another type is missing."""
    assert TABLE.missing(View()) == ("HostName",)
    assert TABLE.missing(View(stored={"HostName": _sz("")})) == ("HostName",)
    assert TABLE.missing(View(stored={"HostName": _dword(1)})) == ("HostName",)
    assert TABLE.missing(View(stored={"HostName": _sz("a")})) == ()


@pytest.mark.parametrize("value", [2, 0xFFFFFFFF])
def test_bool_is_zero_or_one(value: int) -> None:
    """BOOL is a DWORD from 0 to 1."""
    assert TABLE.validate(_set(Live=(PropertyFormat.DWORD, value))) == Win32.INVALID_PARAMETER


def test_bytes_of_multi_strings() -> None:
    """Each text has its NUL, the list one more."""
    assert encode_texts(("a",)) == b"a\0\0\0\0\0"
    assert encode_texts(()) == b"\0\0"


def test_a_value_under_the_former_name_counts_until_there_is_a_new_one() -> None:
    """A renamed property is read under its former name, also where a value is required."""
    rule = replace(PORT, renamed_from="Old Port", required=True)
    table = PropertyTable([rule])
    old = View(stored={"OLD PORT": _dword(81)})
    assert table.value(rule, old) == 81
    assert table.missing(old) == ()
    assert table.missing(View()) == ("Port",)
    changed = table.set(_set(Port=(PropertyFormat.DWORD, 82)), old)
    assert changed.changes == (DatabaseChange("Port", _dword(82)),)
    assert changed.view.stored == {"OLD PORT": _dword(81), "Port": _dword(82)}
    assert table.value(rule, changed.view) == 82
    again = table.set(_set(Port=(PropertyFormat.DWORD, 81)), old)
    assert again.changes == (DatabaseChange("Port", _dword(81)),)
    assert again.changed == ()
