"""Renders every template for one resource type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resforge import __version__
from resforge.render.context import build_context
from resforge.render.data import json_schema_path, templates_dir
from resforge.render.environment import environment
from resforge.render.files import FileClass, RenderedFile
from resforge.render.manifest import JSON_SCHEMA_FILE, VERSION_FILE, Template, templates

if TYPE_CHECKING:
    from resforge.schema import ResourceType


def render(resource_type: ResourceType, *, schema_file: str) -> dict[str, RenderedFile]:
    """Return the files of the project by path, sorted; see `resforge.render.render_project`."""
    context = build_context(resource_type, schema_file=schema_file)
    files = {
        template.output(resource_type.identifier): RenderedFile(
            _text(template, context), template.file_class
        )
        for template in templates()
    }
    files[VERSION_FILE] = RenderedFile(f"{__version__}\n", FileClass.RUNTIME)
    schema = json_schema_path().read_text(encoding="utf-8")
    files[JSON_SCHEMA_FILE] = RenderedFile(schema, FileClass.RUNTIME)
    return dict(sorted(files.items()))


def _text(template: Template, context: dict[str, Any]) -> str:
    if template.verbatim:
        content = (templates_dir() / template.name).read_bytes()
        return content.decode("utf-8").replace("\r\n", "\n")
    return environment().get_template(template.name).render(context)
