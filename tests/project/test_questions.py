"""The questions of copier.yml: what they refuse, and that their naming rule is that of the schema."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment
from tests.project.support import ROOT

from resforge.render.manifest import templates
from resforge.schema import load_resource_type_text
from resforge.schema.naming import class_identifier, type_identifier
from resforge.schema.reserved import CMAKE_TARGETS, GLOBAL_NAMES, RESERVED

QUESTIONS: dict[str, Any] = yaml.safe_load((ROOT / "copier.yml").read_text())
ENVIRONMENT = SandboxedEnvironment(
    loader=FileSystemLoader(ROOT),
    extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
    **QUESTIONS["_envops"],
)
EXCLUDED_BY_COPIER = [
    *("copier.yaml", "copier.yml", "~*", "*.py[co]", "__pycache__"),
    *(".git", ".DS_Store", ".svn"),
]
"""Page `exclude` of copier's documentation."""
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}( [A-Za-z0-9]{1,8}){0,3}", fullmatch=True)


def rendered(question: str, part: str, **answers: Any) -> str:
    """Render a part of a question as copier does."""
    return ENVIRONMENT.from_string(QUESTIONS[question][part]).render(**answers).strip()


def refusal(question: str, value: str, **answers: Any) -> str:
    """What the validator of a question says about an answer; empty when it is accepted."""
    return rendered(question, "validator", **{"type_name": "X", question: value, **answers})


@given(NAMES)
def test_identifiers_are_those_of_the_schema(name: str) -> None:
    """Whatever name is accepted: copier computes the identifiers that the generator uses."""
    if refusal("type_name", name):
        assert type_identifier(name).endswith("_") or class_identifier(name).endswith("_")
        return
    identifier = rendered("type_identifier", "default", type_name=name)
    assert identifier == type_identifier(name)
    made = rendered("class_identifier", "default", type_identifier=identifier)
    assert made == class_identifier(name)


@pytest.mark.parametrize("word", sorted(RESERVED | GLOBAL_NAMES | CMAKE_TARGETS))
def test_every_reserved_word_is_refused(word: str) -> None:
    """A name whose identifier the schema would change is refused, and no other."""
    name = re.sub(r"[_$]+", " ", word).strip()
    changed = type_identifier(name).endswith("_") or class_identifier(name).endswith("_")
    assert bool(refusal("type_name", name)) == changed


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "A name is needed"),
        ("3com", "a letter first"),
        ("Flag  File", "single blanks"),
        ("../x", "letters, digits"),
        ("Größe", "letters, digits"),
        ("a\nb", "letters, digits"),
        ("Flag File\n", "letters, digits"),
        ("x" * 61, "at most 60"),
        ("aB" * 30, "longer than 64"),
        ("Class", "reserves this word"),
        ("con", "reserves this word"),
    ],
)
def test_wrong_names(name: str, message: str) -> None:
    """A wrong name is refused with what is wrong and what is right."""
    assert message in refusal("type_name", name)


@pytest.mark.parametrize("question", ["description", "vendor", "copyright_holder"])
def test_texts_are_one_line(question: str) -> None:
    """Texts take any characters but controls."""
    assert refusal(question, "a\nb")
    assert refusal(question, "a\x1bb")
    assert refusal(question, "a\ufffeb")
    assert not refusal(question, 'Größe & "Sons" \\ {{ x }} \U0001f600')


def test_years() -> None:
    """A year or a range."""
    assert not refusal("copyright_year", rendered("copyright_year", "default"))
    assert not refusal("copyright_year", "2024-2026")
    assert refusal("copyright_year", "26")
    assert refusal("copyright_year", "2026\n")


@pytest.mark.parametrize(
    ("path", "name"),
    [("my_type", "My Type"), ("C:\\work\\flag-file", "Flag File"), ("/tmp/a/tunnel", "Tunnel")],
)
def test_the_folder_suggests_the_name(path: str, name: str) -> None:
    """The default name of the type comes from the folder."""
    found = rendered("type_name", "default", _copier_conf={"dst_path": Path(path)})
    assert found == name


