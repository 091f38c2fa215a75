"""What the three parsers accept and refuse before any model sees the data."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest
import yaml
from tests.schema.support import HEAD, Syntax, codes, found, load, problems

from resforge.schema import yaml_source
from resforge.schema.loading import MOST_PROBLEMS
from resforge.schema.located import DEEPEST, MOST_VALUES, SourceError
from resforge.schema.scalars import core_scalar
from resforge.schema.yaml_source import parse_yaml


class TestCoreScalars:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("no", "no"),
            ("NO", "NO"),
            ("yes", "yes"),
            ("on", "on"),
            ("off", "off"),
            ("y", "y"),
            ("true", True),
            ("FALSE", False),
            ("tRUE", "tRUE"),
            ("null", None),
            ("~", None),
            ("", None),
            ("0", 0),
            ("010", 10),
            ("0o10", 8),
            ("0x1F", 31),
            ("0X1F", "0X1F"),
            ("-5", -5),
            ("+5", 5),
            ("1_000", "1_000"),
            ("12:30:45", "12:30:45"),
            ("2001-01-01", "2001-01-01"),
            ("1.5", 1.5),
            (".5", 0.5),
            ("1e3", 1000.0),
            (".inf", math.inf),
            ("-.Inf", -math.inf),
            ("1.2.0.0", "1.2.0.0"),
            ("3min", "3min"),
            ("٣", "٣"),
        ],
    )
    def test_plain(self, text: str, value: object) -> None:
        """YAML 1.2: no Norway, no sexagesimal numbers, no dates, no octal by leading zero."""
        result = core_scalar(text)

        assert result == value
        assert type(result) is type(value)

    def test_not_a_number(self) -> None:
        """`.nan` is the number that it says."""
        result = core_scalar(".nan")

        assert isinstance(result, float)
        assert math.isnan(result)

    def test_quoted_stays_text(self) -> None:
        """Quotes make text, whatever is inside; so does a block scalar."""
        root = parse_yaml("a: \"1\"\nb: '0x1'\nc: |-\n  true\nd: ! 5\n").root

        assert root == {"a": "1", "b": "0x1", "c": "true", "d": "5"}


YAML_ERRORS = [
    ("a: [1, 2\n", (1, 4, "yaml-syntax")),
    ("a: 1\n b: 2\n", (2, 3, "yaml-syntax")),
    ("a:\n\t- 1\n", (2, 1, "yaml-syntax")),
    ('a: "\\q"\n', (1, 5, "yaml-syntax")),
    ("a: 'x\n", (1, 4, "yaml-syntax")),
    ("a: !!python/object:os.system x\n", (1, 4, "yaml-tag")),
    ("!!map {a: 1}\n", (1, 1, "yaml-tag")),
    ("!x a: 1\n", (1, 1, "yaml-tag")),
    ("a: *b\n", (1, 4, "unknown-alias")),
    ("a: 1\n---\nb: 2\n", (2, 1, "second-document")),
    ("a: x\x07y\n", (1, 5, "yaml-character")),
    ("é: x\x07y\n", (1, 5, "yaml-character")),
    ("a: " + "9" * 5000 + "\n", (1, 4, "number-too-long")),
    ("a: &x [*x]\n", (1, 8, "unknown-alias")),
    ("- a\n- b\n", (1, 1, "wrong-type")),
    ("just text\n", (1, 1, "wrong-type")),
    ("# only a comment\n", (1, 1, "empty-file")),
    ("---\n", (2, 1, "empty-file")),
    ("~\n", (1, 1, "empty-file")),
    ("", (1, 1, "empty-file")),
    (" \n\n", (1, 1, "empty-file")),
    ("%YAML 9.0\n---\na: 1\n", (1, 1, "yaml-syntax")),
    ("a: @b\n", (1, 4, "yaml-syntax")),
]

JSON_ERRORS = [
    ("", (1, 1, "empty-file")),
    ("\n ", (1, 1, "empty-file")),
    ("null", (1, 1, "empty-file")),
    ("[]", (1, 1, "wrong-type")),
    ("{", (1, 2, "json-syntax")),
    ('{"a": 1,}', (1, 8, "json-syntax")),
    ('{"a": [1,]}', (1, 9, "json-syntax")),
    ('{"a": 1} x', (1, 10, "json-syntax")),
    ('{"a" 1}', (1, 6, "json-syntax")),
    ("{'a': 1}", (1, 2, "json-syntax")),
    ("{a: 1}", (1, 2, "json-syntax")),
    ('{"a": 1 "b": 2}', (1, 9, "json-syntax")),
    ('{"a": NaN}', (1, 7, "json-syntax")),
    ('{"a": -Infinity}', (1, 7, "json-syntax")),
    ('{"a": True}', (1, 7, "json-syntax")),
    ('{"a": yes}', (1, 7, "json-syntax")),
    ('{"a": 0x10}', (1, 7, "json-syntax")),
    ('{"a": 010}', (1, 7, "json-syntax")),
    ('{"a": 1.}', (1, 7, "json-syntax")),
    ('{"a": .5}', (1, 7, "json-syntax")),
    ('{"a": +5}', (1, 7, "json-syntax")),
    ('{"a": "x}', (1, 7, "json-syntax")),
    ('{"a": "x\ny"}', (1, 7, "json-syntax")),
    ('{"a": "x\ty"}', (1, 9, "json-syntax")),
    ('{"a": "\\q"}', (1, 8, "json-syntax")),
    ('{"a": "\\u12"}', (1, 9, "json-syntax")),
    ('{ // comment\n"a": 1}', (1, 3, "json-syntax")),
    ('{"a": ' + "9" * 5000 + "}", (1, 7, "number-too-long")),
]

TOML_ERRORS = [
    ("", (1, 1, "empty-file")),
    ("a = \n", (1, 5, "toml-syntax")),
    ("a = 1\na = 2\n", (2, 1, "duplicate-key")),
    ("[a]\n[a]\n", (2, 2, "duplicate-key")),
    ("a.b = 1\n[a]\nb = 2\n", (2, 2, "duplicate-key")),
    ("[x]\na = 1\n[y]\na.b = 1\na = 2\n", (5, 1, "duplicate-key")),
    ("a = 'x\n", (2, 1, "toml-syntax")),
    ("a = 1 b = 2\n", (1, 7, "toml-syntax")),
    ("resforge: 1\n", (1, 9, "toml-syntax")),
    ("a = [1\n", (2, 1, "toml-syntax")),
    ("a = " + "9" * 5000 + "\n", (1, 5, "number-too-long")),
]


class TestSyntaxErrors:
    @pytest.mark.parametrize(("text", "expected"), YAML_ERRORS)
    def test_yaml(self, text: str, expected: tuple[int, int, str]) -> None:
        """Text that is not one plain YAML document gives one error with its place."""
        assert found(text, "yaml") == [expected]

    @pytest.mark.parametrize(("text", "expected"), YAML_ERRORS)
    def test_yaml_in_pure_python(
        self, text: str, expected: tuple[int, int, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without the C library the same text gives one error of the same kind."""
        monkeypatch.setattr(yaml_source, "_LOADER", yaml.Loader)

        assert [code for _, _, code in found(text, "yaml")] == [expected[2]]

    @pytest.mark.parametrize(
        ("text", "syntax", "message", "hint"),
        [
            ("a:\n\t- 1\n", "yaml", "a tab cannot indent", "indent with spaces"),
            ("a: %b\n", "yaml", "cannot start any token", "put the text in quotes"),
            ("a: b: c\n", "yaml", "mapping values", 'a text with ": " needs quotes'),
            ("a: 'b\n", "yaml", "the quoted text that begins here has no end", None),
            ("a: [b\n", "yaml", "the list that begins here has no end", None),
            ("a = b\n", "toml", "expected a value", "text needs quotes"),
            ('a = "b\n', "toml", "this text has no closing quote in its line", None),
            ("a = 1\na = 2\n", "toml", 'the key "a" stands here again, first in line 1', None),
        ],
    )
    def test_words(self, text: str, syntax: Syntax, message: str, hint: str | None) -> None:
        """The message says what is wrong in the words of a person, and what to do."""
        (problem,) = problems(text, syntax)
        assert message in problem.message
        assert (problem.hint or "").startswith(hint or "")
        assert bool(problem.hint) == bool(hint)

    @pytest.mark.parametrize("text", ['a: "\\U00110000"', 'a: "\\ud800"'])
    def test_impossible_escapes(self, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """An escape that names no character is an error in both YAML libraries."""
        assert len(found(HEAD + f"vendor: {text[3:]}\n")) == 1
        monkeypatch.setattr(yaml_source, "_LOADER", yaml.Loader)
        assert len(found(HEAD + f"vendor: {text[3:]}\n")) == 1

    @pytest.mark.parametrize(("text", "expected"), JSON_ERRORS)
    def test_json(self, text: str, expected: tuple[int, int, str]) -> None:
        """Anything beyond RFC 8259 gives one error with its place."""
        assert found(text, "json") == [expected]

    @pytest.mark.parametrize(("text", "expected"), TOML_ERRORS)
    def test_toml(self, text: str, expected: tuple[int, int, str]) -> None:
        """Text that is not TOML gives one error with its place; keys repeated are among them."""
        assert found(text, "toml")[0] == expected


class TestHostileFiles:
    @pytest.mark.parametrize(
        ("text", "syntax"),
        [
            ("[" * 100_000, "yaml"),
            ("{a: " * 100_000, "yaml"),
            ("\n".join(" " * depth + "a:" for depth in range(1000)), "yaml"),
            ("- " * 100_000, "yaml"),
            ("[" * 100_000, "json"),
            ('{"a":' * 100_000, "json"),
            ("a = " + "[" * 100_000, "toml"),
            ("a = " + "{a = " * 100_000, "toml"),
            (".".join(["a"] * 300_000) + " = 1", "toml"),
            ("[" + ".".join(["a"] * 300_000) + "]", "toml"),
        ],
        ids=str.split(
            "yaml-list yaml-flow yaml-block yaml-dashes json-list json-map toml-list toml-map"
            " toml-key toml-header"
        ),
    )
    def test_deep_nesting(self, text: str, syntax: Syntax) -> None:
        """Nesting without end gives one error, at once."""
        start = time.process_time()

        assert [code for _, _, code in found(text, syntax)] == ["too-deep"]
        assert time.process_time() - start < 2

    def test_depth_that_is_allowed(self) -> None:
        """The limit counts levels: as many are read, one more is not."""
        parse_yaml("[" * DEEPEST + "]" * DEEPEST)
        with pytest.raises(SourceError):
            parse_yaml("[" * (DEEPEST + 2) + "]" * (DEEPEST + 2))

    def test_alias_bomb(self) -> None:
        """Aliases that multiply are refused before they fill the memory."""
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]

        assert [code for _, _, code in found("\n".join(lines))] == ["too-many-values"]

    @pytest.mark.parametrize("syntax", ["yaml", "json", "toml"])
    def test_many_values(self, syntax: Syntax) -> None:
        """A flat list of more values than any schema has is refused as well."""
        items = "1," * MOST_VALUES + "1"
        text = {"yaml": f"a: [{items}]", "json": f'{{"a": [{items}]}}', "toml": f"a = [{items}]"}

        assert [code for _, _, code in found(text[syntax], syntax)] == ["too-many-values"]

    def test_many_keys(self) -> None:
        """Thousands of mistakes take seconds, not minutes."""
        start = time.process_time()
        text = HEAD + "".join(f"key{n}: 1\n" for n in range(40_000))

        assert codes(text) == ["unknown-key"] * MOST_PROBLEMS + ["too-many-mistakes"]
        assert len(found(text[: text.index("key1000:")])) == 1000
        assert time.process_time() - start < 10

    def test_aliases_work(self) -> None:
        """A sensible alias is a copy of what it names."""
        text = HEAD + (
            "properties:\n"
            "  - {name: A, format: DWORD, maximum: &limit 10}\n"
            "  - {name: B, format: DWORD, maximum: *limit}\n"
        )

        assert [item.maximum for item in load(text).properties] == [10, 10]

    def test_mistake_behind_alias(self) -> None:
        """A mistake that an alias repeats is reported once, where it is written."""
        text = HEAD + "timeouts: {looks_alive_interval: &x 0s, is_alive_interval: *x}\n"

        assert found(text) == [(3, 34, "zero-duration")]


