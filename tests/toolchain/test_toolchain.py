"""Finding tools: which program, which version, and what makes one unusable."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from resforge.problems import EnvironmentProblem, UserError
from resforge.rhs.plan import choose_compiler, plan_build
from resforge.rhs.toolchain import Compiler, CompilerKind, Tool, find, find_compiler, find_wine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fake tools are shell scripts")


@pytest.fixture
def fake_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty PATH, to which tests add programs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("RESFORGE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr("resforge.rhs.toolchain.importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("resforge.rhs.toolchain._DEBIAN_WINE", "/nonexistent")
    return tmp_path


def add_tool(folder: Path, name: str, output: str) -> None:
    """Add a program that prints `output` whatever it is asked."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{output}\nEND\n".replace("cat", "/bin/cat"), "utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("name", "program", "output", "version"),
    [
        ("gcc", "g++", "g++ (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright", "12.2.0"),
        ("clang", "clang++", "Ubuntu clang version 18.1.3 (1ubuntu1)", "18.1.3"),
        ("wine", "wine", "wine-8.0 (Debian 8.0~repack-4)", "8.0"),
        ("zig", "zig", "0.17.1", "0.17.1"),
        (
            "mingw",
            "x86_64-w64-mingw32-g++-posix",
            "x86_64-w64-mingw32-g++-posix (GCC) 12-posix\nThread model: posix",
            "12",
        ),
    ],
)
def test_version(fake_path: Path, name: str, program: str, output: str, version: str) -> None:
    """The version is read from what each program really prints."""
    add_tool(fake_path, program, output)
    assert find(name) == Tool(name, fake_path / program, version)


def test_nothing_is_found_on_an_empty_path(fake_path: Path) -> None:
    """Without programs and packages every finder but Ninja's own scripts folder says None."""
    names = ("gcc", "clang", "mingw", "zig", "wine", "msvc", "cmake")
    assert [find(name) for name in names] == [None] * 7


def test_mingw_with_win32_threads_is_refused(fake_path: Path) -> None:
    """The variant without std::thread is as good as missing; the other name is tried next."""
    win32, posix = "Thread model: win32\n12", "Thread model: posix\n12"
    add_tool(fake_path, "x86_64-w64-mingw32-g++", win32)
    assert find("mingw") is None
    add_tool(fake_path, "x86_64-w64-mingw32-g++-posix", posix)
    assert find("mingw") is not None


def test_clang_called_gcc_is_not_gcc(fake_path: Path) -> None:
    """A g++ that is clang in disguise does not count as g++."""
    add_tool(fake_path, "g++", "Apple clang version 15.0.0")
    assert find("gcc") is None


def test_old_compiler_is_not_used(fake_path: Path) -> None:
    """A compiler below the minimum is found but not offered for builds."""
    add_tool(fake_path, "g++", "g++ (GCC) 9.4.0")
    assert find("gcc") is not None
    assert find_compiler(CompilerKind.GCC) is None


def test_program_that_fails_is_missing(fake_path: Path) -> None:
    """A file that cannot run is no tool."""
    (fake_path / "g++").write_text("not a program", encoding="utf-8")
    (fake_path / "g++").chmod(0o755)
    assert find("gcc") is None


def test_environment_variable_chooses_the_compiler(
    fake_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CXX names the g++ or clang++ to take."""
    add_tool(fake_path, "g++", "g++ 12.2.0")
    add_tool(fake_path, "g++-13", "g++-13 (Ubuntu 13.1.0-8ubuntu1) 13.1.0")
    monkeypatch.setenv("CXX", "g++-13")
    found = find("gcc")
    assert found is not None
    assert found.version == "13.1.0"


def test_debian_wine_is_found_outside_path(
    fake_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian's 64-bit Wine lies in its own folder."""
    add_tool(fake_path / "lib", "wine64", "wine-8.0")
    monkeypatch.setattr("resforge.rhs.toolchain._DEBIAN_WINE", str(fake_path / "lib" / "wine64"))
    found = find_wine()
    assert found is not None
    assert found.path == fake_path / "lib" / "wine64"


def test_zig_in_the_cache_is_found(fake_path: Path) -> None:
    """What the tool installed for itself is used without PATH."""
    add_tool(fake_path / "cache/zig/ziglang", "zig", "0.17.1")
    assert find_compiler(CompilerKind.ZIG) is not None


def no_zig() -> Compiler:
    """An installer that must not be called."""
    raise AssertionError("zig was installed")


@pytest.mark.parametrize(
    ("target", "variant", "preset", "folder"),
    [
        ("native", "plain", "native", "native"),
        ("native", "asan", "native-asan", "native-asan"),
        ("native", "tsan", "native-tsan", "native-tsan"),
    ],
)
def test_native_plan(fake_path: Path, target: str, variant: str, preset: str, folder: str) -> None:
    """With g++ each variant has the preset of its name."""
    add_tool(fake_path, "g++", "g++ 12.2.0")
    plan = plan_build(target, variant, None, on_windows=False, install_zig=no_zig)  # type: ignore[arg-type]
    assert (plan.preset, plan.folder, plan.toolchain_file) == (preset, folder, None)


def test_other_compilers_get_folders_of_their_own(fake_path: Path) -> None:
    """clang and zig share the preset but not the build folder."""
    add_tool(fake_path, "clang++", "clang version 18.1.3")
    plan = plan_build("native", "plain", None, on_windows=False, install_zig=no_zig)
    assert (plan.preset, plan.folder) == ("native", "native-clang")
    add_tool(fake_path, "zig", "0.17.1")
    plan = plan_build("native", "plain", CompilerKind.ZIG, on_windows=False, install_zig=no_zig)
    assert (plan.folder, plan.toolchain_file) == ("native-zig", "zig-native.cmake")


def test_native_on_windows_is_windows(fake_path: Path) -> None:
    """On Windows a native build makes a PE file."""
    add_tool(fake_path, "zig", "0.17.1")
    plan = plan_build("native", "plain", None, on_windows=True, install_zig=no_zig)
    assert (plan.target, plan.preset) == ("windows", "windows-zig")


@pytest.mark.parametrize(
    ("target", "variant", "compiler"),
    [
        ("native", "plain", CompilerKind.MINGW),
        ("native", "asan", CompilerKind.ZIG),
        ("windows", "plain", CompilerKind.GCC),
        ("windows", "asan", None),
    ],
)
def test_senseless_combinations(target: str, variant: str, compiler: CompilerKind | None) -> None:
    """A compiler that cannot make the target or variant is refused as bad usage."""
    with pytest.raises(UserError) as caught:
        plan_build(target, variant, compiler, on_windows=False, install_zig=no_zig)  # type: ignore[arg-type]
    assert caught.value.exit_code == 2


def test_zig_is_installed_as_the_last_resort(fake_path: Path) -> None:
    """Only when no other compiler is there, and zig would do, is it installed."""
    zig = Compiler(CompilerKind.ZIG, Tool("zig", Path("/zig"), "0.17.1"))
    assert choose_compiler((CompilerKind.GCC, CompilerKind.ZIG), lambda: zig) is zig
    with pytest.raises(EnvironmentProblem):
        choose_compiler((CompilerKind.GCC,), lambda: zig)
