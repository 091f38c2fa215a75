"""States of a resource as the Resource Hosting Subsystem (RHS) and its clients see it."""

from __future__ import annotations

from enum import StrEnum


class RhsState(StrEnum):
    """Leaf states of one resource in RHS.

    The Opened, Offline, Onlining, Online and Offlining levels and OnlineInProgress are stated by
    the blog series "Creating a Cluster Resource DLL"; the other names are (inferred).
    """

    ABSENT = "-"
    """No process hosts the resource yet."""
    NOT_LOADED = "NotLoaded"
    CLOSED = "Closed"
    OPENING = "Opening"
    OFFLINE = "Offline"
    ONLINE_IN_PROGRESS = "OnlineInProgress"
    ONLINE_PENDING = "OnlinePending"
    ONLINE = "Online"
    OFFLINE_IN_PROGRESS = "OfflineInProgress"
    OFFLINE_PENDING = "OfflinePending"
    TERMINATING = "Terminating"
    CLOSING = "Closing"
    LOST = "Lost"


class RcmState(StrEnum):
    """State that clients of the cluster see (header clusapi.h, CLUSTER_RESOURCE_STATE)."""

    INITIALIZING = "Initializing"
    OFFLINE = "Offline"
    ONLINE = "Online"
    FAILED = "Failed"
    ONLINE_PENDING = "OnlinePending"
    OFFLINE_PENDING = "OfflinePending"


class Poll(StrEnum):
    """Region POLL, active only while the resource is Online."""

    IDLE = "Idle"
    LOOKS_ALIVE = "LooksAliveRunning"
    IS_ALIVE = "IsAliveRunning"


class Entry(StrEnum):
    """Entry points of a version 1 resource DLL that belong to one resource, and Cancel."""

    OPEN = "Open"
    CLOSE = "Close"
    ONLINE = "Online"
    OFFLINE = "Offline"
    TERMINATE = "Terminate"
    LOOKS_ALIVE = "LooksAlive"
    IS_ALIVE = "IsAlive"
    ARBITRATE = "Arbitrate"
    RELEASE = "Release"
    RESOURCE_CONTROL = "ResourceControl"
    RESOURCE_TYPE_CONTROL = "ResourceTypeControl"
    CANCEL = "Cancel"


class Timer(StrEnum):
    """Timers of RHS; CALL exists once per running call."""

    CALL = "CALL"
    PENDING = "PENDING"
    LOOKS = "LOOKS"
    ISALIVE = "ISALIVE"


ONLINING = frozenset({RhsState.ONLINE_IN_PROGRESS, RhsState.ONLINE_PENDING})
OFFLINING = frozenset({RhsState.OFFLINE_IN_PROGRESS, RhsState.OFFLINE_PENDING})
PENDING_STATES = frozenset({RhsState.ONLINE_PENDING, RhsState.OFFLINE_PENDING})
OPENED = ONLINING | OFFLINING | frozenset({RhsState.OFFLINE, RhsState.ONLINE, RhsState.TERMINATING})

PARENTS: dict[RhsState | str, str] = {
    RhsState.OFFLINE: "Opened",
    "Onlining": "Opened",
    RhsState.ONLINE_IN_PROGRESS: "Onlining",
    RhsState.ONLINE_PENDING: "Onlining",
    RhsState.ONLINE: "Opened",
    "Offlining": "Opened",
    RhsState.OFFLINE_IN_PROGRESS: "Offlining",
    RhsState.OFFLINE_PENDING: "Offlining",
    RhsState.TERMINATING: "Opened",
}
"""Composite state around each state; a state without an entry is at the top level."""