@pytest.mark.parametrize("path", ["/tmp/3com", "/tmp/con", "/tmp/_"])
def test_a_folder_that_is_no_name_suggests_nothing(path: str) -> None:
    """copier refuses a default that its validator refuses, without asking: then there is none."""
    conf = {"dst_path": Path(path), "defaults": False}
    assert rendered("type_name", "default", _copier_conf=conf, UNSET="none") == "none"
    conf["defaults"] = True
    assert refusal("type_name", rendered("type_name", "default", _copier_conf=conf))


@pytest.mark.parametrize(
    ("source", "requirement"),
    [
        ("https://example.com/resforge.git", "resforge @ git+https://example.com/resforge.git"),
        ("ssh://git@example.com/resforge", "resforge @ git+ssh://git@example.com/resforge"),
        ("file:///srv/resforge.git", "resforge @ git+file:///srv/resforge.git"),
        ("git+https://example.com/resforge", "resforge @ git+https://example.com/resforge"),
        ("gh:me/resforge", "resforge @ git+https://github.com/me/resforge.git"),
        ("gl:/me/resforge.git", "resforge @ git+https://gitlab.com/me/resforge.git"),
        ("git@github.com:me/resforge.git", "resforge @ git+ssh://git@github.com/me/resforge.git"),
        ("/home/me/resforge", "resforge"),
        ("C:\\me@home\\resforge", "resforge"),
        ("https://example.com/a b", "resforge"),
    ],
)
def test_the_template_suggests_what_to_install(source: str, requirement: str) -> None:
    """A template from a git URL brings the generator of the same repository."""
    found = rendered("resforge_requirement", "default", _copier_answers={"_src_path": source})
    assert found == requirement
    assert not refusal("resforge_requirement", found)
    for wrong in (
        "",
        "resforge\nevil",
        "resforge\n",
        "resforge==1\tx",
        "other",
        "resforge; rm",
        "resforge @ a b",
    ):
        assert refusal("resforge_requirement", wrong), wrong


def test_every_question_has_help_and_default() -> None:
    """Each question explains itself and can be left alone; nothing needs --trust."""
    asked = {k: v for k, v in QUESTIONS.items() if not k.startswith("_")}
    for name, question in asked.items():
        assert "default" in question, name
        assert question.get("when") is False or question["help"], name
    dangerous = {"_tasks", "_migrations", "_jinja_extensions", "_external_data"}
    assert not dangerous & set(QUESTIONS)


def test_exclusions_keep_those_of_copier() -> None:
    """A list of exclusions takes the place of copier's own, so it holds them all."""
    *known, added = QUESTIONS["_exclude"]
    assert known == EXCLUDED_BY_COPIER
    assert ENVIRONMENT.from_string(added).render(_copier_operation="copy") == ""
    assert ENVIRONMENT.from_string(added).render(_copier_operation="update") == "/src"


def test_generate_leaves_copiers_files_to_copier() -> None:
    """Only names without an expression are scaffold of `generate`."""
    names = {template.name for template in templates()}
    assert "templates/project/README.md.jinja".removeprefix("templates/") in names
    assert not [name for name in names if "{" in name]


TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufffe\uffff"),
    max_size=30,
)


@given(TEXTS, TEXTS, st.sampled_from(["both", "online", "offline", "none"]))
def test_any_answers_make_a_valid_schema(description: str, vendor: str, pending: str) -> None:
    """Whatever text is answered, the schema loads and holds exactly that text."""
    name = "project/{{ type_identifier }}.yaml.jinja"
    template = (ROOT / "templates" / name).read_text()
    text = ENVIRONMENT.from_string(template).render(
        type_name="Null",
        type_identifier="null",
        description=description,
        vendor=vendor,
        pending=pending,
        failure_detection="polling",
    )
    kind = load_resource_type_text(text, file="x.yaml", syntax="yaml").resource_type
    assert (kind.name, kind.description, kind.vendor) == ("Null", description, vendor)
    assert kind.pending.online == (pending in ("both", "online"))
    assert kind.pending.offline == (pending in ("both", "offline"))
