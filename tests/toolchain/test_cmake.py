"""`resforge_add_resource_dll` in real builds: what regenerates, what does not, what is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.support import here
from tests.conftest import need

from resforge.rhs.toolchain import find_cmake, find_ninja

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = """\
resforge: 1
name: Demo Type
dll_name: {dll}
properties:
  - {{name: {name}, format: DWORD, default: 1}}
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the generators are those of Linux"),
]


def cmake_program(name: str = "cmake") -> str:
    """Return the path of cmake, or of cpack beside it."""
    tool = find_cmake()
    assert tool is not None
    return str(tool.path.with_name(name))


@dataclass(frozen=True)
class Tree:
    """A source folder and its build folder."""

    source: Path
    binary: Path
    generator: str = "Ninja"
    tool: Path = ROOT

    def configure(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run CMake, with the resforge of `tool` as the one that generates."""
        ninja = find_ninja()
        uses_ninja = self.generator.startswith("Ninja")
        maker = [f"-DCMAKE_MAKE_PROGRAM={ninja.path}"] if uses_ninja and ninja else []
        places = ["-G", self.generator, "-S", str(self.source), "-B", str(self.binary)]
        command = f"-DRESFORGE_COMMAND={sys.executable};-P;-m;resforge"
        options = ["-DCMAKE_BUILD_TYPE=Debug", command, *arguments]
        return self.run([cmake_program(), *places, *maker, *options])

    def build(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Build with four jobs."""
        return self.run([cmake_program(), "--build", str(self.binary), "-j4", *arguments])

    def run(self, command: Iterable[str]) -> subprocess.CompletedProcess[str]:
        """Run a command in the build's environment; the output of both streams is in stdout."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.tool / "generator"),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LC_ALL": "C",
        }
        return subprocess.run(
            list(command),
            cwd=self.source,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def must_build(self, *arguments: str) -> str:
        """Build, expect success, and return the output."""
        done = self.build(*arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout


def write_schema(folder: Path, dll: str = "Demo.dll", name: str = "Size") -> None:
    """Write the schema, newer than all that was built."""
    (folder / "demo_type.yaml").write_text(SCHEMA.format(dll=dll, name=name))


def make_project(folder: Path) -> Path:
    """Generate a whole project in `folder`."""
    folder.mkdir()
    write_schema(folder)
    command = [sys.executable, "-P", "-m", "resforge", "generate", "demo_type.yaml", "-o", "."]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return folder


def times_of(folder: Path) -> dict[str, int]:
    """Return the modification time of every file below `folder`, but not below a build folder."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] != "build"
    }


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_a_build_follows_the_schema(
    generator: str, tmp_path: Path, native_compiler: tuple[str, ...]
) -> None:
    """One build after an edit takes it all in, even another name of the DLL; the next does nothing.

    What is installed and packed then is what ships.
    """
    project = make_project(tmp_path / "a project")
    tree = Tree(project, project / "build", generator)
    before = times_of(project)
    assert tree.configure().returncode == 0
    tree.must_build()
    assert times_of(project) == before, "a build without a change wrote into the project"
    made = times_of(project / "build")
    tree.must_build()
    dlls = [name for name in made if name.endswith(".so")]
    assert sorted(dlls) == ["Demo.so", "Demo_scripted.so"]
    assert all(times_of(project / "build")[name] == made[name] for name in dlls)

    write_schema(project, dll="Other.dll", name="Weight")
    said = tree.must_build()
    assert "Weight" in said
    for name in ("Other.so", "Other_scripted.so"):
        content = (project / "build" / name).read_bytes()
        assert "Weight".encode("utf-16-le") in content
        assert "Size\0".encode("utf-16-le") not in content
    made = times_of(project / "build")
    tree.must_build()
    assert times_of(project / "build")["Other.so"] == made["Other.so"]
    if generator == "Ninja":
        _packs(tree, "Other.so", tmp_path)


