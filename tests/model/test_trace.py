"""The judge: reference traces are accepted, whatever is changed in them is not."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.reference_traces import ACCEPTED, SYNCHRONOUS, online, pending
from tests.model.traces import Host, Records, opened

from resforge.model import (
    P1,
    P5,
    P6,
    Entry,
    Policies,
    Queued,
    ResourceSetup,
    Timer,
    TypeModel,
    judge,
    step,
)
from resforge.model import events as ev

ENDS = {
    "S1": "Online/Online",
    "S2": "Online/Online",
    "S3": "Offline/Failed",
    "S4": "Offline/Failed",
    "S5": "OnlinePending/OnlinePending",
    "S6": "Offline/Failed",
    "S7": "Offline/Failed",
    "S7-again": "Lost/Failed",
    "S7-kill": "Lost/Failed",
    "S8": "Online/Online",
    "S9": "OnlinePending/OnlinePending",
    "S10": "Opening/Offline",
    "S11": "Offline/Failed",
    "S12": "Offline/Offline",
    "S13": "Offline/Failed",
    "S13-verify": "Offline/Failed",
    "S14": "Closed/Offline",
}
"""RHS and RCM state at the end, as the reference gives them in section 5.5."""

_MUTATED = sorted(set(ACCEPTED) - {"S5"})
"""S5 holds nothing that S1 does not, sixty times."""

_WRONG_BY_DLL = {"S4": "I-6", "S6": "checkpoint-not-increased"}


@pytest.mark.parametrize("name", ACCEPTED)
def test_reference_trace_is_accepted(name: str) -> None:
    """RHS may behave as every scenario of the reference says."""
    host = ACCEPTED[name]()
    verdict = judge(host.records, {}, host.policies, strict=False)
    assert verdict.accepted, (verdict.index, verdict.record, verdict.text, verdict.expected)
    assert set(host.transitions) <= verdict.covered | {"T-64", "T-03"}


@pytest.mark.parametrize("name", ENDS)
def test_reference_trace_ends_where_it_should(name: str) -> None:
    """The end states are those of the reference."""
    resource = ACCEPTED[name]().resource
    assert ENDS[name] == f"{resource.state}/{resource.rcm}"


@pytest.mark.parametrize("name", sorted(set(ACCEPTED) - set(_WRONG_BY_DLL)))
def test_strict_judge_finds_nothing_wrong(name: str) -> None:
    """A DLL that does as the scenario says keeps its contract."""
    host = ACCEPTED[name]()
    assert judge(host.records, {}, host.policies)


@pytest.mark.parametrize(("name", "rule"), _WRONG_BY_DLL.items())
def test_strict_judge_blames_the_dll(name: str, rule: str) -> None:
    """A late report and a constant CheckPoint are the DLL's fault."""
    verdict = judge(ACCEPTED[name]().records, {})
    assert (rule, "dll") == (verdict.rule, verdict.side)


def test_tolerated_rule_is_only_listed() -> None:
    """A scenario that breaks a rule on purpose is judged by all the others."""
    verdict = judge(ACCEPTED["S6"]().records, {}, tolerated={"checkpoint-not-increased"})
    assert verdict.accepted
    assert len(verdict.violations) == 2


@pytest.mark.parametrize("name", _MUTATED)
def test_deleted_record_is_noticed(name: str) -> None:
    """A trace without one of its records is rejected."""
    host = ACCEPTED[name]()
    for position in range(_first(host.records), len(host.records)):
        records = host.records[:position] + host.records[position + 1 :]
        if _harmless(host.records, position):
            continue
        assert not judge(records, {}, host.policies), host.records[position]


@pytest.mark.parametrize("name", _MUTATED)
def test_duplicated_record_is_noticed(name: str) -> None:
    """A trace with one record twice is rejected."""
    host = ACCEPTED[name]()
    for position in range(_first(host.records), len(host.records)):
        if host.records[position]["event"] in ("request", "lost", "status"):
            continue
        records = host.records[: position + 1] + host.records[position:]
        assert not judge(records, {}, host.policies, strict=False), host.records[position]


