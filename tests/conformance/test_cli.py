"""`resforge verify` on the command line, as far as it needs no compiler."""

from __future__ import annotations

from pathlib import Path

import pytest

from resforge.cli import run
from resforge.conformance import replay
from resforge.conformance.catalogue import all_scenarios
from resforge.conformance.history import Failure
from resforge.conformance.runner import Result, Trouble
from resforge.conformance.scenario import Scenario
from resforge.conformance.verify import type_model
from resforge.problems import UserError

SCHEMAS = Path(__file__).parent / "schemas"
MINIMAL = Path(__file__).parent.parent.parent / "schemas" / "minimal.yaml"


def test_the_list_names_each_scenario_and_why_it_does_not_apply(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """--list prints every id once, with the reason for those that are not played."""
    assert run(["verify", str(MINIMAL), "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len({line.split()[0] for line in lines}) > 120
    assert any("[failures are not detected by an event handle]" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scenario", "no-such-scenario", "--list"], "no-such-scenario"),
        (["--scenario", "pending-online-silnt", "--list"], 'did you mean "pending-online-silent"?'),
        (["--seed", "-5"], "--seed"),
        (["--seed", "18446744073709551616"], "--seed"),
        (["--policy", "P2=MAYBE"], "P2"),
        (["--policy", "P77=KILL"], "P77"),
    ],
)
def test_wrong_options_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong id, seed or policy ends with exit code 2, before a build, and names what is wrong."""
    assert run(["verify", str(MINIMAL), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_folder_without_a_project_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that generate did not make ends with exit code 2 and a hint."""
    assert run(["verify", str(tmp_path)]) == 2
    assert "resforge generate" in capsys.readouterr().err


def test_a_missing_schema_is_refused(tmp_path: Path) -> None:
    """A path that does not exist ends with exit code 2."""
    assert run(["verify", str(tmp_path / "no.yaml")]) == 2


@pytest.mark.parametrize("name", ["everything", "synchronous", "cached"])
def test_each_scenario_has_an_id_of_its_own_and_a_source(name: str) -> None:
    """Ids are unique, and each scenario names what it covers and a page."""
    scenarios = all_scenarios(type_model(SCHEMAS / f"{name}.yaml"))
    assert len({s.id for s in scenarios}) == len(scenarios)
    assert all(s.covers and s.page and s.title for s in scenarios)


def test_a_recording_survives_its_file(tmp_path: Path) -> None:
    """What save writes, read returns."""
    scenario = Scenario(
        id="polling-x[P2=FAIL_NOW]",
        title="x",
        play=lambda _: None,
        policies={"P2": "FAIL_NOW"},
        tolerates=frozenset({"deaf"}),
    )
    trouble = Trouble(Failure("T-1", "it broke"), ({"command": "open", "resource": "r"},))
    path = replay.save(tmp_path, Result(scenario, "failed", trouble=trouble), 5)
    assert path is not None
    recording = replay.read(path)
    assert recording.scenario == scenario.id
    assert recording.seed == 5
    assert recording.policies == scenario.policies
    assert recording.commands == trouble.steps
    assert recording.tolerates == scenario.tolerates


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"resforge-replay": 99}', "\ud800"])
def test_other_files_are_not_recordings(tmp_path: Path, content: str) -> None:
    """Anything else is refused with a problem, not a traceback."""
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(UserError, match="not a replay file"):
        replay.read(path)
