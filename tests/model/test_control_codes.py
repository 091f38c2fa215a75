"""Control codes: standard ones with their bytes, and those of the author."""

from __future__ import annotations

from dataclasses import replace

import pytest

from resforge.model import (
    Answer,
    ControlCodeRule,
    DependencyRule,
    FieldRule,
    Format,
    HookResult,
    ListedProperty,
    PropertyFormat,
    PropertyRule,
    RawRule,
    RegistryValue,
    RhsState,
    StructRule,
    TypeModel,
    View,
    Win32,
    answer,
    decode,
    encode,
)
from resforge.model.buffers import canonical_buffer, decode_buffer, encode_buffer
from resforge.model.wire import encode_text

COUNT = FieldRule(name="Count", identifier="count", format=Format.DWORD, offset=0, size=4)
PATH = FieldRule(name="Path", identifier="path", format=Format.SZ, offset=4, size=8, length=4)
REST = FieldRule(name="Rest", identifier="rest", format=Format.SZ, offset=12, size=None)
INPUT = StructRule(fields=(COUNT, PATH, REST), fixed_size=12, alignment=4, variable_tail=True)
PORT = PropertyRule(name="Port", identifier="port", format=Format.DWORD, default=80)
RICH = ControlCodeRule(
    name="Rich", identifier="rich", value=0x0160000A, states=("online",), input=INPUT,
    output=RawRule(minimum=0, maximum=64),
)  # fmt: skip
PLAIN = ControlCodeRule(name="Plain", identifier="plain", value=0x01200005)
OF_TYPE = ControlCodeRule(
    name="Of", identifier="of", value=0x0220000D, scope="resource_type", output=RawRule()
)
MODEL = TypeModel(
    name="T",
    identifier="t",
    resource_class=1,
    subclass=0x80000000,
    characteristics=0x9000,
    dependencies=(DependencyRule(resource_class=1),),
    properties=(PORT,),
    control_codes=(RICH, PLAIN, OF_TYPE),
)
BARE = TypeModel(name="B", identifier="b", resource_class=32769)
OFFLINE, ONLINE = View(), View(RhsState.ONLINE)
GOOD = b"\1\0\0\0" + "abc\0".encode("utf-16-le") + encode_text("tail")

BYTES = {
    "characteristics": (MODEL, 0x01000005, "00900000"),
    "characteristics of the type": (MODEL, 0x02000005, "00900000"),
    "class": (MODEL, 0x0100000D, "0100000000000080"),
    "user class": (BARE, 0x0100000D, "0180000000000000"),
    "class of the type": (BARE, 0x0200000D, "0180000000000000"),
    "no dependencies": (BARE, 0x01000011, "00000000"),
    "dependencies": (MODEL, 0x02000011, "02000200040000000100000000000000"),
    "no names": (BARE, 0x01000079, "0000"),
    "no type names": (MODEL, 0x02000079, "0000"),
    "no read-only": (MODEL, 0x0100007D, "00000000"),
    "no read-only of the type": (MODEL, 0x0200007D, "00000000"),
    "no type properties": (MODEL, 0x02000081, "00000000"),
    "no formats": (BARE, 0x0100008D, "00000000"),
}


@pytest.mark.parametrize("name", BYTES)
def test_fixed_output(name: str) -> None:
    """The output has exactly these bytes, and their number is returned."""
    model, code, expected = BYTES[name]
    data = bytes.fromhex(expected)
    assert answer(model, OFFLINE, code, output_size=100) == Answer(0, len(data), data)


@pytest.mark.parametrize("name", BYTES)
def test_size_protocol(name: str) -> None:
    """A buffer that is too short or absent gets 234 and the size needed."""
    model, code, expected = BYTES[name]
    size = len(bytes.fromhex(expected))
    too_short = Answer(Win32.MORE_DATA, size)
    assert answer(model, OFFLINE, code, output_size=size - 1) == too_short
    assert answer(model, OFFLINE, code, output_size=0) == too_short
    assert answer(model, OFFLINE, code, output_size=size, null_output=True) == too_short
    assert answer(model, OFFLINE, code, output_size=size).status == Win32.SUCCESS


@pytest.mark.parametrize("code", [0x01000000, 0x02000000, 0x01500026])
def test_unknown_and_set_name_succeed(code: int) -> None:
    """UNKNOWN of both scopes and SET_NAME are answered with 0 and no bytes."""
    assert answer(MODEL, OFFLINE, code) == Answer(Win32.SUCCESS)


@pytest.mark.parametrize(
    "code",
    [0x01000009, 0x01000051, 0x0140005E, 0x01500006, 0x0150000A, 0x01600008, 0x0200008D,
     0x02000065, 0x02000015, 0x03000000, 0x01200006, 0x02250003, 0x0250003A, 0x0150004E],
)  # fmt: skip
def test_default_processing(code: int) -> None:
    """Everything else is left to RHS."""
    assert answer(MODEL, OFFLINE, code, b"", 100) == Answer(Win32.INVALID_FUNCTION)


def test_state_change_reason() -> None:
    """The reason is taken when the type asks for it; a short structure is refused."""
    model = TypeModel(name="T", identifier="t", characteristics=0x10)
    assert answer(model, ONLINE, 0x0150004E, bytes(12)).status == Win32.SUCCESS
    assert answer(model, ONLINE, 0x0150004E, bytes(11)).status == Win32.INVALID_DATA
    assert answer(model, ONLINE, 0x0150004E, None).status == Win32.INVALID_DATA


