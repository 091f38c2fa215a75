"""A new project, whole or not at all."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from resforge.problems import EnvironmentProblem, Problem, UserError
from resforge.publish.generate import generate_project
from resforge.publish.paths import check_paths
from resforge.publish.places import ANSWERS_FILE
from resforge.publish.run import make_folders, removed_on_error
from resforge.render.data import copier_root
from resforge.schema.naming import type_identifier

_TEMPORARY = ".resforge-new-"
_PARTS = (
    "copier.yml",
    "templates/project",
    "templates/resource_dll/src",
    "templates/_naming.jinja",
)


@dataclass(frozen=True, slots=True)
class Request:
    """What the user wants.

    `template` is a path or git URL, None for the template of this release; `answers` are not asked
    again; `unattended` takes the default for every other question.
    """

    answers: Mapping[str, Any]
    target: Path | None = None
    template: str | None = None
    version: str | None = None
    unattended: bool = False


@dataclass(frozen=True, slots=True)
class NewProject:
    """What was made: paths are relative to `target`, with slashes."""

    target: Path
    type_name: str
    identifier: str
    files: tuple[str, ...]
    updatable: bool
    """Whether `copier update` can follow the template."""


def new_project(request: Request, progress: Callable[[str], None]) -> NewProject:
    """Ask what is not answered, copy the template, generate, and put the project in its place.

    All of it happens in a temporary folder beside the target, or in it if it is there already.
    UserError for a wrong answer or a target that is not empty, EnvironmentProblem when git is
    missing or the disk refuses.
    """
    if request.target is not None:
        check_target(request.target)
    target = None if request.target is None else request.target.absolute()
    parent = Path.cwd() if target is None else target if target.is_dir() else target.parent
    try:
        made = make_folders(parent)
        with removed_on_error(made), _temporary_folder(parent) as place:
            return _make(request, place, progress)
    except OSError as error:
        raise _cannot_make(request.target or parent, error) from error


@contextlib.contextmanager
def _temporary_folder(parent: Path) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=parent))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def check_target(target: Path) -> None:
    """Raise UserError unless a project can be made at `target`."""
    check_paths([target.absolute().name])
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        message = f"{target} exists and is not a folder"
        raise UserError(Problem(message, "folder-exists", str(target)))
    if target.is_dir() and any(not _may_stay(path) for path in target.iterdir()):
        message = f"{target} exists and is not empty; nothing was changed"
        hint = "choose another folder with -o, or use `resforge generate SCHEMA -o` in it"
        raise UserError(Problem(message, "folder-exists", str(target), hint=hint))


def _may_stay(path: Path) -> bool:
    return path.name == ".git" or path.name.startswith(_TEMPORARY)


def _make(request: Request, place: Path, progress: Callable[[str], None]) -> NewProject:
    progress("reading the template")
    project = place / "project" / _suggestion(request)
    project.parent.mkdir()
    _copy(request, project)
    answers = _answers(project, request)
    identifier = type_identifier(str(answers["type_name"]))
    target = request.target or Path(identifier)
    check_target(target)
    progress("generating code")
    generate_project(project / f"{identifier}.yaml", project)
    files = tuple(
        sorted(p.relative_to(project).as_posix() for p in project.rglob("*") if p.is_file())
    )
    progress(f"moving {len(files)} files to {target}")
    if target.is_dir():
        _move_into(project, target)
    else:
        project.rename(target)
    return NewProject(target, str(answers["type_name"]), identifier, files, "_commit" in answers)


def _suggestion(request: Request) -> str:
    """Return the name of the temporary folder, of which the template makes the name it suggests."""
    return "_" if request.target is None else request.target.absolute().name or "_"


def _move_into(project: Path, target: Path) -> None:
    """Move everything into a folder that stays itself: it may be the current one or a mount."""
    names = sorted(path.name for path in project.iterdir())
    moved: list[str] = []
    try:
        for name in names:
            (project / name).rename(target / name)
            moved.append(name)
    except BaseException:
        for name in moved:
            (target / name).rename(project / name)
        raise


def _answers(project: Path, request: Request) -> Mapping[str, Any]:
    """Return what copier noted in the new project."""
    try:
        found = yaml.safe_load((project / ANSWERS_FILE).read_text(encoding="utf-8"))
        wanted = request.answers.get("type_name", found["type_name"])
        if found["type_name"] == wanted:
            return dict(found)
    except (FileNotFoundError, KeyError, TypeError, yaml.YAMLError):
        pass
    message = f"the template made no {ANSWERS_FILE} for this type; it is not one of resforge"
    raise UserError(Problem(message, "unusable-template"))


def _copy(request: Request, place: Path) -> None:
    from copier import run_copy

    source, version = _source(request, place.parent)
    with _translated_errors(source), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run_copy(
            source,
            place,
            data=dict(request.answers),
            vcs_ref=version,
            defaults=request.unattended,
            quiet=True,
        )


def _source(request: Request, place: Path) -> tuple[str, str | None]:
    """Return template and version; those of this release unless the request names others.

    A checkout is taken at its last commit, so that `copier update` finds that state again. With
    uncommitted changes in the template there is no such state: a copy in `place` is used then.
    """
    if request.template is not None or request.version is not None:
        return _absolute(request.template or str(copier_root())), request.version
    root = copier_root()
    if not (root / ".git").exists():
        return str(root), None
    if _git(root, "status", "--porcelain", "--", *_PARTS) != "":
        return _copied_template(root, place), None
    return str(root), _git(root, "rev-parse", "--verify", "HEAD")


def _absolute(template: str) -> str:
    """Return a path as `copier update` finds it again from the project; a URL stays as it is."""
    return str(Path(template).absolute()) if Path(template).is_dir() else template


def _git(root: Path, *words: str) -> str | None:
    """Return what git prints; None when there is no git or it fails."""
    with contextlib.suppress(OSError):
        found = subprocess.run(
            ["git", *words], cwd=root, capture_output=True, text=True, check=False
        )
        return found.stdout.strip() if found.returncode == 0 else None
    return None


def _copied_template(root: Path, place: Path) -> str:
    template = place / "template"
    for part in _PARTS:
        target = template / part
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (root / part).is_dir() else shutil.copy
        copy(root / part, target)
    return str(template)


@contextlib.contextmanager
def _translated_errors(source: str) -> Iterator[None]:
    from copier.errors import CopierError
    from plumbum import CommandNotFound, ProcessExecutionError

    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt from None
    except CommandNotFound as error:
        message = f"{error.program} is not on the PATH; copier needs it to read the template"
        raise EnvironmentProblem(Problem(message, "missing-tool")) from error
    except ProcessExecutionError as error:
        lines = [line for line in (error.stderr or "").splitlines() if line.strip()]
        reason = lines[-1] if lines else f"git ended with {error.retcode}"
        message = f"the template {source} cannot be read: {reason}"
        raise EnvironmentProblem(Problem(message, "unusable-template")) from error
    except (CopierError, ValueError, TypeError) as error:
        raise UserError(Problem(_one_line(error), "bad-answer")) from error


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text.replace("Validation error for question", "the answer to the question") or repr(
        error
    )


def _cannot_make(place: Path, error: OSError) -> EnvironmentProblem:
    message = f"cannot make the project: {error.strerror or error}; nothing was changed"
    return EnvironmentProblem(Problem(message, "cannot-write", str(place)))
