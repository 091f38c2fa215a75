"""Prepares Wine, which runs Windows programs off Windows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from resforge.problems import EnvironmentProblem, Problem
from resforge.rhs.cache import cache_dir, locked
from resforge.rhs.progress import Progress
from resforge.rhs.toolchain import Tool, find_wine

__all__ = ["ensure_wine", "keep_wineserver", "wine_environment"]

_BOOT_SECONDS = 180
_IDLE_SECONDS = 60
_START_SECONDS = 20
_READY = "resforge-ready"


def wine_environment() -> dict[str, str]:
    """Return the variables that make Wine quiet and keep its files apart from the user's own.

    A WINEPREFIX that is already set stays. Mono and Gecko are switched off: their installers ask.
    """
    prefix = os.environ.get("WINEPREFIX") or str(cache_dir() / "wine")
    return {
        "WINEPREFIX": prefix,
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml=",
    }


def ensure_wine(progress: Progress) -> tuple[str, ...]:
    """Return the command that runs a Windows program: empty on Windows, else Wine, made ready.

    Raises EnvironmentProblem when Wine is missing or does not start.
    """
    if sys.platform == "win32":
        return ()
    wine = find_wine()
    if wine is None:
        message = "Wine was not found, and only it runs Windows programs here"
        hint = 'run "resforge doctor" for the command that installs it'
        raise EnvironmentProblem(Problem(message, "missing-tool", hint=hint))
    with locked(cache_dir() / "wine.lock", progress):
        _prepare(wine, progress)
    keep_wineserver(str(wine.path), {**os.environ, **wine_environment()})
    return (str(wine.path),)


def keep_wineserver(wine: str, environment: Mapping[str, str]) -> None:
    """Start the server that the processes of a prefix share, unless it runs; it ends when idle.

    Debian's script /usr/lib/wine/wineserver passes `-p0`: the server ends with the last process, and
    whoever connects at that moment is lost (observed). `environment` is the whole of a process.
    """
    beside = Path(wine).with_name("wineserver")
    server = str(beside) if beside.is_file() else shutil.which("wineserver")
    if server is None:
        return
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(
            [server, f"-p{_IDLE_SECONDS}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=_START_SECONDS,
            start_new_session=True,
        )


def _prepare(wine: Tool, progress: Progress) -> None:
    environment = wine_environment()
    ready = Path(environment["WINEPREFIX"]) / _READY
    if ready.exists():
        return
    progress("preparing Wine for its first use")
    _boot(wine, environment)
    ready.touch()


def _boot(wine: Tool, environment: dict[str, str]) -> None:
    try:
        Path(environment["WINEPREFIX"]).mkdir(parents=True, exist_ok=True)
        keep_wineserver(str(wine.path), {**os.environ, **environment})
        subprocess.run(
            [wine.path, "wineboot", "--init"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **environment},
            timeout=_BOOT_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EnvironmentProblem(_not_started(wine, environment["WINEPREFIX"], error)) from error


def _not_started(wine: Tool, prefix: str, error: Exception) -> Problem:
    why = str(error)
    if isinstance(error, subprocess.CalledProcessError):
        why = f"wineboot --init ended with exit code {error.returncode}"
    elif isinstance(error, subprocess.TimeoutExpired):
        why = f"wineboot --init took more than {_BOOT_SECONDS} s"
    message = f"Wine ({wine.path}) cannot use the folder {prefix}: {why}"
    hint = "set WINEPREFIX to a folder that can be written, or unset it"
    return Problem(message, "wine-failed", hint=hint)
