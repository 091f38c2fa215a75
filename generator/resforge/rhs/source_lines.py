"""Names the lines of source behind the places in a library that the simulated RHS writes."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

from resforge.rhs.records import Record, Violation

__all__ = ["with_source_lines"]

_PLACE = re.compile(r"\{(?P<library>[^{}]+)\+(?P<offset>0x[0-9a-f]+)\}")
_SECONDS = 20.0


def with_source_lines(record: Record) -> Record:
    """Replace {library+0x12ab} in the text of a violation by "file.h:12".

    The lines come from addr2line (GNU binutils), where it is installed, and from the debug
    information of the library; without them the offset stays, with the name of the file.
    """
    if not isinstance(record, Violation) or "{" not in record.text:
        return record
    text = _PLACE.sub(lambda place: _line(place["library"], place["offset"]), record.text)
    return replace(record, text=text, raw={**record.raw, "text": text})


@cache
def _line(library: str, offset: str) -> str:
    bare = f"{Path(library).name}+{offset}"
    program = shutil.which("addr2line")
    if program is None:
        return bare
    try:
        run = subprocess.run(
            [program, "-s", "-e", library, offset],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return bare
    found = re.match(r"(?P<file>[^?\s:][^\n:]*):(?P<line>[1-9]\d*)", run.stdout)
    return f"{found['file']}:{found['line']}" if found else bare
