"""What Microsoft's list says can deadlock a cluster does not compile in a hook file."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.runtime.programs import ROOT, WARNINGS

from resforge.conformance.deadlock_list import NEVER, PAGE
from resforge.rhs.zig import zig_environment

RUNTIME = ROOT / "templates" / "runtime"
WORKER = (
    *("AddClusterResourceNode", "CanResourceBeDependent", "ClusterGroupEnum"),
    *("ClusterGroupOpenEnum", "ClusterResourceEnum", "ClusterResourceOpenEnum"),
    *("GetClusterGroupState", "GetClusterResourceNetworkName", "GetClusterResourceState"),
    *("ResUtilGetEnvironmentWithNetName", "ResUtilGetResourceDependency"),
    *("ResUtilGetResourceDependencyByClass", "ResUtilGetResourceDependencyByName"),
    *("ResUtilGetResourceDependentIPAddressProps", "ResUtilGetResourceNameDependency"),
    "ResUtilSetResourceServiceEnvironment",
)
WRITES = (
    *("ClusterRegCreateKey", "ClusterRegDeleteKey", "ClusterRegDeleteValue"),
    *("ClusterRegSetKeySecurity", "ClusterRegSetValue", "ResUtilSetBinaryValue"),
    *("ResUtilSetDwordValue", "ResUtilSetExpandSzValue", "ResUtilSetMultiSzValue"),
    *("ResUtilSetPrivatePropertyList", "ResUtilSetPropertyParameterBlock"),
    *("ResUtilSetPropertyParameterBlockEx", "ResUtilSetPropertyTable"),
    *("ResUtilSetPropertyTableEx", "ResUtilSetSzValue", "ResUtilSetUnknownProperties"),
)
NOT_ON_THE_PAGE = ("ResUtilSetQwordValue",)
"""Younger than the page; treated as its neighbours."""
CARRIERS = ("ClusterGroupControl", "ClusterResourceControl")
EVERY_FUNCTION = (*sorted(NEVER), *WORKER, *WRITES, *NOT_ON_THE_PAGE, *CARRIERS)
_SHARED_CODES = (
    *("ENUM_COMMON_PROPERTIES", "ENUM_PRIVATE_PROPERTIES", "GET_CHARACTERISTICS"),
    *("GET_COMMON_PROPERTIES", "GET_FLAGS", "GET_ID", "GET_NAME", "GET_PRIVATE_PROPERTIES"),
    *("GET_RO_COMMON_PROPERTIES", "GET_RO_PRIVATE_PROPERTIES", "SET_COMMON_PROPERTIES"),
    *("SET_PRIVATE_PROPERTIES", "UNKNOWN", "VALIDATE_COMMON_PROPERTIES"),
    "VALIDATE_PRIVATE_PROPERTIES",
)
GROUP_CODES = (
    *_SHARED_CODES,
    *("GET_COMMON_PROPERTY_FMTS", "GET_PRIVATE_PROPERTY_FMTS", "QUERY_DELETE"),
)
RESOURCE_CODES = (
    *_SHARED_CODES,
    *("ADD_DEPENDENCY", "ADD_OWNER", "CLUSTER_NAME_CHANGED", "CLUSTER_VERSION_CHANGED"),
    *("DELETE", "EVICT_NODE", "GET_CLASS_INFO", "GET_NETWORK_NAME", "GET_REQUIRED_DEPENDENCIES"),
    *("GET_RESOURCE_TYPE", "INSTALL_NODE", "REMOVE_DEPENDENCY", "REMOVE_OWNER", "SET_NAME"),
    *("STORAGE_GET_DISK_INFO", "STORAGE_GET_DISK_INFO_EX", "STORAGE_GET_MOUNTPOINTS"),
    "STORAGE_IS_PATH_VALID",
)
CHECKPOINT_CODES = (
    *("ADD_REGISTRY_CHECKPOINT", "DELETE_REGISTRY_CHECKPOINT", "GET_REGISTRY_CHECKPOINTS"),
    *("ADD_CRYPTO_CHECKPOINT", "DELETE_CRYPTO_CHECKPOINT", "GET_CRYPTO_CHECKPOINTS"),
    *("ADD_REGISTRY_CHECKPOINT_64BIT", "ADD_REGISTRY_CHECKPOINT_32BIT"),
    "ADD_CRYPTO_CHECKPOINT_EX",
)

PROLOGUE = """
#include "resforge/hooks.h"
namespace pends {
struct Properties {};
constexpr resforge::Threads threads_of(const Properties*) noexcept {
    return {.online = true, .offline = true, .check_health = true};
}
}
namespace stays {
struct Properties {};
constexpr resforge::Threads threads_of(const Properties*) noexcept { return {}; }
}
namespace sample {
template <class P> using Online = resforge::OnlineContext<P>;
template <class P> using Offline = resforge::OfflineContext<P>;
template <class P> using Health = resforge::HealthContext<P>;
template <class P> using Monitor = resforge::MonitorContext<P>;
template <class P> using Control = resforge::ControlContext<P>;
template <class P> using Open = resforge::OpenContext<P>;
template <class P> using Close = resforge::CloseContext<P>;
template <class P> using Terminate = resforge::TerminateContext<P>;
struct Unrelated { int failed = 0; };
"""
"""Two types, one whose hooks all have workers and one without; hooks live in a third namespace."""

GOOD = """
template <class Context, resforge::RunsOn thread>
concept IsOn = std::derived_from<Context, resforge::Permissions<thread>>;
constexpr auto kWorker = resforge::RunsOn::worker;
constexpr auto kOther = resforge::RunsOn::other_call;
constexpr auto kLifeCycle = resforge::RunsOn::life_cycle_call;
static_assert(IsOn<Open<pends::Properties>, kLifeCycle> && IsOn<Open<stays::Properties>, kLifeCycle>);
static_assert(IsOn<Close<pends::Properties>, kLifeCycle> && IsOn<Close<stays::Properties>, kLifeCycle>);
static_assert(IsOn<Terminate<pends::Properties>, kLifeCycle>);
static_assert(IsOn<Terminate<stays::Properties>, kLifeCycle>);
static_assert(IsOn<Online<pends::Properties>, kWorker> && IsOn<Online<stays::Properties>, kLifeCycle>);
static_assert(IsOn<Offline<pends::Properties>, kWorker> && IsOn<Offline<stays::Properties>, kLifeCycle>);
static_assert(IsOn<Health<pends::Properties>, kWorker> && IsOn<Health<stays::Properties>, kOther>);
static_assert(IsOn<Monitor<pends::Properties>, kWorker> && IsOn<Monitor<stays::Properties>, kWorker>);
static_assert(IsOn<Control<pends::Properties>, kOther> && IsOn<Control<stays::Properties>, kOther>);
static_assert(IsOn<resforge::TypeControlContext, kOther>);

[[deprecated("of the author")]] inline int OwnFailClusterResource() { return 1; }

struct OwnWrapper { int online_cluster_resource() { return Unrelated().failed; } };

void helper(const resforge::WorkerToken& worker, HRESOURCE resource, HKEY key) {
    DWORD length = 0;
    DWORD value = 7;
    if (GetClusterResourceState(worker, resource, nullptr, 0, nullptr, {}) != ClusterResourceOnline) {
        static_cast<void>(::GetClusterResourceState(worker, resource, nullptr, &length, nullptr, nullptr));
    }
    static_cast<void>(ClusterRegDeleteValue(worker, key, RESFORGE_TEXT("a worker may write")));
    static_cast<void>(ClusterResourceControl(worker, resource, nullptr, CLUSCTL_RESOURCE_GET_NAME,
                                             nullptr, 0, nullptr, 0, &length));
    static_cast<void>(ClusterResourceControl(worker, resource, nullptr, value, nullptr, 0, nullptr, 0, &length));
    static_cast<void>(::ClusterGroupControl(worker, nullptr, nullptr, CLUSCTL_GROUP_GET_NAME, nullptr,
                                            0, nullptr, 0, &length));
}

void store(const resforge::DatabaseWriteToken& writer, HKEY key) {
    const DWORD value = 7;
    DWORD status = ClusterRegSetValue(writer, key, RESFORGE_TEXT("Value"), REG_DWORD,
                                      reinterpret_cast<const BYTE*>(&value), sizeof(value));
    status = ::ResUtilSetDwordValue(writer, key, RESFORGE_TEXT("Value"), value, nullptr);
    static_cast<void>(status);
}

void hooks(Online<pends::Properties>& online, Offline<pends::Properties>& offline,
           Health<pends::Properties>& check_health, Monitor<stays::Properties>& monitor,
           Control<stays::Properties>& control, Health<stays::Properties>& is_alive,
           resforge::TypeControlContext& type_control) {
    const HCLUSTER cluster = OpenCluster(nullptr);
    const HRESOURCE resource = ::OpenClusterResource(cluster, RESFORGE_TEXT("Disk"));
    HKEY key = GetClusterResourceKey(resource, KEY_READ);
    static_cast<void>(ClusterRegOpenKey(key, RESFORGE_TEXT("Parameters"), KEY_ALL_ACCESS, &key));
    helper(online.worker(), resource, key);
    helper(offline.worker(), resource, key);
    helper(check_health.worker(), resource, key);
    helper(monitor.worker(), resource, key);
    store(online.writer(), key);
    store(monitor.writer(), key);
    store(control.writer(), key);
    store(is_alive.writer(), key);
    store(type_control.writer(), key);
    DWORD length = 0;
    CHECKPOINTS
    static_cast<void>(ClusterRegCloseKey(key));
    static_cast<void>(CloseClusterResource(resource));
    static_cast<void>(CloseCluster(cluster));
}
}
"""

_WAY_OUT = re.compile(r"instead |call it as |publish\(\)|pending\.online")
FORGED = (
    "resforge::WorkerToken token; static_cast<void>(token);",
    "resforge::WorkerToken token{}; static_cast<void>(token);",
    "static_cast<void>(resforge::WorkerToken());",
    "resforge::DatabaseWriteToken token; static_cast<void>(token);",
    "resforge::DatabaseWriteToken token{}; static_cast<void>(token);",
    "auto token = pending.worker(); static_cast<void>(token);",
    "auto* kept = &pending.worker(); static_cast<void>(kept);",
    "auto* kept = &pending.writer(); static_cast<void>(kept);",
    "auto moved = static_cast<resforge::WorkerToken&&>(pending.worker()); static_cast<void>(moved);",
    "auto kept = [token = pending.worker()] {}; static_cast<void>(kept);",
    "struct Mine : resforge::WorkerToken {}; Mine mine; static_cast<void>(mine);",
    "static_cast<void>(GetClusterResourceState({}, HRESOURCE(), nullptr, nullptr, nullptr, nullptr));",
    "auto token = pending.writer(); static_cast<void>(token);",
    "resforge::WorkerToken token(pending.worker()); static_cast<void>(token);",
    "resforge::Permissions<resforge::RunsOn::worker> all; static_cast<void>(all);",
    "auto all = static_cast<resforge::Permissions<resforge::RunsOn::worker>&>(pending);",
    "resforge::TypeControlContext all(nullptr); static_cast<void>(all);",
)
"""Statements that try to make or keep a token; `pending` is the context of an online that pends."""

CALLERS = """\
#define PASTE(head, tail) head##tail
template <auto function, class A> auto call_constant(A argument) { return function(argument); }
template <class F, class A> auto call_argument(F function, A argument) { return function(argument); }
"""

PARAMETERS = (
    "[[maybe_unused]] Online<pends::Properties>& pending, "
    "[[maybe_unused]] Control<stays::Properties>& control"
)
TOKENS_REFUSED = (
    "context<Terminate<stays::Properties>>().worker()",
    "context<Control<stays::Properties>>().worker()",
    "context<Terminate<stays::Properties>>().writer()",
)
"""Once for each kind of thread: a compiler reports a refusal once for each."""


def _lambda(number: int) -> str:
    """Return an argument of a type of its own: a refusal is reported once for each type."""
    return f"[] {{ return {number}; }}"


def _uses(name: str) -> Iterator[str]:
    """Yield ways of using a function without a token."""
    yield f"static_cast<void>({name}({_lambda(0)}));"
    yield f"static_cast<void>(::{name}({_lambda(1)}));"
    yield f"auto address = &{name}; static_cast<void>(address);"
    yield f"int (*address)(Unrelated) = ::{name}; static_cast<void>(address);"


DETOURS = (
    "auto copy = {name}; static_cast<void>(copy({argument}));",
    "static_cast<void>(static_cast<int (*)(Unrelated, char)>({name}));",
    "static_cast<void>(reinterpret_cast<int (*)(Unrelated, short)>({name}));",
    "static_cast<void>((int (*)(Unrelated, int))({name}));",
    "static_cast<void>(+{name});",
    "static_cast<void>((*{name})({argument}));",
    "static_cast<void>((::{name})({argument}));",
    "static_cast<void>(decltype({name}){{}}({argument}));",
    "static_cast<void>(call_constant<{name}>({argument}));",
    "static_cast<void>(call_argument({name}, {argument}));",
    "static_cast<void>([] {{ return {name}({argument}); }}());",
    "using ::{name}; static_cast<void>({name}({argument}));",
    "static_cast<void>(PASTE({head}, {tail})({argument}));",
)
"""Ways around a plain call; each is tried with another function."""


def _detours() -> Iterator[str]:
    """Yield ways of calling a function that no resource DLL may call."""
    for number, (name, detour) in enumerate(zip(sorted(NEVER), DETOURS, strict=False)):
        parts = {"head": name[:4], "tail": name[4:]}
        yield detour.format(name=name, argument=_lambda(1000 + number), **parts)


def _code_uses() -> Iterator[str]:
    """Yield calls that send a control code without a token."""
    more = "nullptr, 0, nullptr, 0, nullptr"
    for code in RESOURCE_CODES:
        sent = f"HRESOURCE(), nullptr, CLUSCTL_RESOURCE_{code}, {more}"
        yield f"static_cast<void>(ClusterResourceControl({sent}));"
    vendors_own = "static_cast<CLUSCTL_RESOURCE_CODES>(0x012000A1)"
    sent = f"HRESOURCE(), nullptr, {vendors_own}, {more}"
    yield f"static_cast<void>(ClusterResourceControl({sent}));"
    for number, code in enumerate(GROUP_CODES):
        sent = f"{_lambda(number)}, nullptr, CLUSCTL_GROUP_{code}, {more}"
        yield f"static_cast<void>(ClusterGroupControl({sent}));"


def _statements() -> Iterator[str]:
    """Yield statements that must not compile."""
    for name in EVERY_FUNCTION:
        yield from _uses(name)
    for name in WORKER:
        yield f"static_cast<void>({name}(control.writer(), {_lambda(0)}));"
    yield from _detours()
    yield from _code_uses()
    yield from FORGED
    for call in TOKENS_REFUSED:
        yield f"static_cast<void>({call});"


def _bad_source() -> tuple[str, dict[int, str]]:
    """Return a file of which every function is wrong, and the statement in each such line."""
    text = f"{PROLOGUE}template <class C> C& context();\n{CALLERS}"
    lines = text.splitlines()
    expected = {}
    for number, statement in enumerate(_statements()):
        lines.append(f"void f{number}({PARAMETERS}) {{ {statement} }}")
        expected[len(lines)] = statement
    return "\n".join([*lines, "}", ""]), expected


Compile = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def compile_text(tmp_path: Path) -> Compile:
    """Return a function that checks a text with a compiler command."""
    (tmp_path / "resforge").symlink_to(RUNTIME)

    def run(command: tuple[str, ...], text: str, *flags: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "hooks.cpp").write_text(text)
        line = [*command, "-std=c++20", "-I.", *flags, "hooks.cpp"]
        environment = {**os.environ, **zig_environment(), "LC_ALL": "C"}
        return subprocess.run(
            line, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return run


def _check_good(result: subprocess.CompletedProcess[str]) -> None:
    assert result.returncode == 0, result.stderr[:4000]
    assert result.stderr == ""


def _check_bad(result: subprocess.CompletedProcess[str], expected: dict[int, str]) -> None:
    """Every line is to blame for an error, and every message has the name and the rule."""
    blamed = {int(line) for line in re.findall(r"hooks\.cpp:(\d+)", result.stderr)}
    assert [text for line, text in expected.items() if line not in blamed] == []
    refused = re.findall(r"static assertion failed.*?: (\w+(?:\(\))?): (.*)", result.stderr)
    assert [text for _, text in refused if PAGE not in text or not _WAY_OUT.search(text)] == []
    counts = Counter(name for name, _ in refused)
    uses = {name: 5 if name in WORKER else 4 for name in EVERY_FUNCTION}
    assert {name: counts[name] for name in uses if counts[name] < uses[name]} == {}
    assert (counts["worker()"], counts["writer()"]) == (2, 1)


def _good() -> str:
    calls = [
        f"static_cast<void>(ClusterResourceControl(resource, nullptr, CLUSCTL_RESOURCE_{code}, "
        "nullptr, 0, nullptr, 0, &length));"
        for code in CHECKPOINT_CODES
    ]
    return PROLOGUE + GOOD.replace("CHECKPOINTS", "\n    ".join(calls))


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["gcc", "mingw"])
def test_what_is_allowed_compiles(
    compiler: str, compile_text: Compile, request: pytest.FixtureRequest
) -> None:
    """Safe functions, and the others with a token, compile without a warning."""
    command = (str(request.getfixturevalue(compiler)),)
    _check_good(compile_text(command, _good(), *WARNINGS, "-fsyntax-only"))


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["gcc", "mingw"])
def test_what_can_deadlock_does_not(
    compiler: str, compile_text: Compile, request: pytest.FixtureRequest
) -> None:
    """Each of the 105 entries is an error that names the function, the rule and the way out."""
    text, expected = _bad_source()
    command = (str(request.getfixturevalue(compiler)),)
    _check_bad(compile_text(command, text, "-fsyntax-only", "-fmax-errors=0"), expected)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["native", "x86_64-windows-gnu"])
def test_zig_agrees(target: str, compile_text: Compile, zig: Path, tmp_path: Path) -> None:
    """Zig's clang accepts the one and refuses the other, for both platforms."""
    command = (str(zig), "c++", "-target", target)
    _check_good(compile_text(command, _good(), *WARNINGS, "-c", "-o", str(tmp_path / "good.o")))
    text, expected = _bad_source()
    flags = ("-c", "-o", str(tmp_path / "bad.o"), "-ferror-limit=0")
    _check_bad(compile_text(command, text, *flags), expected)


