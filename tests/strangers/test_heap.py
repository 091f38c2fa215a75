"""The memory of a DLL: what Windows promises holds, and what it forbids is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Literal

import pytest
from tests.rhs_host.rig import Platform, build_host
from tests.strangers.strangers import build_stranger

from resforge.rhs.session import HostCrashed, Session

pytestmark = pytest.mark.slow

COMMON = {
    "local overrun": ["heap-overrun"],
    "local twice": ["invalid-free"],
    "aligned": [],
    "many blocks": [],
}
"""What Online of a resource of that name does with memory, and the rules that it breaks."""

WINDOWS = {
    **COMMON,
    "malloc overrun": ["heap-overrun"],
    "heap overrun": ["heap-overrun"],
    "malloc twice": ["invalid-free"],
    "heap twice": ["invalid-free"],
    "realloc freed": ["invalid-free"],
    "heap realloc freed": ["invalid-free"],
    "local realloc freed": ["invalid-free"],
    "reallocates": [],
    "local": [],
}


def _session(
    platform: Platform, defect: str = "0", time: Literal["virtual", "real"] = "virtual"
) -> Iterator[Session]:
    dll = build_stranger(platform, "heap", defect)
    path = f"Z:{dll}".replace("/", "\\") if platform.runner else str(dll)
    with closing(
        Session(
            build_host(platform),
            runner=platform.runner,
            environment=platform.environment,
            limit=60.0,
            time=time,
        )
    ) as session:
        session.start()
        session.command("load", dll=path, type="Heap")
        yield session


@pytest.fixture
def heap(native: Platform) -> Iterator[Session]:
    """A native host with the DLL."""
    yield from _session(native)


@pytest.fixture
def heap_pe(windows: Platform) -> Iterator[Session]:
    """The same under Wine."""
    yield from _session(windows)


def _rules(session: Session, name: str) -> list[str]:
    session.command("create_resource", resource=name, type="Heap")
    session.command("open", resource=name)
    records = list(session.command("online", resource=name).records)
    records += session.command("await", resource=name, rhs="Online", limit_ms=10_000).records
    results = [
        r.raw["result"] for r in records if r.raw.get("entry") == "Online" and "result" in r.raw
    ]
    assert results == [0]
    return [r.raw["rule"] for r in records if r.event == "violation"]


@pytest.mark.parametrize("name", COMMON)
def test_memory(heap: Session, name: str) -> None:
    """LocalAlloc keeps what Windows promises, and its misuse is named."""
    assert _rules(heap, name) == COMMON[name]


@pytest.mark.windows
@pytest.mark.parametrize("name", WINDOWS)
def test_memory_of_a_pe_file(heap_pe: Session, name: str) -> None:
    """So do the C heap and the heaps of Windows."""
    assert _rules(heap_pe, name) == WINDOWS[name]


@pytest.mark.windows
def test_freed_memory_is_out_of_reach(heap_pe: Session) -> None:
    """After the next call of the host, who reads what was freed crashes."""
    with pytest.raises(HostCrashed, match="EXCEPTION_ACCESS_VIOLATION"):
        _rules(heap_pe, "reads freed")


@pytest.mark.windows
def test_functions_that_are_not_redirected(windows: Platform) -> None:
    """A module that reallocates in ways of its own keeps its C heap."""
    for session in _session(windows, "1"):
        assert _rules(session, "expands") == []


@pytest.mark.windows
def test_the_last_words_of_a_thread(windows: Platform) -> None:
    """Destructors of thread-local variables may free memory while their thread ends."""
    for session in _session(windows, time="real"):
        assert _rules(session, "a thread dies") == []