def test_set_and_get_properties() -> None:
    """What SET stores, GET lists."""
    data = encode([ListedProperty("Port", PropertyFormat.DWORD, 81)])
    stored = answer(MODEL, ONLINE, 0x01400086, data)
    assert stored.status == Win32.RESOURCE_PROPERTIES_STORED
    assert stored.changed_properties == ("Port",)
    view = View(stored={change.name: change.value for change in stored.database_changes})
    listed = answer(MODEL, view, 0x01000081, output_size=200)
    assert {item.name: item.value for item in decode(listed.output)} == {"Port": 81}
    assert answer(MODEL, view, 0x01000089, data).status == Win32.SUCCESS
    assert answer(MODEL, view, 0x01000089, b"").status == Win32.INSUFFICIENT_BUFFER


def test_set_tells_what_is_in_memory_afterwards() -> None:
    """A set property outside the database is part of the answer; other codes say nothing."""
    data = encode([ListedProperty("note", PropertyFormat.SZ, "n")])
    note = PropertyRule(
        name="Note", identifier="note", format=Format.SZ, default="", in_memory=True
    )
    model = replace(MODEL, properties=(note,))
    assert answer(model, View(), 0x01400086, data).in_memory == {"Note": "n"}
    assert answer(model, View(), 0x01000081, None, 65536).in_memory is None


def test_type_properties_are_unknown_ones() -> None:
    """The type has no properties of its own, but keeps what is stored."""
    data = encode([ListedProperty("X", PropertyFormat.SZ, "y")])
    stored = answer(MODEL, OFFLINE, 0x02400086, data)
    assert [change.name for change in stored.database_changes] == ["X"]
    view = View(stored={"X": RegistryValue(1, encode_text("y"))})
    assert answer(MODEL, view, 0x02000081, output_size=100).output == data


def test_formats_of_resource_properties_at_type_scope() -> None:
    """The type lists the formats of the properties that its resources have."""
    assert answer(MODEL, OFFLINE, 0x02000091, output_size=100) == answer(
        MODEL, OFFLINE, 0x0100008D, output_size=100
    )


def test_author_code() -> None:
    """The hook sees the input and its output is returned."""
    hook = HookResult(0, b"out")
    assert answer(MODEL, ONLINE, RICH.value, GOOD, 3, hook=hook) == Answer(
        0, 3, b"out", hook_input=GOOD
    )
    assert answer(MODEL, ONLINE, RICH.value, GOOD, 2, hook=hook) == Answer(
        Win32.MORE_DATA, 3, hook_input=GOOD
    )
    assert answer(MODEL, ONLINE, RICH.value, GOOD, 9, hook=HookResult(5)).status == 5


def test_author_code_is_refused_elsewhere() -> None:
    """In another state the answer is 5023 and the hook is not called."""
    assert answer(MODEL, OFFLINE, RICH.value, GOOD) == Answer(Win32.INVALID_STATE)


@pytest.mark.parametrize(
    "data", [None, b"", GOOD[:11], GOOD[:12], b"\1\0\0\0" + b"a\0" * 4 + b"\0\0", GOOD[:-2]]
)
def test_author_code_refuses_bad_input(data: bytes | None) -> None:
    """Too short, or a string without NUL: 13, and the hook is not called."""
    assert answer(MODEL, ONLINE, RICH.value, data) == Answer(Win32.INVALID_DATA)


def test_code_without_output_returns_none() -> None:
    """What a hook without declared output leaves is not returned."""
    assert answer(MODEL, OFFLINE, PLAIN.value, b"x", 9, hook=HookResult(0, b"y")).output == b""


def test_type_code() -> None:
    """A code of the type needs no state."""
    assert answer(MODEL, OFFLINE, OF_TYPE.value, None, 9, hook=HookResult(0, b"z")).output == b"z"


def test_buffer_round_trip() -> None:
    """Fields come out by name; what is surplus is gone when they are written again."""
    fields = decode_buffer(INPUT, GOOD + b"\xff\xff")
    assert fields == {"count": 1, "path": "abc", "rest": "tail"}
    assert encode_buffer(INPUT, fields) == GOOD
    dirty = b"\1\0\0\0" + "a\0xx".encode("utf-16-le") + encode_text("t")
    clean = b"\1\0\0\0" + "a\0\0\0".encode("utf-16-le") + encode_text("t")
    assert canonical_buffer(INPUT, dirty) == clean


def test_truth_is_any_number_but_zero() -> None:
    """A hook sees true, which is written as 1."""
    truth = FieldRule(name="On", identifier="on", format=Format.BOOL, offset=0, size=4)
    rule = StructRule(fields=(truth,), fixed_size=4, alignment=4)
    for number in (1, 2, 0x80000000):
        assert canonical_buffer(rule, number.to_bytes(4, "little")) == b"\1\0\0\0"
    assert canonical_buffer(rule, bytes(4)) == bytes(4)


def test_raw_limits() -> None:
    """Raw input outside its limits is refused."""
    rule = RawRule(minimum=2, maximum=3)
    code = ControlCodeRule(name="R", identifier="r", value=0x01200009, input=rule)
    model = TypeModel(name="T", identifier="t", control_codes=(code,))
    statuses = [answer(model, OFFLINE, code.value, bytes(n)).status for n in range(1, 5)]
    assert statuses == [13, 0, 0, 13]
