"""The sources of the simulated RHS in the cache are whole, or they are not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from resforge.conformance.workspace import host_sources


def test_an_interrupted_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a run that was killed while it wrote, the next one has the same files as ever."""
    monkeypatch.setenv("RESFORGE_CACHE_DIR", str(tmp_path / "whole"))
    whole = {p.name: p.read_bytes() for p in host_sources().rglob("*.cpp")}
    monkeypatch.setenv("RESFORGE_CACHE_DIR", str(tmp_path / "interrupted"))
    write = Path.write_text

    def killed(path: Path, text: str, *rest: Any, **more: Any) -> int:
        if "engine.cpp" in path.name:
            write(path, text[:100], *rest, **more)
            raise KeyboardInterrupt
        return write(path, text, *rest, **more)

    monkeypatch.setattr(Path, "write_text", killed)
    with pytest.raises(KeyboardInterrupt):
        host_sources()
    monkeypatch.setattr(Path, "write_text", write)
    assert {p.name: p.read_bytes() for p in host_sources().rglob("*.cpp")} == whole
