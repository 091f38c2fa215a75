"""`renamed_from` of properties and control codes."""

from __future__ import annotations

import pytest
from tests.schema.support import codes, found, load, problems

PROPERTIES = """resforge: 1
name: Thing
properties:
  - {{name: Path, format: SZ{first}}}
  - {{name: Port, format: DWORD{second}}}
"""
CODES = """resforge: 1
name: Thing
control_codes:
  - {{name: Rotate, function: 1{first}}}
  - {{name: Ping, function: 2{second}}}
"""
BOTH = pytest.mark.parametrize(("text", "own"), [(PROPERTIES, "Path"), (CODES, "Rotate")])


def renamed(text: str, first: str = "", second: str = "") -> str:
    """The schema with these former names."""
    return text.format(
        first=f", renamed_from: {first}" if first else "",
        second=f", renamed_from: {second}" if second else "",
    )


def test_former_name_and_identifier() -> None:
    """The former name is kept as written, and becomes an identifier like any name."""
    path, port = load(renamed(PROPERTIES, "Old Path")).properties
    assert (path.renamed_from, path.former_identifier) == ("Old Path", "old_path")
    assert (port.renamed_from, port.former_identifier) == (None, None)
    rotate, _ = load(renamed(CODES, "RotateLog")).control_codes
    assert rotate.former_identifier == "rotate_log"


def test_another_spelling_of_the_same_identifier() -> None:
    """A name may change in its spelling only; the identifier and the hook stay."""
    path, _ = load(renamed(PROPERTIES, "pa th").replace("Path", "Pa Th2")).properties
    assert path.former_identifier == "pa_th"
    item, _ = load(
        renamed(PROPERTIES, "PathName").replace("name: Path,", "name: Path Name,")
    ).properties
    assert item.identifier == item.former_identifier == "path_name"


@BOTH
def test_refused(text: str, own: str) -> None:
    """A former name is not the own one, nor that of another, nor shared by two."""
    assert codes(renamed(text, own.upper())) == ["renamed-from-itself"]
    assert found(renamed(text, "Elsewhere", own.lower()))[0][:1] == (5,)
    assert codes(renamed(text, "Elsewhere", own.lower())) == ["renamed-from-existing"]
    assert codes(renamed(text, "Elsewhere", f"{own}!")) == ["renamed-from-existing"]
    assert codes(renamed(text, "Old One", "OLD ONE")) == ["duplicate-renamed-from"]
    assert codes(renamed(text, "Old One", "Old-One")) == ["duplicate-renamed-from"]


@BOTH
def test_wrong_values(text: str, own: str) -> None:
    """A former name obeys the rules of names, and is left out rather than empty."""
    assert codes(renamed(text, "''")) == ["empty-name"]
    assert codes(renamed(text, "'---'")) == ["name-without-letters"]
    assert codes(renamed(text, "3")) == ["wrong-type"]
    assert codes(renamed(text, "null")) == ["wrong-type"]


def test_the_message_names_the_other() -> None:
    """The message says which name is taken."""
    (problem,) = problems(renamed(PROPERTIES, "", "path"))
    assert problem.message == '"path" is the name of another property of this schema'
    (problem,) = problems(renamed(PROPERTIES, "", "p.ath").replace("Path", "P Ath"))
    assert "both become p_ath in generated code" in problem.message


def test_types_of_control_codes_collide_with_former_ones() -> None:
    """The C++ types of a former name are not those of another code: Log_2 and Log2 give Log2Input."""
    text = renamed(CODES, "", "Log 2").replace("Rotate", "Log2")
    assert codes(text) == ["renamed-from-existing"]
    (problem,) = problems(text)
    assert problem.message == '"Log 2" and "Log2" both become Log2 in generated code'
