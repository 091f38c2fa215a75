"""Reading a schema file from disk: size, kind, encoding."""

from __future__ import annotations

import stat
from pathlib import Path

from resforge.problems import Problem, UserError
from resforge.schema.wording import nearest, quoted

LARGEST = 1024 * 1024
"""Bytes. The largest example needs 10,000; nothing of an untrusted giant is kept in memory."""

SYNTAX_OF_SUFFIX = {".yaml": "yaml", ".yml": "yaml", ".toml": "toml", ".json": "json"}

_UTF_16 = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_UTF_32 = {b"\xff\xfe\x00\x00": "UTF-32", b"\x00\x00\xfe\xff": "UTF-32"}


def syntax_of(path: Path) -> str:
    """`yaml`, `toml` or `json`, by the file's suffix; raises UserError for any other."""
    syntax = SYNTAX_OF_SUFFIX.get(path.suffix.lower())
    if syntax is None:
        raise _refusal(
            path,
            "unknown-suffix",
            f"the suffix {quoted(path.suffix)} is none of .yaml, .yml, .toml and .json",
            _suffix_hint(path),
        )
    return syntax


def _suffix_hint(path: Path) -> str | None:
    near = nearest(path.suffix, SYNTAX_OF_SUFFIX)
    return f'did you mean "{near}"?' if near and path.suffix else None


def read_schema(path: Path) -> bytes:
    """The bytes of `path`, at most LARGEST; raises UserError when they cannot be had."""
    try:
        _check_kind(path)
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise _refusal(path, "no-such-file", "there is no such file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refusal(path, "unreadable-file", f"the file cannot be read: {reason}") from None
    if len(content) > LARGEST:
        raise _too_large(path)
    return content


def _check_kind(path: Path) -> None:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise _refusal(path, "not-a-file", "this is a directory, not a schema file")
    if not stat.S_ISREG(status.st_mode):
        raise _refusal(path, "not-a-file", "this is not a regular file")
    if status.st_size > LARGEST:
        raise _too_large(path)


def _too_large(path: Path) -> UserError:
    message = f"the file is larger than {LARGEST} bytes (1 MiB), the limit for a schema"
    return _refusal(path, "file-too-large", message)


def decode(content: bytes, file: str) -> str:
    """`content` as text; raises UserError when it is not plain UTF-8."""
    _refuse_marks(content, file)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place(content[: error.start])
        raise UserError(
            Problem(
                f"byte 0x{content[error.start]:02X} is not UTF-8",
                "not-utf-8",
                file,
                line,
                column,
                "save the file as UTF-8",
            )
        ) from None
    return text


def _refuse_marks(content: bytes, file: str) -> None:
    for marks in (_UTF_32, _UTF_16):
        for mark, encoding in marks.items():
            if content.startswith(mark):
                message = f"the file is {encoding}; a schema is UTF-8"
                raise UserError(Problem(message, "not-utf-8", file, 1, 1, "save the file as UTF-8"))
    if content.startswith(b"\xef\xbb\xbf"):
        message = "the file begins with a byte order mark, which TOML and JSON forbid"
        hint = "save the file as UTF-8 without byte order mark"
        raise UserError(Problem(message, "byte-order-mark", file, 1, 1, hint))


def refuse_nul(text: str, file: str) -> None:
    """Raise UserError when `text` holds a NUL; no text file does."""
    offset = text.find("\0")
    if offset >= 0:
        line, column = _place(text[:offset].encode("utf-8", "surrogatepass"))
        hint = "save the file as UTF-8" if "\0" in text[offset + 1 : offset + 3] else None
        message = "the file holds a NUL character; it is binary or not UTF-8"
        raise UserError(Problem(message, "nul-in-file", file, line, column, hint))


def _place(before: bytes) -> tuple[int, int]:
    text = before.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def _refusal(path: Path, code: str, message: str, hint: str | None = None) -> UserError:
    return UserError(Problem(message, code, str(path), hint=hint))
