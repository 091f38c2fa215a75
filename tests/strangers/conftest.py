"""Fixtures that give the compilers of both platforms."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rhs_host.rig import Platform


@pytest.fixture
def native(native_compiler: tuple[str, ...]) -> Platform:
    """The platform of this machine."""
    return Platform("native", native_compiler)


@pytest.fixture
def windows(mingw: Path, wine: tuple[str, ...], wine_env: dict[str, str]) -> Platform:
    """PE files, under Wine."""
    return Platform("windows", (str(mingw),), wine, wine_env)
