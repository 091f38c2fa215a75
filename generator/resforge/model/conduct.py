"""Promises of the schema that the return of an entry point can break."""

from __future__ import annotations

from resforge.model.errors import Win32
from resforge.model.events import CallReturned
from resforge.model.hypothesis import Forbidden
from resforge.model.rules import TypeModel
from resforge.model.states import Entry

_NUMBERED = frozenset({Entry.LOOKS_ALIVE, Entry.IS_ALIVE})


def broken_promise(model: TypeModel | None, event: CallReturned) -> Forbidden | None:
    """Return what the DLL did wrong by returning this, None when all is well."""
    if event.entry in _NUMBERED and event.result not in (0, 1):
        return Forbidden("3.2", f"{event.entry} returned {event.result}, a BOOL is 0 or 1", "dll")
    if model is None:
        return None
    pends = {Entry.ONLINE: model.pending_online, Entry.OFFLINE: model.pending_offline}
    if event.entry not in pends:
        return None
    if event.result == Win32.IO_PENDING and not pends[event.entry]:
        text = f"{event.entry} returned 997 although the schema says that it does not pend"
        return Forbidden("0.3", text, "dll")
    return _unpended_online(model, event)


def _unpended_online(model: TypeModel, event: CallReturned) -> Forbidden | None:
    if event.entry is Entry.ONLINE and event.result == Win32.SUCCESS and model.pending_online:
        return Forbidden("0.3", "Online returned 0 although the schema says that it pends", "dll")
    return None
