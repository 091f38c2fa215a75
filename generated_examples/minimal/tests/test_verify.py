"""Builds the resource DLL and checks it against the model of minimal."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def test_dll_does_what_the_model_says() -> None:
    """The DLL passes `resforge verify`."""
    command = [sys.executable, "-m", "resforge", "verify", str(PROJECT)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