def test_mistakes_fail_the_build_with_their_place(
    tmp_path: Path, native_compiler: tuple[str, ...]
) -> None:
    """A wrong schema and a hand-edited file stop the build; `clean` leaves the project alone."""
    project = make_project(tmp_path / "project")
    tree = Tree(project, project / "build")
    assert tree.configure().returncode == 0
    sound = (project / "demo_type.yaml").read_text()
    (project / "demo_type.yaml").write_text(sound + "propertis: []\n")
    failed = tree.build("--target", "build.ninja")
    assert failed.returncode != 0
    place = f"{project / 'demo_type.yaml'}:6:1: error: unknown key"
    assert any(line.startswith(place) for line in failed.stdout.splitlines()), failed.stdout
    write_schema(project, name="Weight")
    header = project / "generated" / "demo_type.g.h"
    kept = header.read_bytes()
    header.write_bytes(kept + b"// mine\n")
    failed = tree.build("--target", "build.ninja")
    assert failed.returncode != 0
    assert "generated/demo_type.g.h" in failed.stdout
    assert header.read_bytes() == kept + b"// mine\n"
    header.write_bytes(kept)
    tree.must_build("--target", "build.ninja")
    kept = header.read_bytes()
    header.unlink()
    tree.must_build("--target", "build.ninja")
    assert header.read_bytes() == kept
    header.write_bytes(kept + b"// mine\n")
    assert "generated/demo_type.g.h" in tree.build("--target", "build.ninja").stdout
    header.write_bytes(kept)
    tree.must_build("--target", "build.ninja")
    files = set(times_of(project))
    tree.must_build("--target", "clean")
    assert set(times_of(project)) == files


def test_a_hook_without_a_definition_fails_a_native_build(tmp_path: Path, gcc: Path) -> None:
    """The linker leaves the functions of Win32 undefined, but not what the hook file lacks."""
    project = make_project(tmp_path / "a project")
    hooks = project / "src" / "demo_type_hooks.cpp"
    complete = hooks.read_text()
    hooks.write_text(re.sub(r"bool Hooks::is_alive\(.*?\n}\n", "", complete, flags=re.DOTALL))
    tree = Tree(project, project / "build")
    assert tree.configure(f"-DCMAKE_CXX_COMPILER={gcc}").returncode == 0
    for _ in range(2):
        done = tree.build()
        assert done.returncode != 0
        assert "undefined reference to `demo_type::Hooks::is_alive(" in done.stdout
    hooks.write_text(complete)
    tree.must_build()


def test_a_new_tool_regenerates(tmp_path: Path, native_compiler: tuple[str, ...]) -> None:
    """After an edit of a template the next build brings the project up to date."""
    tool = tmp_path / "tool"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("generator", "templates", "schemas"):
        shutil.copytree(ROOT / name, tool / name, ignore=ignored)
    project = make_project(tmp_path / "project")
    tree = Tree(project, project / "build", tool=tool)
    assert tree.configure().returncode == 0
    with (tool / "templates" / "runtime" / "text.h").open("a", encoding="utf-8") as file:
        file.write("// newer\n")
    tree.must_build("--target", "build.ninja")
    text = (project / "resforge" / "include" / "resforge" / "text.h").read_text()
    assert text.endswith("// newer\n")
    (tool / "templates" / "runtime" / "added.h").write_text("// added\n")
    tree.must_build("--target", "build.ninja")
    assert (project / "resforge" / "include" / "resforge" / "added.h").exists()


def test_without_the_tool_the_code_that_is_there_is_built(
    tmp_path: Path, native_compiler: tuple[str, ...]
) -> None:
    """A machine that only compiles needs no resforge; a newer schema waits for one that has it."""
    project = make_project(tmp_path / "project")
    tree = Tree(project, project / "build")
    configured = tree.configure("-DRESFORGE_COMMAND=")
    assert configured.returncode == 0, configured.stdout
    assert "resforge was not found: demo_type is built from the code" in configured.stdout
    schema = project / "demo_type.yaml"
    schema.write_bytes(schema.read_bytes().replace(b"\n", b"\r\n"))
    assert "has changed" not in tree.configure("-DRESFORGE_COMMAND=").stdout
    write_schema(project, name="Weight")
    said = tree.configure("-DRESFORGE_COMMAND=").stdout
    assert "demo_type.yaml has changed since" in " ".join(said.split())
    (project / "generated" / "demo_type.g.cpp").unlink()
    shutil.rmtree(project / "build")
    failed = tree.configure("-DRESFORGE_COMMAND=")
    assert failed.returncode != 0
    assert "pip install resforge" in failed.stdout


