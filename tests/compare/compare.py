"""Side by side: what five tools do to a hand-edited file, a stale file, a file that is up to date
and a mistake in the input, and how long they take.

    python -m tests.compare.compare                 install the peers, run all, print a table
    python -m tests.compare.compare --programs DIR  use the programs of a virtual environment
    python -m tests.compare.compare --json FILE     write the readings too

Nothing is taken from memory: each cell is read off the folder that the tool left.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.compare.tools import PEERS, TOOLS, Ran, Tool

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """What one tool did. Times are medians of five runs, in milliseconds."""

    tool: str
    command: str
    hand_edit: str
    stale_file: str
    files: int
    touched: int
    position: str
    after_error: str
    first_ms: int
    again_ms: int


def files_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and mtime (ns) of every file below `folder`, without git's own."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def prepared(make: Callable[[], Tool]) -> Tool:
    """A tool that has generated once."""
    tool = make()
    tool.prepare()
    ran = tool.first()
    if ran.code != 0 or not (tool.output / tool.generated).is_file():
        raise SystemExit(f"{tool.name} did not generate:\n{ran.output}")
    if not (tool.output / tool.stale).is_file():
        raise SystemExit(f"{tool.name} did not write {tool.stale}")
    return tool


def exit_text(ran: Ran) -> str:
    """The exit code in words."""
    return f"exit {ran.code}"


def hand_edited(tool: Tool) -> str:
    """Edit a generated file, change the input, generate again."""
    line = tool.hand_edit()
    tool.change()
    ran = tool.again()
    kept = line in (tool.output / tool.generated).read_text(encoding="utf-8")
    named = Path(tool.generated).name in ran.output
    told = "says so" if named and ran.code != 0 else "names the file" if named else "says nothing"
    return f"{'kept' if kept else 'lost'}, {told}, {exit_text(ran)}"


def made_stale(tool: Tool) -> str:
    """Take a file's reason away and generate again."""
    tool.drop()
    ran = tool.again()
    there = (tool.output / tool.stale).exists()
    named = Path(tool.stale).name in ran.output
    return (
        f"{'stays' if there else 'removed'}, {'named' if named else 'not named'}, {exit_text(ran)}"
    )


def run_again(tool: Tool) -> tuple[int, int]:
    """Generate again with nothing changed; the number of files and of those with a new mtime."""
    before = files_of(tool.output)
    tool.again()
    after = files_of(tool.output)
    return len(after), sum(before.get(name) != state for name, state in after.items())


def mistaken(tool: Tool) -> tuple[str, str]:
    """Make a mistake in the input; what the message says of its place, and what was written."""
    before = {name: content for name, (content, _) in files_of(tool.output).items()}
    name, line = tool.damage()
    ran = tool.again()
    after = {name: content for name, (content, _) in files_of(tool.output).items()}
    has_line = re.search(rf"\b{re.escape(name)}:{line}\b|\bline {line}\b", ran.output) is not None
    has_column = re.search(rf"\b{re.escape(name)}:{line}:\d+|column \d+", ran.output) is not None
    said = "file, line, column" if has_column else "line" if has_line else None
    said = said or ("file only" if name in ran.output else "none")
    state = "unchanged" if before == after else "changed"
    return f"{said}, {exit_text(ran)}", state


def milliseconds(action: Callable[[], object]) -> int:
    """How long an action takes."""
    started = time.perf_counter()
    action()
    return round((time.perf_counter() - started) * 1000)


def compared(kind: type[Tool], programs: Path, place: Path) -> Row:
    """Put one tool through everything, each time in a fresh folder."""
    number = 0

    def make() -> Tool:
        nonlocal number
        number += 1
        folder = place / f"{kind.__name__}-{number}"
        folder.mkdir()
        own = Path(sys.executable).parent if kind.name == "resforge" else programs
        return kind(folder, own)

    files, touched = run_again(prepared(make))
    position, after_error = mistaken(prepared(make))
    firsts = []
    for _ in range(ROUNDS):
        tool = make()
        tool.prepare()
        firsts.append(milliseconds(tool.first))
    return Row(
        tool=kind.name,
        command=kind.command_line,
        hand_edit=hand_edited(prepared(make)),
        stale_file=made_stale(prepared(make)),
        files=files,
        touched=touched,
        position=position,
        after_error=after_error,
        first_ms=round(statistics.median(firsts)),
        again_ms=round(statistics.median(milliseconds(tool.again) for _ in range(ROUNDS))),
    )


def table(rows: list[Row]) -> str:
    """The readings as Markdown; times also as multiples of resforge's."""
    own = rows[0]
    titles = ["tool", "hand-edited file", "stale file", "no-op: files touched"]
    titles += ["a mistake's position", "folder after it", "first run", "no-op"]
    lines = [f"| {' | '.join(titles)} |", "| --- " * len(titles) + "|"]
    for row in rows:
        first = f"{row.first_ms} ms ({row.first_ms / own.first_ms:.1f}x)"
        again = f"{row.again_ms} ms ({row.again_ms / own.again_ms:.1f}x)"
        cells = [row.tool, row.hand_edit, row.stale_file, f"{row.touched} of {row.files}"]
        cells += [row.position, row.after_error, first, again]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def install(place: Path) -> Path:
    """Install the peers into a new virtual environment; return the folder of its programs."""
    print(f"installing {', '.join(PEERS)}", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", str(place / "peers")], check=True)
    programs = place / "peers" / "bin"
    subprocess.run([str(programs / "pip"), "install", "--quiet", *PEERS], check=True)
    return programs


def main() -> int:
    """Run the comparison; 0 when every tool could be run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--programs", type=Path, help="folder with the peers' programs")
    parser.add_argument("--json", type=Path, help="file for the readings")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        programs = options.programs.resolve() if options.programs else install(place)
        rows = []
        for kind in TOOLS:
            print(f"running {kind.name}", file=sys.stderr)
            rows.append(compared(kind, programs, place))
    print(table(rows), end="")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
