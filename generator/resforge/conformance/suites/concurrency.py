"""Terminate beside every other call, and calls of two instances beside each other."""

from __future__ import annotations

from collections.abc import Callable

from resforge.conformance import needs
from resforge.conformance.actor import Actor, asleep, step
from resforge.conformance.constants import HOUR
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Needs, Scenario, Suite
from resforge.model.rules import TypeModel
from resforge.rhs.records import CallReturn

suite = Suite("concurrency")

ABORTED = 995
NAP = 20_000
"""How long the hook in the other call is deaf, in milliseconds."""


def build(model: TypeModel) -> list[Scenario]:
    """Return the scenarios of this suite, with one for a control code if there is any."""
    found = list(suite.scenarios)
    code = next((c for c in model.control_codes if c.scope == "resource"), None)
    if code is not None and (not code.states or "online" in code.states):
        found.append(_beside_control(code.identifier, code.value))
        found.append(_stops_control(code.identifier, code.value))
    return found


def _terminates(play: Player, actor: Actor) -> None:
    """Terminate now, while another call has not returned, and wait for both."""
    actor.terminate()
    play.advance(play.model.timing.budgets.terminate)
    play.check("3.5 note a", _returned_in_time(play, actor))
    play.advance(2 * NAP)
    actor.must_be("T-56", "Offline")
    actor.must_report("T-59")


def _returned_in_time(play: Player, actor: Actor) -> Callable[[History], str | None]:
    budget = play.model.timing.budgets.terminate

    def test(history: History) -> str | None:
        returned = [r for r in actor.picked(history.records, CallReturn) if r.entry == "Terminate"]
        if not returned:
            return "Terminate waits for the other call"
        slow = returned[-1].elapsed
        return f"Terminate took {slow} ms beside the other call" if slow > budget else None

    return test


@suite.scenario(
    "terminate-beside-is-alive",
    "Terminate does not wait for an IsAlive that takes long",
    covers=("T-43", "3.5"),
    page="implementing-terminate",
    needs=needs.polling_hook,
    tolerates=("slow", "deaf"),
)
def beside_is_alive(play: Player) -> None:
    """The hook is_alive is deaf for a while; Terminate comes in the middle."""
    actor = play.resource().ready()
    actor.script("is_alive", step("sleep", ms=NAP), step("return", value=1))
    play.advance(play.model.timing.is_alive_interval + 1_000)
    _terminates(play, actor)
    actor.go_online()


@suite.scenario(
    "terminate-beside-looks-alive",
    "Terminate does not wait for a LooksAlive that takes long",
    covers=("T-43", "3.5"),
    page="implementing-terminate",
    needs=needs.light_poll,
    tolerates=("slow", "deaf"),
)
def beside_looks_alive(play: Player) -> None:
    """The hook looks_alive is deaf for a while; Terminate comes in the middle."""
    actor = play.resource().ready()
    actor.script("looks_alive", step("sleep", ms=NAP), step("return", value=1))
    play.advance(play.model.timing.looks_alive_interval + 1_000)
    _terminates(play, actor)
    actor.go_online()


@suite.scenario(
    "terminate-beside-online",
    "Terminate beside a synchronous Online ends in Offline",
    covers=("T-20", "T-21", "T-57", "3.5"),
    page="implementing-terminate",
    needs=needs.synchronous_online,
    tolerates=("slow", "deaf"),
)
def beside_online(play: Player) -> None:
    """The hook online is deaf for a while, inside the entry point; its success must not count."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("sleep", ms=NAP), step("return", value=0))
    actor.online()
    actor.must_be("T-14", "OnlineInProgress", "OnlinePending")
    _terminates(play, actor)
    actor.must_enter("8.2 rule 5", "terminate")
    actor.direct("IsAlive")
    actor.must_return("T-79", "IsAlive", 0)
    actor.go_online()


def _online_failed(actor: Actor) -> Callable[[History], str | None]:
    def test(history: History) -> str | None:
        returned = [r for r in actor.picked(history.records, CallReturn) if r.entry == "Online"]
        if returned and returned[-1].result == 0:
            return "Online succeeded although Terminate came before it returned"
        return None

    return test


@suite.scenario(
    "terminate-waits-for-online",
    "an Online that would succeed while Terminate waits for it does not succeed",
    covers=("T-20", "T-21", "T-57", "3.5"),
    page="implementing-terminate",
    needs=needs.synchronous_online,
    tolerates=("slow", "deaf"),
)
def waits_for_online(play: Player) -> None:
    """The hook online is deaf, but comes back within the budget of Terminate."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("sleep", ms=50), step("return", value=0))
    actor.online()
    play.advance(10)
    actor.terminate()
    play.advance(HOUR)
    play.check("3.5 note a", _online_failed(actor))
    actor.must_be("T-56", "Offline")
    actor.go_online()


