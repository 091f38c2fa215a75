"""What validators report: a code, a sentence and a path into the schema."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake at `path`, relative to the model that reports it.

    `because` lists further paths that the judgement rests on: when one of them was itself in
    error, this finding would only repeat that error and is dropped.
    """

    code: str
    message: str
    path: Path = ()
    hint: str | None = None
    because: tuple[Path, ...] = ()


class InvalidValueError(ValueError):
    """Raised by validators; carries any number of findings through pydantic."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings = findings


def fault(code: str, message: str, hint: str | None = None) -> InvalidValueError:
    """A fault with one finding about the value under validation."""
    return InvalidValueError(Finding(code, message, hint=hint))
