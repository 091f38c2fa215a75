"""Recognises a project that copier has made and nobody has generated yet."""

from __future__ import annotations

from pathlib import Path

from resforge.publish.places import ANSWERS_FILE


def answered_schema(folder: Path) -> Path | None:
    """Return the schema file that the answers in `folder` name; None if there is none.

    Other templates have answers too, so the file must name a type whose schema is there.
    """
    path = folder / ANSWERS_FILE
    if not path.is_file():
        return None
    import yaml

    from resforge.schema.naming import type_identifier

    try:
        answers = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return None
    name = answers.get("type_name") if isinstance(answers, dict) else None
    if not isinstance(name, str):
        return None
    schema = folder / f"{type_identifier(name)}.yaml"
    return schema if schema.is_file() else None
