"""What the schema wants against what the sources have."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from resforge.hooks.scanner import Function, Note, Scan, scan
from resforge.hooks.tokens import tokens
from resforge.problems import EnvironmentProblem, Problem
from resforge.render.hooks import Hook, required_hooks

if TYPE_CHECKING:
    from resforge.schema import ResourceType

SOURCES = "src"
_ENDINGS = frozenset((".h", ".hh", ".hpp", ".hxx", ".inl", ".ipp", ".cpp", ".cc", ".cxx", ".c++"))
_LARGEST = 8 << 20
_OPTIONAL = {
    "open": "OpenContext",
    "close": "CloseContext",
    "looks_alive": "HealthContext",
    "validate": "ControlContext",
    "properties_changed": "ControlContext",
    "notified": "ControlContext",
}
"""Optional hooks and what they take first, as resforge/hooks.h lists them."""


class Status(StrEnum):
    """How the sources meet one wish of the schema."""

    OK = "ok"
    MISSING = "missing"
    UNDECLARED = "undeclared"
    """Defined, but not declared in the class."""
    UNDEFINED = "undefined"
    """Declared in the class, but without a body."""
    RENAMED = "renamed"
    """There under its former name, which still serves."""
    MISTYPED = "mistyped"
    """There with another number of parameters, not static where it must be, or not public."""
    UNSURE = "unsure"
    """Not seen, but it may come from a base class or a macro."""


FINDINGS = frozenset(Status) - {Status.OK, Status.RENAMED, Status.UNSURE}
"""What makes `resforge hooks` end with 1."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One required hook, and where it was found."""

    hook: Hook
    status: Status
    declared: Function | None = None
    defined: Function | None = None

    @property
    def conditional(self) -> bool:
        """Whether only some builds have it."""
        return any(found and found.conditional for found in (self.declared, self.defined))


@dataclass(frozen=True, slots=True)
class Report:
    """The answers in the order of the checks in generated code."""

    namespace: str
    answers: tuple[Answer, ...]
    notes: tuple[Note, ...]
    """What the scan could not decide, and what catches the eye."""

    def with_status(self, *wanted: Status) -> tuple[Answer, ...]:
        """Return the answers that have one of these statuses."""
        return tuple(answer for answer in self.answers if answer.status in wanted)

    @property
    def complete(self) -> bool:
        """Whether nothing is known to be missing."""
        return not self.with_status(*FINDINGS)


def compare(project: Path, resource_type: ResourceType) -> Report:
    """Compare the sources below `src/` of the project with the hooks that the type requires.

    EnvironmentProblem when a source cannot be read.
    """
    texts = dict(source_texts(project))
    return compare_texts(texts, resource_type)


def compare_texts(texts: dict[str, str], resource_type: ResourceType) -> Report:
    """Compare sources by path with the hooks that the type requires."""
    namespace = resource_type.identifier
    scans = [scan(text, file=path, namespace=namespace) for path, text in texts.items()]
    functions = [function for found in scans for function in found.functions]
    classless = bool(scans) and not any(s.class_line for s in scans)
    open_ended = classless or any(s.bases for s in scans)
    hooks = required_hooks(resource_type)
    answers = tuple(_answer(hook, functions, open_ended) for hook in hooks)
    notes = [note for found in scans for note in found.notes]
    notes += _unwanted(functions, hooks)
    notes += _renamed_members(texts, resource_type)
    notes += _class_notes(scans, namespace)
    return Report(namespace, answers, tuple(notes))


def source_texts(project: Path) -> Iterator[tuple[str, str]]:
    """Yield path (relative, with slashes) and text of each C++ source below `src/`, by path."""
    root = project.resolve()
    try:
        for path in sorted((project / SOURCES).rglob("*")):
            inside = path.resolve().is_relative_to(root)
            if path.suffix.lower() in _ENDINGS and path.is_file() and inside:
                yield path.relative_to(project).as_posix(), read_source(path)
    except OSError as error:
        raise _unreadable(error) from error


