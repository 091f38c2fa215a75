"""What a run found: as a table for people, as JSON, and as JUnit XML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from resforge.conformance.coverage import Coverage
from resforge.conformance.runner import Result, Trouble
from resforge.conformance.trace_text import command_line, trace_lines

__all__ = ["Report", "as_json", "as_junit", "as_text", "failure_text"]


@dataclass(frozen=True, slots=True)
class Report:
    """Outcome of one run of `resforge verify`; `seconds` is the time of all scenarios.

    `replay` is the command that plays one scenario again; `{id}` stands for its id. `recordings`
    maps ids of failed scenarios to files with their commands.
    """

    type_name: str
    target: str
    seed: int
    results: tuple[Result, ...]
    coverage: Coverage | None
    seconds: float
    replay: str
    notes: tuple[str, ...] = ()
    recordings: Mapping[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether no scenario failed."""
        return not self.failures

    @property
    def failures(self) -> tuple[Result, ...]:
        """The scenarios that failed."""
        return tuple(r for r in self.results if r.status == "failed")

    @property
    def checks(self) -> int:
        """How many checks held; the general rules count as one for each scenario that passed."""
        return sum(r.checks + (r.status == "passed") for r in self.results)


def as_text(report: Report) -> str:
    """Return the report for people."""
    lines = [f"{report.type_name}, {report.target}, seed {report.seed}", ""]
    lines += list(_suite_lines(report.results))
    lines += ["", *_skipped_lines(report.results)]
    for result in report.failures:
        lines += ["", *_failure_lines(report, result)]
    lines += ["", *_coverage_lines(report.coverage), *report.notes, _summary(report)]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _suite_lines(results: Iterable[Result]) -> Iterator[str]:
    suites: dict[str, list[Result]] = {}
    for result in results:
        suites.setdefault(_suite(result), []).append(result)
    yield f"{'suite':<14}{'scenarios':>10}{'passed':>8}{'failed':>8}{'skipped':>9}{'checks':>8}{'time':>9}"
    for name, members in suites.items():
        count = {s: sum(r.status == s for r in members) for s in ("passed", "failed", "skipped")}
        seconds = sum(r.seconds for r in members)
        checks = sum(r.checks for r in members)
        yield (
            f"{name:<14}{len(members):>10}{count['passed']:>8}{count['failed']:>8}"
            f"{count['skipped']:>9}{checks:>8}{seconds:>7.2f} s"
        )


def _suite(result: Result) -> str:
    return result.scenario.id.partition("-")[0]


def _skipped_lines(results: Iterable[Result]) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for result in results:
        if result.status == "skipped":
            reasons.setdefault(result.reason, []).append(result.scenario.id)
    if reasons:
        yield "skipped:"
    for reason, ids in sorted(reasons.items()):
        more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
        yield f"  {reason}: {', '.join(ids[:3])}{more}"


def failure_text(report: Report, result: Result) -> str:
    """Return what a failed scenario of the report tells a person."""
    return "\n".join(_failure_lines(report, result))


def _failure_lines(report: Report, result: Result) -> Iterator[str]:
    trouble = result.trouble
    assert trouble is not None
    yield f"FAILED {result.scenario.id}: {result.scenario.title}"
    yield f"  breaks   {trouble.failure.rule} ({trouble.failure.kind})"
    yield f"  because  {trouble.failure.message}"
    if trouble.failure.expected:
        yield f"  expected {'; '.join(trouble.failure.expected)}"
    if result.scenario.page:
        yield f"  see      {result.scenario.page}"
    if trouble.note:
        yield f"  note     {trouble.note}"
    if trouble.steps:
        yield f"  shortest run found ({len(trouble.steps)} commands):"
        yield from (f"    {command_line(c)}" for c in trouble.steps[-40:])
    yield "  trace:"
    yield from (f"    {line}" for line in trace_lines(trouble.records, limit=40))
    yield f"  replay:  {_replay(report, result)}"
    if result.scenario.id in report.recordings:
        yield f"  commands: {report.recordings[result.scenario.id]} (for --replay)"


