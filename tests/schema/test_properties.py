"""Private properties: every legal combination loads, every illegal one is refused."""

from __future__ import annotations

import datetime
import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.schema.support import HEAD, Syntax, codes, found, load, property_text

from resforge.schema import Property, PropertyFormat

BITS_32 = 2**32 - 1
BITS_64 = 2**64 - 1
RANGED = {
    "DWORD": (0, BITS_32),
    "LONG": (-(2**31), 2**31 - 1),
    "ULARGE_INTEGER": (0, BITS_64),
    "LARGE_INTEGER": (-(2**63), 2**63 - 1),
    "FILETIME": (0, BITS_64),
}
GOOD_VALUES: dict[str, list[tuple[Any, Any]]] = {
    **{name: [(low, low), (high, high), (1, 1)] for name, (low, high) in RANGED.items()},
    "SZ": [
        ("", ""),
        ("a\nb\"'\\*/??/%{{x}}\u202e😀", "a\nb\"'\\*/??/%{{x}}\u202e😀"),
        ("no", "no"),
    ],
    "EXPAND_SZ": [("%SystemRoot%\\x", "%SystemRoot%\\x")],
    "MULTI_SZ": [([], ()), (["a"], ("a",)), (["a", "b c", "a"], ("a", "b c", "a"))],
    "BINARY": [
        ("", b""),
        ("00", b"\0"),
        ("00 ff", b"\0\xff"),
        ("00FFaa", b"\0\xff\xaa"),
        ("00-ff:01,02", b"\0\xff\1\2"),
    ],
    "BOOL": [(True, 1), (False, 0)],
}
BAD_VALUES: dict[str, list[tuple[Any, str]]] = {
    **{
        name: [(low - 1, "out-of-range"), (high + 1, "out-of-range"), (True, "wrong-type")]
        for name, (low, high) in RANGED.items()
    },
    "SZ": [(5, "wrong-type"), (True, "wrong-type"), (["a"], "wrong-type"), (None, "wrong-type"),
           ("a\0b", "nul-in-text"), ("a\ud83d", "surrogate-in-text")],
    "EXPAND_SZ": [(5, "wrong-type"), ("\udc00", "surrogate-in-text")],
    "MULTI_SZ": [("a", "wrong-type"), ([""], "empty-text-in-list"), ([5], "wrong-type"),
                 (["a\0"], "nul-in-text"), ({"a": 1}, "wrong-type")],
    "BINARY": [("0", "bad-hex"), ("0 0", "bad-hex"), ("0x00", "bad-hex"), ("00  ff", "bad-hex"),
               (" 00", "bad-hex"), ("00 ", "bad-hex"), ("gg", "bad-hex"), (0, "wrong-type"),
               (["00"], "wrong-type")],
    "BOOL": [(1, "wrong-type"), ("yes", "wrong-type"), ("true", "wrong-type")],
}  # fmt: skip
FLAGS = ("required", "read_only", "in_memory")


def load_property(**keys: Any) -> Property:
    """The one property that has `keys`."""
    (item,) = load(property_text(**keys), "json").properties
    return item


def cases(values: dict[str, list[tuple[Any, Any]]]) -> list[tuple[str, Any, Any]]:
    """(format, value, expectation) for each entry."""
    return [(name, value, rest) for name, pairs in values.items() for value, rest in pairs]


class TestValues:
    @pytest.mark.parametrize(("format_", "value", "typed"), cases(GOOD_VALUES))
    def test_good(self, format_: str, value: Any, typed: Any) -> None:
        """A value of the format is taken as default and as example."""
        item = load_property(format=format_, default=value, example=value)

        assert (item.default, item.example, item.default_value) == (typed, typed, typed)

    @pytest.mark.parametrize(("format_", "value", "code"), cases(BAD_VALUES))
    @pytest.mark.parametrize("key", ["default", "example"])
    def test_bad(self, format_: str, value: Any, code: str, key: str) -> None:
        """Any other value is refused with its reason."""
        text = json.dumps(
            {
                "resforge": 1,
                "name": "T",
                "properties": [{"name": "V", "format": format_, key: value}],
            }
        )

        assert codes(text, "json") == [code]

    def test_each_bad_text_of_a_list(self) -> None:
        """Each bad text of a MULTI_SZ has its own message, at its own place."""
        text = HEAD + "properties: [{name: A, format: MULTI_SZ, default: [x, 5, '', y, ~]}]\n"

        assert found(text) == [
            (3, 55, "wrong-type"),
            (3, 58, "empty-text-in-list"),
            (3, 65, "wrong-type"),
        ]

    @pytest.mark.parametrize("format_", PropertyFormat)
    def test_without_default(self, format_: str) -> None:
        """Without a default the value is 0, empty text, an empty list or no bytes."""
        expected = {"SZ": "", "EXPAND_SZ": "", "MULTI_SZ": (), "BINARY": b""}

        assert load_property(format=format_).default_value == expected.get(format_, 0)

    @pytest.mark.parametrize(
        ("format_", "value"),
        list(zip(PropertyFormat, [2, 7, 6, 10, 3, 4, 5, 1, 12, 2], strict=True)),
    )
    def test_format_numbers(self, format_: str, value: int) -> None:
        """CLUSPROP_FORMAT numbers of clusapi.h; BOOL is a DWORD."""
        assert load_property(format=format_).property_format_value == value


