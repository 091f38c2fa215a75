"""Which tools the tests have, and the rule that a missing one never goes unnoticed.

A test takes its tools from a fixture here. If the tool is missing the test is skipped and the
summary names the tool; with RESFORGE_REQUIRE_ALL=1, as CI sets it, the test fails instead.
A test marked `windows` needs MinGW and Wine without asking for a fixture.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from resforge.rhs.progress import silent
from resforge.rhs.toolchain import Tool, find
from resforge.rhs.wine import ensure_wine, wine_environment

ROOT = Path(__file__).resolve().parent.parent
# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")

_MISSING = "missing tool: "
_COUNT = "count: "


@cache
def _find(name: str) -> Tool | None:
    found = find(name)
    return found if found and found.recent_enough else None


def require_all() -> bool:
    """Whether a missing tool is a failure."""
    return os.environ.get("RESFORGE_REQUIRE_ALL") == "1"


def need(*names: str) -> Tool:
    """Return the first tool of `names` that is there; skip or fail the test if none is."""
    found = next(filter(None, map(_find, names)), None)
    if found:
        return found
    message = f"{_MISSING}{' or '.join(names)} (see `resforge doctor`)"
    if require_all():
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(autouse=True)
def _windows_tools(request: pytest.FixtureRequest) -> None:
    """Give every test marked `windows` its compiler and Wine, or skip it visibly."""
    if request.node.get_closest_marker("windows"):
        need("mingw")
        need("wine")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def gcc() -> Path:
    """The path of g++; only for what other compilers lack, for example sanitizers."""
    return need("gcc").path


@pytest.fixture
def native_compiler() -> tuple[str, ...]:
    """The command of a native C++ compiler: g++, clang++, else `zig c++`."""
    tool = need("gcc", "clang", "zig")
    return (str(tool.path), "c++") if tool.name == "zig" else (str(tool.path),)


@pytest.fixture
def mingw() -> Path:
    """The path of MinGW's g++ with POSIX threads."""
    return need("mingw").path


@pytest.fixture
def zig() -> Path:
    """The path of zig."""
    return need("zig").path


@pytest.fixture
def wine() -> tuple[str, ...]:
    """The command that runs a PE program; add `wine_env` to its environment."""
    need("wine")
    return ensure_wine(silent)


@pytest.fixture
def wine_env() -> dict[str, str]:
    """The whole environment of a process under Wine."""
    return {**os.environ, **wine_environment()}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes and more than one processor: at the end nothing ran beside it."""
    items.sort(key=lambda item: item.name != "test_zig[native]")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure in CI, whoever skipped, unless the platform is the reason."""
    report = yield
    expected = hasattr(report, "wasxfail") or item.get_closest_marker("skipif")
    if report.skipped and require_all() and not expected:
        report.outcome = "failed"
        report.longrepr = f"skipped, but RESFORGE_REQUIRE_ALL=1: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the counts that tests recorded, and the tools whose absence made tests skip."""
    outcomes = Counter(
        outcome
        for outcome in ("passed", "failed", "skipped")
        for report in terminalreporter.getreports(outcome)
        if "windows" in report.keywords and (report.when == "call" or outcome == "skipped")
    )
    counts = ", ".join(f"{outcomes[name]} {name}" for name in ("passed", "failed", "skipped"))
    terminalreporter.write_line(f"PE checks: {counts}")
    for name, number in sorted(_counted(terminalreporter).items()):
        terminalreporter.write_line(f"{name}: {number}")
    for reason, count in sorted(_missing_tools(terminalreporter).items()):
        terminalreporter.write_line(f"NOT CHECKED: {count} tests, {reason}", yellow=True, bold=True)


def _counted(terminalreporter: pytest.TerminalReporter) -> Counter[str]:
    """Add up what passed tests recorded with `record_property("count: <what>", <number>)`."""
    counted: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        for key, number in report.user_properties if report.when == "call" else ():
            if key.startswith(_COUNT):
                counted[key.removeprefix(_COUNT)] += int(str(number))
    return counted


def _missing_tools(terminalreporter: pytest.TerminalReporter) -> Counter[str]:
    return Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in terminalreporter.getreports("skipped")
        if isinstance(report.longrepr, tuple) and _MISSING in str(report.longrepr[2])
    )
