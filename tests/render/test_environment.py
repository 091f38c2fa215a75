"""The environment refuses what a template must not do."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from tests.render.support import loaded

from resforge.render import data, environment, manifest
from resforge.render.environment import FILTERS
from resforge.render.files import FileClass
from resforge.render.untrusted import UnescapedTextError, Untrusted

CONTEXT = {"resource_type": loaded("process_supervisor").resource_type}


def render(template: str) -> str:
    """Render a template given as text."""
    return environment.environment().from_string(template).render(CONTEXT)


@pytest.mark.parametrize(
    "expression",
    [
        "resource_type.name",
        "resource_type.name ~ 'x'",
        "resource_type.name | upper",
        "resource_type.properties[0].description",
        "resource_type.properties | map(attribute='name') | join(',')",
        "'%s' | format(resource_type.name)",
        "resource_type.properties[2].example[0]",
        "resource_type['vendor']",
    ],
)
def test_schema_text_needs_a_filter(expression: str) -> None:
    """Printing a text of the schema raises, directly, joined, formatted or changed."""
    with pytest.raises(UnescapedTextError):
        render(f"{{{{ {expression} }}}}")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("resource_type.identifier", "process_supervisor"),
        ("resource_type.properties[0].format", "SZ"),
        ("resource_type.timeouts.heartbeat", "10000"),
        ("resource_type.name | cpp_string", '"Process Supervisor"'),
        ("'yes' if resource_type.name == 'Process Supervisor' else 'no'", "yes"),
        ("'yes' if resource_type.description else 'no'", "yes"),
        ("resource_type.name | length", "18"),
    ],
)
def test_safe_values_print(expression: str, expected: str) -> None:
    """Identifiers, numbers and enumerations print; texts can be compared and escaped."""
    assert render(f"{{{{ {expression} }}}}") == expected


@pytest.mark.parametrize("expression", ["none", "true", "[1]", "{}", "(1, 2)"])
def test_values_without_a_form_do_not_print(expression: str) -> None:
    """A template that prints a Python object by mistake fails."""
    with pytest.raises(TypeError, match="a template printed"):
        render(f"{{{{ {expression} }}}}")


@pytest.mark.parametrize("expression", ["missing", "resource_type.missing"])
def test_undefined_names_are_errors(expression: str) -> None:
    """A misspelt name fails instead of printing nothing."""
    with pytest.raises(jinja2.UndefinedError):
        render(f"{{{{ {expression} }}}}")


def test_untrusted_never_shows_in_formatting() -> None:
    """Python's own formatting does not take the text out either."""
    for show in (str, repr, format, "{}".format, "%s".__mod__):
        with pytest.raises(UnescapedTextError):
            show(Untrusted("x"))


def test_every_filter_is_documented() -> None:
    """The table of filters in the module's docstring names each of them."""
    assert [name for name in FILTERS if f"`{name}" not in (environment.__doc__ or "")] == []


def test_folders_decide_place_and_class() -> None:
    """The manifest maps template names as design says."""
    found = {template.name: template for template in manifest.templates()}
    script = found["deploy/register___type__.ps1.jinja"]
    assert script.output("my_type") == "generated/register_my_type.ps1"
    assert script.file_class is FileClass.GENERATED
    readme = found["project/README.md.jinja"]
    assert (readme.output("x"), readme.file_class) == ("README.md", FileClass.SCAFFOLD)
    header = found["runtime/win32.h"]
    assert header.output("x") == "resforge/include/resforge/win32.h"
    assert header.verbatim


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the manifest look at an empty folder of templates."""
    monkeypatch.setattr(manifest, "templates_dir", lambda: tmp_path)
    monkeypatch.setattr(manifest, "template_files", lambda: data.files_below(tmp_path))
    return tmp_path


def put(folder: Path, *names: str) -> None:
    """Create empty templates."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def test_two_templates_for_one_file_are_refused(folder: Path) -> None:
    """Two templates that would make the same file are a defect that shows at once."""
    put(folder, "model/a.md", "deploy/a.md.jinja")
    with pytest.raises(ValueError, match=r"generated/a\.md"):
        manifest.templates()


def test_a_template_outside_the_folders_is_refused(folder: Path) -> None:
    """A misplaced template does not silently make nothing."""
    put(folder, "elsewhere/a.md")
    with pytest.raises(ValueError, match="elsewhere"):
        manifest.templates()


def test_macro_files_and_notes_make_no_file(folder: Path) -> None:
    """`_macros.jinja` and files beside the folders are not outputs; `__type__` files are."""
    put(folder, "model/_macros.jinja", "README.md", "model/__type___model.py.jinja")
    assert [template.pattern for template in manifest.templates()] == [
        "generated/__type___model.py"
    ]


def test_a_cache_folder_of_others_is_not_used(tmp_path: Path) -> None:
    """Compiled templates are code: a folder that others can write is ignored."""
    tmp_path.chmod(0o777)
    assert not environment._private(tmp_path)
    tmp_path.chmod(0o700)
    assert environment._private(tmp_path)


def test_a_damaged_cache_is_ignored(tmp_path: Path) -> None:
    """A damaged file in the cache costs time and nothing else."""
    cache = environment._ForgivingCache(str(tmp_path))
    env = jinja2.Environment(loader=jinja2.DictLoader({"a": "x"}), bytecode_cache=cache)
    assert env.get_template("a").render() == "x"
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:-5] + b"\xff")
    fresh = jinja2.Environment(loader=jinja2.DictLoader({"a": "x"}), bytecode_cache=cache)
    assert fresh.get_template("a").render() == "x"
