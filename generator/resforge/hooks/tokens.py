"""Cuts C++ into tokens: without comments and texts, with what the preprocessor leaves open.

No macro is expanded and no condition is evaluated but the constants 0, 1, false, true and include
guards. Tokens between other conditions are marked, and the conditions come out as tokens of their
own, so that a reader can take the branches apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

IF, ELSE, ENDIF = "#if", "#else", "#endif"
"""Texts of the tokens for conditions that were not decided."""
UNFINISHED = ('"', "'", "/*")
"""Texts of the tokens for a text or comment that does not end."""
OPEN_END = "#"
"""Text of the last token when a condition of the preprocessor does not end."""

_PATTERN = re.compile(
    r"""
    (?P<directive>^[^\S\n]*(?:\#|%:)(?:\\\r?\n|/\*.*?\*/|//(?:\\\r?\n|[^\n])*|[^\n])*)
    | (?P<comment>//(?:\\\r?\n|[^\n])*|/\*.*?\*/)
    | (?P<raw>(?:u8|[uUL])?R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)")
    | (?P<text>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
    | (?P<number>\.?\d(?:[eEpP][+-]|'[0-9A-Za-z]|[\w.])*)
    | (?P<character>(?:u8|[uUL])?'(?:\\.|[^'\\\n])*')
    | (?P<word>[^\W\d][\w$]*)
    | (?P<space>[^\S\n]+|\n|\\\r?\n)
    | (?P<sign>::|->|<%|%>|/\*|.)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_DIGRAPHS = {"<%": "{", "%>": "}"}
_COMMENTS = re.compile(r"/\*.*?\*/|//.*|\\\r?\n", re.DOTALL)


class _Branch(StrEnum):
    ON = "on"
    OFF = "off"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign; a text is `""`. `conditional`: only some builds see it."""

    text: str
    line: int
    conditional: bool = False


@dataclass
class _Group:
    """One #if with its branches."""

    branch: _Branch
    decided: bool
    """Whether a branch is certainly taken, so that later ones are not."""
    maybe: bool
    """Whether any branch was left open."""
    hidden: bool
    """Whether the condition stands in lines that are skipped."""
    outer_unsure: bool
    """Whether it stands in lines that only some builds see."""


@dataclass
class _Preprocessor:
    """Which lines the compiler certainly sees, certainly skips, or may see."""

    guard: str = ""
    """Macro of the include guard, until it was seen."""
    groups: list[_Group] = field(default_factory=list)

    @property
    def skips(self) -> bool:
        """Whether the compiler certainly does not see the line."""
        top = self.groups[-1] if self.groups else None
        return top is not None and (top.hidden or top.branch is _Branch.OFF)

    @property
    def unsure(self) -> bool:
        """Whether only some builds see the line."""
        top = self.groups[-1] if self.groups else None
        return top is not None and (top.outer_unsure or top.branch is _Branch.MAYBE)

    def directive(self, text: str) -> str | None:
        """Take one directive; return the token that it makes, if any."""
        words = _COMMENTS.sub(" ", text).replace("%:", "#", 1).strip().lstrip("#").split(None, 1)
        name, rest = words[0] if words else "", words[1].strip() if len(words) > 1 else ""
        if name in ("if", "ifdef", "ifndef"):
            return self._open(name, rest)
        if name in ("elif", "elifdef", "elifndef", "else") and self.groups:
            return self._next(name, rest)
        if name == "endif" and self.groups:
            group = self.groups.pop()
            return ENDIF if group.maybe and not self.skips else None
        return None

    def _open(self, name: str, rest: str) -> str | None:
        branch = _judge(name, rest)
        if name == "ifndef" and rest == self.guard:
            branch, self.guard = _Branch.ON, ""
        maybe = branch is _Branch.MAYBE
        group = _Group(branch, branch is _Branch.ON, maybe, self.skips, self.unsure)
        self.groups.append(group)
        return IF if maybe and not group.hidden else None

    def _next(self, name: str, rest: str) -> str | None:
        group = self.groups[-1]
        had_open = group.maybe
        if group.decided:
            group.branch = _Branch.OFF
            return None
        branch = _judge("if" if name == "elif" else name, rest)
        if name == "else":
            branch = _Branch.MAYBE if group.maybe else _Branch.ON
        group.decided = branch is _Branch.ON and not group.maybe
        group.branch = _Branch.MAYBE if group.maybe and branch is _Branch.ON else branch
        group.maybe = group.maybe or branch is _Branch.MAYBE
        if group.hidden or not group.maybe:
            return None
        return ELSE if had_open else IF


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of C++ source text, and `IF`, `ELSE`, `ENDIF` for undecided conditions.

    A condition that does not end makes a last token `OPEN_END`.
    """
    preprocessor = _Preprocessor(_guard(text))
    line = 1
    for match in _PATTERN.finditer(text):
        found = match.group()
        if match.lastgroup == "directive":
            made = preprocessor.directive(found)
        else:
            made = None if preprocessor.skips else _token_text(match.lastgroup, found)
        if made is not None:
            yield Token(made, line, preprocessor.unsure)
        line += found.count("\n")
    if preprocessor.groups:
        yield Token(OPEN_END, line)


def _token_text(kind: str | None, found: str) -> str | None:
    if kind in ("comment", "space"):
        return None
    return '""' if kind in ("raw", "text", "character") else _DIGRAPHS.get(found, found)


def _judge(name: str, condition: str) -> _Branch:
    if name == "if" and condition in ("0", "false"):
        return _Branch.OFF
    if name == "if" and condition in ("1", "true"):
        return _Branch.ON
    return _Branch.MAYBE


def _guard(text: str) -> str:
    """Return the macro of the include guard, empty when the file has none."""
    bare = re.sub(r"^\ufeff|/\*.*?\*/|//[^\n]*|#\s*pragma\s+once", " ", text, flags=re.DOTALL)
    match = re.match(r"\s*#\s*ifndef\s+(\w+)\s*\n\s*#\s*define\s+(\w+)", bare)
    return match[1] if match and match[1] == match[2] else ""