@pytest.mark.parametrize("name", _MUTATED)
def test_swapped_records_are_noticed(name: str) -> None:
    """A trace with two neighbouring records of the same moment swapped is rejected."""
    host = ACCEPTED[name]()
    for position in range(_first(host.records), len(host.records) - 1):
        first, second = host.records[position : position + 2]
        if first["time"] != second["time"] or first["event"] == second["event"]:
            continue
        if "T-68" in (first.get("transition"), second.get("transition")):
            continue
        if second["event"] in ("request", "status") and first["event"] == "call":
            continue
        records = [*host.records[:position], second, first, *host.records[position + 2 :]]
        assert not judge(records, {}, host.policies), (first, second)


def _first(records: Records) -> int:
    """Skip the opening request: a trace may begin in the middle of a life."""
    return next(i for i, record in enumerate(records) if record["event"] == "return")


def _harmless(records: Records, position: int) -> bool:
    """Tell whether a trace says the same without this record.

    A report that changes nothing leaves no gap, and what is last leaves nothing behind it.
    """
    record = records[position]
    if record["event"] == "status":
        following = records[position + 1] if position + 1 < len(records) else {}
        return following.get("transition") in ("T-22", "T-59", "T-24", None)
    last = position == len(records) - 1
    ends = last and record["event"] in ("return", "request", "timer", "signal")
    return ends or record.get("transition") == "T-68" or record.get("rhs") == "Lost"


def _answer(records: Records, event: str) -> dict[str, object]:
    return next(record for record in records if record["event"] == event)


@pytest.mark.parametrize(
    ("change", "rule", "side"),
    [
        (lambda r: _answer(r, "status").update(answer=1), "I-6", "host"),
        (lambda r: _answer(r, "status").update(state=130), "4.2", "dll"),
        (lambda r: _answer(r, "status").update(checkpoint=0), "checkpoint-not-increased", "dll"),
        (lambda r: r[-1].update(rcm="Offline"), "T-25", "host"),
        (lambda r: r[-1].update(transition="T-15"), "T-25", "host"),
        (lambda r: r[-1].update(rhs="Offline"), "T-25", "host"),
        (lambda r: r[7].update(time=1), "5.3", "host"),
    ],
)
def test_changed_record_is_noticed(change: Callable[[Records], None], rule: str, side: str) -> None:
    """An answer, a report, a state or a time that is another one is rejected with its rule."""
    records = copy.deepcopy(ACCEPTED["S1"]().records)
    change(records)
    verdict = judge(records, {})
    assert not verdict.accepted
    assert (rule, side) == (verdict.rule, verdict.side), verdict


def test_verdict_names_record_and_alternatives() -> None:
    """A rejection gives index, record, and what would have been accepted instead."""
    records = ACCEPTED["S1"]().records
    wrong = [*records[:-1], {**records[-1], "transition": "T-26"}]
    verdict = judge(wrong, {})
    assert len(wrong) - 1 == verdict.index
    assert wrong[-1] == verdict.record
    assert verdict.expected == ("state OnlinePending -> Online (T-25)",)


def test_missed_timer_is_noticed() -> None:
    """Time must not pass a deadline without the timer."""
    host = pending().wait(180_001)
    host.write("log", level=0, format="x", text="x")
    verdict = judge(host.records, {})
    assert (verdict.rule, verdict.expected) == ("5.2", ("timer PENDING at 180000 ms",))


def test_early_timer_is_noticed() -> None:
    """A timer must not expire before its time, except within the tolerance."""
    host = pending().expires(Timer.PENDING)
    for record in host.records[-3:]:
        record["time"] -= 10
    assert judge(host.records, {}).rule == "5.2"
    assert judge(host.records, {}, tolerance=10)


def test_common_properties_set_the_times() -> None:
    """PendingTimeout of the resource decides when PENDING is due."""
    setup = ResourceSetup(TypeModel(name="T", identifier="t"), {"PendingTimeout": 5_000})
    host = pending()
    host.time = 5_000
    host.write("timer", timer="PENDING")
    host.feed(ev.TimerExpired(Timer.PENDING))
    assert judge(host.records, {"r": setup})
    assert not judge(host.records, {})


