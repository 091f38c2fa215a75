"""Diagrams, tables and the command that prints them."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from resforge.cli import run
from resforge.model import TRANSITION_IDS, Policies, RhsState
from resforge.model.layout import edges, nodes
from resforge.model.mermaid import render_mermaid
from resforge.model.skeleton import skeleton, table
from resforge.model.svg import render_svg

MINIMAL = Path(__file__).resolve().parents[2] / "schemas" / "minimal.yaml"
_ASIDE = {"T-72", "T-77", "T-78", "T-79", "T-80", "T-81", "T-82"}


def _numbers(text: str) -> set[str]:
    words = text.replace("T-", " ").replace(":", " ").replace(".", " ").replace(")", " ").split()
    return {f"T-{word}" for word in words if len(word) == 2 and word.isdigit()}


def test_svg_is_well_formed_and_complete() -> None:
    """The picture is XML, names every state, and shows every transition of normal life."""
    svg = render_svg()
    root = ElementTree.fromstring(svg)
    texts = " ".join("".join(node.itertext()) for node in root.iter() if node.tag.endswith("text"))
    assert all(str(state) in texts for state in RhsState if state is not RhsState.ABSENT)
    assert set(TRANSITION_IDS) - _ASIDE <= _numbers(texts)


def test_svg_is_the_same_every_time() -> None:
    """The same bytes come out of every run."""
    assert render_svg() == render_svg()


def test_boxes_do_not_overlap() -> None:
    """No two states lie on top of each other."""
    boxes = list(nodes().values())
    for number, one in enumerate(boxes):
        for two in boxes[number + 1 :]:
            apart_x = one.x + one.width <= two.x or two.x + two.width <= one.x
            apart_y = one.y + one.height <= two.y or two.y + two.height <= one.y
            assert apart_x or apart_y, (one, two)


def test_mermaid_holds_every_edge() -> None:
    """Each arrow of the picture is in the Mermaid text, inside the right composite state."""
    text = render_mermaid()
    assert text.startswith("stateDiagram-v2\n")
    assert text.count("{") == text.count("}")
    for edge in edges():
        source = "[*]" if edge.source == RhsState.ABSENT else edge.source
        assert f"{source} --> {edge.target}: {edge.label}\n" in text


def test_skeleton_is_a_table() -> None:
    """The finite skeleton is plain data and says how each transition is taken."""
    data = json.loads(json.dumps(skeleton(Policies())))
    taken = {answer["outcome"] for answer in data["answers"]}
    assert set(TRANSITION_IDS) <= taken | {"T-73", "T-74", "T-75", "T-76"}
    assert {row["id"] for row in table()} == set(TRANSITION_IDS)


def test_command_prints_tables(capsys: pytest.CaptureFixture[str]) -> None:
    """Without options the tables go to stdout."""
    assert run(["model", str(MINIMAL)]) == 0
    out = capsys.readouterr().out
    assert "Minimal" in out
    assert "T-14" in out
    assert "TERMINATE_THEN_KILL" in out


def test_command_writes_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--svg and --mermaid write files and nothing else."""
    svg, mermaid = tmp_path / "m.svg", tmp_path / "m.mmd"
    assert run(["model", str(MINIMAL), "--svg", str(svg), "--mermaid", str(mermaid)]) == 0
    assert svg.read_text(encoding="utf-8") == render_svg()
    assert mermaid.read_text(encoding="utf-8") == render_mermaid()
    assert capsys.readouterr().out == ""


def test_command_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    """--json holds type, policies, transitions and skeleton."""
    assert run(["model", str(MINIMAL), "--json", "--policy", "p1=kill"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["type"]["name"] == "Minimal"
    assert data["policies"]["P1"] == "KILL"
    assert len(data["transitions"]) > 80


@pytest.mark.parametrize("policy", ["P1", "P1=NEVER", "P77=KILL"])
def test_bad_policy_is_the_users_error(policy: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown policy or value is one line and exit code 2."""
    assert run(["model", str(MINIMAL), "--policy", policy]) == 2
    assert "policy" in capsys.readouterr().err


def test_file_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that does not exist is exit code 4, not a traceback."""
    assert run(["model", str(MINIMAL), "--svg", str(tmp_path / "no" / "m.svg")]) == 4
    assert "cannot write" in capsys.readouterr().err


def test_hostile_texts_stay_on_their_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Texts of a schema reach the terminal shortened, on one line, with what is invisible escaped."""
    evil = "\u202e\x1b[31m\nsecond " + "w" * 5000
    property_ = {"name": "A\u202e", "format": "SZ", "default": evil}
    code = {"name": "Code \u2066", "function": 1}
    schema = {"resforge": 1, "name": "T\u202e", "display_name": evil, "description": evil}
    file = tmp_path / "evil.json"
    file.write_text(json.dumps({**schema, "properties": [property_], "control_codes": [code]}))
    assert run(["model", str(file)]) == 0
    shown = capsys.readouterr().out
    assert not set("\u202e\u2066\x1b") & set(shown)
    assert "T\\u{202e}" in shown
    assert max(map(len, shown.split("\n"))) <= 400
