"""Bringing schemas of format 0 up to date, in three syntaxes."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.support import SCHEMAS, here
from tests.schema.support import EXAMPLES, Syntax, load, toml_document

from resforge.edit import Document
from resforge.migrate import run
from resforge.migrate.run import migrate
from resforge.problems import UserError
from resforge.review.inputs import SchemaText
from resforge.schema import ResourceType
from resforge.schema.loading import parse_text

YAML = """\
# A draft.
name: Thing  # its name

single_instance: true
properties:
  # where it listens
  - name: Port
    type: DWORD      # 32 bits
    range: [1, 0xFFFF]  # as TCP has it
    default: 80
  - {name: Load, type: LONG, range: [-5, 5], default: 0}
codes:
  - name: Reset   # hard
    function: 1
    access: write
    modify: true
timeouts:
  pending_timeout: 120000  # two minutes
  budgets: {online: 250}
"""
YAML_NOW = """\
# A draft.
resforge: 1
name: Thing  # its name

single_instance: cluster
properties:
  # where it listens
  - name: Port
    format: DWORD      # 32 bits
    minimum: 1
    maximum: 0xFFFF  # as TCP has it
    default: 80
  - {name: Load, format: LONG, minimum: -5, maximum: 5, default: 0}
control_codes:
  - name: Reset   # hard
    function: 1
    access: write
    modifies: true
timeouts:
  pending_timeout: 2min  # two minutes
  budgets: {online: 250ms}
"""
TOML = """\
# A draft.
name = "Thing"  # its name
single_instance = false
timeouts.pending_timeout = 120_000

[[properties]]  # first
name = "Port"
type = "DWORD"  # 32 bits
range = [1, 0xFFFF]  # as TCP has it
default = 80

[[codes]]
name = "Reset"
function = 1
[[codes.input.fields]]
name = "Why"
format = "DWORD"
"""
TOML_NOW = """\
# A draft.
resforge = 1
name = "Thing"  # its name
single_instance = "none"
timeouts.pending_timeout = "2min"

[[properties]]  # first
name = "Port"
format = "DWORD"  # 32 bits
minimum = 1
maximum = 0xFFFF  # as TCP has it
default = 80

[[control_codes]]
name = "Reset"
function = 1
[[control_codes.input.fields]]
name = "Why"
format = "DWORD"
"""
JSON = """\
{
  "resforge": 0,
  "name": "Thing",
  "properties": [
    {
      "name": "Port",
      "range": [
        1,
        9
      ],
      "type": "DWORD",
      "default": 5
    }
  ],
  "timeouts": {"heartbeat": 1000}
}
"""
JSON_NOW = """\
{
  "resforge": 1,
  "name": "Thing",
  "properties": [
    {
      "name": "Port",
      "minimum": 1,
      "maximum": 9,
      "format": "DWORD",
      "default": 5
    }
  ],
  "timeouts": {"heartbeat": "1s"}
}
"""
CASES: dict[Syntax, tuple[str, str]] = {
    "yaml": (YAML, YAML_NOW),
    "toml": (TOML, TOML_NOW),
    "json": (JSON, JSON_NOW),
}


def migrated(text: str, syntax: Syntax = "yaml") -> str:
    """The text after the migration, which loads."""
    result = migrate(SchemaText(Path("thing"), text, syntax))
    result.check()
    return result.text


@pytest.mark.parametrize("syntax", CASES)
def test_comments_order_and_layout_stay(syntax: Syntax) -> None:
    """Only the spellings that changed are rewritten."""
    before, after = CASES[syntax]
    assert migrated(before, syntax) == after
    load(after, syntax)


@pytest.mark.parametrize("syntax", CASES)
def test_a_current_file_stays(syntax: Syntax) -> None:
    """A second migration changes nothing."""
    after = CASES[syntax][1]
    assert migrated(after, syntax) == after
    result = migrate(SchemaText(Path("thing"), after, syntax))
    assert (result.needed, result.changes) == (False, 0)


def test_line_ends_of_windows_stay() -> None:
    """CR LF stays in old lines and is used in new ones."""
    assert migrated(YAML.replace("\n", "\r\n")) == YAML_NOW.replace("\n", "\r\n")


def draft_of(resource_type: dict[str, Any]) -> dict[str, Any]:
    """The data of a current schema as the draft spelled it."""
    data = json.loads(json.dumps(resource_type))
    del data["resforge"]
    for item in data.get("properties", []):
        item["type"] = item.pop("format")
        if "minimum" in item and "maximum" in item:
            item["range"] = [item.pop("minimum"), item.pop("maximum")]
    if "control_codes" in data:
        data["codes"] = data.pop("control_codes")
    for code in data.get("codes", []):
        if "modifies" in code:
            code["modify"] = code.pop("modifies")
    return dict(data)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("syntax", ["yaml", "json", "toml"])
def test_the_examples_come_back(name: str, syntax: Syntax) -> None:
    """A published example, written as the draft was and migrated, means what it meant."""
    data = parse_text((SCHEMAS / f"{name}.yaml").read_text("utf-8"), file="x", syntax="yaml").root
    draft = draft_of(data)
    text = toml_document(draft) if syntax == "toml" else json.dumps(draft, indent=2)
    assert load(migrated(text, syntax), syntax) == ResourceType.model_validate(data)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["DWORD", "LONG"]),
            st.integers(0, 50),
            st.integers(50, 99),
            st.booleans(),
            st.text("# ab", max_size=6),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_layout(items: list[tuple[str, int, int, bool, str]]) -> None:
    """Flow and block, with and without comments: what it means is what the draft meant."""
    text = "name: Thing\nproperties:\n"
    for index, (format_, low, high, flow, note) in enumerate(items):
        keys = [f"name: P{index}", f"range: [{low}, {high}]", f"type: {format_}", f"default: {low}"]
        comment = f" #{note}" if not flow else ""
        lines = "{" + ", ".join(keys) + "}" if flow else f"{comment}\n    ".join(keys) + comment
        text += f"  - {lines}\n"
    after = migrated(text)
    made = load(after)
    expected = [(format_, low, high) for format_, low, high, _, _ in items]
    assert [(str(p.format), p.minimum, p.maximum) for p in made.properties] == expected
    assert after.count("#") == text.count("#")


def test_later_steps_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps run one after another, each on the text of the one before."""

    def to_format_2(document: Document, data: dict[str, Any]) -> list[Any]:
        assert data["resforge"] == 1
        return [*document.replace(("resforge",), 2), *document.rename(("name",), "called")]

    monkeypatch.setattr(run, "STEPS", (*run.STEPS, to_format_2))
    monkeypatch.setattr(run, "FORMAT_VERSION", 2)
    text = migrate(SchemaText(Path("x.yaml"), "# c\nname: x # d\n", "yaml")).text
    assert text == "# c\nresforge: 2\ncalled: x # d\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("resforge: 2\nname: x\n", "unsupported-format-version"),
        ("resforge: -1\nname: x\n", "wrong-type"),
        ("resforge: yes\nname: x\n", "wrong-type"),
        ("name: &a x\nname: y\n", "duplicate-key"),
        ("- a\n", "wrong-type"),
        ("", "empty-file"),
        ("name: x\nsingle_instance: &a true\n", "cannot-migrate"),
        ("? name\n: x\n", "cannot-migrate"),
        ("name: x\nproperties:\n  - range:\n      - 1 # low\n      - 2\n", "cannot-migrate"),
    ],
)
def test_what_cannot_be_migrated(text: str, code: str) -> None:
    """One clear problem; a newer format says how to upgrade."""
    with pytest.raises(UserError) as caught:
        migrate(SchemaText(Path("x.yaml"), text, "yaml"))
    (problem,) = caught.value.problems
    assert problem.code == code
    assert code != "unsupported-format-version" or "pip install --upgrade" in (problem.hint or "")


