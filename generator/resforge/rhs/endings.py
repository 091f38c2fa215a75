"""Words for how a process of the simulated RHS ended."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

__all__ = ["describe_crash", "describe_exit"]


def describe_crash(record: Mapping[str, Any]) -> str:
    """Say what the last record of the host says: the signal, the thread and whom it served."""
    where = str(record.get("entry") or "the host itself")
    if where == "worker":
        where = f"thread {record.get('thread')} of the DLL, a worker"
    if record.get("resource"):
        where += f" of {record['resource']}"
    if record.get("rhs"):
        where += f" in state {record['rhs']}"
    what = "hung" if record.get("signal") == "hang" else f"crashed ({record.get('signal')})"
    text = f": {record['text']}" if record.get("text") else ""
    return f"the DLL {what} in {where}{text}"


def describe_exit(code: int | None, stderr: str) -> str:
    """Say how a process ended that left no last record; `code` is negative for signals."""
    if code is None:
        how = "disappeared"
    elif code < 0:
        how = f"was ended by signal {-code} ({_signal_name(-code)})"
    else:
        how = f"ended with exit code {code}"
    last = stderr.splitlines()[-1] if stderr else ""
    return f"the host {how}" + (f": {last}" if last else "")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"
