"""The checked-in examples are what `resforge generate` writes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.render.support import EXAMPLES, ROOT

from resforge.publish.generate import generate_project
from resforge.publish.plan import Action

FOLDER = ROOT / "generated_examples"
FINE = (Action.UNCHANGED, Action.KEEP)
EDITED = {"CMakeLists.txt"}
"""Files of a project that its author may edit, besides the hooks."""


def outdated(name: str) -> list[str]:
    """Return what a run for one example would change."""
    plan = generate_project(ROOT / f"schemas/{name}.yaml", FOLDER / name, write=False).plan
    changes = plan.changes if plan is not None else ()
    return [f"{c.action} {name}/{c.path}" for c in changes if c.action not in FINE]


def test_examples_are_current() -> None:
    """No file of an example differs from what its schema renders to, and none is missing."""
    found = [line for name in EXAMPLES for line in outdated(name)]
    assert found == [], f"run: resforge generate schemas/NAME.yaml -o {FOLDER.name}/NAME"


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_equal_a_new_project(name: str, tmp_path: Path) -> None:
    """Every byte is that of a project made now, but for what the author of the example wrote."""
    shutil.copy(FOLDER / name / f"{name}.yaml", tmp_path)
    generate_project(tmp_path / f"{name}.yaml", tmp_path)
    written = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    different = [
        str(path)
        for path in written
        if path.parts[0] != "src" and str(path) not in EDITED
        if (tmp_path / path).read_bytes() != (FOLDER / name / path).read_bytes()
    ]
    assert different == []
