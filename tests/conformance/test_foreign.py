"""What a DLL that resforge has not generated owes, and what it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.test_invariants import call, report, returned, trace

from resforge.cli import run
from resforge.conformance.invariants import check_invariants
from resforge.conformance.scenario import FOREIGN
from resforge.conformance.verdicts import without_late_starts
from resforge.model.rules import TypeModel
from resforge.rhs.binary import target_of

MODEL = TypeModel(name="T", identifier="t")
TOLERATES = frozenset({FOREIGN})


def thread(what: str, time: int = 0) -> dict[str, Any]:
    """Start or end a worker."""
    return {"event": "thread", "thread": "dll-1", "what": what, "time": time}


def broken(rule: str, text: str = "") -> dict[str, Any]:
    """Write a violation of the worker."""
    return {"event": "violation", "thread": "dll-1", "rule": rule, "text": text}


def state(rhs: str) -> dict[str, Any]:
    """Move to a state."""
    return {"event": "state", "rhs": rhs, "rcm": rhs, "from": "", "transition": "T-1"}


_STARTED = (call("Online"), thread("start"), returned("Online"))


@pytest.mark.parametrize(
    "records",
    [
        [call("Online"), returned("Online", result=997), report(129, 1, 0, wait_hint=5_000)],
        [call("Online"), returned("Online", result=997), report(129, 1), report(129, 2, 170_000)],
        [report(129, 0), broken("checkpoint-not-increased", "CheckPoint 0 follows 0")],
        [broken("output-of-small-buffer")],
        [*_STARTED, call("Terminate", 10), returned("Terminate", time=10), thread("end", 200)],
        [
            *(call("Open"), thread("start"), returned("Open", result="resid-1")),
            *(call("Terminate"), returned("Terminate"), report(2, 1, 9_000)),
        ],
    ],
    ids=["wait hint", "no heartbeat", "first CheckPoint 0", "small buffer", "grace", "own thread"],
)
def test_what_only_the_runtime_promises(records: list[dict[str, Any]]) -> None:
    """Is no failure of a DLL that somebody else wrote."""
    assert check_invariants(trace(*records), MODEL, TOLERATES) is None


@pytest.mark.parametrize(
    ("records", "rule"),
    [
        (
            [
                *_STARTED,
                call("Terminate", 10),
                returned("Terminate", time=10),
                thread("end", 20_000),
            ],
            "I-8",
        ),
        (
            [call("Online"), thread("start"), returned("Online"), call("Close"), returned("Close")],
            "I-8",
        ),
        (
            [broken("checkpoint-not-increased", "CheckPoint 3 follows 3")],
            "checkpoint-not-increased",
        ),
        ([call("Terminate"), returned("Terminate", elapsed=30_000)], "0.3 rule 2"),
        ([call("Open"), returned("Open", result=None, last_error=0)], "T-07"),
    ],
    ids=["deaf worker", "worker and Close", "CheckPoint", "slow Terminate", "no last error"],
)
def test_what_the_contract_demands(records: list[dict[str, Any]], rule: str) -> None:
    """Is a failure whoever wrote the DLL."""
    failure = check_invariants(trace(*records), MODEL, TOLERATES)
    assert failure is not None
    assert failure.rule == rule


def test_a_worker_that_starts_too_late_may_report_once() -> None:
    """It learns from the answer that Terminate was faster; its second report is a violation."""
    late: dict[str, Any] = {"thread": "dll-1", "answer": 1}
    records = trace(
        state("Offline"),
        thread("start"),
        report(130, 1, 0, **late),
        broken("report-after-terminate"),
        report(130, 2, 0, **late),
        broken("report-after-terminate"),
    )
    assert [r.seq for r in without_late_starts(records)] == [1, 2, 5, 6]
    early = trace(
        state("OnlinePending"), thread("start"), state("Offline"), *[report(129, 1, **late)]
    )
    assert without_late_starts(early) == early


def _program(data: bytearray) -> None:
    data[0x80 + 23] = 0


def _other_machine(data: bytearray) -> None:
    data[0x84:0x86] = b"\x4c\x01"


def _no_pe(data: bytearray) -> None:
    data[0x80] = 0


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (_program, "this PE file is a program"),
        (_other_machine, "this PE file is for 32-bit x86"),
        (_no_pe, "not a PE file"),
        (lambda data: data.clear(), "this is not a DLL"),
        (lambda data: data.__setitem__(slice(0, 20), b"\x7fELF\x01" + bytes(15)), "not for 64-bit"),
    ],
)
def test_a_file_that_is_no_dll_is_refused(
    damage: Callable[[bytearray], None],
    text: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2 and one sentence that says what the file is instead."""
    data = bytearray(0x100)
    data[0:2], data[0x3C] = b"MZ", 0x80
    data[0x80:0x86] = b"PE\0\0\x64\x86"
    data[0x80 + 22 : 0x80 + 24] = b"\x22\x20"
    damage(data)
    dll = tmp_path / "x.dll"
    dll.write_bytes(data)
    schema = tmp_path / "x.yaml"
    schema.write_text("resforge: 1\nname: X\n")
    assert run(["verify", str(schema), "--dll", str(dll)]) == 2
    assert text in capsys.readouterr().err


def test_the_list_of_a_foreign_dll_is_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--list with --dll shows the scenarios that need no scripted hooks."""
    schema = tmp_path / "x.yaml"
    schema.write_text("resforge: 1\nname: X\n")
    assert run(["verify", str(schema), "--dll", "x.dll", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 20
    assert all(line.startswith("dll-") for line in lines)


def test_a_pe_header_may_be_far_behind(tmp_path: Path) -> None:
    """e_lfanew may lead beyond the first page: a large stub of DOS is no damage."""
    data = bytearray(0x3000)
    data[0:2], data[0x3C:0x3E] = b"MZ", b"\x00\x20"
    data[0x2000:0x2006] = b"PE\0\0\x64\x86"
    data[0x2000 + 22 : 0x2000 + 24] = b"\x22\x20"
    dll = tmp_path / "x.dll"
    dll.write_bytes(data)
    assert target_of(dll) == "windows"
