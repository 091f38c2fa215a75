"""Renders resource types and compiles them, alone or together with the C++ tests of this folder."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from resforge.render import RenderedFile, render_project
from resforge.schema import ResourceType, load_resource_type, load_resource_type_text

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "runtime"
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")
SCHEMAS = ("pending", "cached", "everything")
LIBRARY = "library.so"


@cache
def resource_type(name: str) -> ResourceType:
    """Return a resource type of this folder's schemas."""
    return load_resource_type(HERE / "schemas" / f"{name}.yaml").resource_type


def parsed(text: str) -> ResourceType:
    """Return the resource type of a YAML text."""
    return load_resource_type_text(text, file="test.yaml", syntax="yaml").resource_type


def rendered(kind: ResourceType) -> dict[str, RenderedFile]:
    """Return the C++ files that depend on the schema."""
    files = render_project(kind, schema_file="test.yaml")
    return {path: file for path, file in files.items() if _depends_on_schema(path)}


def _depends_on_schema(path: str) -> bool:
    return path.startswith(("generated/", "src/"))


def write(kind: ResourceType, folder: Path) -> Path:
    """Write those files below `folder` and put the runtime beside them."""
    for path, file in rendered(kind).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.data)
    include = folder / "include"
    if not include.exists():
        include.mkdir()
        (include / "resforge").symlink_to(ROOT / "templates" / "runtime")
    return folder


def compile_unit(
    compiler: Path, folder: Path, source: Path, target: Path, *flags: str
) -> subprocess.CompletedProcess[str]:
    """Compile one source against the project in `folder`; the result holds the messages."""
    includes = [f"-I{folder / name}" for name in ("include", "generated", "src")]
    command = [str(compiler), "-std=c++20", *WARNINGS, *flags, *includes]
    return subprocess.run(
        [*command, "-c", str(source), "-o", str(target)],
        capture_output=True,
        text=True,
        check=False,
    )


def compile_project(compiler: Path, folder: Path, identifier: str) -> list[str]:
    """Compile the hooks skeleton, the plain and the scripted DLL; return the messages."""
    generated = folder / "generated" / f"{identifier}.g.cpp"
    hooks = folder / "src" / f"{identifier}_hooks.cpp"
    jobs = ((generated, ()), (generated, ("-DRESFORGE_SCRIPTED_HOOKS",)), (hooks, ()))
    results = [
        compile_unit(compiler, folder, source, folder / "unit.o", "-fsyntax-only", *flags)
        for source, flags in jobs
    ]
    return [result.stderr for result in results if result.returncode != 0]


def cpp_test_names() -> list[str]:
    """Return the names of the C++ tests."""
    sources = sorted((HERE / "cpp").glob("*_tests.cpp"))
    return [
        name
        for path in sources
        for name in re.findall(r"^TEST\((\w+)\)", path.read_text(), re.MULTILINE)
    ]


def build_tests(compiler: Path, folder: Path, flags: Iterable[str]) -> Path:
    """Build the program that holds all C++ tests and the scripted DLLs of `SCHEMAS`.

    The first of them lies beside it as a library too, which can really be unloaded.
    """
    types = [_type_job(name, folder) for name in SCHEMAS]
    jobs = [*((types[0][0], path, ()) for path in _test_units(folder)), *types]
    common = ("-g1", "-O1", f"-I{HERE / 'cpp'}", *flags)

    def compiled(job: tuple[Path, Path, tuple[str, ...]]) -> str:
        project, source, extra = job
        target = folder / f"{source.stem}.o"
        result = compile_unit(compiler, project, source, target, *common, *extra)
        assert result.returncode == 0, result.stderr[:4000]
        return str(target)

    with ThreadPoolExecutor(max_workers=2) as pool:
        objects = list(pool.map(compiled, jobs))
    program = folder / "tests"
    link = [str(compiler), *flags, *objects, "-pthread", "-rdynamic", "-ldl", "-o", str(program)]
    linked = subprocess.run(link, capture_output=True, text=True, check=False)
    assert linked.returncode == 0, linked.stderr[-4000:]
    unloadable = objects[-len(SCHEMAS)]
    library = [str(compiler), *flags, "-shared", "-Wl,-Bsymbolic", unloadable]
    subprocess.run([*library, "-o", str(folder / LIBRARY)], check=True, capture_output=True)
    return program


def _test_units(folder: Path) -> list[Path]:
    """Return the sources of the tests and of their host, those that take longest first.

    The tests that read the same headers are one unit: a third of the time of compiling each.
    """
    sources = sorted((HERE / "cpp").glob("*.cpp"))
    long = HERE / "cpp" / "hook_tests.cpp"
    together = [path for path in sources if path.stem.endswith("_tests") and path != long]
    unit = folder / "all_tests.cpp"
    unit.write_text("".join(f'#include "{path.name}"\n' for path in together), encoding="utf-8")
    return [long, unit, *(path for path in sources if path not in (long, *together))]


def _type_job(name: str, folder: Path) -> tuple[Path, Path, tuple[str, ...]]:
    kind = resource_type(name)
    project = write(kind, folder / name)
    renamed = (f"-DStartup=Startup_{name}", f"-DResforgeSetScript=SetScript_{name}")
    unloadable = ("-fPIC", "-fno-gnu-unique") if name == SCHEMAS[0] else ()
    source = project / "generated" / f"{kind.identifier}.g.cpp"
    return project, source, ("-DRESFORGE_SCRIPTED_HOOKS", *renamed, *unloadable)
