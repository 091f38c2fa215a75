"""The functions that no resource DLL may call, and how to see whether a file does.

Source: page function-calls-to-avoid-in-resource-dlls, usage code "Do not use". The runtime header
deadlock_list.h makes them compile errors in hooks; sources without that header show up here.
"""

from __future__ import annotations

__all__ = ["NEVER", "PAGE"]

PAGE = "function-calls-to-avoid-in-resource-dlls"
"""The page of the documentation that has the list."""

NEVER = frozenset(
    {
        "AddClusterResourceDependency",
        "ChangeClusterResourceGroup",
        "CreateClusterGroup",
        "CreateClusterResource",
        "DeleteClusterGroup",
        "DeleteClusterResource",
        "DestroyClusterGroup",
        "FailClusterResource",
        "MoveClusterGroup",
        "OfflineClusterGroup",
        "OfflineClusterResource",
        "OnlineClusterGroup",
        "OnlineClusterResource",
        "RemoveClusterResourceDependency",
        "RemoveClusterResourceNode",
        "ResUtilFindDependentDiskResourceDriveLetter",
        "SetClusterGroupName",
        "SetClusterGroupNodeList",
        "SetClusterName",
        "SetClusterQuorumResource",
        "SetClusterResourceName",
        "SetClusterServiceAccountPassword",
    }
)
"""The 22 functions."""
