"""How long resforge takes beside its peers, each pair in one run, round by round.

    python -m tests.compare.speed                 install the peers, run all, print a table
    python -m tests.compare.speed --programs DIR  use the programs of a virtual environment
    python -m tests.compare.speed --json FILE     write the readings too

A row is a command of resforge and what it is held against; the ratio says more than the times,
because both ran on the same machine at the same moment.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.compare.compare import install, milliseconds
from tests.compare.tools import ROOT, call

ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, and what is done before each run without being timed."""

    words: tuple[str | Path, ...]
    before: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Pair:
    """A command of resforge, what it is held against, and the ratio that we want to stay below."""

    what: str
    own: Command
    peer_name: str
    peer: Command
    bar: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Medians in milliseconds."""

    what: str
    own_ms: int
    peer_name: str
    peer_ms: int
    bar: float

    @property
    def ratio(self) -> float:
        """Time of resforge over that of the peer."""
        return self.own_ms / self.peer_ms


def schema_with(properties: int) -> str:
    """A schema with so many properties."""
    rows = [
        f"  - {{name: Property{n}, format: DWORD, default: {n}, minimum: 0, maximum: 1000}}"
        for n in range(properties)
    ]
    return "\n".join(["resforge: 1", "name: Measured", "properties:", *rows]) + "\n"


def models(count: int) -> str:
    """A JSON Schema with so many models of eight fields."""
    fields = {f"field_{n}": {"type": "integer", "minimum": 0} for n in range(8)}
    definitions = {f"Model{n}": {"type": "object", "properties": fields} for n in range(count)}
    links = {f"model_{n}": {"$ref": f"#/$defs/Model{n}"} for n in range(count)}
    return json.dumps({"type": "object", "properties": links, "$defs": definitions})


def as_template(project: Path, template: Path) -> None:
    """Make a template for copier that renders every file of `project`."""
    template.mkdir()
    (template / "copier.yml").write_text("name: {type: str, default: x}\n", encoding="utf-8")
    for path in sorted(project.rglob("*")):
        if path.is_file():
            place = template / f"{path.relative_to(project)}.jinja"
            place.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            place.write_text(f"{{% raw %}}{text}{{% endraw %}}", encoding="utf-8")


def prepare(place: Path, resforge: Path) -> None:
    """Write the inputs: schemas, an up-to-date project, a template with its files, models."""
    shutil.copy(ROOT / "schemas" / "minimal.yaml", place)
    for count in (20, 200):
        (place / f"p{count}.yaml").write_text(schema_with(count), encoding="utf-8")
    (place / "models.json").write_text(models(50), encoding="utf-8")
    ran = call(resforge, "generate", "minimal.yaml", cwd=place)
    if ran.code != 0:
        raise SystemExit(ran.output)
    as_template(place / "minimal", place / "template")


def pairs(place: Path, resforge: Path, peers: Path) -> list[Pair]:
    """All pairs, in the order of the table."""

    def removing(name: str) -> Callable[[], None]:
        return lambda: shutil.rmtree(place / name, ignore_errors=True)

    def generate(schema: str) -> Command:
        return Command((resforge, "generate", schema, "-o", "new"), removing("new"))

    bare = Command((sys.executable, "-c", "pass"))
    codegen = peers / "datamodel-codegen"
    copy = (peers / "copier", "copy", "--defaults", "-q", "template", "copy")
    builtin = (codegen, "--input", "models.json", "--output", "models.py", "--formatters")
    same = Command((resforge, "generate", "minimal.yaml"))
    check = Command((resforge, "generate", "minimal.yaml", "--check"))
    breaking = Command((resforge, "breaking", "p20.yaml", "p20.yaml"))
    count = sum(path.is_file() for path in (place / "minimal").rglob("*"))
    return [
        Pair("--version", Command((resforge, "--version")), "datamodel-codegen --version",
             Command((codegen, "--version")), 1.0),
        Pair(f"generate, {count} files", generate("minimal.yaml"), f"copier copy, {count} files",
             Command(copy, removing("copy")), 0.6),
        Pair(f"generate, {count} files", generate("minimal.yaml"), "datamodel-codegen, 50 models",
             Command((*builtin, "builtin")), 0.5),
        Pair("generate, nothing to do", same, "python -c pass", bare, 5.0),
        Pair("generate --check, nothing to do", check, "python -c pass", bare, 5.0),
        Pair("generate, 200 properties", generate("p200.yaml"), "generate, 20 properties",
             generate("p20.yaml"), 1.5),
        Pair("breaking, 20 properties", breaking, "datamodel-codegen, 50 models",
             Command((*builtin, "builtin")), 0.5),
    ]  # fmt: skip


def timed(command: Command, place: Path) -> int:
    """Run a command once; milliseconds, or the end of the comparison if it fails."""
    command.before()
    ran = []
    taken = milliseconds(lambda: ran.append(call(*command.words, cwd=place)))
    if ran[0].code != 0:
        raise SystemExit(f"{' '.join(map(str, command.words))}\n{ran[0].output}")
    return taken


def measured(pair: Pair, place: Path) -> Reading:
    """Run both sides of a pair in turn; a first round warms up and does not count."""
    rounds = [(timed(pair.own, place), timed(pair.peer, place)) for _ in range(ROUNDS + 1)][1:]
    own, peer = (round(statistics.median(times)) for times in zip(*rounds, strict=True))
    return Reading(pair.what, own, pair.peer_name, peer, pair.bar)


def table(readings: list[Reading]) -> str:
    """The readings as Markdown."""
    lines = ["| resforge | | against | | ratio | aim |", "| --- | --- | --- | --- | --- | --- |"]
    for reading in readings:
        cells = [reading.what, f"{reading.own_ms} ms", reading.peer_name, f"{reading.peer_ms} ms"]
        cells += [f"{reading.ratio:.2f}", f"< {reading.bar}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure and print; 0 when every command could be run, whatever the ratios are."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--programs", type=Path, help="folder with the peers' programs")
    parser.add_argument("--json", type=Path, help="file for the readings")
    options = parser.parse_args()
    resforge = Path(sys.executable).parent / "resforge"
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        peers = options.programs.resolve() if options.programs else install(place)
        prepare(place, resforge)
        readings = []
        for pair in pairs(place, resforge, peers):
            print(f"measuring {pair.what}", file=sys.stderr)
            readings.append(measured(pair, place))
    print(table(readings), end="")
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in readings], indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
