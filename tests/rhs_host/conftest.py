"""Fixtures that start the simulated RHS with a small resource DLL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.rhs_host.rig import Platform, Start, closing


@pytest.fixture
def native(native_compiler: tuple[str, ...]) -> Platform:
    """The platform of this machine."""
    return Platform("native", native_compiler)


@pytest.fixture
def host(native: Platform) -> Iterator[Start]:
    """Start a native host: host("good") loads that library for the type T."""
    yield from closing(native, 20.0)


@pytest.fixture
def wine_host(mingw: Path, wine: tuple[str, ...], wine_env: dict[str, str]) -> Iterator[Start]:
    """The same with PE files."""
    platform = Platform("windows", (str(mingw),), wine, wine_env)
    yield from closing(platform, 60.0)
