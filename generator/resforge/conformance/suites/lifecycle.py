"""From Open to Close and back: success and failure of Online and Offline."""

from __future__ import annotations

from collections.abc import Callable

from resforge.conformance import needs
from resforge.conformance.actor import Actor, step
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.rhs.records import HookStep, StatusReport

suite = Suite("lifecycle")

ERROR = 2
ONLINE = 2
OFFLINE = 3
FAILED = 4
PENDING = 997


@suite.scenario(
    "open-close",
    "Open gives an instance that is offline, Close ends it",
    covers=("T-05", "T-06", "T-09", "T-10"),
    page="implementing-open",
)
def open_close(play: Player) -> None:
    """Open and close one instance."""
    actor = play.resource()
    actor.open()
    actor.must_call("T-05", "Open")
    actor.must_enter("3.2", "open")
    actor.close()
    actor.must_call("T-09", "Close")
    actor.must_enter("3.2", "close")
    actor.must_be("T-10", "Closed")
    actor.must_log_nothing_bad("4.3")


@suite.scenario(
    "online-success",
    "a successful Online ends in Online",
    covers=("T-14", "T-15", "T-16", "T-25", "S1", "S2"),
    page="nc-resapi-ponline_routine",
)
def online_success(play: Player) -> None:
    """Bring the resource online with a hook that succeeds at once."""
    actor = play.resource()
    actor.open()
    actor.online()
    actor.must_return("T-16" if play.model.pending_online else "T-15", "Online", _online(play))
    actor.must_enter("3.2", "online")
    actor.must_report("T-25", *([ONLINE] if play.model.pending_online else []))
    actor.must_be("T-25" if play.model.pending_online else "T-15", "Online", "Online")


@suite.scenario(
    "online-reports-nothing",
    "an Online that does not pend reports nothing, whatever its hook says of its progress",
    covers=("T-15", "4.2"),
    page="ns-resapi-resource_status",
    needs=needs.synchronous_online,
)
def reports_nothing(play: Player) -> None:
    """The hook calls progress() three times."""
    actor = play.resource()
    actor.open()
    actor.script("online", *[step("progress")] * 3, step("return", value=0))
    actor.online()
    actor.must_be("T-15", "Online", "Online")
    play.equal("4.2", "reports", lambda h: len(actor.picked(h.records, StatusReport)), 0)


@suite.scenario(
    "offline-success",
    "a successful Offline ends in Offline",
    covers=("T-42", "T-46", "T-47", "T-51"),
    page="nc-resapi-poffline_routine",
)
def offline_success(play: Player) -> None:
    """Take the resource offline with a hook that succeeds at once."""
    actor = play.resource().ready()
    actor.offline()
    _went_offline(play, actor)


@suite.scenario(
    "second-period",
    "a second Online and Offline behave like the first",
    covers=("T-14", "T-42", "8.2"),
    page="implementing-online",
)
def second_period(play: Player) -> None:
    """Three online periods of one instance."""
    actor = play.resource()
    actor.open()
    for _ in range(3):
        actor.go_online()
        actor.must_enter("T-14", "online")
        actor.offline()
        _went_offline(play, actor)
    actor.close()
    actor.must_log_nothing_bad("4.3")


@suite.scenario(
    "cluster-stop",
    "a cluster stop takes the resource offline, then closes it",
    covers=("T-12", "S14"),
    page="implementing-close",
)
def cluster_stop(play: Player) -> None:
    """Offline followed by Close."""
    actor = play.resource().ready()
    actor.offline()
    actor.must_be("S14", "Offline", "Offline")
    actor.close()
    actor.must_enter("3.2", "close")
    actor.must_be("S14", "Closed")


@suite.scenario(
    "reopen",
    "an instance can be opened again after Close and works",
    covers=("T-05", "T-10"),
    page="implementing-close",
)
def reopen(play: Player) -> None:
    """Open, use and close the same resource three times."""
    actor = play.resource()
    for _ in range(3):
        actor.ready()
        actor.offline()
        actor.must_be("T-46", "Offline")
        actor.close()
        actor.must_be("T-10", "Closed")


