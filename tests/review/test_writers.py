"""The four forms of a report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from resforge.problems import Problem
from resforge.review import writers
from resforge.review.finding import Accepted, Finding, Place, Review, Rule, Severity

ERROR = Rule("bad-thing", Severity.ERROR, "c", "Be good.", "Bad is bad.", "page-name", True)
NOTE = Rule("small-thing", Severity.NOTE, "c", "Be small.", "Big is big.", "resforge")
HOSTILE = "x\x1b[31m\n::error::y%"
FINDINGS = (
    Finding(ERROR, "it is bad", Place("a b.yaml", 3, 5), "make it good", fixable=True),
    Finding(NOTE, HOSTILE, Place("main:s/x,y.yaml", 9, 1), present=Place("s/x,y.yaml", 2, 4)),
)
REVIEW = Review(FINDINGS, (Accepted(FINDINGS[0], "we know"),))

SARIF_CORE: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs", "$schema"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name", "rules"],
                                "properties": {"rules": {"items": {"$ref": "#/$defs/rule"}}},
                            }
                        },
                    },
                    "invocations": {"items": {"required": ["executionSuccessful"]}},
                    "results": {"items": {"$ref": "#/$defs/result"}},
                },
            },
        },
    },
    "$defs": {
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": {
            "type": "object",
            "required": ["text"],
            "properties": {"text": {"type": "string", "minLength": 1}},
        },
        "rule": {
            "required": ["id"],
            "properties": {
                "shortDescription": {"$ref": "#/$defs/message"},
                "fullDescription": {"$ref": "#/$defs/message"},
                "defaultConfiguration": {"properties": {"level": {"$ref": "#/$defs/level"}}},
            },
        },
        "result": {
            "required": ["message", "ruleId"],
            "properties": {
                "message": {"$ref": "#/$defs/message"},
                "level": {"$ref": "#/$defs/level"},
                "ruleIndex": {"type": "integer", "minimum": 0},
                "locations": {"items": {"$ref": "#/$defs/location"}},
                "suppressions": {
                    "items": {
                        "required": ["kind"],
                        "properties": {"kind": {"enum": ["inSource", "external"]}},
                    }
                },
            },
        },
        "location": {
            "required": ["physicalLocation"],
            "properties": {
                "physicalLocation": {
                    "required": ["artifactLocation"],
                    "properties": {
                        "artifactLocation": {
                            "properties": {"uri": {"type": "string", "pattern": "^[^ ]+$"}}
                        },
                        "region": {
                            "properties": {
                                "startLine": {"type": "integer", "minimum": 1},
                                "startColumn": {"type": "integer", "minimum": 1},
                            }
                        },
                    },
                }
            },
        },
    },
}
"""What SARIF 2.1.0 (OASIS, sections 3.13 to 3.52) requires of the parts that are written here."""


def sarif(review: Review, *problems: Problem) -> Any:
    """The SARIF log of a review, validated."""
    log = json.loads(writers.as_sarif(review, (ERROR, NOTE), "lint", problems))
    jsonschema.Draft202012Validator(SARIF_CORE).validate(log)
    return log["runs"][0]


def test_text() -> None:
    """One line has place, severity, message, advice and rule."""
    expected = "a b.yaml:3:5: error: it is bad (make it good) [bad-thing]"
    assert writers.finding_as_text(FINDINGS[0]) == expected == str(FINDINGS[0])
    coloured = writers.finding_as_text(FINDINGS[0], writers.COLOURED)
    assert "\x1b[31;1merror\x1b[0m" in coloured


def test_text_of_hostile_names_is_visible() -> None:
    """Control characters of a schema never reach the terminal."""
    line = writers.finding_as_text(FINDINGS[1])
    assert "\x1b" not in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("review", "expected"),
    [
        (Review(()), "clean"),
        (Review(FINDINGS[:1]), "1 finding: 1 error; 1 can be repaired with --fix"),
        (REVIEW, "2 findings: 1 error, 1 note; 1 can be repaired with --fix; 1 suppressed"),
    ],
)
def test_summary(review: Review, expected: str) -> None:
    """The last line counts."""
    assert writers.summary(review) == expected


def test_json() -> None:
    """The JSON form has findings, suppressed ones with reasons, and what a command adds."""
    data = json.loads(writers.as_json(REVIEW, more=1))
    assert data["more"] == 1
    assert data["findings"][0]["rule"] == "bad-thing"
    assert data["findings"][1]["message"] == HOSTILE
    assert (data["findings"][0]["line"], data["findings"][0]["column"]) == (3, 5)
    assert data["suppressed"][0]["reason"] == "we know"


def test_sarif() -> None:
    """The log is valid, knows its rules, and has suppressed findings with their reasons."""
    run = sarif(REVIEW)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["bad-thing", "small-thing"]
    first, second, accepted = run["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b.yaml"
    assert place["region"] == {"startLine": 3, "startColumn": 5}
    assert (second["ruleIndex"], second["level"]) == (1, "note")
    assert accepted["suppressions"] == [{"kind": "inSource", "justification": "we know"}]
    assert "suppressions" not in first
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_sarif_of_a_schema_that_does_not_load() -> None:
    """Mistakes of a schema are results of a run that was not successful."""
    run = sarif(Review(()), Problem("wrong", "bad-name", "x.yaml", 3, None), Problem("no", "b"))
    assert run["invocations"] == [{"executionSuccessful": False}]
    assert run["results"][0]["ruleId"] == "schema/bad-name"
    assert "locations" not in run["results"][1]


def test_sarif_of_an_absolute_path(tmp_path: Path) -> None:
    """An absolute path becomes a file URI."""
    finding = Finding(NOTE, "x", Place(str(tmp_path / "a b.yaml"), 1, 1))
    result = sarif(Review((finding,)))["results"][0]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.startswith("file:///")


def test_github() -> None:
    """Annotations are one line each; a schema's text cannot add a command of its own."""
    lines = writers.as_github(FINDINGS).splitlines()
    assert (
        lines[0] == "::error file=a b.yaml,line=3,col=5,title=bad-thing::it is bad (make it good)"
    )
    assert len(lines) == 2
    assert lines[1].startswith("::notice file=s/x%2Cy.yaml,line=2,col=4,title=small-thing::x")
    assert "%0A::error::y%25" in lines[1]


def test_findings_about_former_versions_have_a_place_that_exists() -> None:
    """Readers of a report who cannot open the former version are led to the present one."""
    place = sarif(Review(FINDINGS[1:]))["results"][0]
    assert place["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "s/x%2Cy.yaml"
    assert "formerly at main:s/x,y.yaml:9:1" in place["message"]["text"]


def test_severities_are_ordered() -> None:
    """An error reaches every limit, a note only its own."""
    assert Severity.ERROR.reaches(Severity.WARNING)
    assert not Severity.NOTE.reaches(Severity.WARNING)
    assert Review(FINDINGS).fails(Severity.ERROR)
    assert not Review(FINDINGS[1:]).fails(Severity.WARNING)
