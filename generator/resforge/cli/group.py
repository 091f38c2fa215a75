"""The click group of all verbs; each verb is imported only when it runs."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from resforge import __version__
from resforge.cli.output import BROKEN_PIPE, silence

VERBS = {
    "new": "Make a project from a few questions.",
    "generate": "Write or refresh the project of a resource type.",
    "hooks": "List the hooks that the schema wants and the sources lack.",
    "build": "Compile a project natively or for Windows.",
    "verify": "Drive the DLL with the simulated RHS and judge it by the model.",
    "host": "Print the command that starts the simulated RHS, for drivers of your own.",
    "lint": "Look for what loads but is better not released, and repair it.",
    "breaking": "Compare two versions of a schema: what breaks, and the version it implies.",
    "migrate": "Bring a schema of an older format up to date.",
    "import-wizard": "Make a schema from the record of Microsoft's old wizard.",
    "cmake-dir": "Print where CMake finds the package resforge.",
    "doctor": "List compilers and tools that were found, and how to get the rest.",
    "model": "Print what the DLL must do: transition table and diagrams.",
    "schema": "Export the JSON Schema for editors.",
}
_EPILOG = """\b
Examples:
  resforge new "Flag File"
  resforge generate minimal.yaml
  resforge verify minimal.yaml
  resforge build minimal --target windows
"""


class VerbGroup(click.Group):
    """Finds a verb in `resforge.cli.<verb>:command` when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of daily use."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one verb; None for an unknown one."""
        if cmd_name not in VERBS:
            return None
        command = import_module(f"resforge.cli.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; a pipe that was left is no failure of the kind that click makes of it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            silence()
            return BROKEN_PIPE


@click.group(
    cls=VerbGroup,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="resforge", message="%(prog)s %(version)s")
def group() -> None:
    """Resource DLLs for Windows Failover Clustering, from a schema to a verified DLL."""
