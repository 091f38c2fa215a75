"""The name by which the processes of a node find the only place of a resource type."""

from __future__ import annotations

import re

from resforge.names import ordinal_key

__all__ = ["semaphore_name"]

_PREFIX = "Global\\resforge.single-instance."
_READABLE = 100
"""WCHARs that the prefix and the readable part of the name have together."""
_OFFSET, _PRIME, _BITS = 0xCBF29CE484222325, 0x100000001B3, 64
"""FNV-1a of 64 bits (draft-eastlake-fnv)."""


def semaphore_name(type_name: str) -> str:
    """Return the name of the semaphore of a type, the same for every spelling of its name.

    Written down apart from the runtime, whose DLLs of all versions must agree on it: two of them
    may run on one node.
    """
    units = ordinal_key(type_name).encode("utf-16-le")
    number = _OFFSET
    for byte in units:
        number = (number ^ byte) * _PRIME % (1 << _BITS)
    capitals = "".join(
        chr(low | high << 8) for low, high in zip(units[::2], units[1::2], strict=True)
    )
    readable = (_PREFIX + re.sub("[^0-9A-Z]", "_", capitals))[:_READABLE]
    return f"{readable}.{number:016X}"
