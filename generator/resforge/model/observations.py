"""Records of the simulated RHS as events of the statechart."""

from __future__ import annotations

from resforge.model import events as ev
from resforge.model.states import Entry, Timer
from resforge.model.verdict import Record

_REQUESTS: dict[str, tuple[ev.Event, ...]] = {
    "open": (ev.OpenRequest(),),
    "close": (ev.CloseRequest(), ev.ClusterStop()),
    "delete": (ev.DeleteRequest(),),
    "control": (ev.ControlRequest(),),
    "cancel": (ev.CancelRequest(),),
    "online": (ev.OnlineRequest(),),
    "restart": (ev.OnlineRequest(),),
    "offline": (ev.OfflineRequest(),),
    "terminate": (ev.TerminateRequest(),),
    "fail": (ev.TerminateRequest(failed=True),),
    "rundown": (ev.ServiceDied(),),
}

_SENT_AT_ONCE: dict[Entry, ev.Event] = {
    Entry.RESOURCE_CONTROL: ev.ControlRequest(),
    Entry.RESOURCE_TYPE_CONTROL: ev.TypeControlRequest(),
    Entry.CANCEL: ev.CancelRequest(),
    Entry.ARBITRATE: ev.ArbitrateRequest(),
    Entry.RELEASE: ev.ReleaseRequest(),
}

STARTUPS = ("Startup", "StartupEx")


def requested(record: Record) -> tuple[ev.Event, ...]:
    """Return what a `request` record may mean; nothing for requests that make no call."""
    return _REQUESTS.get(str(record.get("request", "")).lower(), ())


def called(record: Record) -> tuple[Entry | None, ev.Event | None]:
    """Return the entry point of a `call` record, and the request it implies by itself."""
    try:
        entry = Entry(str(record.get("entry", "")))
    except ValueError:
        return None, None
    return entry, _SENT_AT_ONCE.get(entry)


def returned(record: Record) -> ev.Event | None:
    """Return the event of a `return` record, None for entry points outside the statechart."""
    name = str(record.get("entry", ""))
    result = _number(record.get("result"))
    if name in STARTUPS:
        return ev.StartupReturned(result, bool(record.get("table_valid", True)))
    try:
        entry = Entry(name)
    except ValueError:
        return None
    if entry is Entry.OPEN:
        return ev.CallReturned(entry, int(record.get("result") is not None))
    return ev.CallReturned(entry, result, _handle(record))


def reported(record: Record) -> ev.StatusReport:
    """Return the event of a `status` record."""
    return ev.StatusReport(
        _number(record.get("state")), _number(record.get("checkpoint")), _handle(record)
    )


def expired(record: Record, running: tuple[Entry, ...]) -> tuple[ev.TimerExpired, ...]:
    """Return what a `timer` record may mean; `running` holds the calls whose CALL is due."""
    timer = Timer(str(record.get("timer")))
    if timer is not Timer.CALL:
        return (ev.TimerExpired(timer),)
    named = record.get("entry")
    return tuple(ev.TimerExpired(timer, entry) for entry in running if named in (None, entry))


def failure_signalled(record: Record) -> ev.SignalFailure | None:
    """Return the event of a `callback` record, None for the callbacks that change no state."""
    if record.get("callback") != "SignalFailure":
        return None
    return ev.SignalFailure(_number(record.get("kind")))


def is_direct(record: Record) -> bool:
    """Tell whether a `call` record is a call that RHS itself would never make."""
    resid = (record.get("arguments") or {}).get("resid")
    return bool(record.get("negative")) or resid in ("null", "stale")


def direct_call(call: Record, answer: Record) -> ev.DirectCall | None:
    """Return the event of such a call and its `return` record."""
    entry, _ = called(answer)
    if entry is None:
        return None
    resid = str((call.get("arguments") or {}).get("resid", "live"))
    event = returned(answer)
    result = event.result if isinstance(event, ev.CallReturned) else 0
    if entry is Entry.OPEN and not result:
        result = _number(answer.get("last_error"))
    return ev.DirectCall(entry, result, resid, entry is Entry.OPEN)


def _handle(record: Record) -> bool:
    return record.get("event_handle") not in (None, False, 0, "", "0", "null")


def _number(value: object) -> int:
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, int) else 0
