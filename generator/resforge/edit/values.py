"""How a value is spelled in each syntax."""

from __future__ import annotations

import json
import re

from resforge.schema.scalars import core_scalar

_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*\Z", re.ASCII)
_BARE = re.compile(r"[A-Za-z0-9_-]+\Z", re.ASCII)
_OLD_BOOLEANS = frozenset({"y", "n", "yes", "no", "on", "off"})
"""Text in YAML 1.2, but true or false to readers of YAML 1.1: quoted, so that all agree."""
_NOT_PRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")

Value = str | int | bool | list[str]


def spell(value: Value, syntax: str) -> str:
    """`value` as the text that a file of `syntax` has for it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(spell(item, syntax) for item in value) + "]"
    if syntax == "yaml" and _is_plain(value):
        return value
    return _quoted(value)


def spell_key(key: str, syntax: str) -> str:
    """`key` as a file of `syntax` writes it, without the sign that follows."""
    if syntax == "json" or (syntax == "toml" and not _BARE.match(key)):
        return _quoted(key)
    return spell(key, syntax) if syntax == "yaml" else key


def _is_plain(text: str) -> bool:
    plain = _PLAIN.match(text) is not None and isinstance(core_scalar(text), str)
    return plain and text.lower() not in _OLD_BOOLEANS


def _quoted(text: str) -> str:
    """In double quotes; the escapes are those that YAML, TOML and JSON share."""
    shown = json.dumps(text, ensure_ascii=False)
    return _NOT_PRINTED.sub(lambda match: f"\\u{ord(match[0]):04x}", shown)
