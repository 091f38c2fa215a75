"""Runs scenarios on hosts, judges them, and makes what failed as short as it can be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from resforge.conformance.coverage import shown
from resforge.conformance.history import CheckFailed, Failure, History, Step, failure_of
from resforge.conformance.hosts import Hosts, LoadRefused, Target
from resforge.conformance.player import Player, perform, run_tests
from resforge.conformance.scenario import NotCheckedError, Scenario
from resforge.conformance.shrink import shrink
from resforge.conformance.verdicts import Judgement, judge_records
from resforge.model.rules import TypeModel
from resforge.rhs.records import Leak, Record, of_type
from resforge.rhs.session import HostError, HostLost, Reply, Session

__all__ = ["NOTHING_LEFT", "Result", "Runner", "Trouble"]

_REUSE_LIMIT = 60
"""Scenarios that one process plays before a new one is started; keeps traces of a failure short."""


_REAL_TOLERANCE = 5_000
"""Milliseconds by which a timer may be late on a busy machine in real time."""


NOTHING_LEFT = Scenario(
    id="ending-nothing-left",
    title="nothing is left behind when the DLL is unloaded",
    play=lambda _: None,
    page="implementing-dllmain",
)


_UNLOADING = Scenario(
    id="ending-unload",
    title="the DLL can be unloaded: it neither crashes nor hangs",
    play=lambda _: None,
    page="implementing-dllmain",
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure with what a reader needs: the shortest run found, and its trace."""

    failure: Failure
    steps: tuple[Mapping[str, object], ...] = ()
    records: tuple[Record, ...] = field(default=(), repr=False)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """Outcome of one scenario: "passed", "failed" or "skipped" (with the reason)."""

    scenario: Scenario
    status: str
    checks: int = 0
    covered: frozenset[str] = frozenset()
    seconds: float = 0.0
    reason: str = ""
    trouble: Trouble | None = None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Played:
    player: Player
    failure: Failure | None
    records: list[Record]
    covered: frozenset[str] = frozenset()
    not_checked: str = ""


