"""A resource type as plain data for the lock file, with every default filled in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from resforge.render.hooks import required_hooks

if TYPE_CHECKING:
    from resforge.schema import ResourceType

NormalForm = Mapping[str, Any]
"""Values are texts, numbers, booleans, None, lists and dictionaries of them."""


def normal_form(resource_type: ResourceType) -> NormalForm:
    """Return the type as data; two schemas that mean the same have the same."""
    form: dict[str, Any] = _plain(resource_type.model_dump(exclude={"resforge", "suppress"}))
    form["identifier"] = resource_type.identifier
    for row, code in zip(form["control_codes"], resource_type.control_codes, strict=True):
        row["value"] = code.value
    form["hooks"] = [
        {"name": hook.identifier, "signature": hook.signature}
        for hook in required_hooks(resource_type)
    ]
    return form


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.hex(" ")
    return str(value) if isinstance(value, Enum) else value
