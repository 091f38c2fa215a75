"""Records of the old wizard as schemas. The records here are written after the known form."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.support import here
from tests.schema.support import load

from resforge.lint.run import lint
from resforge.problems import UserError
from resforge.schema import PropertyFormat, SingleInstance, load_resource_type_text
from resforge.wizard.importing import Imported, import_record
from resforge.wizard.record import MOST_PROPERTIES, read_record, text_of

START = """\
Creating an extension DLL and Resource DLL.

Two projects will be generated for the "Shared Folder" resource type.

The following options have been chosen:
"""
PROPERTIES = "\nThe following properties are used with this resource type:\n"
FILES = """
RESOURCE DLL PROJECT (Shared Folder)
------------------------------------
Files:
  Main resource code: Shared Folder.cpp

CLUSTER ADMINISTRATOR EXTENSION (Shared FolderEx)
-------------------------------------------------
Classes to be created:
  Application: CSharedFolderApp in one file and another

"""
FOLDER = (
    START
    + '- No application or service control required.\n- Resource depends on a service: "Server"\n'
    + '- Extend context menus for all "Shared Folder" resources.\n'
    + PROPERTIES
    + "ShareName - type SZ (Required)\nPath - type EXPAND_SZ (Required)\nRemark - type SZ\n"
    + "MaxUsers - type DWORD Default=4294967295 Range=(0,4294967295)\n"
    + FILES
)
SERVICE = (
    START
    + '- Controls a service: "ClipSrv"\n- Use Network Name for computer name.\n'
    + "- Only one instance of the resource type is permitted in the cluster.\n"
    + "- Required dependencies on other resources.\n"
    + PROPERTIES
    + FILES
)


def imported(text: str) -> Imported:
    """The import of a record."""
    return import_record(read_record(text, "settings.txt"), "settings.txt")


def test_properties() -> None:
    """Name, format, default, range and required of every property are carried over, in order."""
    made = load(imported(FOLDER).yaml)
    assert made.name == "Shared Folder"
    assert [(p.name, str(p.format), p.required) for p in made.properties] == [
        ("ShareName", "SZ", True),
        ("Path", "EXPAND_SZ", True),
        ("Remark", "SZ", False),
        ("MaxUsers", "DWORD", False),
    ]
    users = made.properties[3]
    assert (users.default, users.value_range) == (0xFFFF_FFFF, (0, 0xFFFF_FFFF))


def test_options() -> None:
    """One instance and the network name are carried over; the rest is listed."""
    result = imported(SERVICE)
    made = load(result.yaml)
    assert made.single_instance is SingleInstance.CLUSTER
    assert [dependency.type for dependency in made.dependencies] == ["Network Name"]
    assert [left.line for left in result.left] == [6, 7, 9, 13, 18]
    assert "ClipSrv" in result.left[0].reason


def test_everything_is_carried_over_or_listed() -> None:
    """Each line of a record is in the schema, in the list, or a heading."""
    lines = [
        *("- Fly to the moon.", "Nonsense"),
        *("A - type FROB", "B - type DWORD Default=x", "C - type SZ Range=(1,2)"),
        *("D - type DWORD Range=(9,2)", "E - type SZ (Required) Default=x", "shArename - type SZ"),
        *("F - type DWORD Unknown=5", "G - type BOOL Default=1", "H - type DWORD Range=(a,b)"),
    ]
    before, after = FOLDER.split(PROPERTIES)
    head, tail = after.split("\n\nRESOURCE")
    text = before + lines[0] + "\n" + lines[1] + "\n" + PROPERTIES + head + "\n"
    text += "\n".join(lines[2:]) + "\n\nRESOURCE" + tail
    result = imported(text)
    listed = "\n".join(left.text for left in result.left)
    for line in lines[:2]:
        assert line.lstrip("- ") in listed
    for name in ("A", "B", "C", "D", "E", "shArename", "H"):
        assert any(left.text.startswith(name) for left in result.left), name
    assert "Unknown=5" in listed
    made = {item.name: item for item in load(result.yaml).properties}
    assert set(made) == {"ShareName", "Path", "Remark", "MaxUsers", *"BCDEFGH"}
    assert made["G"].format is PropertyFormat.BOOL
    assert made["G"].default == 1
    assert made["E"].required
    assert (made["E"].default, made["E"].example) == (None, "x")
    for left in result.left:
        shown = text.split("\n")[left.line - 1]
        assert left.text.split(":")[0] in shown or left.text in shown


def test_lint_finds_only_what_nobody_could_know() -> None:
    """What is left for a person are descriptions, examples and the vendor."""
    loaded = load_resource_type_text(imported(FOLDER).yaml, file="x.yaml", syntax="yaml")
    assert {finding.rule.id for finding in lint(loaded).findings} == {
        "property-without-description",
        "required-without-example",
        "type-without-description",
        "type-without-vendor",
    }


def test_the_list_is_in_the_file_too() -> None:
    """What was not carried over stands in comments at the end."""
    result = imported(SERVICE)
    assert result.yaml.count("\n#   line") == len(result.left)


@settings(max_examples=200)
@given(st.text(max_size=40), st.sampled_from(["SZ", "DWORD", "BINARY", "MULTI_SZ", "FILETIME"]))
def test_any_default(value: str, format_: str) -> None:
    """Whatever a default is, the result loads, and a text is kept as it was."""
    line = value.replace("\r", " ").replace("\n", " ").replace("\0", " ")
    text = f"{START}{PROPERTIES}Value - type {format_} Default={line}\n"
    made = load(imported(text).yaml)
    plain = line.strip()
    if format_ == "SZ" and plain and not {"(", '"'} & set(plain) and "Range" not in plain:
        assert made.properties[0].default == plain


@settings(max_examples=200)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    """Any text is a record that gives a schema, or one problem."""
    for candidate in (text, START + text, START + PROPERTIES + text, FOLDER + text):
        with contextlib.suppress(UserError):
            load(imported(candidate).yaml)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-wizard-record"),
        (b"resforge: 1\nname: x\n", "not-a-wizard-record"),
        (FOLDER.encode("utf-16")[:-1], "not-a-text"),
        (b"\x7fELF\x02\x01\x00\x00", "nul-in-file"),
        (b"\xff\xd8\xff\xe0", "not-a-wizard-record"),
        (b"\xff\x81", "not-a-text"),
        (START.replace("Shared Folder", "a\\b").encode(), "backslash-in-name"),
        (START.replace('"Shared Folder"', '""').encode(), "not-a-wizard-record"),
        (
            (START + PROPERTIES + "A - type SZ\n" * (MOST_PROPERTIES + 1)).encode(),
            "too-many-properties",
        ),
    ],
)
def test_no_record(content: bytes, code: str) -> None:
    """Anything else is one clear problem with a place."""
    with pytest.raises(UserError) as caught:
        import_record(read_record(text_of(content, "s.txt"), "s.txt"), "s.txt")
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.line is not None


def test_an_option_that_stands_twice() -> None:
    """A repeated line means no more than one."""
    line = "- Use Network Name for computer name.\n"
    twice = imported(SERVICE.replace(line, line + line))
    assert twice.yaml.count("type: Network Name") == 1


def test_type_named_like_its_dependency() -> None:
    """A type cannot depend on itself, so that dependency is listed instead."""
    text = SERVICE.replace("Shared Folder", "Network Name")
    assert load(imported(text).yaml).dependencies == ()


class TestCommand:
    @pytest.fixture
    def settings_txt(self, tmp_path: Path) -> Path:
        """A record as Notepad saves it: CR LF and a byte order mark."""
        path = tmp_path / "settings.txt"
        path.write_bytes(b"\xef\xbb\xbf" + FOLDER.replace("\n", "\r\n").encode())
        return path

    def test_prints(self, settings_txt: Path) -> None:
        """The schema on stdout, the list on stderr."""
        result = here("import-wizard", settings_txt)
        assert result.returncode == 0
        assert load(result.stdout).name == "Shared Folder"
        assert "settings.txt: not carried over: line 7: Resource depends" in result.stderr

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_encodings(self, encoding: str, tmp_path: Path) -> None:
        """A record in any encoding of its time gives the same schema; a guess is told."""
        path = tmp_path / "settings.txt"
        text = FOLDER.replace("Shared Folder", "Geteilte Größe").replace("\n", "\r\n")
        path.write_bytes(text.encode(encoding))
        result = here("import-wizard", path)
        assert load(result.stdout).name == "Geteilte Größe"
        assert ("code page 1252" in result.stderr) == (encoding == "cp1252")

    def test_writes_a_new_file_only(self, settings_txt: Path) -> None:
        """-o writes; an existing file stays unless --force is given."""
        target = settings_txt.with_name("folder.yaml")
        assert here("import-wizard", settings_txt, "-o", target).returncode == 0
        made = target.read_text()
        load(made)
        target.write_text("mine")
        again = here("import-wizard", settings_txt, "-o", target)
        assert (again.returncode, target.read_text()) == (2, "mine")
        assert here("import-wizard", settings_txt, "-o", target, "--force").returncode == 0
        assert target.read_text() == made

    @pytest.mark.parametrize(("name", "code"), [("x.toml", 2), (".", 2), ("no/x.yaml", 4)])
    def test_bad_output(self, settings_txt: Path, name: str, code: int) -> None:
        """An output that is no YAML file, or cannot be written."""
        target = settings_txt.parent / name
        assert here("import-wizard", settings_txt, "-o", target).returncode == code

    def test_json(self, settings_txt: Path) -> None:
        """--json has both."""
        data = json.loads(here("import-wizard", settings_txt, "--json").stdout)
        assert load(data["yaml"]).name == "Shared Folder"
        assert data["not_carried_over"][0]["line"] == 7

    @pytest.mark.parametrize("name", ["nowhere.txt", "."])
    def test_bad_input(self, tmp_path: Path, name: str) -> None:
        """No file, or a folder."""
        assert here("import-wizard", tmp_path / name).returncode == 2