def _replay(report: Report, result: Result) -> str:
    """What shows when the DLL is unloaded has no scenario of its own: all are played again."""
    if result.scenario.id.startswith("ending-"):
        return report.replay.replace(" --scenario '{id}'", "")
    return report.replay.replace("{id}", result.scenario.id)


def _coverage_lines(coverage: Coverage | None) -> Iterator[str]:
    if coverage is None:
        return
    yield f"transitions covered: {len(coverage.covered)} of {coverage.reachable}"
    if coverage.missed:
        yield f"  not reached: {', '.join(coverage.missed)}"
    reasons: dict[str, list[str]] = {}
    for name, why in sorted(coverage.unreachable.items()):
        reasons.setdefault(why, []).append(name)
    for why, names in reasons.items():
        yield f"  out of reach: {', '.join(names)}: {why}"


def _summary(report: Report) -> str:
    failed = len(report.failures)
    played = sum(r.status != "skipped" for r in report.results)
    skipped = len(report.results) - played
    verdict = "verified" if report.passed else "FAILED"
    return (
        f"{verdict}: {report.checks} checks passed, {failed} failed; {played} scenarios played, "
        f"{skipped} skipped; {report.seconds:.1f} s"
    )


def as_json(report: Report) -> str:
    """Return the report as one JSON object."""
    coverage = report.coverage
    content: dict[str, Any] = {
        "type": report.type_name,
        "target": report.target,
        "seed": report.seed,
        "passed": report.passed,
        "checks": {"passed": report.checks, "failed": len(report.failures)},
        "seconds": round(report.seconds, 3),
        "notes": list(report.notes),
        "scenarios": [_scenario_json(report, result) for result in report.results],
    }
    if coverage is not None:
        content["transitions"] = {
            "covered": list(coverage.covered),
            "missed": list(coverage.missed),
            "out_of_reach": coverage.unreachable,
        }
    return json.dumps(content, indent=2, ensure_ascii=False)


def _scenario_json(report: Report, result: Result) -> Mapping[str, Any]:
    scenario = result.scenario
    content: dict[str, Any] = {
        "id": scenario.id,
        "title": scenario.title,
        "status": result.status,
        "covers": list(scenario.covers),
        "page": scenario.page,
        "checks": result.checks,
        "seconds": round(result.seconds, 4),
    }
    if result.reason:
        content["reason"] = result.reason
    if result.trouble is not None:
        content["failure"] = _failure_json(result.trouble)
        content["failure"]["replay"] = _replay(report, result)
    return content


def _failure_json(trouble: Trouble) -> dict[str, Any]:
    failure = trouble.failure
    return {
        "rule": failure.rule,
        "kind": failure.kind,
        "message": failure.message,
        "expected": list(failure.expected),
        "note": trouble.note,
        "commands": list(trouble.steps),
        "trace": [dict(record.raw) for record in trouble.records[-200:]],
    }


def as_junit(report: Report) -> str:
    """Return the report as JUnit XML; scenarios that do not apply are skipped test cases."""
    suite = ElementTree.Element(
        "testsuite",
        name=f"resforge verify {report.type_name} {report.target}",
        tests=str(len(report.results)),
        failures=str(len(report.failures)),
        errors="0",
        skipped=str(sum(r.status == "skipped" for r in report.results)),
        time=f"{report.seconds:.3f}",
    )
    for result in report.results:
        _test_case(suite, report, result)
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _test_case(suite: ElementTree.Element, report: Report, result: Result) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"resforge.{_suite(result)}",
        name=result.scenario.id,
        time=f"{result.seconds:.3f}",
    )
    if result.status == "skipped":
        ElementTree.SubElement(case, "skipped", message=_clean(result.reason))
    if result.trouble is not None:
        failure = result.trouble.failure
        node = ElementTree.SubElement(
            case, "failure", type=failure.kind, message=_clean(f"{failure.rule}: {failure.message}")
        )
        node.text = _clean(failure_text(report, result))


def _clean(text: str) -> str:
    """Replace characters that XML 1.0 cannot hold."""
    return "".join(
        c if c in "\t\n" or (0x20 <= ord(c) < 0xD800) or 0xE000 <= ord(c) < 0xFFFE or ord(c) > 0xFFFF
        else "\ufffd"
        for c in text
    )  # fmt: skip
