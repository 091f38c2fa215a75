"""Judge a trace of the simulated RHS: what the host did, and what the resource DLL did."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from resforge.model.court import Court, RejectedError
from resforge.model.invariants import check_invariants
from resforge.model.policies import Policies
from resforge.model.rules import TypeModel
from resforge.model.verdict import Record, ResourceSetup, Verdict


def judge(
    records: Iterable[Record],
    resource_types: Mapping[str, TypeModel | ResourceSetup],
    policies: Policies | None = None,
    *,
    tolerance: int = 0,
    strict: bool = True,
    tolerated: Collection[str] = (),
) -> Verdict:
    """Accept a trace, or name the first record that the model forbids.

    Args:
        records: records of the host in order, as read from its lines.
        resource_types: for each resource name its type, or its type with common properties; a
            resource that is not named gets the default times and no checks of its type.
        policies: the policies under which the host ran.
        tolerance: how many milliseconds a timer may be off; 0 in virtual time.
        strict: reject what the DLL must not do even where RHS copes with it, such as a report
            after the operation has ended; otherwise such deeds are only listed.
        tolerated: rules that a scenario breaks on purpose; their violations are only listed.
            "promises" stands for what only the schema demands, such as whether Online pends.

    """
    trace = tuple(records)
    court = Court(resource_types, policies or Policies(), tolerance, strict, tolerated)
    try:
        for index, record in enumerate(trace):
            court.hear(index, record)
        court.close(len(trace))
    except RejectedError as rejected:
        return _verdict(court, rejected, trace)
    broken = check_invariants(trace)
    by_host = broken is not None and broken.reason.side == "host"
    allowed = broken is not None and broken.reason.rule in tolerated
    if broken is not None and (by_host or (strict and not allowed)):
        return _verdict(court, broken, trace)
    found = () if broken is None else (f"{broken.reason.rule}: {broken.reason.text}",)
    return Verdict(True, court.covered, violations=court.violations + found)


def _verdict(court: Court, rejected: RejectedError, trace: tuple[Record, ...]) -> Verdict:
    index, reason = rejected.index, rejected.reason
    return Verdict(
        accepted=False,
        covered=court.covered,
        index=index,
        record=trace[index] if index < len(trace) else None,
        rule=reason.rule,
        text=reason.text,
        expected=reason.expected,
        side=reason.side,
        violations=court.violations,
    )
