"""``resforge build``: compile the DLLs of a project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from resforge.cli.console import Progress, json_option

if TYPE_CHECKING:
    from resforge.rhs.plan import Target, Variant

_EXAMPLES = """\b
Examples:
  resforge build
  resforge build my_type --target windows
  resforge build --variant asan --compiler clang

The compiler is the system's; without one, zig is installed into the tool's cache with pip.
"""


@click.command(epilog=_EXAMPLES)
@click.argument(
    "project", type=click.Path(exists=True, file_okay=False, path_type=Path), default="."
)
@click.option(
    "--target",
    type=click.Choice(["native", "windows"]),
    default="native",
    show_default=True,
    help="Build for this machine, or for 64-bit Windows.",
)
@click.option(
    "--variant",
    type=click.Choice(["plain", "asan", "tsan"]),
    default="plain",
    show_default=True,
    help="With AddressSanitizer and UndefinedBehaviorSanitizer, or with ThreadSanitizer.",
)
@click.option(
    "--compiler",
    type=click.Choice(["auto", "gcc", "clang", "mingw", "zig", "msvc"]),
    default="auto",
    show_default=True,
    help="The C++ compiler.",
)
@json_option("Print the paths as one JSON object.")
def command(project: Path, target: str, variant: str, compiler: str, as_json: bool) -> None:
    """Compile the resource DLL of PROJECT (default: this folder) and its scripted twin.

    The files land in PROJECT/build; a failure shows the compiler's errors and where its log is.
    """
    from resforge.rhs.build import build_libraries
    from resforge.rhs.toolchain import CompilerKind

    with Progress() as progress:
        made = build_libraries(
            project,
            target=cast("Target", target),
            variant=cast("Variant", variant),
            compiler=None if compiler == "auto" else CompilerKind(compiler),
            progress=progress,
        )
    paths = {"dll": str(made.dll), "scripted_dll": str(made.scripted_dll), "log": str(made.log)}
    if as_json:
        click.echo(json.dumps({**paths, "compiler": str(made.compiler)}, indent=2))
    else:
        click.echo(f"built with {made.compiler}\n{made.dll}\n{made.scripted_dll}")
