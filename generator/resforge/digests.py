"""Hashes of file contents, as the lock file and the fingerprint of the tool record them."""

from __future__ import annotations

import hashlib

_BEGIN = b"{\n"
_SEAL = b'{\n  "seal": "%s",\n'
_SEAL_SIZE = len(_SEAL % bytes(64))


def sha256(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def text_sha256(data: bytes) -> str:
    """Return the SHA-256 of `data` with CRLF taken as LF."""
    return sha256(data.replace(b"\r\n", b"\n"))


def has_content(data: bytes, expected: str) -> bool:
    """Whether `data` hashes to `expected`, as it is or once CRLF became LF again.

    Version control on Windows may check files out with CRLF; that is not an edit.
    """
    return sha256(data) == expected or (b"\r\n" in data and text_sha256(data) == expected)


def sealed(data: bytes) -> bytes:
    """Return the JSON text `data`, an object over several lines, with a first key of its hash."""
    return _SEAL % sha256(data).encode() + data.removeprefix(_BEGIN)


def is_sealed(data: bytes) -> bool:
    """Whether `data` is as `sealed` made it: nobody has edited or merged it since."""
    return sealed(_BEGIN + data[_SEAL_SIZE:]) == data
