"""Control codes of resources and times that several suites use."""

from __future__ import annotations

from resforge.model import control_codes as codes
from resforge.model.control_codes import RESOURCE

__all__ = ["GET", "GET_RO", "HOUR", "PATIENT", "SET", "SET_NAME", "VALIDATE"]

GET = RESOURCE | codes.GET_PRIVATE_PROPERTIES
GET_RO = RESOURCE | codes.GET_RO_PRIVATE_PROPERTIES
SET = RESOURCE | codes.SET_PRIVATE_PROPERTIES
SET_NAME = RESOURCE | codes.SET_NAME
VALIDATE = RESOURCE | codes.VALIDATE_PRIVATE_PROPERTIES

HOUR = 3_600_000
"""Milliseconds."""

PATIENT = {"PendingTimeout": HOUR, "DeadlockTimeout": HOUR}
"""Common properties of a resource that a slow database shall not make fail."""
