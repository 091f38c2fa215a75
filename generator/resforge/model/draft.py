"""A step under construction: changes of the resource, actions, and events that follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from resforge.model import actions as act
from resforge.model.events import Event
from resforge.model.guards import Situation
from resforge.model.policies import Policies
from resforge.model.resource import Resource
from resforge.model.states import Entry, Timer
from resforge.model.timing import Timing


class Draft:
    """Collects what one step does; never leaves the statechart."""

    def __init__(self, situation: Situation, timing: Timing) -> None:
        """Start from the resource of the situation."""
        self.event: Event = situation.event
        self.policies: Policies = situation.policies
        self.timing = timing
        self.resource: Resource = situation.resource
        self.actions: list[act.Action] = []
        self.raised: list[Event] = []

    def set(self, **changes: Any) -> None:
        """Replace attributes of the resource."""
        self.resource = replace(self.resource, **changes)

    def do(self, *actions: act.Action) -> None:
        """Append actions."""
        self.actions.extend(actions)

    def call(self, entry: Entry) -> None:
        """Call an entry point and arm its CALL timer."""
        self.set(in_flight=self.resource.in_flight | {entry})
        self.do(act.CallEntry(entry), act.StartTimer(Timer.CALL, self._limit(entry), entry))

    def returned(self, entry: Entry) -> None:
        """Take a call out of flight and disarm its CALL timer."""
        self.set(
            in_flight=self.resource.in_flight - {entry}, overdue=self.resource.overdue - {entry}
        )
        self.do(act.StopTimer(Timer.CALL, entry))

    def arm(self, timer: Timer, milliseconds: int) -> None:
        """Start or restart PENDING, LOOKS or ISALIVE."""
        self.set(armed=self.resource.armed | {timer})
        self.do(act.StartTimer(timer, milliseconds))

    def disarm(self, *timers: Timer) -> None:
        """Stop those of the timers that run."""
        running = [timer for timer in timers if timer in self.resource.armed]
        self.set(armed=self.resource.armed.difference(running))
        self.do(*(act.StopTimer(timer) for timer in running))

    def _limit(self, entry: Entry) -> int:
        if entry is Entry.RESOURCE_TYPE_CONTROL:
            return self.timing.type_deadlock_timeout
        return self.timing.deadlock_timeout
