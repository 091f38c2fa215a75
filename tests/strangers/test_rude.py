"""A DLL that ends or stops its process: the host says in which call, in which state, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.rhs_host.rig import Platform, build_host
from tests.strangers.strangers import build_stranger

from resforge.rhs.session import HostCrashed, HostError, HostHung, HostLost, Session

pytestmark = pytest.mark.slow

CRASHES = {
    "exits": ("exit", "exit"),
    "aborts": ("SIGABRT", "SIGABRT"),
    "overflows": ("SIGSEGV", "EXCEPTION_STACK_OVERFLOW"),
    "throws": ("exception", "exception"),
    "raises": ("SIGTRAP", "EXCEPTION"),
    "spins": ("hang", "hang"),
    "worker spins": ("hang", "hang"),
    "worker crashes": ("SIGSEGV", "EXCEPTION_ACCESS_VIOLATION"),
}
"""What Online of a resource of that name does, and the signal of the crash record."""


class Hasty(Session):
    """A session whose host calls a silent thread hung after three seconds."""

    @property
    def arguments(self) -> list[str]:
        """Add the limit."""
        return [*super().arguments, "--hang-limit", "3"]


def _session(platform: Platform, defect: str = "0", type_name: str = "Rude") -> Iterator[Session]:
    dll = build_stranger(platform, "rude", defect)
    path = f"Z:{dll}".replace("/", "\\") if platform.runner else str(dll)
    with Hasty(
        build_host(platform),
        runner=platform.runner,
        environment=platform.environment,
        limit=60.0,
    ) as session:
        session.command("load", dll=path, type=type_name)
        yield session


@pytest.fixture
def rude(native: Platform) -> Iterator[Session]:
    """A native host with the rude DLL."""
    yield from _session(native)


@pytest.fixture
def rude_pe(windows: Platform) -> Iterator[Session]:
    """The same under Wine."""
    yield from _session(windows)


def _online(session: Session, name: str) -> dict[str, Any]:
    session.command("create_resource", resource=name, type="Rude")
    session.command("open", resource=name)
    return dict(session.command("online", resource=name).result)


def _crashes(session: Session, name: str, signal: str) -> None:
    with pytest.raises((HostCrashed, HostHung)) as caught:
        _online(session, name)
    assert isinstance(caught.value, HostHung) == (signal == "hang")
    record = caught.value.caused[-1].raw
    worker = name.startswith("worker")
    assert record["event"] == "crash"
    assert (record["signal"], record["resource"]) == (signal, name)
    assert record["entry"] == ("worker" if worker else "Online")
    assert record["rhs"] == ("OnlinePending" if worker else "OnlineInProgress")
    said = (
        f"{'thread dll-1 of the DLL, a worker' if worker else 'Online'} of {name} in state Online"
    )
    assert said in str(caught.value)


@pytest.mark.parametrize("name", CRASHES)
def test_the_end_of_a_process_is_explained(rude: Session, name: str) -> None:
    """The last record and the message name signal, call or thread, resource and state."""
    _crashes(rude, name, CRASHES[name][0])


@pytest.mark.windows
@pytest.mark.parametrize("name", CRASHES)
def test_the_end_of_a_windows_process_is_explained(rude_pe: Session, name: str) -> None:
    """The same for a PE file."""
    _crashes(rude_pe, name, CRASHES[name][1])


@pytest.mark.parametrize(("what", "signal"), [("crashes", "SIGSEGV"), ("exits", "exit")])
def test_the_end_on_a_thread_of_its_own(rude: Session, what: str, signal: str) -> None:
    """A thread that the host never saw is named when it ends the process."""
    with pytest.raises(HostCrashed) as caught:
        _online(rude, f"own thread {what}")
    record = caught.value.caused[-1].raw
    assert (record["event"], record["signal"]) == ("crash", signal)
    assert (record["thread"], record["entry"]) == ("foreign", "worker")


@pytest.mark.parametrize("what", ["exits", "crashes"])
def test_the_end_of_a_child_is_not_ours(rude: Session, what: str) -> None:
    """A child process that ends writes nothing: the host lives on."""
    name = f"child {what}"
    rude.command("create_resource", resource=name, type="Rude")
    reply = rude.command("online", resource=name)
    assert reply.result["rhs"] == "Online"
    assert "crash" not in [record.event for record in reply.records]


def test_a_damaged_heap_is_reported(rude: Session) -> None:
    """The record of a crash needs no memory, however long the name of the resource is."""
    name = f"smashes the heap {'x' * 180}"
    with pytest.raises(HostCrashed) as caught:
        _online(rude, name)
    record = caught.value.caused[-1].raw
    assert (record["signal"], record["resource"]) == ("SIGABRT", name)


def test_bytes_that_are_no_text(rude: Session) -> None:
    """What an exception says is written as UTF-8, whatever it is made of."""
    with pytest.raises(HostCrashed) as caught:
        _online(rude, "throws bytes")
    assert caught.value.caused[-1].raw["text"] == "caf? é"


def _shares_no_streams(session: Session, name: str) -> None:
    assert _online(session, name)["rhs"] == "Online"
    assert session.command("state", resource=name).result["rhs"] == "Online"


@pytest.mark.parametrize("name", ["prints", "reads", "closes output"])
def test_the_dll_cannot_garble_the_protocol(rude: Session, name: str) -> None:
    """Standard input and output of the DLL are not those of the host."""
    _shares_no_streams(rude, name)


@pytest.mark.windows
@pytest.mark.parametrize("name", ["prints", "reads", "closes output"])
def test_a_pe_file_cannot_garble_the_protocol(rude_pe: Session, name: str) -> None:
    """Neither by its C library nor by the handles of Windows."""
    _shares_no_streams(rude_pe, name)


def test_a_busy_wait_is_a_livelock(rude: Session) -> None:
    """A loop that waits without time passing ends the host, which names the thread."""
    with pytest.raises(HostLost, match="livelock in a thread of the DLL"):
        _online(rude, "polls forever")


def test_a_deadlock_is_found_by_the_call_timer(rude: Session) -> None:
    """Two locks taken in different order stop Online until DeadlockTimeout ends the process."""
    _online(rude, "deadlock")
    with pytest.raises(HostLost, match="Online did not return within DeadlockTimeout"):
        rude.command("advance", ms=1_000_000)


def _fails_to_load(platform: Platform, defect: str, entry: str, **more: str) -> str:
    with pytest.raises(HostError) as caught:
        next(_session(platform, defect, **more))
    assert caught.value.caused[-1].raw["entry"] == entry
    return str(caught.value)


def test_a_library_that_never_loads(native: Platform) -> None:
    """Code that runs while the library is loaded, and Startup, are watched like every call."""
    assert "hung in LoadLibrary" in _fails_to_load(native, "2", "LoadLibrary")
    assert "crashed (SIGSEGV) in LoadLibrary" in _fails_to_load(native, "3", "LoadLibrary")
    assert "hung in Startup" in _fails_to_load(native, "0", "Startup", type_name="Slow")


@pytest.mark.windows
@pytest.mark.parametrize(
    ("defect", "text"), [("1", "DllMain returned FALSE"), ("3", "DllMain crashed")]
)
def test_a_dll_main_that_refuses(windows: Platform, defect: str, text: str) -> None:
    """The answer to load says what the number of the system means."""
    dll = str(build_stranger(windows, "rude", defect)).replace("/", "\\")
    with Session(
        build_host(windows), runner=windows.runner, environment=windows.environment, limit=60.0
    ) as session:
        assert text in session.command("load", dll=f"Z:{dll}", type="Rude").result["text"]
