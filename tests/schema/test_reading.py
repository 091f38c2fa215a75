"""Reading files: every way in which a file can be unusable gives one clear error."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest
from tests.schema.support import HEAD

from resforge.problems import Problem, UserError
from resforge.schema import load_resource_type, load_resource_type_text
from resforge.schema.reading import LARGEST


def refusal(path: Path) -> Problem:
    """The one problem that loading `path` gives."""
    with pytest.raises(UserError) as caught:
        load_resource_type(path)
    (problem,) = caught.value.problems
    assert problem.file == str(path)
    assert caught.value.exit_code == 2
    return problem


class TestUnusableFiles:
    def test_missing(self, tmp_path: Path) -> None:
        """A file that does not exist."""
        assert refusal(tmp_path / "x.yaml").code == "no-such-file"

    def test_directory(self, tmp_path: Path) -> None:
        """A directory with the name of a schema."""
        path = tmp_path / "x.yaml"
        path.mkdir()

        assert refusal(path).code == "not-a-file"

    def test_below_a_file(self, tmp_path: Path) -> None:
        """A path that goes through a file."""
        (tmp_path / "file").write_text("")

        assert refusal(tmp_path / "file" / "x.yaml").code == "unreadable-file"

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
    def test_pipe(self, tmp_path: Path) -> None:
        """A named pipe is refused without waiting for a writer."""
        path = tmp_path / "x.yaml"
        os.mkfifo(path)
        codes: list[str] = []
        reader = threading.Thread(target=lambda: codes.append(refusal(path).code), daemon=True)
        reader.start()
        reader.join(5)

        assert codes == ["not-a-file"]

    def test_odd_path(self) -> None:
        """A path that no system can open."""
        assert refusal(Path("x\0.yaml")).code == "unreadable-file"
        assert refusal(Path("x" * 5000 + ".yaml")).code == "unreadable-file"

    @pytest.mark.parametrize(
        ("name", "hint"), [("x.yalm", 'did you mean ".yaml"?'), ("x", None), ("x.txt", None)]
    )
    def test_suffix(self, tmp_path: Path, name: str, hint: str | None) -> None:
        """The suffix says the syntax; another one is refused, with the nearest known one."""
        problem = refusal(tmp_path / name)

        assert (problem.code, problem.hint) == ("unknown-suffix", hint)

    @pytest.mark.parametrize(
        ("content", "code", "line", "column"),
        [
            (b"", "empty-file", 1, 1),
            (HEAD.encode("utf-16"), "not-utf-8", 1, 1),
            (HEAD.encode("utf-32"), "not-utf-8", 1, 1),
            (HEAD.encode("utf-8-sig"), "byte-order-mark", 1, 1),
            (HEAD.encode("utf-16-le"), "nul-in-file", 1, 2),
            (HEAD.encode("utf-16-be"), "nul-in-file", 1, 1),
            (b"name: a\n\xe9vendor: b\n", "not-utf-8", 2, 1),
            ("größe\r\nß".encode() + b"\xff", "not-utf-8", 2, 2),
            (b"name: \xed\xa0\x80\n", "not-utf-8", 1, 7),
            (b"name: a\0b\n", "nul-in-file", 1, 8),
            (b"\x7fELF\x02\x01\x01\0\0", "nul-in-file", 1, 8),
        ],
    )
    def test_content(
        self, tmp_path: Path, content: bytes, code: str, line: int, column: int
    ) -> None:
        """Empty, binary or otherwise encoded content."""
        for name in ("x.yaml", "x.json"):
            path = tmp_path / name
            path.write_bytes(content)
            problem = refusal(path)

            assert (problem.code, problem.line, problem.column) == (code, line, column)

    def test_hundred_megabytes(self, tmp_path: Path) -> None:
        """A giant is refused by its size alone."""
        path = tmp_path / "x.yaml"
        with path.open("wb") as file:
            file.truncate(100 * 1024 * 1024)

        assert refusal(path).code == "file-too-large"

    def test_limit(self, tmp_path: Path) -> None:
        """The limit itself is allowed, one byte more is not."""
        path = tmp_path / "x.yaml"
        path.write_text(HEAD + "#" * (LARGEST - len(HEAD)))
        load_resource_type(path)
        path.write_text(HEAD + "#" * (LARGEST - len(HEAD) + 1))

        assert refusal(path).code == "file-too-large"

    @pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero on this system")
    def test_endless_device(self, tmp_path: Path) -> None:
        """A device that never ends is no schema."""
        path = tmp_path / "x.yaml"
        path.symlink_to("/dev/zero")

        assert refusal(path).code == "not-a-file"


class TestText:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("x" * (LARGEST + 1), "file-too-large"),
            ("\ufeffresforge: 1", "byte-order-mark"),
            ("name: \ud800", "not-utf-8"),
            ("name: \0", "nul-in-file"),
        ],
    )
    def test_same_limits(self, text: str, code: str) -> None:
        """Text that comes without a file meets the same limits."""
        with pytest.raises(UserError) as caught:
            load_resource_type_text(text, file="text", syntax="yaml")

        assert [problem.code for problem in caught.value.problems] == [code]


class TestLoaded:
    def test_all_suffixes(self, tmp_path: Path) -> None:
        """All suffixes load, in any case, with the hash of the text, whatever its line ends."""
        contents = {
            "a.yaml": HEAD,
            "a.YML": HEAD.replace("\n", "\r\n"),
            "a.toml": "resforge = 1\nname = 'Thing'\n",
            "a.json": '{"resforge": 1, "name": "Thing"}',
        }
        for name, content in contents.items():
            path = tmp_path / name
            path.write_bytes(content.encode())
            loaded = load_resource_type(path)

            assert loaded.path == path
            assert loaded.resource_type.name == "Thing"
            assert (
                loaded.text_sha256
                == hashlib.sha256(content.replace("\r\n", "\n").encode()).hexdigest()
            )
