"""Startup: names, versions, and the table that it hands out. These clauses come first."""

from __future__ import annotations

from typing import Any

from resforge.conformance.actor import step
from resforge.conformance.history import History
from resforge.conformance.lists import spellings
from resforge.conformance.player import Player
from resforge.conformance.scenario import Suite
from resforge.rhs.records import CallReturn

suite = Suite("startup")

INVALID_PARAMETER = 87
REVISION_MISMATCH = 1306
UNKNOWN_TYPE = 5080
V1 = 0x100
TABLE_SIZE = 88
"""CLRES_V1_FUNCTION_SIZE on 64-bit systems: the functions without the header."""

RANGES = (
    (0x100, 0x100, 0),
    (0x100, 0x400, 0),
    (0, 0x100, 0),
    (0, 0xFFFFFFFF, 0),
    (0xFF, 0x101, 0),
    (0x101, 0x400, REVISION_MISMATCH),
    (0x200, 0x400, REVISION_MISMATCH),
    (0, 0xFF, REVISION_MISMATCH),
    (0x400, 0x100, REVISION_MISMATCH),
    (0xFFFFFFFF, 0xFFFFFFFF, REVISION_MISMATCH),
    (0, 0, REVISION_MISMATCH),
)
"""Ranges that RHS may offer, and what a DLL of version 1 answers."""


def _startup(play: Player, type_name: str, low: int = V1, high: int = V1, **more: Any) -> None:
    play.send(
        "call",
        entry="Startup",
        type=type_name,
        minimum_version=low,
        maximum_version=high,
        **more,
    )


def _must_return(play: Player, rule: str, what: str, expected: int) -> None:
    def test(history: History) -> str | None:
        seen = [
            r.result
            for r in history.last.records
            if isinstance(r, CallReturn) and r.entry == "Startup"
        ]
        return None if seen == [expected] else f"{what}: expected {expected}, saw {seen}"

    play.check(rule, test)
    play.check(rule, _table_untouched(what) if expected else _table_valid(what))


def _table_valid(what: str) -> Any:
    def test(history: History) -> str | None:
        found = [r.raw for r in history.last.records if r.event == "return"]
        shape = [(r.get("table_valid"), r.get("version"), r.get("table_size")) for r in found]
        if [r.get("quorum_capable") for r in found] == [True]:
            return f"{what}: Arbitrate and Release are for types that hold the quorum resource"
        if shape == [(True, V1, TABLE_SIZE)]:
            return None
        return f"{what}: expected a valid table of version 1 with {TABLE_SIZE} bytes, saw {shape}"

    return test


def _table_untouched(what: str) -> Any:
    def test(history: History) -> str | None:
        touched = [
            r
            for r in history.last.records
            if isinstance(r, CallReturn) and r.raw.get("table_returned") is True
        ]
        return f"{what}: the function table was written by a failing Startup" if touched else None

    return test


@suite.scenario(
    "name-case",
    "the type is found whatever the case of its name",
    covers=("T-03", "2.2"),
    page="implementing-startup",
)
def name_case(play: Player) -> None:
    """The name as declared, in upper, lower and swapped case."""
    name = play.model.name
    for spelled in (name, *spellings(name)):
        _startup(play, spelled)
        _must_return(play, "2.2", f'Startup of "{spelled}"', 0)


@suite.scenario(
    "version-range",
    "Startup accepts exactly the ranges that hold version 1",
    covers=("T-03", "T-04", "2.2"),
    page="nc-resapi-pstartup_routine",
)
def version_range(play: Player) -> None:
    """Every kind of range, also empty ones."""
    for low, high, expected in RANGES:
        _startup(play, play.model.name, low, high)
        _must_return(play, "2.2", f"Startup for 0x{low:X}..0x{high:X}", expected)


@suite.scenario(
    "unknown-type",
    "an unknown type is refused with 5080 after the version was checked",
    covers=("T-04", "2.2"),
    page="implementing-startup",
)
def unknown_type(play: Player) -> None:
    """Names that are near the right one."""
    name = play.model.name
    for wrong in (name + "x", name[:-1], "", " " + name, "Generic Application"):
        _startup(play, wrong)
        _must_return(play, "2.2", f'Startup of "{wrong}"', UNKNOWN_TYPE)
        _startup(play, wrong, 0x200, 0x400)
        _must_return(play, "2.2", f'Startup of "{wrong}" for other versions', REVISION_MISMATCH)


@suite.scenario(
    "again",
    "Startup may be called again and gives the same table",
    covers=("T-03",),
    page="implementing-startup",
)
def again(play: Player) -> None:
    """Startup twice beside an open instance."""
    actor = play.resource().ready()
    for _ in range(2):
        _startup(play, play.model.name)
        _must_return(play, "2.1", "Startup again", 0)
    actor.direct("IsAlive")
    actor.must_return("T-33", "IsAlive", 1)


@suite.scenario(
    "refused-callbacks",
    "a Startup that is refused leaves nothing behind, least of all its callbacks",
    covers=("T-04", "2.2"),
    page="nc-resapi-pstartup_routine",
)
def refused_callbacks(play: Player) -> None:
    """Refused calls with callbacks of their own; the next instance logs and reports."""
    name = play.model.name
    _startup(play, name, 0x200, 0x400, refused=True)
    _startup(play, name + "x", refused=True)
    for missing in ("set_resource_status", "log_event", "function_table"):
        _startup(play, name, refused=True, missing=missing)
        _must_return(play, "2.2", f"Startup without {missing}", INVALID_PARAMETER)
    _startup(play, name, refused=True, missing="resource_type")
    _must_return(play, "2.2", "Startup without resource_type", UNKNOWN_TYPE)
    actor = play.resource()
    actor.script("open", step("log", text="opened"))
    actor.ready()


@suite.scenario(
    "refused-load",
    "a load for versions that the DLL does not have is refused, and a later one works",
    covers=("T-04",),
    page="nc-resapi-pstartup_routine",
    fresh=True,
)
def refused_load(play: Player) -> None:
    """A second type name cannot be loaded from the DLL."""
    play.send("create_type", type="Another Type")
    dll = play.dll
    play.send("load", dll=dll, type="Another Type", optional=True)
    actor = play.resource().ready()
    actor.must_be("T-25", "Online")
