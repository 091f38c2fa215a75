"""Hooks that throw: no exception leaves the DLL, and each becomes an error code and a log entry."""

from __future__ import annotations

from functools import partial

from resforge.conformance import needs
from resforge.conformance.actor import Actor, step
from resforge.conformance.constants import SET_NAME
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Scenario, Suite
from resforge.model.rules import ControlCodeRule, TypeModel
from resforge.rhs.records import HookStep

suite = Suite("barriers")

UNHANDLED = 574
"""ERROR_UNHANDLED_EXCEPTION (header winerror.h)."""
THROWS = {"throw": UNHANDLED, "throw_unknown": UNHANDLED, "out_of_memory": 8}
ERROR = 2


@suite.scenario(
    "open",
    "an exception in the hook open makes Open fail with an error code",
    covers=("T-07", "T-63"),
    page="nc-resapi-popen_routine",
)
def throw_in_open(play: Player) -> None:
    """Open returns NULL with the code; the next Open works."""
    for kind, code in THROWS.items():
        actor = play.resource()
        actor.script("open", step(kind))
        actor.send("open")
        _open_failed(actor, code)
        actor.open()
        actor.close()


@suite.scenario(
    "open-error",
    "an error of the hook open makes Open fail with that code and leaves nothing behind",
    covers=("T-07",),
    page="nc-resapi-popen_routine",
)
def error_in_open(play: Player) -> None:
    """Open returns NULL with the hook's code; the next Open works."""
    actor = play.resource()
    for _ in range(3):
        actor.script("open", step("return", value=5))
        actor.send("open")
        _open_failed(actor, 5)
    actor.ready()


def _open_failed(actor: Actor, code: int) -> None:
    from resforge.rhs.records import CallReturn

    actor.must_return("T-07", "Open", None)
    actor.must_be("T-07", "Closed")
    actor.player.equal(
        "T-07",
        "last error of Open",
        lambda h: [r.last_error for r in actor.picked(h.last.records, CallReturn)],
        [code],
    )


@suite.scenario(
    "online",
    "an exception in the hook online fails the resource and is logged",
    covers=("T-17", "T-26", "T-63"),
    page="nc-resapi-ponline_routine",
)
def throw_in_online(play: Player) -> None:
    """Each kind of exception in turn, before and after a wait."""
    for kind, code in THROWS.items():
        actor = play.resource()
        actor.open()
        actor.script("online", step(kind))
        actor.online()
        actor.must_return("T-17", "Online", 997 if play.model.pending_online else code)
        actor.must_call("T-17", "Online", "Terminate")
        actor.must_log("6", ERROR, "the hook online ended with an exception")
        actor.must_be("T-56", "Offline", "Failed")
        actor.go_online()
        actor.close()


@suite.scenario(
    "offline",
    "an exception in the hook offline fails the resource and is logged",
    covers=("T-48", "T-52", "T-63"),
    page="nc-resapi-poffline_routine",
)
def throw_in_offline(play: Player) -> None:
    """Each kind of exception in turn."""
    for kind, code in THROWS.items():
        actor = play.resource().ready()
        actor.script("offline", step(kind))
        actor.offline()
        actor.must_return("T-48", "Offline", 997 if play.model.pending_offline else code)
        actor.must_call("T-48", "Offline", "Terminate")
        actor.must_log("6", ERROR, "the hook offline ended with an exception")
        actor.must_be("T-56", "Offline", "Failed")
        actor.close()


@suite.scenario(
    "notified",
    "an exception in the hook notified is the answer to the notification",
    covers=("T-63", "B.7"),
    page="clusctl-resource-set-name",
)
def throw_in_notified(play: Player) -> None:
    """Each kind of exception in turn."""
    actor = play.resource()
    actor.open()
    for kind, code in THROWS.items():
        actor.script("notified", step(kind))
        actor.control(SET_NAME, (actor.name + "\0").encode("utf-16-le"), 0)
        actor.must_return("T-63", "ResourceControl", code)
    actor.script("notified", step("throw"))
    actor.control(SET_NAME, f"{actor.name} renamed\0".encode("utf-16-le"), 0)
    actor.online()
    play.check("B.7", partial(_hooks_are_of, f"{actor.name} renamed"))


def _hooks_are_of(name: str, history: History) -> str | None:
    """Return what is wrong unless hooks of the latest command found themselves under this name."""
    seen = {record.resource for record in history.last.records if isinstance(record, HookStep)}
    return None if seen == {name} else f"the hooks see {sorted(map(str, seen))} instead of {name!r}"


