"""Generator and simulator for Windows Failover Cluster resource DLLs."""

__version__ = "0.1.0"