@pytest.mark.slow
@pytest.mark.parametrize(
    "first", ["", "#include <clusapi.h>\n#include <resapi.h>\n"], ids=["after", "before"]
)
def test_declarations_of_the_sdk(
    first: str, compile_text: Compile, gcc: Path, tmp_path: Path
) -> None:
    """With headers of an SDK, also included by hand, the same is refused: as with Visual C++.

    Their place take the project's own declarations, in files of those names.
    """
    for name, source in (("clusapi.h", "cluster_abi.h"), ("resapi.h", "cluster_api.h")):
        declared = (RUNTIME / source).read_text(encoding="utf-8").replace("_MSC_VER", "NOT_HERE")
        (tmp_path / name).write_text(declared.replace("resforge/cluster_abi.h", "clusapi.h"))
    (tmp_path / "winsvc.h").touch()
    visual = "-D_MSC_VER=1939"
    _check_good(compile_text((str(gcc),), first + _good(), *WARNINGS, visual, "-fsyntax-only"))
    text, expected = _bad_source()
    moved = {line + first.count("\n"): statement for line, statement in expected.items()}
    text = first + text + "#include <clusapi.h>\n#include <resapi.h>\n"
    flags = (visual, "-fsyntax-only", "-fmax-errors=0")
    _check_bad(compile_text((str(gcc),), text, *flags), moved)


