"""The 16 defects of the DLLs that the Cluster Resource Type Wizard of 2003 wrote, each by its name.

Generated DLLs do not have them: for what a DLL does, scenarios say so, and a runtime with the
defect put back fails them; for the rest, the files that are generated do.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.render.support import rendered
from tests.schema.support import HEAD, load

from resforge.conformance.catalogue import all_scenarios
from resforge.conformance.hosts import Target
from resforge.conformance.runner import Runner
from resforge.conformance.verify import Prepared, type_model
from resforge.lint.run import lint
from resforge.schema import load_resource_type_text

from .mutants import MUTANTS
from .mutation import Bench, build
from .test_mutants import ALL


@dataclass(frozen=True)
class Defect:
    """A defect, the scenarios in which it would show, and a change of the runtime that has it."""

    number: int
    name: str
    scenarios: tuple[str, ...]
    mutant: str | None = None
    schema: str = "everything"


SHOWN_BY_A_DLL = (
    Defect(1, "the-type-is-always-refused", ("startup-name-case", "startup-unknown-type"),
           "case-sensitive-type-name"),
    Defect(2, "live-update-is-dead-after-the-first-set",
           ("properties-in-force", "properties-in-force-together"), "never-in-force"),
    Defect(3, "a-failed-open-keeps-the-only-place", ("instances-single-instance-failed-open",),
           "semaphore-not-released", "synchronous"),
    Defect(4, "a-null-parameter-is-dereferenced", ("misuse-null-instance", "controls-no-counter"),
           "null-resid-code"),
    Defect(5, "close-frees-what-a-worker-uses",
           ("pending-close-deaf", "misuse-close-while-pending", "misuse-close-while-online"),
           "close-while-online"),
    Defect(6, "terminate-races-with-the-polls",
           ("concurrency-terminate-beside-is-alive", "concurrency-terminate-beside-looks-alive")),
    Defect(6, "terminate-races-with-the-entry-points",
           ("concurrency-terminate-beside-online", "concurrency-terminate-beside-offline"),
           schema="synchronous"),
    Defect(7, "offline-retries-without-limit-and-without-checkpoint",
           ("pending-offline-long", "pending-offline-silent[P9=FAILED]"), "no-heartbeat"),
    Defect(8, "a-countdown-steps-over-zero",
           ("pending-terminate-deaf-online", "pending-terminate-deaf-in-time"),
           "terminate-unbounded"),
    Defect(9, "a-failed-allocation-leaves-a-callback",
           ("barriers-open", "barriers-online", "barriers-offline", "barriers-is-alive"),
           "unknown-exception-escapes"),
    Defect(10, "a-slow-check-inside-a-poll", ("polling-cached-health-slow-check",), None, "cached"),
    Defect(11, "an-identifier-is-a-pointer",
           ("misuse-closed-instance", "misuse-closed-instance-reused-place"), "generation-reuse"),
    Defect(14, "output-pointers-are-written-unchecked",
           ("controls-answers", "controls-sizes", "controls-type-answers", "codes-rotate-input"),
           "partial-answer"),
    Defect(15, "only-the-first-version-of-the-interface-is-accepted", ("startup-version-range",),
           "maximum-must-be-equal"),
)  # fmt: skip
SHOWN_BY_THE_FILES = {
    12: "work-under-the-loader-lock",
    13: "more-rights-than-needed",
    16: "a-project-of-2005",
}


def results(target: Target, schema: Path, chosen: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Play scenarios; the id and the outcome of each."""
    model = type_model(schema)
    scenarios = [scenario for scenario in all_scenarios(model) if scenario.id in chosen]
    assert {scenario.id for scenario in scenarios} == set(chosen)
    for result in Runner(target, model).run(scenarios):
        if result.scenario.id in chosen:
            yield result.scenario.id, result.status


def schema_of(defect: Defect) -> Path:
    """The schema whose DLL shows the defect."""
    return Path(__file__).parent / "schemas" / f"{defect.schema}.yaml"


def test_none_of_the_sixteen_is_missing() -> None:
    """Each defect is looked for once."""
    numbers = {defect.number for defect in SHOWN_BY_A_DLL}
    assert sorted([*numbers, *SHOWN_BY_THE_FILES]) == list(range(1, 17))


