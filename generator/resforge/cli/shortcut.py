"""Answers the two commonest calls without click: `--version`, and `generate` with nothing to do."""

from __future__ import annotations

from resforge import __version__

_WITH_VALUE = ("-o", "--output")


def answer(words: list[str]) -> bool:
    """Answer the command line if that needs no parser; False means that click must look at it.

    Only ``generate SCHEMA [-o DIR] [--check]`` without any other option is looked at, and it is
    answered only when the lock file shows that the project is up to date.
    """
    if words == ["--version"]:
        print(f"resforge {__version__}")
        return True
    if not words or words[0] != "generate":
        return False
    found = _schema_and_target([word for word in words[1:] if word != "--check"])
    return found is not None and _is_current(*found)


def _schema_and_target(words: list[str]) -> tuple[str, str | None] | None:
    if len(words) == 3 and words[0] in _WITH_VALUE:
        words = [words[2], *words[:2]]
    plain = not any(word.startswith("-") for word in (words[:1] + words[2:]))
    if len(words) == 1 and plain:
        return words[0], None
    if len(words) == 3 and plain and words[1] in _WITH_VALUE:
        return words[0], words[2]
    return None


def _is_current(schema: str, target: str | None) -> bool:
    from os.path import normpath

    from resforge.publish.current import current_project, up_to_date_text

    found = current_project(schema, target) if target != "" else None
    if found is None:
        return False
    folder, identifier = found
    print(up_to_date_text(identifier, normpath(folder)))
    return True