class TestCommand:
    def test_writes_once(self, tmp_path: Path) -> None:
        """The file is rewritten with its mode; a second run has nothing to do."""
        path = tmp_path / "thing.yaml"
        path.write_text(YAML)
        path.chmod(0o640)
        first = here("migrate", path)
        assert (first.returncode, path.read_text()) == (0, YAML_NOW), first.stderr
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        assert "from format 0 to 1" in first.stdout
        second = here("migrate", path)
        assert "has format 1, the current one" in second.stdout

    def test_check_and_diff_write_nothing(self, tmp_path: Path) -> None:
        """--check ends with 1, --diff shows what would change."""
        path = tmp_path / "thing.toml"
        path.write_text(TOML)
        check = here("migrate", path, "--check")
        assert check.returncode == 1
        diff = here("migrate", path, "--diff")
        assert diff.returncode == 0
        assert '+format = "DWORD"  # 32 bits' in diff.stdout
        assert path.read_text() == TOML
        data = json.loads(here("migrate", path, "--check", "--json").stdout)
        assert data["files"][0]["from_format"] == 0
        assert data["files"][0]["written"] is False

    def test_all_or_nothing(self, tmp_path: Path) -> None:
        """When one of several files cannot be migrated, none is written."""
        good, newer = tmp_path / "a.yaml", tmp_path / "b.yaml"
        good.write_text(YAML)
        newer.write_text("resforge: 9\nname: x\n")
        result = here("migrate", good, newer)
        assert result.returncode == 2
        assert "b.yaml:1:11: error:" in result.stderr
        assert good.read_text() == YAML

    def test_mistakes_that_remain(self, tmp_path: Path) -> None:
        """A draft with other mistakes is not written; the mistakes are shown."""
        path = tmp_path / "a.yaml"
        path.write_text("name: x\nproperties:\n  - {name: A, type: FROB}\n")
        result = here("migrate", path)
        assert result.returncode == 2
        assert "FROB" in result.stderr
        assert "nothing was written" in result.stderr
        assert "type: FROB" in path.read_text()

    def test_read_only(self, tmp_path: Path) -> None:
        """A read-only file stays; exit code 4."""
        path = tmp_path / "a.yaml"
        path.write_text(YAML)
        path.chmod(stat.S_IREAD)
        assert here("migrate", path).returncode == 4
        assert path.read_text() == YAML

    def test_loading_an_old_file_leads_here(self, tmp_path: Path) -> None:
        """Other commands say that an old file can be migrated, a new one needs an upgrade."""
        path = tmp_path / "a.yaml"
        path.write_text("resforge: 0\nname: x\n")
        assert "run: resforge migrate" in here("lint", path).stderr
        path.write_text("resforge: 2\nname: x\n")
        assert "pip install --upgrade resforge" in here("lint", path).stderr
