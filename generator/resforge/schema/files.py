"""Which DLL names are plain, safe file names."""

from __future__ import annotations

import re

from resforge.schema.base import check_text
from resforge.schema.findings import fault
from resforge.schema.wording import quoted

LONGEST_DLL_NAME = 120
"""Characters; a path of Windows has 260, and the name also names build targets and folders."""

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z", re.ASCII)
_OTHER_ENDING = re.compile(r"\.(exe|sys|so|lib|ocx|dl|d|)\Z", re.IGNORECASE | re.ASCII)
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)", re.IGNORECASE | re.ASCII)


def check_dll_name(value: object) -> str:
    """`value` if it is a plain DLL file name, else InvalidValueError.

    Stricter than Windows (`naming-a-file`): ASCII letters, digits, `_`, `-` and `.` only, because
    the name also passes through build files, scripts and export definitions.
    """
    name = check_text(value)
    if not name.lower().endswith(".dll"):
        raise fault(
            "dll-name-extension",
            f"{quoted(name)} does not end in .dll",
            (
                f'did you mean "{_OTHER_ENDING.sub("", name)}.dll"?'
                if _PLAIN.match(name) and len(name) < 60
                else None
            ),
        )
    if "/" in name or "\\" in name or ":" in name:
        raise fault("dll-name-with-path", f"{quoted(name)} is a path; give the file name only")
    if not _PLAIN.match(name):
        raise fault(
            "unsafe-dll-name",
            f"{quoted(name)} is not a plain file name of ASCII letters, digits, _, - and .",
        )
    if _DEVICE.match(name):
        raise fault("device-name", f"{quoted(name)} is the name of a device in Windows")
    if len(name) > LONGEST_DLL_NAME:
        raise fault("name-too-long", f"a DLL name has at most {LONGEST_DLL_NAME} characters")
    return name
