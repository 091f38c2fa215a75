"""Escaping for PowerShell, Markdown, Python, JSON and CMake."""

from __future__ import annotations

import json
import re

from resforge.render.invisible import one_line, reveal
from resforge.render.untrusted import plain
from resforge.render.wrap import wrap
from resforge.schema.durations import format_duration

_PYTHON = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CMAKE = {"\\": "\\\\", '"': '\\"', "$": "\\$", ";": "\\;", "@": "\\@"}
_CMAKE |= {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def powershell_string(value: object) -> str:
    """Return a PowerShell expression for the text: ``'it''s'`` or ``('caf' + [char]0x00E9)``.

    The result is ASCII: Windows PowerShell 5.1 reads a script without a byte order mark in the
    system's code page, and it takes typographic quotation marks for quotes
    (`about_Character_Encoding`, `about_Quoting_Rules`).
    """
    runs = re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]", plain(value))
    parts = [_powershell_part(run) for run in runs] or ["''"]
    if parts[0].startswith("["):
        parts.insert(0, "''")
    return parts[0] if len(parts) == 1 else f"({' + '.join(parts)})"


def powershell_comment(value: object) -> str:
    """Return the text on one line, ASCII, safe after ``#`` and inside ``<# #>``."""
    text = one_line(plain(value)).replace("#>", "# >").replace("<#", "< #")
    return "".join(c if c.isascii() else f"<U+{ord(c):04X}>" for c in text)


def python_string(value: object) -> str:
    """Return a Python literal in the form that black keeps: ASCII, the quote with fewer escapes."""
    body = "".join(_python_unit(character) for character in plain(value))
    if body.count('"') > body.count("'"):
        return "'" + body.replace("'", "\\'") + "'"
    return '"' + body.replace('"', '\\"') + '"'


def python_comment(value: object) -> str:
    """Return the text on one line, safe after ``# `` and never a pragma of a checker."""
    text = one_line(plain(value))
    pragma = re.compile(r"^(fmt|type|noqa|mypy|pyright|ruff|pylint|isort|!|:|-\*-)", re.IGNORECASE)
    text = re.sub(r"coding([:=])", r"coding \1", text)
    return f"'{text}" if pragma.match(text) else text


def python_docstring(value: object, indent: int = 0, width: int = 100) -> str:
    '''Return the lines between ``"""`` quotes, wrapped; continuation lines are indented.

    Quotes and backslashes are escaped, so the docstring ends where the template ends it.
    '''
    text = one_line(plain(value)).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if text.endswith('"'):
        text = text[:-1] + '\\"'
    return ("\n" + " " * indent).join(wrap(text, width - indent))


def markdown(value: object) -> str:
    """Return the text as one line of Markdown that shows exactly its characters."""
    return _markdown_escaped(one_line(plain(value)))


def markdown_code(value: object) -> str:
    """Return an inline code span of the text, usable in a table cell; "(empty)" for no text."""
    text = reveal(plain(value))
    if not text.strip():
        return "(empty)" if not text else f"<code>{'&nbsp;' * len(text)}</code>"
    if "|" in text or "`" in text:
        return f"<code>{_markdown_escaped(text)}</code>"
    pad = " " if text != text.strip() else ""
    return f"`{pad}{text}{pad}`"


def markdown_value(value: object) -> str:
    """Return a value of a property for a table: a number, texts, or bytes in hexadecimal."""
    if isinstance(value, tuple):
        return ", ".join(markdown_code(item) for item in value) or "(empty)"
    if isinstance(value, bytes):
        return markdown_code(value.hex(" "))
    return str(value) if isinstance(value, int) else markdown_code(value)


def powershell_value(value: object) -> str:
    """Return a value of a property as `Set-ClusterParameter` takes it."""
    if isinstance(value, tuple):
        return f"@({', '.join(powershell_string(item) for item in value)})"
    if isinstance(value, bytes):
        return f"([byte[]] @({', '.join(f'0x{byte:02X}' for byte in value)}))"
    return str(value) if isinstance(value, int) else powershell_string(value)


def duration(milliseconds: int) -> str:
    """Return a time of the schema in the unit that needs the fewest digits: ``3min``."""
    return format_duration(milliseconds)


def json_string(value: object) -> str:
    """Return a JSON literal, pure ASCII; numbers, booleans, tuples and bytes (hex) work too."""
    return json.dumps(_json_value(value), ensure_ascii=True)


def cmake_string(value: object) -> str:
    """Return a quoted CMake argument that stands for exactly this text."""
    return '"' + "".join(_CMAKE.get(character, character) for character in plain(value)) + '"'


def _powershell_part(run: str) -> str:
    if run.isascii() and run.isprintable():
        return "'" + run.replace("'", "''") + "'"
    units = run.encode("utf-16-le")
    codes = [int.from_bytes(units[i : i + 2], "little") for i in range(0, len(units), 2)]
    return " + ".join(f"[char]0x{code:04X}" for code in codes)


def _python_unit(character: str) -> str:
    code = ord(character)
    if character in _PYTHON:
        return _PYTHON[character]
    if 0x20 <= code < 0x7F:
        return character
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _markdown_escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"[\\`*_\[\]~]", r"\\\g<0>", text)
    text = re.sub(r"[|$]|:(?=\w+:)", lambda match: f"&#{ord(match.group())};", text)
    return re.sub(r"^([#+=-](?=[\s#+=-]|$)|\d+(?=[.)](\s|$)))", _markdown_start, text)


def _markdown_start(match: re.Match[str]) -> str:
    return f"&#{ord(match.group()[0])};{match.group()[1:]}"


def _json_value(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex(" ")
    if isinstance(value, tuple | list):
        return [_json_value(item) for item in value]
    return value if isinstance(value, int | float | None) else plain(value)
