"""The host as a PE program does what the native one does, with redirected imports."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from tests.rhs_host.rig import Rig, Start

from resforge.rhs.session import HostCrashed, HostLost

pytestmark = [pytest.mark.slow, pytest.mark.windows]

_NAMES = ("crowd", "late", "event", "silent", "sick", "logs", "bad logs", "leaks", "closes twice")


def _play(rig: Rig) -> list[dict[str, Any]]:
    for name in _NAMES:
        rig.online(name)
    rig.send("control", resource="sick", code=3, input="01020304", output_size=16)
    rig.send("advance", ms=200_000)
    for name in _NAMES:
        rig.send("terminate", resource=name)
        rig.send("close", resource=name)
    return [{k: v for k, v in r.items() if k != "text" or "0x" not in v} for r in rig.records]


@pytest.mark.parametrize("seed", [0, 5])
def test_same_trace_as_native(host: Start, wine_host: Start, seed: int) -> None:
    """The same commands and seed give the same records natively and as PE files."""
    native = [r for r in _play(host("odd", seed=seed)) if r.get("entry") != "LoadLibrary"]
    windows = [r for r in _play(wine_host("odd", seed=seed)) if r.get("entry") != "LoadLibrary"]
    assert windows == native


def test_crash_names_the_call(wine_host: Start) -> None:
    """An access violation in IsAlive leaves a record that names the call."""
    rig = wine_host("odd")
    rig.online("crashes")
    with pytest.raises(HostCrashed) as caught:
        rig.send("advance", ms=100_000)
    crash = dict(caught.value.caused[-1].raw)
    assert crash["signal"] == "EXCEPTION_ACCESS_VIOLATION"
    assert (crash["entry"], crash["resource"]) == ("IsAlive", "crashes")


def test_escaped_exception_ends_the_process(wine_host: Start) -> None:
    """An exception that leaves Online ends the process with a crash record."""
    rig = wine_host("odd")
    rig.open("throws")
    with pytest.raises(HostCrashed) as caught:
        rig.send("online", resource="throws")
    assert caught.value.caused[-1].raw["entry"] == "Online"


def test_stuck_terminate_ends_the_process(wine_host: Start) -> None:
    """Terminate beyond DeadlockTimeout makes RHS kill its process (T-58)."""
    rig = wine_host("odd")
    rig.online("deaf terminate")
    rig.send("terminate", resource="deaf terminate")
    with pytest.raises(HostLost) as caught:
        rig.send("advance", ms=300_000)
    assert caught.value.lost is not None
    assert caught.value.lost.transition == "T-58"


def test_real_time(wine_host: Start) -> None:
    """In real time the calls of the DLL reach the system."""
    rig = wine_host("odd", time="real")
    rig.online("crowd")
    reached = rig.send("await", resource="crowd", rhs=["Online"], limit_ms=20_000)
    assert reached.result["reached"] is True
    assert "counter 25 finished 5" in [r.raw.get("text") for r in reached.records]
    rig.send("terminate", resource="crowd")
    rig.send("await", resource="crowd", rhs=["Offline"], limit_ms=20_000)
    rig.send("close", resource="crowd")
    assert rig.rules() == []


def test_event_handle_in_real_time(wine_host: Start) -> None:
    """A real event handle that the DLL signals fails the resource."""
    rig = wine_host("odd", time="real")
    rig.online("event from online")
    reached = rig.send("await", resource="event from online", rcm=["Failed"], limit_ms=20_000)
    assert reached.result["reached"] is True


def test_standard_threads_run_in_virtual_time(host: Start, wine_host: Start) -> None:
    """std::thread, mutexes and condition variables of a PE file follow the virtual clock."""
    rig = wine_host("standard")
    rig.online()
    rig.send("advance", ms=3_600_000)
    assert rig.state() == ("Online", "Online")
    assert rig.rules() == []


@pytest.mark.parametrize("kind", ["native", "windows"])
@pytest.mark.parametrize("time_kind", ["virtual", "real"])
def test_threads_know_their_identifiers(
    host: Start, wine_host: Start, kind: str, time_kind: str
) -> None:
    """GetCurrentThreadId answers what CreateThread told: a join must not take itself for another."""
    rig = (host if kind == "native" else wine_host)("identities", time=time_kind)
    rig.online()
    rig.send("await", resource="r", rhs=["Online"], limit_ms=5_000)
    assert rig.state() == ("Online", "Online")


def test_unsupported_cluster_functions_are_named(wine_host: Start) -> None:
    """A cluster function that is not emulated returns 120 and is named in a violation."""
    rig = wine_host("unsupported")
    rig.online()
    assert "unsupported-function" in rig.rules()
    assert rig.state() == ("Offline", "Failed")


_IS_RUNNING = 2
"""Exit code of a wineserver that finds another one for its prefix."""


def test_the_server_of_wine_outlives_a_host(
    wine_host: Start, wine: tuple[str, ...], wine_env: dict[str, str]
) -> None:
    """A host that starts while another ends must not meet a server that is about to end, too."""
    wine_host("good").session.close()
    time.sleep(5)
    server = Path(wine[0]).with_name("wineserver")
    assert subprocess.run([server, "-p0"], env=wine_env).returncode == _IS_RUNNING
