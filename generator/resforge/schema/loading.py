"""From a file to a resource type, or to all of its mistakes at once.

Validation runs, its errors become problems, the offending parts are taken out, and validation runs
again until only sound parts are left. So a mistake in one property does not hide one in another,
and the checks of the whole run on whatever is sound. Findings that rest on a part that was taken
out are dropped: they would repeat its error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from resforge.problems import Problem, UserError
from resforge.schema import findings
from resforge.schema.json_source import parse_json
from resforge.schema.located import (
    Mark,
    Source,
    SourceError,
    SourceProblem,
    locate,
)
from resforge.schema.model import ResourceType
from resforge.schema.reading import LARGEST, decode, read_schema, refuse_nul, syntax_of
from resforge.schema.repair import Repair
from resforge.schema.spelling import correct_keys
from resforge.schema.toml_source import parse_toml
from resforge.schema.wording import kind
from resforge.schema.yaml_source import parse_yaml

Syntax = Literal["yaml", "toml", "json"]

MOST_PROBLEMS = 2000
"""Mistakes in keys after which a file is not looked at any further: nobody reads as many."""

_PARSERS: dict[str, Callable[[str], Source]] = {
    "yaml": parse_yaml,
    "toml": parse_toml,
    "json": parse_json,
}


@dataclass(frozen=True)
class LoadedResourceType:
    """A resource type, the file it came from, and where its parts stand there."""

    resource_type: ResourceType
    path: Path
    text_sha256: str
    """SHA-256 of the file's bytes with CRLF taken as LF, in hexadecimal: a checkout with other line
    ends is the same schema."""
    source: Source

    def position(self, path: findings.Path) -> tuple[int, int]:
        """Line and column, from 1, of the value at `path`, for example ("properties", 3, "name").

        A value that the file leaves out stands where the part that would hold it begins.
        """
        line, column = locate(self.source.root, self.source.mark, path)
        return line, column


def load_resource_type(path: Path) -> LoadedResourceType:
    """The resource type in `path` (.yaml, .yml, .toml or .json).

    Raises UserError with every problem of the file, in the order of their places.
    """
    syntax = syntax_of(path)
    content = read_schema(path)
    text = decode(content, str(path))
    resource_type, source = _load(text, str(path), syntax)
    return LoadedResourceType(resource_type, path, _digest(content), source)


def load_resource_type_text(text: str, *, file: str, syntax: Syntax) -> LoadedResourceType:
    """The resource type in `text`; `file` names it in messages.

    Raises UserError with every problem of the text.
    """
    content = text.encode("utf-8", "surrogatepass")
    if len(content) > LARGEST:
        message = f"the text is larger than {LARGEST} bytes (1 MiB), the limit for a schema"
        raise UserError(Problem(message, "file-too-large", file))
    decode(content, file)
    resource_type, source = _load(text, file, syntax)
    return LoadedResourceType(resource_type, Path(file), _digest(content), source)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def parse_text(text: str, *, file: str, syntax: Syntax) -> Source:
    """The data of `text`, whatever its keys mean; `file` names it in messages.

    Raises UserError unless the text is a mapping without problems of its own.
    """
    source = _parse(text, file, syntax)
    if source.problems:
        raise UserError(*(_problem(problem, file) for problem in _in_order([*source.problems])))
    return source


def _parse(text: str, file: str, syntax: str) -> Source:
    refuse_nul(text, file)
    try:
        source = _PARSERS[syntax](text)
        _require_mapping(source)
    except SourceError as error:
        raise UserError(_problem(_conflict(text) or error.problem, file)) from None
    return source


def _conflict(text: str) -> SourceProblem | None:
    """What git left in a file that it could not merge, which is neither YAML, TOML nor JSON."""
    lines = text.split("\n")
    begin = next((n for n, line in enumerate(lines) if line.startswith("<<<<<<< ")), len(lines))
    if not any(line.startswith(">>>>>>> ") for line in lines[begin:]):
        return None
    message = "a merge left both sides here, for you to choose"
    hint = "keep the lines that count, and remove those with <<<<<<<, ======= and >>>>>>>"
    return SourceProblem("merge-conflict", message, Mark(begin + 1, 1), hint)


def _load(text: str, file: str, syntax: str) -> tuple[ResourceType, Source]:
    source = _parse(text, file, syntax)
    resource_type, problems = _validate(source)
    if problems or resource_type is None:
        raise UserError(*(_problem(problem, file) for problem in _in_order(problems)))
    return resource_type, source


def _require_mapping(source: Source) -> None:
    if source.root is None:
        raise SourceError(
            "empty-file", "the file holds no data", source.mark, "begin with resforge: 1"
        )
    if not isinstance(source.root, dict):
        message = f"expected the keys of a resource type, found {kind(source.root)}"
        raise SourceError("wrong-type", message, source.mark, "begin with resforge: 1")


def _validate(source: Source) -> tuple[ResourceType | None, list[SourceProblem]]:
    keys = islice(correct_keys(source.root, ResourceType), MOST_PROBLEMS)
    problems = [*source.problems, *keys]
    if len(problems) >= MOST_PROBLEMS:
        return None, [*problems[:MOST_PROBLEMS], _and_more(problems)]
    repair = Repair(source)
    while True:
        try:
            return ResourceType.model_validate(source.root), problems
        except ValidationError as error:
            found, sound = repair.apply(error)
            problems += found
            if not sound:
                return None, problems


def _and_more(problems: list[SourceProblem]) -> SourceProblem:
    message = f"more than {MOST_PROBLEMS} mistakes; the others are not looked for"
    line, column = max(problem.mark for problem in problems)
    return SourceProblem("too-many-mistakes", message, Mark(line, column + 1))


def _in_order(problems: list[SourceProblem]) -> list[SourceProblem]:
    return sorted(dict.fromkeys(problems), key=lambda problem: (problem.mark, problem.code))


def _problem(problem: SourceProblem, file: str) -> Problem:
    line, column = problem.mark
    return Problem(problem.message, problem.code, file, line, column, problem.hint)