@pytest.mark.windows
def test_install_and_pack_for_windows(tmp_path: Path) -> None:
    """A PE file is packed like a native one."""
    project = make_project(tmp_path / "project")
    tree = Tree(project, project / "build")
    configured = tree.configure("--toolchain", "resforge/cmake/mingw.cmake")
    assert configured.returncode == 0, configured.stdout
    tree.must_build()
    _packs(tree, "Demo.dll", tmp_path)


def _packs(tree: Tree, dll: str, scratch: Path) -> None:
    """Expect the DLL that ships, its script and its page, and not the scripted twin."""
    wanted = {f"demo_type/{dll}", "demo_type/demo_type.md", "demo_type/register_demo_type.ps1"}
    install = ["--install", str(tree.binary), "--prefix", str(scratch / "prefix")]
    assert tree.run([cmake_program(), *install]).returncode == 0
    assert set(times_of(scratch / "prefix")) == wanted
    packed = tree.run([cmake_program("cpack"), "--config", str(tree.binary / "CPackConfig.cmake")])
    assert packed.returncode == 0, packed.stdout
    (archive,) = tree.source.glob("demo_type-*.zip")
    names = zipfile.ZipFile(archive).namelist()
    files = {name.partition("/")[2] for name in names if not name.endswith("/")}
    assert files == wanted


PACKAGE_PROJECT = """\
cmake_minimum_required(VERSION 3.25)
project(product LANGUAGES CXX)
find_package(resforge 0.1 CONFIG REQUIRED)
resforge_add_resource_dll(demo_type SCHEMA demo_type.yaml HOOKS hooks/demo_type_hooks.cpp)
"""


def test_a_project_without_generated_code(tmp_path: Path, native_compiler: tuple[str, ...]) -> None:
    """find_package: schema and hooks are all that the source folder holds, before and after."""
    whole = make_project(tmp_path / "whole")
    source = tmp_path / "source"
    shutil.copytree(whole / "src", source / "hooks")
    write_schema(source)
    (source / "CMakeLists.txt").write_text(PACKAGE_PROJECT)
    package = ROOT / "generator" / "resforge" / "cmake"
    tree = Tree(source, tmp_path / "build")
    before = times_of(source)
    configured = tree.configure(f"-Dresforge_DIR={package}")
    assert configured.returncode == 0, configured.stdout
    tree.must_build()
    assert times_of(source) == before
    assert (tmp_path / "build" / "Demo.so").is_file()
    code = tmp_path / "build" / "demo_type_code"
    assert not (code / "src").exists()
    assert not (code / "CMakeLists.txt").exists()
    write_schema(source, name="Weight")
    tree.must_build("--target", "build.ninja")
    assert "weight" in (code / "generated" / "demo_type.g.h").read_text()


STRANGER = """\
cmake_minimum_required(VERSION 3.25)
project(stranger LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_DEBUG_POSTFIX _d)
add_subdirectory(needed)
resforge_add_resource_dll(queue_dll SCHEMA schemas/queue.toml HOOKS $<1:hooks/queue.cpp>)
resforge_add_resource_dll(cache_dll SCHEMA schemas/cache.json HOOKS hooks/cache.cpp)
include(CPack)
"""


