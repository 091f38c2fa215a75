"""What happens when standard output takes no more: the other end of a pipe left, a disk is full."""

from __future__ import annotations

import os
import sys

BROKEN_PIPE = 141
"""128 + SIGPIPE, what a shell reports of a program that dies of it."""


def silence() -> None:
    """Point standard output to nowhere: the interpreter flushes it once more at exit."""
    descriptor = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(descriptor, sys.stdout.fileno())
    except (OSError, ValueError):
        pass  # a stream of a caller that has no descriptor
    finally:
        os.close(descriptor)