def test_a_declaration_of_ones_own_is_no_way_out(compile_text: Compile, gcc: Path) -> None:
    """Declaring a forbidden function again is an error, too."""
    own = 'extern "C" DWORD WINAPI FailClusterResource(HRESOURCE resource);'
    result = compile_text((str(gcc),), f'#include "resforge/hooks.h"\n{own}\n', "-fsyntax-only")
    assert "redeclared as different kind of entity" in result.stderr


def test_the_lists_agree() -> None:
    """Header, emulated cluster and the scan of imports name the same functions: 105 entries."""
    header = (RUNTIME / "deadlock_list.h").read_text(encoding="utf-8")

    def listed(*macros: str) -> list[str]:
        names = re.findall(rf"^(?:{'|'.join(macros)})\(\s*(\w+)[,)]", header, re.MULTILINE)
        assert all(f"#define {name} " in header for name in names)
        return sorted(names)

    emulated = (ROOT / "templates" / "rhs" / "cluster_call.cpp").read_text(encoding="utf-8")

    def emulation(array: str) -> list[str]:
        block = re.search(rf"{array}\[\] = {{(.*?)}};", emulated, re.DOTALL)
        assert block is not None
        return sorted(re.findall(r'"(\w+)"', block[1]))

    never = listed("RESFORGE_NEVER", "RESFORGE_ADMINISTRATOR")
    assert sorted(NEVER) == never == emulation("kNever")
    worker = listed("RESFORGE_WORKER")
    assert sorted((*WORKER, "ClusterGroupControl")) == worker
    assert sorted(WORKER) == emulation("kWorkerOnly")
    writes = listed("RESFORGE_WRITE")
    assert sorted((*WRITES, *NOT_ON_THE_PAGE)) == writes == emulation("kNotInEntries")
    counts = (len(NEVER), len(WORKER) + len(GROUP_CODES) + len(RESOURCE_CODES), len(WRITES))
    assert counts == (22, 67, 16)
