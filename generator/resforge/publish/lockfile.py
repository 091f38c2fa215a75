"""The lock file: what the tool wrote, from what, and which bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resforge.digests import sealed
from resforge.problems import EnvironmentProblem, Problem, UserError
from resforge.publish.paths import check_paths
from resforge.publish.places import LOCK_FORMAT, LOCK_NAME
from resforge.render.files import FileClass


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that the tool wrote: its class and the SHA-256 of the bytes it wrote."""

    file_class: FileClass
    sha256: str


@dataclass(frozen=True, slots=True)
class Lock:
    """State of a project after the last complete run."""

    version: str
    generator: str
    """`resforge.fingerprint.generator_fingerprint` of the tool that wrote."""
    identifier: str
    schema_path: str
    """Relative to the project, with slashes."""
    schema_sha256: str
    """By `resforge.digests.text_sha256`."""
    files: Mapping[str, Entry]
    resource_type: Mapping[str, Any] | None = None
    """What the project was made from, by `resforge.publish.normal`; None in older locks."""


def read_lock(target: Path) -> Lock | None:
    """Return the lock of the project in `target`, None if there is none.

    UserError if it is damaged or cannot be read, EnvironmentProblem if a newer tool wrote it.
    """
    path = target / LOCK_NAME
    if path.exists() and not path.is_file():
        message = f"{LOCK_NAME} is not a file"
        raise UserError(Problem(message, "unreadable-lock", file=str(path)))
    try:
        lock = parse_lock(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"{LOCK_NAME} cannot be read ({type(error).__name__}); was it merged by hand?"
        hint = "restore it from version control, or delete it and run generate again"
        raise UserError(Problem(message, "damaged-lock", file=str(path), hint=hint)) from error
    except OSError as error:
        message = f"{LOCK_NAME} cannot be read: {error.strerror}"
        raise UserError(Problem(message, "unreadable-lock", file=str(path))) from error
    check_paths([*lock.files, lock.schema_path])
    return lock


def parse_lock(text: str) -> Lock:
    """Return the lock written in `text`.

    ValueError, KeyError or TypeError if it is none, EnvironmentProblem if a newer tool wrote it.
    """
    value: dict[str, Any] = json.loads(text)
    if isinstance(value["lock"], int) and value["lock"] > LOCK_FORMAT:
        message = f"a newer resforge wrote {LOCK_NAME} (format {value['lock']})"
        raise EnvironmentProblem(
            Problem(message, "older-resforge", LOCK_NAME, hint="update resforge")
        )
    if value["lock"] != LOCK_FORMAT:
        raise ValueError(f"lock format {value['lock']!r}")
    return Lock(
        version=str(value["resforge"]),
        generator=str(value["generator"]),
        identifier=str(value["type"]),
        schema_path=str(value["schema"]["path"]),
        schema_sha256=str(value["schema"]["sha256"]),
        files={
            str(path): Entry(FileClass(entry["class"]), str(entry["sha256"]))
            for path, entry in value["files"].items()
        },
        resource_type=_mapping(value.get("resource_type")),
    )


def format_lock(lock: Lock) -> bytes:
    """Return the bytes of the lock file: JSON, a line for each file, property and control code.

    So version control merges what two people changed in two places. The seal tells a run with
    nothing to do that it may trust the rest without a look at the schema.
    """
    head = {
        "lock": LOCK_FORMAT,
        "resforge": lock.version,
        "generator": lock.generator,
        "type": lock.identifier,
        "schema": {"path": lock.schema_path, "sha256": lock.schema_sha256},
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    if lock.resource_type is not None:
        lines.append(f'  "resource_type": {_form_lines(lock.resource_type)},')
    files = ",\n".join(_entry_line(path, entry) for path, entry in sorted(lock.files.items()))
    text = "{\n" + "\n".join(lines) + '\n  "files": {\n' + files + "\n  }\n}\n"
    return sealed(text.encode())


def _mapping(value: object) -> Mapping[str, Any] | None:
    if value is not None and not isinstance(value, dict):
        raise TypeError("resource_type is no object")
    return value


def _form_lines(form: Mapping[str, Any]) -> str:
    rows = []
    for key, value in form.items():
        text = json.dumps(value)
        if isinstance(value, list) and value:
            text = "[\n" + ",\n".join(f"      {json.dumps(item)}" for item in value) + "\n    ]"
        rows.append(f"    {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(rows) + "\n  }"


def _entry_line(path: str, entry: Entry) -> str:
    value = {"class": str(entry.file_class), "sha256": entry.sha256}
    return f"    {json.dumps(path)}: {json.dumps(value)}"
