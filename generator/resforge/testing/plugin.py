"""The pytest plugin: `pytest --resforge` verifies every schema, and fixtures for tests of hooks.

pytest loads this module wherever resforge is installed, so it imports nothing heavy by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from resforge.conformance.verify import Options, Prepared
    from resforge.testing.collection import SchemaFile
    from resforge.testing.simulated import SimulatedRhs

__all__: list[str] = []

_PREPARED: pytest.StashKey[dict[Path, Prepared]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("resforge", "resource DLLs of failover clusters")
    group.addoption(
        "--resforge",
        action="store_true",
        help="collect every schema of a resource type; each scenario of `resforge verify` is a test",
    )
    group.addoption(
        "--resforge-target",
        choices=("native", "windows"),
        default="native",
        help="the DLL for this machine, or the one for 64-bit Windows (under Wine off Windows)",
    )
    group.addoption("--resforge-seed", type=_seed, default=0, help="seed of all random choices")


def _seed(text: str) -> int:
    """Read what the host takes: 0 to 2**64 - 1."""
    number = int(text)
    if not 0 <= number < 2**64:
        raise ValueError(text)
    return number


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and the place of what was built."""
    config.addinivalue_line(
        "markers",
        'resforge(time="real", seed=0, policies={}, project=PATH): how the fixture simulated_rhs '
        "runs, and for which project or schema",
    )
    config.stash[_PREPARED] = {}


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SchemaFile | None:
    """Collect a schema file when --resforge asks for it."""
    if not parent.config.getoption("--resforge"):
        return None
    from resforge.schema.recognising import is_schema

    if not is_schema(file_path):
        return None
    from resforge.testing.collection import SchemaFile

    prepared = parent.config.stash[_PREPARED]
    made: SchemaFile = SchemaFile.from_parent(
        parent, path=file_path, options=_options(parent.config), prepared=prepared
    )
    return made


def _options(config: pytest.Config) -> Options:
    from resforge.conformance.verify import Options

    return Options(
        target=config.getoption("--resforge-target"),
        seed=config.getoption("--resforge-seed"),
    )


@pytest.fixture
def resforge_project(request: pytest.FixtureRequest) -> Path:
    """The project of the test: the nearest folder above it that `resforge generate` has written.

    `@pytest.mark.resforge(project=PATH)` names another project or a schema file.
    """
    chosen = _marked(request).get("project")
    if chosen is not None:
        return (request.path.parent / Path(chosen)).resolve()
    for folder in request.path.parents:
        if (folder / "resforge.lock").is_file():
            return folder
    pytest.fail(
        f"no folder above {request.path} holds a resforge.lock: run resforge generate, or name "
        "the project with @pytest.mark.resforge(project=PATH)",
        pytrace=False,
    )


@pytest.fixture
def simulated_rhs(request: pytest.FixtureRequest, resforge_project: Path) -> Iterator[SimulatedRhs]:
    """A simulated RHS with the DLL of the project, generated and built first.

    The test fails at its end when the DLL has broken the contract or left something behind.
    """
    from resforge.testing.collection import prepared_once
    from resforge.testing.simulated import SimulatedRhs

    marked = _marked(request)
    options = _options(request.config)
    prepared = prepared_once(request.config.stash[_PREPARED], resforge_project, options)
    with SimulatedRhs(
        prepared.own,
        prepared.model,
        time=marked.get("time", "real"),
        seed=marked.get("seed", options.seed),
        policies=marked.get("policies"),
    ) as rhs:
        yield rhs


def _marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    marker = request.node.get_closest_marker("resforge")
    return dict(marker.kwargs) if marker else {}
