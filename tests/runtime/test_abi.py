"""The project's own cluster declarations agree with the metadata of the Windows SDK."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from tests.conftest import require_all
from tests.runtime.oracle import PACKAGE, Oracle, download
from tests.runtime.programs import ROOT

OVERLAYS = ("Base", "Anonymous", "dw", "li")
"""Members that the headers of the SDK lay over others, which the project's declarations omit."""
HEADERS = ("cluster_abi.h", "cluster_api.h", "cluster_control_abi.h", "cluster_property_abi.h")


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    """The metadata, or a visible skip without a network."""
    text = download(tmp_path_factory.mktemp("metadata"))
    if text is None and require_all():
        pytest.fail(f"{PACKAGE} cannot be downloaded", pytrace=False)
    if text is None:
        pytest.skip(f"missing tool: {PACKAGE} cannot be downloaded")
    return Oracle(text)


def _header_text() -> str:
    folder = ROOT / "templates" / "runtime"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in HEADERS)


def _structure_assertions(oracle: Oracle) -> list[str]:
    lines = []
    for name in re.findall(r"^struct (\w+)", _header_text(), re.MULTILINE):
        if not oracle.knows(name):
            continue
        layout = oracle.layout(name)
        lines.append(f"static_assert(sizeof({name}) == {layout.size});")
        lines += [
            f"static_assert(offsetof({name}, {member}) == {offset});"
            for member, offset in layout.offsets.items()
            if member not in OVERLAYS and not name.startswith("CLUSPROP_")
        ]
    return lines


def _constant_assertions(oracle: Oracle) -> list[str]:
    names = re.findall(r"^(?:\s+|inline constexpr \w+ )(\w+) = ", _header_text(), re.MULTILINE)
    return [
        f"static_assert(static_cast<DWORD>({name}) == {oracle.constants[name]}U);"
        for name in names
        if name in oracle.constants
    ]


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["gcc", "mingw"])
def test_declarations(
    compiler: str, oracle: Oracle, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Every structure and constant of the headers that the metadata knows has its value there."""
    structures, constants = _structure_assertions(oracle), _constant_assertions(oracle)
    assert len(structures) > 80
    assert len(constants) > 120
    (tmp_path / "resforge").symlink_to(ROOT / "templates" / "runtime")
    source = tmp_path / "check.cpp"
    source.write_text("\n".join(['#include "resforge/cluster_api.h"', *structures, *constants]))
    command = [str(request.getfixturevalue(compiler)), "-std=c++20", f"-I{tmp_path}"]
    result = subprocess.run(
        [*command, "-fsyntax-only", str(source)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr[:4000]
