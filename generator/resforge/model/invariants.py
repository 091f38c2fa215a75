"""Invariants I-1 to I-10 of the reference, each a function over a whole trace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from resforge.model.court import RejectedError
from resforge.model.hypothesis import Forbidden
from resforge.model.verdict import Record

Broken = RejectedError | None

_LIFE = frozenset({"Open", "Close", "Online", "Offline"})
_POLLS = frozenset({"LooksAlive", "IsAlive"})
_ANSWERED_WITH_1 = frozenset({"Terminating", "Offline", "Closing", "Closed"})
_PENDING = frozenset({"OnlinePending", "OfflinePending"})


def check_invariants(records: Sequence[Record]) -> Broken:
    """Return the first invariant that a trace breaks, with the index of its record."""
    found = [broken for check in INVARIANTS.values() if (broken := check(records)) is not None]
    return min(found, key=lambda broken: broken.index) if found else None


def one_call_of_life(records: Sequence[Record]) -> Broken:
    """I-1: at most one of Open, Close, Online, Offline is in flight per instance."""
    running: dict[str, set[str]] = defaultdict(set)
    for index, record, name in _instances(records):
        entry = record.get("entry")
        if record.get("event") == "call" and entry in _LIFE:
            if running[name]:
                return _broken(index, "I-1", f"{entry} beside {running[name].pop()}", "host")
            running[name].add(str(entry))
        elif record.get("event") == "return":
            running[name].discard(str(entry))
    return None


def resid_is_valid(records: Sequence[Record]) -> Broken:
    """I-2: no call carries a RESID before Open returned it or after Close was entered."""
    valid: dict[str, bool] = {}
    for index, record, name in _instances(records):
        entry, event = record.get("entry"), record.get("event")
        if event == "return" and entry == "Open":
            valid[name] = record.get("result") is not None
        elif event == "lost":
            valid.clear()
        elif event == "call" and entry not in ("Open", None):
            if not valid.get(name, entry == "ResourceTypeControl"):
                return _broken(index, "I-2", f"{entry} without a valid RESID", "host")
            valid[name] = entry != "Close"
    return None


def polls_only_online(records: Sequence[Record]) -> Broken:
    """I-3: LooksAlive and IsAlive begin only while the resource is Online."""
    state: dict[str, str] = {}
    for index, record, name in _instances(records):
        if record.get("event") == "state":
            state[name] = str(record.get("rhs"))
        elif _calls_poll(record) and state.get(name) != "Online":
            return _broken(index, "I-3", f"polled in {state.get(name)}", "host")
    return None


def no_light_poll_beside_event(records: Sequence[Record]) -> Broken:
    """I-4: LooksAlive is never called in an online period that supplied an event handle."""
    handle: dict[str, bool] = {}
    for index, record, name in _instances(records):
        entry, event = record.get("entry"), record.get("event")
        if event == "call" and entry == "Online":
            handle[name] = False
        elif event in ("return", "status") and _has_handle(record):
            handle[name] = True
        elif event == "call" and entry == "LooksAlive" and handle.get(name):
            return _broken(index, "I-4", "LooksAlive although an event handle was given", "host")
    return None


def pending_timer_only_pending(records: Sequence[Record]) -> Broken:
    """I-5: PENDING expires only in OnlinePending and OfflinePending."""
    state: dict[str, str] = {}
    for index, record, name in _instances(records):
        if record.get("event") == "state":
            state[name] = str(record.get("rhs"))
        elif record.get("timer") == "PENDING" and state.get(name) not in _PENDING:
            return _broken(index, "I-5", f"PENDING expired in {state.get(name)}", "host")
    return None


def answer_matches_state(records: Sequence[Record]) -> Broken:
    """I-6: SetResourceStatus answers 1 if and only if the operation is over or being ended."""
    state: dict[str, str] = {}
    for index, record, name in _instances(records):
        if record.get("event") == "state":
            state[name] = str(record.get("rhs"))
        elif record.get("event") == "status" and state.get(name) in _ANSWERED_WITH_1 | _PENDING:
            wanted = int(state[name] in _ANSWERED_WITH_1)
            if record.get("answer") != wanted:
                return _broken(index, "I-6", f"answered {record.get('answer')}", "host")
    return None


def online_after_an_end(records: Sequence[Record]) -> Broken:
    """I-7: between two Online calls lies a completed Offline, a completed Terminate, or a loss."""
    online: dict[str, bool] = {}
    for index, record, name in _instances(records):
        event, entry = record.get("event"), record.get("entry")
        if event == "call" and entry == "Online":
            if online.get(name):
                return _broken(index, "I-7", "Online follows Online without an end", "host")
            online[name] = True
        elif _ends_operation(record):
            online[name] = False
    return None


def silent_when_offline(records: Sequence[Record]) -> Broken:
    """I-8: once the resource is offline, no worker of it enters a hook of the operation."""
    state: dict[str, str] = {}
    for index, record, name in _instances(records):
        if record.get("event") == "state":
            state[name] = str(record.get("rhs"))
        elif _enters_operation(record) and state.get(name) == "Offline":
            return _broken(index, "I-8", f"hook {record.get('hook')} after the end", "dll")
    return None


def no_callback_after_close(records: Sequence[Record]) -> Broken:
    """I-9: after Close returned, no callback carries that resource's handle."""
    closed: dict[str, bool] = {}
    for index, record, name in _instances(records):
        event, entry = record.get("event"), record.get("entry")
        if event == "return" and entry == "Close":
            closed[name] = True
        elif event == "call" and entry == "Open":
            closed[name] = False
        elif event in ("status", "log") and closed.get(name):
            return _broken(index, "I-9", f"{event} callback after Close", "dll")
    return None


