"""Projects that the tests of this folder share: generated and built once for each run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from resforge.conformance.verify import Options, Prepared, prepare

from .mutants import BENCHED
from .mutation import Bench
from .projects import make_quick_project

SCHEMAS = Path(__file__).parent / "schemas"


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that generates the project of a schema of this folder, once."""
    place = tmp_path_factory.mktemp("projects")

    def make(name: str) -> Path:
        folder = place / name
        if not folder.exists():
            schema = place / f"{name}.yaml"
            shutil.copy(SCHEMAS / schema.name, schema)
            make_quick_project(schema, folder)
        return folder

    return make


@pytest.fixture(scope="session")
def prepared(generated: Callable[[str], Path]) -> Callable[[str, str], Prepared]:
    """Return a function that builds a schema of this folder for a target, once."""
    made: dict[tuple[str, str], Prepared] = {}

    def make(name: str, target: str = "native") -> Prepared:
        if (name, target) not in made:
            options = Options(target=target)  # type: ignore[arg-type]
            made[name, target] = prepare(generated(name), options, lambda _: None)
        return made[name, target]

    return make


@pytest.fixture(scope="session")
def bench(
    generated: Callable[[str], Path],
    prepared: Callable[..., Prepared],
    tmp_path_factory: pytest.TempPathFactory,
) -> Bench:
    """Prepare compiler, host and the projects of all schemas that mutants use."""
    (projects,) = {generated(name).parent for name in BENCHED}
    found = Bench(
        compiler=os.environ.get("CXX", "c++"),
        host=prepared(BENCHED[0]).scripted.host,
        projects=projects,
        schemas=SCHEMAS,
        place=tmp_path_factory.mktemp("mutants"),
    )
    found.prepare()
    return found
