"""What a scenario is: an id, what it proves, when it applies, and a small function that plays it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from resforge.model.rules import TypeModel

if TYPE_CHECKING:
    from resforge.conformance.player import Player

__all__ = ["FOREIGN", "Needs", "NotCheckedError", "Scenario", "Suite", "always"]

FOREIGN = "foreign"
"""In `Scenario.tolerates`: the DLL owes the documented contract, and no more than that."""


class NotCheckedError(Exception):
    """A scenario could not be played to its end; the text says what stood in its way."""


Needs = Callable[[TypeModel], str | None]
"""Why a scenario does not apply to a type, None when it does."""


def always(_: TypeModel) -> str | None:
    """Apply to every resource type."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario.

    `id` is stable; `covers` names transitions (T-15), scenarios (S1) and sections of the
    contract; `page` is the page of the documentation that states the rule. `tolerates` lists
    what the general checks must let pass because the scripted hook misbehaves on purpose:
    "deaf" (the hook ignores the stop request), `FOREIGN`, or the name of a violation rule. `ends_process`
    tells that RHS is expected to kill itself. `fresh` asks for a process of its own.
    """

    id: str
    title: str
    play: Callable[[Player], None] = field(repr=False)
    covers: tuple[str, ...] = ()
    page: str = ""
    needs: Needs = always
    policies: Mapping[str, str] = field(default_factory=dict)
    tolerates: frozenset[str] = frozenset()
    ends_process: bool = False
    fresh: bool = False

    def under(self, policies: Mapping[str, str]) -> Scenario:
        """Return this scenario under other policies, with an id that says so."""
        shown = ",".join(f"{name}={value}" for name, value in sorted(policies.items()))
        return replace(self, id=f"{self.id}[{shown}]", policies={**self.policies, **policies})


class Suite:
    """An ordered collection of scenarios, filled by a decorator."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.scenarios: list[Scenario] = []

    def scenario(
        self,
        id: str,  # noqa: A002 - the word that the reports use
        title: str,
        *,
        covers: Iterable[str] = (),
        page: str = "",
        needs: Needs = always,
        policies: Iterable[Mapping[str, str]] = (),
        tolerates: Iterable[str] = (),
        ends_process: bool = False,
        fresh: bool = False,
    ) -> Callable[[Callable[[Player], None]], Callable[[Player], None]]:
        """Register the decorated function; with several `policies` once for each of them."""

        def register(play: Callable[[Player], None]) -> Callable[[Player], None]:
            base = Scenario(
                id=f"{self.name}-{id}",
                title=title,
                play=play,
                covers=tuple(covers),
                page=page,
                needs=needs,
                tolerates=frozenset(tolerates),
                ends_process=ends_process,
                fresh=fresh,
            )
            self.scenarios += [base.under(chosen) for chosen in policies] or [base]
            return play

        return register
