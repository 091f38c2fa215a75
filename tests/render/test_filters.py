"""Each escaping filter gives back exactly its text when the language reads it."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path

import black
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.render.support import HOSTILE_TEXT, LONG

from resforge.render import filters_cpp, filters_text
from resforge.render.invisible import INVISIBLE
from resforge.render.wrap import COLUMN_LIMIT

ALPHABET = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from("\"'\\/*?%{}$`#;@|<>!=()[]\n\r\t \u202e\u2019\u00e9\U0001f600\x7f\x80"),
)
TEXTS = st.text(ALPHABET, max_size=40)
SAMPLES = (
    "",
    "plain",
    "?" * 5,
    "??/",
    "a\\",
    "\\u0041",
    "\x1b9",
    "\x7f\x80\xa0",
    "1\u202e2",
    "\U0001f6002",
    HOSTILE_TEXT,
    LONG,
)


@given(TEXTS)
@example(HOSTILE_TEXT)
def test_cpp_comment_stays_in_its_line(text: str) -> None:
    """A text in a C++ comment never ends it, splices the next line, or orders the formatter."""
    comment = filters_cpp.cpp_comment(text)
    assert not INVISIBLE.search(comment)
    assert "*/" not in comment
    assert "/*" not in comment
    assert not comment.endswith(("\\", "??/"))
    assert not comment.startswith("clang-format")


@given(TEXTS, st.integers(0, 20), st.integers(40, 120))
@example(LONG, 4, 100)
def test_doc_comment_fits(text: str, indent: int, width: int) -> None:
    """Each line of a wrapped comment starts with the marker and stays within the width."""
    block = " " * indent + filters_cpp.doc_comment(text, indent=indent, marker="///", width=width)
    for line in block.split("\n") if block.strip() else []:
        assert line.startswith(" " * indent + "/// ")
        assert len(line.encode()) <= width
        assert not line.endswith((" ", "\\", "??/"))


def test_cpp_literals_hold_their_text(tmp_path: Path) -> None:
    """g++ reads each literal as the text, warning-free, on one line and split over lines."""
    compiler = shutil.which("g++")
    if compiler is None:
        pytest.skip("no g++")
    source = tmp_path / "literals.cpp"
    source.write_text(cpp_checks([*SAMPLES]), encoding="ascii")
    command = [compiler, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wtrigraphs"]
    command += ["-Wbidi-chars=any", "-Werror"]
    result = subprocess.run(
        [*command, "-fsyntax-only", str(source)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def cpp_checks(texts: list[str]) -> str:
    """Return C++ that compiles only if every literal has the units of its text."""
    lines = [
        "#include <string_view>",
        "#define RESFORGE_TEXT_(text) u##text",
        "#define RESFORGE_TEXT(text) RESFORGE_TEXT_(text)",
    ]
    for index, text in enumerate(texts):
        data = text.encode("utf-16-le")
        units = [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)]
        array = ", ".join([*map(str, units), "0"])
        lines.append(f"constexpr char16_t wide{index}[] = {{{array}}};")
        for literal in (filters_cpp.wide_literal(text), filters_cpp.wide_pieces(text, 4)):
            view = f"std::u16string_view({literal}, {len(units)})"
            lines.append(
                f"static_assert({view} == std::u16string_view(wide{index}, {len(units)}));"
            )
            lines.append(f"static_assert(sizeof({literal}) == sizeof(wide{index}));")
        array = ", ".join(f"char({byte})" for byte in [*text.encode(), 0])
        lines.append(f"constexpr char narrow{index}[] = {{{array}}};")
        lines += [
            f"static_assert(std::string_view({literal}) == narrow{index});"
            for literal in (filters_cpp.utf8_literal(text), filters_cpp.utf8_pieces(text, 4))
        ]
    return "\n".join(lines) + "\n"


@given(TEXTS)
@example(HOSTILE_TEXT)
def test_cpp_literals_are_plain_ascii(text: str) -> None:
    """C++ and resource literals are printable ASCII on one line, without a trigraph."""
    for literal in (
        filters_cpp.wide_literal(text),
        filters_cpp.utf8_literal(text),
        filters_cpp.rc_string(text),
    ):
        assert re.fullmatch(r"[\x20-\x7e]+", literal)
        assert not re.search(r"\?\?[=/'()!<>-]", literal)


def test_pieces_tear_no_word_apart() -> None:
    """A long literal is split after spaces; only a word longer than a line is cut."""
    pieces = filters_cpp.utf8_pieces(" ".join(["several", "more", "words"] * 20)).split("\n")
    assert len(pieces) > 1
    assert all(piece.endswith(' "') for piece in pieces[:-1])
    assert len(filters_cpp.utf8_pieces("x" * 150).split("\n")) == 2


@given(TEXTS)
@example(LONG)
def test_pieces_fit_the_column_limit(text: str) -> None:
    """A long literal is split so that no line passes the limit, with room for what follows."""
    for line in filters_cpp.wide_pieces(text, indent=8, prefix=2).split("\n"):
        assert len(line.lstrip()) + 8 + 2 <= COLUMN_LIMIT or line.startswith(" ")
        assert len(line) <= COLUMN_LIMIT


@given(TEXTS)
@example(HOSTILE_TEXT)
def test_rc_string_holds_its_text(text: str) -> None:
    """The units of a resource string are those of the text."""
    body = filters_cpp.rc_string(text)[2:-1]
    units = [
        int(token[2:6], 16) if len(token) > 1 else ord(token)
        for token in re.findall(r"\\x[0-9a-f]{4}|[^\\]", body)
    ]
    assert b"".join(unit.to_bytes(2, "little") for unit in units) == text.encode("utf-16-le")


def test_long_rc_string_is_cut() -> None:
    """A version resource has 64 KiB at most, so a long text ends early, and shows it."""
    assert filters_cpp.rc_string("v" * 40_000) == f'L"{"v" * 497}..."'


@pytest.mark.parametrize("value", [0, 0x01400086, 0xFFFFFFFF])
def test_hex32(value: int) -> None:
    """A 32-bit number has eight digits."""
    assert int(filters_cpp.hex32(value), 16) == value
    assert len(filters_cpp.hex32(value)) == 10


@pytest.mark.parametrize("value", [-1, 1 << 32])
def test_hex32_refuses_other_numbers(value: int) -> None:
    """A number that needs more than 32 bits is an error, not a longer literal."""
    with pytest.raises(OverflowError):
        filters_cpp.hex32(value)


def test_def_string_refuses_quotes() -> None:
    """A name that a module definition file cannot hold is an error."""
    with pytest.raises(ValueError, match="module definition"):
        filters_cpp.def_string('a"b')
    assert filters_cpp.def_string("My.dll") == '"My.dll"'


@given(TEXTS)
@example(HOSTILE_TEXT)
@example("it's")
@example("'\"")
@example('say "x"')
def test_python_string(text: str) -> None:
    """Python reads the literal as the text, and black keeps its form."""
    literal = filters_text.python_string(text)
    assert ast.literal_eval(literal) == text
    source = f"x = {literal}\n"
    mode = black.Mode(line_length=10_000)
    assert black.format_str(source, mode=mode) == source


@given(TEXTS)
@example(HOSTILE_TEXT)
def test_python_comment_and_docstring(text: str) -> None:
    """Text in a comment or docstring changes nothing that Python or black sees."""
    docstring = filters_text.python_docstring(f"T{text}", indent=4)
    comment = filters_text.python_comment(text).rstrip()
    source = f'def f():\n    """{docstring}"""\n    return 1  # x{comment}\n'
    tree = ast.parse(source)
    assert len(tree.body) == 1
    assert ast.unparse(tree.body[0]).endswith("return 1")
    assert not re.match(r"(fmt|type|noqa|mypy)", comment)


@given(TEXTS)
@example(HOSTILE_TEXT)
def test_powershell_string(text: str) -> None:
    """PowerShell's rules for single quotes and [char] give the text back."""
    literal = filters_text.powershell_string(text)
    assert literal.isascii()
    assert read_powershell(literal) == text


