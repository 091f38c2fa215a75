"""Building a small project with every compiler that is here."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.conftest import need
from tests.toolchain.portable_executable import (
    DYNAMIC_BASE,
    HIGH_ENTROPY,
    NX_COMPATIBLE,
    VERSION_RESOURCE,
    PortableExecutable,
    read_portable_executable,
)
from tests.toolchain.shared_object import exported_names
from tests.toolchain.stub_project import make_stub_project, write

from resforge.problems import EnvironmentProblem, UserError
from resforge.rhs.build import Build, build_libraries, build_project
from resforge.rhs.cache import cache_dir
from resforge.rhs.toolchain import CompilerKind
from resforge.rhs.wine import wine_environment
from resforge.rhs.zig import zig_environment

pytestmark = pytest.mark.slow
AMD64 = 0x8664


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh stub project with a cache of its own, but for what takes minutes to make."""
    for name, value in {**zig_environment(), "WINEPREFIX": _wine_prefix()}.items():
        monkeypatch.setenv(name, value)
    zig_of_user = cache_dir() / "zig"
    monkeypatch.setenv("RESFORGE_CACHE_DIR", str(tmp_path / "a cache"))
    if zig_of_user.is_dir():
        cache_dir().mkdir()
        (cache_dir() / "zig").symlink_to(zig_of_user)
    return make_stub_project(tmp_path / "stub")


def _wine_prefix() -> str:
    return wine_environment()["WINEPREFIX"]


