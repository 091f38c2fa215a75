"""Every key and value knows its line and column, in all three syntaxes."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.schema.support import toml_document

from resforge.schema import load_resource_type_text, yaml_source
from resforge.schema.json_source import parse_json
from resforge.schema.located import Lines, LocatedList, LocatedMapping, Mark
from resforge.schema.toml_source import parse_toml
from resforge.schema.yaml_source import parse_yaml

keys = st.text(alphabet="abcxyz_é名 .\"'#=[]{}\\", min_size=1, max_size=6)
scalars = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.text(alphabet="abc \"'\\#=,[]{}\t\n\r\u202e名😀:-", max_size=12),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=12,
)
documents = st.dictionaries(keys, values, min_size=1, max_size=5)


def places(value: Any, mark: Mark) -> Iterator[tuple[Any, Mark]]:
    """All values inside `value` with their marks."""
    yield value, mark
    if isinstance(value, LocatedMapping):
        for key, item in value.items():
            yield from places(item, value.values_at[key])
    elif isinstance(value, LocatedList):
        for item, item_mark in zip(value, value.items_at, strict=True):
            yield from places(item, item_mark)


def key_places(value: Any) -> Iterator[tuple[str, Mark]]:
    """All keys inside `value` with their marks."""
    if isinstance(value, LocatedMapping):
        for key, item in value.items():
            yield key, value.keys_at[key]
            yield from key_places(item)
    elif isinstance(value, LocatedList):
        for item in value:
            yield from key_places(item)


def tail(text: str, mark: Mark) -> str:
    """The text from `mark` on."""
    lines = text.split("\n")
    return "\n".join([lines[mark.line - 1][mark.column - 1 :], *lines[mark.line :]])


class TestLines:
    def test_line_ends(self) -> None:
        """LF, CR and CR LF end lines; other separators are characters like any other."""
        lines = Lines("a\nb\r\nc\rd\u2028e\x85f")

        assert [lines.mark(offset) for offset in (0, 2, 3, 5, 7, 9, 11)] == [
            Mark(1, 1),
            Mark(2, 1),
            Mark(2, 2),
            Mark(3, 1),
            Mark(4, 1),
            Mark(4, 3),
            Mark(4, 5),
        ]


class TestJson:
    @given(documents, st.sampled_from([None, 0, 1, 2]))
    def test_values_and_places(self, document: dict[str, Any], indent: int | None) -> None:
        """The data is that of the standard library, and each value is found at its place."""
        text = json.dumps(document, indent=indent, ensure_ascii=False)
        source = parse_json(text)

        assert source.root == document
        for value, mark in places(source.root, source.mark):
            assert json.JSONDecoder().raw_decode(tail(text, mark))[0] == value
        for key, mark in key_places(source.root):
            assert json.JSONDecoder().raw_decode(tail(text, mark))[0] == key


class TestYaml:
    @given(documents, st.sampled_from([None, 1, 2]))
    def test_same_as_json(self, document: dict[str, Any], indent: int | None) -> None:
        """JSON is YAML: both parsers see the same data in the same places."""
        text = json.dumps(document, indent=indent, ensure_ascii=False)
        from_json, from_yaml = parse_json(text), parse_yaml(text)

        assert from_yaml.root == from_json.root
        assert list(places(from_yaml.root, from_yaml.mark)) == list(
            places(from_json.root, from_json.mark)
        )
        assert list(key_places(from_yaml.root)) == list(key_places(from_json.root))

    def test_without_the_c_library(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Places agree between the C library and the library in pure Python."""
        text = 'a: [1, "\\u00e9\U0001f600", {b: c}]\n"名": |\n  text\n😀: &x y\nd: *x\n'
        fast = parse_yaml(text)
        monkeypatch.setattr(yaml_source, "_LOADER", yaml.Loader)
        slow = parse_yaml(text)

        assert fast.root == slow.root
        assert list(places(fast.root, fast.mark)) == list(places(slow.root, slow.mark))

    def test_characters_not_bytes(self) -> None:
        """Columns count characters, whatever their length in UTF-8."""
        source = parse_yaml("名😀: {é: 1}\n")

        assert source.root["名😀"].values_at["é"] == Mark(1, 9)

    def test_other_separators_are_no_lines(self) -> None:
        """U+2028 and NEL do not count as line ends, as in editors."""
        source = parse_yaml('a: "x\u2028y"\nb: 1\n')

        assert source.root.values_at["b"] == Mark(2, 4)


