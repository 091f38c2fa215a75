"""`resforge model`: print what a resource DLL must do, and draw its states."""

from __future__ import annotations

import json
from pathlib import Path

import click

from resforge.cli.console import json_option
from resforge.problems import EnvironmentProblem, Problem, UserError

_EPILOG = """\b
Examples:
  resforge model minimal.yaml                      tables on stdout
  resforge model minimal.yaml --svg states.svg     the diagram as a picture
  resforge model minimal.yaml --mermaid states.mmd the diagram as Mermaid text
  resforge model minimal.yaml --json               everything, for other tools
  resforge model minimal.yaml --policy P1=KILL     where public sources leave it open

\b
Exit codes: 0 done, 2 the schema or a policy is wrong, 4 a file cannot be written.
"""


@click.command(epilog=_EPILOG)
@click.argument("schema", type=click.Path(path_type=Path))
@click.option(
    "--svg", type=click.Path(path_type=Path, dir_okay=False), help="Write the diagram as SVG."
)
@click.option(
    "--mermaid",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the diagram as Mermaid text.",
)
@click.option(
    "--policy", "policies", multiple=True, metavar="P1=VALUE", help="Set a policy, P1 to P9."
)
@json_option("Print type, transition table and finite skeleton as JSON on stdout.")
def command(
    schema: Path,
    svg: Path | None,
    mermaid: Path | None,
    policies: tuple[str, ...],
    as_json: bool,
) -> None:
    """Print what the resource DLL of SCHEMA must do: properties, codes, times, transitions."""
    from resforge.model.binding import type_model
    from resforge.model.mermaid import render_mermaid
    from resforge.model.policies import Policies
    from resforge.model.summary import as_data, as_text
    from resforge.model.svg import render_svg
    from resforge.schema import load_resource_type

    try:
        chosen = Policies.from_assignments(policies)
    except ValueError as error:
        raise UserError(Problem(str(error), "bad-policy")) from None
    model = type_model(load_resource_type(schema).resource_type)
    if svg is not None:
        _write(svg, render_svg())
    if mermaid is not None:
        _write(mermaid, render_mermaid())
    if as_json:
        click.echo(json.dumps(as_data(model, chosen), indent=2, ensure_ascii=True))
    elif svg is None and mermaid is None:
        click.echo(as_text(model, chosen), nl=False)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        text = f"cannot write {path}: {error.strerror}"
        raise EnvironmentProblem(Problem(text, "cannot-write", str(path))) from None
