"""`resforge hooks`, its library and what it appends."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.cli.support import resforge
from tests.runtime.programs import compile_project, compile_unit, parsed, write

from resforge.hooks.append import append_stubs
from resforge.hooks.compare import FINDINGS, Report, Status, compare, compare_texts
from resforge.problems import EnvironmentProblem, UserError
from resforge.render.hooks import required_hooks
from resforge.schema import ResourceType

SCHEMA = "resforge: 1\nname: Demo\n"
CODES = """control_codes:
  - {name: Ask, function: 1, output: {fields: [{name: Size, format: DWORD}]}}
  - {name: Tell, function: 2, scope: resource_type, input: {bytes: {maximum: 8}}}
"""
HEADER = "src/demo_hooks.h"
SOURCE = "src/demo_hooks.cpp"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A generated project whose schema then asks for two more hooks."""
    (tmp_path / "demo.yaml").write_text(SCHEMA)
    assert resforge("generate", "demo.yaml", cwd=tmp_path).returncode == 0
    with (tmp_path / "demo/demo.yaml").open("a") as schema:
        schema.write(CODES)
    return tmp_path / "demo"


def statuses(report: Report) -> dict[str, str]:
    """The status of each hook."""
    return {answer.hook.identifier: str(answer.status) for answer in report.answers}


def texts(header: str, source: str = "") -> dict[str, str]:
    """Sources with these members of the class, and these definitions."""
    body = "DWORD online(OnlineContext&); DWORD offline(OfflineContext&);"
    body += "void terminate(TerminateContext&); bool is_alive(HealthContext&);"
    done = "DWORD Hooks::online(OnlineContext&) {} DWORD Hooks::offline(OfflineContext&) {}"
    done += "void Hooks::terminate(TerminateContext&) {} bool Hooks::is_alive(HealthContext&) {}"
    return {
        HEADER: f"namespace demo {{ class Hooks {{ public: {body}\n{header}\n}}; }}",
        SOURCE: f"namespace demo {{ {done}\n{source}\n}}",
    }


def status_of(name: str, header: str, source: str, schema: str = SCHEMA + CODES) -> Status:
    """The status of one hook."""
    report = compare_texts(texts(header, source), parsed(schema))
    return next(a.status for a in report.answers if a.hook.identifier == name)


ASK = "DWORD ask(ControlContext& context, AskOutput& output)"
ASK_BODY = "DWORD Hooks::ask(ControlContext&, AskOutput&) { return 0; }"
TELL = "static DWORD tell(resforge::TypeControlContext& context, resforge::ByteView input)"


@pytest.mark.parametrize(
    ("header", "source", "status"),
    [
        ("", "", Status.MISSING),
        (f"{ASK};", ASK_BODY, Status.OK),
        (f"{ASK} {{ return 0; }}", "", Status.OK),
        (f"{ASK};", "", Status.UNDEFINED),
        ("", ASK_BODY, Status.UNDECLARED),
        ("DWORD ask(ControlContext&);", ASK_BODY, Status.MISTYPED),
        (f"{ASK};", "DWORD Hooks::ask(ControlContext&) {}", Status.MISTYPED),
        (f"static {ASK};", ASK_BODY, Status.OK),
        (f"DWORD ask(int); {ASK};", f"DWORD Hooks::ask(int) {{}} {ASK_BODY}", Status.OK),
        (f"{ASK} = delete;", ASK_BODY, Status.UNDECLARED),
        (f"private: {ASK};", ASK_BODY, Status.MISTYPED),
        (f"protected: int a; public: {ASK};", ASK_BODY, Status.OK),
        (f"struct In {{ private: int b; }}; {ASK};", ASK_BODY, Status.OK),
        ("DWORD ask(ControlContext&, AskOutput&, int more = 1);", ASK_BODY, Status.OK),
        ("DWORD ask(ControlContext&, AskOutput&, int more);", ASK_BODY, Status.MISTYPED),
    ],
)
def test_statuses(header: str, source: str, status: Status) -> None:
    """Each way in which a hook can be there, half there, or not there."""
    assert status_of("ask", header, source) is status


def test_static_hooks() -> None:
    """A code of the resource type needs a static hook."""
    body = "DWORD Hooks::tell(resforge::TypeControlContext&, resforge::ByteView) {}"
    assert status_of("tell", f"{TELL};", body) is Status.OK
    assert status_of("tell", f"{TELL.removeprefix('static ')};", body) is Status.MISTYPED


def test_a_renamed_code_keeps_its_hook() -> None:
    """The hook under the former name serves, is reported with the new one, and gets no stub."""
    schema = SCHEMA + CODES.replace("name: Ask,", "name: Query, renamed_from: Ask,")
    query = parsed(schema)
    report = compare_texts(texts(f"{ASK};", ASK_BODY), query)
    answer = next(a for a in report.answers if a.hook.identifier == "query")
    assert (answer.status, answer.hook.former) == (Status.RENAMED, "ask")
    assert answer not in report.with_status(*FINDINGS)
    half = compare_texts(texts(f"{ASK};"), query)
    assert statuses(half)["query"] == "missing"
    assert "formerly ask" in next(h for h in required_hooks(query) if h.former).place
    assert not any("no control code" in note.text for note in report.notes)


