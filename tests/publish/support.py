"""Small projects for the publishing tests."""

from __future__ import annotations

from pathlib import Path

from resforge.publish.plan import Origin, Plan
from resforge.publish.run import publish
from resforge.render.files import FileClass, RenderedFile

ORIGIN = Origin("1.0", "generator", "demo", "demo.yaml", "schema")
Tree = dict[str, tuple[bytes, int]]
WholeTree = dict[str, bytes | None]


def project(version: str, *, extra: str | None = None) -> dict[str, RenderedFile]:
    """Return files of every class; generated and runtime ones change with `version`."""
    files = {
        "resforge/include/a.h": RenderedFile(f"runtime {version}\n", FileClass.RUNTIME),
        "resforge/VERSION": RenderedFile("1\n", FileClass.RUNTIME),
        "generated/demo.g.h": RenderedFile(f"header {version}\n", FileClass.GENERATED),
        "generated/demo.g.cpp": RenderedFile(f"source {version}\n", FileClass.GENERATED),
        "src/demo_hooks.cpp": RenderedFile(f"hooks {version}\n", FileClass.HOOKS),
        "README.md": RenderedFile(f"readme {version}\n", FileClass.SCAFFOLD),
    }
    if extra is not None:
        files[extra] = RenderedFile("extra\n", FileClass.GENERATED)
    return files


def write(target: Path, version: str, *, extra: str | None = None, force: bool = False) -> Plan:
    """Publish a project."""
    return publish(target, project(version, extra=extra), ORIGIN, force=force)


def tree(target: Path) -> Tree:
    """Return content and time of change of every file below `target`."""
    return {
        path.relative_to(target).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(target.rglob("*"))
        if path.is_file()
    }


def contents(target: Path) -> dict[str, bytes]:
    """Return the content of every file below `target`."""
    return {path: data for path, (data, _) in tree(target).items()}


def whole(place: Path) -> WholeTree:
    """Return the content of every file below a folder, and None for every folder."""
    return {
        path.relative_to(place).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(place.rglob("*"))
    }
