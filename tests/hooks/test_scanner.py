"""What the scanner finds in C++ sources, and what it says when it cannot know."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resforge.hooks.scanner import Function, Scan, scan
from resforge.hooks.tokens import tokens


def found(text: str) -> Scan:
    """Scan `text` as a file of the type `demo`."""
    return scan(text, file="x.cpp", namespace="demo")


def names(text: str) -> list[str]:
    """The names of what is found."""
    return [function.name for function in found(text).functions]


def only(text: str) -> Function:
    """The one function of `text`."""
    (function,) = found(text).functions
    return function


HEADER = """\
#ifndef DEMO_HOOKS_H
#define DEMO_HOOKS_H
#include <atomic>
namespace demo {
/* class Hooks { DWORD fake(); }; */
class [[nodiscard]] Hooks final : public Base<int> {
  public:
    explicit Hooks(int x = f(2)) : x_{x}, y_(0) { online(); }
    DWORD online(OnlineContext& context);
    DWORD offline(OfflineContext&) { if (true) { return 0; } return 1; }
    static DWORD ask_all(resforge::TypeControlContext& context, std::map<int, int>& output);
    void gone() = delete;
  private:
    std::atomic<bool> running_{false};
    enum class Kind { a, b };
    struct Inner { void inner(); };
    std::function<void(int)> callback_ = [](int) { other(); };
};
}
#endif
"""


def test_class() -> None:
    """Declarations and inline bodies of the class, not those around or inside it."""
    scanned = found(HEADER)
    assert [f.name for f in scanned.functions if f.name != "Hooks"] == [
        "online",
        "offline",
        "ask_all",
    ]
    online, offline, ask_all = (f for f in scanned.functions if f.name != "Hooks")
    assert (online.declared, online.defined, online.line) == (True, False, 9)
    assert (offline.defined, offline.parameters) == (True, ("OfflineContext &",))
    assert ask_all.static
    assert ask_all.parameters == (
        "resforge :: TypeControlContext & context",
        "std :: map < int , int > & output",
    )
    assert (scanned.class_line, scanned.bases, scanned.balanced) == (6, True, True)
    assert scanned.notes == ()
    assert not any(function.conditional for function in scanned.functions)


@pytest.mark.parametrize(
    "text",
    [
        "namespace demo { DWORD Hooks::online(OnlineContext& c) { return 0; } }",
        "DWORD demo::Hooks::online(OnlineContext& c) { return 0; }",
        "DWORD ::demo::Hooks::online(OnlineContext& c) noexcept(true) { return 0; }",
        "using namespace demo;\nDWORD Hooks::online(OnlineContext& c) try { } catch (...) { }",
        "namespace a { namespace demo::inner { } namespace demo { auto Hooks::online() -> DWORD {} } }",
        "namespace d = demo;\nnamespace e = d;\nDWORD e::Hooks::online() {}",
        "using demo::Hooks;\nDWORD Hooks::online() {}",
        "using Mine = demo::Hooks;\nDWORD Mine::online() {}",
        'extern "C++" { DWORD demo::Hooks::online() { return sizeof("}"); } }',
        "RESFORGE_API(1) DWORD demo::Hooks::online() <% return 0; %>",
        "#if 1\nDWORD demo::Hooks::online() {}\n#else\n}}}\n#endif",
    ],
)
def test_definitions(text: str) -> None:
    """A definition is found however its scope is written."""
    function = only(text)
    assert (function.name, function.defined, function.declared) == ("online", True, False)
    assert found(text).notes == ()
    assert found(text).balanced


@pytest.mark.parametrize(
    "text",
    [
        "// DWORD demo::Hooks::online() {}",
        "/* DWORD demo::Hooks::online() {} */",
        "// ends in a backslash \\\nDWORD demo::Hooks::online() {}",
        'auto text = "DWORD demo::Hooks::online() {}";',
        'auto text = R"x(" DWORD demo::Hooks::online() {} )x";',
        "#if 0\nDWORD demo::Hooks::online() {}\n#endif",
        "#if 1\n#else\nDWORD demo::Hooks::online() {}\n#endif",
        "#define DEFINE DWORD demo::Hooks::online() {} \\\n DWORD demo::Hooks::online() {}",
        "void f() { hooks.online(); Hooks::online(); }",
        "DWORD other::Hooks::online() {}",
        "DWORD demo::OtherHooks::online() {}",
        "namespace demo { DWORD online() {} }",
        "using demo::Hooks;\nDWORD demo::online() {}",
        "namespace d = other;\nDWORD d::Hooks::online() {}",
        "using Mine = other::Hooks;\nDWORD Mine::online() {}",
        "auto pointer = &demo::Hooks::online;",
        "auto value = demo::Hooks::online();",
        "#if 0\ndon't\n#endif\n",
    ],
)
def test_not_definitions(text: str) -> None:
    """Comments, texts, dead code, macros, calls and other classes hold no hook."""
    assert names(text) == []
    assert found(text).notes == ()
    assert found(text).balanced


def test_separators_and_characters() -> None:
    """Digit separators, braces in characters and escaped quotes do not confuse the reader."""
    text = "int a = 1'000'000; char b = '{'; char c = '\\''; char d = '\"';\n"
    assert only(text + "DWORD demo::Hooks::online() {}").line == 2


def test_conditional_definitions_are_marked() -> None:
    """What only some builds see is found and marked; an include guard is no condition."""
    text = "#ifdef _WIN32\nDWORD demo::Hooks::a() {}\n#else\nDWORD demo::Hooks::b() {}\n#endif\n"
    scanned = found(text + "DWORD demo::Hooks::c() {}")
    assert [(f.name, f.conditional) for f in scanned.functions] == [
        ("a", True),
        ("b", True),
        ("c", False),
    ]
    assert scanned.notes == ()


def test_branches_may_share_a_body() -> None:
    """Two heads for one body are read as two functions."""
    text = "#if A\nDWORD demo::Hooks::a() {\n#else\nDWORD demo::Hooks::b() {\n#endif\n}\n"
    assert names(text + "void demo::Hooks::c() {}") == ["a", "b", "c"]
    assert found(text).notes == ()


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("#if A\nnamespace demo {\n#endif\nDWORD Hooks::online() {}\n", "condition differ"),
        ("#if A\n}\n#elif B\n#endif\n", "closes nothing"),
        ("namespace demo {\nDWORD Hooks::online() {", "do not match"),
        ("}\n", "closes nothing"),
        ("/* open\nDWORD demo::Hooks::online() {}", "does not end"),
        ('auto a = "open;\n', "does not end"),
    ],
)
def test_what_cannot_be_known_is_said(text: str, note: str) -> None:
    """A file that the reader cannot follow gives a note."""
    assert note in " ".join(found(text).notes[0].text.split())


@pytest.mark.parametrize("piece", ["{", "a : ", "(", "a{", "#if A\n", "x::", "a<b,"])
def test_long_files_take_linear_time(piece: str) -> None:
    """No repetition makes the scanner slow: ten times the text takes about ten times as long."""

    def seconds(count: int) -> float:
        start = time.process_time()
        found(piece * count)
        return time.process_time() - start

    assert seconds(20_000) < 40 * max(seconds(2_000), 0.01)


PIECES = ("DWORD", "demo", "::", "Hooks", "::", "online", "(", "int", "a", ")", "{", "}")
NOISE = st.sampled_from(
    [" ", "\n", "/* { */", '// } "\n', '/* " */', "\n#define X {\n", "\n#if 0\n}'\n#endif\n"]
)


@given(st.lists(NOISE, min_size=len(PIECES), max_size=len(PIECES)))
def test_noise_between_tokens_changes_nothing(noise: list[str]) -> None:
    """Comments and directives anywhere between the tokens do not hide a definition."""
    text = "".join(piece + " " + extra for piece, extra in zip(PIECES, noise, strict=True))
    function = only(text)
    assert (function.name, function.parameters, function.defined) == ("online", ("int a",), True)


@given(st.text(alphabet="ab(){};:<>#\"'/*\\\n =,R_classnamespace", max_size=200))
def test_any_text_is_scanned(text: str) -> None:
    """No text makes the scanner fail, and every token has a line of the text."""
    found(text)
    assert all(1 <= token.line <= text.count("\n") + 1 for token in tokens(text))
