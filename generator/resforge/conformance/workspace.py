"""Where the project of a verification lives: the user's own, or one in the cache."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from resforge.problems import Problem, UserError

__all__ = ["host_sources", "make_project", "schema_of"]

_UNUSED_SECONDS = 7 * 24 * 3600


def make_project(place: Path, progress: Callable[[str], None]) -> tuple[Path, Path]:
    """Return the up-to-date project for a schema file or project folder, and its schema.

    A schema file that belongs to no project gets one in the cache, one for each content, so that
    hooks written for an older text are never compiled with a newer one. Raises UserError, with
    exit code 3 when a generated file was edited by hand.
    """
    from resforge.publish.generate import find_project, generate_project

    schema = schema_of(place)
    if place.is_dir():
        project = place
    else:
        found = find_project(place) if place.is_file() else None
        project = found or _cached_folder(place)
    progress("generating")
    outcome = generate_project(schema, project)
    if outcome.plan is not None and outcome.plan.conflicts:
        raise _edited_by_hand(project, [str(c.path) for c in outcome.plan.conflicts])
    return project, schema


def schema_of(place: Path) -> Path:
    """Return the schema file of a project folder; a file is its own schema.

    A project that copier has just made has no lock file yet; its answers name the type.
    """
    from resforge.publish.answers import answered_schema
    from resforge.publish.lockfile import read_lock

    if not place.is_dir():
        return place
    lock = read_lock(place)
    if lock is not None:
        return place / lock.schema_path
    answered = answered_schema(place)
    if answered is None:
        raise _not_a_project(place)
    return answered


def host_sources() -> Path:
    """Return a folder in the cache with the sources of the simulated RHS, laid out as in a project."""
    from resforge.fingerprint import generator_fingerprint
    from resforge.render.data import templates_dir
    from resforge.render.manifest import templates
    from resforge.rhs.cache import cache_dir, locked, writable_folder

    sources = writable_folder(cache_dir() / "sources")
    folder = sources / generator_fingerprint()[:16]
    with locked(folder.with_suffix(".lock")):
        for template in templates():
            path = folder / template.output("host")
            if template.verbatim and not path.is_file():
                path.parent.mkdir(parents=True, exist_ok=True)
                text = (templates_dir() / template.name).read_text(encoding="utf-8")
                staged = path.with_name(f".{path.name}.new")
                staged.write_text(text, encoding="utf-8", newline="\n")
                staged.replace(path)
    os.utime(folder)
    _forget_unused(sources)
    return folder


def _cached_folder(schema: Path) -> Path:
    from resforge.digests import sha256
    from resforge.fingerprint import generator_fingerprint
    from resforge.rhs.cache import cache_dir, writable_folder
    from resforge.schema import load_resource_type

    loaded = load_resource_type(schema)
    projects = writable_folder(cache_dir() / "projects")
    key = sha256((loaded.text_sha256 + generator_fingerprint()).encode())[:16]
    folder = writable_folder(projects / f"{loaded.resource_type.identifier[:60]}-{key}")
    os.utime(folder)
    _forget_unused(projects)
    return folder


def _forget_unused(projects: Path) -> None:
    limit = time.time() - _UNUSED_SECONDS
    for folder in projects.iterdir():
        if folder.is_dir() and folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)


def _not_a_project(place: Path) -> UserError:
    hint = 'give a schema file, or make a project with "resforge generate SCHEMA -o FOLDER"'
    message = f"{place} is not a project of resforge: it has no resforge.lock"
    return UserError(Problem(message, "not-a-project", hint=hint))


def _edited_by_hand(project: Path, paths: list[str]) -> UserError:
    problems = [
        Problem(
            "this generated file was edited by hand",
            "hand-edited",
            file=str(project / path),
            hint="resforge generate shows the difference and where the edit belongs",
        )
        for path in paths
    ]
    return UserError(*problems, exit_code=3)
