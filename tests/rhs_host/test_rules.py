"""The simulated RHS names what a resource DLL does wrong, and never hangs with it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Sequence

import pytest
from tests.rhs_host.rig import Platform, Start, build_host, build_library

from resforge.rhs.session import CommandRefused, HostCrashed, HostLost

pytestmark = pytest.mark.slow


POINTER = 8
"""Bytes of the place that a list of one pointer has."""


def test_stuck_terminate_ends_the_process(host: Start) -> None:
    """Terminate beyond DeadlockTimeout makes RHS kill its process (T-58)."""
    rig = host("odd")
    rig.online("deaf terminate")
    rig.open("neighbour")
    rig.send("terminate", resource="deaf terminate")
    with pytest.raises(HostLost) as caught:
        rig.send("advance", ms=300_000)
    records = [dict(record.raw) for record in caught.value.caused]
    lost = next(r for r in records if r["event"] == "lost")
    assert (lost["transition"], lost["time"]) == ("T-58", 300_000)
    states = {r["resource"]: r["transition"] for r in records if r["event"] == "state"}
    assert states == {"deaf terminate": "T-58", "neighbour": "T-62"}
    assert caught.value.dump["keys"]["Resources"]["keys"]


@pytest.mark.parametrize(
    ("policy", "transition", "when"),
    [("KILL", "T-19", 300_000), ("TERMINATE_THEN_KILL", "T-62", 600_000)],
)
def test_hanging_online(host: Start, policy: str, transition: str, when: int) -> None:
    """Online that never returns ends the process, at once or after a second limit (P1)."""
    rig = host("odd", policies={"P1": policy})
    rig.online("hangs")
    with pytest.raises(HostLost) as caught:
        rig.send("advance", ms=700_000)
    lost = caught.value.lost
    assert lost is not None
    assert (lost.transition, lost.time) == (transition, when)


def test_crash_names_the_call(host: Start) -> None:
    """A crash in IsAlive leaves a record that names the call, the resource and its state."""
    rig = host("odd")
    rig.online("crashes")
    with pytest.raises(HostCrashed) as caught:
        rig.send("advance", ms=100_000)
    assert caught.value.exit_code == 71
    crash = dict(caught.value.caused[-1].raw)
    assert crash["event"] == "crash"
    assert crash["signal"] == "SIGSEGV"
    named = (crash["entry"], crash["resource"], crash["rhs"])
    assert named == ("IsAlive", "crashes", "Online")


def test_escaped_exception_names_the_call(host: Start) -> None:
    """An exception that leaves Online ends the process with its text (T-63)."""
    rig = host("odd")
    rig.open("throws")
    with pytest.raises(HostCrashed) as caught:
        rig.send("online", resource="throws")
    crash = dict(caught.value.caused[-1].raw)
    assert (crash["entry"], crash["text"]) == ("Online", "out of Online")


def test_endless_loop_is_a_livelock(host: Start) -> None:
    """A DLL that polls the clock for ever is stopped after 200 thousand steps at one moment."""
    rig = host("odd")
    rig.open("spins")
    with pytest.raises(HostLost) as caught:
        rig.session.command("online", resource="spins", limit=120.0)
    assert "livelock" in [record.raw.get("rule") for record in caught.value.caused]


def test_logs_are_formatted_and_checked(host: Start) -> None:
    """Log entries follow FormatMessage; what it would not understand is flagged."""
    rig = host("odd")
    rig.open("logs")
    expected = "logs|-5|0000beef|1099511627776|narrow|logs    |lo|c|%|\n|0000000000000000"
    assert expected in rig.picked("log", "text")
    rig.open("bad logs")
    assert rig.rules() == ["bad-log-format"] * 3 + ["null-log-handle", "log-too-long"]


def test_sloppy_controls(host: Start) -> None:
    """Untouched BytesReturned, writes beyond the buffer and 997 from a control are flagged."""
    rig = host("odd")
    rig.open("sloppy control")
    for code in (1, 2, 5):
        rig.send("control", resource="sloppy control", code=code, output_size=16)
    assert rig.rules() == [
        "bytes-returned-untouched",
        "output-overrun",
        "output-overrun",
        "output-overrun",
        "pending-from-wrong-entry",
    ]


def test_status_from_inside_an_entry_point(host: Start) -> None:
    """SetResourceStatus from inside Online is flagged, and its report was pointless."""
    rig = host("odd")
    rig.online("reports inside")
    assert set(rig.rules()) == {"status-outside-pending"}
    assert rig.state("reports inside")[0] == "Online"


def test_leaks_are_reported_after_close(host: Start) -> None:
    """Handles, keys and memory that Close leaves behind are named with their resource."""
    rig = host("odd")
    rig.open("leaks")
    rig.send("close", resource="leaks")
    leaks = [(r["kind"], r["resource"]) for r in rig.records if r["event"] == "leak"]
    assert sorted(leaks) == [("handle", "leaks"), ("key", "leaks"), ("memory", "leaks")]


def test_memory_of_the_heap_is_counted(host: Start) -> None:
    """What a library has taken since the start and not given back, in blocks and bytes."""
    rig = host("odd")
    rig.open("early")
    rig.send("heap", count="start")
    rig.open("plain")
    used = rig.send("heap", count="stop").result
    assert used["blocks"] > 0
    assert used["bytes"] > 0
    for name, blocks, size in (("quiet", 0, 0), ("keeps memory", 2, 100 + POINTER)):
        rig.send("heap", count="start")
        rig.open(name)
        rig.send("close", resource=name)
        used = rig.send("heap", count="stop").result
        assert (used["blocks"], used["bytes"]) == (blocks, size), name


def test_handles_closed_twice(host: Start) -> None:
    """Closing a handle twice, or a RESOURCE_HANDLE at all, is a violation each."""
    rig = host("odd")
    rig.open("closes twice")
    rig.send("close", resource="closes twice")
    assert rig.rules() == ["handle-closed-twice", "invalid-handle"]


def test_callback_after_close(host: Start) -> None:
    """A log entry of a closed resource is a violation, and its thread a leak that may lose its code."""
    rig = host("odd")
    rig.open("speaks after close")
    rig.send("close", resource="speaks after close")
    rig.send("advance", ms=2_000)
    assert rig.rules() == ["unloaded-thread", "callback-after-close"]
    assert "thread" in rig.picked("leak", "kind")


@pytest.mark.parametrize(
    ("library", "status"), [("no_is_alive", 1306), ("no_startup", 127), ("missing", 126)]
)
def test_unusable_libraries_are_refused(
    host: Start, native: Platform, library: str, status: int
) -> None:
    """A NULL entry, a missing export and a missing file each give their error and a reason."""
    rig = host("good" if library == "missing" else library, load=False)
    if library == "missing":
        rig.library += ".missing"
    result = rig.load()
    assert result["status"] == status
    assert result["text"]


def test_startup_is_asked_for_other_versions(host: Start) -> None:
    """Direct Startup calls show how a library answers version ranges, without side effects."""
    rig = host("good")
    asked = rig.send(
        "call", entry="Startup", type="T", minimum_version=0x200, maximum_version=0x300
    )
    assert asked.result["result"] == 1306
    assert asked.result["table_returned"] is False


def test_faults_reach_the_library(host: Start) -> None:
    """The second CreateEventW from now fails once with the error that was asked for."""
    rig = host("good")
    rig.send("fault", function="CreateThread", call=2, error=1450)
    rig.open()
    for expected in (997, 1450):
        rig.send("online", resource="r")
        results = [r["result"] for r in rig.records if r.get("entry") == "Online" and "result" in r]
        assert results[-1] == expected
        rig.send("terminate", resource="r")


def test_slow_functions_take_time(host: Start) -> None:
    """Calls take as long as was asked for, and as usual again afterwards."""
    rig = host("good")
    rig.open()
    for milliseconds in (50, 0):
        rig.send("slow", function="CreateThread", ms=milliseconds)
        rig.send("online", resource="r")
        rig.send("advance", ms=100)
        taken = [r["elapsed"] for r in rig.records if r.get("entry") == "Online" and "result" in r]
        assert taken[-1] == milliseconds
        rig.send("terminate", resource="r")


def test_version_2_table(host: Start) -> None:
    """A version 2 table from StartupEx works, with Cancel and SignalFailure."""
    rig = host("v2", load=False)
    assert rig.load()["export"] == "StartupEx"
    rig.online()
    rig.send("cancel", resource="r")
    rig.send("await", resource="r", rhs=["Online"], limit_ms=10_000)
    assert "cancelled" in rig.picked("log", "text")
    rig.send("control", resource="r", code=2)
    assert rig.transitions()[-1] == "T-41"
    rig.send("control", resource="r", code=1)
    assert "T-40" in rig.transitions()
    assert rig.state() == ("Offline", "Failed")


def test_scripts_steer_hooks(host: Start) -> None:
    """Queued scripts serve one call each, in order; a repeated one serves all others."""
    rig = host("scripted")
    rig.open()
    say = {"step": "log", "text": "astral \U0001f600 and lone \ud800"}
    rig.send("script", resource="r", hook="online", steps=[say, {"step": "return", "value": 5}])
    rig.send(
        "script", resource="r", hook="online", steps=[{"step": "return", "value": 6}], repeat=True
    )
    results = []
    for _ in range(3):
        rig.send("online", resource="r")
        results.append(
            [r["result"] for r in rig.records if r.get("entry") == "Online" and "result" in r][-1]
        )
    assert results == [5, 6, 6]
    assert say["text"] in rig.picked("log", "text")
    assert rig.picked("hook", "what") == ["enter", "leave"] * 3


def test_unknown_commands_and_bad_lines_are_refused(host: Start) -> None:
    """A command that is not understood is answered with an error, and the host goes on."""
    rig = host("good")
    for command, arguments in (
        ("fly", {}),
        ("online", {"resource": "nobody"}),
        ("policies", {"P1": "MAYBE"}),
        ("slow", {"function": "Sleep", "ms": 1}),
        ("heap", {"count": "all"}),
        (
            "create_resource",
            {
                "resource": "r",
                "type": "T",
                "parameters": False,
                "private": [{"name": "Count", "format": "DWORD", "value": 1}],
            },
        ),
        ("script", {"resource": "r", "hook": "online", "steps": [{"step": "dance"}]}),
    ):
        with pytest.raises(CommandRefused):
            rig.send(command, **arguments)
    assert rig.open() == "r"


def test_a_value_can_come_with_its_key(host: Start) -> None:
    """Without the key Parameters a value cannot be stored, unless the key is made for it."""
    rig = host("good")
    rig.send("create_resource", resource="new", type="T", parameters=False)
    value = {"resource": "new", "key": "Parameters", "name": "V", "type": "SZ", "hex": "61000000"}
    assert rig.send("set_value", **value).result["status"] == 2
    assert rig.send("set_value", **value, new_key=True).result["status"] == 0
    assert rig.send("set_value", **value, new_key=True).result["status"] == 0


def _trace(host: Start, seed: int) -> str:
    rig = host("odd", seed=seed)
    for name in ("crowd", "late", "event", "normal"):
        rig.online(name)
    rig.send("advance", ms=65_000)
    rig.send("terminate", resource="late")
    return "\n".join(json.dumps(r) for r in rig.records)


def test_same_seed_same_trace(host: Start) -> None:
    """The trace depends on the seed alone, and different seeds give different schedules."""
    traces = {seed: _trace(host, seed) for seed in (1, 2, 3)}
    assert traces == {seed: _trace(host, seed) for seed in (1, 2, 3)}
    assert len(set(traces.values())) > 1


def test_choices_replay_a_trace(host: Start) -> None:
    """The list of choices of a random schedule reproduces it without its seed."""
    first = host("odd", seed=7)
    first.online("crowd")
    first.send("advance", ms=50)
    choices = first.send("choices").result["choices"]
    again = host("odd", arguments=["--choices", ",".join(map(str, choices))])
    again.online("crowd")
    again.send("advance", ms=50)
    assert again.records == first.records


def _run(platform: Platform, arguments: Sequence[str], lines: str) -> tuple[int, float]:
    start = time.monotonic()
    command = [str(build_host(platform)), *arguments]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=30)
    return done.returncode, time.monotonic() - start


def test_end_of_input_ends_a_stuck_host(native: Platform) -> None:
    """When the driver goes away, a library that hangs in real time does not keep the host."""
    library = str(build_library(native, "odd"))
    lines = [
        {"command": "load", "dll": library, "type": "T"},
        {"command": "create_resource", "resource": "hangs", "type": "T"},
        {"command": "open", "resource": "hangs"},
        {"command": "online", "resource": "hangs"},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    code, seconds = _run(native, ["--time", "real"], text)
    assert code == 0
    assert seconds < 15


def test_piped_commands_that_are_not_run(native: Platform) -> None:
    """Work that the end of input cuts off is no success."""
    lines = [{"command": "advance", "ms": 9_000}, {"command": "choices"}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    command = [str(build_host(native)), "--time", "real"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=30)
    assert done.returncode == 70
    lost = json.loads(done.stdout.splitlines()[-1])
    assert (lost["event"], lost["reason"]) == ("lost", "input ended before its commands had run")


@pytest.mark.parametrize("value", ["-1", "x", "15s", "0", "99999999999999999999", ""])
def test_numbers_of_options(native: Platform, value: str) -> None:
    """A limit that is no number of seconds is refused, and the message names the option."""
    command = [str(build_host(native)), "--hang-limit", value]
    done = subprocess.run(command, input="", capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert "--hang-limit" in done.stderr


@pytest.mark.parametrize("arguments", [["--seed", "-1"], ["--seed", "x"], ["--choices", "0,,1"]])
def test_numbers_of_schedules(native: Platform, arguments: list[str]) -> None:
    """So is a seed or a list of choices."""
    command = [str(build_host(native)), *arguments]
    done = subprocess.run(command, input="", capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert arguments[0] in done.stderr


def test_real_time(host: Start) -> None:
    """In real time the same library goes online on real threads."""
    rig = host("good", time="real")
    rig.online()
    reached = rig.send("await", resource="r", rhs=["Online"], limit_ms=10_000)
    assert reached.result["reached"] is True
    rig.send("offline", resource="r")
    rig.send("await", resource="r", rhs=["Offline"], limit_ms=10_000)
    rig.send("close", resource="r")
    assert rig.rules() == []
