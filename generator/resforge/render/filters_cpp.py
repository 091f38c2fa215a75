"""Escaping for C++ sources, resource scripts and module definition files: pure ASCII literals.

No filter depends on the source or execution character set: what is not ASCII leaves as an escape
in literals. Comments keep readable letters and reveal the invisible ones.
"""

from __future__ import annotations

import re

from resforge.render.invisible import one_line
from resforge.render.untrusted import plain
from resforge.render.wrap import COLUMN_LIMIT, columns, wrap

_SIMPLE = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LONGEST_RC_STRING = 500
"""Characters; four such texts stay far below the 64 KiB of a version resource."""


def cpp_string(value: object) -> str:
    """Return ``"..."`` for a text that is pure ASCII after escaping, without any prefix.

    Usable in a wide, UTF-16 or narrow literal alike as long as the text is ASCII; for other text
    use `wide_literal` or `utf8_literal`.
    """
    return f'"{"".join(_wide_units(plain(value)))}"'


def wide_literal(value: object) -> str:
    """Return ``RESFORGE_TEXT("...")``, the UTF-16 literal of the runtime on every platform."""
    return f"RESFORGE_TEXT({cpp_string(value)})"


def wide_pieces(value: object, indent: int = 0, prefix: int = 0) -> str:
    """Return `wide_literal`, split over lines when it would pass the column limit.

    `indent` is the column at which the expression starts, `prefix` the columns after it on the
    last line (a comma, a parenthesis). Continuation lines align with the first quote, as
    clang-format wants them.
    """
    opening = "RESFORGE_TEXT("
    room = COLUMN_LIMIT - indent - len(opening) - 1 - prefix
    separator = "\n" + " " * (indent + len(opening))
    return f"{opening}{separator.join(_pieces(_wide_units(plain(value)), room))})"


def utf8_literal(value: object) -> str:
    """Return ``"..."`` whose bytes are the UTF-8 form of the text, with octal escapes."""
    return f'"{"".join(_byte_units(plain(value)))}"'


def utf8_pieces(value: object, indent: int = 0, prefix: int = 0) -> str:
    """Return `utf8_literal`, split over lines like `wide_pieces`."""
    room = COLUMN_LIMIT - indent - prefix
    return ("\n" + " " * indent).join(_pieces(_byte_units(plain(value)), room))


def cpp_bytes(value: bytes) -> str:
    """Return the bytes as ``0x00, 0xFF``."""
    return ", ".join(f"0x{byte:02X}" for byte in value)


def hex32(value: int) -> str:
    """Return a 32-bit number as ``0x01400086``; OverflowError outside its range."""
    return f"0x{int.from_bytes(value.to_bytes(4, 'big'), 'big'):08X}"


def hex64(value: int) -> str:
    """Return a 64-bit number as ``0x`` and sixteen digits; OverflowError outside its range."""
    return f"0x{int.from_bytes(value.to_bytes(8, 'big'), 'big'):016X}"


def cpp_comment(value: object) -> str:
    """Return the text on one line, safe after ``//`` and inside ``/* */``.

    A final backslash (or its trigraph) would splice the next line; ``clang-format off`` would be
    an order to the formatter.
    """
    text = one_line(plain(value)).replace("*/", "* /").replace("/*", "/ *")
    text = re.sub(r"(\\|\?\?/)$", lambda match: f"<{match.group()}>", text)
    return re.sub(r"^clang-format", "'clang-format'", text)


def doc_comment(value: object, indent: int = 0, marker: str = "//", width: int = 0) -> str:
    """Return the text as comment lines that start with `marker`, the first one unindented.

    `indent` is the column of the comment, `width` the last usable one (the column limit if 0).
    """
    room = (width or COLUMN_LIMIT) - indent - len(marker) - 1 - len("<??/>")
    lines = [cpp_comment(line) for line in wrap(cpp_comment(value), room)]
    return ("\n" + " " * indent).join(f"{marker} {line}" for line in lines)


def rc_string(value: object) -> str:
    r"""Return ``L"..."`` for a resource script, everything unusual as ``\x0022``.

    Four digits, one UTF-16 unit each, are read alike by rc, windres and llvm-rc; doubled quotes
    and the single-letter escapes are not (inferred from their sources and tried with windres).
    A long text is cut, since it only informs: the whole version resource states its size in 16 bits
    (`vs-versioninfo`).
    """
    units = _utf16(_cut(plain(value)))
    return f'L"{"".join(_rc_unit(unit) for unit in units)}"'


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_RC_STRING else text[: _LONGEST_RC_STRING - 3] + "..."


def def_string(value: object) -> str:
    """Return a quoted name for a module definition file; ValueError if it cannot be written."""
    text = plain(value)
    if not re.fullmatch(r"[\x20-\x7e]+", text) or '"' in text:
        raise ValueError(f"not writable in a module definition file: {text!a}")
    return f'"{text}"'


def _wide_units(text: str) -> list[str]:
    return _guard_trigraphs([_wide_unit(character) for character in text])


def _wide_unit(character: str) -> str:
    code = ord(character)
    if character in _SIMPLE:
        return _SIMPLE[character]
    if 0x20 <= code < 0x7F:
        return character
    if code < 0xA0:
        return f"\\{code:03o}"
    if 0xD800 <= code < 0xE000:
        raise ValueError(f"lone surrogate U+{code:04X}")
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _byte_units(text: str) -> list[str]:
    return _guard_trigraphs([_byte_unit(byte) for byte in text.encode("utf-8")])


def _byte_unit(byte: int) -> str:
    return _wide_unit(chr(byte)) if byte < 0x7F else f"\\{byte:03o}"


def _guard_trigraphs(units: list[str]) -> list[str]:
    return [
        "\\?" if unit == "?" and index and units[index - 1] in ("?", "\\?") else unit
        for index, unit in enumerate(units)
    ]


def _pieces(units: list[str], room: int) -> list[str]:
    """Cut after spaces where there are any, so that no word is torn apart."""
    pieces: list[str] = []
    piece: list[str] = []
    for unit in units:
        if columns("".join(piece)) + len(unit) + 2 > room and piece:
            end = _last_space(piece)
            pieces.append("".join(piece[:end]))
            piece = piece[end:]
        piece.append(unit)
    return [f'"{text}"' for text in (*pieces, "".join(piece))]


def _last_space(piece: list[str]) -> int:
    spaces = (index for index in range(len(piece), 0, -1) if piece[index - 1] == " ")
    return next(spaces, len(piece))


def _utf16(text: str) -> list[int]:
    data = text.encode("utf-16-le")
    return [int.from_bytes(data[index : index + 2], "little") for index in range(0, len(data), 2)]


def _rc_unit(unit: int) -> str:
    character = chr(unit)
    safe = character.isascii() and (character.isalnum() or character in " .,-_()+:;=")
    return character if safe else f"\\x{unit:04x}"