def test_uses_of_a_renamed_property_are_listed() -> None:
    """Where the hooks read a property under its former name, a note says so."""
    schema = "properties: [{name: Target Path, renamed_from: Path, format: SZ}]\n"
    body = "void Hooks::extra() { context.properties().path; // .path\n other->path; path; }"
    report = compare_texts(texts("void extra();", body), parsed(SCHEMA + schema))
    assert [(n.file, n.line) for n in report.notes] == [(SOURCE, 2), (SOURCE, 3)]
    assert "path is the property target_path now" in report.notes[0].text


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("namespace demo { class Hooks : public Base { }; }", "base class"),
        ("DEFINE_HOOKS(demo)", "a macro may make it"),
    ],
)
def test_unsure(source: str, note: str) -> None:
    """What a base class or a macro may bring is not called missing."""
    report = compare_texts({HEADER: source}, parsed(SCHEMA))
    assert set(statuses(report).values()) == {"unsure"}
    assert report.complete
    assert any(note in n.text for n in report.notes)


@pytest.mark.parametrize(
    ("declaration", "meant"),
    [
        ("DWORD opne(OpenContext& context);", "open"),
        ("bool look_alive(HealthContext& context);", "looks_alive"),
        ("void notify(ControlContext& context, const resforge::Notification& n);", "notified"),
        ("DWORD open(OpenContext& c); DWORD reopen(OpenContext& context);", None),
        ("void connect(OpenContext& context);", None),
    ],
)
def test_a_misspelt_optional_hook_is_noted(declaration: str, meant: str | None) -> None:
    """The compiler takes it for any other member, so this is the only place to hear of it."""
    report = compare_texts(texts(declaration), parsed(SCHEMA))
    expected = [] if meant is None else [f'did you mean "{meant}"?']
    assert [note.text.partition("; ")[2] for note in report.notes] == expected


def test_a_hook_of_no_code_is_noted() -> None:
    """A hook whose control code left the schema is mentioned."""
    report = compare_texts(texts(f"{ASK};", ASK_BODY), parsed(SCHEMA))
    assert report.complete
    assert ["no control code has this name" in n.text for n in report.notes] == [True]


def test_required_hooks_are_those_of_the_generated_checks() -> None:
    """The skeleton that generate writes has every hook of every kind of type."""
    for detection in ("polling", "cached_health", "event_handle"):
        kind: ResourceType = parsed(f"{SCHEMA}failure_detection: {detection}\n{CODES}")
        from tests.runtime.programs import rendered

        files = {p: f.text for p, f in rendered(kind).items() if p.startswith("src/")}
        report = compare_texts(files, kind)
        assert set(statuses(report).values()) == {"ok"}, detection
        assert report.notes == ()


def test_command(project: Path) -> None:
    """Exit 1 and the missing hooks with declaration; --json has the same."""
    result = resforge("hooks", project)
    assert result.returncode == 1
    assert "missing     DWORD Hooks::ask(ControlContext& context, AskOutput& output)" in (
        result.stdout
    )
    assert "    DWORD ask(ControlContext& context, AskOutput& output);" in result.stdout
    assert f"ok          DWORD Hooks::online(OnlineContext& context)  [{SOURCE}:7]" in result.stdout
    value = json.loads(resforge("hooks", "--json", cwd=project).stdout)
    assert value["complete"] is False
    assert {h["name"]: h["status"] for h in value["hooks"]} == {
        **dict.fromkeys(("online", "offline", "terminate", "is_alive"), "ok"),
        **dict.fromkeys(("ask", "tell"), "missing"),
    }


def test_complete(project: Path) -> None:
    """Exit 0 when nothing is missing."""
    (project / "demo.yaml").write_text(SCHEMA)
    result = resforge("hooks", project)
    assert (result.returncode, result.stderr) == (0, "")
    assert "all 4 hooks are there" in result.stdout


@pytest.mark.parametrize("ending", ["\n", "", "\r\n"])
def test_append_adds_at_the_end_and_nothing_else(project: Path, ending: str) -> None:
    """Every byte stays, line ends are followed, other files keep their time of change."""
    path = project / SOURCE
    old = path.read_bytes().rstrip(b"\n")
    newline = ending.encode() or b"\n"
    old = old.replace(b"\n", newline) + ending.encode()
    path.write_bytes(old)
    before = {p: p.stat().st_mtime_ns for p in project.rglob("*") if p.is_file() and p != path}
    result = resforge("hooks", project, "--append")
    assert result.returncode == 1  # the declarations are the user's
    assert "appended a stub of ask" in result.stdout
    new = path.read_bytes()
    assert new.startswith(old)
    added = new[len(old) :].decode()
    assert added.count("\n") == added.count(newline.decode())
    assert added.replace("\r\n", "\n").lstrip("\n") == (
        "DWORD demo::Hooks::ask(ControlContext&, AskOutput&) {\n    return ERROR_NOT_SUPPORTED;\n}\n\n"
        "DWORD demo::Hooks::tell(resforge::TypeControlContext&, resforge::ByteView) {\n"
        "    return ERROR_NOT_SUPPORTED;\n}\n"
    )
    assert {p: p.stat().st_mtime_ns for p in before} == before
    assert resforge("hooks", project, "--append").stdout.count("appended") == 0
    assert path.read_bytes() == new