def one_terminate_per_failure(records: Sequence[Record]) -> Broken:
    """I-10: every way through Terminating holds exactly one Terminate.

    One that began while the resource was offline (T-60) and still runs is that one.
    """
    calls: dict[str, int] = {}
    running: set[str] = set()
    for index, record, name in _instances(records):
        if record.get("entry") == "Terminate":
            (running.add if record.get("event") == "call" else running.discard)(name)
        if record.get("event") == "lost":
            calls.clear()
            running.clear()
        elif _moves(record) and record.get("rhs") == "Terminating":
            calls[name] = int(name in running)
        elif _moves(record) and calls.pop(name, 1) != 1 and record.get("rhs") != "Lost":
            return _broken(index, "I-10", "not exactly one Terminate", "host")
        elif _calls(record, "Terminate") and name in calls:
            calls[name] += 1
    return None


INVARIANTS: dict[str, Callable[[Sequence[Record]], Broken]] = {
    "I-1": one_call_of_life,
    "I-2": resid_is_valid,
    "I-3": polls_only_online,
    "I-4": no_light_poll_beside_event,
    "I-5": pending_timer_only_pending,
    "I-6": answer_matches_state,
    "I-7": online_after_an_end,
    "I-8": silent_when_offline,
    "I-9": no_callback_after_close,
    "I-10": one_terminate_per_failure,
}
"""Each invariant by its id."""


def _instances(records: Sequence[Record]) -> Iterator[tuple[int, Record, str]]:
    """Yield the records of resources, without the calls that a tester makes against the rules."""
    direct: set[object] = set()
    for index, record in enumerate(records):
        resid = (record.get("arguments") or {}).get("resid")
        if record.get("negative") or resid in ("null", "stale"):
            direct.add(record.get("call"))
        aside = record.get("event") in ("call", "return") and record.get("call") in direct
        if record.get("resource") is not None and not (aside and direct):
            yield index, record, str(record["resource"])


def _moves(record: Record) -> bool:
    return record.get("event") == "state" and record.get("rhs") != record.get("from")


def _calls(record: Record, entry: str) -> bool:
    return record.get("event") == "call" and record.get("entry") == entry


def _calls_poll(record: Record) -> bool:
    return record.get("event") == "call" and record.get("entry") in _POLLS


def _enters_operation(record: Record) -> bool:
    entered = record.get("event") == "hook" and record.get("what") == "enter"
    return entered and record.get("hook") in ("online", "offline")


def _ends_operation(record: Record) -> bool:
    event, entry = record.get("event"), record.get("entry")
    if event == "return":
        return entry == "Terminate" or (entry == "Offline" and record.get("result") == 0)
    return event == "lost" or (event == "state" and record.get("rhs") in ("Offline", "Lost"))


def _has_handle(record: Record) -> bool:
    return record.get("event_handle") not in (None, False, 0, "", "0", "null")


def _broken(index: int, rule: str, text: str, side: str) -> RejectedError:
    return RejectedError(index, Forbidden(rule, text, side))
