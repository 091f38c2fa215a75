"""Tells from a file whether it is a resource DLL for Windows or one for this machine."""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Literal

from resforge.problems import Problem, UserError

__all__ = ["target_of"]

_X64 = 0x3E
"""EM_X86_64 in elf.h."""
_PE_X64 = 0x8664
"""IMAGE_FILE_MACHINE_AMD64, page "PE Format", section "Machine types", like the others."""
_MACHINES = {0x14C: "32-bit x86", 0xAA64: "64-bit ARM", 0x1C4: "32-bit ARM"}
_NEEDED = "the simulated RHS loads 64-bit DLLs for x64: PE files, or ELF files on Linux"


def target_of(dll: Path) -> Literal["native", "windows"]:
    """Return the target that `dll` was built for.

    Raises UserError when it is missing or no DLL that the simulated RHS can load.
    """
    try:
        with dll.open("rb") as file:
            head, header = file.read(64), b""
            if head[:2] == b"MZ" and len(head) == 64:
                file.seek(*struct.unpack_from("<I", head, 0x3C))  # page "PE Format"
                header = file.read(24)
    except OSError as error:
        raise _problem(dll, f"the DLL cannot be read: {error.strerror}") from error
    if head[:2] == b"MZ":
        return _windows(dll, header)
    if head[:4] == b"\x7fELF" and sys.platform == "linux":
        return _native(dll, head)
    raise _problem(dll, "this is not a DLL")


def _windows(dll: Path, header: bytes) -> Literal["windows"]:
    signature, machine, characteristics = struct.unpack("<4sH16xH", header.ljust(24, b"\0"))
    if signature != b"PE\0\0":
        raise _problem(dll, "this is not a PE file, or it is damaged")
    if machine != _PE_X64:
        shown = _MACHINES.get(machine, f"machine 0x{machine:X}")
        raise _problem(dll, f"this PE file is for {shown}")
    if not characteristics & 0x2000:  # IMAGE_FILE_DLL, page "PE Format"
        raise _problem(dll, "this PE file is a program, not a DLL")
    return "windows"


def _native(dll: Path, head: bytes) -> Literal["native"]:
    shared, machine = struct.unpack_from("<HH", head.ljust(20, b"\0"), 16)
    if head[4:5] != b"\x02" or machine != _X64:
        raise _problem(dll, "this ELF file is not for 64-bit x86")
    if shared != 3:  # ET_DYN in elf.h
        raise _problem(dll, "this ELF file is not a shared library")
    return "native"


def _problem(dll: Path, message: str) -> UserError:
    return UserError(Problem(message, "not-a-dll", file=str(dll), hint=_NEEDED))
