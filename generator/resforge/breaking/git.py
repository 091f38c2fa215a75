"""Reading a file as it was at a revision, with git's own program."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from resforge.problems import EnvironmentProblem, Problem, UserError
from resforge.schema.reading import LARGEST
from resforge.schema.wording import did_you_mean, nearest, quoted

_PATIENCE = 120
"""Seconds: a partial clone may have to fetch the file."""
_HOOK_VARIABLES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
_MOST_NAMES = 5_000
_NAMESPACES = {"branch": ("refs/heads/", "refs/remotes/origin/"), "tag": ("refs/tags/",)}


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository, by the options that make git use it; `top` is None without a work tree."""

    options: tuple[str, ...]
    top: Path | None

    @classmethod
    def around(cls, *folders: Path) -> Repository:
        """The repository that the first possible of `folders` lies in."""
        for folder in folders:
            if folder.is_dir() and (top := _top(("-C", str(folder)))):
                return cls(("-C", str(folder)), top)
        message = f"{folders[0]} is not in a git repository"
        raise UserError(Problem(message, "not-a-repository"))

    @classmethod
    def at(cls, place: Path, source: str) -> Repository:
        """The repository in the folder `place`, or whose `.git` it is; `source` names it."""
        if "://" in source:
            message = "a repository is a folder on this machine"
            hint = "clone it first: git clone --filter=blob:none URL"
            raise UserError(Problem(message, "not-a-repository", source, hint=hint))
        folder = place.parent if place.name == ".git" else place
        if place.exists() and folder.is_dir():
            options = ("-C", str(folder))
            top = _top(options)
            # The repository around does not answer for a folder that is called like one.
            if top and (not place.name.endswith(".git") or top == folder.resolve()):
                return cls(options, top)
            bare = ("--git-dir", str(place))
            if _run(bare, "rev-parse", "--git-dir").returncode == 0:
                return cls(bare, None)
        message = f"{quoted(str(place))} is not a git repository"
        raise UserError(Problem(message, "not-a-repository", source))

    def path_of(self, file: Path) -> str:
        """The path of `file` in the repository."""
        if self.top is not None and file.resolve().is_relative_to(self.top):
            return file.resolve().relative_to(self.top).as_posix()
        message = "the schema is not in the repository that it is compared with"
        hint = "add subdir=FOLDER, or write REVISION:PATH"
        raise UserError(Problem(message, "outside-repository", str(file), hint=hint))

    def full_name(self, kind: str, name: str) -> str:
        """The full name of a branch (a local one, else that of origin) or tag."""
        names = [prefix + name for prefix in _NAMESPACES.get(kind, ("",))]
        for full in names:
            if self._commit(full):
                return full
        raise self._unknown(name, kind)

    def read(self, revision: str, path: str, shown: str) -> bytes:
        """The content of `path` at `revision`, which messages call `shown`."""
        commit = self._commit(revision)
        if not commit:
            raise self._unknown(shown, "revision")
        name = f"{commit}:{path}"
        size = _run(self.options, "cat-file", "-s", name)
        if size.returncode != 0:
            raise self._no_such_path(commit, path, shown)
        if int(size.stdout) > LARGEST:
            message = f"the file is larger than {LARGEST} bytes (1 MiB), the limit for a schema"
            raise UserError(Problem(message, "file-too-large", f"{shown}:{path}"))
        blob = _run(self.options, "cat-file", "blob", name)
        if blob.returncode != 0:
            message = "this is a directory, not a schema file"
            raise UserError(Problem(message, "not-a-file", f"{shown}:{path}"))
        return blob.stdout

    def names(self, revision: str) -> bool:
        """Whether there is such a revision."""
        return self._commit(revision) is not None

    def holds(self, revision: str, path: str) -> bool:
        """Whether there is `path` at `revision`."""
        name = f"{self._commit(revision)}:{path}"
        return _run(self.options, "cat-file", "-e", name).returncode == 0

    def files_with(self, word: str, revision: str, suffixes: Iterable[str]) -> list[str]:
        """The paths of files with these suffixes that hold `word` at `revision`.

        Raises UserError when they are too many to be looked at one by one.
        """
        commit = self._commit(revision)
        patterns = [f":(top,icase)*{suffix}" for suffix in suffixes]
        words = (
            "grep",
            "--full-name",
            "-l",
            "-z",
            "-I",
            "-F",
            "-e",
            word,
            str(commit),
            "--",
            *patterns,
        )
        names = _run(self.options, *words).stdout.decode("utf-8", "replace").split("\0")
        found = [name.partition(":")[2] for name in names if name]
        if len(found) > _MOST_NAMES:
            message = f"the file is not there, and {len(found)} others may hold the type"
            hint = "name the old file: REVISION:PATH"
            raise UserError(Problem(message, "too-many-files", revision, hint=hint))
        return found

    def _commit(self, revision: str) -> str | None:
        """The id of a commit; git never takes what begins with a dash for one of its options."""
        if not revision or revision.startswith("-"):
            return None
        found = _run(self.options, "rev-parse", "--verify", "-q", revision + "^{commit}")
        return found.stdout.decode().strip() if found.returncode == 0 else None

    def _unknown(self, name: str, kind: str) -> UserError:
        listed = _run(self.options, "for-each-ref", "--format=%(refname:short)").stdout
        near = nearest(name, listed.decode("utf-8", "replace").split()[:_MOST_NAMES])
        message = f"the repository has no {kind} {quoted(name)}"
        hint = did_you_mean(near) or "a shallow clone has few: fetch it first"
        return UserError(Problem(message, "unknown-revision", hint=hint))

    def _no_such_path(self, commit: str, path: str, shown: str) -> UserError:
        listed = _run(self.options, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
        names = listed.stdout.decode("utf-8", "replace").split("\0")[:_MOST_NAMES]
        near = nearest(path, [name for name in names if Path(name).suffix == Path(path).suffix])
        message = f"{quoted(shown)} has no file {quoted(path)}"
        return UserError(Problem(message, "no-such-file", hint=did_you_mean(near)))


def _top(options: tuple[str, ...]) -> Path | None:
    found = _run(options, "rev-parse", "--show-toplevel")
    if found.returncode != 0 and b"dubious ownership" in found.stderr:
        message = "git does not trust this repository, because somebody else owns it"
        hint = "git config --global --add safe.directory FOLDER"
        raise UserError(Problem(message, "not-a-repository", options[-1], hint=hint))
    text = found.stdout.decode("utf-8", "surrogateescape").rstrip("\n")
    return Path(text).resolve() if found.returncode == 0 and text else None


def _run(options: tuple[str, ...], *words: str) -> subprocess.CompletedProcess[bytes]:
    environment = {k: v for k, v in os.environ.items() if k not in _HOOK_VARIABLES}
    environment |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
    try:
        return subprocess.run(
            ["git", *options, *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError:
        message = "git is not installed, or not on the path"
        raise EnvironmentProblem(Problem(message, "no-git", hint="install git")) from None
    except subprocess.TimeoutExpired:
        message = f"git gave no answer for {_PATIENCE} seconds"
        raise EnvironmentProblem(Problem(message, "git-too-slow")) from None
