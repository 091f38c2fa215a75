"""Paths inside a project that every platform can hold and that stay inside the project."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from resforge.problems import Problem, UserError

_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])", re.IGNORECASE
)
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')


def check_paths(paths: Iterable[str]) -> None:
    """Raise UserError for every path that is not portable, and for pairs that differ by case.

    Rules of Windows file names: page `Naming Files, Paths, and Namespaces` (win32/fileio).
    """
    ordered = sorted(paths)
    problems = [problem for path in ordered for problem in _path_problems(path)]
    problems += _collisions(ordered)
    if problems:
        raise UserError(*problems)


def check_inside(target: Path, path: str) -> None:
    """Raise UserError when `path` below `target` runs over a symbolic link that leads out.

    A link in the middle may lead to another place inside the project. A link as the last part is
    refused: replacing it would turn the user's link into a file. A folder, pipe, socket or device
    is refused too: some of them cannot be read to an end.
    """
    Inside(target).check(path)


class Inside:
    """`check_inside` for many paths below one folder, in which nothing changes meanwhile."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._root = target.resolve()
        # Each folder is listed once: a project has 80 files in one.
        self._names: dict[Path, dict[str, list[str]]] = {}

    def check(self, path: str) -> None:
        """Raise UserError as `check_inside` does."""
        current = self._target
        for part in path.split("/"):
            current = current / part
            if current.is_symlink() and not current.resolve().is_relative_to(self._root):
                raise _refused(path, f"{current.name} is a symbolic link out of the project")
        if current.is_symlink():
            raise _refused(path, "the file is a symbolic link")
        if current.is_dir():
            raise _refused(path, "a folder has this name")
        if current.exists() and not current.is_file():
            raise _refused(path, "what has this name is not a file")
        self._check_case(path)

    def _check_case(self, path: str) -> None:
        folder = self._target
        for part in path.split("/"):
            twins = self._names_in(folder).get(part.casefold(), [])
            if twins and part not in twins:
                raise _refused(path, f"{twins[0]} exists and differs only by case")
            folder = folder / part

    def _names_in(self, folder: Path) -> dict[str, list[str]]:
        """Return the names in a folder, by what is left of them where case does not count."""
        if folder not in self._names:
            found: dict[str, list[str]] = {}
            for name in _names(folder):
                found.setdefault(name.casefold(), []).append(name)
            self._names[folder] = found
        return self._names[folder]


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _path_problems(path: str) -> list[Problem]:
    return [
        Problem(f"cannot write {path!a}: {reason}", "unsafe-path", file=path)
        for part in path.split("/")
        if (reason := _part_problem(part)) is not None
    ]


def _part_problem(part: str) -> str | None:
    if part in ("", ".", ".."):
        return "empty and dotted parts are not allowed in a path"
    if _FORBIDDEN.search(part):
        return f"{part!a} holds a character that Windows does not allow in a name"
    if part.endswith((" ", ".")):
        return f"{part!a} ends in a blank or a dot, which Windows removes"
    if _RESERVED.fullmatch(part.split(".")[0].rstrip(" ")):
        return f"{part!a} is a device name on Windows; rename the resource type"
    return None


def _collisions(paths: list[str]) -> list[Problem]:
    seen: dict[str, str] = {}
    problems = []
    for path in paths:
        first = seen.setdefault(path.casefold(), path)
        if first != path:
            message = f"{path!a} and {first!a} are one file where case does not count"
            problems.append(Problem(message, "path-collision", file=path))
    return problems


def _refused(path: str, reason: str) -> UserError:
    return UserError(Problem(f"refused to write {path}: {reason}", "unsafe-path", file=path))
