"""Names of the files that tell whose a project is and what happened in it."""

from __future__ import annotations

LOCK_NAME = "resforge.lock"
"""The lock file, see `resforge.publish.lockfile`."""
LOCK_FORMAT = 1
PENDING = ".resforge-pending"
"""The folder of a run that is under way, see `resforge.publish.journal`."""
JOURNAL = "journal.json"
"""The undo journal in that folder."""
ANSWERS_FILE = ".copier-answers.yml"
"""What copier leaves in a project that it made."""
