"""The one rule that turns a name of the schema into an identifier.

1. Compose the name (NFC). A character whose compatibility decomposition is ASCII plus combining
   marks counts as that ASCII text (`é` is `e`); any other non-ASCII character becomes a word of
   its own: `u` and its code point in hexadecimal (`名` is `u540d`).
2. Split at everything that is not an ASCII letter or digit, at a capital after a small letter or
   digit, and before the last capital of a run that a small letter follows: `CSCCache` is
   `csc cache`, `Security Descriptor` is `security descriptor`.
3. Join in small letters with `_` (`csc_cache`); for C++ types join with capital initials
   (`CscCache`). A leading digit gets an `n` in front (`3com` is `n3com`).
4. A word that C++, Python, a Windows or C library header, the Windows file system or, for a type,
   CMake reserves gets a trailing `_` (`class_`).

The rule is not injective (`A-B` and `a b` agree); whoever uses it refuses names that collide.
The decompositions are those of Unicode 3.2, which Python freezes, so that every Python version
makes the same identifiers.
"""

from __future__ import annotations

import re
import unicodedata

from resforge.schema.reserved import CMAKE_TARGETS, GLOBAL_NAMES, RESERVED

LONGEST_IDENTIFIER = 64
"""Characters. Identifiers become file names, which Windows limits to 260 with their folder."""

_UNICODE = unicodedata.ucd_3_2_0
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[A-Za-z0-9]+")


def words(name: str) -> list[str]:
    """The words of `name` in small letters; empty when it holds no letter or digit."""
    ascii_text = "".join(_to_ascii(character) for character in _UNICODE.normalize("NFC", name))
    return [word.lower() for word in _WORD.findall(_BOUNDARY.sub(" ", ascii_text))]


def _to_ascii(character: str) -> str:
    if character.isascii():
        return character
    decomposed = _UNICODE.normalize("NFKD", character)
    base = "".join(part for part in decomposed if not _UNICODE.combining(part))
    return base if base and base.isascii() else f" u{ord(character):x} "


def identifier(name: str) -> str:
    """The identifier of a property, control code or field: `CommandLine` -> `command_line`.

    Empty when `name` holds no letter or digit; callers refuse that.
    """
    return _reserve(_lead("_".join(words(name))), RESERVED)


def type_identifier(name: str) -> str:
    """The identifier of a resource type, a namespace, file name and target: `Time` -> `time_`."""
    return _reserve(_lead("_".join(words(name))), RESERVED | GLOBAL_NAMES | CMAKE_TARGETS)


def class_identifier(name: str) -> str:
    """The C++ type name: `process supervisor` -> `ProcessSupervisor`."""
    return _reserve(_lead("".join(word.capitalize() for word in words(name)), "N"), RESERVED)


def type_prefix(name: str) -> str:
    """What the C++ types of a control code begin with: `RotateLog` of `RotateLogInput`.

    Several identifiers may share one: `log_2` and `log2` give `Log2`.
    """
    return "".join(word.capitalize() for word in identifier(name).split("_"))


def _lead(text: str, prefix: str = "n") -> str:
    return prefix + text if text[:1].isdigit() else text


def _reserve(text: str, reserved: frozenset[str]) -> str:
    return text + "_" if text in reserved else text
