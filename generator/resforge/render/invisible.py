"""Characters that must not reach a source file as they are, by a fixed table.

A fixed table, not `unicodedata`: its answers change with the Python version, and the output must
not. Bidirectional controls make code look different from what it is; line separators end comments
in some readers; tags and joiners hide text.
"""

from __future__ import annotations

import re

_INVISIBLE = (
    "\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202f\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
INVISIBLE = re.compile(f"[{_INVISIBLE}]")


def reveal(text: str) -> str:
    """Return `text` with each invisible character written as ``<U+202E>``."""
    return INVISIBLE.sub(lambda match: f"<U+{ord(match.group()):04X}>", text)


def one_line(text: str) -> str:
    """Return `text` as one line: runs of white space become one blank, the rest is revealed."""
    return reveal(" ".join(text.split()))
