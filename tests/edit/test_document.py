"""Edits of a schema's text: they do what they say, and nothing else."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.schema.support import EXAMPLES, SCHEMAS, toml_document

from resforge.edit import CannotEditError, Document, Edit, apply_edits
from resforge.edit.values import spell, spell_key
from resforge.schema.findings import Path
from resforge.schema.loading import Syntax, parse_text

TEXTS: dict[tuple[str, Syntax], str] = {}
for _name in EXAMPLES:
    _text = (SCHEMAS / f"{_name}.yaml").read_text("utf-8")
    _data = parse_text(_text, file="x", syntax="yaml").root
    TEXTS[_name, "yaml"] = _text
    TEXTS[f"{_name}-crlf", "yaml"] = _text.replace("\n", "\r\n")
    TEXTS[_name, "json"] = json.dumps(_data, indent=2)
    TEXTS[f"{_name}-dense", "json"] = json.dumps(_data)
    TEXTS[f"{_name}-flow", "yaml"] = json.dumps(_data)
    TEXTS[_name, "toml"] = toml_document(_data)
EDITABLE = sorted(key for key in TEXTS if "minimal" not in key[0])


def data_of(text: str, syntax: Syntax) -> Any:
    """The plain data of `text`."""
    return parse_text(text, file="x", syntax=syntax).root


def paths_of(value: Any, path: Path = ()) -> list[Path]:
    """All paths of `value` that end with a key."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[Path] = []
    for key, item in items:
        found += [(*path, key)] if isinstance(key, str) else []
        found += paths_of(item, (*path, key)) if isinstance(item, dict | list) else []
    return found


def without(data: Any, path: Path) -> Any:
    """`data` without the key at `path`."""
    result = copy.deepcopy(data)
    inner = result
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return result


def comments(text: str) -> list[str]:
    """What stands behind the signs of comments."""
    return [line.split("# ", 1)[1].strip() for line in text.splitlines() if "# " in line]


@settings(max_examples=300)
@given(st.sampled_from(EDITABLE), st.data())
def test_removal_takes_away_one_key(key: tuple[str, Syntax], data: st.DataObject) -> None:
    """Whatever key is removed, the rest of the data and every comment stay."""
    text, syntax = TEXTS[key], key[1]
    before = data_of(text, syntax)
    path = data.draw(st.sampled_from(paths_of(before)))
    try:
        edits = Document(text, syntax).remove(path)
    except CannotEditError:
        assert syntax == "toml" or len(path) > 1
        return
    after = apply_edits(text, edits)
    expected = without(before, path)
    if data_of(after, syntax) != expected:  # the mapping around an only key goes with it
        expected = without(before, path[:-1])
    assert data_of(after, syntax) == expected
    assert comments(after) == comments(text)
    assert ("\r\n" in after) == ("\r\n" in text)


@settings(max_examples=200)
@given(st.sampled_from(EDITABLE), st.data())
def test_several_removals_at_once(key: tuple[str, Syntax], data: st.DataObject) -> None:
    """Neighbours can be removed together, first and last ones included."""
    text, syntax = TEXTS[key], key[1]
    before = data_of(text, syntax)
    holder = data.draw(st.sampled_from([("properties", i) for i in range(3)]))
    keys = list(before["properties"][holder[1]])
    chosen = data.draw(st.sets(st.sampled_from(keys), min_size=1, max_size=len(keys) - 1))
    after = apply_edits(text, Document(text, syntax).remove(*((*holder, k) for k in chosen)))
    for name in chosen:
        before = without(before, (*holder, name))
    assert data_of(after, syntax) == before


@settings(max_examples=200)
@given(st.sampled_from(EDITABLE), st.data(), st.sampled_from([7, True, "a b", "no", 'x: "y" # \\']))
def test_replacement_and_renaming(key: tuple[str, Syntax], data: st.DataObject, value: Any) -> None:
    """A scalar gets another value, its key another name, in the same place."""
    text, syntax = TEXTS[key], key[1]
    before = data_of(text, syntax)
    paths = [p for p in paths_of(before) if not isinstance(_at(before, p), dict | list)]
    path = data.draw(st.sampled_from(paths))
    document = Document(text, syntax)
    edits = [*document.replace(path, value), *document.rename(path, "new key")]
    after = data_of(apply_edits(text, edits), syntax)
    assert _at(after, (*path[:-1], "new key")) == value
    assert without(after, (*path[:-1], "new key")) == without(before, path)


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=30), st.integers(), st.booleans(), st.lists(st.text(max_size=5))))
def test_values_are_read_back(value: Any) -> None:
    """A value that was spelled in a syntax is read as the same value."""
    if "\0" in repr(value) or any("\ud800" <= c <= "\udfff" for c in str(value)):
        return
    if isinstance(value, int) and abs(value) >= 2**63:
        return
    assert data_of(f"a: {spell(value, 'yaml')}\n", "yaml") == {"a": value}
    assert data_of(f"a: [{spell(value, 'yaml')}, 1]\n", "yaml") == {"a": [value, 1]}
    assert data_of(f'{{"a": {spell(value, "json")}}}', "json") == {"a": value}
    assert data_of(f"a = {spell(value, 'toml')}\n", "toml") == {"a": value}


