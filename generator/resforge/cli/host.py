"""``resforge host``: build the simulated RHS if need be, and say how to start it."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, cast

import click

from resforge.cli.console import Progress, json_option

if TYPE_CHECKING:
    from resforge.rhs.plan import Target

_EPILOG = """\b
Examples:
  resforge host                          the command that starts it here
  resforge host --target windows --json  with Wine and its environment, off Windows
  echo '{"command": "load", "dll": "/path/x.so", "type": "X"}' |
    eval "$(resforge host)"

The protocol is one JSON object a line; resforge/rhs/PROTOCOL.md in every project describes it.
"""


@click.command(epilog=_EPILOG)
@click.option(
    "--target",
    type=click.Choice(["native", "windows"]),
    default="native",
    show_default=True,
    help="The host for libraries of this machine, or the one for PE files.",
)
@json_option("Print command, environment and protocol as one JSON object.")
def command(target: str, as_json: bool) -> None:
    """Print the command that starts the simulated RHS, which loads a resource DLL and drives it."""
    from resforge.conformance.workspace import host_sources
    from resforge.rhs.locate import ready_host

    with Progress() as progress:
        sources = host_sources()
        host = ready_host(sources, cast("Target", target), "plain", progress)
    if as_json:
        protocol = sources / "resforge" / "rhs" / "PROTOCOL.md"
        found = {"command": host.command, "environment": dict(host.environment)}
        click.echo(json.dumps({**found, "protocol": str(protocol)}, indent=2))
    else:
        given = [f"{name}={value}" for name, value in host.environment.items()]
        click.echo(shlex.join([*(["env", *given] if given else []), *host.command]))
