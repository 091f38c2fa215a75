"""Reading `settings.txt`, the record that the wizard left beside what it generated.

The wizard wrote it for people and never read it back. Its form is known from the two records in
Microsoft's published samples (`Windows-classic-samples`, `win2003/clipbookserver` and
`win2003/filesharesample`): a sentence that names the type, a list of chosen options, one line for
each property, then the names of generated files.

    ... will be generated for the "NAME" resource type.
    The following options have been chosen:
    - SENTENCE.
    The following properties are used with this resource type:
    NAME - type FORMAT [Default=VALUE] [Range=(LOW,HIGH)] [(Required)]
    RESOURCE DLL PROJECT (NAME)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from resforge.problems import Problem, UserError
from resforge.schema.reading import refuse_nul

_TYPE = re.compile(r'\bgenerated for the "(.+)" resource\b')
_SECTION = re.compile(r"[A-Z][A-Z ]+\(.*\)$")
_RULE = re.compile(r"[-=_]{3,}$")
_PROPERTY = re.compile(r"(?P<name>.+?) - type (?P<format>\S+)(?P<rest>.*)$")
_REQUIRED = re.compile(r"\s*\(Required\)", re.IGNORECASE)
_RANGE = re.compile(r"\s*\bRange=\(\s*([^,()]+?)\s*,\s*([^,()]+?)\s*\)", re.IGNORECASE)
_DEFAULT = re.compile(r"\s*\bDefault=(.*)$", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?|\n")
MOST_PROPERTIES = 1_000
"""The wizard's own list had room for a few dozen."""
_OPTIONS = "The following options have been chosen"
_PROPERTIES = "The following properties are used"


@dataclass(frozen=True, slots=True)
class RecordedProperty:
    """A property as the record has it; all values are text. `line` counts from 1."""

    line: int
    name: str
    format: str
    default: str | None
    limits: tuple[str, str] | None
    required: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the record, without its dash."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """The part of a project for which the record lists files, and its first and last line."""

    title: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Record:
    """What a record says; `unread` are the lines that fit nowhere."""

    name: Line
    options: tuple[Line, ...]
    properties: tuple[RecordedProperty, ...]
    sections: tuple[Section, ...]
    unread: tuple[Line, ...]


def encoding_of(content: bytes) -> str:
    """`utf-16` by its mark, `utf-8`, or else `cp1252`: a guess at the code page of the wizard's machine."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def text_of(content: bytes, file: str) -> str:
    """The text of a record's file; raises UserError when it is no text."""
    encoding = encoding_of(content)
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode(encoding)
    except UnicodeDecodeError:
        message = "this is neither UTF-16, UTF-8 nor text of Windows code page 1252"
        hint = "save the file as UTF-8"
        raise UserError(Problem(message, "not-a-text", file, 1, 1, hint)) from None
    refuse_nul(text, file)
    return text


class _Part(Enum):
    HEAD = auto()
    OPTIONS = auto()
    PROPERTIES = auto()
    FILES = auto()


def read_record(text: str, file: str) -> Record:
    """The record in `text`; raises UserError when it is none."""
    reader = _Reader()
    for number, line in enumerate(_LINE_END.split(text), 1):
        reader.take(Line(number, line.strip()))
    if reader.name is None or not reader.is_record:
        message = (
            "this is not a record of the Cluster Resource Type Wizard; expected the lines"
            ' ... generated for the "NAME" resource type and'
            f" {_OPTIONS}:"
        )
        hint = "the wizard names it settings.txt"
        raise UserError(Problem(message, "not-a-wizard-record", file, 1, 1, hint))
    if len(reader.properties) > MOST_PROPERTIES:
        message = f"more than {MOST_PROPERTIES} properties; no resource type has so many"
        line = reader.properties[MOST_PROPERTIES].line
        raise UserError(Problem(message, "too-many-properties", file, line, 1))
    return reader.record(reader.name)


class _Reader:
    """Goes through the lines once; what a line means depends on the part that it stands in."""

    def __init__(self) -> None:
        self.name: Line | None = None
        self.is_record = False
        self.properties: list[RecordedProperty] = []
        self._part = _Part.HEAD
        self._options: list[Line] = []
        self._sections: list[Section] = []
        self._unread: list[Line] = []

    def record(self, name: Line) -> Record:
        """Everything that was read."""
        return Record(
            name,
            tuple(self._options),
            tuple(self.properties),
            tuple(self._sections),
            tuple(self._unread),
        )

    def take(self, line: Line) -> None:
        """Read the next line."""
        if not line.text or _RULE.match(line.text):
            return
        if self._begins_part(line):
            return
        match self._part:
            case _Part.HEAD:
                self._take_head(line)
            case _Part.OPTIONS:
                self._take_option(line)
            case _Part.PROPERTIES:
                self._take_property(line)
            case _Part.FILES:
                title, first = self._sections[-1].title, self._sections[-1].first
                self._sections[-1] = Section(title, first, line.line)

    def _begins_part(self, line: Line) -> bool:
        if line.text.startswith(_OPTIONS):
            self._part, self.is_record = _Part.OPTIONS, True
        elif line.text.startswith(_PROPERTIES):
            self._part = _Part.PROPERTIES
        elif self._part is not _Part.HEAD and _SECTION.match(line.text):
            self._part = _Part.FILES
            self._sections.append(Section(line.text, line.line, line.line))
        else:
            return False
        return True

    def _take_head(self, line: Line) -> None:
        if self.name is None and (found := _TYPE.search(line.text)):
            self.name = Line(line.line, found[1])

    def _take_option(self, line: Line) -> None:
        if line.text.startswith("-"):
            self._options.append(Line(line.line, line.text.lstrip("- ").strip()))
        else:
            self._unread.append(line)

    def _take_property(self, line: Line) -> None:
        found = _PROPERTY.match(line.text)
        if not found:
            self._unread.append(line)
            return
        rest, required = _REQUIRED.subn("", found["rest"])
        limits = _RANGE.search(rest)
        default = _DEFAULT.match(_RANGE.sub("", rest))
        self.properties.append(
            RecordedProperty(
                line.line,
                found["name"].strip(),
                found["format"],
                _unquoted(default[1].strip()) if default else None,
                (limits[1], limits[2]) if limits else None,
                bool(required),
            )
        )
        left = "" if default else _RANGE.sub("", rest).strip()
        if left:
            self._unread.append(Line(line.line, left))


def _unquoted(text: str) -> str:
    quoted = len(text) >= 2 and text[0] == text[-1] == '"'
    return text[1:-1] if quoted else text
