"""What waits for a call in flight comes in order, and is not forgotten; the judge agrees."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest
from tests.rhs_host.rig import Rig, Start

from resforge.rhs.session import CommandRefused

pytestmark = pytest.mark.slow

NAP = 4
"""Control code of the test library that takes five seconds."""

POLLS = ("IsAlive", "LooksAlive")


def _accepted(rig: Rig, **policies: str) -> None:
    verdict = rig.verdict(**policies)
    assert verdict.accepted, (verdict.rule, verdict.text, verdict.record, verdict.expected)


def _nap(rig: Rig, name: str) -> None:
    rig.send("control", resource=name, code=NAP)


@pytest.mark.parametrize("controls", [2, 3, 4])
def test_offline_waits_for_all_controls_before_it(host: Start, controls: int) -> None:
    """Controls that were asked for before an offline request all run before Offline."""
    rig = host("odd")
    rig.online("synchronous")
    for _ in range(controls):
        _nap(rig, "synchronous")
    rig.send("offline", resource="synchronous")
    rig.send("advance", ms=controls * 5_000)
    assert rig.calls()[2:] == ["ResourceControl"] * controls + ["Offline"]
    rig.send("advance", ms=2_000)
    assert rig.state("synchronous") == ("Offline", "Offline")
    _accepted(rig)


def test_controls_behind_an_offline_request_wait_for_it(host: Start) -> None:
    """A control after an offline request runs after Offline, even if others ran before."""
    rig = host("odd")
    rig.online("synchronous")
    for _ in range(2):
        _nap(rig, "synchronous")
    rig.send("offline", resource="synchronous")
    rig.send("control", resource="synchronous", code=3)
    rig.send("advance", ms=20_000)
    assert rig.calls()[2:] == ["ResourceControl"] * 2 + ["Offline", "ResourceControl"]
    _accepted(rig)


def test_open_waits_for_a_call_of_another_resource(host: Start) -> None:
    """When a DLL is serialised as a whole, Open of one resource waits for the others (P5)."""
    rig = host("odd", policies={"P5": "DLL"})
    rig.open("synchronous")
    _nap(rig, "synchronous")
    rig.open("neighbour")
    assert rig.calls() == ["Open", "ResourceControl"]
    assert rig.state("neighbour")[0] == "Closed"
    rig.send("advance", ms=5_000)
    assert rig.calls() == ["Open", "ResourceControl", "Open"]
    assert rig.state("neighbour")[0] == "Offline"
    _accepted(rig, P5="DLL")


def test_online_that_has_to_open_first_waits_too(host: Start) -> None:
    """Online of a closed resource queues its Open, and goes on when that has returned (P5)."""
    rig = host("odd", policies={"P5": "DLL"})
    rig.open("neighbour")
    _nap(rig, "neighbour")
    rig.send("create_resource", resource="synchronous", type="T")
    rig.send("online", resource="synchronous")
    assert rig.state("synchronous")[0] == "Closed"
    rig.send("advance", ms=5_000)
    assert rig.state("synchronous") == ("Online", "Online")
    _accepted(rig, P5="DLL")


def test_open_of_its_own_dll_runs_beside_a_call(host: Start) -> None:
    """Serialised by resource (the default), Open waits for nobody."""
    rig = host("odd")
    rig.open("synchronous")
    _nap(rig, "synchronous")
    rig.open("neighbour")
    assert rig.state("neighbour")[0] == "Offline"
    _accepted(rig)


def test_failure_reported_after_a_synchronous_online(host: Start) -> None:
    """Failed reported although Online returned 0 fails the resource and is flagged (T-44)."""
    rig = host("odd")
    rig.online("late failure")
    rig.send("advance", ms=1_000)
    assert rig.transitions()[-3:] == ["T-15", "T-44", "T-56"]
    assert rig.state("late failure") == ("Offline", "Failed")
    assert "status-outside-pending" in rig.rules()
    _accepted(rig)


def test_rundown_while_terminating(host: Start) -> None:
    """The end of the cluster service finds Terminate running: no second call, then Close (T-67)."""
    rig = host("odd")
    rig.open("slow terminate")
    rig.send("online", resource="slow terminate")
    rig.send("terminate", resource="slow terminate")
    assert rig.state("slow terminate")[0] == "Terminating"
    assert rig.send("rundown", resource="slow terminate").result["status"] == 997
    assert rig.transitions()[-1] == "T-67"
    rig.send("advance", ms=5_000)
    assert rig.calls()[-2:] == ["Terminate", "Close"]
    assert rig.state("slow terminate")[0] == "Closed"
    _accepted(rig)


def test_rundown_of_a_closed_resource_is_refused(host: Start) -> None:
    """There is nothing to end in a resource that is not open."""
    rig = host("odd")
    rig.open("normal")
    rig.send("close", resource="normal")
    assert rig.send("rundown", resource="normal").result["status"] == 5023
    assert rig.calls()[-1] == "Close"
    _accepted(rig)


@pytest.mark.parametrize(
    ("force", "calls"), [(False, ["Offline", "Close"]), (True, ["Terminate", "Close"])]
)
@pytest.mark.parametrize("name", ["synchronous", "normal"])
def test_close_behind_an_online_request(
    host: Start, name: str, force: bool, calls: list[str]
) -> None:
    """A close request that had to wait takes the resource offline when it has left Offline."""
    rig = host("odd")
    rig.open(name)
    _nap(rig, name)
    rig.send("online", resource=name)
    rig.send("close", resource=name, force=force)
    rig.send("advance", ms=20_000)
    if name == "normal":  # Online pends, and a pending Online can only be terminated
        calls = ["Terminate", "Close"]
    assert rig.calls()[1:] == ["ResourceControl", "Online", *calls]
    assert rig.state(name)[0] == "Closed"
    _accepted(rig)


def test_delete_behind_an_online_request(host: Start) -> None:
    """A resource that has left Offline by its turn cannot be deleted, then and later neither."""
    rig = host("odd")
    rig.open("synchronous")
    _nap(rig, "synchronous")
    rig.send("delete", resource="synchronous")
    rig.send("online", resource="synchronous")
    rig.send("advance", ms=15_000)
    assert rig.state("synchronous") == ("Online", "Online")
    rig.send("close", resource="synchronous")
    rig.send("advance", ms=2_000)
    assert rig.state("synchronous") == ("Closed", "Offline")
    _accepted(rig)


def test_rundown_beside_a_terminate_of_an_offline_resource(host: Start) -> None:
    """A Terminate that began while offline serves the rundown too; Close waits for it (T-61)."""
    rig = host("odd")
    rig.open("slow terminate")
    rig.send("terminate", resource="slow terminate")
    rig.send("rundown", resource="slow terminate")
    rig.send("advance", ms=1_000)
    assert rig.calls() == ["Open", "Terminate"]
    rig.send("advance", ms=5_000)
    assert rig.calls() == ["Open", "Terminate", "Close"]
    _accepted(rig)


def test_controls_overtake_nothing_of_another_resource(host: Start) -> None:
    """Parallel controls (P3) are those of one resource; a serialised DLL (P5) still waits."""
    rig = host("odd", policies={"P3": "PARALLEL", "P5": "DLL"})
    rig.online("synchronous")
    rig.open("neighbour")
    _nap(rig, "neighbour")
    rig.send("offline", resource="synchronous")
    assert rig.state("synchronous") == ("Online", "Online")
    assert rig.send("state", resource="neighbour").result["calls"] == ["ResourceControl"]
    rig.send("advance", ms=7_000)
    assert rig.state("synchronous") == ("Offline", "Offline")
    _accepted(rig, P3="PARALLEL", P5="DLL")


def test_controls_keep_their_order_before_close(host: Start) -> None:
    """What waits behind a control comes before a Close that the control leads to."""
    rig = host("odd", policies={"P3": "PARALLEL"})
    rig.open("synchronous")
    _nap(rig, "synchronous")
    rig.send("delete", resource="synchronous")
    rig.send("control", resource="synchronous", code=3)
    rig.send("advance", ms=5_000)
    assert rig.calls() == ["Open"] + ["ResourceControl"] * 3 + ["Close"]
    _accepted(rig, P3="PARALLEL")


def test_controls_wait_behind_a_close_that_waits(host: Start) -> None:
    """Calls are made in the order of their requests, even those that could run at once (P3)."""
    rig = host("odd")
    rig.open("slow terminate")
    rig.send("terminate", resource="slow terminate")
    rig.send("close", resource="slow terminate")
    rig.send("control", resource="slow terminate", code=3)
    rig.send("advance", ms=10_000)
    assert rig.calls() == ["Open", "Terminate", "Close"]
    _accepted(rig)


def test_failing_an_offline_resource_is_refused_at_once(host: Start) -> None:
    """FailClusterResource needs a resource that is up; the refusal waits for no call."""
    rig = host("odd")
    rig.open("synchronous")
    _nap(rig, "synchronous")
    assert rig.send("fail", resource="synchronous").result["status"] == 5023
    rig.send("control", resource="synchronous", code=3)
    rig.send("advance", ms=5_000)
    assert rig.calls() == ["Open", "ResourceControl", "ResourceControl"]
    _accepted(rig)


def test_rundown_ends_nothing_that_waits(host: Start) -> None:
    """What was asked for before a rundown has its turn; then the resource is closed."""
    rig = host("odd")
    rig.open("synchronous")
    _nap(rig, "synchronous")
    rig.send("online", resource="synchronous")
    rig.send("rundown", resource="synchronous")
    rig.send("advance", ms=10_000)
    expected = ["ResourceControl", "Terminate", "Online", "Offline", "Close"]
    assert rig.calls()[1:] == expected
    _accepted(rig)


def test_terminate_finds_the_resource_on_its_way_offline(host: Start) -> None:
    """A Terminate that waited for its turn ends an Offline that has begun meanwhile (T-54)."""
    rig = host("odd")
    rig.open("synchronous")
    _nap(rig, "synchronous")
    rig.send("online", resource="synchronous")
    rig.send("close", resource="synchronous")
    rig.send("terminate", resource="synchronous")
    rig.send("advance", ms=5_000)
    assert rig.calls()[2:] == ["Online", "Offline", "Terminate", "Close"]
    assert "T-54" in rig.transitions()
    _accepted(rig)


def test_close_never_runs_beside_a_control(host: Start) -> None:
    """A stop that finds the resource offline by its turn waits for the control in flight (P3)."""
    policies = {"P3": "PARALLEL", "P5": "DLL"}
    rig = host("odd", policies=policies)
    rig.online("late failure")
    rig.open("neighbour")
    _nap(rig, "neighbour")
    _nap(rig, "late failure")
    rig.send("close", resource="late failure")
    rig.send("advance", ms=20_000)
    assert rig.calls()[-3:] == ["Terminate", "ResourceControl", "Close"]
    closing = [r["time"] for r in rig.records if r.get("rhs") == "Closing"]
    assert closing == [10_000]


_COMMANDS = ("control", "control", "online", "online", "offline", "offline", "close", "open")
_RARE = ("terminate", "fail", "rundown", "delete", "advance", "advance")


def play_at_random(rig: Rig, seed: int) -> None:
    """Open two resources, ask for anything in any order, and wait until all has ended."""
    random = Random(seed)
    names = random.sample(("synchronous", "normal", "slow terminate", "error", "event"), 2)
    for name in names:
        rig.open(name)
    for _ in range(random.randint(4, 14)):
        command = random.choice(_COMMANDS + _RARE)
        more: dict[str, object] = {"resource": random.choice(names)}
        if command == "control":
            more["code"] = random.choice((NAP, 3))
        elif command == "close":
            more["force"] = random.random() < 0.3
        elif command == "advance":
            more = {"ms": random.choice((0, 1_000, 5_000, 12_000))}
        with suppress(CommandRefused):  # a deleted resource is not known any more
            rig.send(command, **more)
    rig.send("advance", ms=30_000)


@pytest.mark.parametrize("policies", [{}, {"P3": "PARALLEL"}, {"P5": "DLL"}])
def test_host_and_judge_agree_at_random(host: Start, policies: dict[str, str]) -> None:
    """Whatever is asked for in whatever order, the host does what the model allows."""
    for seed in range(60):
        rig = host("odd", policies=policies, seed=seed % 3)
        play_at_random(rig, seed)
        rig.session.close()
        verdict = rig.verdict(**policies)
        assert verdict.accepted, (seed, verdict.rule, verdict.text, verdict.record)


def test_calls_begin_together(host: Start) -> None:
    """Commands of `together` make their calls before any of them goes on, after the given time."""
    rig = host("odd")
    rig.online("synchronous")
    naps = [{"command": "call", "resource": "synchronous", "entry": entry} for entry in POLLS]
    began = rig.send("together", ms=70, commands=naps).records
    assert [record.event for record in began[:2]] == ["call", "call"]
    assert {record.time for record in began[:2]} == {70}
    for refused in (
        {"command": "advance", "ms": 1},
        {"command": "load", "dll": "missing", "type": "U"},
        {"command": "offline", "resource": "synchronous", "reason": 1},
    ):
        with pytest.raises(CommandRefused, match="together with others"):
            rig.send("together", commands=[naps[0], refused])


@pytest.mark.parametrize("command", ["online", "control"])
def test_requests_begin_together(host: Start, command: str) -> None:
    """Requests of several resources make their calls at one moment, and none has returned yet."""
    rig = host("odd")
    names = [rig.open(name) for name in ("synchronous", "neighbour")]
    code = {"code": NAP} if command == "control" else {}
    asked = [{"command": command, "resource": name, **code} for name in names]
    reply = rig.send("together", commands=asked)
    assert [answer["status"] for answer in reply.result["results"]] == [997, 997]
    events = [record.event for record in reply.records if record.event in ("call", "return")]
    assert events[:2] == ["call", "call"]


def test_a_schedule_is_chosen_by_name(host: Start) -> None:
    """A later choice of strategy and seed replaces the first; an unknown one is refused."""
    choices = []
    for seed in (3, 3, 4):
        rig = host("odd")
        rig.send("schedule", strategy="random", seed=seed)
        rig.online("crowd")
        choices.append(rig.send("choices").result["choices"])
    assert choices[0] == choices[1] != choices[2]
    with pytest.raises(CommandRefused, match="first, random or pct"):
        rig.send("schedule", strategy="best")


def test_a_replay_stays(host: Start) -> None:
    """Commands that choose a schedule are part of what `--choices` replays."""
    first = host("odd")
    first.send("schedule", strategy="random", seed=3)
    first.online("crowd")
    choices = first.send("choices").result["choices"]
    again = host("odd", arguments=["--choices", ",".join(map(str, choices))])
    again.send("schedule", strategy="random", seed=4)
    again.online("crowd")
    assert again.send("choices").result["choices"] == choices