@suite.scenario(
    "online-error",
    "an Online that fails leads to Terminate and Failed",
    covers=("T-17", "T-26", "T-56", "S3"),
    page="nc-resapi-ponline_routine",
)
def online_error(play: Player) -> None:
    """The hook online returns ERROR_ACCESS_DENIED (5)."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("return", value=5))
    actor.online()
    _online_failed(play, actor, 5)


@suite.scenario(
    "online-unavailable",
    "ERROR_RESOURCE_NOT_AVAILABLE from the hook is a failure to come online",
    covers=("T-18", "T-26"),
    page="nc-resapi-ponline_routine",
)
def online_unavailable(play: Player) -> None:
    """The hook online returns 5006."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("return", value=5006))
    actor.online()
    _online_failed(play, actor, 5006)


@suite.scenario(
    "online-again-after-error",
    "a resource that failed to come online can be brought online again",
    covers=("T-56", "T-14", "I-7"),
    page="resources-retryperiodonfailure",
)
def online_again(play: Player) -> None:
    """Online on the same instance after a failure, without Close and Open."""
    actor = play.resource()
    actor.open()
    actor.script("online", step("return", value=31))
    actor.online()
    actor.must_be("T-56", "Offline", "Failed")
    actor.go_online()
    actor.must_call("T-14", "Online")


@suite.scenario(
    "offline-error",
    "an Offline that fails leads to Terminate",
    covers=("T-48", "T-52", "T-56"),
    page="nc-resapi-poffline_routine",
    policies=({"P9": "FAILED"}, {"P9": "OFFLINE"}),
)
def offline_error(play: Player) -> None:
    """The hook offline returns ERROR_GEN_FAILURE (31)."""
    actor = play.resource().ready()
    actor.script("offline", step("return", value=31))
    actor.offline()
    actor.must_call("T-48", "Offline", "Terminate")
    actor.must_return("T-48", "Offline", PENDING if play.model.pending_offline else 31)
    actor.must_report("T-52", *([FAILED] if play.model.pending_offline else []))
    actor.must_enter("T-56", "terminate")
    actor.must_be("T-56", "Offline")


@suite.scenario(
    "forced-stop",
    "a forced stop terminates an online resource without Offline",
    covers=("T-43", "T-56"),
    page="implementing-terminate",
)
def forced_stop(play: Player) -> None:
    """Terminate while online."""
    actor = play.resource().ready()
    actor.terminate()
    actor.must_call("T-43", "Terminate")
    actor.must_enter("T-43", "terminate")
    actor.must_report("T-59")
    actor.must_be("T-56", "Offline")
    actor.go_online()
    actor.must_log_nothing_bad("4.3")


@suite.scenario(
    "forced-stop-when-offline",
    "Terminate of an offline resource does nothing harmful",
    covers=("T-60",),
    page="implementing-terminate",
)
def terminate_offline(play: Player) -> None:
    """Terminate before any Online, by RHS and past it, then a normal life."""
    actor = play.resource()
    actor.open()
    actor.terminate()
    actor.must_call("T-60", "Terminate")
    actor.must_enter("T-60", "terminate", times=0)
    actor.must_be("T-60", "Offline", "Offline")
    for _ in range(2):
        actor.direct("Terminate")
        actor.must_report("T-60")
    actor.go_online()


@suite.scenario(
    "failed-on-request",
    "a resource that is failed on request is terminated",
    covers=("T-43",),
    page="nf-clusapi-failclusterresource",
)
def fail_request(play: Player) -> None:
    """FailClusterResource on an online resource."""
    actor = play.resource().ready()
    actor.send("fail")
    actor.must_call("T-43", "Terminate")
    actor.must_be("T-56", "Offline", "Failed")


@suite.scenario(
    "restart-after-failure",
    "the restart policy brings a failed resource online again on the same instance",
    covers=("T-37", "T-14"),
    page="resources-restartaction",
)
def restart(play: Player) -> None:
    """FailClusterResource with restarts enabled."""
    actor = play.resource().ready()
    actor.send("restart", enabled=True)
    actor.send("fail")
    play.advance(10_000)
    actor.must_be("T-14", "Online", "Online")


