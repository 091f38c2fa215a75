"""LogEvent: text of hooks is data, whatever it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resforge.conformance.actor import Actor, step
from resforge.conformance.history import History
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.rhs.records import LogEntry

suite = Suite("logging")

WARNING = 1

TEXTS = (
    "plain",
    "%1 %2 %99 %s %d %n %0 %!u! %1!s! %%",
    "100%",
    "%",
    "line one\nline two\r\n\ttabbed\x7f!",
    "controls \x01 and \x1f",
    "quotes \" ' and back\\slash",
    "äöü \u05d0\u200f \U0001f600",
    "x" * 499,
    "x" * 500,
    "x" * 501,
    "y%1" * 700,
    "\U0001f600" * 400,
    "x" + "\U0001f600" * 400,
    "x" * 499 + "\U00010000" * 250 + "x" + "\U0010ffff" * 250,
)


BROKEN = (
    b"\xc0\xaf\xc1\xbf",
    b"\xe0\x80\xaf\xe0\x9f\xbf",
    b"\xf0\x80\x80\xaf\xf0\x8f\xbf\xbf",
    b"\xed\xa0\x80\xed\xbf\xbf",
    b"\xf4\x90\x80\x80\xf5\x80\x80\x80\xff",
    b"\x80\xbf",
    b"a\xc3(\xe2\x82(\xf0\x9f\x98",
    b"cut off \xc3",
    b"cut off \xe2\x82",
    "ä€\U0001f600\x7e".encode(),
)
"""Bytes that are no UTF-8: too long, surrogates, too large, cut off; and some that are."""


@suite.scenario(
    "any-text",
    "a log text arrives as it is, in entries of at most 500 characters",
    covers=("4.3",),
    page="nc-resapi-plog_event_routine",
)
def any_text(play: Player) -> None:
    """Percent signs, line breaks, long and astral texts."""
    actor = play.resource()
    for text in TEXTS:
        _log(actor, step("log", text=text), text)


@suite.scenario(
    "broken-text",
    "each byte of a log text that is no UTF-8 arrives as U+FFFD",
    covers=("4.3",),
    page="nc-resapi-plog_event_routine",
)
def broken_text(play: Player) -> None:
    """Bytes of another encoding, or of somebody who hides a slash behind a long form."""
    actor = play.resource()
    for data in BROKEN:
        escaped = data.decode("utf-8", "surrogateescape")
        text = "".join("\ufffd" if "\udc80" <= c <= "\udcff" else c for c in escaped)
        _log(actor, step("log_bytes", hex=data.hex()), text)


@suite.scenario(
    "no-text",
    "a message without text makes no entry",
    covers=("4.3",),
    page="nc-resapi-plog_event_routine",
)
def no_text(play: Player) -> None:
    """As text and as bytes."""
    actor = play.resource()
    for logging in (step("log", text=""), step("log_bytes", hex="")):
        actor.script("open", logging)
        actor.open()
        play.check("4.3", lambda h: "an empty entry" if _is_empty(actor, h) else None)
        actor.close()


@suite.scenario(
    "parts",
    "a message of several parts holds each of them, whatever it is",
    covers=("4.3",),
    page="nc-resapi-plog_event_routine",
)
def parts(play: Player) -> None:
    """Texts with a NUL inside, no texts, truth values, numbers to their limits, as a warning."""
    actor = play.resource()
    low, high = -(1 << 63), (1 << 63) - 1
    text = f"a b|a b|a|||true|false|{low}|{high}|{(1 << 64) - 1}|-1|65535"
    actor.script("open", step("log_parts", text="a\0b"))
    actor.open()
    actor.must_log("4.3", WARNING, text)


def _is_empty(actor: Actor, history: History) -> bool:
    return any(not entry.text for entry in actor.picked(history.records, LogEntry))


def _log(actor: Actor, logging: Mapping[str, Any], text: str) -> None:
    actor.script("open", logging)
    actor.open()
    _must_arrive(actor, text)
    actor.close()


def _must_arrive(actor: Actor, text: str) -> None:
    wanted = "".join(" " if ord(c) < 0x20 or ord(c) == 0x7F else c for c in text)

    def test(history: History) -> str | None:
        opened = [r for r in history.replies if r.command.get("command") == "open"]
        entries = actor.picked(opened[-1].records, LogEntry) if opened else []
        seen = "".join(entry.text for entry in entries if entry.level == 0)
        if wanted in seen:
            return None
        return f"expected the log text {wanted[:80]!r}, saw {seen[:80]!r}"

    actor.player.check("4.3", test)


@suite.scenario(
    "from-workers",
    "hooks may log while an operation is pending, and to the end of Close",
    covers=("4.3",),
    page="nc-resapi-plog_event_routine",
)
def from_workers(play: Player) -> None:
    """The hooks online, offline, terminate and close log."""
    hooks = ("online", "offline", "terminate", "close")
    actor = play.resource()
    actor.open()
    for hook in hooks:
        actor.script(hook, step("log", text=f"%1 {hook} %"), step("return", value=0))
    actor.go_online()
    actor.offline()
    actor.must_be("T-51", "Offline")
    actor.go_online()
    actor.terminate()
    actor.close()

    def test(history: History) -> str | None:
        texts = " ".join(entry.text for entry in actor.picked(history.records, LogEntry))
        missing = [h for h in hooks if f"%1 {h} %" not in texts]
        return f"the log text of {missing[0]} did not arrive" if missing else None

    play.check("4.3", test)


@suite.scenario(
    "failed-open",
    "a thread of a hook uses no handle of an Open that has failed",
    covers=("T-07", "4.3"),
    page="nc-resapi-popen_routine",
    tolerates=("leak", "unloaded-thread"),
)
def failed_open(play: Player) -> None:
    """The hook open makes a thread that logs when the Open has failed."""
    actor = play.resource()
    actor.script("open", step("log_later", ms=10, text="late"), step("return", value=5))
    actor.send("open")
    actor.must_return("T-07", "Open", None)
    play.advance(20)
    actor.ready()
