"""Judges what one run of a scenario did: invariants first, then the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from resforge.conformance.history import Failure
from resforge.conformance.invariants import beyond_the_contract, check_invariants
from resforge.conformance.scenario import FOREIGN, Scenario
from resforge.model.policies import Policies
from resforge.model.rules import TypeModel
from resforge.model.trace import judge
from resforge.model.verdict import ResourceSetup, Verdict
from resforge.rhs.records import Leak, Lost, Record, StateChange, StatusReport, Violation

__all__ = ["Judgement", "covered_transitions", "judge_records"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong in the records of a scenario, if anything, and the transitions taken."""

    failure: Failure | None
    covered: frozenset[str]


def judge_records(
    records: Sequence[Record],
    commands: Iterable[Mapping[str, Any]],
    model: TypeModel,
    scenario: Scenario,
    tolerance: int = 0,
) -> Judgement:
    """Apply the general rules and the model; the earliest failure is reported.

    `commands` led to the records: they tell which times a resource was given. `tolerance` is how
    many milliseconds a timer or a heartbeat may be off, for runs in real time.
    """
    if FOREIGN in scenario.tolerates:
        records = without_late_starts(records)
    late = model.timing.heartbeat + tolerance
    patient = replace(model, timing=replace(model.timing, heartbeat=late))
    broken = check_invariants(records, patient, scenario.tolerates)
    raw = [record.raw for record in records if not _tolerated(record, scenario.tolerates)]
    names = {record.resource for record in records if record.resource}
    setups: dict[str, TypeModel | ResourceSetup] = {
        **dict.fromkeys(names, model),
        **{
            command["resource"]: ResourceSetup(model, command.get("common") or {})
            for command in commands
            if command.get("command") == "create_resource"
        },
    }
    policies = Policies.from_mapping(scenario.policies)
    promises = ("promises",) if FOREIGN in scenario.tolerates else ()
    verdict = judge(raw, setups, policies, tolerance=tolerance, tolerated=promises)
    judged = None if verdict.accepted or "model" in scenario.tolerates else _rejected(verdict)
    found = [failure for failure in (broken, judged) if failure is not None]
    first = min(found, key=lambda failure: failure.seq or 0, default=None)
    return Judgement(first, verdict.covered | covered_transitions(records))


def without_late_starts(records: Sequence[Record]) -> list[Record]:
    """Leave out the first reports of threads that were started when their operation had ended.

    When Terminate returns before the Online or Offline that runs beside it has made its worker, a
    worker learns from the answer to its first report that it is too late.
    """
    kept: list[Record] = []
    state: dict[str | None, str] = {}
    late: set[tuple[str | None, str]] = set()
    for record in records:
        who = record.resource, record.thread
        if isinstance(record, StateChange):
            state[record.resource] = record.rhs
        elif record.event == "thread" and record.raw.get("what") == "start":
            ended = state.get(record.resource) in ("Offline", "Terminating")
            late |= {who} if ended else set()
        elif who in late and isinstance(record, StatusReport):
            if record.answer and state[record.resource] != "Terminating":
                continue
        elif who in late and _tells_of_late_report(record):
            late.discard(who)
            continue
        kept.append(record)
    return kept


def _tells_of_late_report(record: Record) -> bool:
    return isinstance(record, Violation) and record.rule == "report-after-terminate"


def _rejected(verdict: Verdict) -> Failure:
    return Failure(
        rule=verdict.rule,
        message=verdict.text,
        kind="model",
        seq=verdict.record.get("seq") if verdict.record else None,
        expected=verdict.expected,
    )


def _tolerated(record: Record, tolerates: frozenset[str]) -> bool:
    if isinstance(record, Leak):
        return "leak" in tolerates
    if not isinstance(record, Violation):
        return False
    return record.rule in tolerates or (FOREIGN in tolerates and beyond_the_contract(record))


def covered_transitions(records: Sequence[Record]) -> frozenset[str]:
    """Return the transitions of the contract that a trace took."""
    found = set()
    for record in records:
        if isinstance(record, StateChange | Lost) and record.transition:
            found.add(record.transition)
        elif isinstance(record.raw.get("transition"), str):
            found.add(record.raw["transition"])
    return frozenset(found)
