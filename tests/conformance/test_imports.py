"""`resforge verify` finds calls that no resource DLL may make in what the DLL imports."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rhs_host.rig import LIBRARIES, ROOT, Platform, build_host

from resforge.conformance.deadlock_list import PAGE, forbidden_imports
from resforge.conformance.hosts import Target
from resforge.conformance.runner import Runner
from resforge.conformance.suites import user_hooks
from resforge.conformance.verify import type_model
from resforge.rhs.imports import imported_names

STRAY = """
extern "C" unsigned FailClusterResource(void* resource);
extern "C" unsigned MoveClusterGroup(void* group, void* node);
#ifdef _WIN32
__declspec(dllexport)
#endif
unsigned stray(void* handle) {
    return FailClusterResource(handle) + MoveClusterGroup(handle, nullptr);
}
"""
PLAIN = '#include "plain.h"\nPLAIN_STARTUP((void)0)\n'
WANTED = {"FailClusterResource", "MoveClusterGroup"}


def _built(folder: Path, compiler: Path, text: str, *flags: str) -> Path:
    source, library = folder / "Stray.cpp", folder / "Stray.dll"
    source.write_text(text)
    command = [str(compiler), "-std=c++20", "-shared", str(source), *flags]
    subprocess.run([*command, "-o", str(library)], check=True)
    return library


def _check(library: Path) -> None:
    assert imported_names(library) >= WANTED
    sentence = forbidden_imports(library) or ""
    assert "Stray.dll imports FailClusterResource, MoveClusterGroup, " in sentence
    assert PAGE in sentence


def test_a_native_library(gcc: Path, tmp_path: Path) -> None:
    """Undefined symbols of an ELF file are its imports."""
    _check(_built(tmp_path, gcc, STRAY, "-fPIC"))


def test_a_pe_file(mingw: Path, tmp_path: Path) -> None:
    """The import directory of a PE file is read."""
    _check(_built(tmp_path, mingw, STRAY, "-static", "-lclusapi"))


def _delayed(data: bytearray) -> None:
    """Make the descriptor of CLUSAPI.dll one of delayed imports; GNU's linker writes none."""
    optional = struct.unpack_from("<I", data, 0x3C)[0] + 24
    first_section = optional + struct.unpack_from("<H", data, optional - 4)[0]
    name = data.index(b"CLUSAPI.dll\0")
    sections = (struct.unpack_from("<III", data, first_section + 40 * i + 12) for i in range(20))
    start, _, raw = next(s for s in sections if s[2] <= name < s[2] + s[1])
    entry = data.index(struct.pack("<I", name - raw + start)) - 12
    names, _, _, library = struct.unpack_from("<4I", data, entry)
    no_list_of_names = library
    row = struct.pack("<8I", 1, library, 0, no_list_of_names, names, 0, 0, 0)
    data[entry : entry + 64] = row + bytes(32)
    struct.pack_into("<I", data, optional + 112 + 8, 0)
    struct.pack_into("<I", data, optional + 112 + 8 * 13, entry - raw + start)


def test_a_pe_file_with_delayed_imports(mingw: Path, tmp_path: Path) -> None:
    """So is the directory of what is bound at the first call."""
    library = _built(tmp_path, mingw, STRAY, "-static", "-lclusapi")
    data = bytearray(library.read_bytes())
    _delayed(data)
    library.write_bytes(data)
    assert imported_names(library) == WANTED


def _complaint(library: Path) -> str:
    """Return what reading a file says about it, its own name if nothing."""
    try:
        imported_names(library)
    except ValueError as error:
        return str(error)
    return library.name


@pytest.mark.parametrize("compiler", ["gcc", "mingw"])
def test_a_damaged_file_is_refused(
    compiler: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Whatever is wrong with a file, it is a ValueError that names it, or names of some kind."""
    libraries = ("-fPIC",) if compiler == "gcc" else ("-static", "-lclusapi")
    sound = _built(tmp_path, request.getfixturevalue(compiler), STRAY, *libraries).read_bytes()
    damaged = tmp_path / "Damaged.dll"
    places = st.one_of(st.integers(0, 0x400), st.integers(0, len(sound) - 1))

    @settings(max_examples=150, deadline=None)
    @given(st.lists(st.tuples(places, st.binary(min_size=1, max_size=8))), places)
    def damage(changes: list[tuple[int, bytes]], end: int) -> None:
        data = bytearray(sound[:end] if end % 2 else sound)
        for place, change in changes:
            data[place : place + len(change)] = change
        damaged.write_bytes(data)
        assert "Damaged.dll" in _complaint(damaged)

    damage()


@pytest.mark.slow
def test_verify_names_them(gcc: Path, tmp_path: Path) -> None:
    """The scenario own-imports fails with that sentence, and passes without such a call."""
    model = type_model(ROOT / "schemas" / "minimal.yaml")
    host = build_host(Platform("native", (str(gcc),)))
    imports = [s for s in user_hooks.suite.scenarios if s.id == "own-imports"]
    (tmp_path / "resforge").symlink_to(ROOT / "templates" / "runtime")
    include = (f"-I{LIBRARIES}", f"-I{tmp_path}", "-fPIC")
    results = []
    for text in (PLAIN, PLAIN + STRAY):
        library = _built(tmp_path, gcc, text, *include)
        results += Runner(Target(host, library), model, shrink_seconds=0.0).run(imports)
    assert [result.status for result in results] == ["passed", "failed"]
    assert results[1].trouble is not None
    assert results[1].trouble.failure.message == forbidden_imports(library)
