"""What the generated DLL declares, as small frozen values that need no schema library."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

_T = TypeVar("_T")

Value = int | str | tuple[str, ...] | bytes
"""A property value: number, text, list of texts, or bytes. FILETIME is a 64-bit number."""


def each(*items: _T) -> tuple[_T, ...]:
    """Return the arguments as a tuple; generated modules list properties and codes with it."""
    return items


class Format(StrEnum):
    """Format of a property or of a field of a control code buffer."""

    DWORD = "DWORD"
    LONG = "LONG"
    ULARGE_INTEGER = "ULARGE_INTEGER"
    LARGE_INTEGER = "LARGE_INTEGER"
    SZ = "SZ"
    EXPAND_SZ = "EXPAND_SZ"
    MULTI_SZ = "MULTI_SZ"
    BINARY = "BINARY"
    FILETIME = "FILETIME"
    BOOL = "BOOL"


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyRule:
    """One private property.

    `minimum` and `maximum` are None when no range is checked; `immediate` tells that a new value
    takes effect while the resource is online; an `in_memory` property is never in the database.
    What is stored under the name `renamed_from` counts while nothing is stored under `name`.
    """

    name: str
    identifier: str
    format: Format
    default: Value
    minimum: int | None = None
    maximum: int | None = None
    required: bool = False
    read_only: bool = False
    in_memory: bool = False
    immediate: bool = False
    renamed_from: str | None = None
    unit: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """One field of a control code buffer; `size` is in bytes, None for the variable tail.

    `length` is the number of WCHARs of an inline string, its NUL included.
    """

    name: str
    identifier: str
    format: Format
    offset: int
    size: int | None
    length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StructRule:
    """Layout of a control code buffer with named fields; `fixed_size` is in bytes."""

    fields: tuple[FieldRule, ...]
    fixed_size: int
    alignment: int
    variable_tail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRule:
    """A control code buffer of plain bytes between two sizes; no maximum when it is None."""

    minimum: int = 0
    maximum: int | None = None


BufferRule = StructRule | RawRule | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlCodeRule:
    """One control code of the author; `states` is empty when every state is allowed."""

    name: str
    identifier: str
    value: int
    scope: str = "resource"
    access: str = "read"
    modifies: bool = False
    states: tuple[str, ...] = ()
    input: BufferRule = None
    output: BufferRule = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyRule:
    """A required dependency: a resource class number, or the name of a resource type."""

    resource_class: int | None = None
    resource_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """How long each entry point may take, in milliseconds.

    300 ms is the recommendation of `recommended-practices-for-resource-dlls`.
    """

    open: int = 300
    close: int = 300
    online: int = 300
    offline: int = 300
    terminate: int = 300
    looks_alive: int = 300
    is_alive: int = 300
    control: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeTiming:
    """Times of a resource type in milliseconds; defaults as in `resources-pendingtimeout`,
    `deadlocktimeout`, `resource-types-looksalivepollinterval` and `-isalivepollinterval`.
    """

    looks_alive_interval: int = 5_000
    is_alive_interval: int = 60_000
    pending_timeout: int = 180_000
    deadlock_timeout: int = 300_000
    heartbeat: int = 60_000
    health_interval: int | None = None
    budgets: Budgets = field(default_factory=Budgets)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeModel:
    """Everything the model needs to know about one resource type."""

    name: str
    identifier: str
    display_name: str = ""
    description: str = ""
    version: str = ""
    vendor: str = ""
    dll_name: str = ""
    resource_class: int = 0
    subclass: int = 0
    characteristics: int = 0
    dependencies: tuple[DependencyRule, ...] = ()
    single_instance: str = "none"
    pending_online: bool = True
    pending_offline: bool = True
    failure_detection: str = "polling"
    properties: tuple[PropertyRule, ...] = ()
    control_codes: tuple[ControlCodeRule, ...] = ()
    timing: TypeTiming = field(default_factory=TypeTiming)
