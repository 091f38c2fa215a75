"""Findings as text, JSON, SARIF and annotations of GitHub Actions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from resforge import __version__
from resforge.problems import Problem
from resforge.render.invisible import reveal
from resforge.review.finding import Accepted, Finding, Place, Review, Rule

_GITHUB_LEVEL = {"error": "error", "warning": "warning", "note": "notice"}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Style:
    """Marks around the parts of a line: for a terminal, or none."""

    place: str = ""
    error: str = ""
    warning: str = ""
    note: str = ""
    end: str = ""

    def of(self, severity: str) -> str:
        """The mark before a severity."""
        return str(getattr(self, severity))


PLAIN = Style()
COLOURED = Style("\x1b[1m", "\x1b[31;1m", "\x1b[33;1m", "\x1b[36;1m", "\x1b[0m")


def finding_as_text(finding: Finding, style: Style = PLAIN) -> str:
    """One line; control characters of untrusted text are made visible."""
    severity = finding.rule.severity
    hint = f" ({finding.hint})" if finding.hint else ""
    rest = reveal(f": {finding.message}{hint} [{finding.rule.id}]")
    place = f"{style.place}{reveal(str(finding.place))}{style.end}"
    return f"{place}: {style.of(severity)}{severity}{style.end}{rest}"


def summary(review: Review) -> str:
    """How many findings of each severity there are."""
    counts = Counter(finding.rule.severity for finding in review.findings)
    parts = [_count(counts[severity], str(severity)) for severity in sorted(counts, key=_rank)]
    text = f"{_count(len(review.findings), 'finding')}: {', '.join(parts)}" if parts else "clean"
    fixable = sum(finding.fixable for finding in review.findings)
    text += f"; {fixable} can be repaired with --fix" if fixable else ""
    return text + (f"; {len(review.accepted)} suppressed" if review.accepted else "")


def _rank(severity: str) -> int:
    return ["error", "warning", "note"].index(severity)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def as_json(review: Review, **more: Any) -> str:
    """One object with `findings`, `suppressed` and what else a command has to say."""
    value = {
        "findings": [_finding_data(finding) for finding in review.findings],
        "suppressed": [
            {**_finding_data(item.finding), "reason": item.reason} for item in review.accepted
        ],
        **more,
    }
    return json.dumps(value, indent=2)


def _finding_data(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule.id,
        "severity": str(finding.rule.severity),
        "category": finding.rule.category,
        "message": finding.message,
        "hint": finding.hint,
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "fixable": finding.fixable,
    }


def rules_as_json(rules: Iterable[Rule]) -> str:
    """The catalogue of rules as one object with the key `rules`."""
    value = [
        {
            "id": rule.id,
            "severity": str(rule.severity),
            "category": rule.category,
            "summary": rule.summary,
            "why": rule.why,
            "source": rule.source,
            "fixable": rule.fixable,
        }
        for rule in rules
    ]
    return json.dumps({"rules": value}, indent=2)


def as_github(findings: Iterable[Finding]) -> str:
    """One workflow command a line."""
    return "".join(_annotation(finding) + "\n" for finding in findings)


def _annotation(finding: Finding) -> str:
    place, message = _readable(finding)
    hint = f" ({finding.hint})" if finding.hint else ""
    values = {"file": place.file, "line": place.line, "col": place.column, "title": finding.rule.id}
    properties = ",".join(f"{key}={_escape(str(value), ':,')}" for key, value in values.items())
    level = _GITHUB_LEVEL[finding.rule.severity]
    return f"::{level} {properties}::{_escape(message + hint, '')}"


def _escape(text: str, more: str) -> str:
    """As the toolkit of GitHub Actions escapes data and, with `more`, properties."""
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _readable(finding: Finding) -> tuple[Place, str]:
    """The place that a reader of the current files can open, and the message for it."""
    if finding.present is None:
        return finding.place, finding.message
    return finding.present, f"{finding.message} (formerly at {finding.place})"


def as_sarif(
    review: Review, rules: Sequence[Rule], command: str, problems: Sequence[Problem] = ()
) -> str:
    """A log of SARIF 2.1.0 with one run.

    Suppressed findings are in it with their reasons. `problems` are mistakes because of which a
    schema could not be looked at; the run then counts as not successful.
    """
    known = {rule.id: index for index, rule in enumerate(rules)}
    results = [_result(finding, known) for finding in review.findings]
    results += [_accepted_result(item, known) for item in review.accepted]
    results += [_problem_result(problem) for problem in problems]
    run = {
        "tool": {"driver": _driver(rules, command)},
        "invocations": [{"executionSuccessful": not problems}],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _driver(rules: Sequence[Rule], command: str) -> dict[str, Any]:
    return {
        "name": f"resforge {command}",
        "semanticVersion": __version__,
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.summary},
                "fullDescription": {"text": f"{rule.why} Source: {rule.source}."},
                "defaultConfiguration": {"level": str(rule.severity)},
                "properties": {"category": rule.category},
            }
            for rule in rules
        ],
    }


def _result(finding: Finding, known: dict[str, int]) -> dict[str, Any]:
    place, message = _readable(finding)
    result: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "level": str(finding.rule.severity),
        "message": {"text": message + (f" ({finding.hint})" if finding.hint else "")},
        "locations": [_location(place.file, place.line, place.column)],
    }
    if finding.rule.id in known:
        result["ruleIndex"] = known[finding.rule.id]
    return result


def _accepted_result(item: Accepted, known: dict[str, int]) -> dict[str, Any]:
    suppression = {"kind": "inSource", "justification": item.reason}
    return {**_result(item.finding, known), "suppressions": [suppression]}


def _problem_result(problem: Problem) -> dict[str, Any]:
    hint = f" ({problem.hint})" if problem.hint else ""
    result: dict[str, Any] = {
        "ruleId": f"schema/{problem.code}",
        "level": "error",
        "message": {"text": problem.message + hint},
    }
    if problem.file is not None:
        result["locations"] = [_location(problem.file, problem.line, problem.column)]
    return result


def _location(file: str, line: int | None, column: int | None) -> dict[str, Any]:
    region = {"startLine": line, "startColumn": column}
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    if line is not None:
        place["region"] = {key: value for key, value in region.items() if value is not None}
    return {"physicalLocation": place}


def _uri(file: str) -> str:
    """A relative reference, or a file URI for an absolute path."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), safe="/")
