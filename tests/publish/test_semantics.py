"""What an edit of the schema means, in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.support import SCHEMAS, resforge
from tests.schema.support import load

from resforge.publish.normal import normal_form
from resforge.publish.semantics import Statement, compare_forms

BASE = """resforge: 1
name: Thing
properties:
  - {name: Path, format: SZ}
  - {name: Port, format: DWORD, minimum: 1, maximum: 9, default: 1}
control_codes:
  - {name: Ask, function: 1}
"""


def changes(old: str, new: str) -> list[Statement]:
    """The statements about an edit from one schema to another."""
    return list(compare_forms(normal_form(load(old)), normal_form(load(new))))


def edit(*pairs: tuple[str, str]) -> list[Statement]:
    """The statements about an edit of `BASE`."""
    text = BASE
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    return changes(BASE, text)


def triples(statements: list[Statement]) -> set[tuple[str, str, str]]:
    """Area, name and kind of each statement."""
    return {(str(s.area), s.name, str(s.kind)) for s in statements}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Thing", "Thing\ndescription: New.", {("type", "description", "changed")}),
        (
            "  - {name: Path, format: SZ}\n",
            "",
            {
                ("property", "Path", "removed"),
                ("entry point", "Online", "changed"),
                ("entry point", "ResourceControl", "changed"),
                ("entry point", "ResourceTypeControl", "changed"),
            },
        ),
        (
            "maximum: 9",
            "maximum: 99",
            {
                ("property", "Port", "changed"),
                ("entry point", "Online", "changed"),
                ("entry point", "ResourceControl", "changed"),
            },
        ),
        (
            "{name: Ask, function: 1}",
            "{name: Ask, function: 1}\n  - {name: Tell, function: 2, scope: resource_type}",
            {
                ("control code", "Tell", "added"),
                ("hook", "tell", "added"),
                ("entry point", "ResourceTypeControl", "changed"),
            },
        ),
        (
            "{name: Ask, function: 1}",
            "{name: Ask, function: 2}",
            {("control code", "Ask", "changed"), ("entry point", "ResourceControl", "changed")},
        ),
        (
            "{name: Ask, function: 1}",
            "{name: Query, renamed_from: ask, function: 1}",
            {
                ("control code", "Query", "renamed"),
                ("hook", "query", "renamed"),
                ("entry point", "ResourceControl", "changed"),
            },
        ),
        (
            "name: Thing",
            "name: Thing\ntimeouts: {budgets: {open: 200ms}, heartbeat: 7s}",
            {
                ("type", "timeouts.budgets.open", "changed"),
                ("type", "timeouts.heartbeat", "changed"),
                ("entry point", "Open", "changed"),
                ("entry point", "Online", "changed"),
                ("entry point", "Offline", "changed"),
            },
        ),
        (
            "name: Thing",
            "name: Thing\nfailure_detection: cached_health",
            {
                ("type", "failure_detection", "changed"),
                ("hook", "is_alive", "removed"),
                ("hook", "check_health", "added"),
                ("entry point", "Online", "changed"),
                ("entry point", "LooksAlive", "changed"),
                ("entry point", "IsAlive", "changed"),
            },
        ),
        ("format: SZ}", "format: SZ, unit: km}", {("property", "Path", "changed")}),
        ("name: Path", "name: PATH", {("property", "PATH", "changed")}),
        ("control_codes:", "# only a comment\ncontrol_codes:", set()),
        ("function: 1}", "function: 1, access: read}", set()),
    ],
)
def test_edits(before: str, after: str, expected: set[tuple[str, str, str]]) -> None:
    """Each kind of edit: what it touches, and nothing else."""
    found = triples(edit((before, after)))
    if before == "name: Path":
        found = {row for row in found if row[0] != "entry point"}
    assert found == expected


def test_words() -> None:
    """The statements say from what to what, in the words of the schema."""
    port, *_ = edit(("maximum: 9", "maximum: 99"))
    assert (port.text, port.keys) == ("maximum 99 (was 9)", ("maximum",))
    path, *_ = edit(("{name: Path,", "{name: Target, renamed_from: Path,"))
    assert path.text.startswith("renamed from Path; a stored value counts until")
    heartbeat, *_ = edit(("name: Thing", "name: Thing\ntimeouts: {heartbeat: 7s}"))
    assert heartbeat.text == "7s (was 1min)"
    ask, *_ = edit(("{name: Ask, function: 1}", "{name: Ask, function: 2}"))
    assert ask.text == "function 2 (was 1); value 0x01200009 (was 0x01200005)"


def test_what_becomes_of_old_values_and_codes() -> None:
    """A new format says that stored values are lost, a freed number who has it now."""
    path, *_ = edit(("name: Path, format: SZ", "name: Path, format: EXPAND_SZ"))
    assert path.text.endswith("a value stored as REG_SZ cannot be used until it is set again")
    port, *_ = edit(("format: DWORD", "format: LONG"))
    assert "stored" not in port.text
    statements = edit(("{name: Ask, function: 1}", "{name: Query, function: 1}"))
    (gone,) = (s for s in statements if s.name == "Ask")
    assert gone.text == "gone; 0x01200005 is Query now"


def test_a_former_name_that_goes() -> None:
    """A second rename, or a former name left out, strands what was never stored again."""
    text = "a value that is still stored under Old is no longer read"
    once = BASE.replace("{name: Path,", "{name: Path, renamed_from: Old,")
    left_out, *_ = changes(once, BASE)
    assert (left_out.name, left_out.text) == ("Path", text)
    again = BASE.replace("{name: Path,", "{name: Folder, renamed_from: Path,")
    assert text in {s.text for s in changes(once, again)}
    assert text not in {s.text for s in changes(BASE, once)}


def test_entry_points_of_a_property() -> None:
    """ResourceTypeControl lists names and formats; a default or a range is not its business."""
    assert "ResourceTypeControl" not in {s.name for s in edit(("maximum: 9", "maximum: 8"))}
    assert "ResourceTypeControl" in {s.name for s in edit(("format: DWORD", "format: LONG"))}
    statements = edit(("name: Path", "name: PATH"))
    (online,) = (s for s in statements if s.name == "Online")
    assert online.text == "property PATH"


def test_another_scope_touches_both_control_functions() -> None:
    """A code that moves from the type to resources leaves one entry point for the other."""
    code = "{name: Ask, function: 1}"
    moved = {s.name for s in edit((code, code.replace("}", ", scope: resource_type}")))}
    assert {"ResourceControl", "ResourceTypeControl"} <= moved


def test_another_order() -> None:
    """The order of properties decides the order in which they are listed."""
    rows = "properties:\n  - {name: A, format: SZ}\n  - {name: B, format: SZ}\n"
    turned = "properties:\n  - {name: B, format: SZ}\n  - {name: A, format: SZ}\n"
    head = "resforge: 1\nname: Thing\n"
    found = changes(head + rows, head + turned)
    assert found[0].text == "the same ones in another order"
    assert {s.name for s in found[1:]} == {"ResourceControl", "ResourceTypeControl"}


def test_a_renamed_property_is_not_also_removed() -> None:
    """The entry points name the property once, by its new name."""
    statements = edit(("{name: Path,", "{name: Target, renamed_from: Path,"))
    online = next(s for s in statements if s.name == "Online")
    assert online.text == "property Target"


NAMES = st.lists(st.sampled_from("ABCDEF"), unique=True, max_size=4)


@given(NAMES, NAMES)
def test_every_added_and_removed_property_is_named(old: list[str], new: list[str]) -> None:
    """Whatever the two lists are, each difference is said exactly once; none means silence."""

    def schema(names: list[str]) -> str:
        rows = "".join(f"\n  - {{name: {name}, format: SZ}}" for name in names)
        return "resforge: 1\nname: Thing\n" + (f"properties:{rows}\n" if rows else "")

    found = triples(changes(schema(old), schema(new)))
    properties = {(name, kind) for area, name, kind in found if area == "property"}
    assert properties == {
        *((name, "added") for name in set(new) - set(old)),
        *((name, "removed") for name in set(old) - set(new)),
    }
    assert bool(found) == (old != new)


def test_every_example_has_a_normal_form() -> None:
    """The normal form is JSON, with bytes and enumerations written out."""
    for path in SCHEMAS.glob("*.yaml"):
        form = normal_form(load(path.read_text()))
        assert json.loads(json.dumps(form)) == form


def test_generate_reports_the_meaning(tmp_path: Path) -> None:
    """After an edit generate says what it means, for people and as JSON; --dry-run too."""
    (tmp_path / "thing.yaml").write_text(BASE)
    first = resforge("generate", "thing.yaml", "-o", "p", cwd=tmp_path)
    assert "this means" not in first.stdout
    schema = tmp_path / "p/thing.yaml"
    schema.write_text(BASE.replace("maximum: 9", "maximum: 10"))
    look = resforge("generate", schema, "--dry-run")
    assert "  property Port: maximum 10 (was 9)\n" in look.stdout
    value = json.loads(resforge("generate", schema, "--json").stdout)
    assert {
        "area": "property",
        "name": "Port",
        "kind": "changed",
        "text": "maximum 10 (was 9)",
        "keys": ["maximum"],
    } in value["meaning"]
    again = json.loads(resforge("generate", schema, "--json").stdout)
    assert again["meaning"] == []
    schema.write_text(BASE.replace("maximum: 9", "maximum: 10").replace("Thing", "Other"))
    renamed = resforge("generate", schema)
    assert "script generated/register_thing.ps1: gone" in renamed.stdout
    assert "type name: Other (was Thing)" in renamed.stdout


def test_a_lock_without_a_normal_form_gets_one(tmp_path: Path) -> None:
    """A project of an older release is brought up to date and reports from then on."""
    (tmp_path / "thing.yaml").write_text(BASE)
    resforge("generate", "thing.yaml", "-o", "p", cwd=tmp_path)
    lock = tmp_path / "p/resforge.lock"
    value = json.loads(lock.read_text())
    form = value.pop("resource_type")
    lock.write_text(json.dumps(value))
    assert resforge("generate", tmp_path / "p/thing.yaml").returncode == 0
    assert json.loads(lock.read_text())["resource_type"] == form


@pytest.mark.parametrize("form", [{}, {"properties": 3}, {"properties": [{}], "hooks": [1]}])
def test_a_strange_normal_form_is_silent(tmp_path: Path, form: object) -> None:
    """A lock whose form this release cannot compare says nothing and stops nothing."""
    (tmp_path / "thing.yaml").write_text(BASE)
    resforge("generate", "thing.yaml", "-o", "p", cwd=tmp_path)
    lock = tmp_path / "p/resforge.lock"
    lock.write_text(json.dumps({**json.loads(lock.read_text()), "resource_type": form}))
    schema = tmp_path / "p/thing.yaml"
    schema.write_text(BASE.replace("maximum: 9", "maximum: 10"))
    result = resforge("generate", schema)
    assert (result.returncode, result.stderr) == (0, "")
    assert "this means" not in result.stdout
