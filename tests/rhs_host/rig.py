"""The simulated RHS, the small resource DLLs that its tests load, and a way to drive both."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from resforge.model import Policies, Verdict, judge
from resforge.rhs import host
from resforge.rhs.cache import cache_dir, content_key, locked
from resforge.rhs.plan import SANITIZER_FLAGS, Variant, plan_build
from resforge.rhs.progress import silent
from resforge.rhs.session import Reply, Session
from resforge.rhs.zig import ensure_zig

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = Path(__file__).parent / "libraries"
WATCHED = frozenset({"racing"})
"""Libraries that are compiled as the scripted twin of a resource DLL is: every access is seen."""
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")


@dataclass(frozen=True)
class Platform:
    """A compiler, and what it takes to run its programs."""

    name: str
    compiler: tuple[str, ...]
    runner: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict, hash=False)
    variant: Variant = "plain"

    @property
    def instrumented(self) -> tuple[str, ...]:
        """Flags that make the compiler check the program as it runs."""
        flags = SANITIZER_FLAGS[self.variant].split()
        return (*flags, "-g1") if flags else ()

    @property
    def is_windows(self) -> bool:
        """Tell whether programs are PE files."""
        return self.name == "windows"


def _include(folder: Path) -> Path:
    include = folder / "include"
    shutil.copytree(ROOT / "templates" / "runtime", include / "resforge", dirs_exist_ok=True)
    return include


@cache
def build_host(platform: Platform) -> Path:
    """Build the host as `resforge verify` does, with which these tests share it."""
    plan = plan_build(
        "windows" if platform.is_windows else "native",
        platform.variant,
        None,
        on_windows=sys.platform == "win32",
        install_zig=lambda: ensure_zig(silent),
    )
    return host.build_host(ROOT / "generated_examples" / "minimal", plan, silent)


@cache
def build_library(platform: Platform, name: str) -> Path:
    """Build one of the small resource DLLs."""
    sources = [LIBRARIES, ROOT / "templates" / "runtime"]
    folder = (
        cache_dir() / "tests" / content_key(sources, "dlls", platform.variant, *platform.compiler)
    )
    library = folder / f"{name}{'.dll' if platform.is_windows else '.so'}"
    with locked(folder.with_name(f"{folder.name}-{name}.lock")):
        if not library.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            _compile(platform, name, library, _include(folder))
    return library


def _compile(platform: Platform, name: str, library: Path, include: Path) -> None:
    flags = [*WARNINGS, *platform.instrumented, f"-I{include}", f"-I{LIBRARIES}"]
    linking = ["-static", *_import_libraries(library)]
    if not platform.is_windows:
        flags.append("-fPIC")
        linking = []
    source = LIBRARIES / f"{name}.cpp"
    if name in WATCHED:
        flags += ["-g1", "-O1"]
        instrumented = library.with_suffix(".o")
        compile_only = [*platform.compiler, "-std=c++20", *flags, "-fsanitize=thread", "-c"]
        subprocess.run([*compile_only, str(source), "-o", str(instrumented)], check=True)
        source = instrumented
    command = [*platform.compiler, "-std=c++20", *flags, "-shared", "-o", str(library), str(source)]
    subprocess.run([*command, *linking], check=True)


def _import_libraries(library: Path) -> list[str]:
    return ["-lclusapi", "-lresutils"]


@dataclass
class Rig:
    """A running host with one library loaded for the type T, and what it has said so far."""

    session: Session
    library: str
    records: list[dict[str, Any]] = field(default_factory=list)

    def send(self, command: str, **arguments: Any) -> Reply:
        """Send a command and keep its records."""
        reply = self.session.command(command, **arguments)
        self.records += [dict(record.raw) for record in reply.records]
        return reply

    def load(self, **common: int) -> dict[str, Any]:
        """Create the type and load the library; return what `load` answers."""
        self.send("create_type", type="T", common=common)
        return dict(self.send("load", dll=self.library, type="T", maximum_version=0x400).result)

    def open(self, name: str = "r", **common: int) -> str:
        """Create a resource and open it."""
        self.send("create_resource", resource=name, type="T", common=common)
        self.send("open", resource=name)
        return name

    def online(self, name: str = "r", **common: int) -> str:
        """Open a resource and ask for it to come online."""
        self.open(name, **common)
        self.send("online", resource=name)
        return name

    def picked(self, event: str, member: str) -> list[Any]:
        """Return one member of all records of a kind."""
        return [record.get(member) for record in self.records if record["event"] == event]

    def transitions(self) -> list[Any]:
        """Return the transitions of all resources in order."""
        return [r["transition"] for r in self.records if r["event"] == "state" and "resource" in r]

    def calls(self) -> list[Any]:
        """Return the entry points called for resources."""
        return [r["entry"] for r in self.records if r["event"] == "call" and "resource" in r]

    def state(self, name: str = "r") -> tuple[str, str]:
        """Return the states of a resource as RHS and as clients see them."""
        result = self.session.command("state", resource=name).result
        return result["rhs"], result["rcm"]

    def verdict(self, **policies: str) -> Verdict:
        """Return what the judge says about everything the host has written so far."""
        return judge(self.records, {}, Policies.from_mapping(policies), strict=False)

    def rules(self) -> list[Any]:
        """Return the rules of all violations."""
        return self.picked("violation", "rule")


Start = Callable[..., Rig]


def starter(platform: Platform, rigs: list[Rig], seconds: float) -> Start:
    """Return a function that starts a host and loads a library into it."""

    def start(
        library: str, *, load: bool = True, arguments: Sequence[str] = (), **more: Any
    ) -> Rig:
        path = build_library(platform, library)
        shown = f"Z:{path}".replace("/", "\\") if platform.runner else str(path)
        session = Session(
            build_host(platform),
            runner=platform.runner,
            environment=platform.environment,
            limit=seconds,
            **more,
        )
        if arguments:
            session = _with_arguments(session, arguments)
        session.start()
        rig = Rig(session, shown)
        rigs.append(rig)
        if load:
            assert rig.load()["status"] == 0
        return rig

    return start


def _with_arguments(session: Session, arguments: Sequence[str]) -> Session:
    class Extended(Session):
        @property
        def arguments(self) -> list[str]:
            return [*super().arguments, *arguments]

    session.__class__ = Extended
    return session


def closing(platform: Platform, seconds: float) -> Iterator[Start]:
    """Yield a function that starts hosts, and end them all afterwards."""
    rigs: list[Rig] = []
    yield starter(platform, rigs, seconds)
    for rig in rigs:
        rig.session.close()
