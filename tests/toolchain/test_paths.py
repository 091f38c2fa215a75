"""Folders in which the tools of a build cannot work."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.toolchain.stub_project import make_stub_project

from resforge.problems import UserError
from resforge.rhs.build import build_libraries


def test_semicolon(tmp_path: Path, native_compiler: tuple[str, ...]) -> None:
    """CMake takes a semicolon for the end of a list item; the message says so before it runs."""
    project = make_stub_project(tmp_path / "a;b")
    with pytest.raises(UserError, match="its path holds ;") as caught:
        build_libraries(project)
    assert caught.value.exit_code == 2
    assert not (project / "build").exists()


@pytest.mark.parametrize("mark", ["$", "`"])
def test_words_of_a_shell(mark: str, tmp_path: Path, mingw: Path) -> None:
    """The resource compiler of MinGW gives the path to a shell, so it must not hold a command."""
    project = make_stub_project(tmp_path / f"a {mark}(b){mark}")
    with pytest.raises(UserError, match="its path holds"):
        build_libraries(project, target="windows")
    assert not (project / "build").exists()
