"""The process supervisor example keeps a real server running, natively and as a PE DLL."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT, need

from resforge.conformance.constants import VALIDATE
from resforge.conformance.lists import LIST_VALUE, several
from resforge.model.property_list import encode_property
from resforge.model.wire import PropertyFormat, encode_value
from resforge.rhs.build import Build, build_project
from resforge.rhs.records import CallReturn, LogEntry
from resforge.rhs.session import Reply, Session

TYPE = "Process Supervisor"
STATISTICS = 0x01200005
ONLINE_LIMIT = 30_000

pytestmark = pytest.mark.slow
TARGETS = ["native", pytest.param("windows", marks=pytest.mark.windows)]


@dataclass(frozen=True)
class Supervisor:
    """The example built for one target, and the server that it supervises."""

    build: Build
    server: Path


def free_port() -> int:
    """A port of loopback that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serves(port: int) -> bool:
    """Whether something accepts connections on the port."""
    with socket.socket() as client:
        client.settimeout(2)
        return client.connect_ex(("127.0.0.1", port)) == 0


def eventually(condition: Any, seconds: float = 20) -> bool:
    """Whether the condition comes true within the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def compile_server(target: str, folder: Path) -> Path:
    """Compile the real server for the target."""
    windows = target == "windows"
    compiler = need("mingw").path if windows else need("gcc", "clang").path
    server = folder / ("tcp_server.exe" if windows else "tcp_server")
    libraries = ["-static", "-lws2_32"] if windows else []
    source = Path(__file__).with_name("tcp_server.cpp")
    options = ["-std=c++20", "-Wall", "-Wextra", "-Werror", "-o", str(server)]
    subprocess.run([str(compiler), *options, str(source), *libraries], check=True)
    return server


@pytest.fixture(scope="module", params=TARGETS)
def supervisor(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Supervisor:
    """The example of the repository, built in a copy."""
    folder = tmp_path_factory.mktemp("supervisor")
    if request.param == "windows":
        need("mingw")
        need("wine")
    shutil.copytree(
        ROOT / "generated_examples/process_supervisor",
        folder / "project",
        ignore=shutil.ignore_patterns("build"),
    )
    build = build_project(folder / "project", target=request.param)
    return Supervisor(build, compile_server(request.param, folder))


class Cluster:
    """One simulated RHS in real time with one resource, `app`."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def do(self, command: str, **arguments: Any) -> Reply:
        """Send a command for the resource."""
        return self.session.command(command, resource="app", limit=60, **arguments)

    def reach(self, *states: str) -> None:
        """Wait for one of the states; fail when it does not come."""
        self.do("await", rhs=list(states), limit_ms=ONLINE_LIMIT)
        assert self.session.states["app"] in states

    def statistics(self) -> bytes:
        """The output of the control code GetProcessStatistics."""
        reply = self.do("control", code=STATISTICS, input=None, output_size=4096)
        answer = next(record for record in reply.records if isinstance(record, CallReturn))
        assert answer.result == 0
        return bytes.fromhex(str(answer.raw["output"]))


def open_cluster(supervisor: Supervisor, command_line: str, port: int) -> Cluster:
    """Start the simulated RHS and open the resource with short poll intervals."""
    build = supervisor.build
    session = Session(
        build.host, runner=build.runner, time="real", environment=build.environment, limit=60
    )
    session.start()
    cluster = Cluster(session)
    session.command("create_type", type=TYPE)
    session.command("load", dll=str(build.dll), type=TYPE)
    private = [
        {"name": "CommandLine", "format": "SZ", "value": command_line},
        {"name": "HealthPort", "format": "DWORD", "value": port},
        {"name": "StopTimeout", "format": "DWORD", "value": 2000},
        {"name": "StartTimeout", "format": "DWORD", "value": 20000},
    ]
    common = {"LooksAlivePollInterval": 200, "IsAlivePollInterval": 300}
    cluster.do("create_resource", type=TYPE, common=common, private=private)
    cluster.do("open")
    return cluster


@pytest.fixture
def port() -> int:
    """The port that the server is told to serve."""
    return free_port()


