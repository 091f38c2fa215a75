"""Drive one simulated RHS process: commands in, typed records out, and never a hang."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self

from resforge.rhs.endings import describe_crash, describe_exit
from resforge.rhs.records import (
    Call,
    CallReturn,
    Done,
    Lost,
    MalformedRecord,
    Record,
    StateChange,
    parse_record,
)
from resforge.rhs.source_lines import with_source_lines
from resforge.rhs.wine import keep_wineserver

__all__ = [
    "CommandRefused",
    "HostCrashed",
    "HostError",
    "HostGarbled",
    "HostHung",
    "HostLost",
    "Reply",
    "Session",
]

_TAIL = 400
_SHOWN_STATES = 8
_LOST_EXIT_CODE = 70
_SAFE_WRITE = 32_768


@dataclass(frozen=True, slots=True)
class Reply:
    """What one command caused: its records in order, and the result of the answer."""

    command: Mapping[str, Any]
    records: tuple[Record, ...]
    result: Mapping[str, Any] = field(default_factory=dict)


class HostError(Exception):
    """The host did not answer a command as it should.

    HostError
      CommandRefused   the host answered "not ok"; it goes on
      HostGarbled      the host wrote something that is not a record
      HostLost         the simulated RHS killed itself as the contract demands (T-62, T-63)
      HostCrashed      the process ended without being asked
      HostHung         a call did not come back; the host ended itself, or its process group was
                       killed when the wall-clock limit was reached

    ``call`` is the entry point in flight, ``state`` the last known state of each resource,
    ``records`` the records that led there.
    """

    def __init__(
        self,
        message: str,
        *,
        command: Mapping[str, Any] | None = None,
        call: Call | None = None,
        state: Mapping[str, str] | None = None,
        records: Sequence[Record] = (),
        caused: Sequence[Record] = (),
    ) -> None:
        super().__init__(message)
        self.command = dict(command or {})
        self.call = call
        self.state = dict(state or {})
        self.records = tuple(records)
        self.caused = tuple(caused)

    def __str__(self) -> str:
        """One sentence: what happened, in which call, in which state."""
        parts = [super().__str__()]
        if self.call is not None and f"in {self.call.entry} of" not in parts[0]:
            parts.append(f"in {self.call.entry} of {self.call.resource or 'the type'}")
        living = [f"{k} {v}" for k, v in self.state.items() if v != "Closed"]
        if living:
            parts.append("states: " + ", ".join(living[-_SHOWN_STATES:]))
        return "; ".join(parts)


class CommandRefused(HostError):
    """The host refused a command, for example an unknown resource name."""


class HostGarbled(HostError):
    """The host wrote a line that is not a record."""


class HostCrashed(HostError):
    """The host process ended without being asked to; ``exit_code`` is negative for signals."""

    exit_code: int | None = None
    stderr: str = ""


class HostLost(HostCrashed):
    """RHS terminated itself by its own rules; ``lost`` says why, ``dump`` is the database."""

    lost: Lost | None = None
    dump: Any = None


class HostHung(HostError):
    """A call did not come back: the host said so, or did not answer in time and was killed."""


class Session:
    """A running simulated RHS.

    ``host`` is the executable, ``runner`` what starts it (``("wine",)`` for a PE host off
    Windows), ``time`` is "virtual" or "real", ``seed`` seeds the scheduler, ``policies`` maps
    P1..P9 to their values, ``limit`` is the wall-clock limit of a command in seconds.
    """

    def __init__(
        self,
        host: Path,
        *,
        runner: Sequence[str] = (),
        time: Literal["virtual", "real"] = "virtual",
        seed: int = 0,
        policies: Mapping[str, str] | None = None,
        limit: float = 20.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.host = host
        self.runner = tuple(runner)
        self.time = time
        self.seed = seed
        self.policies = dict(policies or {})
        self.limit = limit
        self.environment = dict(environment or {})
        self.states: dict[str, str] = {}
        self.ended = False
        self.unclean_end: HostError | None = None
        """Why the host did not end as asked: a crash or hang of a DLL that is unloaded."""
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[list[bytes] | None] = queue.SimpleQueue()
        self._pending: deque[bytes] = deque()
        self._tail: deque[Record] = deque(maxlen=_TAIL)
        self._open_calls: dict[int, Call] = {}
        self._errors: IO[bytes] | None = None
        self._next_id = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def arguments(self) -> list[str]:
        """The command line that starts the host."""
        switches = [item for pair in self.policies.items() for item in ("--policy", "=".join(pair))]
        return [
            *self.runner,
            str(self.host),
            "--time",
            self.time,
            "--seed",
            str(self.seed),
            *switches,
        ]

    def start(self) -> None:
        """Start the process; raises OSError when the executable cannot be started."""
        environment = self._process_environment()
        if self.runner and "WINEPREFIX" in environment:
            keep_wineserver(self.runner[0], environment)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed in close)
        try:
            self._process = subprocess.Popen(
                self.arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                bufsize=0,
                env=environment,
                start_new_session=os.name != "nt",
            )
        except OSError:
            self._errors.close()
            raise
        assert self._process.stdout is not None
        reader = threading.Thread(
            target=_read_lines, args=(self._process.stdout, self._lines), daemon=True
        )
        reader.start()

    def _process_environment(self) -> dict[str, str]:
        environment = {**os.environ, **self.environment}
        if self.runner:
            environment.setdefault("WINEDEBUG", "-all")
            environment.setdefault("WINEDLLOVERRIDES", "winedbg.exe=d;mscoree=;mshtml=")
        return environment

    def command(self, name: str, /, *, limit: float | None = None, **arguments: Any) -> Reply:
        """Send a command and wait for its answer.

        ``limit`` overrides the wall-clock limit in seconds. Raises CommandRefused, HostGarbled,
        HostLost, HostCrashed or HostHung.
        """
        self._next_id += 1
        message = {"id": self._next_id, "command": name, **arguments}
        deadline = time.monotonic() + (self.limit if limit is None else limit)
        self._write((json.dumps(message) + "\n").encode(), message, deadline)
        return self._collect(message, deadline)

    def _write(self, data: bytes, message: Mapping[str, Any], deadline: float) -> None:
        process = self._process
        if process is None or self.ended or process.stdin is None:
            raise HostCrashed("the host is not running", command=message)
        stdin = process.stdin
        if len(data) <= _SAFE_WRITE:
            _write_all(stdin, data)
            return
        # A pipe holds 64 KiB; a host that no longer reads must not block us.
        writer = threading.Thread(target=_write_all, args=(stdin, data), daemon=True)
        writer.start()
        writer.join(max(0.0, deadline - time.monotonic()))
        if writer.is_alive():
            self._fail_hung(message, [])

    def _collect(self, message: Mapping[str, Any], deadline: float) -> Reply:
        records: list[Record] = []
        while True:
            line = self._next_line(message, records, deadline)
            record = self._parse(line, message, records)
            if isinstance(record, Done) and record.id == message["id"]:
                return self._reply(message, record, records)
            records.append(record)

    def _reply(self, message: Mapping[str, Any], done: Done, records: list[Record]) -> Reply:
        if done.ok:
            return Reply(message, tuple(records), done.result or {})
        raise CommandRefused(
            f"the host refused {message['command']}: {done.error}",
            **self._context(message, records),
        )

    def _parse(self, line: bytes, message: Mapping[str, Any], records: list[Record]) -> Record:
        try:
            record = parse_record(line)
        except MalformedRecord as error:
            self.kill()
            shown = line[:120].decode("utf-8", "replace")
            raise HostGarbled(
                f"the host wrote {shown!r}: {error}", **self._context(message, records)
            ) from error
        record = with_source_lines(record)
        self._note(record)
        return record

    def _note(self, record: Record) -> None:
        self._tail.append(record)
        if isinstance(record, Call):
            self._open_calls[record.call] = record
        elif isinstance(record, CallReturn):
            self._open_calls.pop(record.call, None)
        elif isinstance(record, StateChange) and record.resource:
            self.states[record.resource] = record.rhs

    def _next_line(
        self, message: Mapping[str, Any], records: list[Record], deadline: float
    ) -> bytes:
        while not self._pending:
            try:
                lines = self._lines.get(timeout=max(0.001, deadline - time.monotonic()))
            except queue.Empty:
                self._fail_hung(message, records)
            if lines is None:
                self._fail_ended(message, records)
            self._pending.extend(lines or ())
        return self._pending.popleft()

    def _fail_hung(self, message: Mapping[str, Any], records: list[Record]) -> None:
        self.kill()
        raise HostHung(
            f"the host did not answer {message['command']} in time and was killed",
            **self._context(message, records),
        )

    def _fail_ended(self, message: Mapping[str, Any], records: list[Record]) -> None:
        code = self._wait_for_end()
        stderr = self._read_errors()
        lost = next((r for r in records if isinstance(r, Lost)), None)
        context = self._context(message, records)
        if lost is not None and code == _LOST_EXIT_CODE:
            gone = HostLost(f"RHS terminated itself: {lost.reason}", **context)
            gone.lost = lost
            gone.dump = next((r.raw.get("dump") for r in records if r.event == "final"), None)
            gone.exit_code = code
            raise gone
        last = next((r.raw for r in records if r.event == "crash"), None)
        kind = HostHung if last is not None and last.get("signal") == "hang" else HostCrashed
        crash = kind(describe_crash(last) if last else describe_exit(code, stderr), **context)
        if isinstance(crash, HostCrashed):
            crash.exit_code = code
            crash.stderr = stderr
        raise crash

    def _context(self, message: Mapping[str, Any], records: Sequence[Record]) -> dict[str, Any]:
        calls = list(self._open_calls.values())
        return {
            "command": message,
            "call": calls[-1] if calls else None,
            "state": self.states,
            "records": tuple(self._tail),
            "caused": tuple(records),
        }

    def _wait_for_end(self) -> int | None:
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(2.0)
        self.kill()
        return self._process.returncode

    def _read_errors(self) -> str:
        if self._errors is None or self._errors.closed:
            return ""
        self._errors.seek(0)
        return self._errors.read()[-4000:].decode("utf-8", "replace").strip()

    def close(self) -> tuple[Record, ...]:
        """End the host politely and return its last records (leaks); kill it if it will not go.

        `unclean_end` says afterwards why it did not go.
        """
        records: list[Record] = []
        if self._process is not None and not self.ended:
            try:
                records.extend(self.command("quit", limit=min(self.limit, 10.0)).records)
            except HostError as error:
                records.extend(error.caused)
                self.unclean_end = error
            self._wait_for_end()
        self.kill()
        if self._errors is not None:
            self._errors.close()
        return tuple(records)

    def kill(self) -> None:
        """Kill the whole process group and reap it; safe to call again."""
        process, self.ended = self._process, True
        if process is None:
            return
        _kill_group(process)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5.0)
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if os.name == "nt":
        if process.poll() is None:
            process.kill()
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _read_lines(stream: IO[bytes], lines: queue.SimpleQueue[list[bytes] | None]) -> None:
    rest = b""
    with suppress(OSError, ValueError), stream:
        while chunk := os.read(stream.fileno(), 1 << 16):
            *whole, rest = (rest + chunk).split(b"\n")
            lines.put([line for line in whole if line.strip()])
    if rest.strip():
        lines.put([rest])
    lines.put(None)


def _write_all(stdin: IO[bytes], data: bytes) -> None:
    rest = memoryview(data)
    with suppress(OSError, ValueError):
        while rest:
            rest = rest[stdin.write(rest) :]