@pytest.fixture(scope="module")
def pe_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stub project that the checks of PE files share."""
    return make_stub_project(tmp_path_factory.mktemp("pe") / "stub")


class TestNative:
    @pytest.fixture(autouse=True)
    def _compiler(self, native_compiler: tuple[str, ...]) -> None:
        """Every test here needs a native compiler."""

    def test_makes_two_libraries_and_a_host(self, project: Path) -> None:
        """A native build yields the DLL, its scripted twin and a host that runs."""
        build = build_project(project)
        assert (build.dll.name, build.scripted_dll.name) == ("Stub.so", "Stub_scripted.so")
        assert build.runner == ()
        assert subprocess.run([build.host], check=False).returncode == 7

    def test_exports_only_the_entry_points(self, project: Path) -> None:
        """The native DLL exports Startup, the scripted one also ResforgeSetScript."""
        made = build_libraries(project)
        assert exported_names(made.dll) == {"Startup"}
        assert exported_names(made.scripted_dll) == {"Startup", "ResforgeSetScript"}

    def test_second_build_does_nothing(self, project: Path) -> None:
        """An unchanged project is neither configured nor compiled again."""
        first = build_project(project)
        times = [path.stat().st_mtime_ns for path in (first.dll, first.host)]
        said: list[str] = []
        second = build_project(project, progress=said.append)
        assert times == [path.stat().st_mtime_ns for path in (second.dll, second.host)]
        assert not [text for text in said if text.startswith("configuring")]

    def test_host_is_shared_by_equal_projects(self, project: Path, tmp_path: Path) -> None:
        """Two projects with the same vendored sources use one host; a changed source makes another."""
        other = make_stub_project(tmp_path / "other")
        shared = build_project(project).host
        assert build_project(other).host == shared
        write(other / "resforge/rhs/main.cpp", "int main() { return 8; }\n")
        changed = build_project(other).host
        assert changed != shared
        assert subprocess.run([changed], check=False).returncode == 8

    def test_parallel_builds_wait_for_each_other(self, project: Path) -> None:
        """Two builds of one project at the same time both succeed with the same files."""
        made: list[Build] = []
        threads = [
            threading.Thread(target=lambda: made.append(build_project(project))) for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(made) == 2
        assert made[0].host == made[1].host

    def test_copied_build_folder_is_configured_anew(self, project: Path, tmp_path: Path) -> None:
        """A project copied with its build folder builds at its new place."""
        build_libraries(project)
        moved = project.rename(tmp_path / "moved")
        assert build_libraries(moved).dll.is_relative_to(moved)

    def test_new_library_name_takes_effect(self, project: Path) -> None:
        """Changing the LIBRARY statement renames the DLL without a fresh build folder."""
        build_libraries(project)
        write(project / "generated/stub.def", 'LIBRARY "Other Name.dll"\nEXPORTS\n    Startup\n')
        assert build_libraries(project).dll.name == "Other Name.so"

    def test_user_may_add_sources_and_libraries(self, project: Path) -> None:
        """A source that CMakeLists.txt adds is compiled into the DLL."""
        write(project / "src/more.cpp", "int more() { return 1; }\n")
        write(project / "src/stub_hooks.cpp", "int more();\nint hook() { return more(); }\n")
        with (project / "CMakeLists.txt").open("a", encoding="utf-8") as file:
            file.write("target_sources(stub PRIVATE src/more.cpp)\n")
        assert build_libraries(project).dll.is_file()

    def test_compiler_errors_name_the_line(self, project: Path) -> None:
        """A mistake in a hook is reported with file, line and column, exit code 2 and the log."""
        write(project / "src/stub_hooks.cpp", "int f() {\n    return nothing;\n}\n")
        with pytest.raises(UserError) as caught:
            build_libraries(project)
        first, last = caught.value.problems
        assert (first.file, first.line, first.column) == ("src/stub_hooks.cpp", 2, 12)
        assert "nothing" in first.message
        assert str(project / "build/native") in str(last.hint)
        assert caught.value.exit_code == 2

    def test_mistake_in_cmake_file_names_the_line(self, project: Path) -> None:
        """An unknown command in CMakeLists.txt is bad input, with its line."""
        text = (project / "CMakeLists.txt").read_text("utf-8")
        write(project / "CMakeLists.txt", text + "no_such_command()\n")
        with pytest.raises(UserError) as caught:
            build_libraries(project)
        assert caught.value.problems[0].file == "CMakeLists.txt"
        assert caught.value.problems[0].line == text.count("\n") + 1
        assert caught.value.exit_code == 2

    def test_broken_host_is_not_the_users_fault(self, project: Path) -> None:
        """A host that does not compile is a failure of the environment, and is not cached."""
        write(project / "resforge/rhs/main.cpp", "int main() { return nothing; }\n")
        for _ in range(2):
            with pytest.raises(EnvironmentProblem):
                build_project(project)

    def test_build_after_a_failure_recovers(self, project: Path) -> None:
        """Fixing the mistake is enough for the next build."""
        write(project / "src/stub_hooks.cpp", "mistake\n")
        with pytest.raises(UserError):
            build_libraries(project)
        write(project / "src/stub_hooks.cpp", "\n")
        assert build_libraries(project).dll.is_file()


@pytest.mark.parametrize("variant", ["asan", "tsan"])
def test_sanitizer_variants_report_defects(
    project: Path, gcc: Path, variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host of a sanitizer build is instrumented too: it stops at a seeded defect."""
    bad_code = {
        "asan": "int main(int n, char**) { int* p = new int[4]; delete[] p; return p[n]; }\n",
        "tsan": "#include <thread>\nint shared;\nint main() { std::thread other([] { ++shared; }); "
        "++shared; other.join(); return 0; }\n",
    }[variant]
    write(project / "resforge/rhs/main.cpp", bad_code)
    build = build_project(project, variant=variant)  # type: ignore[arg-type]
    run = subprocess.run([build.host], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert {"asan": "heap-use-after-free", "tsan": "data race"}[variant] in run.stderr


@pytest.mark.windows
def test_mingw_build_runs_under_wine(project: Path) -> None:
    """A Windows build off Windows yields PE files and the command that runs them."""
    build = build_project(project, target="windows")
    assert read_portable_executable(build.host).machine == AMD64
    environment = {**os.environ, **build.environment}
    run = subprocess.run([*build.runner, build.host], env=environment, check=False)
    assert run.returncode == 7


@pytest.fixture(scope="module", params=["mingw", "zig"])
def libraries(
    pe_project: Path, request: pytest.FixtureRequest
) -> tuple[PortableExecutable, PortableExecutable]:
    """The DLL and its scripted twin, built with each compiler for Windows."""
    need(request.param)
    kind = CompilerKind(request.param)
    made = build_libraries(pe_project, target="windows", compiler=kind)
    return read_portable_executable(made.dll), read_portable_executable(made.scripted_dll)


class TestPortableExecutable:
    def test_exports(self, libraries: tuple[PortableExecutable, PortableExecutable]) -> None:
        """The DLL that ships exports exactly Startup."""
        plain, scripted = libraries
        assert plain.exports == ("Startup",)
        assert scripted.exports == ("ResforgeSetScript", "Startup")

    def test_hardening(self, libraries: tuple[PortableExecutable, PortableExecutable]) -> None:
        """Both are 64-bit, relocatable with high entropy, and forbid executing data."""
        wanted = HIGH_ENTROPY | DYNAMIC_BASE | NX_COMPATIBLE
        for library in libraries:
            assert library.machine == AMD64
            assert library.characteristics & wanted == wanted

    def test_imports(self, libraries: tuple[PortableExecutable, PortableExecutable]) -> None:
        """Only DLLs of Windows are needed: no runtime library of the compiler has to ship."""
        for library in libraries:
            names = {name.lower() for name in library.imports}
            allowed = {name for name in names if name.startswith("api-ms-win-crt-")}
            assert names - allowed <= {"kernel32.dll", "msvcrt.dll", "ntdll.dll", "ucrtbase.dll"}

    def test_version_resource(
        self, libraries: tuple[PortableExecutable, PortableExecutable]
    ) -> None:
        """Both carry the version resource."""
        for library in libraries:
            assert VERSION_RESOURCE in library.resource_types
            assert library.file_version == (1, 2, 3, 4)


@pytest.mark.skipif(sys.platform == "win32", reason="PATH works differently there")
def test_without_compiler_zig_is_installed_and_used(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine without a compiler the build installs zig into the cache, says so, and works."""
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setenv("RESFORGE_CACHE_DIR", str(project.parent / "empty"))
    monkeypatch.delenv("ZIG_GLOBAL_CACHE_DIR")
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr("resforge.rhs.toolchain.importlib.util.find_spec", _without_ziglang)
    said: list[str] = []
    build = build_project(project, progress=said.append)
    assert build.compiler.kind is CompilerKind.ZIG
    assert "a minute or two" in said[0]
    assert subprocess.run([build.host], check=False).returncode == 7


def _without_ziglang(name: str) -> object:
    import importlib.machinery

    return None if name == "ziglang" else importlib.machinery.PathFinder.find_spec(name)