@pytest.fixture
def cluster(supervisor: Supervisor, port: int) -> Iterator[Cluster]:
    """A cluster whose resource runs the server; nothing may be left over at the end."""
    cluster = open_cluster(supervisor, f'"{_windows_path(supervisor)}" {port}', port)
    yield cluster
    leaks = [record.raw for record in cluster.session.close() if record.event == "leak"]
    assert leaks == []
    assert eventually(lambda: not serves(port))


def _windows_path(supervisor: Supervisor) -> str:
    server = str(supervisor.server)
    return "Z:" + server.replace("/", "\\") if supervisor.build.runner else server


def test_online_means_serving_and_offline_means_gone(cluster: Cluster, port: int) -> None:
    """Online ends when the server accepts connections; Offline leaves nothing behind."""
    cluster.do("online")
    cluster.reach("Online")
    assert serves(port)
    cluster.do("offline")
    cluster.reach("Offline")
    assert not serves(port)
    cluster.do("close")


def test_a_killed_server_is_noticed_and_brought_back(cluster: Cluster, port: int) -> None:
    """The server's end makes IsAlive fail, and the restart policy starts it again."""
    cluster.do("restart", enabled=True)
    cluster.do("online")
    cluster.reach("Online")
    before = cluster.statistics()
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"die")
    failed = cluster.do("await", rhs=["Terminating", "Offline"], limit_ms=ONLINE_LIMIT)
    polls = [r for r in failed.records if isinstance(r, CallReturn) and r.entry == "IsAlive"]
    assert polls[-1].result == 0
    cluster.reach("Online")
    assert serves(port)
    after = cluster.statistics()
    assert before[0:4] != after[0:4], "a new process"
    assert int.from_bytes(after[4:8], "little") == 2, "the second start"
    cluster.do("offline")
    cluster.reach("Offline")
    cluster.do("close")


def test_terminate_kills_the_whole_tree(supervisor: Supervisor, port: int) -> None:
    """A child that the server has started does not outlive Terminate."""
    child = free_port()
    cluster = open_cluster(supervisor, f'"{_windows_path(supervisor)}" {port} {child}', port)
    cluster.do("online")
    cluster.reach("Online")
    assert eventually(lambda: serves(child))
    cluster.do("terminate")
    cluster.reach("Offline")
    assert eventually(lambda: not serves(port) and not serves(child))
    cluster.do("close")
    cluster.session.close()


def test_a_program_that_cannot_start_fails_online(supervisor: Supervisor, port: int) -> None:
    """A missing program ends Online with a failure instead of a wait, and is named."""
    missing = "Z:\\no\\such\\program.exe" if supervisor.build.runner else "/no/such/program"
    cluster = open_cluster(supervisor, missing, port)
    replies = [cluster.do("online"), cluster.do("await", rhs=["Offline"], limit_ms=ONLINE_LIMIT)]
    logged = [r.text for reply in replies for r in reply.records if isinstance(r, LogEntry)]
    assert [text for text in logged if "cannot start" in text and missing in text]
    assert cluster.session.states["app"] == "Offline"
    cluster.do("close")
    cluster.session.close()


@pytest.mark.parametrize(("host", "answer"), [("localhost", 87), ("::1", 87), ("10.0.0.1", 0)])
def test_health_host_is_an_address(cluster: Cluster, host: str, answer: int) -> None:
    """A name would never be reached: it is refused when it is set, not when Online fails."""
    number = PropertyFormat.SZ
    change = several(encode_property("HealthHost", LIST_VALUE + number, encode_value(number, host)))
    reply = cluster.do("control", code=VALIDATE, input=change.hex())
    assert [r.result for r in reply.records if isinstance(r, CallReturn)] == [answer]


@pytest.mark.parametrize("supervisor", ["native"], indirect=True)
def test_python_http_server_is_supervised(supervisor: Supervisor, port: int) -> None:
    """The command line of the README's example serves pages, and SIGTERM stops it."""
    command_line = f"python3 -m http.server {port} --bind 127.0.0.1"
    cluster = open_cluster(supervisor, command_line, port)
    cluster.do("online")
    cluster.reach("Online")
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert client.recv(64).startswith(b"HTTP/1.0 200")
    cluster.do("offline")
    cluster.reach("Offline")
    assert not serves(port)
    cluster.do("close")
    cluster.session.close()
