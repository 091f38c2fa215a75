"""Decides how a project is built: compiler, preset, build folder. Pure, but for finding tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from resforge.problems import EnvironmentProblem, Problem, UserError
from resforge.rhs.toolchain import Compiler, CompilerKind, find_compiler

__all__ = ["SANITIZER_FLAGS", "BuildPlan", "Target", "Variant", "choose_compiler", "plan_build"]

Target = Literal["native", "windows"]
Variant = Literal["plain", "asan", "tsan"]

SANITIZER_FLAGS: dict[Variant, str] = {
    "plain": "",
    "asan": "-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer",
    "tsan": "-fsanitize=thread -fno-omit-frame-pointer",
}
"""Compiler flags of each variant; the presets of a new project say the same."""

_ORDER: dict[tuple[Target, bool], tuple[CompilerKind, ...]] = {
    ("native", False): (CompilerKind.GCC, CompilerKind.CLANG, CompilerKind.ZIG),
    ("windows", False): (CompilerKind.MINGW, CompilerKind.ZIG),
    ("windows", True): (CompilerKind.MSVC, CompilerKind.MINGW, CompilerKind.ZIG),
}
_TOOLCHAIN_FILES: dict[tuple[Target, CompilerKind], str] = {
    ("native", CompilerKind.ZIG): "zig-native.cmake",
    ("windows", CompilerKind.ZIG): "zig-windows.cmake",
    ("windows", CompilerKind.MINGW): "mingw.cmake",
}


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """How to build: everything that CMake has to be told, for the DLLs and for the host."""

    target: Target
    variant: Variant
    compiler: Compiler

    @property
    def preset(self) -> str:
        """The configure preset of the project."""
        if self.target == "windows":
            return f"windows-{self.compiler.kind}"
        return "native" if self.variant == "plain" else f"native-{self.variant}"

    @property
    def folder(self) -> str:
        """The name of the build folder: that of the preset, unless its compiler is replaced."""
        usual = self.target == "windows" or self.compiler.kind is CompilerKind.GCC
        return self.preset if usual else f"{self.preset}-{self.compiler.kind}"

    @property
    def toolchain_file(self) -> str | None:
        """The CMake toolchain file, in the project's folder resforge/cmake."""
        return _TOOLCHAIN_FILES.get((self.target, self.compiler.kind))

    @property
    def compiler_arguments(self) -> tuple[str, ...]:
        """What makes CMake take exactly the compiler that was found."""
        path = self.compiler.tool.path.as_posix()
        name = "RESFORGE_ZIG" if self.compiler.kind is CompilerKind.ZIG else "CMAKE_CXX_COMPILER"
        return (f"-D{name}={path}",)

    @property
    def build_type(self) -> str:
        """Debug information where it costs nothing in the file that ships."""
        separate = self.target == "native" or self.compiler.kind is CompilerKind.MSVC
        return "RelWithDebInfo" if separate else "Release"


def plan_build(
    target: Target,
    variant: Variant,
    compiler: CompilerKind | None,
    *,
    on_windows: bool,
    install_zig: Callable[[], Compiler],
) -> BuildPlan:
    """Return the plan for this machine; `compiler` None means the best that is there.

    On Windows a native build is one for Windows. `install_zig` is called when only zig is left.
    Raises UserError for a combination that makes no sense, EnvironmentProblem when the compiler
    that was asked for is missing.
    """
    effective: Target = "windows" if on_windows else target
    kinds = _suitable(effective, variant, compiler, on_windows=on_windows)
    return BuildPlan(effective, variant, choose_compiler(kinds, install_zig))


def _suitable(
    target: Target, variant: Variant, compiler: CompilerKind | None, *, on_windows: bool
) -> tuple[CompilerKind, ...]:
    if target == "windows" and variant != "plain":
        raise _nonsense(f"the variant {variant} exists for native builds only")
    kinds = _ORDER[target, on_windows]
    if variant != "plain":
        kinds = tuple(kind for kind in kinds if kind is not CompilerKind.ZIG)
    if compiler is None:
        return kinds
    if compiler not in kinds:
        wanted = target if variant == "plain" else f"{target}, {variant}"
        choices = ", ".join(kinds)
        raise _nonsense(f"the compiler {compiler} cannot build this ({wanted}); {choices} can")
    return (compiler,)


def choose_compiler(
    kinds: tuple[CompilerKind, ...], install_zig: Callable[[], Compiler]
) -> Compiler:
    """Return the first compiler of `kinds` that is there; zig is installed if need be."""
    for kind in kinds:
        found = find_compiler(kind)
        if found:
            return found
    if CompilerKind.ZIG in kinds:
        return install_zig()
    message = f"no usable compiler was found; {' or '.join(kinds)} is needed"
    hint = 'run "resforge doctor" for the command that installs it'
    raise EnvironmentProblem(Problem(message, "no-compiler", hint=hint))


def _nonsense(message: str) -> UserError:
    return UserError(Problem(message, "unsuitable-compiler"))
