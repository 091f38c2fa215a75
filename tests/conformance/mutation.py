"""Builds the scripted DLL with one defect in the runtime and lets `verify` judge it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from resforge.conformance.catalogue import all_scenarios
from resforge.conformance.hosts import Target
from resforge.conformance.runner import Result, Runner
from resforge.conformance.scenario import Scenario
from resforge.conformance.verify import type_model

from .mutants import Mutant

STANDARD_HEADERS = [
    "algorithm",
    "atomic",
    "charconv",
    "concepts",
    "cstddef",
    "cstdint",
    "cstring",
    "exception",
    "functional",
    "memory",
    "mutex",
    "new",
    "optional",
    "span",
    "stdexcept",
    "string",
    "string_view",
    "type_traits",
    "utility",
    "variant",
    "vector",
]


WATCHED = ("-fsanitize=thread", "-g1")
"""Flags of a scripted DLL whose accesses to memory the simulated RHS sees."""
OWN_TEMPLATES = "-Wl,-Bsymbolic"
"""Keeps the linker from taking what the host has of the C++ library, which is not watched."""


@dataclass(frozen=True)
class Bench:
    """What all mutants share: compiler, host, the projects by schema name, a place for files."""

    compiler: str
    host: Path
    projects: Path
    schemas: Path
    place: Path

    def prepare(self) -> None:
        """Precompile the standard headers: they are most of what a build of a mutant costs."""
        header = self.place / "standard.h"
        header.write_text("".join(f"#include <{name}>\n" for name in STANDARD_HEADERS))
        self.compile(*WATCHED, "-x", "c++-header", str(header), "-o", f"{header}.gch")

    def compile(self, *arguments: str) -> None:
        """Run the compiler; raises AssertionError with its messages when it fails."""
        command = [self.compiler, "-std=c++20", "-O0", "-fPIC", "-w", *arguments]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr[:2000]


def build(bench: Bench, schema: str, mutant: Mutant | None) -> Path:
    """Compile the scripted DLL of a schema, with the defect of a mutant if there is one."""
    project = bench.projects / schema
    folder = bench.place / (mutant.id if mutant else f"sound-{schema}")
    dll = folder / "scripted.so"
    if dll.exists():
        return dll
    include = project / "resforge" / "include" / "resforge"
    found = [
        _copy(include, folder / "include" / "resforge", mutant),
        _copy(project / "generated", folder / "generated", mutant),
    ]
    assert mutant is None or any(found), f"{mutant.id}: there is no {mutant.file}"
    (source,) = (folder / "generated").glob("*.g.cpp")
    compiled = dll.with_suffix(".o")
    bench.compile(
        *WATCHED, "-include", str(bench.place / "standard.h"), "-DRESFORGE_SCRIPTED_HOOKS", "-c",
        f"-I{folder / 'include'}", f"-I{folder / 'generated'}", f"-I{project / 'src'}",
        str(source), "-o", str(compiled),
    )  # fmt: skip
    bench.compile("-shared", OWN_TEMPLATES, str(compiled), "-o", str(dll))
    return dll


def _copy(source: Path, target: Path, mutant: Mutant | None) -> bool:
    """Link the files of a folder, but copy the one with the defect; true when it was there."""
    target.mkdir(parents=True)
    changed = False
    for path in source.iterdir():
        if mutant is None or path.name != mutant.file:
            (target / path.name).symlink_to(path)
            continue
        text = path.read_text(encoding="utf-8")
        assert text.count(mutant.old) == 1, f"{mutant.id}: {mutant.file} has changed"
        (target / path.name).write_text(text.replace(mutant.old, mutant.new))
        changed = True
    return changed


def first_failure(
    bench: Bench,
    schema: str,
    dll: Path,
    hint: tuple[str, ...],
    *,
    seed: int = 0,
    shrink_seconds: float = 0.0,
) -> Result | None:
    """Play all scenarios, those of the hinted suites first, until one fails."""
    model = type_model(bench.schemas / f"{schema}.yaml")
    target = Target(bench.host, dll, limit=60)
    runner = Runner(target, model, seed=seed, shrink_seconds=shrink_seconds)
    results = runner.run(in_order(all_scenarios(model), hint), stop_at_first=True)
    return next((r for r in results if r.status == "failed"), None)


def in_order(scenarios: list[Scenario], hint: tuple[str, ...]) -> list[Scenario]:
    """Put the scenarios of the hinted suites first."""
    return sorted(scenarios, key=lambda s: s.id.partition("-")[0] not in hint)
