"""A deliberate defect in the runtime is caught, and the failure says where.

The quick ones run always; RESFORGE_ALL_MUTANTS=1 plays all of them.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .mutants import FREQUENT, MUTANTS, PATIENT, QUICK, Mutant
from .mutants_conditional import CONDITIONAL_MUTANTS
from .mutants_examined import EXAMINED_MUTANTS, REFUSED_MUTANTS
from .mutants_hard import HARD_MUTANTS
from .mutants_hooks import MORE_MUTANTS
from .mutants_judged import JUDGED_MUTANTS
from .mutants_locks import LOCK_MUTANTS
from .mutants_slow import SLOW_MUTANTS
from .mutants_small import SMALL_MUTANTS
from .mutants_values import VALUE_MUTANTS
from .mutation import Bench, build, first_failure

ALL = os.environ.get("RESFORGE_ALL_MUTANTS") == "1"
EVERY = (
    *MUTANTS,
    *MORE_MUTANTS,
    *LOCK_MUTANTS,
    *SMALL_MUTANTS,
    *SLOW_MUTANTS,
    *VALUE_MUTANTS,
    *JUDGED_MUTANTS,
    *HARD_MUTANTS,
    *EXAMINED_MUTANTS,
    *CONDITIONAL_MUTANTS,
)
CHOSEN = [mutant for mutant in EVERY if ALL or mutant.id in QUICK]


def test_mutants_have_names_of_their_own() -> None:
    """Each mutant has its own id, and the quick ones exist."""
    names = [mutant.id for mutant in (*EVERY, *REFUSED_MUTANTS)]
    assert len(names) == len(set(names)) >= 40
    assert set(QUICK) <= set(names)


def test_mutants_fit_the_runtime(root: Path) -> None:
    """The text that a mutant replaces is there once, also for those that few runs play."""
    runtime = root / "templates" / "runtime"
    texts = {path.name: path.read_text(encoding="utf-8") for path in runtime.glob("*.h")}
    of_the_runtime = [m for m in (*EVERY, *REFUSED_MUTANTS) if ".g." not in m.file]
    assert [m.id for m in of_the_runtime if texts[m.file].count(m.old) != 1] == []


@pytest.mark.slow
@pytest.mark.parametrize("schema", [PATIENT, FREQUENT])
def test_without_a_defect_nothing_fails(bench: Bench, schema: str) -> None:
    """What the mutants are built like passes every scenario, so a failure is due to the defect.

    With a random schedule of threads; test_verify.py has the first one, and the other schemas.
    """
    found = first_failure(bench, schema, build(bench, schema, None), (), seed=7)
    assert found is None, f"{found.scenario.id}: {found.trouble}"


@pytest.mark.slow
@pytest.mark.parametrize("mutant", CHOSEN, ids=lambda mutant: mutant.id)
def test_a_defect_is_caught(bench: Bench, mutant: Mutant) -> None:
    """At least one scenario fails."""
    found = first_failure(bench, mutant.schema, build(bench, mutant.schema, mutant), mutant.hint)
    assert found is not None, f"no scenario notices {mutant.id}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant", REFUSED_MUTANTS if ALL else REFUSED_MUTANTS[:1], ids=lambda m: m.id
)
def test_a_mistake_that_passes_is_refused(bench: Bench, mutant: Mutant) -> None:
    """The scripted DLL does not compile when hooks may do what they must not, or with wrong numbers."""
    with pytest.raises(AssertionError, match="static assertion failed"):
        build(bench, mutant.schema, mutant)


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
