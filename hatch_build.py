"""Puts the templates and the JSON Schema into the wheel as package data."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = {
    "copier.yml": "resforge/_data/copier.yml",
    "templates": "resforge/_data/templates",
    "schemas/resource-type.schema.json": "resforge/_data/schemas/resource-type.schema.json",
}


class DataHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds `DATA` to a real wheel; an editable install reads the checkout instead."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the files of the wheel are collected."""
        if version != "editable":
            build_data["force_include"].update(DATA)
