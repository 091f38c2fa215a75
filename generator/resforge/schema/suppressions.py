"""Findings of `lint` and `breaking` that the author of a schema accepts, with the reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from resforge.schema.base import Name, SchemaModel, Text, refuse_nothing


class Suppression(SchemaModel):
    """One rule of `resforge lint` or `resforge breaking` that does not apply here.

    The model takes any rule and a missing reason: whether the rule exists, matches anything and
    is suppressed for a reason is for those commands to judge, which report it with a place.
    """

    rule: Name = Field(
        description="Id of the rule, as resforge lint --rules and resforge breaking --rules list "
        "it.",
        examples=["property-name-with-space"],
    )
    at: Annotated[Name | None, BeforeValidator(refuse_nothing)] = Field(
        default=None,
        description="Name of the property or control code, or a key such as timeouts.heartbeat, to "
        "which this is limited; the whole file when left out.",
        examples=["Security Descriptor", "timeouts"],
    )
    reason: Text = Field(
        default="",
        description="Why the finding is accepted. Without a reason nothing is suppressed.",
        examples=["The name that Windows' own File Share type uses."],
    )
