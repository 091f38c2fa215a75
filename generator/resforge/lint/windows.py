"""Names that Windows itself uses, which a resource type had better not."""

from __future__ import annotations

COMMON_PROPERTIES = (
    *("Name", "Type", "Description", "SeparateMonitor", "PersistentState"),
    *("LooksAlivePollInterval", "IsAlivePollInterval", "PendingTimeout", "DeadlockTimeout"),
    *("RestartAction", "RestartThreshold", "RestartDelay", "RestartPeriod"),
    *("RetryPeriodOnFailure", "ResourceSpecificStatus", "ResourceSpecificData1"),
    *("ResourceSpecificData2", "MonitorProcessId", "LastOperationStatusCode"),
    *("StatusInformation", "DebugPrefix"),
)
"""Common properties of resources (`resource-common-properties`, `resources-debugprefix`)."""

RESOURCE_TYPES = (
    *("Generic Application", "Generic Service", "Generic Script", "File Share", "IP Address"),
    *("IPv6 Address", "IPv6 Tunnel Address", "Network Name", "Distributed Network Name"),
    *("Physical Disk", "Print Spooler", "DHCP Service", "WINS Service", "MSMQ", "MSMQTriggers"),
    *("Distributed Transaction Coordinator", "Virtual Machine", "Virtual Machine Configuration"),
    *("Cloud Witness", "Local Quorum", "File Share Witness", "Volume Shadow Copy Service Task"),
    *("iSCSI Target Server", "Microsoft iSNS", "Distributed File System"),
    *("DFS Replicated Folder", "File Server", "Scale Out File Server", "Network File System"),
    *("Task Scheduler", "Storage Pool"),
)
"""Resource types that Windows Server registers (`private-properties-ref` and `resource-dependencies`)."""

LIBRARIES = (
    *("clusres.dll", "clusres2.dll", "resutils.dll", "clusapi.dll", "kernel32.dll", "ntdll.dll"),
    *("user32.dll", "advapi32.dll", "rpcrt4.dll", "ws2_32.dll", "ole32.dll", "msvcrt.dll"),
    *("netapi32.dll", "vmclusres.dll", "mqclus.dll", "dhcp.dll", "wins.dll"),
)
"""DLLs of Windows. `clusres.dll` and the libraries of its interfaces are documented
(`resource-dlls`, `clusdocex-h`); the others are commonly loaded system libraries (inferred)."""

VIRTUAL_MACHINE_FUNCTIONS = frozenset({1, 2, 5})
"""Functions of the user codes that the Virtual Machine types take, with access any and modify set
(enumeration CLUSCTL_RESOURCE_CODES of the Windows SDK)."""
