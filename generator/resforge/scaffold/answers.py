"""Answers to the questions of `copier.yml` that do not come from a terminal."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from resforge.problems import Problem, UserError
from resforge.render.data import copier_root
from resforge.schema.naming import words
from resforge.schema.wording import did_you_mean, nearest

_PLAIN = re.compile(r"[A-Za-z0-9_. -]+\Z", re.ASCII)


_YES_OR_NO = frozenset(["y", "yes", "t", "true", "on", "1", "n", "no", "f", "false", "off", "0"])
"""What copier understands; it takes every other text for yes (`cast_to_bool` in its _tools.py)."""


def questions() -> dict[str, str]:
    """Return the names of the questions that are asked, in their order, each with its type."""
    text = (copier_root() / "copier.yml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return {
        key: str(value["type"])
        for key, value in found.items()
        if not key.startswith("_") and isinstance(value, dict) and value.get("when") is not False
    }


def type_name(name: str) -> str:
    """Return the name of the resource type that NAME on the command line means.

    "Flag File" stays as it is, flag_file and flag-file become "Flag File". UserError for a path.
    """
    if not _PLAIN.match(name) or name.strip(".") == "":
        message = f"{name!a} is not a name; use letters, digits and blanks, a letter first"
        hint = "choose the folder with -o" if "/" in name or "\\" in name else None
        raise UserError(Problem(message, "bad-name", hint=hint))
    if " " in name or any(character.isupper() for character in name):
        return name
    return " ".join(word.capitalize() for word in words(name))


def read_answers(
    file: Path | None, pairs: Iterable[str], known: Mapping[str, str]
) -> dict[str, Any]:
    """Return the answers of a YAML file and of KEY=VALUE pairs, which win.

    UserError for an unreadable file, an unknown question or an answer that is neither yes nor no
    (when `known` lists the questions with their types), or a pair without a sign.
    """
    found = {} if file is None else _read_file(file)
    place = None if file is None else str(file)
    problems = [_unknown(str(key), known, place) for key in found if known and key not in known]
    problems += [p for key, item in found.items() for p in _undecided(key, item, known, place)]
    for pair in map(argument_text, pairs):
        key, sign, value = pair.partition("=")
        if not sign:
            problems.append(Problem(f"{pair!a} is not KEY=VALUE", "bad-data"))
        elif known and key not in known:
            problems.append(_unknown(key, known, None))
        problems += _undecided(key, value, known, None)
        found[key] = value
    if problems:
        raise UserError(*problems)
    return found


def argument_text(argument: str) -> str:
    """Return an argument of the command line as it was typed in UTF-8.

    In the C locale Python hides bytes of other characters in lone surrogates.
    """
    return os.fsencode(argument).decode("utf-8", errors="replace")


def _read_file(file: Path) -> dict[str, Any]:
    try:
        value = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise UserError(Problem(message, "unusable-file", str(file))) from None
    except UnicodeDecodeError:
        raise UserError(Problem("the file is not UTF-8", "unusable-file", str(file))) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"not YAML: {getattr(error, 'problem', None) or error}"
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise UserError(Problem(message, "bad-data", str(file), line, column)) from None
    if not isinstance(value, dict):
        message = "expected answers, one `question: answer` a line"
        raise UserError(Problem(message, "bad-data", str(file)))
    return {str(key): item for key, item in value.items()}


def _undecided(
    key: str, value: Any, known: Mapping[str, str], place: str | None
) -> Iterator[Problem]:
    if known.get(key) == "bool" and str(value).strip().lower() not in _YES_OR_NO:
        message = f"the answer to the question '{key}': {str(value)!a} is neither yes nor no"
        yield Problem(message, "bad-answer", place)


def _unknown(key: str, known: Mapping[str, str], place: str | None) -> Problem:
    message = f"{key!a} is not a question; the questions are {', '.join(known)}"
    return Problem(
        message, "unknown-question", place, hint=did_you_mean(nearest(key, tuple(known)))
    )
