"""The rule that makes identifiers of names."""

from __future__ import annotations

import json
import keyword
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.schema.support import codes, load

from resforge.names import ordinal_key
from resforge.schema.naming import class_identifier, identifier, type_identifier

PLAIN = re.compile(r"[a-z][a-z0-9_]*\Z")
names = st.text(min_size=1, max_size=40).filter(lambda name: identifier(name) != "")


def with_properties(*property_names: str) -> str:
    """A schema with properties of these names."""
    properties = [{"name": name, "format": "SZ"} for name in property_names]
    return json.dumps({"resforge": 1, "name": "Thing", "properties": properties})


class TestIdentifier:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("CommandLine", "command_line"),
            ("CSCCache", "csc_cache"),
            ("Security Descriptor", "security_descriptor"),
            ("HealthPort", "health_port"),
            ("T1", "t1"),
            ("SHA256Hash", "sha256_hash"),
            ("ObjectGUID", "object_guid"),
            ("already_snake", "already_snake"),
            ("a-b.c/d", "a_b_c_d"),
            ("3com", "n3com"),
            ("Café", "cafe"),
            ("Cafe\u0301", "cafe"),
            ("名前", "u540d_u524d"),
            ("\uff21\uff22", "ab"),
            ("Größe", "gro_udf_e"),
            ("😀", "u1f600"),
            ("class", "class_"),
            ("Class", "class_"),
            ("Lambda", "lambda_"),
            ("Min", "min_"),
            ("near", "near_"),
            ("Interface", "interface_"),
            ("Small", "small_"),
            ("co_await", "co_await_"),
            ("Bytes", "bytes_"),
            ("CON", "con_"),
            ("LPT1", "lpt1_"),
            ("ExceptionInfo", "exception_info_"),
            ("foreach", "foreach_"),
            ("Typeof", "typeof_"),
            ("!!!", ""),
            ("", ""),
        ],
    )
    def test_examples(self, name: str, expected: str) -> None:
        """The documented rule, case by case."""
        assert identifier(name) == expected

    @given(st.text())
    def test_is_an_identifier(self, name: str) -> None:
        """Any text gives nothing or an identifier that neither C++ nor Python reserves."""
        made = identifier(name)

        assert made == "" or (PLAIN.match(made) and not keyword.iskeyword(made))

    @given(st.text())
    def test_reserved_once(self, name: str) -> None:
        """The identifier of an identifier is itself, so that the rule can be applied again."""
        made = identifier(name)

        assert identifier(made) == made


class TestTypeIdentifier:
    @pytest.mark.parametrize(
        ("name", "expected", "expected_class"),
        [
            ("Process Supervisor", "process_supervisor", "ProcessSupervisor"),
            ("process-supervisor", "process_supervisor", "ProcessSupervisor"),
            ("Time", "time_", "Time"),
            ("std", "std_", "Std"),
            ("Package", "package_", "Package"),
            ("Edit Cache", "edit_cache_", "EditCache"),
            ("resforge", "resforge_", "Resforge"),
            ("None", "none", "None_"),
            ("con", "con_", "Con_"),
            ("7zip", "n7zip", "N7zip"),
            ("名前", "u540d_u524d", "U540dU524d"),
        ],
    )
    def test_examples(self, name: str, expected: str, expected_class: str) -> None:
        """Namespaces also avoid global functions of C; C++ types have capital initials."""
        assert type_identifier(name) == expected
        assert class_identifier(name) == expected_class


class TestOrdinalKey:
    def test_ignores_case(self) -> None:
        """Windows compares names without regard to case, unit by unit."""
        assert ordinal_key("Größe") == ordinal_key("GRÖßE")
        assert ordinal_key("Größe") != ordinal_key("GRÖSSE")


class TestCollisions:
    @given(st.lists(names, min_size=2, max_size=5))
    def test_injective_or_refused(self, several: list[str]) -> None:
        """Properties that load have identifiers that all differ; the others are refused."""
        text = with_properties(*several)
        if codes(text, "json"):
            return
        loaded = load(text, "json").properties

        assert [item.name for item in loaded] == several
        assert len({item.identifier for item in loaded}) == len(several)

    @pytest.mark.parametrize(
        ("first", "second", "code"),
        [
            ("Port", "Port", "duplicate-name"),
            ("Port", "PORT", "duplicate-name"),
            ("Straße", "STRAßE", "duplicate-name"),
            ("Port-A", "Port A", "identifier-collision"),
            ("PortA", "port_a", "identifier-collision"),
            ("C++", "C", "identifier-collision"),
            ("Café", "Cafe", "identifier-collision"),
            ("min", "min_", "identifier-collision"),
        ],
    )
    def test_refused(self, first: str, second: str, code: str) -> None:
        """Equal names and equal identifiers are refused, each with its own code."""
        assert codes(with_properties(first, second), "json") == [code]

    def test_three_alike(self) -> None:
        """Every further one that collides gives a message of its own."""
        assert codes(with_properties("A", "A", "a"), "json") == ["duplicate-name"] * 2


