"""A missing or mistyped hook is one readable message that names the hook and the schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conftest import need
from tests.runtime.programs import compile_unit, parsed, write

SCHEMA = """
resforge: 1
name: Sample
failure_detection: {detection}
control_codes:
  - {{name: Rotate Log, function: 1, input: {{fields: [{{name: Count, format: DWORD}}]}}}}
  - {{name: Ask All, scope: resource_type, function: 1, output: {{bytes: {{maximum: 9}}}}}}
"""
GOOD = {
    "online": "DWORD online(OnlineContext&) { return 0; }",
    "offline": "DWORD offline(OfflineContext&) { return 0; }",
    "terminate": "void terminate(TerminateContext&) {}",
    "is_alive": "bool is_alive(HealthContext&) { return true; }",
    "check_health": "bool check_health(HealthContext&) { return true; }",
    "monitor": "void monitor(MonitorContext&) {}",
    "rotate_log": "DWORD rotate_log(ControlContext&, const RotateLogInput&) { return 0; }",
    "ask_all": "static DWORD ask_all(TypeControlContext&, resforge::Bytes&) { return 0; }",
    "open": "DWORD open(OpenContext&) { return 0; }",
    "close": "void close(CloseContext&) {}",
    "looks_alive": "bool looks_alive(HealthContext&) { return true; }",
    "validate": "DWORD validate(ControlContext&, const Properties&) { return 0; }",
    "properties_changed": "void properties_changed(ControlContext&, const Properties&) {}",
    "notified": "void notified(ControlContext&, const resforge::Notification&) {}",
}
REQUIRED = (
    ("polling", "online", "DWORD Hooks::online(OnlineContext& context); every resource type"),
    ("polling", "offline", "DWORD Hooks::offline(OfflineContext& context); every resource type"),
    ("polling", "terminate", "void Hooks::terminate(TerminateContext& context)"),
    ("polling", "is_alive", "bool Hooks::is_alive(HealthContext& context); failure_detection of"),
    ("cached_health", "check_health", "bool Hooks::check_health(HealthContext& context)"),
    ("event_handle", "monitor", "void Hooks::monitor(MonitorContext& context)"),
    ("polling", "rotate_log", "const RotateLogInput& input); control_codes[0] of test.yaml"),
    ("polling", "ask_all", "static DWORD Hooks::ask_all(resforge::TypeControlContext& context"),
)
OPTIONAL = ("open", "close", "looks_alive", "validate", "properties_changed", "notified")


class Checker:
    """Compiles hooks against a runtime that is parsed once: each of these tests reads all of it."""

    def __init__(self, compiler: Path, folder: Path) -> None:
        self._compiler = compiler
        self._header = folder / "runtime.h"
        self._header.write_text('#include "resforge/resforge.h"\n')
        project = write(parsed(SCHEMA.format(detection="polling")), folder)
        parsing = ("-x", "c++-header")
        compiled = self._header.with_suffix(".h.gch")
        result = compile_unit(compiler, project, self._header, compiled, *parsing)
        assert result.returncode == 0, result.stderr[:4000]

    def errors(
        self,
        folder: Path,
        detection: str,
        hooks: dict[str, str],
        schema: str = SCHEMA,
        kind: str = "class Hooks",
    ) -> list[str]:
        """Return what is wrong with a type whose class of hooks has these members."""
        write(parsed(schema.format(detection=detection)), folder)
        body = "\n".join(hooks.values())
        header = f'#pragma once\n#include "sample.g.h"\nnamespace sample {{\n{kind} {{ public:\n{body}\n}};\n}}\n'
        (folder / "src" / "sample_hooks.h").write_text(header)
        source = folder / "generated" / "sample.g.cpp"
        flags = ("-fsyntax-only", "-include", str(self._header))
        result = compile_unit(self._compiler, folder, source, folder / "x.o", *flags)
        return re.findall(r"error: (.*)", result.stderr)


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Checker:
    """The tests share the runtime, as g++ has parsed it."""
    return Checker(need("gcc").path, tmp_path_factory.mktemp("runtime"))


def _mistyped(text: str) -> str:
    """The same hook with another parameter."""
    return re.sub(r"\((static )?\w+Context&", "(int", text, count=1)


@pytest.mark.slow
@pytest.mark.parametrize("detection", ["polling", "cached_health", "event_handle"])
def test_complete_hooks_compile(detection: str, tmp_path: Path, checker: Checker) -> None:
    """All hooks with the documented signatures are accepted."""
    assert checker.errors(tmp_path, detection, GOOD) == []


@pytest.mark.slow
@pytest.mark.parametrize(("detection", "hook", "message"), REQUIRED)
def test_missing_hook(
    detection: str, hook: str, message: str, tmp_path: Path, checker: Checker
) -> None:
    """A required hook that is missing or mistyped gives exactly one error, which says all."""
    without = {name: text for name, text in GOOD.items() if name != hook}
    for hooks in (without, {**without, hook: _mistyped(GOOD[hook])}):
        errors = checker.errors(tmp_path, detection, hooks)
        assert len(errors) == 1, errors
        assert message in errors[0]


@pytest.mark.slow
def test_hooks_under_former_names_compile(tmp_path: Path, checker: Checker) -> None:
    """Hooks and types keep their names when a code is renamed; without either, one message."""
    renamed = SCHEMA.replace("name: Rotate Log,", "name: Turn, renamed_from: Rotate Log,")
    renamed = renamed.replace("name: Ask All,", "name: Ask Each, renamed_from: Ask All,")
    assert checker.errors(tmp_path, "polling", GOOD, renamed) == []
    without = {name: text for name, text in GOOD.items() if name != "rotate_log"}
    (error,) = checker.errors(tmp_path, "polling", without, renamed)
    assert "DWORD Hooks::turn(" in error
    assert "control_codes[0], formerly rotate_log, of test.yaml" in error


@pytest.mark.slow
def test_final_class(tmp_path: Path, checker: Checker) -> None:
    """A final class of hooks is one error that says why it cannot be."""
    (error,) = checker.errors(tmp_path, "polling", GOOD, kind="class Hooks final")
    assert "Hooks must not be final" in error


@pytest.mark.slow
@pytest.mark.parametrize(
    ("member", "message"),
    [
        ("explicit Hooks(int) {}", "Hooks needs a public constructor without parameters"),
        ("~Hooks() noexcept(false) {}", "the destructor of Hooks must be public and noexcept"),
    ],
)
def test_hooks_that_cannot_live(
    member: str, message: str, tmp_path: Path, checker: Checker
) -> None:
    """The runtime makes the hooks, and no exception of their destructor may leave Close."""
    (error,) = checker.errors(tmp_path, "polling", {**GOOD, "member": member})
    assert message in error


@pytest.mark.slow
@pytest.mark.parametrize("hook", OPTIONAL)
def test_mistyped_optional_hook(hook: str, tmp_path: Path, checker: Checker) -> None:
    """An optional hook with another signature is an error, because it would never be called."""
    errors = checker.errors(tmp_path, "polling", {**GOOD, hook: _mistyped(GOOD[hook])})
    assert len(errors) == 1, errors
    assert (
        f"optional hook mistyped: {GOOD[hook].split('(')[0].replace(' ', ' Hooks::', 1)}("
        in errors[0]
    )
