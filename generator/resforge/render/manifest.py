"""Which template becomes which file: folders decide place and class, names decide the rest.

To add a file to every project, add a template to one of the folders of `FOLDERS`. A name that ends
in `.jinja` is rendered and loses that ending, any other file is copied verbatim. `__type__` in a
name becomes the identifier of the resource type. A `.jinja` file whose name starts with `_` holds
macros for other templates and makes no file. A name with an expression of Jinja in it, in
`templates/project`, depends on answers and is made by copier alone (`copier.yml`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from resforge.render.data import template_files, templates_dir
from resforge.render.files import FileClass

SUFFIX = ".jinja"
PLACEHOLDER = "__type__"


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of templates, where its files go and what class they have."""

    source: str
    output: str
    file_class: FileClass


FOLDERS: tuple[Folder, ...] = (
    Folder("runtime", "resforge/include/resforge", FileClass.RUNTIME),
    Folder("rhs", "resforge/rhs", FileClass.RUNTIME),
    Folder("cmake", "resforge/cmake", FileClass.RUNTIME),
    Folder("resource_dll/generated", "generated", FileClass.GENERATED),
    Folder("model", "generated", FileClass.GENERATED),
    Folder("deploy", "generated", FileClass.GENERATED),
    Folder("resource_dll/src", "src", FileClass.HOOKS),
    Folder("project", "", FileClass.SCAFFOLD),
)
VERSION_FILE = "resforge/VERSION"
JSON_SCHEMA_FILE = "resforge/resource-type.schema.json"


@dataclass(frozen=True, slots=True)
class Template:
    """One template: its name below the templates folder, its output pattern and class."""

    name: str
    pattern: str
    file_class: FileClass

    @property
    def verbatim(self) -> bool:
        """Whether the file is copied as it is."""
        return not self.name.endswith(SUFFIX)

    def output(self, identifier: str) -> str:
        """Return the path, relative to the project, for a type with this `identifier`."""
        return self.pattern.replace(PLACEHOLDER, identifier)


def templates() -> tuple[Template, ...]:
    """Return every template, sorted by name; two that make the same file are an error.

    Raises ValueError for a file outside the folders of `FOLDERS` and for a clash: both are defects
    of the templates, never of a schema.
    """
    found = tuple(_template(path) for path in template_files() if _makes_file(path))
    patterns = [template.pattern for template in found]
    twice = {pattern for pattern in patterns if patterns.count(pattern) > 1}
    if twice:
        raise ValueError(f"two templates make the same file: {', '.join(sorted(twice))}")
    return found


def _makes_file(path: Path) -> bool:
    name = path.relative_to(templates_dir()).as_posix()
    macros = path.name.startswith("_") and not path.name.startswith(PLACEHOLDER)
    if "/" not in name or (macros and name.endswith(SUFFIX)) or "{" in name:
        return False
    if not any(name.startswith(folder.source + "/") for folder in FOLDERS):
        raise ValueError(f"template {name} is in no folder of the manifest")
    return True


def _template(path: Path) -> Template:
    name = path.relative_to(templates_dir()).as_posix()
    folder = next(folder for folder in FOLDERS if name.startswith(folder.source + "/"))
    place = name[len(folder.source) + 1 :].removesuffix(SUFFIX)
    pattern = f"{folder.output}/{place}" if folder.output else place
    return Template(name, pattern, folder.file_class)
