"""A deliberate defect in the runtime is caught, and the failure says where.

The quick ones run always; RESFORGE_ALL_MUTANTS=1 plays all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from resforge.conformance.verify import Prepared

from .mutants import MUTANTS, QUICK, Mutant
from .mutation import Bench, build, first_failure

ALL = os.environ.get("RESFORGE_ALL_MUTANTS") == "1"
CHOSEN = [mutant for mutant in MUTANTS if ALL or mutant.id in QUICK]


@pytest.fixture(scope="session")
def bench(prepared: Callable[..., Prepared], tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Prepare compiler, host and the projects of all schemas that mutants use."""
    names = sorted({mutant.schema for mutant in CHOSEN})
    projects = [prepared(name) for name in names]
    found = Bench(
        compiler=os.environ.get("CXX", "c++"),
        host=projects[0].scripted.host,
        projects=projects[0].project.parent,
        schemas=Path(__file__).parent / "schemas",
        place=tmp_path_factory.mktemp("mutants"),
    )
    found.prepare()
    return found


def test_mutants_have_names_of_their_own() -> None:
    """Each mutant has its own id, and the quick ones exist."""
    names = [mutant.id for mutant in MUTANTS]
    assert len(names) == len(set(names)) >= 40
    assert set(QUICK) <= set(names)


def test_mutants_fit_the_runtime(root: Path) -> None:
    """The text that a mutant replaces is there once, also for those that few runs play."""
    runtime = root / "templates" / "runtime"
    texts = {path.name: path.read_text(encoding="utf-8") for path in runtime.glob("*.h")}
    assert [m.id for m in MUTANTS if texts[m.file].count(m.old) != 1] == []


@pytest.mark.slow
@pytest.mark.parametrize("mutant", CHOSEN, ids=lambda mutant: mutant.id)
def test_a_defect_is_caught(bench: Bench, mutant: Mutant) -> None:
    """At least one scenario fails."""
    found = first_failure(bench, mutant.schema, build(bench, mutant.schema, mutant), mutant.hint)
    assert found is not None, f"no scenario notices {mutant.id}"


@pytest.mark.slow
def test_a_failure_is_short_and_says_what_it_breaks(bench: Bench) -> None:
    """The shortest run of a constant CheckPoint has few commands and names the rule."""
    mutant = next(m for m in MUTANTS if m.id == "constant-checkpoint")
    dll = build(bench, mutant.schema, Mutant("short", mutant.file, mutant.old, mutant.new))
    found = first_failure(bench, mutant.schema, dll, mutant.hint, shrink_seconds=10.0)
    assert found is not None
    assert found.trouble is not None
    assert found.trouble.failure.rule == "4.2"
    assert len(found.trouble.steps) <= 5
