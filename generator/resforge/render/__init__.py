"""Turns a resource type into the text of its project: ``{path: RenderedFile}``, without I/O effects.

Importing this package is cheap; Jinja is imported by the first call of `render_project`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resforge.render.files import FileClass, RenderedFile

if TYPE_CHECKING:
    from resforge.schema import ResourceType

__all__ = ["FileClass", "RenderedFile", "render_project"]


def render_project(resource_type: ResourceType, *, schema_file: str) -> dict[str, RenderedFile]:
    """Return every file of the project of `resource_type`, by path relative to its folder.

    `schema_file` is the path of the schema in the project, with slashes; it appears in the first
    lines of files and in CMakeLists.txt. The result depends on the two arguments and the templates only.
    """
    from resforge.render.project import render

    return render(resource_type, schema_file=schema_file)