class TestFileTime:
    @pytest.mark.parametrize(
        ("text", "ticks"),
        [
            ("1601-01-01T00:00:00Z", 0),
            ("1601-01-01t00:00:00.0000001z", 1),
            ("1970-01-01T00:00:00Z", 116_444_736_000_000_000),
            ("1970-01-01 01:00:00+01:00", 116_444_736_000_000_000),
            ("2026-01-31T12:00:00.5Z", 134_143_344_005_000_000),
        ],
    )
    def test_times(self, text: str, ticks: int) -> None:
        """A time with its offset is counted in 100 ns steps since 1601."""
        assert load_property(format="FILETIME", default=text).default == ticks

    @given(st.integers(86_400_000_000, 10**17), st.integers(-14 * 60, 14 * 60))
    def test_any_time(self, microseconds: int, offset: int) -> None:
        """A time written with any offset is the number of steps that it began as."""
        epoch = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
        zone = datetime.timezone(datetime.timedelta(minutes=offset))
        moment = (epoch + datetime.timedelta(microseconds=microseconds)).astimezone(zone)

        assert load_property(format="FILETIME", default=moment.isoformat()).default == (
            microseconds * 10
        )

    @pytest.mark.parametrize(
        "text",
        ["2026-01-31", "2026-01-31T12:00:00", "2026-02-30T12:00:00Z", "2026-01-31T25:00:00Z",
         "1600-12-31T23:59:59Z", "yesterday", "2026-01-31T12:00:00.12345678Z", "",
         "2026-01-31T12:00:00+99:99", "1601-01-01T00:00:00+01:00", "0000-01-01T00:00:00Z"],
    )  # fmt: skip
    def test_refused(self, text: str) -> None:
        """Without offset, outside the calendar or before 1601 it is no FILETIME."""
        assert codes(property_text(format="FILETIME", default=text), "json") == ["bad-time"]

    def test_toml_time(self) -> None:
        """A time of TOML itself counts; in a text property it is a mistake."""
        head = "resforge = 1\nname = 'T'\n[[properties]]\nname = 'A'\n"
        good = head + "format = 'FILETIME'\ndefault = 1970-01-01T00:00:00Z\n"
        bad = head + "format = 'SZ'\ndefault = 1970-01-01T00:00:00Z\n"
        local = head + "format = 'FILETIME'\ndefault = 1970-01-01\n"

        assert load(good, "toml").properties[0].default == 116_444_736_000_000_000
        assert found(bad, "toml") == [(6, 11, "wrong-type")]
        assert found(local, "toml") == [(6, 11, "bad-time")]