@pytest.mark.parametrize("word", ["no", "On", "yes", "1", "0x1F", "null", "~", "true", "", "a: b"])
def test_words_that_yaml_takes_for_something_else_are_quoted(word: str) -> None:
    """Readers of YAML 1.1 take no and on for booleans, so they are quoted too."""
    assert spell(word, "yaml") == f'"{word}"'
    assert spell("3min", "yaml") == "3min"


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=20), st.sampled_from(["yaml", "json", "toml"]))
def test_keys_are_read_back(key: str, syntax: Syntax) -> None:
    """The same for keys."""
    if "\0" in key or any("\ud800" <= c <= "\udfff" for c in key) or key == "<<":
        return
    written = spell_key(key, syntax)
    text = {"yaml": f"{written}: 1\n", "json": f"{{{written}: 1}}", "toml": f"{written} = 1\n"}
    assert data_of(text[syntax], syntax) == {key: 1}


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("a: 1\nb: 2 # why\nc: 3\n", ("b",), "a: 1\n# why\nc: 3\n"),
        ("a: 1\n\nb: 2\n\nc: 3\n", ("b",), "a: 1\n\nc: 3\n"),
        ("a: 1\nb: 2", ("b",), "a: 1\n"),
        ("t:\n  x: 1\nb: 2\n", ("t", "x"), "b: 2\n"),
        ("l:\n  - a: 1\n    b: 2\n", ("l", 0, "a"), "l:\n  - b: 2\n"),
        ("l:\n  - a: 1 # c\n    b: 2\n", ("l", 0, "a"), "l:\n  - # c\n    b: 2\n"),
        ("x: {a: 1, b: 2, c: 3}\n", ("x", "b"), "x: {a: 1, c: 3}\n"),
        ("x: {a: 1, b: 2}\n", ("x", "b"), "x: {a: 1}\n"),
        ("a: |\n  one\n\n  two\nb: 1\n", ("a",), "b: 1\n"),
        ("a: é😀 # ö\nb: 1 # ü\n", ("b",), "a: é😀 # ö\n# ü\n"),
    ],
)
def test_layout_after_a_removal(text: str, path: Path, expected: str) -> None:
    """Comments, blank lines and what follows keep their layout."""
    assert apply_edits(text, Document(text, "yaml").remove(path)) == expected


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a: &x 1\nb: *x\n", ("a",)),
        ("a: &x 1\nb: *x\n", ("b",)),
        ("x: {a: 1, # c\n  b: 2}\n", ("x", "a")),
        ("t:\n  # inside\n  x: 1\nb: 2\n", ("t",)),
        ("l:\n  - a: 1\n", ("l", 0, "a")),
        ("a: 1\n", ("b",)),
    ],
)
def test_what_is_not_safe_is_refused(text: str, path: Path) -> None:
    """Anchors, comments inside brackets and the only key of an item stay."""
    with pytest.raises(CannotEditError):
        Document(text, "yaml").remove(path)


def test_overlapping_edits_are_refused() -> None:
    """Two changes of one place are a defect of the caller, not a broken file."""
    with pytest.raises(CannotEditError):
        apply_edits("abcdef", [Edit(0, 3, "x"), Edit(2, 4, "y")])


@pytest.mark.parametrize(
    ("text", "syntax", "expected"),
    [
        ("# c\nname: x\n", "yaml", "# c\nresforge: 1\nname: x\n"),
        ("{name: x}", "yaml", "{resforge: 1, name: x}"),
        ('{"name": "x"}', "json", '{"resforge": 1, "name": "x"}'),
        ('{\n  "name": "x"\n}', "json", '{\n  "resforge": 1,\n  "name": "x"\n}'),
        ('# c\nname = "x"\n', "toml", '# c\nresforge = 1\nname = "x"\n'),
        ("[[properties]]\na = 1\n", "toml", "resforge = 1\n\n[[properties]]\na = 1\n"),
    ],
)
def test_first_key(text: str, syntax: Syntax, expected: str) -> None:
    """A key can be put before all others."""
    assert apply_edits(text, Document(text, syntax).insert_first("resforge", 1)) == expected
