"""``resforge doctor``: what was found, what is missing, and what installs it."""

from __future__ import annotations

import json
import platform
from typing import TYPE_CHECKING, Any

import click

from resforge.cli.console import json_option

if TYPE_CHECKING:
    from resforge.rhs.doctor import Diagnosis, Finding

_IMPOSSIBLE = 4


@click.command(
    epilog="\b\nExamples:\n  resforge doctor\n  resforge doctor --json\n\n"
    "Exit code: 0 when a native verify is possible, else 4."
)
@json_option("Print one JSON object.")
def command(as_json: bool) -> int:
    """Show the compilers and other tools on this machine, and how to install what is missing."""
    from resforge.rhs.doctor import examine

    diagnosis = examine()
    if as_json:
        click.echo(json.dumps(_as_data(diagnosis), indent=2))
    else:
        click.echo(_as_text(diagnosis))
    return 0 if diagnosis.native else _IMPOSSIBLE


def _as_text(diagnosis: Diagnosis) -> str:
    from resforge import __version__
    from resforge.rhs.cache import cache_dir

    head = f"resforge {__version__}, Python {platform.python_version()}, {platform.platform()}"
    lines = [line for finding in diagnosis.findings for line in _finding_lines(finding)]
    return "\n".join(
        (
            head,
            "",
            *lines,
            "",
            f"verify --target native:  {_conclusion(diagnosis.native)}",
            f"verify --target windows: {_conclusion(diagnosis.windows)}",
            f"cache: {cache_dir()}",
        )
    )


def _conclusion(means: str | None) -> str:
    return f"possible, with {means}" if means else "impossible, see what is missing above"


def _finding_lines(finding: Finding) -> tuple[str, ...]:
    from resforge.rhs.doctor import minimum_version

    version = finding.tool.version if finding.tool else ""
    line = f"{finding.status:8} {finding.name:6} {version:11} {finding.purpose}"
    if finding.usable:
        return (line,)
    oldest = minimum_version(finding.name)
    needed = f"         {'':6} {'':11} version {oldest} or later is needed"
    install = f"         {'':6} {'':11} install: {finding.install}"
    return (
        line,
        *((needed,) if finding.tool and oldest else ()),
        *((install,) if finding.install else ()),
    )


def _as_data(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "native_verify": diagnosis.native,
        "windows_verify": diagnosis.windows,
        "tools": [
            {
                "name": finding.name,
                "status": finding.status,
                "purpose": finding.purpose,
                "version": finding.tool.version if finding.tool else None,
                "path": str(finding.tool.path) if finding.tool else None,
                "install": finding.install,
            }
            for finding in diagnosis.findings
        ],
    }
