"""The session never hangs, leaves no process behind and says where the host went wrong."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from resforge.rhs.records import (
    Call,
    CallReturn,
    Leak,
    MalformedRecord,
    StateChange,
    of_type,
    parse_record,
)
from resforge.rhs.session import (
    CommandRefused,
    HostCrashed,
    HostGarbled,
    HostHung,
    HostLost,
    Session,
)

FAKE = Path(__file__).with_name("fake_host.py")


def session(kind: str, limit: float = 10.0) -> Session:
    """Start the stand-in host with the given behaviour."""
    return Session(FAKE, runner=(sys.executable,), limit=limit, environment={"FAKE_HOST": kind})


def is_gone(pid: int) -> bool:
    """Tell whether neither the process nor its group exists any more."""
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_records_come_back_typed_and_in_order() -> None:
    """A command returns its records as typed values, and the result of its answer."""
    with session("good") as host:
        reply = host.command("online", resource="a")
    assert [type(r) for r in reply.records] == [Call, CallReturn, StateChange]
    returned = of_type(reply.records, CallReturn, "a")[0]
    assert (returned.result, returned.output, returned.elapsed) == (0, b"\x0a\xff", 3)
    assert reply.result == {"answer": 42}


def test_the_last_state_of_each_resource_is_remembered() -> None:
    """The session knows the RHS state that the trace showed last."""
    with session("good") as host:
        host.command("online", resource="a")
        assert host.states == {"a": "Online"}


def test_leaks_are_returned_when_the_host_ends() -> None:
    """Closing returns the records that the host writes while it unloads."""
    host = session("good")
    host.start()
    assert [type(r) for r in host.close()] == [Leak]


def test_a_hanging_host_is_killed_at_the_limit() -> None:
    """A host that does not answer is killed, and the call in flight is named."""
    began = time.monotonic()
    with session("hang", limit=1.0) as host, pytest.raises(HostHung) as caught:
        host.command("online", resource="a")
    assert caught.value.call is not None
    assert caught.value.call.entry == "IsAlive"
    assert "IsAlive of a" in str(caught.value)
    assert time.monotonic() - began < 8


def test_children_of_a_hanging_host_are_killed_too() -> None:
    """No process of the host's group outlives the session."""
    with session("fork-and-hang", limit=1.0) as host, pytest.raises(HostHung):
        host.command("online", resource="a")
    assert host._process is not None
    deadline = time.monotonic() + 5
    while not is_gone(host._process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_gone(host._process.pid)


def test_a_deaf_host_cannot_block_the_writer() -> None:
    """A command larger than the pipe does not hang when the host never reads."""
    began = time.monotonic()
    with session("deaf", limit=1.0) as host, pytest.raises(HostHung):
        host.command("database", load="x" * 1_000_000)
    assert time.monotonic() - began < 8


@pytest.mark.parametrize(("kind", "code"), [("crash", 3), ("abort", -6)])
def test_a_crash_tells_exit_code_and_call(kind: str, code: int) -> None:
    """A host that ends by itself gives its exit code or signal and what led there."""
    with session(kind) as host, pytest.raises(HostCrashed) as caught:
        host.command("online", resource="a")
    assert caught.value.exit_code == code
    assert caught.value.call is not None
    assert [r.event for r in caught.value.records] == ["call"]


def test_the_last_words_of_a_crashed_host_are_kept() -> None:
    """What the host wrote to its error output becomes part of the message."""
    with session("crash") as host, pytest.raises(HostCrashed, match="assertion failed"):
        host.command("online", resource="a")


def test_a_lost_process_is_told_apart_from_a_crash() -> None:
    """RHS killing itself carries the reason, the transition and the database."""
    with session("lost") as host, pytest.raises(HostLost) as caught:
        host.command("online", resource="a")
    assert caught.value.lost is not None
    assert caught.value.lost.transition == "T-38"
    assert caught.value.dump == {"values": {}}


def test_garbage_is_reported_and_the_host_killed() -> None:
    """A line that is not a record ends the session with the line in the message."""
    with session("garbage") as host, pytest.raises(HostGarbled, match="Segmentation"):
        host.command("online", resource="a")
    assert host.ended


def test_a_refused_command_leaves_the_host_running() -> None:
    """A command that the host refuses raises, and the session goes on."""
    with session("refuse") as host:
        with pytest.raises(CommandRefused, match="no such resource"):
            host.command("online", resource="a")
        assert not host.ended


def test_a_closed_session_refuses_commands() -> None:
    """A command after the end raises instead of waiting for an answer."""
    host = session("good")
    host.start()
    host.close()
    with pytest.raises(HostCrashed, match="not running"):
        host.command("online", resource="a")


@pytest.mark.parametrize(
    "line", ["", "[]", "{}", '{"event": 1}', "nonsense", '{"event":"hook","hex":"q"}']
)
def test_malformed_lines_are_refused(line: str) -> None:
    """Anything but a JSON object with an event is a malformed record."""
    with pytest.raises(MalformedRecord):
        parse_record(line)
