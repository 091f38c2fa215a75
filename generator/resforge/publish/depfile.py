"""What Make, Ninja and CMake need to know when to generate again: a stamp and a depfile."""

from __future__ import annotations

import os
from pathlib import Path

from resforge.problems import EnvironmentProblem, Problem
from resforge.render.data import generator_inputs


def write_stamp(schema: Path, stamp: Path, depfile: Path | None) -> None:
    """Touch `stamp`, and write to `depfile` the rule that makes it depend on all that decides.

    That is the schema, the templates and the Python sources of the tool. EnvironmentProblem when
    the disk refuses.
    """
    try:
        if depfile is not None:
            inputs = [schema.absolute(), *generator_inputs()]
            depfile.write_bytes(os.fsencode(depfile_text(stamp, inputs)))
        stamp.touch()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"the project is up to date, but its stamp cannot be written: {reason}"
        raise EnvironmentProblem(Problem(message, "cannot-write", file=error.filename)) from error


def depfile_text(target: Path, inputs: list[Path]) -> str:
    """Return the rule in the syntax that Make, Ninja and CMake share, one path on a line.

    A rule without a recipe for each input follows: Make then generates again after an input has
    vanished, where it would stop otherwise.
    """
    paths = [_escaped(path) for path in inputs]
    rule = f"{_escaped(target)}: \\\n  " + " \\\n  ".join(paths) + "\n"
    return rule + "".join(f"\n{path}:\n" for path in paths)


def _escaped(path: Path) -> str:
    text = path.as_posix().replace("$", "$$")
    return text.replace(" ", "\\ ").replace("#", "\\#")
