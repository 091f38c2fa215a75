"""The transition table of RHS: every row of the reference, as data."""

from __future__ import annotations

from resforge.model.rows_load import LOAD_ROWS, TERMINATE_ROWS
from resforge.model.rows_lost import LOST_ROWS
from resforge.model.rows_online import ONLINE_ROWS
from resforge.model.rows_other import CONTROL_ROWS, NEGATIVE_ROWS
from resforge.model.rows_running import OFFLINE_ROWS, RUNNING_ROWS
from resforge.model.transition import Transition

TRANSITIONS: tuple[Transition, ...] = (
    *LOAD_ROWS,
    *ONLINE_ROWS,
    *RUNNING_ROWS,
    *OFFLINE_ROWS,
    *TERMINATE_ROWS,
    *LOST_ROWS,
    *CONTROL_ROWS,
    *NEGATIVE_ROWS,
)
"""Where several rows apply, the first one is taken."""

TRANSITION_IDS: tuple[str, ...] = tuple(sorted({row.id for row in TRANSITIONS}))
"""All ids, T-01 to T-83 without the unused T-11 and T-36."""
