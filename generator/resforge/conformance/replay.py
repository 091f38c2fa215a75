"""Files that hold a failing run, and playing them again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resforge.conformance.history import CheckFailed, Failure, Step
from resforge.conformance.hosts import Hosts, Target
from resforge.conformance.player import perform
from resforge.conformance.runner import Result
from resforge.conformance.scenario import Scenario
from resforge.conformance.verdicts import judge_records
from resforge.model.rules import TypeModel
from resforge.problems import Problem, UserError
from resforge.rhs.records import Record
from resforge.rhs.session import HostError

__all__ = ["Recording", "play", "read", "save"]

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Recording:
    """A run as commands: enough to play it again on a DLL of the same type."""

    scenario: str
    seed: int
    policies: Mapping[str, str]
    commands: tuple[Mapping[str, Any], ...]
    message: str
    tolerates: frozenset[str] = frozenset()


def save(folder: Path, result: Result, seed: int) -> Path | None:
    """Write the shortest run of a failed result below `folder`; None when it has no commands."""
    trouble = result.trouble
    if trouble is None or not trouble.steps:
        return None
    content = {
        "resforge-replay": _FORMAT,
        "scenario": result.scenario.id,
        "seed": seed,
        "policies": dict(result.scenario.policies),
        "tolerates": sorted(result.scenario.tolerates),
        "message": trouble.failure.message,
        "commands": list(trouble.steps),
    }
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^A-Za-z0-9-]+", "-", result.scenario.id).strip("-")
    path = folder / f"{name}.json"
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Recording:
    """Read a file that `save` wrote; raises UserError when it is not one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["resforge-replay"] != _FORMAT:
            raise ValueError(f"format {content['resforge-replay']}")
        return Recording(
            scenario=str(content["scenario"]),
            seed=int(content["seed"]),
            policies=dict(content["policies"]),
            commands=tuple(dict(command) for command in content["commands"]),
            message=str(content["message"]),
            tolerates=frozenset(content["tolerates"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"this is not a replay file of resforge verify ({error})"
        raise UserError(Problem(message, "not-a-replay", file=str(path))) from error


def play(
    recording: Recording, target: Target, model: TypeModel
) -> tuple[Failure | None, list[Record]]:
    """Play a recording on a new host; returns what the general rules and the model say."""
    records: list[Record] = []
    session = Hosts(target, model, seed=recording.seed).start(recording.policies)
    try:
        for index, command in enumerate(recording.commands):
            answer = perform(session, Step(command, optional=True, may_end=True), index)
            records += answer.caused if isinstance(answer, HostError) else answer.records
    except CheckFailed as caught:
        error = caught.__cause__
        records += error.caused if isinstance(error, HostError) else ()
        return caught.failure, records
    finally:
        session.close()
    scenario = Scenario(
        id=recording.scenario,
        title="",
        play=lambda _: None,
        policies=recording.policies,
        tolerates=recording.tolerates,
    )
    return judge_records(records, recording.commands, model, scenario).failure, records
