"""Mistakes in a schema: for each its place, its code and, where one is near, the right spelling."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.schema.support import HEAD, Syntax, codes, found, problems, toml_document

from resforge.schema.yaml_source import parse_yaml

CASES: list[tuple[str, tuple[int, int, str]]] = [
    ("name: Thing\n", (1, 1, "missing-key")),
    ("resforge: 1\n", (1, 1, "missing-key")),
    ("resforge: 2\nname: x\n", (1, 11, "unsupported-format-version")),
    ("resforge: '1'\nname: x\n", (1, 11, "wrong-type")),
    ("resforge: true\nname: x\n", (1, 11, "wrong-type")),
    ("resforge:\nname: x\n", (1, 10, "wrong-type")),
    (HEAD + "vendor: 5\n", (3, 9, "wrong-type")),
    (HEAD + "vendor:\n", (3, 8, "wrong-type")),
    (HEAD + "vendor: [x]\n", (3, 9, "wrong-type")),
    (HEAD + 'vendor: "a\\0b"\n', (3, 9, "nul-in-text")),
    (HEAD + "vendro: x\n", (3, 1, "unknown-key")),
    (HEAD + "version: 1.2\n", (3, 10, "wrong-type")),
    (HEAD + "version: 1.2.3.4.5\n", (3, 10, "bad-version")),
    (HEAD + "version: 1.65536.0\n", (3, 10, "bad-version")),
    (HEAD + "version: 1.2.x\n", (3, 10, "bad-version")),
    (HEAD + "version: v1.2.3\n", (3, 10, "bad-version")),
    (HEAD + "dll_name: Thing\n", (3, 11, "dll-name-extension")),
    (HEAD + "dll_name: ../Thing.dll\n", (3, 11, "dll-name-with-path")),
    (HEAD + "dll_name: C:\\Thing.dll\n", (3, 11, "dll-name-with-path")),
    (HEAD + "dll_name: Con.dll\n", (3, 11, "device-name")),
    (HEAD + "dll_name: lpt1.x.dll\n", (3, 11, "device-name")),
    (HEAD + "dll_name: My Thing.dll\n", (3, 11, "unsafe-dll-name")),
    (HEAD + "dll_name: .dll\n", (3, 11, "unsafe-dll-name")),
    (HEAD + "dll_name: -x.dll\n", (3, 11, "unsafe-dll-name")),
    (HEAD + "dll_name: Größe.dll\n", (3, 11, "unsafe-dll-name")),
    (HEAD + "dll_name: $(x).dll\n", (3, 11, "unsafe-dll-name")),
    (HEAD + f"dll_name: {'x' * 120}.dll\n", (3, 11, "name-too-long")),
    (HEAD + "class: disk\n", (3, 8, "unknown-value")),
    (HEAD + "class: 3\n", (3, 8, "out-of-range")),
    (HEAD + "class: 0x100000000\n", (3, 8, "out-of-range")),
    (HEAD + "class: [storage]\n", (3, 8, "wrong-type")),
    (HEAD + "subclass: shared\n", (3, 11, "wrong-type")),
    (HEAD + "subclass: [shard]\n", (3, 12, "unknown-value")),
    (HEAD + "subclass: [shared, shared]\n", (3, 20, "duplicate-subclass")),
    (HEAD + "subclass: [storage_disk]\n", (3, 12, "subclass-of-other-class")),
    (HEAD + "subclass: -1\n", (3, 11, "out-of-range")),
    (HEAD + "characteristics: clones\n", (3, 18, "wrong-type")),
    (HEAD + "characteristics: [clone]\n", (3, 19, "unknown-value")),
    (HEAD + "characteristics: [clones, clones]\n", (3, 27, "duplicate-characteristic")),
    (HEAD + "characteristics: [quorum]\n", (3, 19, "refused-characteristic")),
    (HEAD + "characteristics: [single_group_instance]\n", (3, 19, "refused-characteristic")),
    (HEAD + "dependencies: [storage]\n", (3, 16, "wrong-type")),
    (HEAD + "dependencies: [{}]\n", (3, 16, "class-or-type")),
    (HEAD + "dependencies: [{class: storage, type: X}]\n", (3, 39, "class-or-type")),
    (HEAD + "dependencies: [{class: unknown}]\n", (3, 24, "dependency-on-unknown")),
    (HEAD + "dependencies: [{class: }]\n", (3, 24, "wrong-type")),
    (HEAD + "dependencies: [{type: thing}]\n", (3, 23, "dependency-on-itself")),
    (HEAD + "dependencies: [{type: A}, {type: a}]\n", (3, 27, "duplicate-dependency")),
    (HEAD + "dependencies: [{class: 1}]\n", (3, 24, "out-of-range")),
    (HEAD + "single_instance: per_node\n", (3, 18, "unknown-value")),
    (HEAD + "single_instance: true\n", (3, 18, "wrong-type")),
    (HEAD + "pending: true\n", (3, 10, "wrong-type")),
    (HEAD + "pending: {online: yes}\n", (3, 19, "wrong-type")),
    (HEAD + "pending: {onlin: true}\n", (3, 11, "unknown-key")),
    (HEAD + "failure_detection: poling\n", (3, 20, "unknown-value")),
    (HEAD + "properties: {}\n", (3, 13, "wrong-type")),
    (HEAD + "properties: [5]\n", (3, 14, "wrong-type")),
    (HEAD + "properties:\n", (3, 12, "wrong-type")),
    (HEAD + "properties: [{name: A}]\n", (3, 14, "missing-key")),
    (HEAD + "control_codes: [{name: A}]\n", (3, 17, "missing-key")),
    (HEAD + "timeouts: 5s\n", (3, 11, "wrong-type")),
    (HEAD + "timeouts: {pending_timeout: 180}\n", (3, 29, "duration-without-unit")),
    (HEAD + "timeouts: {budgets: 5s}\n", (3, 21, "wrong-type")),
    (HEAD + "properties: {A: SZ}\n", (3, 13, "wrong-type")),
    (HEAD + "pending: [{on: 1}]\n", (3, 10, "wrong-type")),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_one_mistake_one_message(text: str, expected: tuple[int, int, str]) -> None:
    """Each mistake gives exactly one message, at its place."""
    assert found(text) == [expected]


@pytest.mark.parametrize("syntax", ["json", "toml"])
@pytest.mark.parametrize(("text", "expected"), CASES)
def test_same_in_other_syntaxes(text: str, expected: tuple[int, int, str], syntax: Syntax) -> None:
    """The same data gives the same one message in JSON and TOML."""
    data = parse_yaml(text).root
    if syntax == "json":
        text = json.dumps(data, indent=1)
    elif any(value is None for value in [*data.values(), *_inner(data)]):
        return  # TOML cannot write nothing
    else:
        text = toml_document(data)

    assert [code for _, _, code in found(text, syntax)] == [expected[2]]


def _inner(data: Any) -> list[Any]:
    items = list(data.values()) if isinstance(data, dict) else data
    nested = [item for item in items if isinstance(item, dict | list)]
    return [*items, *(value for item in nested for value in _inner(item))]


SPELLINGS = [
    ("verison: 1.0\n", 'did you mean "version"?'),
    ("displayName: x\n", 'did you mean "display_name"?'),
    ("display-name: x\n", 'did you mean "display_name"?'),
    ("Display Name: x\n", 'did you mean "display_name"?'),
    ("DISPLAY_NAME: x\n", 'did you mean "display_name"?'),
    ("dll: x.dll\n", 'did you mean "dll_name"?'),
    ("singleInstance: none\n", 'did you mean "single_instance"?'),
    ("failure_detection: Polling\n", 'did you mean "polling"?'),
    ("failure_detection: cachedHealth\n", 'did you mean "cached_health"?'),
    ("failure_detection: event-handle\n", 'did you mean "event_handle"?'),
    ("class: Storage\n", 'did you mean "storage"?'),
    ("characteristics: [CLUS_CHAR_CLONES]\n", 'did you mean "clones"?'),
    ("properties: [{name: A, format: dword}]\n", 'did you mean "DWORD"?'),
    ("properties: [{name: A, format: String}]\n", 'did you mean "SZ"?'),
    ("properties: [{name: A, format: REG_DWORD}]\n", 'did you mean "DWORD"?'),
    ("properties: [{name: A, format: QWORD}]\n", 'did you mean "ULARGE_INTEGER"?'),
    ("properties: [{name: A, format: ExpandSz}]\n", 'did you mean "EXPAND_SZ"?'),
    ("properties: [{name: A, format: SZ, readOnly: true}]\n", 'did you mean "read_only"?'),
    ("properties: [{name: A, format: DWORD, max: 5}]\n", 'did you mean "maximum"?'),
    ("properties: [{name: A, type: DWORD}]\n", 'did you mean "format"?'),
    ("characteristics: [quorums]\n", None),
    ("control_codes: [{name: A, function: 1, scope: type}]\n", 'did you mean "resource_type"?'),
    ("dll_name: x.exe\n", 'did you mean "x.dll"?'),
    ("pending: {online: yes}\n", "did you mean true?"),
    ("pending: {online: 0}\n", "did you mean false?"),
    ("vendor: 5\n", 'did you mean "5", with quotes?'),
    ("properties: [{name: A, format: DWORD, default: '5'}]\n", "write the number without quotes"),
    ("properties: [{name: A, format: DWORD, default: 1e3}]\n", "did you mean 1000?"),
]


class TestSpelling:
    @pytest.mark.parametrize(("text", "hint"), SPELLINGS)
    def test_hint(self, text: str, hint: str) -> None:
        """The nearest valid spelling is offered, whatever the case and the separators."""
        assert hint in [problem.hint for problem in problems(HEAD + text)]

    def test_misspelt_required_key(self) -> None:
        """A misspelt required key gives one message, not an unknown and a missing one."""
        text = HEAD + "properties: [{nmae: A, fromat: SZ}]\n"

        assert found(text) == [(3, 15, "unknown-key"), (3, 24, "unknown-key")]

    def test_value_of_misspelt_key(self) -> None:
        """The value of a misspelt key is checked as well."""
        text = HEAD + "properties: [{name: A, fromat: ZS}]\n"

        assert found(text) == [(3, 24, "unknown-key"), (3, 32, "unknown-value")]

    def test_misspelt_beside_right(self) -> None:
        """A key that is there twice, once misspelt, keeps the value of the right one."""
        text = HEAD + "properties: [{name: A, format: SZ, formt: 5}]\n"

        assert found(text) == [(3, 36, "unknown-key")]

    def test_nothing_near(self) -> None:
        """Without a near spelling, the message lists the keys that are known."""
        (problem,) = problems(HEAD + "pending: {zzz: 1}\n")

        assert problem.hint == "known here: online or offline"

    def test_untrusted_key_is_escaped(self) -> None:
        """Control characters and direction marks of a file never reach the terminal."""
        (problem,) = problems(HEAD + '"\\e[31m\\u202e\\"": 1\n')

        assert '"\\u{1b}[31m\\u{202e}\\""' in problem.message

    def test_long_text_is_shortened(self) -> None:
        """A message does not repeat a long text in full."""
        (problem,) = problems(HEAD + f"class: {'x' * 1000}\n")

        assert len(str(problem)) < 200


TEN_MISTAKES = """\
resforge: 1
nmae: Ten
vendor: 5
properties:
  - {name: A, format: DWRD}
  - {name: B, format: SZ, minimum: 1}
  - {format: SZ}
  - {name: C, format: DWORD, default: 5, maximum: 3}
  - {name: c, format: BOOL, default: yes}