@pytest.mark.parametrize(
    "text",
    [
        *("namespace demo {\n", "#if A\n{\n#endif\n", "/* \n", "}\n", "\0"),
        *("#if 0\n", "#ifdef A\n", "#if A\n#else\n", "static int last =\n"),
    ],
)
def test_append_refuses_a_file_that_it_cannot_follow(project: Path, text: str) -> None:
    """Where a stub might land inside braces or a comment nothing is written."""
    path = project / SOURCE
    path.write_text(path.read_text() + text)
    before = path.read_bytes()
    result = resforge("hooks", project, "--append")
    assert result.returncode == 2
    assert "[unclear-hook-file]" in result.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_source_in_utf_16(project: Path, encoding: str) -> None:
    """Visual C++ takes UTF-16: it is read, but no UTF-8 is appended to it."""
    path = project / SOURCE
    path.write_bytes(("\ufeff" + path.read_text()).encode(encoding))
    before = path.read_bytes()
    assert "ok          DWORD Hooks::online" in resforge("hooks", project).stdout
    result = resforge("hooks", project, "--append")
    assert result.returncode == 2
    assert "save it as UTF-8" in result.stderr
    assert path.read_bytes() == before


def test_append_after_a_macro(project: Path) -> None:
    """A macro without a semicolon at the end of the file may well be complete."""
    path = project / SOURCE
    path.write_text("#define EXTRA(x) int x();\n" + path.read_text() + "EXTRA(more)\n")
    assert resforge("hooks", project, "--append").returncode == 1
    assert path.read_text().count("Hooks::ask") == 1


def test_append_without_a_file(project: Path) -> None:
    """A hook file that the user removed is not made again."""
    (project / SOURCE).unlink()
    result = resforge("hooks", project, "--append")
    assert result.returncode == 2
    assert "[no-hook-file]" in result.stderr
    assert not (project / SOURCE).exists()


def test_append_through_a_link_is_refused(project: Path, tmp_path: Path) -> None:
    """A link that leads out of the project is not written through."""
    other = tmp_path / "other.cpp"
    (project / SOURCE).rename(other)
    (project / SOURCE).symlink_to(other)
    before = other.read_bytes()
    result = resforge("hooks", project, "--append")
    assert result.returncode == 2
    assert "symbolic link" in result.stderr
    assert other.read_bytes() == before


def test_a_failed_append_is_taken_back(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up in the middle leaves the file as it was."""
    path = project / SOURCE
    before = path.read_bytes()
    report = compare(project, parsed(SCHEMA + CODES))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentProblem, match="nothing was changed"):
        append_stubs(project, report)
    assert path.read_bytes() == before


def test_not_a_project(tmp_path: Path) -> None:
    """A folder without a lock file is one problem."""
    result = resforge("hooks", tmp_path)
    assert result.returncode == 2
    assert "[not-a-project]" in result.stderr


def test_unreadable_and_odd_sources(project: Path) -> None:
    """Bytes that are no UTF-8 are read; a huge file is one problem."""
    (project / "src/latin.h").write_bytes(b"// caf\xe9 { \n")
    assert not [n for n in compare(project, parsed(SCHEMA)).notes if "latin" in n.file]
    with (project / "src/huge.h").open("wb") as stream:
        stream.truncate(9 << 20)
    with pytest.raises(UserError, match="larger than"):
        compare(project, parsed(SCHEMA))


@pytest.mark.slow
def test_appended_stubs_compile(tmp_path: Path, gcc: Path) -> None:
    """With the printed declarations in the class, all stubs of all kinds of hooks compile."""
    kind = parsed(f"{SCHEMA}failure_detection: event_handle\n{CODES}")
    folder = write(kind, tmp_path)
    header, source = tmp_path / HEADER, tmp_path / SOURCE
    hooks = required_hooks(kind)
    lines = "\n".join(hook.declaration for hook in hooks)
    header.write_text(
        f'#pragma once\n#include "demo.g.h"\nnamespace demo {{ class Hooks {{ public:\n{lines}\n}}; }}\n'
    )
    source.write_text('#include "demo_hooks.h"\n')
    report = compare(tmp_path, kind)
    assert {answer.status for answer in report.answers} == {Status.UNDEFINED}
    assert {Status.UNDEFINED} <= FINDINGS
    append_stubs(tmp_path, report)
    assert compile_project(gcc, folder, "demo") == []
    assert compile_unit(gcc, folder, source, folder / "x.o").returncode == 0
    assert compare(tmp_path, kind).complete
