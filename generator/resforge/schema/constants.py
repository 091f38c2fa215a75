"""Characteristics, classes and subclasses of resource types (headers clusapi.h and resapi.h)."""

from __future__ import annotations

from enum import StrEnum


class Characteristic(StrEnum):
    """CLUS_CHAR_* in small letters (`ne-clusapi-clus_characteristics`)."""

    QUORUM = "quorum"
    DELETE_REQUIRES_ALL_NODES = "delete_requires_all_nodes"
    LOCAL_QUORUM = "local_quorum"
    LOCAL_QUORUM_DEBUG = "local_quorum_debug"
    REQUIRES_STATE_CHANGE_REASON = "requires_state_change_reason"
    BROADCAST_DELETE = "broadcast_delete"
    SINGLE_CLUSTER_INSTANCE = "single_cluster_instance"
    SINGLE_GROUP_INSTANCE = "single_group_instance"
    COEXIST_IN_SHARED_VOLUME_GROUP = "coexist_in_shared_volume_group"
    PLACEMENT_DATA = "placement_data"
    MONITOR_DETACH = "monitor_detach"
    MONITOR_REATTACH = "monitor_reattach"
    OPERATION_CONTEXT = "operation_context"
    CLONES = "clones"
    NOT_PREEMPTABLE = "not_preemptable"
    NOTIFY_NEW_OWNER = "notify_new_owner"
    SUPPORTS_UNMONITORED_STATE = "supports_unmonitored_state"
    INFRASTRUCTURE = "infrastructure"
    VETO_DRAIN = "veto_drain"
    DRAIN_LOCAL_OFFLINE = "drain_local_offline"


CHARACTERISTIC_VALUE = {member: 1 << bit for bit, member in enumerate(Characteristic)}
"""CLUS_CHAR_*: the members above are in the order of their bits, 0x1 to 0x80000."""

_NO_ARBITRATION = "it needs the entry points Arbitrate and Release, which generated DLLs lack"
_OTHER_KEY = "say it with single_instance"

REFUSED_CHARACTERISTICS = {
    Characteristic.QUORUM: _NO_ARBITRATION,
    Characteristic.LOCAL_QUORUM: _NO_ARBITRATION,
    Characteristic.LOCAL_QUORUM_DEBUG: _NO_ARBITRATION,
    Characteristic.BROADCAST_DELETE: "Windows does not support it",
    Characteristic.SINGLE_CLUSTER_INSTANCE: f"{_OTHER_KEY}: cluster",
    Characteristic.SINGLE_GROUP_INSTANCE: f"{_OTHER_KEY}: group",
}
"""Characteristics that a schema must not list, and why."""


class ResourceClass(StrEnum):
    """CLUS_RESCLASS_* in small letters (`ne-clusapi-cluster_resource_class`)."""

    UNKNOWN = "unknown"
    STORAGE = "storage"
    NETWORK = "network"


CLASS_VALUE = {ResourceClass.UNKNOWN: 0, ResourceClass.STORAGE: 1, ResourceClass.NETWORK: 2}

FIRST_USER_CLASS = 32_768
"""CLUS_RESCLASS_USER; numbers from here on belong to DLL authors."""


class Subclass(StrEnum):
    """CLUS_RESSUBCLASS_* in small letters (`ne-clusapi-clus_ressubclass`)."""

    SHARED = "shared"
    STORAGE_SHARED_BUS = "storage_shared_bus"
    STORAGE_DISK = "storage_disk"
    STORAGE_REPLICATION = "storage_replication"
    NETWORK_INTERNET_PROTOCOL = "network_internet_protocol"


SUBCLASS_VALUE = {
    Subclass.SHARED: 0x8000_0000,
    Subclass.STORAGE_SHARED_BUS: 0x8000_0000,
    Subclass.STORAGE_DISK: 0x4000_0000,
    Subclass.STORAGE_REPLICATION: 0x1000_0000,
    Subclass.NETWORK_INTERNET_PROTOCOL: 0x8000_0000,
}

SUBCLASS_CLASS = {
    Subclass.STORAGE_SHARED_BUS: ResourceClass.STORAGE,
    Subclass.STORAGE_DISK: ResourceClass.STORAGE,
    Subclass.STORAGE_REPLICATION: ResourceClass.STORAGE,
    Subclass.NETWORK_INTERNET_PROTOCOL: ResourceClass.NETWORK,
}
"""The class to which a subclass belongs; `shared` goes with every class."""


class SingleInstance(StrEnum):
    """How many resources of the type there may be."""

    NONE = "none"
    NODE = "node"
    GROUP = "group"
    CLUSTER = "cluster"


SINGLE_INSTANCE_FLAG = {
    SingleInstance.GROUP: CHARACTERISTIC_VALUE[Characteristic.SINGLE_GROUP_INSTANCE],
    SingleInstance.CLUSTER: CHARACTERISTIC_VALUE[Characteristic.SINGLE_CLUSTER_INSTANCE],
}
"""Limits that the cluster enforces by a characteristic; the DLL itself enforces NODE in Open."""


class FailureDetection(StrEnum):
    """How a failed resource is noticed."""

    POLLING = "polling"
    CACHED_HEALTH = "cached_health"
    EVENT_HANDLE = "event_handle"
