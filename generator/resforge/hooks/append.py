"""Writes stubs at the end of the user's hook file, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

from resforge.hooks.compare import SOURCES, Answer, Report, Status, read_source
from resforge.hooks.scanner import scan
from resforge.problems import EnvironmentProblem, Problem, UserError
from resforge.publish.mutex import exclusive
from resforge.publish.paths import check_inside


def append_stubs(project: Path, report: Report) -> tuple[Answer, ...]:
    """Append a stub for each hook without a body; return the hooks that got one.

    What the file holds already stays byte for byte; its line ends are followed. UserError when the
    file does not end outside of every brace, where a stub would not compile.
    """
    answers = report.with_status(Status.MISSING, Status.UNDEFINED)
    if not answers:
        return ()
    path = project / SOURCES / f"{report.namespace}_hooks.cpp"
    check_inside(project, f"{SOURCES}/{path.name}")
    try:
        with exclusive(project):
            _check_end(path, report.namespace)
            _append(path, "".join(f"\n{a.hook.stub(report.namespace)}" for a in answers))
    except FileNotFoundError:
        message = f"there is no {path}, to whose end stubs belong"
        raise UserError(Problem(message, "no-hook-file", str(path))) from None
    except OSError as error:
        message = f"the stubs cannot be written: {error.strerror}; nothing was changed"
        raise EnvironmentProblem(Problem(message, "cannot-write", str(path))) from error
    return answers


def _check_end(path: Path, namespace: str) -> None:
    if b"\0" in path.read_bytes():
        message = "the file is no UTF-8 (it holds zero bytes), and stubs are"
        hint = "save it as UTF-8"
        raise UserError(Problem(message, "unclear-hook-file", str(path), hint=hint))
    text = read_source(path)
    found = scan(text, file=str(path), namespace=namespace)
    hint = "add the stubs by hand; resforge hooks prints them"
    if not found.balanced or found.notes:
        note = found.notes[0]
        message = f"{note.text}, so it is not certain that the file ends outside of every brace"
        raise UserError(Problem(message, "unclear-hook-file", str(path), note.line, hint=hint))
    if not found.finished:
        message = "the last statement does not end, and a stub would become a part of it"
        line = len(text.splitlines())
        raise UserError(Problem(message, "unclear-hook-file", str(path), line, hint=hint))


def _append(path: Path, text: str) -> None:
    with path.open("r+b") as stream:
        old = stream.read()
        if b"\r\n" in old:
            text = text.replace("\n", "\r\n")
        begin = "" if not old or old.endswith(b"\n") else "\r\n" if b"\r\n" in old else "\n"
        try:
            stream.write((begin + text).encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        except BaseException:
            os.truncate(path, len(old))
            raise
