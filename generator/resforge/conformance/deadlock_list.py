"""The functions that no resource DLL may call, and whether a file calls them.

Source: page function-calls-to-avoid-in-resource-dlls, usage code "Do not use". The runtime header
deadlock_list.h makes them compile errors in hooks; sources without that header show up here.
"""

from __future__ import annotations

from pathlib import Path

from resforge.rhs.imports import imported_names

__all__ = ["NEVER", "PAGE", "forbidden_imports"]

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


def forbidden_imports(library: Path) -> str | None:
    """Return a sentence that names the functions of the list that `library` imports, or None.

    Raises ValueError when the file cannot be read as a DLL.
    """
    found = sorted(NEVER & imported_names(library))
    if not found:
        return None
    return (
        f"{library.name} imports {', '.join(found)}, which no resource DLL may call ({PAGE}); "
        "include resforge/hooks.h in the source that does, and the compiler says what to do "
        "instead"
    )
