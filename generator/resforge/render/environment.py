"""The one Jinja environment: strict, without HTML escaping, with every filter that a template needs.

Filters for templates (see `filters_cpp` and `filters_text` for their arguments):

========================  =====================================================================
`wide_literal`            ``RESFORGE_TEXT("...")`` on one line; `wide_pieces(indent)` wraps
`utf8_literal`            ``"..."`` with the bytes of UTF-8; `utf8_pieces(indent)` wraps
`cpp_string`              ``"..."`` without prefix
`cpp_comment`             one line for a C++ comment; `doc_comment(indent, marker, width)` wraps
`cpp_bytes`               ``0x00, 0xFF`` from bytes
`hex32`, `hex64`          numbers as ``0x01400086``
`rc_string`               ``L"..."`` for a resource script
`def_string`              quoted name for a module definition file
`powershell_string`       an expression; `powershell_value` for values of properties,
                          `powershell_comment` for comments
`markdown`                inline text; `markdown_code` for texts, `markdown_value` for values
`duration`                milliseconds as ``3min``
`python_string`           a literal; `python_comment`, `python_docstring(indent)`
`json_string`             a JSON literal
`cmake_string`            a quoted CMake argument
========================  =====================================================================
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from platformdirs import user_cache_path

from resforge.fingerprint import generator_fingerprint
from resforge.render import filters_cpp, filters_text
from resforge.render.data import templates_dir
from resforge.render.untrusted import Untrusted, guard, plain

FILTERS: dict[str, Callable[..., str]] = {
    function.__name__: function
    for function in (
        filters_cpp.cpp_bytes,
        filters_cpp.cpp_comment,
        filters_cpp.cpp_string,
        filters_cpp.def_string,
        filters_cpp.doc_comment,
        filters_cpp.hex32,
        filters_cpp.hex64,
        filters_cpp.rc_string,
        filters_cpp.utf8_literal,
        filters_cpp.utf8_pieces,
        filters_cpp.wide_literal,
        filters_cpp.wide_pieces,
        filters_text.cmake_string,
        filters_text.duration,
        filters_text.json_string,
        filters_text.markdown,
        filters_text.markdown_code,
        filters_text.markdown_value,
        filters_text.powershell_comment,
        filters_text.powershell_string,
        filters_text.powershell_value,
        filters_text.python_comment,
        filters_text.python_docstring,
        filters_text.python_string,
    )
}
IDENTIFIERS = frozenset({"identifier", "class_identifier", "former_identifier"})
"""Attributes of schema objects that the naming rule of the schema makes safe to print."""


class TemplateEnvironment(jinja2.Environment):
    """Jinja's environment, except that texts of schema objects come out as `Untrusted`."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return ``obj.attribute``, guarded when `obj` belongs to the schema."""
        return _guarded(obj, attribute, super().getattr(obj, attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return ``obj[argument]``, guarded when `obj` belongs to the schema."""
        return _guarded(obj, argument, super().getitem(obj, argument))


@cache
def environment() -> jinja2.Environment:
    """Return the environment over `templates_dir`; compiled templates are kept in the user cache."""
    result = TemplateEnvironment(
        loader=jinja2.FileSystemLoader(templates_dir(), encoding="utf-8"),
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        newline_sequence="\n",
        auto_reload=False,
        bytecode_cache=_bytecode_cache(),
        finalize=_finalize,
    )
    result.filters.update(FILTERS)
    result.tests["text"] = lambda value: isinstance(value, str | Untrusted)
    result.tests["worded"] = lambda value: bool(plain(value).strip())
    return result


def _guarded(obj: object, attribute: object, value: object) -> object:
    if attribute in IDENTIFIERS or not type(obj).__module__.startswith("resforge.schema"):
        return value
    return guard(value)


def _finalize(value: object) -> object:
    if value is None or isinstance(value, tuple | list | dict | bytes | bool):
        raise TypeError(f"a template printed a {type(value).__name__}")
    return value


def _bytecode_cache() -> jinja2.BytecodeCache | None:
    """Compiling costs fifty times as much as rendering; no cache is better than a broken run."""
    version = f"{sys.implementation.cache_tag}-{jinja2.__version__}"
    place = user_cache_path("resforge") / "templates" / f"{generator_fingerprint()[:16]}-{version}"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return _ForgivingCache(str(place)) if _private(place) else None


def _private(place: Path) -> bool:
    """Compiled templates are code, so only a folder that nobody else can write is used."""
    if sys.platform == "win32":
        return True
    status = place.stat()
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


class _ForgivingCache(jinja2.FileSystemBytecodeCache):
    """A cache on disk that a full disk or a damaged file turns off instead of failing the run."""

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, TypeError):
            bucket.reset()

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        try:
            super().dump_bytecode(bucket)
        except OSError:
            return
