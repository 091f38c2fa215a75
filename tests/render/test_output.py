"""Properties of every rendered file, for the examples and for a type with hostile texts."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import black
import pytest
from tests.render.support import EXAMPLES, HOSTILE_TEXT, ROOT, rendered

from resforge.render import FileClass
from resforge.render.invisible import INVISIBLE

NAMES = (*EXAMPLES, "hostile")
CLANG_FORMAT = (
    shutil.which("clang-format", path=f"{Path(sys.executable).parent}:{os.defpath}") or ""
)
OPTIONS = ("--dry-run", "-Werror", f"--style=file:{ROOT}/.clang-format")


@pytest.mark.parametrize("name", NAMES)
def test_text_files_are_plain(name: str) -> None:
    """Every file ends in one newline and has LF line ends and no trailing blanks."""
    for path, file in rendered(name).items():
        assert "\r" not in file.text, path
        assert file.text.endswith("\n"), path
        assert not file.text.endswith("\n\n"), path
        assert not re.search(r"[ \t]+$", file.text, re.MULTILINE), path


@pytest.mark.parametrize("name", NAMES)
def test_no_invisible_characters(name: str) -> None:
    """No control or bidirectional character of a schema reaches a file of the tool as it is."""
    for path, file in rendered(name).items():
        found = INVISIBLE.search(file.text.replace("\n", "").replace("\t", ""))
        assert found is None, (path, found)


@pytest.mark.parametrize("name", NAMES)
def test_generated_files_say_where_edits_belong(name: str) -> None:
    """The first lines of a generated file name the schema and the hooks, and nothing of a machine."""
    for path, file in rendered(name).items():
        if file.file_class is FileClass.GENERATED:
            head = "\n".join(file.text.split("\n")[:4])
            assert f"{name}.yaml" in head, path
            assert "_hooks" in head, path
        assert str(ROOT) not in file.text, path
        assert not re.search(r"\b20[2-9]\d-\d\d-\d\d\b", file.text.replace(HOSTILE_TEXT, "")), path


@pytest.mark.parametrize("name", NAMES)
def test_python_is_black_clean(name: str) -> None:
    """Black would not change a byte of a rendered Python file, and it parses."""
    mode = black.Mode(line_length=100)
    for path, file in rendered(name).items():
        if path.endswith(".py"):
            ast.parse(file.text)
            assert black.format_str(file.text, mode=mode) == file.text, path


@pytest.mark.parametrize("name", NAMES)
def test_cpp_is_clang_format_clean(name: str, tmp_path: Path) -> None:
    """clang-format would not change a byte of a rendered C++ file that depends on the schema."""
    sources = []
    for path, file in rendered(name).items():
        if path.endswith((".h", ".cpp")) and file.file_class is not FileClass.RUNTIME:
            source = tmp_path / Path(path).name
            source.write_bytes(file.data)
            sources.append(str(source))
    if sources:
        command = [CLANG_FORMAT, *OPTIONS, *sources]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr[:4000]


@pytest.mark.parametrize("name", NAMES)
def test_json_parses(name: str) -> None:
    """Rendered JSON files are JSON."""
    for path, file in rendered(name).items():
        if path.endswith(".json"):
            json.loads(file.text)


@pytest.mark.parametrize("name", NAMES)
def test_markdown_tables_keep_their_columns(name: str) -> None:
    """No text of a schema adds or removes a cell of a table in the reference page."""
    page = next(f.text for p, f in rendered(name).items() if re.match(r"generated/.*\.md$", p))
    width = 0
    for line in page.split("\n"):
        if not line.startswith("|"):
            width = 0
            continue
        cells = line.count("|") - 1
        assert cells == (width or cells), line
        width = cells


def test_hostile_markdown_is_text() -> None:
    """Markup in a schema's text is not markup in the reference page."""
    page = rendered("hostile")[hostile_path(".md")].text
    visible = re.sub(r"^<!--.*-->$|^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    visible = re.sub(r"(?<!\\)`[^`\n]*`", "", visible)
    assert not re.search(r"<(?!/?code>)", visible)
    assert "[x](" not in visible


def test_powershell_is_ascii() -> None:
    """The registration script is ASCII, since Windows PowerShell reads other bytes as ANSI."""
    assert rendered("hostile")[hostile_path(".ps1")].text.isascii()


def test_powershell_quotes_balance() -> None:
    """Outside quotes and comments the hostile script reads as that of the smallest type."""
    hostile = powershell_skeleton(rendered("hostile")[hostile_path(".ps1")].text)
    minimal = powershell_skeleton(rendered("minimal")["generated/register_minimal.ps1"].text)
    assert hostile == minimal


def test_same_bytes_for_every_hash_seed_and_locale(tmp_path: Path) -> None:
    """Hash seed, locale, time zone and the state of the template cache do not change a byte."""
    variants = [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"},
        {"PYTHONHASHSEED": "4294967295", "LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "7", "XDG_CACHE_HOME": str(tmp_path), "PYTHONUTF8": "1"},
    ]
    code = (
        "import hashlib\n"
        "from tests.render.support import EXAMPLES, rendered\n"
        "d = hashlib.sha256()\n"
        "for n in (*EXAMPLES, 'hostile'):\n"
        "    for p, f in rendered(n).items():\n"
        "        d.update(f'{p} {f.file_class} '.encode() + f.data)\n"
        "print(d.hexdigest())\n"
    )
    digests = {run("-c", code, **variant).stdout for variant in variants}
    assert len(digests) == 1
    assert len(digests.pop()) == 65


def hostile_path(suffix: str) -> str:
    """Return the one generated file of the hostile type that ends in `suffix`."""
    (path,) = (
        p
        for p, f in rendered("hostile").items()
        if p.endswith(suffix) and f.file_class is FileClass.GENERATED
    )
    return path


def powershell_skeleton(script: str) -> list[str]:
    """Return the script without comments, with every string and character as S."""
    script = re.sub(r"<#.*?#>", "", script, count=1, flags=re.DOTALL)
    script = re.sub(r"^ *#.*$", "", script, flags=re.MULTILINE)
    script = re.sub(r"'(?:[^']|'')*'", "S", script)
    script = re.sub(r"\[char\]0x[0-9A-F]{4}", "S", script)
    script = re.sub(r"\(S(?: \+ S)+\)", "S", script)
    return [line for line in script.split("\n") if line.strip()]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run this Python with `arguments` at the root of the checkout."""
    paths = os.pathsep.join((str(ROOT), str(ROOT / "generator")))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
