"""`resforge verify --dll` accepts DLLs that others wrote, and finds what is wrong with them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from tests.rhs_host.rig import Platform
from tests.strangers.strangers import LIBRARIES, build_stranger

from resforge.cli import run

pytestmark = pytest.mark.slow
SOUND = {"wizard": "printer_share", "threads": "threaded_service", "event": "watched_thing"}


@dataclass(frozen=True)
class Defect:
    """A class of defects of published DLLs; `scenario` shows it and names `rule`."""

    library: str
    name: str
    scenario: str
    rule: str


DEFECTS = (
    Defect("wizard", "REFUSES_ITS_TYPE", "dll-startup-name-case", "no call"),
    Defect("wizard", "READS_BEYOND_THE_LIST", "dll-property-lists", "ResourceControl"),
    Defect("wizard", "KEEPS_THE_SEMAPHORE", "dll-fault-ClusterRegOpenKey", "8.4"),
    Defect("wizard", "SILENT_OFFLINE", "dll-life", "T-51"),
    Defect("wizard", "REPORTS_AFTER_TERMINATE", "dll-terminate-beside", "8.2 rule 4"),
    Defect("wizard", "EVENT_HANDLE_FROM_THE_STACK", "dll-life", "invalid-handle"),
    Defect("wizard", "NO_CHECK_FOR_NULL", "dll-null-instance", "LooksAlive"),
    Defect("wizard", "NULL_BEFORE_ONLINE", "dll-calls-before-online", "Terminate"),
    Defect("wizard", "FORGETS_BYTES_RETURNED", "dll-controls", "bytes-returned-untouched"),
    Defect("wizard", "CRASHES_WHEN_UNLOADED", "dll-life", "FreeLibrary"),
    Defect("wizard", "HANGS_WHEN_UNLOADED", "dll-life", "FreeLibrary"),
    Defect("wizard", "NO_ONLINE_AFTER_TERMINATE", "dll-terminate-at-every-moment", "T-25"),
    Defect("wizard", "POLL_SPOILS_ONLINE", "dll-calls-while-pending", "T-25"),
    Defect("wizard", "POLL_SPOILS_THE_NEXT_ONLINE", "dll-calls-while-pending", "T-25"),
    Defect("wizard", "ONLINE_FOR_THE_FIRST_ONLY", "dll-reopen", "T-25"),
    Defect("wizard", "POLL_BEFORE_ONLINE_SPOILS_IT", "dll-calls-before-online", "T-25"),
    Defect("threads", "FREES_UNDER_THE_WORKER", "dll-close-in-every-state", "worker"),
    Defect("threads", "SLOW_TERMINATE", "dll-terminate-in-every-state", "0.3 rule 2"),
    Defect("threads", "CLOSES_THE_WORKER_TWICE", "dll-terminate-beside", "invalid-handle"),
    Defect("threads", "TERMINATE_FORGETS_PENDING", "dll-terminate-at-every-moment", "I-8"),
    Defect("threads", "MILLISECONDS_TAKEN_FOR_SECONDS", "dll-life", "T-51"),
)


def _report(
    platform: Platform, library: str, defect: str, capsys: Any, *more: str
) -> tuple[int, dict[str, Any]]:
    dll = build_stranger(platform, library, defect)
    schema = LIBRARIES / f"{SOUND[library]}.yaml"
    code = run(["verify", str(schema), "--dll", str(dll), "--json", *more])
    return code, json.loads(capsys.readouterr().out)


def _sound(platform: Platform, library: str, capsys: Any) -> None:
    code, report = _report(platform, library, "0", capsys)
    failed = [(s["id"], s["failure"]["message"]) for s in report["scenarios"] if "failure" in s]
    assert (code, failed) == (0, [])
    assert report["target"] == platform.name
    assert sum(s["status"] == "passed" for s in report["scenarios"]) > 20
    assert any("not checked" in note for note in report["notes"])


@pytest.mark.parametrize("library", SOUND)
def test_a_sound_dll_is_accepted(native: Platform, library: str, capsys: Any) -> None:
    """A DLL that keeps the contract passes every scenario, and what was not checked is listed."""
    _sound(native, library, capsys)


@pytest.mark.windows
@pytest.mark.parametrize("library", SOUND)
def test_a_sound_pe_file_is_accepted(windows: Platform, library: str, capsys: Any) -> None:
    """So does the same DLL as a PE file, with threads and locks of the C++ library."""
    _sound(windows, library, capsys)


def _defective(platform: Platform, defect: Defect, capsys: Any) -> None:
    code, report = _report(
        platform, defect.library, defect.name, capsys, "--scenario", defect.scenario
    )
    assert code == 1
    rules = [s["failure"]["rule"] for s in report["scenarios"] if "failure" in s]
    assert rules == [defect.rule]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d.name)
def test_a_defect_is_found(native: Platform, defect: Defect, capsys: Any) -> None:
    """Each class of defects that published DLLs have had makes its scenario fail."""
    _defective(native, defect, capsys)


@pytest.mark.windows
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d.name)
def test_a_defect_of_a_pe_file_is_found(windows: Platform, defect: Defect, capsys: Any) -> None:
    """The same for PE files."""
    _defective(windows, defect, capsys)


def test_a_failure_can_be_replayed(native: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    """The report names the command that plays it again, and the same schedule fails the same way."""
    dll = build_stranger(native, "threads", "CLOSES_THE_WORKER_TWICE")
    words = ["verify", str(LIBRARIES / "threaded_service.yaml"), "--dll", str(dll)]
    assert run([*words, "--scenario", "dll-terminate-beside"]) == 1
    text = capsys.readouterr().out
    assert f"--scenario 'dll-terminate-beside' --seed 0 --dll {dll}" in text
    recording = text.partition("commands: ")[2].partition(" (for --replay)")[0]
    assert run([*words, "--replay", recording]) == 1
    assert "this time: breaks invalid-handle" in capsys.readouterr().out
