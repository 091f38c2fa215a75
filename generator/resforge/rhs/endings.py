"""How a simulated RHS ended, in words."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

__all__ = ["describe_crash", "describe_exit"]


def describe_crash(record: Mapping[str, Any]) -> str:
    """What the host could still write about the crash of the DLL that it had loaded."""
    on_a_thread = " on a thread of its own" if record.get("entry") == "worker" else ""
    return f"the DLL crashed{on_a_thread}: {record.get('text') or record.get('signal')}"


def describe_exit(code: int | None, stderr: str) -> str:
    """How a process ended, with the last line that it wrote to stderr."""
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
