"""A project as small as a build allows: one exported function and a host that does nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import jinja2

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = """\
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>
#ifdef _WIN32
#include <windows.h>
#else
extern "C" std::uint32_t GetCurrentThreadId();
#endif

extern "C" std::uint32_t Startup(int number) {
    try {
        std::thread([] {}).join();
        if (number < 0) {
            throw std::runtime_error(std::to_string(number));
        }
        return static_cast<std::uint32_t>(GetCurrentThreadId());
    } catch (const std::exception&) {
        return 574;
    }
}
#ifdef RESFORGE_SCRIPTED_HOOKS
extern "C" void ResforgeSetScript(const void*) {}
#endif
"""
EXPORTS = "LIBRARY Stub.dll\nEXPORTS\n    Startup\n"
RESOURCES = """\
#include <winver.h>
VS_VERSION_INFO VERSIONINFO
FILEVERSION 1,2,3,4
PRODUCTVERSION 1,2,3,4
FILETYPE VFT_DLL
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "040904B0"
    BEGIN
      VALUE "FileDescription", "Stub"
    END
  END
  BLOCK "VarFileInfo"
  BEGIN
    VALUE "Translation", 0x409, 1200
  END
END
"""
HOST = """\
cmake_minimum_required(VERSION 3.25)
project(resforge_rhs LANGUAGES CXX)
add_executable(resforge_rhs main.cpp)
"""


def make_stub_project(folder: Path) -> Path:
    """Write the project, with the real CMake files of the templates, and return `folder`."""
    shutil.copytree(ROOT / "templates" / "cmake", folder / "resforge" / "cmake")
    for name in ("CMakeLists.txt", "CMakePresets.json"):
        template = (ROOT / "templates" / "project" / f"{name}.jinja").read_text("utf-8")
        text = jinja2.Template(template, trim_blocks=True, keep_trailing_newline=True).render(
            type_identifier="stub"
        )
        write(folder / name, text.replace(' SCHEMA "stub.yaml"', ""))
    write(folder / "generated/register_stub.ps1", "")
    write(folder / "generated/stub.md", "")
    write(folder / "generated/stub.g.cpp", SOURCE)
    write(folder / "generated/stub.def", EXPORTS)
    write(folder / "generated/stub.rc", RESOURCES)
    write(folder / "src/stub_hooks.cpp", "#include <string>\n")
    write(folder / "resforge/include/resforge/version.h", "#pragma once\n")
    write(folder / "resforge/rhs/CMakeLists.txt", HOST)
    write(folder / "resforge/rhs/main.cpp", "int main() { return 7; }\n")
    return folder


def write(path: Path, text: str) -> None:
    """Write `text` to `path`, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
