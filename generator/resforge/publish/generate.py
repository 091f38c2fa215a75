"""From a schema file to a written project: the whole of `resforge generate` without its output."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from resforge import __version__
from resforge.digests import text_sha256
from resforge.fingerprint import generator_fingerprint
from resforge.problems import Problem, UserError
from resforge.publish.answers import answered_schema
from resforge.publish.current import DAMAGED, current_project, locked_project
from resforge.publish.journal import is_interrupted
from resforge.publish.lockfile import read_lock
from resforge.publish.paths import check_paths
from resforge.render.files import FileClass, RenderedFile

if TYPE_CHECKING:
    from resforge.publish.plan import Plan
    from resforge.schema import LoadedResourceType

_CODE = frozenset({FileClass.RUNTIME, FileClass.GENERATED})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did, or would do: `plan` is None when the lock shows that nothing changed."""

    target: Path
    identifier: str
    plan: Plan | None

    @property
    def changed(self) -> bool:
        """Whether files were, or would be, written."""
        return self.plan is not None and bool(self.plan.writes)


def generate_project(
    schema: Path,
    target: Path | None = None,
    *,
    force: bool = False,
    write: bool = True,
    code_only: bool = False,
) -> Outcome:
    """Bring the project of the schema file `schema` up to date and return what that took.

    `target` defaults to the project that the schema belongs to, else to a folder named like the
    type in the current one. With `write` false only the plan is made. A plan with conflicts writes
    nothing; `force` replaces conflicting files after keeping them as `.orig`. With `code_only` the
    hooks and the project's own files are left out, wherever they are.

    UserError for a wrong schema, unsafe paths, a damaged lock, or a folder that holds another type;
    EnvironmentProblem when the disk refuses, a newer tool wrote the project, or another run holds it.
    """
    done = current_project(
        str(schema), str(target) if target is not None else None, code_only=code_only
    )
    if done is not None:
        return Outcome(Path(done[0]), done[1], None)
    from resforge.schema import load_resource_type

    loaded = load_resource_type(schema)
    identifier = loaded.resource_type.identifier
    place = target or find_project(schema) or _find_around(schema, identifier) or Path(identifier)
    _check_new_folders(place)
    if not force:
        _refuse_another_type(loaded, place)
    plan = _plan_or_publish(loaded, place, force=force, write=write, code_only=code_only)
    return Outcome(place, identifier, plan)


def _check_new_folders(place: Path) -> None:
    """Refuse names that Windows cannot hold for the folders that a run would make."""
    folders = (place.absolute(), *place.absolute().parents)
    made = [folder.name for folder in folders if not os.path.lexists(folder)]
    if made:
        check_paths(["/".join(reversed(made))])


def _refuse_another_type(loaded: LoadedResourceType, place: Path) -> None:
    """Refuse a folder that another schema, which is still there, has made for another type."""
    lock = read_lock(place)
    if lock is None or lock.identifier == loaded.resource_type.identifier:
        return
    other = place / lock.schema_path
    if other.is_file() and other.name != loaded.path.name:
        message = f"the project in {place} is that of {lock.identifier} ({other})"
        hint = f"choose another folder with -o; or delete {lock.schema_path} first, or use --force"
        raise UserError(Problem(message, "another-type", file=str(loaded.path), hint=hint))


def find_project(schema: Path) -> Path | None:
    """Return the folder of the project whose schema is the file `schema`, None if there is none.

    A project has a lock file that names the schema, or was made by copier and lies around it.
    """
    locked = _locked_project(schema)
    if locked is not None:
        return locked
    made = schema.absolute().parent
    answered = answered_schema(made)
    return _short(made) if answered is not None and _is_same(answered, schema) else None


def _find_around(schema: Path, identifier: str) -> Path | None:
    """Return the project around the schema whose lock was lost, or whose schema was renamed."""
    for folder in schema.absolute().parents:
        lock = read_lock(folder)
        if lock is None:
            found = (folder / "generated" / f"{identifier}.g.h").is_file()
        else:
            found = lock.identifier == identifier and not (folder / lock.schema_path).exists()
        if found:
            return _short(folder)
    return None


def _locked_project(schema: Path) -> Path | None:
    try:
        folder = locked_project(str(schema))
    except DAMAGED:
        for parent in schema.absolute().parents:
            read_lock(parent)
        return None
    return Path(folder) if folder is not None else None


def _plan_or_publish(
    loaded: LoadedResourceType, target: Path, *, force: bool, write: bool, code_only: bool
) -> Plan:
    from resforge.publish.normal import normal_form
    from resforge.publish.plan import Origin, make_plan
    from resforge.publish.run import publish
    from resforge.render import render_project

    resource_type, schema = loaded.resource_type, loaded.path
    inside = _path_inside(schema, target)
    schema_path = inside or schema.name
    files = render_project(resource_type, schema_file=schema_path)
    if code_only:
        files = {path: file for path, file in files.items() if file.file_class in _CODE}
    if inside is None:
        files[schema_path] = _copy_of(loaded)
    origin = Origin(
        __version__,
        generator_fingerprint(),
        resource_type.identifier,
        schema_path,
        loaded.text_sha256,
        normal_form(resource_type),
    )
    if write:
        return publish(target, files, origin, force=force)
    if is_interrupted(target):
        message = f"a run was interrupted in {target}; generate without this option heals it"
        raise UserError(Problem(message, "interrupted-run"), exit_code=1)
    return make_plan(target, files, origin, read_lock(target), force=force)


def _copy_of(loaded: LoadedResourceType) -> RenderedFile:
    data = loaded.path.read_bytes()
    if text_sha256(data) != loaded.text_sha256:
        problem = Problem("the schema changed while resforge was reading it", "changed-meanwhile")
        raise UserError(problem)
    return RenderedFile(data.decode("utf-8"), FileClass.SCHEMA)


def _path_inside(schema: Path, target: Path) -> str | None:
    root, place = target.resolve(), schema.resolve()
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else None


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _short(folder: Path) -> Path:
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder
