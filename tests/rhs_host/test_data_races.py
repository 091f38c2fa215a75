"""In virtual time the simulated RHS sees data races of a library, and nothing else."""

from __future__ import annotations

import re

import pytest
from tests.rhs_host.rig import Platform, Start

pytestmark = pytest.mark.slow


@pytest.fixture
def watched(native: Platform, host: Start) -> Start:
    """Start a host for a library whose accesses to memory are watched."""
    if "zig" in native.name or any("zig" in word for word in native.compiler):
        pytest.skip("zig's own C++ library is not instrumented")
    return host


def life(start: Start, *names: str) -> list[str]:
    """Bring resources online one after the other, poll them, take them offline; the violations."""
    rig = start("racing")
    for name in names:
        rig.online(name)
        rig.send("advance", ms=200_000)
        rig.send("offline", resource=name)
        rig.send("advance", ms=1_000)
        rig.send("close", resource=name)
    assert "Online" in rig.picked("state", "rhs")
    assert "IsAlive" in rig.calls()
    return [f"{r['rule']}: {r['text']}" for r in rig.records if r["event"] == "violation"]


@pytest.mark.parametrize(
    "order", ["read", "locked", "atomic", "published", "event", "heap", "stack", "static"]
)
def test_what_is_ordered_is_no_race(watched: Start, order: str) -> None:
    """Locks, events, atomics and calls that follow each other order accesses; so does new memory."""
    assert life(watched, order) == []


@pytest.mark.parametrize("order", ["bare", "relaxed"])
def test_a_race_is_seen_whatever_the_schedule(watched: Start, order: str) -> None:
    """A thread and IsAlive use a number with nothing that orders them."""
    found = life(watched, order)
    assert found
    assert all(text.startswith("data-race: ") for text in found)
    assert any("a thread of the DLL wrote at" in text and "Alive" in text for text in found)


def test_a_race_between_resources_needs_no_overlap(watched: Start) -> None:
    """RHS may call for two resources at once: a global variable needs a lock even if it does not."""
    found = life(watched, "global 1", "global 2")
    assert any("Open reads" in text and "Open wrote" in text for text in found)
    assert life(watched, "global") == []


def test_a_thread_that_the_scheduler_does_not_know_is_left_alone(watched: Start) -> None:
    """What it does is not followed, and does no harm."""
    assert life(watched, "foreign") == []


def test_a_race_is_reported_with_its_lines(watched: Start) -> None:
    """Both places are named by file and line."""
    rig = watched("racing")
    rig.online("bare")
    rig.send("advance", ms=200_000)
    places = re.findall(r"at (\S+):(\d+)", rig.picked("violation", "text")[0])
    assert [file for file, _ in places] == ["racing.cpp", "racing.cpp"]
