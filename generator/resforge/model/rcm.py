"""What the Resource Control Manager grants to clients, and how it restarts failed resources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum

from resforge.model.errors import Win32
from resforge.model.states import RcmState

NO_RETRY = 0xFFFFFFFF
"""RetryPeriodOnFailure that stands for no retry (`resources-retryperiodonfailure`)."""


class ClientRequest(StrEnum):
    """Requests of clients, by their protocol names in [MS-CMRP]."""

    ONLINE = "online"
    OFFLINE = "offline"
    FAIL = "fail"
    DELETE = "delete"


_LEGAL = {
    ClientRequest.ONLINE: {
        RcmState.INITIALIZING,
        RcmState.ONLINE,
        RcmState.OFFLINE,
        RcmState.FAILED,
    },
    ClientRequest.OFFLINE: {RcmState.ONLINE, RcmState.OFFLINE, RcmState.FAILED},
    ClientRequest.FAIL: {RcmState.ONLINE, RcmState.ONLINE_PENDING, RcmState.OFFLINE_PENDING},
    ClientRequest.DELETE: {RcmState.OFFLINE, RcmState.FAILED},
}


def grants(request: ClientRequest, state: RcmState) -> Win32:
    """Return 0 when a request is legal in a state, else ERROR_INVALID_STATE (5023).

    Values of Windows Server 2012 and later, from [MS-CMRP] ApiOnlineResource,
    ApiOfflineResource, ApiFailResource and ApiDeleteResource.
    """
    return Win32.SUCCESS if state in _LEGAL[request] else Win32.INVALID_STATE


class RestartAction(Enum):
    """RestartAction property (`resources-restartaction`)."""

    DO_NOT_RESTART = 0
    RESTART_NO_NOTIFY = 1
    RESTART_NOTIFY = 2


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """Common properties that rule restarts; times in milliseconds, defaults as documented."""

    action: RestartAction = RestartAction.RESTART_NOTIFY
    threshold: int = 3
    period: int = 900_000
    delay: int = 500
    retry_period: int = 3_600_000


class Recovery(StrEnum):
    """What RCM does with a resource that has failed."""

    RESTART = "restart"
    FAIL_OVER = "fail over"
    STAY_FAILED = "stay failed"


@dataclass(frozen=True, slots=True)
class RecoveryPlan:
    """The step that follows a failure, and after how many milliseconds Online is called again.

    `online_after` is None when RCM does not bring the resource online by itself.
    """

    step: Recovery
    online_after: int | None


def after_failure(
    policy: RestartPolicy, restarts: Iterable[int], now: int, *, retried: bool = False
) -> RecoveryPlan:
    """Return what RCM does with a failure at time `now`, given the times of earlier restarts.

    Restarts count within the trailing RestartPeriod (`resources-restartperiod`). Beyond the
    threshold the group fails over or the resource stays failed, and one more Online follows after
    RetryPeriodOnFailure unless that was `retried` already (`resource-failure`).
    """
    if policy.action is RestartAction.DO_NOT_RESTART:
        return RecoveryPlan(Recovery.STAY_FAILED, None)
    recent = [time for time in restarts if time + policy.period > now]
    if len(recent) < policy.threshold:
        return RecoveryPlan(Recovery.RESTART, policy.delay)
    fails_over = policy.action is RestartAction.RESTART_NOTIFY
    step = Recovery.FAIL_OVER if fails_over else Recovery.STAY_FAILED
    again = None if retried or policy.retry_period == NO_RETRY else policy.retry_period
    return RecoveryPlan(step, again)
