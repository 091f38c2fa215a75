"""The places of the templates and of what goes with them, as paths."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from resforge import fingerprint


@cache
def templates_dir() -> Path:
    """Return the folder of templates: package data of a wheel, else that of the checkout."""
    return Path(fingerprint.templates_folder())


@cache
def json_schema_path() -> Path:
    """Return the published JSON Schema of schema files."""
    return Path(fingerprint.json_schema_file())


@cache
def copier_root() -> Path:
    """Return the folder that holds copier.yml."""
    return templates_dir().parent


def template_files() -> list[Path]:
    """Return every file below `templates_dir`, sorted by its relative POSIX path."""
    return files_below(templates_dir())


def generator_inputs() -> list[Path]:
    """Return the files that decide the output, and the folders of the templates.

    A folder's time of change tells that a template was added.
    """
    folders = {path.parent for path in template_files()}
    inputs = (path for root in fingerprint.roots() for path in files_below(Path(root)))
    return [*sorted(folders), *inputs]


def files_below(root: Path) -> list[Path]:
    """Return `root` if it is a file, else every file below it, sorted by relative POSIX path."""
    return [Path(place) for _, place in fingerprint.files_below(str(root))]
