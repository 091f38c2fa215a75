"""A resource DLL in the classic style, written against ResUtil and ClusWorker, in the host."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from tests.cluster import naive_codec as naive
from tests.cluster.programs import HERE, Programs

from resforge.rhs.host import build_host
from resforge.rhs.plan import Target, plan_build
from resforge.rhs.progress import silent
from resforge.rhs.records import Record
from resforge.rhs.session import Reply, Session
from resforge.rhs.toolchain import Compiler

pytestmark = pytest.mark.slow
SET, VALIDATE, GET, NAMES, FORMATS = 0x01400086, 0x01000089, 0x01000081, 0x01000079, 0x0100008D


def no_zig() -> Compiler:
    """These tests use the compilers that their fixtures have checked."""
    raise AssertionError("no compiler was found")


def host(project: Path, target: Target) -> Path:
    """The host for that target, built at most once for each content."""
    return build_host(
        project, plan_build(target, "plain", None, on_windows=False, install_zig=no_zig), silent
    )


class Life:
    """Drives one instance of the stranger from load to unload."""

    def __init__(self, session: Session) -> None:
        """Talk through `session`."""
        self.session = session
        self.records: list[dict[str, Any]] = []

    def do(self, command: str, **arguments: Any) -> Reply:
        """One command for the resource, with its records kept."""
        reply = self.session.command(command, resource="S1", **arguments)
        self.records += [dict(record.raw) for record in reply.records]
        return reply

    def control(self, code: int, data: bytes | None = None, size: int = 0) -> dict[str, object]:
        """The host's answer to a control code: status and bytes."""
        hexadecimal = None if data is None else data.hex()
        reply = self.do("control", code=code, input=hexadecimal, output_size=size)
        returned = [r.raw for r in reply.records if r.event == "return"]
        return {
            "status": reply.result["status"],
            **{k: returned[-1].get(k) for k in ("bytes_returned", "output")},
        }

    def state(self) -> object:
        """What the host thinks of the resource."""
        return self.do("state").result["rhs"]

    def events(self, name: str) -> list[dict[str, object]]:
        """The records of one kind."""
        return [record for record in self.records if record["event"] == name]


def play(session: Session, dll: str) -> Life:
    """The whole life: a missing property, online, properties, terminate while pending, close."""
    life = Life(session)
    session.command("load", dll=dll, type="Stranger")
    session.command("create_type", type="Stranger")
    life.do("create_resource", type="Stranger", group="G", private=[])
    life.do("open")
    life.do("online")
    life.do("advance", ms=1000)
    assert life.state() == "Offline"
    assert [record["text"] for record in life.events("log")] == ["Property Path is missing.\n"]
    path = naive.encode([("Path", [(naive.SZ, naive.text("p"))])])
    assert life.control(SET, path)["status"] == 0
    life.do("online")
    life.do("advance", ms=1000)
    assert life.state() == "Online"
    check_properties(life)
    life.do("offline")
    life.do("online")
    life.do("terminate")
    life.do("advance", ms=1000)
    life.do("close")
    return life


def check_properties(life: Life) -> None:
    """Properties of the online instance, through the DLL's own ResUtil calls."""
    wrong = naive.encode([("Limit", [(naive.DWORD, struct.pack("<I", 101))])])
    assert life.control(VALIDATE, wrong)["status"] == naive.INVALID_PARAMETER
    right = [
        ("Limit", [(naive.DWORD, struct.pack("<I", 7))]),
        ("Other", [(naive.SZ, naive.text("x"))]),
    ]
    assert life.control(SET, naive.encode(right))["status"] == 5024
    everything = naive.encode(
        [
            ("Path", [(naive.SZ, naive.text("p"))]),
            right[0],
            ("Hosts", [(naive.MULTI_SZ, b"\0\0")]),
            right[1],
        ]
    )
    short = life.control(GET, size=4)
    assert (short["status"], short["bytes_returned"]) == (234, len(everything))
    assert life.control(GET, size=400)["output"] == everything.hex()
    names = b"".join(map(naive.text, ("Path", "Limit", "Hosts"))) + b"\0\0"
    assert life.control(NAMES, size=400)["output"] == names.hex()
    formats = [
        (name, [(naive.WORD, struct.pack("<H", form))])
        for name, form in (("Path", 3), ("Limit", 2), ("Hosts", 5))
    ]
    assert life.control(FORMATS, size=400)["output"] == naive.encode(formats).hex()


def judge(life: Life, rest: tuple[Record, ...]) -> None:
    """No rule is broken and nothing is left behind."""
    assert life.events("violation") + life.events("leak") == []
    assert [r for r in rest if r.event in ("violation", "leak")] == []
    states = [record["state"] for record in life.events("status")]
    assert states[:5] == [4, 129, 129, 129, 2]


def test_native(vendored: Path, gcc: Path, tmp_path: Path) -> None:
    """The DLL lives its whole life in the native host, without a violation or a leak."""
    programs = Programs(tmp_path / "o", (str(gcc),), ("-fPIC", "-shared"))
    library = programs.library(HERE / "stranger.cpp", "stranger.so")
    with Session(host(vendored, "native"), limit=60) as session:
        life = play(session, str(library))
        rest = session.close()
    judge(life, rest)


@pytest.mark.windows
def test_portable_executable(
    vendored: Path, mingw: Path, wine: tuple[str, ...], wine_env: dict[str, str], tmp_path: Path
) -> None:
    """The same source as a PE DLL, bound to clusapi and resutils, lives the same life."""
    programs = Programs(tmp_path / "o", (str(mingw),), ("-static", "-shared"))
    library = programs.library(HERE / "stranger.cpp", "stranger.dll", "-lclusapi", "-lresutils")
    executable = host(vendored, "windows")
    with Session(executable, runner=wine, environment=wine_env, limit=120) as session:
        life = play(session, str(library))
        rest = session.close()
    judge(life, rest)
