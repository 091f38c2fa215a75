"""The checked-in examples are what `resforge generate` writes."""

from __future__ import annotations

from tests.render.support import EXAMPLES, ROOT

from resforge.publish.generate import generate_project
from resforge.publish.plan import Action

FOLDER = ROOT / "generated_examples"
FINE = (Action.UNCHANGED, Action.KEEP)


def outdated(name: str) -> list[str]:
    """Return what a run for one example would change."""
    plan = generate_project(ROOT / f"schemas/{name}.yaml", FOLDER / name, write=False).plan
    changes = plan.changes if plan is not None else ()
    return [f"{c.action} {name}/{c.path}" for c in changes if c.action not in FINE]


def test_examples_are_current() -> None:
    """No file of an example differs from what its schema renders to, and none is missing."""
    found = [line for name in EXAMPLES for line in outdated(name)]
    assert found == [], f"run: resforge generate schemas/NAME.yaml -o {FOLDER.name}/NAME"
