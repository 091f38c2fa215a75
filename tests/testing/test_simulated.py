"""What the simulated RHS of an author's test makes of the records that it gets."""

from __future__ import annotations

from typing import Any, cast

import pytest

from resforge.rhs.records import CallReturn
from resforge.rhs.session import Reply
from resforge.testing.simulated import SimulatedResource, SimulatedRhs


class Answering:
    """Gives the same records for every command."""

    def __init__(self, *records: CallReturn) -> None:
        self.records = records

    def command(self, name: str, /, **arguments: Any) -> Reply:
        """Answer whatever was asked."""
        return Reply({}, self.records)

    def state_of(self, resource: str) -> str:
        """Return the state of every resource."""
        return "Online"


def returned(entry: str, result: int) -> CallReturn:
    """The record of an entry point that came back."""
    return CallReturn("return", {}, resource="R", entry=entry, result=result)


def resource(*records: CallReturn) -> SimulatedResource:
    """A resource whose every command gives these records."""
    return SimulatedResource(cast("SimulatedRhs", Answering(*records)), "R")


def test_an_answer_is_that_of_its_own_entry_point() -> None:
    """A poll of the simulated RHS's own, beside the call, is not taken for its answer."""
    beside = returned("LooksAlive", 1)
    assert not resource(returned("IsAlive", 0), beside).is_alive()
    assert resource(returned("IsAlive", 0), beside).looks_alive()


def test_a_poll_that_does_not_return_is_no_answer() -> None:
    """While IsAlive hangs, the resource is neither alive nor not."""
    with pytest.raises(AssertionError, match="IsAlive of R does not return; state Online"):
        resource(returned("LooksAlive", 1)).is_alive()
