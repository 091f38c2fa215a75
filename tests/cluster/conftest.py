"""Test programs of the emulated cluster, built once per session and worker."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cluster.programs import ROOT, Programs
from tests.conftest import need

SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")


@pytest.fixture(scope="session")
def sanitized(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """Native programs under AddressSanitizer and UndefinedBehaviorSanitizer."""
    folder = tmp_path_factory.mktemp("cluster-native")
    yield Programs(folder, (str(need("gcc").path),), SANITIZERS)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def threaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """Native programs under ThreadSanitizer."""
    folder = tmp_path_factory.mktemp("cluster-threads")
    yield Programs(folder, (str(need("gcc").path),), ("-fsanitize=thread",))
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def portable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """Programs for Windows."""
    folder: Path = tmp_path_factory.mktemp("cluster-windows")
    yield Programs(folder, (str(need("mingw").path),), ("-static",))
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def vendored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project that carries the host's sources as a generated one does."""
    project = tmp_path_factory.mktemp("project")
    for source, target in (("rhs", "rhs"), ("runtime", "include/resforge"), ("cmake", "cmake")):
        shutil.copytree(ROOT / "templates" / source, project / "resforge" / target)
    return project
