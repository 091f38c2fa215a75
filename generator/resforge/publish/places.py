"""Names of the files by which publishing keeps its own books in a project."""

from __future__ import annotations

LOCK_NAME = "resforge.lock"
"""The lock file, see `resforge.publish.lockfile`."""
PENDING = ".resforge-pending"
"""The folder of a run that is under way, see `resforge.publish.journal`."""
JOURNAL = "journal.json"
"""The undo journal in that folder."""
