"""Builds the DLLs of this folder: written by hand, in the style of the documentation."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from tests.rhs_host.rig import ROOT, WARNINGS, Platform

from resforge.rhs.cache import cache_dir, content_key, locked

LIBRARIES = Path(__file__).parent / "libraries"


@cache
def build_stranger(platform: Platform, name: str, defect: str = "0") -> Path:
    """Build `name`, sound or with one known defect."""
    sources = [LIBRARIES, ROOT / "templates" / "runtime"]
    key = content_key(sources, "strangers", *platform.compiler)
    folder = cache_dir() / "tests" / key
    library = folder / f"{name}-{defect}{'.dll' if platform.is_windows else '.so'}"
    with locked(library.with_suffix(".lock")):
        if not library.is_file():
            _compile(platform, name, defect, library)
    return library


def _compile(platform: Platform, name: str, defect: str, library: Path) -> None:
    include = library.parent / "include"
    include.mkdir(parents=True, exist_ok=True)
    if not (include / "resforge").exists():
        (include / "resforge").symlink_to(ROOT / "templates" / "runtime")
    linking = ["-static", "-lclusapi", "-lresutils"] if platform.is_windows else ["-fPIC"]
    command = [*platform.compiler, "-std=c++20", "-O1", *WARNINGS, "-shared", f"-I{include}"]
    command += [f"-DDEFECT={defect}", str(LIBRARIES / f"{name}.cpp"), "-o", str(library), *linking]
    subprocess.run(command, check=True)
