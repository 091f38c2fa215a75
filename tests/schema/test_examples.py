"""The three example schemas, and how loading takes damage."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.schema.support import EXAMPLES, SCHEMAS, Syntax, load, problems, toml_document

from resforge.schema import load_resource_type
from resforge.schema.yaml_source import parse_yaml

TEXTS: dict[tuple[str, Syntax], str] = {}
for _name in EXAMPLES:
    _text = (SCHEMAS / f"{_name}.yaml").read_text("utf-8")
    _data = parse_yaml(_text).root
    TEXTS[_name, "yaml"] = _text
    TEXTS[_name, "json"] = json.dumps(_data, indent=2)
    TEXTS[_name, "toml"] = toml_document(_data)

FRAGMENTS = ["", " ", "\n", "\t", "\0", "\ufeff", "\ud800", "😀", "\u2028", "\r", "'", '"', "[", "]",
             "{", "}", ":", ",", "-", "#", "&a", "*a", "!x", "<<: *a", "%", "=", "[[", "]]", "---\n",
             "null", "true", "0", "-1", "1e999", "0xFFFFFFFFF", "9" * 200, "a: b\n", "\\", "'''",
             '"""', "?", "|", ">", "name", "format", "properties", "5s", "0s", "DWORD", "~", "\x1b"]  # fmt: skip
TREE_VALUES: list[Any] = [None, True, 0, -1, 2**70, 1.5, "", "x", "5s", "0s", [], {}, [[]], ["x"],
                          {"x": 1}, "a\0", "\ud800", [None], {"name": None}]  # fmt: skip


class TestExamples:
    @pytest.mark.parametrize("name", EXAMPLES)
    def test_load(self, name: str) -> None:
        """Each example loads, and its name makes the name of its file."""
        loaded = load_resource_type(SCHEMAS / f"{name}.yaml")

        assert loaded.resource_type.identifier.endswith(name)

    @pytest.mark.parametrize("name", EXAMPLES)
    @pytest.mark.parametrize("syntax", ["json", "toml"])
    def test_same_in_other_syntaxes(self, name: str, syntax: Syntax) -> None:
        """The same data in JSON and TOML is the same resource type."""
        assert load(TEXTS[name, syntax], syntax) == load(TEXTS[name, "yaml"], "yaml")

    def test_process_supervisor(self) -> None:
        """Its properties are those of its documentation."""
        value = load(TEXTS["process_supervisor", "yaml"])
        formats = {item.name: str(item.format) for item in value.properties}

        assert formats["CommandLine"] == "SZ"
        assert formats["Environment"] == "MULTI_SZ"
        assert (formats["StopTimeout"], formats["HealthPort"]) == ("DWORD", "DWORD")
        assert [item.name for item in value.properties if item.required] == ["CommandLine"]
        assert [item.name for item in value.properties if item.read_only] == ["ProcessId"]
        assert (value.pending.online, value.pending.offline) == (True, True)

    def test_file_share(self) -> None:
        """Its properties are those of the classic File Share type."""
        value = load(TEXTS["file_share", "yaml"])
        properties = {item.name: item for item in value.properties}

        assert [name for name, item in properties.items() if item.required] == ["ShareName", "Path"]
        assert properties["MaxUsers"].default == 0xFFFFFFFF
        assert properties["CSCCache"].default == b"\0"
        assert properties["ShareFlags"].maximum_value == 0xF30
        assert properties["Security Descriptor"].identifier == "security_descriptor"
        assert [(item.class_value, item.type) for item in value.dependencies] == [
            (1, None),
            (None, "Network Name"),
        ]


def check_answer(text: str, syntax: Syntax) -> None:
    """`text` loads, or has problems whose places lie inside it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in problems(text, syntax):
        assert problem.line is not None
        assert problem.column is not None
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


class TestDamage:
    @settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.sampled_from(sorted(TEXTS)),
        st.lists(
            st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(FRAGMENTS)), max_size=4
        ),
    )
    def test_text(self, key: tuple[str, Syntax], changes: list[tuple[float, int, str]]) -> None:
        """However a file is damaged, the answer is a resource type or problems with places."""
        text = TEXTS[key]
        for where, length, fragment in changes:
            start = int(where * len(text))
            text = text[:start] + fragment + text[start + length :]

        check_answer(text, key[1])

    @settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(EXAMPLES), st.data())
    def test_tree(self, name: str, data: st.DataObject) -> None:
        """The same for values of wrong types anywhere in the tree."""
        tree = json.loads(TEXTS[name, "json"])
        for _ in range(data.draw(st.integers(1, 8))):
            _damage(tree, data)

        check_answer(json.dumps(tree), "json")

    @settings(max_examples=200)
    @given(st.text(max_size=60), st.sampled_from(["yaml", "json", "toml"]))
    def test_any_text(self, text: str, syntax: Syntax) -> None:
        """Any text at all is refused with problems, never with another exception."""
        check_answer(text, syntax)

    @settings(max_examples=200)
    @given(
        st.text(alphabet="[]{}=.,:'\"#\\-&*!|>%@ \n\tab1", max_size=40),
        st.sampled_from(["yaml", "json", "toml"]),
    )
    def test_any_punctuation(self, text: str, syntax: Syntax) -> None:
        """The same for text that looks like syntax."""
        check_answer(text, syntax)


def _damage(tree: Any, data: st.DataObject) -> None:
    value = tree
    while True:
        steps = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not steps:
            return
        step = data.draw(st.sampled_from(steps))
        if not isinstance(value[step], dict | list) or data.draw(st.booleans()):
            break
        value = value[step]
    match data.draw(st.sampled_from(["replace", "remove", "rename", "repeat", "empty"])):
        case "remove":
            del value[step]
        case "empty" if isinstance(value[step], dict):
            value[step] = {}
        case "rename" if isinstance(value, dict):
            value[f"{step}x"] = value.pop(step)
        case "repeat" if isinstance(value, list):
            value.append(copy.deepcopy(value[step]))
        case _:
            value[step] = copy.deepcopy(data.draw(st.sampled_from(TREE_VALUES)))
