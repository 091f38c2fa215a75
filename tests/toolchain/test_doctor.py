"""What `resforge doctor` concludes and prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from resforge.cli.doctor import command
from resforge.rhs.doctor import Diagnosis, examine
from resforge.rhs.toolchain import FINDERS, Tool

VERSIONS = {
    "cmake": "4.4.4",
    "ninja": "1.13",
    "gcc": "12.2.0",
    "clang": "18.1",
    "mingw": "12",
    "zig": "0.17.1",
    "msvc": "19.40",
    "wine": "8.0",
}


def examine_machine(
    *names: str, platform: str = "linux", pip: bool = False, packager: str = "apt-get"
) -> Diagnosis:
    """Return the diagnosis of a machine that has exactly the tools `names`."""
    tools = {
        name: Tool(name, Path("/bin") / name, version) if name in names else None
        for name, version in VERSIONS.items()
    }
    return examine(
        finders={name: lambda tool=tool: tool for name, tool in tools.items()},  # type: ignore[misc]
        platform=platform,
        zig_installable=pip,
        which=lambda program: program if program == packager else None,
    )


@pytest.mark.parametrize(
    ("names", "native", "windows"),
    [
        (("cmake", "ninja", "gcc", "mingw", "wine"), "gcc 12.2.0", "mingw 12, run by wine 8.0"),
        (("cmake", "ninja", "clang"), "clang 18.1", None),
        (("cmake", "ninja", "zig", "wine"), "zig 0.17.1", "zig 0.17.1, run by wine 8.0"),
        (("cmake", "ninja", "mingw"), None, None),
        (("ninja", "gcc", "mingw", "wine"), None, None),
        ((), None, None),
    ],
)
def test_conclusions(names: tuple[str, ...], native: str | None, windows: str | None) -> None:
    """Native needs a compiler with CMake and Ninja, Windows also needs Wine."""
    diagnosis = examine_machine(*names)
    assert (diagnosis.native, diagnosis.windows) == (native, windows)


def test_pip_is_enough() -> None:
    """Where pip is there zig will be, so a native verify is possible."""
    assert examine_machine("cmake", "ninja", pip=True).native == (
        "zig, which the first build installs"
    )


def test_on_windows_native_means_windows() -> None:
    """On Windows there is one target and no Wine."""
    diagnosis = examine_machine("cmake", "ninja", "msvc", platform="win32")
    assert (diagnosis.native, diagnosis.windows) == ("msvc 19.40", "msvc 19.40")


def test_every_missing_tool_has_its_command() -> None:
    """On Debian each missing tool but Visual C++ comes with the command that installs it."""
    installs = {finding.name: finding.install for finding in examine_machine().findings}
    assert installs == {
        "cmake": "python -m pip install cmake",
        "ninja": "python -m pip install ninja",
        "gcc": "apt-get install g++",
        "clang": "apt-get install clang",
        "mingw": "apt-get install g++-mingw-w64-x86-64-posix",
        "zig": "python -m pip install ziglang",
        "msvc": None,
        "wine": "apt-get install wine64",
    }


def test_old_tool_is_told_apart() -> None:
    """A tool below the minimum version is `too old`, not `missing`."""
    old = {name: (lambda: None) for name in VERSIONS}
    old["gcc"] = lambda: Tool("gcc", Path("/bin/g++"), "9.4.0")  # type: ignore[assignment]
    diagnosis = examine(finders=old, platform="linux", zig_installable=False)
    assert [f.status for f in diagnosis.findings if f.name == "gcc"] == ["too old"]
    assert diagnosis.native is None


class TestCommand:
    @pytest.fixture
    def nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A machine without any tool and without pip."""
        for name in FINDERS:
            monkeypatch.setitem(FINDERS, name, lambda: None)
        monkeypatch.setattr("resforge.rhs.doctor.can_install_zig", lambda: False)

    def test_impossible_is_exit_code_4(self, nothing: None) -> None:
        """Without a compiler and pip the exit code says that nothing can be verified."""
        result = CliRunner().invoke(command, standalone_mode=False)
        assert result.return_value == 4
        assert "impossible" in result.output
        assert "python -m pip install ziglang" in result.output

    def test_json(self, nothing: None) -> None:
        """--json prints one object with every tool."""
        result = CliRunner().invoke(command, ["--json"], standalone_mode=False)
        data = json.loads(result.output)
        assert data["native_verify"] is None
        assert {tool["name"] for tool in data["tools"]} == set(VERSIONS)
        assert {tool["status"] for tool in data["tools"]} == {"missing"}

    def test_this_machine(self) -> None:
        """Where tests run, CMake and Ninja are found with version and path."""
        result = CliRunner().invoke(command, ["--json"], standalone_mode=False)
        tools = {tool["name"]: tool for tool in json.loads(result.output)["tools"]}
        for name in ("cmake", "ninja"):
            assert tools[name]["status"] == "found"
            assert Path(tools[name]["path"]).is_file()