class Runner:
    """Runs the scenarios of one resource type on one target."""

    def __init__(
        self,
        target: Target,
        model: TypeModel,
        *,
        seed: int = 0,
        policies: Mapping[str, str] | None = None,
        shrink_seconds: float = 2.0,
        examples: Sequence[Mapping[str, Any]] = (),
        time_kind: Literal["virtual", "real"] = "virtual",
    ) -> None:
        self.target = target
        self.model = model
        self.seed = seed
        self.policies = dict(policies or {})
        self.shrink_seconds = shrink_seconds
        self.examples = tuple(examples)
        self.tolerance = _REAL_TOLERANCE if time_kind == "real" else 0
        self.hosts = Hosts(target, model, seed=seed, time=time_kind)
        self._number = 0
        self._shrinking = 10 * shrink_seconds
        self.unloadable = False
        self._left_behind: list[Leak] = []
        self._unclean_end: HostError | None = None

    def run(
        self,
        scenarios: Iterable[Scenario],
        *,
        progress: Callable[[Scenario], None] = lambda _: None,
        stop_at_first: bool = False,
    ) -> list[Result]:
        """Run scenarios in order; the last process is ended before this returns."""
        results: list[Result] = []
        try:
            for scenario in scenarios:
                progress(scenario)
                results.append(self.run_one(scenario))
                failed = results[-1].status == "failed"
                if failed and (stop_at_first or self.unloadable):
                    break
        finally:
            self._end_process()
        return [*results, *self._ending()]

    def finish(self) -> list[Result]:
        """End the process after calls of run_one; return a failed result if something was left."""
        self._end_process()
        return self._ending()

    def _end_process(self) -> None:
        """End a healthy process and keep what it says about things left behind."""
        self._left_behind += of_type(self._unload(), Leak)

    def _unload(self) -> tuple[Record, ...]:
        """End the process; keep the crash or hang of a DLL that is unloaded."""
        records, error = self.hosts.discard()
        if error is not None and failure_of(error, 0).rule == "FreeLibrary":
            self._unclean_end = self._unclean_end or error
        return records

    def _ending(self) -> list[Result]:
        """Return failed results when unloading the DLL failed or showed leaks."""
        found: list[Result] = []
        if self._unclean_end is not None:
            failure = replace(failure_of(self._unclean_end, 0), at=None)
            trouble = Trouble(failure, ({"command": "quit"},), self._unclean_end.records)
            found.append(Result(_UNLOADING, "failed", trouble=trouble))
        if self._left_behind:
            first = self._left_behind[0]
            text = f"left behind at the end: {first.kind} {first.text}"
            trouble = Trouble(Failure("2.1 step 11", text, "leak"), (), tuple(self._left_behind))
            found.append(Result(NOTHING_LEFT, "failed", trouble=trouble))
        return found

    def run_one(self, scenario: Scenario) -> Result:
        """Run one scenario, and if it fails again on a fresh host, shrink it."""
        reason = scenario.needs(self.model)
        if reason is not None:
            return Result(scenario, "skipped", reason=reason)
        chosen = {**scenario.policies, **self.policies}
        scenario = _with_policies(scenario, chosen)
        began = time.monotonic()
        played = self._play(scenario)
        trouble = None if played.failure is None else self._explain(scenario, played)
        passed = "skipped" if played.not_checked else "passed"
        return Result(
            scenario,
            passed if trouble is None else "failed",
            reason=played.not_checked,
            checks=played.player.checks,
            covered=played.covered | (shown(scenario.covers) if trouble is None else frozenset()),
            seconds=time.monotonic() - began,
            trouble=trouble,
            notes=tuple(played.player.notes),
        )

    def _play(self, scenario: Scenario) -> _Played:
        if scenario.fresh or self.hosts.scenarios_played >= _REUSE_LIMIT:
            self._end_process()
        self._number += 1
        try:
            session = self.hosts.session(scenario.policies)
        except HostError as error:
            return self._not_loaded(scenario, error)
        player = self._player(session, scenario)
        failure, not_checked = _play_on(player)
        records = list(player.history.records)
        judgement = self._judge(records, player.history, scenario)
        failure = failure or judgement.failure
        if failure is not None or player.lost is not None:
            self.hosts.discard()
        elif scenario.fresh:
            self._unload()
        return _Played(player, failure, records, judgement.covered, not_checked)

    def _judge(self, records: list[Record], history: History, scenario: Scenario) -> Judgement:
        commands = [reply.command for reply in history.replies]
        return judge_records(records, commands, self.model, scenario, self.tolerance)

    def _player(self, session: Session, scenario: Scenario) -> Player:
        prefix = f"R{self._number}-"
        return Player(
            session,
            self.model,
            scenario,
            seed=self.seed,
            prefix=prefix,
            dll=self.target.dll_path,
            library=self.target.dll,
            examples=self.examples,
        )

    def _not_loaded(self, scenario: Scenario, error: HostError) -> _Played:
        self.unloadable = isinstance(error, LoadRefused)
        session = Session(self.target.host)
        player = self._player(session, scenario)
        return _Played(player, failure_of(error, 0), list(error.records))

    def _explain(self, scenario: Scenario, played: _Played) -> Trouble:
        assert played.failure is not None
        steps = _until(played.player.steps, played.player.history, played.failure)
        again, records = self._replay(scenario, steps)
        if again is None or again.signature != played.failure.signature:
            note = "seen only after other scenarios in the same process; not made shorter"
            commands = tuple(step.command for step in steps)
            return Trouble(played.failure, commands, tuple(played.records), note)
        return self._shortened(scenario, steps, again, records)

    def _shortened(
        self, scenario: Scenario, steps: list[Step], failure: Failure, records: list[Record]
    ) -> Trouble:
        best = (failure, records)

        def still_fails(candidate: Sequence[Step]) -> bool:
            nonlocal best
            if _faults(candidate) != _faults(steps):
                return False
            again, seen = self._replay(scenario, candidate)
            if again is None or again.signature != failure.signature:
                return False
            best = (again, seen)
            return True

        began = time.monotonic()
        short = shrink(steps, still_fails, seconds=min(self.shrink_seconds, self._shrinking))
        self._shrinking -= time.monotonic() - began
        return Trouble(best[0], tuple(step.command for step in short), tuple(best[1]))

    def _replay(
        self, scenario: Scenario, steps: Sequence[Step]
    ) -> tuple[Failure | None, list[Record]]:
        """Play recorded steps with their checks on a host of their own."""
        history = History()
        try:
            session = self.hosts.start(scenario.policies)
        except HostError as error:
            return failure_of(error, 0), list(error.records)
        try:
            failure = _replay_on(session, steps, history)
        finally:
            session.close()
        if failure is None:
            failure = self._judge(history.records, history, scenario).failure
        return failure, history.records


def _faults(steps: Sequence[Step]) -> list[Mapping[str, Any]]:
    """Return what is made to fail or slow; without it, checks of that fail for no reason."""
    return [step.command for step in steps if step.command.get("command") in ("fault", "slow")]


def _with_policies(scenario: Scenario, chosen: Mapping[str, str]) -> Scenario:
    return scenario if dict(scenario.policies) == chosen else scenario.under(chosen)


def _play_on(player: Player) -> tuple[Failure | None, str]:
    """Play the scenario; returns what failed, and what kept the rest of it from being checked."""
    not_checked = ""
    try:
        try:
            player.scenario.play(player)
        except NotCheckedError as error:
            not_checked = str(error)
        player.bring_to_rest()
    except CheckFailed as caught:
        _keep_last_records(caught, player.history)
        return caught.failure, ""
    if player.scenario.ends_process and player.lost is None:
        return Failure("T-62", "RHS was expected to terminate its process and did not"), ""
    return None, not_checked


def _replay_on(session: Session, steps: Sequence[Step], history: History) -> Failure | None:
    try:
        for index, step in enumerate(steps):
            reply = perform(session, step, index)
            if isinstance(reply, HostLost):
                reply = Reply(step.command, reply.caused)
            history.add(reply)
            run_tests(step.tests, history, index)
    except CheckFailed as caught:
        _keep_last_records(caught, history)
        return caught.failure
    return None


def _keep_last_records(caught: CheckFailed, history: History) -> None:
    """Keep what a command caused before the host crashed or refused."""
    error = caught.__cause__
    if isinstance(error, HostError):
        history.records.extend(error.caused)


def _until(steps: Sequence[Step], history: History, failure: Failure) -> list[Step]:
    """Return the steps up to the one that shows the failure."""
    if failure.at is not None:
        return list(steps[: failure.at + 1])
    for index, reply in enumerate(history.replies):
        if any(record.seq == failure.seq for record in reply.records):
            return list(steps[: index + 1])
    return list(steps)