@pytest.mark.parametrize(
    ("records", "rule"),
    [
        (lambda: ACCEPTED["S2"]().records, "0.3"),
        (lambda: ACCEPTED["S3"]().records, None),
        (lambda: ACCEPTED["S1"]().records, None),
    ],
)
def test_online_pends_as_the_schema_says(records: Callable[[], Records], rule: str | None) -> None:
    """A type that declares a pending Online must not answer 0."""
    verdict = judge(records(), {"r": TypeModel(name="T", identifier="t")})
    assert (rule or "") == verdict.rule


def test_synchronous_type_must_not_pend() -> None:
    """A type that declares a synchronous Online must not answer 997."""
    assert judge(ACCEPTED["S2"]().records, {"r": SYNCHRONOUS})
    assert (judge(ACCEPTED["S1"]().records, {"r": SYNCHRONOUS}).rule, "dll") == ("0.3", "dll")


def test_report_after_being_told_to_stop() -> None:
    """Once SetResourceStatus answered 1, the worker must stay silent."""
    host = pending().request(ev.TerminateRequest()).reports(129, 1).reports(129, 2)
    verdict = judge(host.returns(Entry.TERMINATE).records, {})
    assert (verdict.rule, verdict.side) == ("0.3", "dll")


def test_bool_is_zero_or_one() -> None:
    """LooksAlive and IsAlive return a BOOL."""
    host = online().expires(Timer.LOOKS)
    host.write("return", entry="LooksAlive", result=997)
    assert judge(host.records, {}).rule == "3.2"


def test_violation_and_leak_are_the_dlls() -> None:
    """What the host flags is passed on, or listed when the judge is not strict."""
    host = online()
    host.write("violation", rule="bytes-returned-untouched", text="x")
    verdict = judge(host.records, {})
    assert (verdict.rule, verdict.side) == ("bytes-returned-untouched", "dll")
    assert judge(host.records, {}, strict=False).violations == ("bytes-returned-untouched: x",)
    host.records[-1] = {**host.records[-1], "event": "leak", "rule": None, "kind": "handle"}
    assert judge(host.records, {}).rule == "handle"


def test_control_must_wait_for_online() -> None:
    """Under P3=QUEUE no control is called beside Online; under PARALLEL it is."""
    host = opened().request(ev.OnlineRequest())
    host.write("call", entry="ResourceControl", arguments={})
    assert judge(host.records, {}).rule == "3.5"
    assert judge(host.records, {}, Policies.from_mapping({"P3": "PARALLEL"}))


def test_queued_request_is_served_after_the_poll() -> None:
    """An offline request that meets a poll is served when the poll has returned."""
    host = online().expires(Timer.LOOKS)
    host.write("request", request="offline")
    host.write("return", entry="LooksAlive", result=1)
    host.feed(ev.CallReturned(Entry.LOOKS_ALIVE, 1)).feed(ev.OfflineRequest())
    assert judge(host.records, {})


def test_dll_wide_serialisation() -> None:
    """Under P5=DLL two resources of the DLL have no calls at the same time."""
    one, two = opened(), opened()
    for host, name in ((one, "a"), (two, "b")):
        host.request(ev.OnlineRequest())
        for record in host.records:
            record["resource"] = name
    records = one.records + two.records
    assert judge(records, {})
    verdict = judge(records, {}, Policies(p5=P5.DLL))
    assert (verdict.rule, verdict.side) == ("5.3", "host")


def test_direct_calls_are_judged() -> None:
    """A call with a NULL RESID must be answered with 5007."""
    host = online()
    host.write("call", entry="Online", call=9, arguments={"resid": "null"})
    host.write("return", entry="Online", call=9, result=5007)
    assert judge(host.records, {})
    host.records[-1]["result"] = 0
    assert judge(host.records, {}).rule == "T-80"


