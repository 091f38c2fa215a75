"""A "nothing to do" from the lock alone is what a run that loads the schema would say, too."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from resforge.digests import sealed
from resforge.problems import UserError
from resforge.publish import generate
from resforge.publish.current import current_project
from resforge.publish.generate import generate_project

TEXT = "resforge: 1\nname: Demo\n"


def whole_run(schema: Path, target: Path | None) -> str:
    """What a run says that does not trust the lock: nothing, changes, or a refusal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(generate, "current_project", lambda *_, **__: None)
        try:
            plan = generate_project(schema, target, write=False).plan
        except UserError as error:
            return f"refused: {error.problems[0].code}"
    assert plan is not None
    return "changes" if plan.writes or plan.conflicts else "nothing"


def rewritten(lock: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Change a lock as somebody would who knows how it is sealed."""
    value = json.loads(lock.read_text(encoding="utf-8"))
    del value["seal"]
    change(value)
    lock.write_bytes(sealed(json.dumps(value, indent=1).encode()))


def outside(place: Path) -> None:
    """The folder of generated code is a link out of the project."""
    shutil.move(place / "p/generated", place / "elsewhere")
    (place / "p/generated").symlink_to(place / "elsewhere")


def linked_lock(place: Path) -> None:
    """The lock is a link."""
    shutil.move(place / "p/resforge.lock", place / "lock")
    (place / "p/resforge.lock").symlink_to(place / "lock")


def without_hooks(place: Path) -> None:
    """A hook file is gone, and so is its line in the lock, as the note of generate advises."""
    lock = place / "p/resforge.lock"
    lines = lock.read_text(encoding="utf-8").splitlines(keepends=True)
    lock.write_text("".join(line for line in lines if "demo_hooks.h" not in line))
    (place / "p/src/demo_hooks.h").unlink()


def without_generated(place: Path) -> None:
    """Generated code is gone, and so are its lines in the lock."""
    lock = place / "p/resforge.lock"
    lines = lock.read_text(encoding="utf-8").splitlines(keepends=True)
    lock.write_text("".join(line for line in lines if '"generated/' not in line))
    shutil.rmtree(place / "p/generated")


def moved_schema(place: Path) -> None:
    """The schema of the project went into one of its folders."""
    (place / "p/sub").mkdir()
    shutil.move(place / "p/demo.yaml", place / "p/sub/demo.yaml")


def newer_format(place: Path) -> None:
    """A newer tool wrote the lock."""
    rewritten(place / "p/resforge.lock", lambda lock: lock.update(lock=2))


STATES: dict[str, tuple[Callable[[Path], None], str, str | None]] = {
    "current": (lambda place: None, "p/demo.yaml", "p"),
    "current-without-target": (lambda place: None, "p/demo.yaml", None),
    "current-copy": (lambda place: None, "demo.yaml", "p"),
    "folder-outside": (outside, "p/demo.yaml", "p"),
    "lock-outside": (linked_lock, "p/demo.yaml", "p"),
    "hook-and-line-removed": (without_hooks, "p/demo.yaml", "p"),
    "code-and-lines-removed": (without_generated, "p/demo.yaml", "p"),
    "schema-moved-inside": (moved_schema, "p/sub/demo.yaml", "p"),
    "schema-moved-inside-without-target": (moved_schema, "p/sub/demo.yaml", None),
    "newer-format": (newer_format, "p/demo.yaml", "p"),
}


@pytest.mark.parametrize("state", STATES)
def test_a_fast_answer_is_the_answer(
    state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the lock alone says yes, a whole run has nothing to do; and for a current one it does."""
    monkeypatch.chdir(tmp_path)
    disturb, schema, target = STATES[state]
    source = tmp_path / ("demo.yaml" if state == "current-copy" else "p/demo.yaml")
    source.parent.mkdir(exist_ok=True)
    source.write_text(TEXT, encoding="utf-8")
    generate_project(source, tmp_path / "p")
    disturb(tmp_path)
    fast = current_project(schema, target) is not None
    whole = whole_run(Path(schema), Path(target) if target is not None else None)
    assert fast == state.startswith("current")
    assert whole == "nothing" if fast else whole != "nothing", whole


@pytest.mark.parametrize("path", ["../pipe", "/tmp/pipe", "generated/../../pipe"])
def test_a_lock_cannot_name_files_outside(path: str, tmp_path: Path) -> None:
    """Nothing outside of the project is opened, however the lock was made."""
    schema = tmp_path / "p/demo.yaml"
    schema.parent.mkdir()
    schema.write_text(TEXT, encoding="utf-8")
    generate_project(schema, schema.parent)
    os.mkfifo(tmp_path / "pipe")
    entry = {"class": "generated", "sha256": "0"}
    rewritten(
        schema.parent / "resforge.lock",
        lambda lock: lock["files"].update({path: entry}),  # type: ignore[attr-defined]
    )
    assert current_project(str(schema), None) is None


def test_a_lock_that_is_no_file(tmp_path: Path) -> None:
    """A pipe in the place of the lock is one message and stops nothing."""
    schema = tmp_path / "demo.yaml"
    schema.write_text(TEXT, encoding="utf-8")
    os.mkfifo(tmp_path / "resforge.lock")
    assert current_project(str(schema), str(tmp_path)) is None
    with pytest.raises(UserError, match="is not a file"):
        generate_project(schema, tmp_path)
