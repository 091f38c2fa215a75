"""`resforge cmake-dir`: where CMake finds the package resforge."""

from __future__ import annotations

from pathlib import Path

import click

_EPILOG = """\b
Examples:
  cmake -S . -B build -Dresforge_DIR="$(resforge cmake-dir)"
  CMAKE_PREFIX_PATH="$(resforge cmake-dir)" cmake -S . -B build

\b
In CMakeLists.txt, for a project that holds no generated code:
  find_package(resforge CONFIG REQUIRED)
  resforge_add_resource_dll(flag_file SCHEMA flag_file.yaml HOOKS flag_file_hooks.cpp)
"""


@click.command(epilog=_EPILOG)
def command() -> int:
    """Print the folder of resforgeConfig.cmake, for find_package(resforge)."""
    click.echo((Path(__file__).resolve().parent.parent / "cmake").as_posix())
    return 0
