"""The C++ tests of the runtime under the sanitizers.

Each test is a process of its own: it opens a scripted resource through the function table, as RHS
does, over real threads (`cpp/host.h`), and ends with nothing left open.
"""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.runtime.programs import build_tests, cpp_test_names

VARIANTS = {
    "address": ("-O0", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"),
    "thread": ("-fsanitize=thread",),
}
LONGEST = 300


def _failure(program: Path, name: str) -> str:
    try:
        result = subprocess.run(
            [program, name], capture_output=True, text=True, check=False, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return f"{name}: did not end within {LONGEST} s\n"
    return f"{name}: {result.stderr[-3000:]}\n" if result.returncode else ""


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_cpp(variant: str, tmp_path: Path, gcc: Path) -> None:
    """Every C++ test passes, and the sanitizers have nothing to say."""
    program = build_tests(gcc, tmp_path, VARIANTS[variant])
    listed = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    assert sorted(listed) == sorted(cpp_test_names())
    with ThreadPoolExecutor(max_workers=2) as pool:
        failures = "".join(pool.map(lambda name: _failure(program, name), listed))
    assert not failures, failures
