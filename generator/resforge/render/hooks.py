"""The hooks that a resource type requires, as the generated code and `resforge hooks` want them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resforge.render.environment import environment

if TYPE_CHECKING:
    from resforge.schema import ControlCode, ResourceType

_CORE = (
    ("online", "DWORD", "OnlineContext& context", "HasOnline"),
    ("offline", "DWORD", "OfflineContext& context", "HasOffline"),
    ("terminate", "void", "TerminateContext& context", "HasTerminate"),
)
_HEALTH = {
    "is_alive": ("is_alive", "bool", "HealthContext& context", "HasIsAlive"),
    "check_health": ("check_health", "bool", "HealthContext& context", "HasCheckHealth"),
    "monitor": ("monitor", "void", "MonitorContext& context", "HasMonitor"),
}
_DETECTION = {
    "polling": ("is_alive",),
    "cached_health": ("check_health",),
    "event_handle": ("is_alive", "monitor"),
}
_STUB_BODIES = {"DWORD": "    return ERROR_NOT_SUPPORTED;\n", "bool": "    return false;\n"}


@dataclass(frozen=True, slots=True)
class Hook:
    """One member function that the class Hooks must have."""

    identifier: str
    result: str
    parameters: tuple[str, ...]
    """Each with its name: ``OnlineContext& context``."""
    place: str
    """What in the schema asks for it: ``control_codes[0]``."""
    concept: str
    """The check in generated code."""
    static: bool = False
    former: str | None = None
    """Identifier under which an earlier release wanted it; None if it was never renamed."""

    @property
    def signature(self) -> str:
        """The hook as messages show it: ``DWORD Hooks::online(OnlineContext& context)``."""
        return self._declared(f"Hooks::{self.identifier}")

    @property
    def declaration(self) -> str:
        """The line for the class, without its indentation."""
        return f"{self._declared(self.identifier)};"

    def _declared(self, name: str) -> str:
        static = "static " if self.static else ""
        return f"{static}{self.result} {name}({', '.join(self.parameters)})"

    def stub(self, namespace: str) -> str:
        """Return a definition that compiles at the end of any file and does nothing yet."""
        opening = f"{self.result} {namespace}::Hooks::{self.identifier}("
        types = [parameter.rpartition(" ")[0] for parameter in self.parameters]
        layout = environment().get_template("resource_dll/generated/_layout.jinja").module
        head = str(layout.fill(opening, types, ") {"))  # type: ignore[attr-defined]
        return f"{head.strip()}\n{_STUB_BODIES.get(self.result, '')}}}\n"


def required_hooks(resource_type: ResourceType) -> tuple[Hook, ...]:
    """Return the hooks without which the DLL does not compile, in the order of its checks."""
    wanted = _DETECTION[str(resource_type.failure_detection)]
    place = "every resource type, here that"
    core = [_core(*row, place) for row in _CORE]
    health = [_core(*_HEALTH[name], "failure_detection") for name in wanted]
    codes = [_code(code, index) for index, code in enumerate(resource_type.control_codes)]
    return (*core, *health, *codes)


def _core(identifier: str, result: str, parameter: str, concept: str, place: str) -> Hook:
    return Hook(identifier, result, (parameter,), place, f"resforge::{concept}<Hooks, Properties>")


def _code(code: ControlCode, index: int) -> Hook:
    layout = environment().get_template("resource_dll/generated/_layout.jinja").module
    parameters = str(layout.hook_parameters(code)).strip().split("|")  # type: ignore[attr-defined]
    name = str(layout.pascal(code.identifier)).strip()  # type: ignore[attr-defined]
    former = code.former_identifier if code.former_identifier != code.identifier else None
    return Hook(
        code.identifier,
        "DWORD",
        tuple(parameters),
        f"control_codes[{index}]" + (f", formerly {former}," if former else ""),
        f"{name}Hook<Hooks>",
        static=str(code.scope) != "resource",
        former=former,
    )
