"""Property lists through the emulated ResUtil functions, compared with a naive codec."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.cluster import naive_codec as naive
from tests.cluster.programs import Programs

pytestmark = pytest.mark.slow
TABLE_FORMATS = [1, 2, 3, 4, 5, 6, 7, 10, 12]
NAMES = ["Port", "port", "Host Name", "Path", "\u00c4ra", "\u00e4ra", "\u03a9", "x" * 40, "\u4e2d"]
SETTINGS = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Driver:
    """The C++ program that answers questions about lists."""

    def __init__(self, program: str) -> None:
        """Start it."""
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, **request: Any) -> dict[str, Any]:
        """One question, one answer."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line.startswith("{"), line + self.process.stdout.read()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def set(self, table: list[naive.Row], data: bytes, unknown: bool) -> dict[str, Any]:
        """Verify, store, read back."""
        rows = [vars(row) for row in table]
        return self.ask(op="set", table=rows, list=data.hex(), allow_unknown=unknown)


@pytest.fixture(scope="module")
def driver(sanitized: Programs) -> Iterator[Driver]:
    """The program under sanitizers; it must end without a finding or a leak."""
    running = Driver(str(sanitized.build("codec_driver")))
    yield running
    assert running.process.stdin
    running.process.stdin.close()
    assert running.process.wait(60) == 0


@st.composite
def rows(draw: st.DrawFn) -> list[naive.Row]:
    """A property table without equal names."""
    names = draw(st.lists(st.sampled_from(NAMES), unique_by=str.upper, max_size=5))
    table = []
    for name in names:
        form = draw(st.sampled_from(TABLE_FORMATS))
        low, high = sorted(draw(st.tuples(st.integers(-9, 9), st.integers(-9, 9))))
        signed = form in (naive.LONG, naive.LARGE)
        limits = (low, high) if signed else (abs(low), abs(low) + abs(high))
        limits = limits if form in naive.SIZES else (0, 0)
        table.append(naive.Row(name, form, *limits, draw(st.sampled_from([0, 0, 0, 1]))))
    return table


@st.composite
def contents(draw: st.DrawFn, form: int) -> bytes:
    """Mostly fitting bytes for a format."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=12))
    if form in naive.SIZES:
        size = naive.SIZES[form]
        return (draw(st.integers(-12, 12)) % (1 << 8 * size)).to_bytes(size, "little")
    if form == naive.MULTI_SZ:
        strings = draw(st.lists(st.sampled_from(["a", "bc", "\ud83d\ude00"]), max_size=3))
        return b"".join(map(naive.text, strings)) + draw(st.sampled_from([b"", b"\0\0"]))
    if form in naive.TEXTS:
        return naive.text(draw(st.sampled_from(["", "a", "two words", "nul\0inside", "\u00e4"])))
    return draw(st.binary(max_size=9))


@st.composite
def lists(draw: st.DrawFn, table: list[naive.Row]) -> bytes:
    """A property list, often for the table, sometimes damaged."""
    properties = []
    for _ in range(draw(st.integers(0, 4))):
        name = draw(st.sampled_from(NAMES))
        row = naive.find_row(table, name)
        any_format = draw(st.integers(1, 12))
        form = row.format if row and draw(st.integers(0, 9)) else any_format
        values = [(form, draw(contents(form)))]
        if draw(st.integers(0, 9)) == 0:
            values.append((any_format, draw(contents(any_format))))
        properties.append((name, values))
    data = bytearray(naive.encode(properties))
    if draw(st.integers(0, 3)) == 0:
        data = data[: draw(st.integers(0, len(data)))]
    if data and draw(st.integers(0, 3)) == 0:
        data[draw(st.integers(0, len(data) - 1))] = draw(st.sampled_from([0, 1, 3, 4, 255]))
    return bytes(data)


@SETTINGS
@given(data=st.data(), unknown=st.booleans())
def test_set_and_get(driver: Driver, data: st.DataObject, unknown: bool) -> None:
    """Status, stored values and the list read back are those of the naive codec."""
    table = data.draw(rows())
    encoded = data.draw(lists(table))
    status, values = naive.set_table(table, encoded, unknown)
    answer = driver.set(table, encoded, unknown)
    event(f"status {status}")
    assert answer["status"] == status
    kept = {name: (kind, content.hex()) for name, kind, content in values.values()}
    assert {name: (kind, content) for name, kind, content in answer["stored"]} == kept
    assert answer["list"] == naive.all_properties(table, values).hex()


@SETTINGS
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_find_and_verify(driver: Driver, data: st.DataObject, name: str) -> None:
    """Find functions and the check without a table answer as the naive codec does."""
    encoded = data.draw(lists([]))
    answer = driver.ask(op="find", list=encoded.hex(), name=name)
    status, number = naive.find(encoded, name, naive.DWORD)
    assert answer["dword_status"] == status
    assert answer["dword"] == int.from_bytes(number, "little")
    status, content = naive.find(encoded, name, naive.BINARY)
    assert (answer["binary_status"], answer["binary"]) == (status, content.hex())
    assert answer["private"] == naive.verify_private(encoded)
