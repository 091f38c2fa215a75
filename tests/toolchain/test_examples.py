"""The three examples compile in every preset, without a warning, to what Windows expects."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.conftest import need
from tests.toolchain.portable_executable import VERSION_RESOURCE, read_portable_executable

from resforge.rhs.build import Libraries, build_libraries
from resforge.rhs.plan import Target, Variant
from resforge.rhs.toolchain import CompilerKind

pytestmark = pytest.mark.slow
EXAMPLES = ("minimal", "file_share", "process_supervisor")


def build_example(
    root: Path,
    place: Path,
    name: str,
    target: Target,
    compiler: CompilerKind,
    variant: Variant = "plain",
) -> Libraries:
    """Build a copy of the example, so that its own build folder stays as it is."""
    project = place / name
    source = root / "generated_examples" / name
    shutil.copytree(source, project, ignore=shutil.ignore_patterns("build"))
    return build_libraries(project, target=target, variant=variant, compiler=compiler)


def warnings_in(log: Path) -> list[str]:
    """Return the lines of a build's log that warn."""
    return [line for line in log.read_text("utf-8").splitlines() if "warning" in line.lower()]


@pytest.mark.parametrize("variant", ["plain", "asan", "tsan"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_native(root: Path, tmp_path: Path, gcc: Path, name: str, variant: Variant) -> None:
    """g++ compiles it, with and without sanitizers, and has nothing to say."""
    made = build_example(root, tmp_path, name, "native", CompilerKind.GCC, variant)
    assert warnings_in(made.log) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_windows(root: Path, tmp_path: Path, mingw: Path, name: str) -> None:
    """MinGW compiles it without a warning to a DLL that exports Startup and needs only Windows."""
    made = build_example(root, tmp_path, name, "windows", CompilerKind.MINGW)
    assert warnings_in(made.log) == []
    library = read_portable_executable(made.dll)
    assert library.exports == ("Startup",)
    assert VERSION_RESOURCE in library.resource_types
    foreign = [dll for dll in library.imports if dll.lower().startswith(("lib", "msvcp"))]
    assert foreign == []


@pytest.mark.parametrize("target", ["native", "windows"])
def test_zig(root: Path, tmp_path: Path, target: Target) -> None:
    """zig's clang compiles the largest example for both targets without a warning."""
    need("zig")
    made = build_example(root, tmp_path, "process_supervisor", target, CompilerKind.ZIG)
    assert warnings_in(made.log) == []
