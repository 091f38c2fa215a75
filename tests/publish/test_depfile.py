"""The depfile that tells Make, Ninja and CMake when to generate again."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from resforge.cli.generate import command
from resforge.problems import EnvironmentProblem
from resforge.publish.depfile import depfile_text, write_stamp
from resforge.render.data import generator_inputs, templates_dir

SCHEMA = "resforge: 1\nname: Demo\n"


def test_paths_are_escaped_one_on_a_line() -> None:
    """Blanks, hashes and dollars come out as Make reads them."""
    text = depfile_text(Path("a b.stamp"), [Path("c#d"), Path("e$f")])
    assert text == "a\\ b.stamp: \\\n  c\\#d \\\n  e$$f\n\nc\\#d:\n\ne$$f:\n"


def test_all_that_decides_is_listed() -> None:
    """Templates and the Python sources of schema and renderer are inputs."""
    inputs = generator_inputs()
    assert templates_dir() / "runtime" / "instance.h" in inputs
    assert {path.parent.name for path in inputs if path.suffix == ".py"} >= {"render", "schema"}


def test_a_failed_run_leaves_no_stamp(tmp_path: Path) -> None:
    """The stamp appears when the project is up to date, and only then."""
    schema, stamp = tmp_path / "demo.yaml", tmp_path / "stamp"
    options = [str(schema), "-o", str(tmp_path / "demo"), "--stamp", str(stamp)]
    schema.write_text(SCHEMA + "nonsense: 1\n")
    assert CliRunner().invoke(command, options).exit_code != 0
    assert not stamp.exists()
    schema.write_text(SCHEMA)
    assert CliRunner().invoke(command, options, standalone_mode=False).return_value == 0
    assert stamp.exists()
    stamp.unlink()
    assert CliRunner().invoke(command, options, standalone_mode=False).return_value == 0
    assert stamp.exists(), "a run with nothing to do makes the stamp too"


def test_options_that_do_not_belong_together(tmp_path: Path) -> None:
    """A depfile without a stamp and a stamp of a run that writes nothing are refused."""
    schema = tmp_path / "demo.yaml"
    schema.write_text(SCHEMA)
    for options in (["--depfile", "x.d"], ["--stamp", "x", "--check"], ["--stamp", "x", "--watch"]):
        assert CliRunner().invoke(command, [str(schema), *options]).exit_code == 2


def test_code_only_leaves_the_rest_out(tmp_path: Path) -> None:
    """With --code-only there are generated/ and resforge/, the schema's copy and the lock."""
    schema = tmp_path / "demo.yaml"
    schema.write_text(SCHEMA)
    target = tmp_path / "code"
    CliRunner().invoke(command, [str(schema), "-o", str(target), "--code-only"])
    assert {path.name for path in target.iterdir()} == {
        "demo.yaml", "generated", "resforge", "resforge.lock",
    }  # fmt: skip


def test_a_stamp_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """The message tells that the project itself is up to date."""
    schema = tmp_path / "demo.yaml"
    schema.write_text(SCHEMA)
    with pytest.raises(EnvironmentProblem, match="up to date, but its stamp cannot be written"):
        write_stamp(schema, tmp_path / "missing" / "stamp", None)


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes exist on Linux")
def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    """The depfile holds the very bytes of the name."""
    schema = tmp_path / os.fsdecode(b"d\xe9mo.yaml")
    schema.write_text(SCHEMA)
    write_stamp(schema, tmp_path / "stamp", tmp_path / "stamp.d")
    assert b"d\xe9mo.yaml" in (tmp_path / "stamp.d").read_bytes()
