"""The simulated RHS itself under a sanitizer, in virtual and in real time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.rhs_host.rig import Platform, Rig, Start, closing
from tests.rhs_host.test_order import play_at_random

pytestmark = pytest.mark.slow

OPTIONS = {"ASAN_OPTIONS": "detect_leaks=0"}
"""The host ends without unwinding its threads, so what they hold is not lost but in use."""


@pytest.fixture
def checked_host(native_compiler: tuple[str, ...]) -> Iterator[Start]:
    """Start a native host that AddressSanitizer watches, and libraries that it watches too."""
    platform = Platform("native", native_compiler, environment=OPTIONS, variant="asan")
    yield from closing(platform, 60.0)


def _ends_well(rig: Rig) -> None:
    """Let threads end, and hear from the host once more: a report would have ended it."""
    rig.send("advance", ms=200)
    rig.session.close()


def test_host_under_address_sanitizer(checked_host: Start) -> None:
    """Random requests in virtual time and whole lives in real time touch no memory amiss."""
    for seed in range(12):
        rig = checked_host("odd", seed=seed % 3, policies={"P5": "DLL"} if seed % 2 else {})
        play_at_random(rig, seed)
        _ends_well(rig)
    rig = checked_host("good", time="real")
    for life in range(3):
        name = rig.online(f"r{life}")
        rig.send("await", resource=name, rhs=["Online"], limit_ms=10_000)
        rig.send("offline", resource=name)
        rig.send("await", resource=name, rhs=["Offline"], limit_ms=10_000)
        rig.send("close", resource=name)
        rig.send("await", resource=name, rhs=["Closed"], limit_ms=10_000)
    _ends_well(rig)