def read_powershell(expression: str) -> str:
    """Evaluate what `powershell_string` writes."""
    units = b""
    body = expression[1:-1] if expression.startswith("(") else expression
    position = 0
    while position < len(body):
        match = re.compile(r"'((?:[^']|'')*)'|\[char\]0x([0-9A-F]{4})").match(body, position)
        assert match is not None, body[position:]
        if match[1] is not None:
            units += match[1].replace("''", "'").encode("utf-16-le")
        else:
            units += int(match[2], 16).to_bytes(2, "little")
        position = match.end()
        if position < len(body):
            assert body[position : position + 3] == " + "
            position += 3
    return units.decode("utf-16-le")


@given(TEXTS)
@example(HOSTILE_TEXT)
def test_powershell_comment(text: str) -> None:
    """A text in a PowerShell comment cannot end it."""
    comment = filters_text.powershell_comment(text)
    assert comment.isascii()
    assert "\n" not in comment
    assert "#>" not in comment


@given(TEXTS)
@example(HOSTILE_TEXT)
def test_json_string(text: str) -> None:
    """JSON gives the text back."""
    assert json.loads(filters_text.json_string(text)) == text


def test_cmake_string(tmp_path: Path) -> None:
    """CMake reads each argument as its text."""
    cmake = shutil.which("cmake")
    if cmake is None:
        pytest.skip("no cmake")
    texts = [text for text in SAMPLES if text and "\x1b" not in text]
    for index, text in enumerate(texts):
        script = tmp_path / f"{index}.cmake"
        written = f"file(WRITE out{index} {filters_text.cmake_string(text)})\n"
        script.write_bytes(written.encode())
        subprocess.run([cmake, "-P", str(script)], cwd=tmp_path, check=True)
        assert (tmp_path / f"out{index}").read_bytes().decode() == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b", "a&#124;b"),
        ("*b* _c_ `d`", r"\*b\* \_c\_ \`d\`"),
        ("<script>", "&lt;script&gt;"),
        ("1.0.0", "1.0.0"),
        ("1. x", "&#49;. x"),
        ("# x", "&#35; x"),
        ("[x](y)", r"\[x\](y)"),
        ("a\nb", "a b"),
        ("\u202e", "&lt;U+202E&gt;"),
    ],
)
def test_markdown(text: str, expected: str) -> None:
    """Markdown shows the characters and not what they mean."""
    assert filters_text.markdown(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, "5"),
        ("", "(empty)"),
        ("a b", "`a b`"),
        ("a`b", r"<code>a\`b</code>"),
        ((), "(empty)"),
        (("a", "b"), "`a`, `b`"),
        (b"\x00\xff", "`00 ff`"),
    ],
)
def test_markdown_value(value: object, expected: str) -> None:
    """Values of every format have a form for a table."""
    assert filters_text.markdown_value(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(5, "5"), ("it's", "'it''s'"), (("a",), "@('a')"), (b"\x01", "([byte[]] @(0x01))")],
)
def test_powershell_value(value: object, expected: str) -> None:
    """Values of every format have a form for Set-ClusterParameter."""
    assert filters_text.powershell_value(value) == expected