class TestRange:
    @pytest.mark.parametrize("format_", RANGED)
    def test_legal(self, format_: str) -> None:
        """Numbers and FILETIME take a minimum, a maximum, both or none."""
        low, high = RANGED[format_]

        assert load_property(format=format_).minimum_value is None
        assert load_property(format=format_).maximum_value is None
        only_minimum = load_property(format=format_, minimum=1, default=1)
        assert (only_minimum.minimum_value, only_minimum.maximum_value) == (1, high)
        only_maximum = load_property(format=format_, maximum=9)
        assert (only_maximum.minimum_value, only_maximum.maximum_value) == (low, 9)
        both = load_property(format=format_, minimum=2, maximum=2, default=2)
        assert (both.minimum_value, both.maximum_value) == (2, 2)
        whole = load_property(format=format_, minimum=low, maximum=high)
        assert (whole.minimum_value, whole.maximum_value) == (low, high)

    @pytest.mark.parametrize("format_", ["SZ", "EXPAND_SZ", "MULTI_SZ", "BINARY", "BOOL"])
    def test_no_range(self, format_: str) -> None:
        """Other formats take none, and both keys are refused at once."""
        text = property_text(format=format_, minimum=0, maximum=1)

        assert codes(text, "json") == ["range-not-allowed"] * 2

    def test_bool(self) -> None:
        """BOOL is 0 to 1 without being told."""
        item = load_property(format="BOOL")

        assert (item.minimum_value, item.maximum_value) == (0, 1)

    def test_zero_and_zero(self) -> None:
        """A range of 0 to 0 switches the check off, as in property tables, if it is meant."""
        item = load_property(format="DWORD", minimum=0, maximum=0, default=BITS_32)

        assert (item.minimum_value, item.maximum_value) == (None, None)
        assert codes(property_text(format="DWORD", maximum=0), "json") == ["range-of-zero"]
        assert codes(property_text(format="LONG", maximum=0), "json") == []

    def test_upside_down(self) -> None:
        """A minimum above the maximum allows nothing."""
        text = property_text(format="DWORD", minimum=5, maximum=4, default=7)

        assert codes(text, "json") == ["minimum-above-maximum"]

    @pytest.mark.parametrize(
        ("keys", "expected"),
        [
            ({"default": 5}, []),
            ({"default": 3}, ["default-outside-range"]),
            ({"default": 11}, ["default-outside-range"]),
            ({"default": 0}, []),
            ({"default": BITS_32}, []),
            ({}, ["missing-default"]),
            ({"required": True}, []),
            ({"default": 5, "example": 4}, ["example-outside-range"]),
            ({"default": 5, "example": 10}, []),
        ],
    )
    def test_default(self, keys: dict[str, Any], expected: list[str]) -> None:
        """Outside its range a default is one of the two marks of a value that is not set."""
        text = property_text(format="DWORD", minimum=5, maximum=10, **keys)

        assert codes(text, "json") == expected

    def test_signed_marker(self) -> None:
        """For signed formats all bits set is -1."""
        keys = {"format": "LONG", "minimum": 5, "maximum": 10}

        assert codes(property_text(default=-1, **keys), "json") == []
        assert codes(property_text(default=2**31 - 1, **keys), "json") == ["default-outside-range"]

    def test_adaware(self) -> None:
        """Network Name's ADAware, a shipped property with a default outside its range, loads."""
        item = load_property(format="DWORD", default=0xFFFFFFFF, minimum=0, maximum=2)

        assert item.default_value == 0xFFFFFFFF


class TestFlags:
    @pytest.mark.parametrize("flags", list(itertools.product([False, True], repeat=3)))
    @pytest.mark.parametrize("format_", PropertyFormat)
    def test_combinations(self, format_: str, flags: tuple[bool, bool, bool]) -> None:
        """Any combination is legal but a required value that is never stored."""
        keys = dict(zip(FLAGS, flags, strict=True))
        refused = keys["required"] and keys["in_memory"]

        assert codes(property_text(format=format_, **keys), "json") == (
            ["required-in-memory"] if refused else []
        )

    @pytest.mark.parametrize("effect", ["next_online", "immediately"])
    def test_takes_effect(self, effect: str) -> None:
        """When a change takes effect is said of properties that can be set."""
        writable = property_text(format="SZ", takes_effect=effect)
        read_only = property_text(format="SZ", takes_effect=effect, read_only=True)

        assert load(writable, "json").properties[0].takes_effect == effect
        assert codes(read_only, "json") == ["takes-effect-of-read-only"]

    def test_writable(self) -> None:
        """Writable is the opposite of read-only."""
        assert load_property(format="SZ").writable
        assert not load_property(format="SZ", read_only=True).writable

    def test_empty_example_of_required_text(self) -> None:
        """A required text refuses to be set to nothing, so its example is not empty."""
        assert codes(property_text(format="SZ", required=True, example=""), "json") == [
            "empty-example"
        ]
        assert codes(property_text(format="SZ", example=""), "json") == []


class TestAnyText:
    @given(
        st.text(
            alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30
        ),
        st.sampled_from(["json", "toml"]),
    )
    def test_comes_out_as_it_went_in(self, text: str, syntax: Syntax) -> None:
        """Text is data: quotes, line ends, marks and astral characters survive."""
        written = json.dumps(text).replace("\x7f", "\\u007f")
        if syntax == "toml":
            written = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
        schema = {
            "json": f'{{"resforge": 1, "name": "T", "description": {written}}}',
            "toml": f"resforge = 1\nname = 'T'\ndescription = {written}\n",
        }

        assert load(schema[syntax], syntax).description == text
