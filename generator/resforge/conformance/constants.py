"""Control codes of resources and times that several suites use."""

from __future__ import annotations

from resforge.model import control_codes as codes
from resforge.model.control_codes import RESOURCE

__all__ = [
    "GENERAL_FAILURE",
    "GET",
    "GET_RO",
    "HOUR",
    "NO_MEMORY",
    "NO_RESOURCES",
    "PATIENT",
    "SET",
    "SET_NAME",
    "UNTOLD",
    "VALIDATE",
    "told",
]

GET = RESOURCE | codes.GET_PRIVATE_PROPERTIES
GET_RO = RESOURCE | codes.GET_RO_PRIVATE_PROPERTIES
SET = RESOURCE | codes.SET_PRIVATE_PROPERTIES
SET_NAME = RESOURCE | codes.SET_NAME
VALIDATE = RESOURCE | codes.VALIDATE_PRIVATE_PROPERTIES

NO_MEMORY = 8
"""ERROR_NOT_ENOUGH_MEMORY of winerror.h."""
GENERAL_FAILURE = 31
"""ERROR_GEN_FAILURE of winerror.h."""
NO_RESOURCES = 1450
"""ERROR_NO_SYSTEM_RESOURCES of winerror.h."""
UNTOLD = 0xFFFFFFFF
"""A fault of a function after which GetLastError says 0 (the protocol of the host)."""

HOUR = 3_600_000
"""Milliseconds."""

PATIENT = {"PendingTimeout": HOUR, "DeadlockTimeout": HOUR}
"""Common properties of a resource that a slow database shall not make fail."""


def told(error: int) -> int:
    """Return the code with which a call fails for a fault with this error; it is never 0."""
    return GENERAL_FAILURE if error == UNTOLD else error