@suite.scenario(
    "terminate-beside-waiting-online",
    "Terminate ends a synchronous Online whose hook listens",
    covers=("T-20", "T-21", "T-56"),
    page="implementing-terminate",
    needs=needs.synchronous_online,
    tolerates=("slow",),
)
def beside_waiting_online(play: Player) -> None:
    """The hook online waits and sees the stop request."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("wait", ms=60_000), step("return", value=0))
    actor.online()
    play.advance(1_000)
    actor.terminate()
    play.advance(1)
    actor.must_be("T-56", "Offline")
    actor.go_online()


@suite.scenario(
    "terminate-beside-offline",
    "Terminate beside a synchronous Offline ends in Offline",
    covers=("T-54", "T-57", "3.5"),
    page="implementing-terminate",
    needs=needs.synchronous_offline,
    tolerates=("slow", "deaf"),
)
def beside_offline(play: Player) -> None:
    """The hook offline is deaf for a while, inside the entry point."""
    actor = play.resource().ready()
    actor.script("offline", step("sleep", ms=NAP), step("return", value=0))
    actor.offline()
    actor.must_be("T-42", "OfflineInProgress", "OfflinePending")
    _terminates(play, actor)
    actor.must_enter("8.2 rule 5", "terminate")
    actor.must_return("T-54", "Offline", ABORTED)
    actor.go_online()


@suite.scenario(
    "online-too-long",
    "a synchronous Online beyond the deadlock timeout is terminated, or the process is killed",
    covers=("T-19", "T-20", "S7"),
    page="deadlocktimeout",
    needs=needs.synchronous_online,
    tolerates=("slow", "deaf"),
    policies=({"P1": "TERMINATE_THEN_KILL"},),
)
def online_too_long(play: Player) -> None:
    """The hook online comes back after the limit, before the process is killed."""
    actor = play.resource()
    actor.open()
    limit = play.model.timing.deadlock_timeout
    late = min(60_000, limit // 2)
    actor.script("online", *asleep(limit + late), step("return", value=0))
    actor.online()
    play.advance(limit + 1)
    actor.must_take("T-19", "T-19")
    play.advance(120_000)
    actor.must_be("T-56", "Offline", "Failed")
    actor.go_online()


@suite.scenario(
    "online-hangs",
    "a synchronous Online that never returns costs the process",
    covers=("T-19", "T-62", "S7"),
    page="deadlocktimeout",
    needs=needs.synchronous_online,
    tolerates=("slow", "deaf"),
    policies=({"P1": "TERMINATE_THEN_KILL"}, {"P1": "KILL"}),
    ends_process=True,
)
def online_hangs(play: Player) -> None:
    """The hook online hangs for ever."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("hang"))
    actor.online()
    play.advance(3 * play.model.timing.deadlock_timeout, may_end=True)


@suite.scenario(
    "offline-hangs",
    "a synchronous Offline that never returns costs the process",
    covers=("T-49", "T-62"),
    page="deadlocktimeout",
    needs=needs.synchronous_offline,
    tolerates=("slow", "deaf"),
    policies=({"P1": "TERMINATE_THEN_KILL"}, {"P1": "KILL"}),
    ends_process=True,
)
def offline_hangs(play: Player) -> None:
    """The hook offline hangs for ever."""
    actor = play.resource().ready()
    actor.script("offline", step("hang"))
    actor.offline()
    play.advance(3 * play.model.timing.deadlock_timeout, may_end=True)


@suite.scenario(
    "terminate-beside-terminate",
    "another reason to terminate while the hook terminate runs makes no second call",
    covers=("T-61", "3.5"),
    page="implementing-terminate",
    tolerates=("slow", "deaf"),
)
def beside_terminate(play: Player) -> None:
    """The hook terminate takes long when the next request comes, from RHS and past it; twice."""
    actor = play.resource()
    actor.open()
    for _ in range(2):
        _two_terminates(play, actor)
    actor.go_online()


def _two_terminates(play: Player, actor: Actor) -> None:
    actor.go_online()
    actor.script("terminate", step("sleep", ms=NAP))
    actor.terminate()
    actor.must_be("T-43", "Terminating", "OfflinePending")
    actor.terminate()
    actor.must_call("T-61")
    actor.must_take("T-61", "T-61")
    for entry, result in (("Online", 5023), ("Offline", 5023), ("IsAlive", 0), ("LooksAlive", 0)):
        actor.direct(entry)
        actor.must_return("T-77", entry, result)
        actor.must_enter("T-77", entry.lower(), times=0)
    actor.direct("Terminate")
    actor.must_enter("T-61", "terminate", times=0)
    play.equal("T-61", "calls that returned too early", lambda h: _returned(actor, h), 0)
    play.advance(NAP)
    actor.must_enter("T-61", "terminate", times=0)
    actor.must_be("T-56", "Offline", "Offline")


@suite.scenario(
    "terminate-hangs",
    "a hook terminate that never returns costs the process, by RHS's own timer",
    covers=("T-58", "T-62"),
    page="nc-resapi-pterminate_routine",
    tolerates=("slow", "deaf"),
    ends_process=True,
)
def terminate_hangs(play: Player) -> None:
    """The hook terminate hangs for ever."""
    actor = play.resource().ready()
    actor.script("terminate", step("hang"))
    actor.terminate()
    play.advance(2 * play.model.timing.deadlock_timeout, may_end=True)


