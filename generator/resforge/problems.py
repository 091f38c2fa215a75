"""Problems in the user's input or environment, as data that every command prints alike.

UserError                 the input is wrong (exit code 2 unless said otherwise)
└── EnvironmentProblem    the machine lacks something (exit code 4)
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EnvironmentProblem", "Problem", "UserError"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where.

    `message` is one sentence that says what is wrong and what was expected. `code` is a stable
    kebab-case id. `line` and `column` count from 1; a column counts characters, not bytes.
    `hint` is a short question or advice, for example `did you mean "format"?`.
    """

    message: str
    code: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    hint: str | None = None

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self._place()}error: {self.message}{hint} [{self.code}]"

    def _place(self) -> str:
        known = [str(part) for part in (self.file, self.line, self.column) if part is not None]
        return ":".join(known) + ": " if known else ""


class UserError(Exception):
    """What the user gave cannot be used; `problems` says why, `exit_code` ends the process."""

    def __init__(self, *problems: Problem, exit_code: int = 2) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems: tuple[Problem, ...] = problems
        self.exit_code = exit_code


class EnvironmentProblem(UserError):
    """The machine lacks something, for example a compiler or disk space."""

    def __init__(self, *problems: Problem, exit_code: int = 4) -> None:
        super().__init__(*problems, exit_code=exit_code)
