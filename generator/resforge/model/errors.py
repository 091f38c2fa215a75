"""Win32 error codes that the model answers with (header winerror.h)."""

from __future__ import annotations

from enum import IntEnum


class Win32(IntEnum):
    """Named error codes; a plain number compares equal to its name."""

    SUCCESS = 0
    INVALID_FUNCTION = 1
    FILE_NOT_FOUND = 2
    ACCESS_DENIED = 5
    NOT_ENOUGH_MEMORY = 8
    INVALID_DATA = 13
    INVALID_PARAMETER = 87
    INSUFFICIENT_BUFFER = 122
    MORE_DATA = 234
    UNHANDLED_EXCEPTION = 574
    OPERATION_ABORTED = 995
    IO_PENDING = 997
    REVISION_MISMATCH = 1306
    RESOURCE_NOT_AVAILABLE = 5006
    RESOURCE_NOT_FOUND = 5007
    OBJECT_ALREADY_EXISTS = 5010
    RESOURCE_ONLINE = 5019
    INVALID_STATE = 5023
    RESOURCE_PROPERTIES_STORED = 5024
    RESOURCE_FAILED = 5038
    RESNAME_NOT_FOUND = 5080


class PropertyListError(Exception):
    """A property list breaks a rule; `status` is the error code the DLL must answer with."""

    def __init__(self, status: Win32, text: str) -> None:
        """Keep the code and say in words which rule is broken."""
        super().__init__(text)
        self.status = status