@suite.scenario(
    "open-hangs",
    "an Open that never returns costs the process",
    covers=("T-08", "T-62"),
    page="nc-resapi-popen_routine",
    tolerates=("slow", "deaf"),
    ends_process=True,
)
def open_hangs(play: Player) -> None:
    """The hook open hangs for ever."""
    actor = play.resource()
    actor.script("open", step("hang"))
    actor.send("open")
    play.advance(2 * play.model.timing.deadlock_timeout, may_end=True)


def _beside_control(identifier: str, code: int) -> Scenario:
    def play_control(play: Player) -> None:
        """The hook of the control code is deaf for a while; Terminate comes in the middle."""
        from resforge.conformance.suites.codes import sample_input

        rule = next(c for c in play.model.control_codes if c.value == code)
        actor = play.resource().ready()
        actor.script(f"control_{identifier}", step("sleep", ms=NAP), step("return", value=0))
        actor.control(code, sample_input(rule, play.random))
        _terminates(play, actor)
        actor.go_online()

    return Scenario(
        id="concurrency-terminate-beside-control",
        title="Terminate does not wait for a control code that takes long",
        play=play_control,
        covers=("T-43", "T-68", "3.5"),
        page="implementing-terminate",
        tolerates=frozenset({"slow", "deaf"}),
    )


def _stops_control(identifier: str, code: int) -> Scenario:
    def play_control(play: Player) -> None:
        """The hook of the control code waits for a minute and sees the stop request."""
        from resforge.conformance.suites.codes import sample_input

        rule = next(c for c in play.model.control_codes if c.value == code)
        actor = play.resource().ready()
        actor.script(f"control_{identifier}", step("wait", ms=60_000), step("return", value=0))
        actor.control(code, sample_input(rule, play.random))
        play.advance(1_000)
        actor.terminate()
        actor.must_return("3.5 note a", "ResourceControl", 995)
        actor.must_be("T-56", "Offline")
        actor.go_online()

    return Scenario(
        id="concurrency-terminate-stops-control",
        title="Terminate ends a control code whose hook listens",
        play=play_control,
        covers=("T-43", "T-68", "3.5"),
        page="implementing-terminate",
        tolerates=frozenset({"slow"}),
    )


def _stops_check(entry: str, hook: str, applies: Needs) -> None:
    @suite.scenario(
        f"terminate-stops-{hook.replace('_', '-')}",
        f"Terminate ends {entry} whose hook listens",
        covers=("T-43", "3.5"),
        page="implementing-terminate",
        needs=applies,
        tolerates=("slow",),
    )
    def stops_check(play: Player) -> None:
        """The hook waits for a minute and sees the stop request."""
        actor = play.resource().ready()
        actor.script(hook, step("wait", ms=60_000), step("return", value=1))
        timing = play.model.timing
        interval = timing.is_alive_interval if hook == "is_alive" else timing.looks_alive_interval
        play.advance(interval + 1_000)
        actor.terminate()
        actor.must_call("T-43", "Terminate")
        play.equal("3.5 note a", "calls that returned", lambda h: _returned(actor, h), 2)
        actor.must_be("T-56", "Offline")


_stops_check("IsAlive", "is_alive", needs.polling_hook)
_stops_check("LooksAlive", "looks_alive", needs.light_poll)


def _returned(actor: Actor, history: History) -> int:
    return len(actor.picked(history.last.records, CallReturn))


@suite.scenario(
    "type-control-hangs",
    "a control code of the type that never returns costs the process",
    covers=("T-66", "T-62"),
    page="nc-resapi-presource_type_control_routine",
    needs=needs.type_control_codes,
    tolerates=("slow", "deaf"),
    ends_process=True,
)
def type_control_hangs(play: Player) -> None:
    """The hook of a control code of the type hangs for ever."""
    from resforge.conformance.suites.codes import ask, hook_name, sample_input

    rule = next(c for c in play.model.control_codes if c.scope == "resource_type")
    actor = play.resource()
    actor.open()
    play.script(play.model.name, hook_name(rule), step("hang"))
    ask(play, actor, rule, sample_input(rule, play.random))
    play.advance(2 * play.model.timing.deadlock_timeout, may_end=True)


@suite.scenario(
    "control-hangs",
    "a control code that never returns costs the process",
    covers=("T-70", "T-62"),
    page="nc-resapi-presource_control_routine",
    needs=needs.control_codes,
    tolerates=("slow", "deaf"),
    ends_process=True,
)
def control_hangs(play: Player) -> None:
    """The hook of a control code hangs for ever."""
    from resforge.conformance.suites.codes import hook_name, ready_for, sample_input

    codes = (c for c in play.model.control_codes if c.scope == "resource")
    rule = next(c for c in codes if needs.allowed_code(c)(play.model) is None)
    actor = ready_for(play, rule)
    actor.script(hook_name(rule), step("hang"))
    actor.control(rule.value, sample_input(rule, play.random))
    play.advance(2 * play.model.timing.deadlock_timeout, may_end=True)