@suite.scenario(
    "terminate",
    "an exception in the hook terminate leaves the resource offline",
    covers=("T-43", "T-56", "T-63"),
    page="nc-resapi-pterminate_routine",
)
def throw_in_terminate(play: Player) -> None:
    """Each kind of exception in turn; a later Online works."""
    for kind in THROWS:
        actor = play.resource().ready()
        actor.script("terminate", step(kind))
        actor.terminate()
        actor.must_log("6", ERROR, "the hook terminate ended with an exception")
        actor.must_be("T-56", "Offline")
        actor.go_online()
        actor.close()


@suite.scenario(
    "close",
    "an exception in the hook close does not stop Close",
    covers=("T-10", "T-63"),
    page="nc-resapi-pclose_routine",
)
def throw_in_close(play: Player) -> None:
    """Each kind of exception in turn; a later Open works."""
    for kind in THROWS:
        actor = play.resource()
        actor.open()
        actor.script("close", step(kind))
        actor.close()
        actor.must_be("T-10", "Closed")
        actor.open()
        actor.close()


@suite.scenario(
    "is-alive",
    "an exception in the hook is_alive means that the resource has failed",
    covers=("T-37", "T-63"),
    page="nc-resapi-pis_alive_routine",
    needs=needs.polling_hook,
)
def throw_in_is_alive(play: Player) -> None:
    """Each kind of exception in turn."""
    for kind in THROWS:
        actor = play.resource().ready()
        actor.script("is_alive", step(kind))
        play.advance(play.model.timing.is_alive_interval)
        actor.must_return("T-37", "IsAlive", 0)
        actor.must_log("6", ERROR)
        actor.must_be("T-56", "Offline", "Failed")
        actor.close()


@suite.scenario(
    "looks-alive",
    "an exception in the hook looks_alive makes RHS ask IsAlive",
    covers=("T-34", "T-63"),
    page="nc-resapi-plooks_alive_routine",
    needs=needs.light_poll,
)
def throw_in_looks_alive(play: Player) -> None:
    """Each kind of exception in turn."""
    for kind in THROWS:
        actor = play.resource().ready()
        actor.script("looks_alive", step(kind))
        play.advance(play.model.timing.looks_alive_interval)
        actor.must_call("T-34", "LooksAlive", "IsAlive")
        actor.must_be("T-33", "Online")
        actor.close()


@suite.scenario(
    "check-health",
    "an exception in the hook check_health means bad health",
    covers=("T-37", "T-63"),
    page="implementing-isalive",
    needs=needs.cached_health,
)
def throw_in_check_health(play: Player) -> None:
    """Each kind of exception in turn."""
    for kind in THROWS:
        actor = play.resource()
        actor.open()
        actor.script("check_health", step(kind), repeat=True)
        actor.go_online()
        play.advance(3 * play.model.timing.is_alive_interval)
        actor.must_take("T-37", "T-37")
        actor.must_be("T-56", "Offline", "Failed")
        actor.close()


@suite.scenario(
    "monitor",
    "an exception in the hook monitor is a failure",
    covers=("T-39", "T-63"),
    page="implementing-asynchronous-failure-detection",
    needs=needs.event_handle,
)
def throw_in_monitor(play: Player) -> None:
    """Each kind of exception in turn."""
    for kind in THROWS:
        actor = play.resource()
        actor.open()
        actor.script("monitor", step("wait", ms=1_000), step(kind))
        actor.go_online()
        play.advance(1_001)
        actor.must_log("6", ERROR)
        actor.must_be("T-56", "Offline", "Failed")
        actor.close()


def build(model: TypeModel) -> list[Scenario]:
    """Return the scenarios of this suite, with one for each control code of the type."""
    return [*suite.scenarios, *[_control(rule) for rule in model.control_codes]]


def _control(rule: ControlCodeRule) -> Scenario:
    def play_code(play: Player) -> None:
        """Each kind of exception in turn; the next call works."""
        from resforge.conformance.suites.codes import ask, ready_for, sample_input

        actor = ready_for(play, rule)
        data = sample_input(rule, play.random)
        for kind, code in THROWS.items():
            target = actor.name if rule.scope == "resource" else play.model.name
            hook = "control_" if rule.scope == "resource" else "type_control_"
            play.script(target, hook + rule.identifier, step(kind))
            ask(play, actor, rule, data)
            play.equal(
                "T-68",
                f"status of {rule.name} when its hook throws",
                lambda h: [
                    r.raw.get("result")
                    for r in h.last.records
                    if r.event == "return" and "Control" in r.raw.get("entry", "")
                ],
                [code],
            )
            ask(play, actor, rule, data)

    return Scenario(
        id=f"barriers-control-{rule.identifier}",
        title=f"an exception in the hook of {rule.name} becomes an error code",
        play=play_code,
        covers=("T-68" if rule.scope == "resource" else "T-69", "T-63"),
        page="nc-resapi-presource_control_routine",
        needs=needs.allowed_code(rule),
    )