control_codes:
  - {name: X, function: 0}
timeouts:
  pending_timeout: 10
  heartbeat: 2min
  budgets: {onlin: 300ms, offline: 6min}
"""


class TestManyMistakes:
    EXPECTED = (
        (2, 1, "unknown-key"),
        (3, 9, "wrong-type"),
        (5, 23, "unknown-value"),
        (6, 36, "range-not-allowed"),
        (7, 5, "missing-key"),
        (8, 39, "default-outside-range"),
        (9, 38, "wrong-type"),
        (11, 25, "out-of-range"),
        (13, 20, "duration-without-unit"),
        (15, 13, "unknown-key"),
    )

    def test_yaml(self) -> None:
        """Ten mistakes of all kinds and levels, ten messages; two more for two more."""
        expected = [*self.EXPECTED, (15, 36, "budget-too-long")]
        expected.insert(6, (9, 12, "duplicate-name"))

        assert sorted(found(TEN_MISTAKES)) == sorted(expected)

    def test_exactly_ten(self) -> None:
        """A file with exactly ten mistakes gives exactly ten messages."""
        text = TEN_MISTAKES.replace("name: c", "name: d").replace("6min", "5min")

        assert found(text) == list(self.EXPECTED)

    @pytest.mark.parametrize("syntax", ["json", "toml"])
    def test_other_syntaxes(self, syntax: Syntax) -> None:
        """The same ten in JSON and TOML."""
        text = TEN_MISTAKES.replace("name: c", "name: d").replace("6min", "5min")
        data = parse_yaml(text).root
        text = json.dumps(data, indent=2) if syntax == "json" else toml_document(data)

        assert sorted(code for _, _, code in found(text, syntax)) == sorted(
            code for _, _, code in self.EXPECTED
        )

    def test_many_of_one_kind(self) -> None:
        """Hundreds of mistakes are all reported, in the order of their lines."""
        lines = "".join(f"  - {{name: P{n}, format: X}}\n" for n in range(300))
        result = found(HEAD + "properties:\n" + lines)

        assert [line for line, _, _ in result] == list(range(4, 304))

    def test_no_follow_up_messages(self) -> None:
        """A value that is wrong in itself is not judged again in relation to others."""
        text = HEAD + (
            "class: storag\nsubclass: [storage_disk]\nfailure_detection: x\n"
            "dependencies: [{class: stora}]\n"
            "properties: [{name: A, format: DWORD, minimum: 5, default: x},"
            " {name: B, format: DWORD, minimum: 9, maximum: '3'},"
            " {name: C, format: SZ, required: ja, example: ''}]\n"
            "control_codes: [{name: A, function: 1, access: wirte, modifies: true},"
            " {name: B, function: 1},"
            " {name: C, function: 2, scope: resource_type, states: [onlin]},"
            " {name: D, function: 3, states: [x]},"
            " {name: E, function: 4, input: {fields: [{name: F, format: X}]}},"
            " {name: F, function: 5, input: {fields: [{name: F, format: SZ, length: x},"
            " {name: G, format: DWORD}]}}]\n"
            "timeouts: {deadlock_timeout: 30, pending_timeout: 20min, heartbeat: 7min,"
            " health_interval: 5s}\n"
        )
        expected = ["unknown-value", "unknown-value", "unknown-value", "wrong-type", "wrong-type"]
        expected += ["wrong-type", "unknown-value", "unknown-value", "unknown-value"]
        expected += ["unknown-value", "wrong-type", "duration-without-unit"]

        assert sorted(code for _, _, code in found(text)) == sorted(
            [*expected, "states-of-type", "heartbeat-too-long"]
        )


def test_items_that_lack_several_keys() -> None:
    """Each is reported once for each key, and no neighbour is taken for it."""
    text = HEAD + (
        "properties:\n"
        "  - description: a\n"
        "  - description: b\n"
        "  - {name: Good, format: SZ, default: 5}\n"
        "control_codes: [{}, {access: reed}]\n"
    )
    assert [(p.line, p.column, p.code) for p in problems(text)] == [
        *[(4, 5, "missing-key")] * 2,
        *[(5, 5, "missing-key")] * 2,
        (6, 39, "wrong-type"),
        *[(7, 17, "missing-key")] * 2,
        *[(7, 21, "missing-key")] * 2,
        (7, 30, "unknown-value"),
    ]


FIELDS = "control_codes: [{{name: A, function: 1, input: {{fields: [{}]}}}}]"
ITEMS_WITH_TWO_MISTAKES = [
    ("properties: [{name: A, format: SZ}, {name: a, format: DWRD}]", "duplicate-name"),
    ("properties: [{name: A-B, format: SZ}, {name: A B, format: 5}]", "identifier-collision"),
    ("properties: [{name: A, format: X, read_only: true, takes_effect: immediately}]", "takes-"),
    ("properties: [{name: 5, format: DWORD, default: 5, maximum: 3}]", "default-outside-range"),
    ("properties: [{format: DWORD, minimum: 5, maximum: 3}]", "minimum-above-maximum"),
    ("properties: [{name: A, format: X, required: true, in_memory: true}]", "required-in-memory"),
    ("properties: [{name: A, format: X, renamed_from: A}]", "renamed-from-itself"),
    ("control_codes: [{name: online, function: 0}]", "control-code-named-like-hook"),
    ("control_codes: [{name: A, function: 0, modifies: true}]", "modifies-without-access"),
    ("control_codes: [{name: A, function: 1}, {name: A}]", "duplicate-name"),
    ("control_codes: [{name: A, function: 0, output: {fields: []}}]", "empty-list"),
    (FIELDS.format("{name: T, format: SZ}, {name: U, format: X}"), "missing-length"),
    (FIELDS.format("{name: T, format: DWORD}, {name: T, format: X}"), "duplicate-name"),
    (FIELDS.format("{format: DWORD, length: 5}"), "length-not-allowed"),
]


@pytest.mark.parametrize(("text", "second"), ITEMS_WITH_TWO_MISTAKES)
def test_a_bad_required_key_hides_no_other_mistake(text: str, second: str) -> None:
    """What is wrong with the rest of the item, or beside its neighbours, is reported as well."""
    codes = [code for _, _, code in found(HEAD + text + "\n")]
    assert any(code.startswith(second) for code in codes), codes


@pytest.mark.parametrize(
    "text",
    [
        "properties: [{name: A, format: X, minimum: 5, maximum: 3, default: 9, example: []}]",
        "properties: [{name: A, format: X, required: true, example: ''}]",
        "properties: [{name: '', format: SZ}, {name: B, format: SZ}]",
        "properties: [{name: 5, format: SZ, renamed_from: A}, {name: B, format: SZ}]",
        "control_codes: [{name: A, function: 0}, {name: B, function: 0x3FFFF}]",
        "control_codes: [{name: B, function: 0x3FFFF}, {name: A, function: x}]",
        "control_codes: [{name: B, function: 1}, {function: 1}]",
        "properties: [{format: SZ, required: true, example: ''}]",
        FIELDS.format("{name: A, format: X, length: 9}, {name: B, format: DWORD}"),
    ],
)
def test_what_stands_in_for_a_value_is_not_judged(text: str) -> None:
    """One mistake in a required key gives one message."""
    assert len(found(HEAD + text + "\n")) == 1, found(HEAD + text + "\n")


def test_a_long_text_that_is_no_hexadecimal() -> None:
    """One wrong digit at the end of many bytes is found at once."""
    text = HEAD + f"properties: [{{name: B, format: BINARY, default: '{'a1' * 5000}x'}}]\n"
    assert found(text) == [(3, 49, "bad-hex")]


@pytest.mark.parametrize("syntax", ["yaml", "toml"])
def test_an_unfinished_merge_is_named(syntax: Syntax) -> None:
    """What git leaves where two edits meet is no mere mistake of the syntax."""
    sides = "<<<<<<< before updating\nname: x\n=======\nname: y\n>>>>>>> after updating\n"
    (problem,) = problems("# a\n" + sides, syntax)
    assert (problem.line, problem.column, problem.code) == (2, 1, "merge-conflict")
    assert "======" in str(problem.hint)
    assert "merge-conflict" not in codes("<<<<<<< x\n", syntax)
