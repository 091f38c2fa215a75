"""What a run makes of the journal that an interrupted one has left, whoever wrote it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.publish.support import write

from resforge.problems import UserError
from resforge.publish.places import PENDING


def test_a_hostile_journal_leads_nowhere(tmp_path: Path) -> None:
    """A journal that came with somebody else's project cannot reach outside of it."""
    victim = tmp_path / "victim"
    victim.write_text("x")
    target = tmp_path / "p"
    write(target, "1")
    (target / PENDING).mkdir()
    (target / PENDING / "0.old").write_text("evil")
    step = '{"path": "../victim", "number": 0, "existed": true, "new": null, "backup": null}'
    (target / PENDING / "journal.json").write_text(f'{{"folders": [], "steps": [{step}]}}')
    with pytest.raises(UserError, match="dotted parts"):
        write(target, "1")
    assert victim.read_text() == "x"


def test_a_hostile_number_leads_nowhere(tmp_path: Path) -> None:
    """The numbers of staged files are numbers, not paths to files outside of the project."""
    outside = tmp_path / "outside.old"
    outside.write_text("x")
    target = tmp_path / "p"
    write(target, "1")
    (target / PENDING).mkdir()
    step = {"path": "generated/demo.g.h", "number": "../../outside", "existed": True, "new": None}
    journal = json.dumps({"folders": [], "steps": [step]})
    (target / PENDING / "journal.json").write_text(journal)
    with pytest.raises(UserError) as caught:
        write(target, "1")
    assert caught.value.problems[0].code == "damaged-journal"
    assert outside.read_text() == "x"


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "3", '{"folders": []}', '{"folders": [], "steps": [{}]}'),
        *('{"folders": [1], "steps": []}', '{"folders": 3, "steps": []}'),
        '{"folders": [], "steps": [{"path": 3, "number": 0, "existed": true, "new": null}]}',
        '{"folders": [], "steps": [3]}',
        "[" * 100_000,
    ],
)
def test_a_damaged_journal_is_one_problem(tmp_path: Path, text: str) -> None:
    """A journal that nobody can read stops the run and says what to do."""
    write(tmp_path, "1")
    (tmp_path / PENDING).mkdir()
    (tmp_path / PENDING / "journal.json").write_text(text)
    with pytest.raises(UserError) as caught:
        write(tmp_path, "2")
    assert caught.value.problems[0].code == "damaged-journal"