class TestToml:
    @given(documents)
    def test_values_and_places(self, document: dict[str, Any]) -> None:
        """The data is that of the standard library, and each value begins at its place."""
        text = toml_document(document)
        source = parse_toml(text)

        assert source.root == document
        for key, mark in source.root.keys_at.items():
            assert self._key_at(text, mark) == key
        for key, value in source.root.items():
            self._check_value(text, value, source.root.values_at[key])

    def _key_at(self, text: str, mark: Mark) -> str:
        rest = tail(text, mark).removeprefix("[[").split("\n")[0]
        return str(json.JSONDecoder().raw_decode(rest)[0])

    def _check_value(self, text: str, value: Any, mark: Mark) -> None:
        rest = tail(text, mark).split("\n")[0]
        if rest.startswith("[["):
            assert isinstance(value, list)
            return
        assert tomllib.loads(f"x = {rest}")["x"] == value

    def test_all_forms(self) -> None:
        """Tables, arrays of tables, dotted keys, inline tables and all kinds of strings."""
        text = (
            "a.b = 1 # comment [x]\n"
            "[t.'u v']\n"
            'k = """\nline\\\n  "" ] """\n'
            "l = '''x'\n'''\n"
            "[[t.list]]\n"
            "x = [ 1, # one\n  [2, 3], {y = 'z', w.v = 4} ]\n"
            "[[t.list]]\n"
            '"\\u0078" = 2000-01-01T00:00:00Z\n'
            "[t.list.sub]\n"
            "q=+1_000\n"
        )
        root = parse_toml(text).root

        assert root.values_at["a"] == Mark(1, 1)
        assert root["a"].values_at["b"] == Mark(1, 7)
        assert root["t"].values_at["u v"] == Mark(2, 1)
        assert root["t"]["u v"].values_at == {"k": Mark(3, 5), "l": Mark(6, 5)}
        items = root["t"]["list"]
        assert items.items_at == [Mark(8, 1), Mark(11, 1)]
        assert items[0].values_at["x"] == Mark(9, 5)
        assert items[0]["x"].items_at == [Mark(9, 7), Mark(10, 3), Mark(10, 11)]
        assert items[0]["x"][1].items_at == [Mark(10, 4), Mark(10, 7)]
        assert items[0]["x"][2]["w"].values_at["v"] == Mark(10, 27)
        assert items[1].keys_at["x"] == Mark(12, 1)
        assert items[1].values_at["sub"] == Mark(13, 1)
        assert items[1]["sub"].values_at["q"] == Mark(14, 3)


class TestPosition:
    TEXT = "resforge: 1\nname: Thing\nproperties:\n  - name: A\n    format: SZ\n"

    @pytest.mark.parametrize(
        ("path", "position"),
        [
            ((), (1, 1)),
            (("name",), (2, 7)),
            (("properties",), (4, 3)),
            (("properties", 0), (4, 5)),
            (("properties", 0, "format"), (5, 13)),
            (("properties", 0, "default"), (4, 5)),
            (("properties", 1, "default"), (4, 3)),
            (("timeouts", "heartbeat"), (1, 1)),
        ],
    )
    def test_of_loaded_type(self, path: tuple[str | int, ...], position: tuple[int, int]) -> None:
        """A value stands where it is written; a value left out, where it would belong."""
        loaded = load_resource_type_text(self.TEXT, file="thing.yaml", syntax="yaml")

        assert loaded.position(path) == position
