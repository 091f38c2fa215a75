"""What the DLL must answer to calls that RHS never makes."""

from __future__ import annotations

from resforge.model.actions import Violation
from resforge.model.errors import Win32
from resforge.model.events import DirectCall
from resforge.model.states import ONLINING, Entry, RhsState

_VOID = frozenset({Entry.CLOSE, Entry.TERMINATE})
_POLLS = frozenset({Entry.LOOKS_ALIVE, Entry.IS_ALIVE})


def direct_call_violation(state: RhsState, call: DirectCall) -> tuple[Violation, ...]:
    """Return the violation that a result is, or nothing."""
    rule, allowed = required_results(state, call)
    if allowed is None or call.result in allowed:
        return ()
    wanted = " or ".join(str(code) for code in sorted(allowed))
    return (Violation(rule, f"{call.entry} answered {call.result}, expected {wanted}"),)


def required_results(state: RhsState, call: DirectCall) -> tuple[str, frozenset[int] | None]:
    """Return the rule and the results it allows, None when every result is allowed.

    Rules T-77 to T-81 of the reference; (inferred) from the published sample and from what a
    careful DLL can answer at all.
    """
    if call.resid != "live":
        return "T-80", _without_resid(call.entry)
    if call.entry is Entry.ONLINE:
        return "T-77", frozenset({int(Win32.INVALID_STATE)})
    if call.entry is Entry.OFFLINE:
        return "T-78", _offline_result(state)
    if call.entry in _POLLS:
        return "T-79", frozenset({0})
    return "T-81", frozenset({1, int(Win32.OBJECT_ALREADY_EXISTS)})


def _without_resid(entry: Entry) -> frozenset[int] | None:
    if entry in _VOID:
        return None
    return frozenset({0 if entry in _POLLS else int(Win32.RESOURCE_NOT_FOUND)})


def _offline_result(state: RhsState) -> frozenset[int] | None:
    if state is RhsState.OFFLINE:
        return frozenset({0})
    return frozenset({int(Win32.INVALID_STATE)}) if state in ONLINING else None