def test_checkpoint_policy() -> None:
    """Under P6=INCREASED a smaller CheckPoint does not restart PENDING."""
    host = pending(Policies(p6=P6.INCREASED)).reports(129, 5).wait(10).reports(129, 3)
    host.expires(Timer.PENDING)
    assert host.time == 180_000
    assert judge(host.records, {}, host.policies, strict=False)
    assert not judge(host.records, {}, strict=False)


_INPUTS = st.sampled_from(
    [
        "online",
        "offline",
        "terminate",
        "fail",
        "close",
        "open",
        "report",
        "return",
        "time",
        "signal",
    ]
)


@settings(max_examples=150)
@given(st.lists(st.tuples(_INPUTS, st.integers(0, 3)), max_size=40), st.sampled_from(list(P1)))
def test_whatever_the_model_does_is_accepted(walk: list[tuple[str, int]], p1: P1) -> None:
    """A host that follows the statechart is never rejected."""
    host = opened(Policies(p1=p1))
    for kind, choice in walk:
        _play(host, kind, choice)
    verdict = judge(host.records, {}, host.policies, strict=False)
    assert verdict.accepted, (verdict, host.records[-5:])


_RESULTS = {Entry.ONLINE: (0, 997, 5, 5006), Entry.OFFLINE: (0, 997, 5, 0)}


def _play(host: Host, kind: str, choice: int) -> None:
    requests: dict[str, ev.Event] = {
        "online": ev.OnlineRequest(),
        "offline": ev.OfflineRequest(),
        "terminate": ev.TerminateRequest(),
        "fail": ev.TerminateRequest(failed=True),
        "close": ev.CloseRequest(),
        "open": ev.OpenRequest(),
    }
    calls = sorted(host.resource.in_flight)
    if kind in requests:
        if not isinstance(step(host.resource, requests[kind]).outcome, Queued):
            host.request(requests[kind])
    elif kind == "report":
        host.reports((129, 130, 2, 3)[choice], host.resource.checkpoint + 1)
    elif kind == "return" and calls:
        entry = calls[choice % len(calls)]
        host.returns(entry, _RESULTS.get(entry, (1, 1, 0, 1))[choice])
    elif kind == "time" and host.deadlines:
        _expire_next(host)


def _expire_next(host: Host) -> None:
    order = sorted(host.deadlines, key=lambda key: (host.deadlines[key], str(key[0])))
    timer, entry = order[0]
    if timer in (Timer.LOOKS, Timer.ISALIVE) and host.resource.in_flight:
        host.returns(min(host.resource.in_flight), 1)
    else:
        host.expires(timer, entry)


def _named(host: Host, name: str) -> Records:
    return [{**record, "resource": name} for record in host.records]


def test_queue_of_the_whole_dll() -> None:
    """Under P5=DLL a request waits for the call of another resource, and must then be served."""
    one, two = opened(), opened()
    one.request(ev.OnlineRequest())
    two.time = one.time = 50
    two.write("request", request="online")
    waiting = [*_named(two, "b")[:-1], *_named(one, "a"), _named(two, "b")[-1]]
    first = len(waiting)
    one.returns(Entry.ONLINE, 997)
    two.feed(ev.OnlineRequest())
    served = [*waiting, *_named(one, "a")[-2:], *_named(two, "b")[-2:]]
    policies = Policies(p5=P5.DLL)
    assert judge(served, {}, policies), judge(served, {}, policies)
    unserved = [*served[: first + 2], {**served[-1], "event": "log", "time": 90}]
    assert judge(unserved, {}, policies).rule == "P5"


def test_stop_that_waited_leaves_no_record_of_its_own() -> None:
    """A close request that waits for a poll, overtaken by a failure, closes after Terminate."""
    host = online().expires(Timer.LOOKS)
    host.write("request", request="close")
    host.request(ev.TerminateRequest(failed=True))
    host.write("return", entry="LooksAlive", result=1)
    host.feed(ev.CallReturned(Entry.LOOKS_ALIVE, 1))
    host.returns(Entry.TERMINATE).feed(ev.CloseRequest())
    assert judge(host.records, {}), judge(host.records, {})
