"""The old version of a schema: a file, or what git has under a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

from resforge.breaking.git import Repository
from resforge.problems import Problem, UserError
from resforge.review.inputs import SchemaText, read_text
from resforge.schema.loading import Syntax
from resforge.schema.reading import decode, syntax_of
from resforge.schema.wording import choices, did_you_mean, nearest, quoted

_KEYS = ("branch", "tag", "ref", "subdir")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True, slots=True)
class OldSchema:
    """The text of the old version; `is_a_file` says whether it can be opened under its name."""

    text: SchemaText
    is_a_file: bool


def read_old(source: str, new: Path) -> OldSchema:
    """The old version of `new` that `source` names.

    `source` is a file, `REVISION:PATH` as git has it, or `REPOSITORY#branch=NAME` with `tag=`,
    `ref=` and `subdir=`; without a name the last commit counts. Raises UserError when there is no such thing.
    """
    if Path(source).is_file():
        return OldSchema(read_text(Path(source)), True)
    if "#" in source or (source.endswith(".git") and Path(source).is_dir()):
        return _from_repository(source, new)
    if ":" in source and not _DRIVE.match(source):
        revision, _, path = source.partition(":")
        return _from_revision(revision, path, new)
    return OldSchema(_read_file(source), True)


def _read_file(source: str) -> SchemaText:
    if not Path(source).exists() and not Path(source).suffix:
        message = "there is no such file"
        hint = f"for a git revision write {source}:PATH, or .git#branch={source}"
        raise UserError(Problem(message, "no-such-file", source, hint=hint))
    return read_text(Path(source))


def _from_revision(revision: str, path: str, new: Path) -> OldSchema:
    repository = Repository.around(Path.cwd(), new.resolve().parent)
    if not path:
        path = repository.path_of(new)
    return _blob(repository, revision, path)


def _from_repository(source: str, new: Path) -> OldSchema:
    place, _, options = source.partition("#")
    chosen = _options(source, options)
    repository = Repository.at(Path(place or ".git"), source)
    subdir = chosen.pop("subdir", None)
    path = _below(repository, subdir, new) if subdir is not None else repository.path_of(new)
    kind, name = next(iter(chosen.items()), ("ref", "HEAD"))
    return _blob(repository, repository.full_name(kind, name), path, shown=name)


def _options(source: str, text: str) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for part in text.split(",") if text else ():
        key, equals, value = part.partition("=")
        if key not in _KEYS or not equals or not value:
            near = did_you_mean(nearest(key, _KEYS)) if key not in _KEYS else None
            message = f"{quoted(part)} is not {choices(f'{key}=...' for key in _KEYS)}"
            raise UserError(Problem(message, "bad-source", source, hint=near))
        if key in chosen or (key != "subdir" and chosen.keys() - {"subdir"}):
            message = "only one of branch, tag and ref names a version, each key once"
            raise UserError(Problem(message, "bad-source", source))
        chosen[key] = value
    return chosen


def _below(repository: Repository, subdir: str, new: Path) -> str:
    """The path of `new` in the folder `subdir`: below it as `new` is, or right in it."""
    folder = PurePosixPath(subdir.replace("\\", "/").strip("/") or ".")
    if repository.top is not None:
        inside = (repository.top / folder).resolve()
        if new.resolve().is_relative_to(inside):
            return (folder / new.resolve().relative_to(inside).as_posix()).as_posix()
    return (folder / new.name).as_posix()


def _blob(repository: Repository, revision: str, path: str, shown: str | None = None) -> OldSchema:
    label = Path(f"{shown or revision}:{path}")
    syntax = cast("Syntax", syntax_of(label))
    content = repository.read(revision, path, shown or revision)
    return OldSchema(SchemaText(label, decode(content, str(label)), syntax), False)
