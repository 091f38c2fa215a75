"""Reports: the table, JSON and JUnit agree and survive any text."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from resforge.conformance.coverage import Coverage, measure, unreachable
from resforge.conformance.history import Failure
from resforge.conformance.player import first_difference, shown
from resforge.conformance.report import Report, as_json, as_junit, as_text
from resforge.conformance.runner import Result, Trouble
from resforge.conformance.scenario import Scenario
from resforge.model.rules import TypeModel
from resforge.model.transitions import TRANSITIONS
from resforge.rhs.records import record_from

NASTY = "\x00\x1b[31m <&>\"' \ud800 \U0001f600"


def scenario(name: str) -> Scenario:
    """Make a scenario that is never played."""
    return Scenario(id=name, title=f"title of {name} {NASTY}", play=lambda _: None, page="a-page")


def sample() -> Report:
    """Make a report with one result of each kind."""
    call = record_from({"event": "call", "entry": "IsAlive", "time": 60000, "thread": "rhs-1"})
    trouble = Trouble(
        Failure("T-37", f"expected 1, saw 0 {NASTY}", expected=("Terminate",)),
        ({"command": "open", "resource": "r"},),
        (call,),
    )
    results = (
        Result(scenario("lifecycle-a"), "passed", checks=3, seconds=0.25),
        Result(scenario("polling-b"), "failed", checks=1, trouble=trouble),
        Result(scenario("events-c"), "skipped", reason="no event handle"),
    )
    coverage = Coverage(("T-05",), ("T-37",), {"T-65": "a node cannot be crashed"})
    return Report(
        "Minimal", "native", 7, results, coverage, 1.5, "resforge verify x --scenario {id}"
    )


def test_the_table_counts_and_names_everything() -> None:
    """The text tells counts, the broken rule, the commands, the trace and how to replay."""
    text = as_text(sample())
    for part in (
        "breaks   T-37",
        "open resource=r",
        "-> IsAlive",
        "resforge verify x --scenario polling-b",
        "no event handle: events-c",
        "transitions covered: 1 of 2",
        "not reached: T-37",
        "T-65: a node cannot be crashed",
        "FAILED: 5 checks passed, 1 failed; 2 scenarios played, 1 skipped",
    ):
        assert part in text


def test_json_holds_the_same_numbers() -> None:
    """The JSON report carries status, failure and coverage."""
    content = json.loads(as_json(sample()))
    assert content["passed"] is False
    assert content["checks"] == {"passed": 5, "failed": 1}
    assert [s["status"] for s in content["scenarios"]] == ["passed", "failed", "skipped"]
    assert content["scenarios"][1]["failure"]["commands"] == [{"command": "open", "resource": "r"}]
    assert content["transitions"]["missed"] == ["T-37"]


def test_junit_is_well_formed_whatever_the_text() -> None:
    """Control characters and lone surrogates do not break the XML."""
    root = ElementTree.fromstring(as_junit(sample()).encode("utf-8"))
    suite = root.find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    assert len(suite.findall("testcase")) == 3


@pytest.mark.parametrize("detection", ["polling", "event_handle", "cached_health"])
@pytest.mark.parametrize("pends", [True, False])
def test_each_transition_is_covered_missed_or_explained(detection: str, pends: bool) -> None:
    """Coverage speaks about every transition of the table exactly once."""
    model = TypeModel(
        name="T",
        identifier="t",
        pending_online=pends,
        pending_offline=pends,
        failure_detection=detection,
    )
    found = measure(model, ["T-05", "T-14"])
    named = [*found.covered, *found.missed, *found.unreachable]
    assert sorted(named) == sorted({t.id for t in TRANSITIONS})
    assert found.covered == ("T-05", "T-14")


def test_a_transition_that_was_taken_is_never_out_of_reach() -> None:
    """A reason does not hide what was seen."""
    model = TypeModel(name="T", identifier="t")
    assert "T-15" in unreachable(model)
    assert "T-15" in measure(model, ["T-15"]).covered


def test_what_shows_at_the_end_is_played_again_with_everything() -> None:
    """No scenario is called ending-unload, so the command to play it again names none."""
    trouble = Trouble(Failure("FreeLibrary", "the DLL crashed", "crash"))
    end = Result(scenario("ending-unload"), "failed", trouble=trouble)
    whole = Report("T", "native", 0, (end,), None, 0.0, "resforge verify x --scenario '{id}' -q")
    assert "replay:  resforge verify x -q\n" in as_text(whole) + "\n"


def test_long_byte_strings_are_shown_where_they_differ() -> None:
    """What two reports of 404 bytes disagree about is on the screen, at their end too."""
    wanted, seen = bytes(404), bytes(400) + b"\1\2\3\4"
    start = first_difference([b"same", wanted], [b"same", seen])
    assert start == 400
    assert shown([b"same", seen], start).endswith("from 392: 00 00 00 00 00 00 00 00 01 02 03 04]")
    assert first_difference(bytes(90), bytes(80)) == 80
    assert shown(bytes(80), 80) == f"80 bytes [{bytes(80).hex(' ')}]"
    assert first_difference(1, 2) == 0
