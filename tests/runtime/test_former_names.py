"""Hooks that read a renamed property by its former name go on compiling, and see its value."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.runtime.programs import compile_unit, parsed, write

SCHEMA = """
resforge: 1
name: Sample
properties:
  - {name: Folder, format: SZ, renamed_from: Path, default: c}
  - {name: Most Users, format: DWORD, renamed_from: User Limit}
  - {name: Other, format: MULTI_SZ}
"""
PROGRAM = """
#include "sample.g.h"
int main() {
    sample::Properties first;
    first.folder = RESFORGE_TEXT("x");
    sample::Properties second(first);
    const bool copied = second.path == first.folder;
    second.folder = RESFORGE_TEXT("y");
    second.most_users = 3;
    second.other = {RESFORGE_TEXT("z")};
    first = second;
    return copied && &first.path == &first.folder && &second.path == &second.folder &&
                   first.path == second.folder && first.user_limit == 3 && first.other.size() == 1
               ? 0
               : 1;
}
"""


def test_former_names_follow_the_property(tmp_path: Path, gcc: Path) -> None:
    """The former name is the same value in every copy, and nothing in it draws a warning."""
    write(parsed(SCHEMA), tmp_path)
    source = tmp_path / "program.cpp"
    source.write_text(PROGRAM)
    result = compile_unit(gcc, tmp_path, source, tmp_path / "program.o", "-O0")
    assert result.returncode == 0, result.stderr
    program = tmp_path / "program"
    subprocess.run([gcc, tmp_path / "program.o", "-o", program], check=True)
    assert subprocess.run([program], check=False).returncode == 0


def test_another_spelling_needs_no_second_member(tmp_path: Path) -> None:
    """A property whose identifier stays has no former name in the code."""
    text = SCHEMA.replace("User Limit", "MostUsers").replace("renamed_from: Path, ", "")
    write(parsed(text), tmp_path)
    assert "Former names" not in (tmp_path / "generated" / "sample.g.h").read_text()