@pytest.mark.slow
@pytest.mark.parametrize("defect", SHOWN_BY_A_DLL, ids=lambda d: f"{d.number}-{d.name}")
def test_a_generated_dll_does_not_have(defect: Defect, prepared: Callable[..., Prepared]) -> None:
    """The scenarios in which the defect would show pass."""
    target = prepared(defect.schema).scripted
    found = dict(results(target, schema_of(defect), defect.scenarios))
    assert found == dict.fromkeys(defect.scenarios, "passed")


@pytest.mark.slow
@pytest.mark.parametrize(
    "defect",
    [defect for defect in SHOWN_BY_A_DLL if defect.mutant and (ALL or defect.number in (3, 8))],
    ids=lambda d: f"{d.number}-{d.name}",
)
def test_its_return_would_be_noticed(
    defect: Defect, prepared: Callable[..., Prepared], bench: Bench
) -> None:
    """With the defect put back into the runtime at least one of its scenarios fails."""
    prepared(defect.schema)
    mutant = next(mutant for mutant in MUTANTS if mutant.id == defect.mutant)
    target = Target(bench.host, build(bench, defect.schema, mutant), limit=60)
    assert "failed" in dict(results(target, schema_of(defect), defect.scenarios)).values()


def test_2_a_property_that_applies_at_once_says_so() -> None:
    """What takes effect immediately is a word of the schema, not a comparison in the code."""
    made = load(f"{HEAD}properties: [{{name: A, format: SZ, takes_effect: immediately}}]\n")
    assert made.properties[0].takes_effect == "immediately"


def test_10_lint_asks_for_short_polls() -> None:
    """A budget for IsAlive above the 300 ms of its own comment is a finding."""
    text = f"{HEAD}timeouts: {{budgets: {{is_alive: 2s}}}}\n"
    loaded = load_resource_type_text(text, file="x.yaml", syntax="yaml")
    assert "budget-above-300ms" in [finding.rule.id for finding in lint(loaded).findings]


def sources() -> Iterator[tuple[str, str]]:
    """The C++ of the runtime, of generated code, and of the examples' hooks."""
    for folder in ("templates/runtime", "templates/resource_dll"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".h", ".jinja"):
                yield path.name, path.read_text(encoding="utf-8")
    for path in (ROOT / "generated_examples").glob("*/src/*.*"):
        yield path.name, path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_12_nothing_works_under_the_loader_lock(prepared: Callable[..., Prepared]) -> None:
    """There is no DllMain, and loading the DLL calls nothing but the list of destructors."""
    assert [name for name, text in sources() if re.search(r"\bDllMain\b", text)] == []
    dll = prepared("everything").scripted.dll
    listing = subprocess.run(
        ["objdump", "-d", str(dll)], capture_output=True, text=True, check=True
    )
    functions = re.findall(r"^[0-9a-f]+ <(\w+)[^>]*>:\n((?:.+\n)+)", listing.stdout, re.MULTILINE)
    assert functions
    called = {
        target
        for name, body in functions
        if name.startswith(("_GLOBAL__sub_I", "_Z41__static_initialization"))
        for target in re.findall(r"\s(?:call|jmp)\s+[0-9a-f]+ <(\w+)", body)
    }
    watched = ("_Z41", "__tsan_")  # the latter only tell the simulated RHS of accesses
    assert {name for name in called if not name.startswith(watched)} <= {"__cxa_atexit"}


def test_13_no_more_rights_than_needed() -> None:
    """Nothing asks for all access."""
    asks = re.compile(r"\b\w+_ALL_ACCESS\b(?! *=)")
    assert [name for name, text in sources() if asks.search(text)] == []


def test_16_no_project_of_2005() -> None:
    """File names have no spaces, nothing prints, and the DLL is a 64-bit one."""
    files = rendered("hostile")
    assert [path for path in files if " " in path] == []
    printing = re.compile(r"\b(?:f|w|fw)?printf\s*\(|std::w?c(?:out|err)\b")
    assert [name for name, text in sources() if printing.search(text)] == []
    assert "x86_64" in (ROOT / "templates" / "cmake" / "mingw.cmake").read_text(encoding="utf-8")
