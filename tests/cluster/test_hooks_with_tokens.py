"""Hooks really call what their tokens allow, against the emulated cluster."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.cluster.test_stranger import host
from tests.runtime.programs import WARNINGS, parsed, write

from resforge.conformance.deadlock_list import forbidden_imports
from resforge.rhs.imports import imported_names
from resforge.rhs.session import Session

pytestmark = pytest.mark.slow

SCHEMA = """
resforge: 1
name: Caller
pending: {online: true, offline: false}
failure_detection: event_handle
control_codes:
  - {name: Store, function: 1}
"""
HEADER = """
#pragma once
#include <atomic>
#include "caller.g.h"
namespace caller {
class Hooks {
  public:
    DWORD online(OnlineContext& context);
    DWORD offline(OfflineContext&) { return ERROR_SUCCESS; }
    void terminate(TerminateContext&) {}
    bool is_alive(HealthContext&) { return true; }
    void monitor(MonitorContext& context);
    DWORD store(ControlContext& context);
};
}
"""
HOOKS = """
#include "caller_hooks.h"
namespace caller {
namespace {

// The resource as the cluster service knows it.
class Own {
  public:
    explicit Own(const Context& context)
        : cluster_(OpenCluster(nullptr)),
          resource_(OpenClusterResource(cluster_, context.resource_name().data())),
          key_(GetClusterResourceKey(resource_, KEY_ALL_ACCESS)) {}
    Own(const Own&) = delete;
    Own& operator=(const Own&) = delete;
    ~Own() {
        static_cast<void>(ClusterRegCloseKey(key_));
        static_cast<void>(CloseClusterResource(resource_));
        static_cast<void>(CloseCluster(cluster_));
    }

    DWORD state(const resforge::WorkerToken& worker) const {
        return static_cast<DWORD>(
            GetClusterResourceState(worker, resource_, nullptr, nullptr, nullptr, nullptr));
    }

    DWORD write(const resforge::DatabaseWriteToken& writer, LPCWSTR name, DWORD value) const {
        return ClusterRegSetValue(writer, key_, name, REG_DWORD,
                                  reinterpret_cast<const BYTE*>(&value), sizeof(value));
    }

    // A checkpoint code needs no token.
    DWORD checkpoints() const {
        DWORD size = 0;
        return ClusterResourceControl(resource_, nullptr,
                                      CLUSCTL_RESOURCE_GET_REGISTRY_CHECKPOINTS, nullptr, 0,
                                      nullptr, 0, &size);
    }

  private:
    HCLUSTER cluster_;
    HRESOURCE resource_;
    HKEY key_;
};

}

DWORD Hooks::online(OnlineContext& context) {
    const Own own(context);
    return own.write(context.writer(), RESFORGE_TEXT("Online"), own.state(context.worker()));
}

void Hooks::monitor(MonitorContext& context) {
    static_cast<void>(context.wait_for(1000));
    const Own own(context);
    static_cast<void>(own.write(context.worker(), RESFORGE_TEXT("Monitor"), own.state(context.worker())));
    static_cast<void>(context.wait_for(INFINITE));
}

DWORD Hooks::store(ControlContext& context) {
    const Own own(context);
    return own.write(context.writer(), RESFORGE_TEXT("Checkpoints"), own.checkpoints());
}
}
"""
USED = {
    *("OpenCluster", "CloseCluster", "OpenClusterResource", "CloseClusterResource"),
    *("GetClusterResourceKey", "GetClusterResourceState", "ClusterResourceControl"),
}
"""What the hooks call beyond the functions that the runtime uses itself."""
RUNTIME = {
    *("ClusterRegOpenKey", "ClusterRegCloseKey", "ClusterRegCreateKey", "ClusterRegQueryValue"),
    *("ClusterRegEnumValue", "ClusterRegSetValue", "GetClusterResourceTypeKey"),
}
"""What every DLL calls, besides OpenCluster and CloseCluster."""
MORE_DATA = 234
"""The answer to a checkpoint code without room for its list; the states are enumerators."""
STORE = parsed(SCHEMA).control_codes[0].value


def _built(folder: Path, *command: str) -> Path:
    """Compile the DLL with the hooks above."""
    write(parsed(SCHEMA), folder)
    (folder / "src" / "caller_hooks.h").write_text(HEADER)
    hooks = HOOKS.replace("const Context& context", "const resforge::Context<Properties>& context")
    (folder / "src" / "caller_hooks.cpp").write_text(hooks)
    includes = [f"-I{folder / name}" for name in ("include", "generated", "src")]
    library = folder / "Caller.dll"
    line = [*command, "-std=c++20", *WARNINGS, *includes, "-shared", "-o", str(library)]
    result = subprocess.run(
        [part.replace("@", str(folder)) for part in line], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr[:4000]
    return library


def _play(session: Session, dll: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Bring the resource online, let its monitor run, send the code; return what was seen."""
    records: list[dict[str, Any]] = []

    def do(command: str, **arguments: Any) -> dict[str, Any]:
        reply = session.command(command, **arguments)
        records.extend(dict(record.raw) for record in reply.records)
        return dict(reply.result)

    do("load", dll=dll, type="Caller")
    do("create_type", type="Caller")
    do("create_resource", resource="C1", type="Caller", group="G", private=[])
    do("open", resource="C1")
    do("online", resource="C1")
    do("advance", ms=2000)
    assert do("state", resource="C1")["rhs"] == "Online"
    assert do("control", resource="C1", code=STORE, input=None, output_size=0)["status"] == 0
    dump = do("database", dump=True)["dump"]
    do("terminate", resource="C1")
    do("advance", ms=1000)
    do("close", resource="C1")
    return records, dump


def _judge(records: list[dict[str, Any]], dump: dict[str, Any]) -> None:
    """Nothing was forbidden, and the database has what the hooks wrote."""
    assert [r for r in records if r["event"] in ("violation", "leak", "log")] == []
    keys = dump["keys"]["Resources"]["keys"]
    values = next(iter(keys.values()))["values"]
    written = {name: values[name]["value"] for name in ("Online", "Monitor", "Checkpoints")}
    assert written == {"Online": 129, "Monitor": 2, "Checkpoints": MORE_DATA}


def test_native(vendored: Path, gcc: Path, tmp_path: Path) -> None:
    """Natively, and the DLL needs only what its hooks call."""
    sources = ("-fPIC", "@/generated/caller.g.cpp", "@/src/caller_hooks.cpp", "-pthread")
    library = _built(tmp_path, str(gcc), *sources)
    with Session(host(vendored, "native"), limit=60) as session:
        records, dump = _play(session, str(library))
    _judge(records, dump)
    assert imported_names(library) >= USED
    assert forbidden_imports(library) is None


@pytest.mark.windows
def test_portable_executable(
    vendored: Path, mingw: Path, wine: tuple[str, ...], wine_env: dict[str, str], tmp_path: Path
) -> None:
    """As a PE file, whose imports from the cluster's libraries are exactly those it calls."""
    sources = ("@/generated/caller.g.cpp", "@/src/caller_hooks.cpp", "@/generated/caller.def")
    libraries = ("-static", "-lclusapi", "-lresutils")
    library = _built(tmp_path, str(mingw), *sources, *libraries)
    with Session(
        host(vendored, "windows"), runner=wine, environment=wine_env, limit=120
    ) as session:
        records, dump = _play(session, str(library))
    _judge(records, dump)
    cluster = {n for n in imported_names(library) if n.startswith("ResUtil") or "Clus" in n}
    assert cluster == USED | RUNTIME
    assert forbidden_imports(library) is None
