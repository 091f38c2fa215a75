"""Each example, as it lies in the repository, verifies natively and as a PE DLL."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT

from resforge.conformance.verify import Options, prepare, run

EXAMPLES = ("minimal", "file_share", "process_supervisor")


@pytest.mark.slow
@pytest.mark.parametrize("target", ["native", pytest.param("windows", marks=pytest.mark.windows)])
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_verifies(
    name: str, target: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """No scenario fails, and every transition that its DLL can show is covered."""
    for tool in ("mingw", "wine") if target == "windows" else ("native_compiler",):
        request.getfixturevalue(tool)
    project = tmp_path / name
    shutil.copytree(
        ROOT / "generated_examples" / name, project, ignore=shutil.ignore_patterns("build")
    )
    options = Options(target=target)  # type: ignore[arg-type]
    report = run(prepare(project, options, lambda _: None), options, "", lambda _: None)
    assert [result.scenario.id for result in report.failures] == []
    assert report.coverage is not None
    assert report.coverage.missed == ()
    assert report.checks > 1_000
