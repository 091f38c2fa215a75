"""The traces of the reference, scenarios S1 to S14, and some more that must be accepted."""

from __future__ import annotations

from collections.abc import Callable

from tests.model.traces import Host, opened

from resforge.model import (
    P1,
    P2,
    P4,
    P7,
    P9,
    Entry,
    Policies,
    Timer,
    TypeModel,
)
from resforge.model import events as ev

KILL = Policies(p1=P1.KILL)
VERIFY = Policies(p2=P2.VERIFY_WITH_ISALIVE)
SYNCHRONOUS = TypeModel(name="T", identifier="t", pending_online=False, pending_offline=False)


def pending(policies: Policies | None = None) -> Host:
    """Return a host whose resource is in OnlinePending."""
    return opened(policies).request(ev.OnlineRequest()).returns(Entry.ONLINE, 997)


def online(policies: Policies | None = None, handle: bool = False) -> Host:
    """Return a host whose resource is online."""
    return pending(policies).wait(700).reports(2, handle=handle)


def _s1() -> Host:
    return pending().wait(500).reports(129, 1).wait(500).reports(2)


def _s2() -> Host:
    return opened().request(ev.OnlineRequest()).returns(Entry.ONLINE, 0)


def _s3() -> Host:
    return opened().request(ev.OnlineRequest()).returns(Entry.ONLINE, 5).returns(Entry.TERMINATE)


def _s4() -> Host:
    return pending().expires(Timer.PENDING).returns(Entry.TERMINATE).wait(10).reports(2)


def _s5() -> Host:
    host = pending()
    for checkpoint in range(1, 61):
        host.wait(60_000).reports(129, checkpoint)
    return host


def _s6() -> Host:
    host = pending().wait(60_000).reports(129, 0).wait(60_000).reports(129, 0)
    return host.expires(Timer.PENDING).returns(Entry.TERMINATE)


def _s7() -> Host:
    host = opened().request(ev.OnlineRequest()).expires(Timer.CALL, Entry.ONLINE)
    return host.returns(Entry.TERMINATE).wait(100).returns(Entry.ONLINE, 995)


def _s7_again() -> Host:
    host = opened().request(ev.OnlineRequest()).expires(Timer.CALL, Entry.ONLINE)
    return host.returns(Entry.TERMINATE).expires(Timer.CALL, Entry.ONLINE)


def _s7_kill() -> Host:
    return opened(KILL).request(ev.OnlineRequest()).expires(Timer.CALL, Entry.ONLINE)


def _s8() -> Host:
    host = online().expires(Timer.LOOKS).returns(Entry.LOOKS_ALIVE, 0)
    return host.returns(Entry.IS_ALIVE, 1).expires(Timer.LOOKS).returns(Entry.LOOKS_ALIVE, 1)


def _s9() -> Host:
    host = online(handle=True).expires(Timer.ISALIVE).returns(Entry.IS_ALIVE, 0)
    return host.returns(Entry.TERMINATE).request(ev.OnlineRequest()).returns(Entry.ONLINE, 997)


def _s10() -> Host:
    host = online(handle=True).expires(Timer.ISALIVE).expires(Timer.CALL, Entry.IS_ALIVE)
    return host.feed(ev.Reattached()).feed(ev.StartupReturned()).request(ev.OpenRequest())


def _s11() -> Host:
    host = online().request(ev.OfflineRequest()).returns(Entry.OFFLINE, 997)
    return host.expires(Timer.PENDING).returns(Entry.TERMINATE)


def _s12() -> Host:
    host = pending().wait(100).request(ev.TerminateRequest())
    return host.reports(129, 1).wait(20).returns(Entry.TERMINATE)


def _s13() -> Host:
    return online(handle=True).wait(30).signals().returns(Entry.TERMINATE)


def _s13_verify() -> Host:
    host = online(VERIFY, handle=True).wait(30).signals()
    return host.returns(Entry.IS_ALIVE, 0).returns(Entry.TERMINATE)


def _s14() -> Host:
    host = online().wait(30).request(ev.ClusterStop())
    return host.returns(Entry.OFFLINE, 0).returns(Entry.CLOSE)


def _early_report() -> Host:
    host = opened().request(ev.OnlineRequest()).reports(129, 1).returns(Entry.ONLINE, 997)
    return host.wait(5).reports(129, 2).reports(2)


def _polls() -> Host:
    host = online().expires(Timer.LOOKS).returns(Entry.LOOKS_ALIVE, 1).control()
    for _ in range(10):
        host.expires(Timer.LOOKS).wait(20).returns(Entry.LOOKS_ALIVE, 1)
    host.expires(Timer.ISALIVE).returns(Entry.IS_ALIVE, 1)
    return host.request(ev.TerminateRequest(failed=True)).returns(Entry.TERMINATE)


def _at_once() -> Host:
    host = online(Policies(p7=P7.IMMEDIATE)).expires(Timer.ISALIVE).returns(Entry.IS_ALIVE, 1)
    return host.expires(Timer.LOOKS).returns(Entry.LOOKS_ALIVE, 1)


def _not_here() -> Host:
    host = pending(Policies(p4=P4.OFFLINE)).reports(3).returns(Entry.TERMINATE)
    host = host.request(ev.OnlineRequest()).returns(Entry.ONLINE, 997).reports(127)
    return host.returns(Entry.TERMINATE)


def _failed_offline() -> Host:
    host = online(Policies(p9=P9.OFFLINE)).request(ev.OfflineRequest())
    return host.returns(Entry.OFFLINE, 5).returns(Entry.TERMINATE)


def _close_while_pending() -> Host:
    host = pending().request(ev.CloseRequest()).returns(Entry.TERMINATE)
    return host.returns(Entry.CLOSE)


def _open_fails() -> Host:
    host = Host().request(ev.OpenRequest()).returns(Entry.OPEN, 0)
    return host.request(ev.OpenRequest()).returns(Entry.OPEN, 1)


ACCEPTED: dict[str, Callable[[], Host]] = {
    "S1": _s1,
    "S2": _s2,
    "S3": _s3,
    "S4": _s4,
    "S5": _s5,
    "S6": _s6,
    "S7": _s7,
    "S7-again": _s7_again,
    "S7-kill": _s7_kill,
    "S8": _s8,
    "S9": _s9,
    "S10": _s10,
    "S11": _s11,
    "S12": _s12,
    "S13": _s13,
    "S13-verify": _s13_verify,
    "S14": _s14,
    "early-report": _early_report,
    "polls": _polls,
    "at-once": _at_once,
    "not-here": _not_here,
    "failed-offline": _failed_offline,
    "close-while-pending": _close_while_pending,
    "open-fails": _open_fails,
}
