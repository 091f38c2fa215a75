"""The versions of a schema: files, or what git has under a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

from resforge.breaking.git import Repository
from resforge.names import ordinal_key
from resforge.problems import Problem, UserError
from resforge.review.inputs import SchemaText, read_text
from resforge.schema.loading import Syntax
from resforge.schema.reading import SYNTAX_OF_SUFFIX, decode, syntax_of
from resforge.schema.recognising import is_schema_text
from resforge.schema.wording import choices, did_you_mean, nearest, quoted

_KEYS = ("branch", "tag", "ref", "subdir")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True, slots=True)
class OldSchema:
    """The text of the old version; `is_a_file` says whether it can be opened under its name."""

    text: SchemaText
    is_a_file: bool


def read_new(source: str) -> SchemaText:
    """The new version that `source` names, a file or `REVISION:PATH` as git has it."""
    if not Path(source).exists() and _is_revision(source):
        revision, _, path = source.partition(":")
        if path:
            return _blob(Repository.around(Path.cwd()), revision, path).text
    return read_text(Path(source))


def place_of_new(source: str) -> Path:
    """Where the new version that `source` names is in the work tree, or would be."""
    if not Path(source).exists() and _is_revision(source):
        top = Repository.around(Path.cwd()).top or Path.cwd()
        return top / source.partition(":")[2]
    return Path(source)


def _is_revision(source: str) -> bool:
    return ":" in source and not _DRIVE.match(source)


def read_old(source: str, new: Path, type_name: str | None = None) -> OldSchema | None:
    """The old version of `new` that `source` names.

    `source` is a file, `REVISION:PATH` as git has it, or `REPOSITORY#branch=NAME` with `tag=`,
    `ref=` and `subdir=`; without a name the last commit counts. Raises UserError when there is no such thing.

    If no path is given and git has none where `new` is, the file was renamed: the schema of the
    type `type_name` counts, wherever it was. None says that there was none: the type is new.
    """
    if Path(source).is_file():
        return OldSchema(read_text(Path(source)), True)
    is_folder = source.endswith(".git") and (source == ".git" or Path(source).is_dir())
    if "#" in source or is_folder:
        return _from_repository(source, new, type_name)
    if _is_revision(source):
        revision, _, path = source.partition(":")
        return _from_revision(revision, path, new, type_name)
    return OldSchema(_read_file(source), True)


def _read_file(source: str) -> SchemaText:
    if not Path(source).exists() and not Path(source).suffix:
        message = "there is no such file"
        hint = f"for a git revision write {source}:PATH, or .git#branch={source}"
        raise UserError(Problem(message, "no-such-file", source, hint=hint))
    return read_text(Path(source))


def _from_revision(revision: str, path: str, new: Path, type_name: str | None) -> OldSchema | None:
    repository = Repository.around(Path.cwd(), new.resolve().parent)
    if path:
        return _blob(repository, revision, path)
    return _of_type(repository, revision, new, type_name, shown=revision)


def _from_repository(source: str, new: Path, type_name: str | None) -> OldSchema | None:
    place, _, options = source.partition("#")
    chosen = _options(source, options)
    repository = _repository(Path(place or ".git"), source, new)
    subdir = chosen.pop("subdir", None)
    path = None if subdir is None else _below(repository, subdir, new)
    kind, name = next(iter(chosen.items()), ("ref", "HEAD"))
    revision = repository.full_name(kind, name)
    if path is not None:
        return _blob(repository, revision, path, shown=name)
    return _of_type(repository, revision, new, type_name, shown=name)


def _repository(place: Path, source: str, new: Path) -> Repository:
    """`.git` is the repository around, also from one of its folders."""
    if place == Path(".git") and not place.exists():
        try:
            return Repository.around(Path.cwd(), new.resolve().parent)
        except UserError:
            pass
    return Repository.at(place, source)


def _of_type(
    repository: Repository, revision: str, new: Path, type_name: str | None, *, shown: str
) -> OldSchema | None:
    """The schema at the path of `new`, else that of the type; None if the type is new."""
    path = repository.path_of(new)
    known = type_name is not None and repository.names(revision)
    if not known or repository.holds(revision, path):
        return _blob(repository, revision, path, shown)
    others = repository.files_with("resforge", revision, SYNTAX_OF_SUFFIX)
    for other in sorted(others, key=lambda other: PurePosixPath(other).name != new.name):
        try:
            found = _blob(repository, revision, other, shown)
        except UserError:
            continue
        if _is_of_type(found.text, type_name or ""):
            return found
    return None


def _is_of_type(schema: SchemaText, type_name: str) -> bool:
    """Whether a schema describes the type; one with mistakes does if it only has the name in it."""
    try:
        return ordinal_key(schema.load().resource_type.name) == ordinal_key(type_name)
    except UserError:
        has_name = ordinal_key(type_name) in ordinal_key(schema.text)
        return has_name and is_schema_text(schema.text, schema.syntax)


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