class TestNames:
    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("", "empty-name"),
            (" Port", "name-with-outer-space"),
            ("Port\u3000", "name-with-outer-space"),
            ("Po\nrt", "control-character-in-name"),
            ("Po\x85rt", "control-character-in-name"),
            ("!!!", "name-without-letters"),
            ("Sub\\Port", "backslash-in-name"),
            ("P" * 65, "name-too-long"),
            ("名" * 11, "name-too-long"),
            ("Po\0rt", "nul-in-text"),
            ("Po\ud800rt", "surrogate-in-text"),
            (5, "wrong-type"),
            (True, "wrong-type"),
            (None, "wrong-type"),
            (["x"], "wrong-type"),
        ],
    )
    def test_refused(self, name: object, code: str) -> None:
        """A property's name is one line of text, without path, that gives an identifier."""
        text = json.dumps(
            {"resforge": 1, "name": "T", "properties": [{"name": name, "format": "SZ"}]}
        )

        assert codes(text, "json") == [code]

    @pytest.mark.parametrize(
        "name",
        [
            "Name",
            "Description",
            "ResourceSpecificStatus",
            "Quote\"'d",
            "a*/b",
            "%s {{x}}",
            "a\u202eb",
        ],
    )
    def test_accepted(self, name: str) -> None:
        """Names of common properties and names with odd characters are legal."""
        assert load(with_properties(name), "json").properties[0].name == name

    def test_registered_name_length(self) -> None:
        """A registered name is a registry key and has at most 255 UTF-16 units."""
        text = json.dumps({"resforge": 1, "name": "A" + "!" * 255})

        assert codes(text, "json") == ["name-too-long"]

    def test_type_of_others(self) -> None:
        """A dependency names a type of anybody, so no identifier has to come of it."""
        for name in ("\u670d\u52a1" * 20, "---", "T" * 255):
            load(
                f'{{"resforge": 1, "name": "Thing", "dependencies": [{{"type": "{name}"}}]}}',
                "json",
            )
        text = json.dumps({"resforge": 1, "name": "Thing", "dependencies": [{"type": "T" * 256}]})
        assert codes(text, "json") == ["name-too-long"]


WINDOWS_HEADERS = ("windows.h", "winsock2.h", "ws2tcpip.h", "rpc.h", "ole2.h", "process.h", "io.h")
POSIX_HEADERS = (
    *("pthread.h", "sys/socket.h", "netinet/in.h", "arpa/inet.h", "netdb.h", "unistd.h", "fcntl.h"),
    *("sys/wait.h", "dirent.h", "poll.h", "endian.h", "sys/sysmacros.h", "strings.h"),
)
C_HEADERS = ("stdlib.h", "string.h", "math.h", "signal.h", "time.h", "sys/stat.h", "sys/types.h")


def macros(compiler: Path, headers: tuple[str, ...]) -> set[str]:
    """The names of all macros that are defined after these headers, whatever the dialect."""
    text = "".join(f"#include <{header}>\n" for header in (*headers, *C_HEADERS))
    found: set[str] = set()
    for dialect in ("c++20", "gnu++20"):
        command = [str(compiler), f"-std={dialect}", "-dM", "-E", "-x", "c++", "-"]
        run = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
        found |= set(re.findall(r"^#define (\w+)", run.stdout, re.MULTILINE))
    return found


def test_no_identifier_is_a_macro_of_windows(mingw: Path) -> None:
    """A hook file may include all of windows.h before the generated header."""
    found = macros(mingw, WINDOWS_HEADERS)
    assert len(found) > 10_000
    assert not [name for name in found if identifier(name) == name]


def test_no_identifier_is_a_macro_of_posix(gcc: Path) -> None:
    """The same for what hooks include natively."""
    found = macros(gcc, POSIX_HEADERS)
    assert len(found) > 1_000
    assert not [name for name in found if identifier(name) == name]
