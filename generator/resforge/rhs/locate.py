"""Finds the simulated RHS for DLLs that belong to no project, and builds it when there is none."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from resforge.rhs.host import build_host
from resforge.rhs.plan import Target, Variant, plan_build
from resforge.rhs.progress import Progress
from resforge.rhs.wine import ensure_wine, wine_environment
from resforge.rhs.zig import ensure_zig

__all__ = ["ReadyHost", "ready_host"]


@dataclass(frozen=True, slots=True)
class ReadyHost:
    """The executable, what runs it (Wine, off Windows), and variables for its environment."""

    executable: Path
    runner: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def command(self) -> tuple[str, ...]:
        """The words of the command line that starts it."""
        return (*self.runner, str(self.executable))


def ready_host(sources: Path, target: Target, variant: Variant, progress: Progress) -> ReadyHost:
    """Return the simulated RHS, built at most once for each content and compiler.

    `sources` is a folder that carries it as a project does. Raises EnvironmentProblem when it cannot be built or run.
    """
    plan = plan_build(
        target,
        variant,
        None,
        on_windows=sys.platform == "win32",
        install_zig=lambda: ensure_zig(progress),
    )
    executable = build_host(sources, plan, progress)
    if plan.target != "windows":
        return ReadyHost(executable)
    return ReadyHost(executable, ensure_wine(progress), wine_environment())