def read_source(path: Path) -> str:
    """Return the text of one source: UTF-8, or UTF-16 with its mark; other bytes become U+FFFD."""
    data = path.read_bytes()
    if len(data) > _LARGEST:
        message = f"{path} is larger than {_LARGEST} bytes; no hook file is"
        raise EnvironmentProblem(Problem(message, "file-too-large", str(path)))
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if wide else "utf-8-sig"
    return data.decode(encoding, errors="replace").replace("\r\n", "\n")


def _unreadable(error: OSError) -> EnvironmentProblem:
    message = f"the sources cannot be read: {error.strerror}"
    return EnvironmentProblem(Problem(message, "unreadable-source", str(error.filename)))


def _answer(hook: Hook, functions: list[Function], open_ended: bool) -> Answer:
    found = [function for function in functions if function.name == hook.identifier]
    declared = _best(hook, (f for f in found if f.declared))
    defined = _best(hook, (f for f in found if f.defined))
    return Answer(hook, _status(hook, declared, defined, functions, open_ended), declared, defined)


def _best(hook: Hook, candidates: Iterable[Function]) -> Function | None:
    """Return the overload that fits, else the first."""
    found = list(candidates)
    return next((f for f in found if _fits(hook, f)), found[0] if found else None)


def _fits(hook: Hook, function: Function) -> bool:
    static = function.static or not (hook.static and function.declared)
    needed = [parameter for parameter in function.parameters if "=" not in parameter.split()]
    return (
        static
        and function.public
        and len(needed) <= len(hook.parameters) <= len(function.parameters)
    )


def _status(
    hook: Hook,
    declared: Function | None,
    defined: Function | None,
    functions: list[Function],
    open_ended: bool,
) -> Status:
    if any(found is not None and not _fits(hook, found) for found in (declared, defined)):
        return Status.MISTYPED
    if declared is not None:
        return Status.OK if defined is not None else Status.UNDEFINED
    if defined is not None:
        return Status.UNSURE if open_ended else Status.UNDECLARED
    if hook.former is not None:
        former = replace(hook, identifier=hook.former, former=None)
        if _answer(former, functions, open_ended).status is Status.OK:
            return Status.RENAMED
    return Status.UNSURE if open_ended else Status.MISSING


def _unwanted(functions: list[Function], hooks: tuple[Hook, ...]) -> Iterator[Note]:
    known = {hook.identifier for hook in hooks} | {hook.former for hook in hooks} | {*_OPTIONAL}
    names = {function.name for function in functions}
    for function in functions:
        first = function.parameters[0] if function.parameters else ""
        if not function.declared or function.name in known:
            continue
        absent = [n for n, taken in _OPTIONAL.items() if taken in first and n not in names]
        likely = get_close_matches(function.name, absent, n=1, cutoff=0.7)
        if likely:
            text = f'the runtime calls no hook {function.name}; did you mean "{likely[0]}"?'
            yield Note(function.file, function.line, text)
        elif "ControlContext" in first:
            text = f"{function.name} takes a ControlContext, but no control code has this name"
            yield Note(function.file, function.line, text)


def _renamed_members(texts: dict[str, str], resource_type: ResourceType) -> Iterator[Note]:
    """Uses of members that a renamed property had; another struct may have such a member too."""
    renamed = {
        item.former_identifier: item.identifier
        for item in resource_type.properties
        if item.former_identifier not in (None, item.identifier)
    }
    for path, text in texts.items() if renamed else ():
        for before, token in pairwise(tokens(text)):
            if before.text in (".", "->") and token.text in renamed:
                new = renamed[token.text]
                yield Note(path, token.line, f"{token.text} is the property {new} now")


def _class_notes(scans: list[Scan], namespace: str) -> Iterator[Note]:
    if scans and not any(found.class_line for found in scans):
        text = f"no class {namespace}::Hooks was found; a macro may make it"
        yield Note(f"{SOURCES}/{namespace}_hooks.h", 1, text)
    elif any(found.bases for found in scans):
        text = "Hooks has a base class; what it inherits was not searched"
        yield Note(f"{SOURCES}/{namespace}_hooks.h", 1, text)