@suite.scenario(
    "rundown",
    "when the cluster service dies the resource is terminated and closed",
    covers=("T-67",),
    page="ne-clusapi-cluster_resource_state_change_reason",
)
def rundown(play: Player) -> None:
    """Rundown of an online resource; it can be opened again."""
    actor = play.resource().ready()
    actor.send("rundown")
    actor.must_call("T-67", "Terminate", "Close")
    actor.must_enter("T-67", "terminate")
    actor.must_be("T-10", "Closed")
    actor.ready()


@suite.scenario(
    "stop-with-reason",
    "the hooks offline and terminate see the reason that was announced for their stop only",
    covers=("T-42", "T-43", "T-68", "B.7"),
    page="clusctl-resource-state-change-reason",
    needs=needs.stop_reasons,
)
def stop_with_reason(play: Player) -> None:
    """Each reason before Offline and before Terminate; the next stop has none."""
    actor = play.resource()
    actor.open()
    for command in ("offline", "terminate"):
        for reason in (1, 2, 3, 4, 5, None):
            actor.go_online()
            actor.script(command, step("report_reason"), step("return", value=0))
            announced = {} if reason is None else {"reason": reason}
            actor.send(command, **announced)
            play.check("B.7", _reason_seen(actor, command, reason or 0))
            actor.must_be("T-42", "Offline")
    actor.send("offline", reason=3)
    if play.model.pending_online:
        actor.script("online", step("wait", ms=60_000))
        actor.online()
        actor.script("terminate", step("report_reason"))
        actor.send("terminate", reason=4)
        play.check("B.7", _reason_seen(actor, "terminate", 4))
    actor.go_online()
    actor.script("offline", step("report_reason"), step("return", value=0))
    actor.offline()
    play.check("B.7", _reason_seen(actor, "offline", 0))


def _reason_seen(actor: Actor, hook: str, expected: int) -> Callable[[History], str | None]:
    def test(history: History) -> str | None:
        steps = actor.picked(history.last.records, HookStep)
        seen = [s.data for s in steps if s.hook == hook and s.what == "state_change_reason"]
        wanted = [expected.to_bytes(4, "little")]
        return None if seen == wanted else f"the hook {hook} saw the reason {seen}, not {wanted}"

    return test


@suite.scenario(
    "missing-required-property",
    "Online fails with ERROR_FILE_NOT_FOUND while a required property is missing",
    covers=("T-17", "B.6"),
    page="nf-resapi-resutilgetpropertiestoparameterblock",
    needs=needs.required_properties,
)
def missing_required(play: Player) -> None:
    """Leave out each required property in turn."""
    rules = [p for p in play.model.properties if p.required and not p.in_memory]
    for rule in rules:
        complete = play.resource()
        private = [item for item in complete.private if item["name"] != rule.name]
        actor = play.resource(private=private)
        actor.open()
        actor.online()
        actor.must_return("T-17", "Online", 2)
        actor.must_enter("T-17", "online", times=0)
        actor.must_call("T-17", "Online", "Terminate")
        actor.must_log("8.4", ERROR, f"{rule.name} cannot be used (error 2)")
        actor.must_be("T-56", "Offline", "Failed")
        actor.close()


def _online(play: Player) -> int:
    return PENDING if play.model.pending_online else 0


def _went_offline(play: Player, actor: Actor) -> None:
    pends = play.model.pending_offline
    actor.must_return("T-47" if pends else "T-46", "Offline", PENDING if pends else 0)
    actor.must_call("T-42", "Offline")
    actor.must_enter("3.2", "offline")
    actor.must_report("T-51", *([OFFLINE] if pends else []))
    actor.must_be("T-51" if pends else "T-46", "Offline", "Offline")


def _online_failed(play: Player, actor: Actor, code: int) -> None:
    pends = play.model.pending_online
    actor.must_return("T-26" if pends else "T-17", "Online", PENDING if pends else code)
    actor.must_call("T-26" if pends else "T-17", "Online", "Terminate")
    actor.must_report("T-26", *([FAILED] if pends else []))
    actor.must_enter("T-56", "terminate")
    actor.must_be("T-56", "Offline", "Failed")
