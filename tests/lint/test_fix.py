"""Repairs: three syntaxes, comments and order, and what is left alone."""

from __future__ import annotations

import json

import pytest
from tests.schema.support import HEAD, Syntax, toml_document

from resforge.edit import Document
from resforge.lint import fix
from resforge.lint.fix import repair
from resforge.lint.rule import Change, Remove, Replace
from resforge.lint.run import lint
from resforge.problems import UserError

DATA = {
    "resforge": 1,
    "name": "Thing",
    "display_name": "Thing",
    "description": " Does it. ",
    "vendor": "Us",
    "properties": [
        {"required": False, "name": "A", "format": "LONG", "minimum": 0, "maximum": 0},
        {"name": "B", "format": "SZ", "description": "", "unit": ""},
    ],
    "timeouts": {"pending_timeout": "60000ms", "budgets": {}},
    "subclass": 0x80000000,
}
FIXABLE = {
    "display-name-repeats-name",
    "text-with-outer-space",
    "flag-repeats-default",
    "range-switched-off",
    "empty-key",
    "duration-hard-to-read",
    "subclass-as-number",
}
TEXTS: dict[Syntax, str] = {
    "yaml": json.dumps(DATA),
    "json": json.dumps(DATA, indent=4),
    "toml": toml_document(DATA),
}


@pytest.mark.parametrize("syntax", TEXTS)
def test_all_syntaxes(syntax: Syntax) -> None:
    """All repairs of a file are made in one go, whatever its syntax."""
    before = repair(TEXTS[syntax], "x", syntax)
    assert before.count >= 9
    left = {finding.rule.id for finding in lint(before.loaded).findings}
    assert left & FIXABLE == set()
    assert before.loaded.resource_type.subclass_value == 0x80000000
    assert before.loaded.resource_type.timeouts.pending_timeout == 60_000


def test_suppressed_findings_are_not_repaired() -> None:
    """What a schema accepts stays as it is written."""
    text = (
        f"{HEAD}timeouts: {{pending_timeout: 60000ms, heartbeat: 10000ms}}\n"
        "suppress:\n  - {rule: duration-hard-to-read, at: timeouts.heartbeat, reason: As in 2003.}\n"
    )
    after = repair(text, "x", "yaml")
    assert "pending_timeout: 1min, heartbeat: 10000ms" in after.text


def test_one_repair_that_is_not_safe_does_not_stop_the_others() -> None:
    """An anchored value stays; everything else is repaired."""
    text = (
        f"{HEAD}timeouts:\n  pending_timeout: 60000ms\n  looks_alive_interval: &poll 5000ms\n"
        "  is_alive_interval: *poll\n"
    )
    after = repair(text, "x", "yaml")
    assert "pending_timeout: 1min" in after.text
    assert "&poll 5000ms" in after.text
    assert after.count == 1


@pytest.mark.parametrize(
    "unsafe",
    [
        Remove(("vendor",)),
        Remove(("name",)),
        Replace(("version",), "2.0.0"),
        Replace(("subclass",), 1),
        Replace(("timeouts", "heartbeat"), "9s"),
        Replace(("properties", 0, "maximum"), 8),
    ],
)
def test_a_repair_that_would_change_the_meaning_is_dropped(
    unsafe: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a rule asks for, the result means what the file meant, or the text stays."""
    text = (
        f'{HEAD}display_name: Thing\nvendor: Us\nversion: "1.0.0"\nsubclass: 0\n'
        "timeouts: {heartbeat: 8s}\n"
        "properties:\n  - {name: A, format: DWORD, minimum: 0, maximum: 9}\n"
    )
    monkeypatch.setattr(fix, "fixes", lambda _loaded: [(unsafe,)])
    assert repair(text, "x", "yaml").text == text
    monkeypatch.setattr(fix, "fixes", lambda _loaded: [(unsafe,), (Remove(("display_name",)),)])
    assert repair(text, "x", "yaml").text == text.replace("display_name: Thing\n", "")


def test_white_space_inside_a_block_is_not_called_repairable() -> None:
    """Without its line end the text would still end with a space, so that is left to the author."""
    text = "resforge: 1\nname: Thing\ndescription: >\n  Does it. \nvendor: Us\n"
    after = repair(text, "x", "yaml")
    assert (after.text, after.count) == (text, 0)
    document = Document(text, "yaml")
    assert [item.fixable for item in lint(after.loaded, document).findings] == [False]


def test_windows_line_ends_stay() -> None:
    """A file with CR LF keeps it in every line."""
    text = f"{HEAD}display_name: Thing\nproperties: []\n".replace("\n", "\r\n")
    after = repair(text, "x", "yaml").text
    assert after == HEAD.replace("\n", "\r\n")


def test_a_wrong_schema_is_refused() -> None:
    """What does not load is not touched."""
    with pytest.raises(UserError):
        repair("resforge: 1\n", "x", "yaml")
