"""The generated Python model: same value as the schema, and clean for every tool."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import black
import pytest

from resforge.model.binding import type_model
from resforge.render.context import build_context
from resforge.render.environment import environment
from resforge.schema import ResourceType, load_resource_type, load_resource_type_text

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = sorted((ROOT / "schemas").glob("*.yaml"))

EVERYTHING = r"""
resforge: 1
name: 'It''s "all" */ {{ %} here'
description: "quotes \" ' \\ \n newline \u202e and \U0001F600"
vendor: "O'Neil \"&\" Sons"
class: 40000
subclass: [shared]
characteristics: [requires_state_change_reason]
single_instance: node
failure_detection: cached_health
pending: {online: false, offline: true}
dependencies: [{class: storage}, {type: "Network \"Name\""}]
properties:
  - {name: Def, format: DWORD, default: 5, minimum: 1, maximum: 9, required: true, unit: ms}
  - {name: Neg, format: LONG, default: -7, minimum: -9, maximum: -1}
  - {name: Big, format: ULARGE_INTEGER, default: 18446744073709551615}
  - {name: Signed, format: LARGE_INTEGER, default: -9223372036854775808}
  - {name: Text, format: SZ, default: "a\"b'c\\d", takes_effect: immediately, description: "x"}
  - {name: Expand, format: EXPAND_SZ, default: "%TEMP%"}
  - {name: One, format: MULTI_SZ, default: ["only"]}
  - {name: Many, format: MULTI_SZ, default: ["C:\\a", "\u00e9"]}
  - {name: None_, format: MULTI_SZ, default: []}
  - {name: Raw, format: BINARY, default: "00 ff 5c 22"}
  - {name: Time, format: FILETIME, default: 7, read_only: true}
  - {name: Flag, format: BOOL, default: true, read_only: true, in_memory: true}
control_codes:
  - {name: Plain, function: 1}
  - name: Rich
    function: 2
    access: write
    modifies: true
    states: [online]
    input:
      fields:
        - {name: Count, format: DWORD}
        - {name: Path, format: SZ, length: 8}
        - {name: Wide, format: LARGE_INTEGER}
        - {name: Rest, format: SZ}
    output: {bytes: {minimum: 0, maximum: 4096}}
    description: "does \"it\""
  - {name: OfType, function: 3, scope: resource_type, output: {fields: [{name: Size, format: DWORD}]}}
timeouts: {pending_timeout: 90s, health_interval: 2s}
"""

LONG = (
    "resforge: 1\nname: Long\ndescription: "
    + "word " * 80
    + "\nproperties:\n"
    + "".join(
        f"  - {{name: Property{number}, format: SZ, default: '{'x' * number * 20}'}}\n"
        for number in range(1, 9)
    )
    + "  - {name: Bytes, format: BINARY, default: '"
    + "ab"
    + " ab" * 200
    + "'}\n"
)

_TEXTS = {
    **{path.name: path.read_text(encoding="utf-8") for path in SCHEMAS},
    "everything.yaml": EVERYTHING,
    "long.yaml": LONG,
}


def _render(name: str) -> tuple[str, ResourceType]:
    loaded = load_resource_type_text(_TEXTS[name], file=name, syntax="yaml")
    template = environment().get_template("model/__type___model.py.jinja")
    context = build_context(loaded.resource_type, schema_file=name)
    return template.render(context), loaded.resource_type


def _execute(source: str) -> ModuleType:
    module = ModuleType("generated_model")
    exec(compile(source, "generated_model.py", "exec"), module.__dict__)
    return module


@pytest.fixture(params=sorted(_TEXTS))
def name(request: pytest.FixtureRequest) -> str:
    """Each schema in turn."""
    return str(request.param)


def test_module_equals_the_schema(name: str) -> None:
    """Executing the module gives the same value as binding the schema."""
    source, resource_type = _render(name)
    assert type_model(resource_type) == _execute(source).MODEL


def test_module_is_formatted(name: str) -> None:
    """Black has nothing to change."""
    source, _ = _render(name)
    assert source == black.format_str(source, mode=black.Mode(line_length=100))


def test_module_needs_only_the_model(name: str) -> None:
    """The module imports nothing of ours but resforge.model."""
    source, _ = _render(name)
    imports = [line for line in source.splitlines() if line.startswith(("from ", "import "))]
    assert [line for line in imports if "resforge" in line] == ["from resforge.model import ("]


@pytest.mark.slow
def test_examples_pass_mypy(tmp_path: Path) -> None:
    """Strict type checking accepts the module of every schema."""
    for name in _TEXTS:
        source, _ = _render(name)
        (tmp_path / f"{Path(name).stem}_model.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(tmp_path)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"MYPYPATH": str(ROOT / "generator"), "PATH": ""},
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0)


def test_model_needs_no_schema_library() -> None:
    """Importing resforge.model loads neither pydantic nor Jinja."""
    code = "import resforge.model, sys; print({'pydantic', 'jinja2', 'yaml'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / "generator")},
        check=True,
    )
    assert done.stdout == "set()\n"


def test_minimal_type_has_the_documented_times() -> None:
    """What a schema leaves out has the documented default."""
    loaded = load_resource_type(ROOT / "schemas" / "minimal.yaml")
    timing = type_model(loaded.resource_type).timing
    assert (timing.pending_timeout, timing.deadlock_timeout) == (180_000, 300_000)
    assert (timing.looks_alive_interval, timing.is_alive_interval) == (5_000, 60_000)
