"""Schemas are told from the other files of a repository by their key at the top level."""

from __future__ import annotations

from pathlib import Path

import pytest

from resforge.schema.recognising import is_schema


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "# why\nname: A\nresforge: 1\n"),
        ("a.yml", "'resforge': 1\nname: A\n"),
        ("a.yaml", "---\n{name: A, resforge: 1}\n"),
        ("a.yaml", "  name: A\n  resforge: 1\n"),
        ("a.yaml", "\ufeffresforge: 1\nname: A\n"),
        ("a.yaml", f"description: {'x' * 100_000}\nresforge: 1\n"),
        ("a.yaml", "resforge: 1\nname: [never closed\n"),
        ("a.yaml", "properties: " + "[" * 5000 + "\nresforge: 1\n"),
        ("a.toml", 'name = "A"\nresforge = 1\n'),
        ("a.toml", 'name = "never closed\nresforge = 1\n'),
        ("a.json", '{"name": "A", "properties": [{"name": "B"}], "resforge": 1}'),
        ("a.JSON", '{"name": "A",\n "resforge": 1,\n}'),
    ],
)
def test_schemas(name: str, text: str, tmp_path: Path) -> None:
    """Wherever the key stands, and whatever else is wrong, the file is one."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert is_schema(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "repos:\n  - id: resforge-lint\n"),
        ("a.yaml", "jobs:\n  resforge:\n    steps: []\n"),
        ("a.yaml", "- resforge: 1\n"),
        ("a.yaml", "? {resforge: 1}\n: resforge\n"),
        ("a.yaml", "resforge\n"),
        ("a.toml", "[tool]\nresforge = 1\n"),
        ("a.json", '{"properties": {"resforge": {}}}'),
        ("a.json", '["resforge"]'),
        ("a.txt", "resforge: 1\n"),
        ("missing.yaml", None),
    ],
)
def test_other_files(name: str, text: str | None, tmp_path: Path) -> None:
    """The word alone, or the key further down, is not enough."""
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert not is_schema(tmp_path / name)