def test_targets_of_a_strangers_own(tmp_path: Path, native_compiler: tuple[str, ...]) -> None:
    """Several targets with names of their own, whatever the project around them has set.

    The files of the DLLs are named as registered, with no suffix; warnings of the runtime are not
    the project's; find_package may have run in another folder.
    """
    source = tmp_path / "Produkt (Größe)"
    for name in ("schemas", "hooks", "needed"):
        (source / name).mkdir(parents=True)
    (source / "schemas" / "queue.toml").write_text('resforge = 1\nname = "Message Queue"\n')
    (source / "schemas" / "cache.json").write_text('{"resforge": 1, "name": "Web Cache"}')
    for name in ("queue", "cache"):
        (source / "hooks" / f"{name}.cpp").touch()
    (source / "needed" / "CMakeLists.txt").write_text("find_package(resforge CONFIG REQUIRED)\n")
    (source / "CMakeLists.txt").write_text(STRANGER)
    tree = Tree(source, tmp_path / "build")
    package = f"-Dresforge_DIR={ROOT / 'generator' / 'resforge' / 'cmake'}"
    configured = tree.configure(package, "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
    assert configured.returncode == 0, configured.stdout
    for target, dll in (("queue_dll", "MessageQueue.so"), ("cache_dll", "WebCache.so")):
        code = tree.binary / f"{target}_code"
        assert f'"{tree.binary / dll}"' in (code / "resforge.json").read_text()
        commands = (tree.binary / "compile_commands.json").read_text()
        assert f"-isystem {code / 'resforge' / 'include'}" in commands
    assert "-std=c++20" in commands
    assert (
        "queue_dll_scripted"
        in tree.run([cmake_program(), "--build", str(tree.binary), "-t", "help"]).stdout
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("product_dll SCHEMA demo_type.yaml", "or name the sources of its hooks with HOOKS"),
        ("demo_type", "needs SCHEMA <file>"),
        ("demo_type SCHEMA missing.yaml", "missing.yaml"),
        ("demo_type SCHEMA demo_type.yaml SOURCES a.cpp", "cannot take: SOURCES;a.cpp"),
        ("demo_type SCHEMA demo_type.yaml", "there is no file"),
    ],
)
def test_wrong_calls_are_explained(
    call: str, message: str, tmp_path: Path, native_compiler: tuple[str, ...]
) -> None:
    """What is missing or not understood is named."""
    write_schema(tmp_path)
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(product LANGUAGES CXX)\n"
        "find_package(resforge CONFIG REQUIRED)\n"
        f"resforge_add_resource_dll({call})\n"
    )
    package = ROOT / "generator" / "resforge" / "cmake"
    done = Tree(tmp_path, tmp_path / "build").configure(f"-Dresforge_DIR={package}")
    assert done.returncode != 0
    assert message in " ".join(done.stdout.split())


def test_a_generator_of_several_configurations(
    tmp_path: Path, native_compiler: tuple[str, ...]
) -> None:
    """Visual Studio and Xcode choose the configuration when they build; so does this Ninja."""
    project = make_project(tmp_path / "project")
    presets = project / "CMakePresets.json"
    presets.write_text(presets.read_text().replace('"Ninja"', '"Ninja Multi-Config"'))
    built = here("build", project)
    assert built.returncode == 0, built.stderr
    (dll,) = (project / "build").glob("native*/*/Demo.so")
    assert str(dll) in built.stdout


def test_build_folders_that_configure_at_once(
    tmp_path: Path, native_compiler: tuple[str, ...]
) -> None:
    """After an edit several build folders of a project may generate side by side."""
    project = make_project(tmp_path / "project")
    write_schema(project, name="Weight")
    trees = [Tree(project, project / "build" / str(number)) for number in range(4)]
    with ThreadPoolExecutor(len(trees)) as pool:
        done = list(pool.map(Tree.configure, trees))
    assert [one.returncode for one in done] == [0] * len(trees), [one.stdout for one in done]
    assert "weight" in (project / "generated" / "demo_type.g.h").read_text()


@pytest.mark.parametrize(
    ("version", "found"), [("0", True), ("0.1", True), ("0.0", False), ("0.2", False), ("1", False)]
)
def test_find_package_asks_for_a_version(version: str, found: bool, tmp_path: Path) -> None:
    """Before 1.0 another minor version is another series."""
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(product NONE)\n"
        f"find_package(resforge {version} CONFIG REQUIRED)\n"
    )
    package = ROOT / "generator" / "resforge" / "cmake"
    done = Tree(tmp_path, tmp_path / "build").configure(f"-Dresforge_DIR={package}")
    assert (done.returncode == 0) is found, done.stdout


