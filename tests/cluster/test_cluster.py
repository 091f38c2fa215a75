"""The emulated cluster functions: worked bytes, every function, damaged input, threads."""

from __future__ import annotations

import re
import subprocess

import pytest
from tests.cluster.programs import HERE, HOST, Programs

pytestmark = pytest.mark.slow
PROMISED = {
    "ResUtil": 66,
    "ClusWorker": 5,
    "ClusterReg": 12,
}


def names_in_sources() -> list[str]:
    """The names of the C++ tests, read from their registration."""
    sources = "".join(path.read_text() for path in sorted(HERE.glob("test_*.cpp")))
    return re.findall(r'emplace_back\("([^"]+)"', sources)


def run(command: list[str], env: dict[str, str] | None = None) -> str:
    """The output of a program that must succeed."""
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, env=env)
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-4000:]
    return result.stdout


@pytest.mark.parametrize("name", names_in_sources())
def test_native(sanitized: Programs, name: str) -> None:
    """Each C++ test passes natively, without a finding of the address and undefined sanitizers."""
    assert f"ok {name}" in run([str(sanitized.build("cluster_tests")), name])


@pytest.mark.windows
def test_portable_executable(
    portable: Programs, wine: tuple[str, ...], wine_env: dict[str, str]
) -> None:
    """All C++ tests pass in a PE program too."""
    output = run([*wine, str(portable.build("cluster_tests"))], wine_env)
    assert re.findall(r"^ok (.+?)\r?$", output, re.MULTILINE) == re.findall(
        r"^run (.+?)\r?$", output, re.MULTILINE
    )
    assert len(re.findall(r"^ok ", output, re.MULTILINE)) == len(names_in_sources())


def test_threads(threaded: Programs) -> None:
    """Calls from several threads are free of data races."""
    program = str(threaded.build("cluster_tests"))
    for name in ("many threads", "worker life", "bounded termination"):
        run([program, name])


@pytest.mark.parametrize("seed", range(4))
def test_damaged_lists(sanitized: Programs, seed: int) -> None:
    """Random and damaged lists never make a function read or write beyond its buffers."""
    assert "5000 rounds" in run([str(sanitized.build("fuzz")), str(seed), "5000"])


def test_function_list() -> None:
    """Every promised family of functions is complete in the list of emulated functions."""
    text = (HOST / "cluster_functions.h").read_text()
    listed = re.findall(r"FUNCTION\((?:clusapi|resutils|advapi32), (\w+)\)", text)
    assert len(listed) == len(set(listed))
    for prefix, count in PROMISED.items():
        assert sum(name.startswith(prefix) for name in listed) == count, prefix


def test_forbidden_list() -> None:
    """The functions of the avoid tables are all emulated, so that a call to one is seen."""
    rules = (HOST / "cluster_call.cpp").read_text()
    listed = (HOST / "cluster_functions.h").read_text()
    names = re.findall(r'^    "(\w{8,})",$', rules, re.MULTILINE)
    assert len(names) > 50
    assert [name for name in names if f", {name})" not in listed] == []
