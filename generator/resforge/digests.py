"""Hashes of file contents, as the lock file and the fingerprint of the tool record them."""

from __future__ import annotations

import hashlib


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