class TestKeys:
    @pytest.mark.parametrize(
        ("text", "syntax", "expected"),
        [
            (HEAD + "name: Other\n", "yaml", [(3, 1, "duplicate-key")]),
            (HEAD + "'name': Other\n", "yaml", [(3, 1, "duplicate-key")]),
            (
                '{"resforge": 1, "name": "A", "name": "B", "\\u006eame": "C"}',
                "json",
                [(1, 30, "duplicate-key"), (1, 43, "duplicate-key")],
            ),
            (HEAD + "pending: &p {online: true}\n<<: *p\n", "yaml", [(4, 1, "merge-key")]),
            (
                HEAD + "properties: [&p {name: A, format: SZ}, {<<: *p, name: B}]\n",
                "yaml",
                [(3, 41, "merge-key")],
            ),
            (HEAD + "? [a]\n: 1\n", "yaml", [(3, 3, "key-not-text")]),
            (HEAD + "1: 2\n", "yaml", [(3, 1, "unknown-key")]),
            (HEAD + "vendor: x\nvendor: 5\nversoin: x\n", "yaml", [
                (4, 1, "duplicate-key"), (5, 1, "unknown-key"), (5, 10, "bad-version"),
            ]),
        ],
    )  # fmt: skip
    def test_refused(self, text: str, syntax: Syntax, expected: list[Any]) -> None:
        """A key stands once, is text, and is known; the other mistakes are reported as well."""
        assert found(text, syntax) == expected

    def test_duplicate_names_first_line(self) -> None:
        """The message for a repeated key says where the first one is."""
        (problem,) = problems(HEAD + "name: Other\n")

        assert "line 2" in problem.message