@pytest.mark.parametrize("folder", ["a[b]", "c[d", "e f", "g*", "g?"])
def test_folders_that_lists_of_cmake_can_hold(
    folder: str, tmp_path: Path, native_compiler: tuple[str, ...]
) -> None:
    """A path with a lone bracket is refused; with any other, all that decides is looked at."""
    if folder.startswith("g"):
        make_project(tmp_path / "gh")  # what is no pattern does not match it
    project = make_project(tmp_path / folder)
    configured = Tree(project, project / "build").configure()
    if folder == "c[d":
        assert configured.returncode != 0
        assert "a square bracket without its partner" in " ".join(configured.stdout.split())
        return
    assert configured.returncode == 0, configured.stdout
    rules = (project / "build" / "build.ninja").read_text().replace("$ ", " ")
    for path in ("demo_type.yaml", "generated/demo_type.g.h", "resforge/include/resforge/text.h"):
        assert str(project / path) in rules


def test_a_renamed_type_is_explained(tmp_path: Path, native_compiler: tuple[str, ...]) -> None:
    """CMakeLists.txt still has the old name, and the message says so."""
    project = make_project(tmp_path / "project")
    schema = project / "demo_type.yaml"
    schema.write_text(schema.read_text().replace("Demo Type", "New Type"))
    configured = Tree(project, project / "build").configure()
    assert configured.returncode != 0
    said = " ".join(configured.stdout.split())
    assert "is named new_type: write resforge_add_resource_dll(new_type ...)" in said


def test_projects_in_one_build(tmp_path: Path, native_compiler: tuple[str, ...]) -> None:
    """Two generated projects below one CMakeLists.txt each use their own runtime."""
    names = ("minimal", "process_supervisor")
    for name in names:
        shutil.copytree(ROOT / "generated_examples" / name, tmp_path / name)
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(both LANGUAGES CXX)\n"
        + "".join(f"add_subdirectory({name})\n" for name in names)
    )
    tree = Tree(tmp_path, tmp_path / "build")
    configured = tree.configure("-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
    assert configured.returncode == 0, configured.stdout
    commands = (tmp_path / "build" / "compile_commands.json").read_text()
    assert all(f"{tmp_path}/{name}/resforge/include" in commands for name in names)


def test_a_rule_of_make(tmp_path: Path) -> None:
    """`--stamp` and `--depfile` serve a Makefile that has never heard of CMake."""
    make = shutil.which("make")
    if make is None:
        need("make")
    write_schema(tmp_path)
    run = f"{sys.executable} -P -m resforge generate $< -o out --stamp $@ --depfile $@.d"
    (tmp_path / "Makefile").write_text(
        f"out.stamp: demo_type.yaml\n\t{run}\n-include out.stamp.d\n"
    )
    tree = Tree(tmp_path, tmp_path)
    assert tree.run(["make"]).returncode == 0
    assert (tmp_path / "out" / "generated" / "demo_type.g.cpp").is_file()
    assert "up to date" in tree.run(["make"]).stdout
    rule = (tmp_path / "out.stamp.d").read_text()
    assert str(ROOT / "templates" / "runtime" / "instance.h") in rule
    stamp = tmp_path / "out.stamp"
    older = (ROOT / "templates" / "runtime" / "instance.h").stat().st_mtime - 10
    os.utime(stamp, (older, older))
    assert "generate" in tree.run(["make"]).stdout


def test_a_schema_in_a_folder_of_the_project(
    tmp_path: Path, native_compiler: tuple[str, ...]
) -> None:
    """The new CMakeLists.txt names the schema where it is."""
    (tmp_path / "schemas").mkdir()
    write_schema(tmp_path / "schemas")
    command = [sys.executable, "-P", "-m", "resforge", "generate", "schemas/demo_type.yaml"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    subprocess.run([*command, "-o", "."], cwd=tmp_path, env=environment, check=True)
    configured = Tree(tmp_path, tmp_path / "build").configure()
    assert configured.returncode == 0, configured.stdout
