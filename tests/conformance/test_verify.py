"""Sound DLLs pass every scenario, natively and as PE files, whatever the seed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.render.legal import Legal

from resforge.conformance.report import Report
from resforge.conformance.runner import Trouble
from resforge.conformance.trace_text import trace_lines
from resforge.conformance.verify import UNSEEN_RACES, Options, Prepared, prepare, run

from .projects import make_quick_project

Make = Callable[..., Prepared]


def verified(prepared: Prepared, **options: object) -> Report:
    """Verify a prepared project."""
    return run(prepared, Options(**options), "resforge verify --scenario {id}", lambda _: None)  # type: ignore[arg-type]


def failures(report: Report) -> list[str]:
    """Return what failed and how it came to that, for the message of a failing test."""
    return [
        "\n".join((f"{r.scenario.id}: {r.trouble.failure.message}", *_end_of(r.trouble)))
        for r in report.failures
        if r.trouble is not None
    ]


def _end_of(trouble: Trouble) -> list[str]:
    return [trouble.note, *trace_lines(trouble.records, limit=30)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["everything", "synchronous", "cached"])
def test_a_sound_dll_passes(prepared: Make, name: str) -> None:
    """Every scenario passes with the first schedule; test_mutants.py plays a random one."""
    report = verified(prepared(name))
    assert not failures(report), "\n".join(failures(report))
    assert report.coverage is not None
    assert report.coverage.missed == ()


@pytest.mark.slow
@pytest.mark.windows
@pytest.mark.parametrize("name", ["everything", "synchronous"])
def test_a_sound_pe_file_passes(prepared: Make, name: str) -> None:
    """The same scenarios pass with the DLL for Windows."""
    report = verified(prepared(name, "windows"), target="windows")
    assert not failures(report), "\n".join(failures(report))
    assert [note for note in report.notes if "data races" in note] != []


@pytest.mark.slow
def test_one_scenario_can_be_played_alone(prepared: Make) -> None:
    """An id, also without its policies, chooses scenarios."""
    report = verified(prepared("synchronous"), scenarios=("events-monitor-ends",))
    assert [r.scenario.id for r in report.results] == [
        "events-monitor-ends[P2=FAIL_NOW]",
        "events-monitor-ends[P2=VERIFY_WITH_ISALIVE]",
    ]
    assert report.passed


@pytest.mark.slow
def test_the_scripted_dll_alone_is_watched(
    prepared: Make, native_compiler: tuple[str, ...]
) -> None:
    """Its accesses to memory are seen; the DLL with the user's hooks is what the compiler makes."""
    made = prepared("synchronous")
    symbols = [b"__tsan_init" in target.dll.read_bytes() for target in (made.scripted, made.own)]
    is_able = len(native_compiler) == 1
    assert symbols == [is_able, False]
    assert made.not_checked == (() if is_able else (UNSEEN_RACES,))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_trace(prepared: Make) -> None:
    """Two runs of a scenario with one seed agree in every number of the report."""
    reports = [
        verified(prepared("everything"), scenarios=("codes-rotate-input",), seed=3)
        for _ in range(2)
    ]
    assert reports[0].checks == reports[1].checks > 0


@pytest.mark.slow
def test_long_budgets(prepared: Make) -> None:
    """Budgets of minutes are waited for in virtual time and never in real time."""
    report = verified(prepared("patient"), scenarios=("pending-close-deaf", "own-terminate"))
    assert not failures(report), "\n".join(failures(report))


@pytest.mark.slow
@pytest.mark.parametrize("number", [11])
def test_schemas_that_nobody_would_write_verify(number: int, tmp_path: Path) -> None:
    """Limits of 49 days, odd names and values at the ends of their ranges raise no false alarm."""
    schema = tmp_path / "odd.json"
    schema.write_text(json.dumps(Legal(number).schema()), encoding="utf-8")
    made = prepare(make_quick_project(schema, tmp_path / "odd"), Options(), lambda _: None)
    report = verified(made)
    assert not failures(report), "\n".join(failures(report))
    assert report.coverage is not None
    assert report.coverage.missed == ()
