"""Control codes of a resource type and the layout of their buffers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from resforge.schema.base import (
    DWORD_MAX,
    Boolean,
    Name,
    SchemaModel,
    Text,
    choice,
    integer,
    refuse_nothing,
)
from resforge.schema.findings import Finding, InvalidValueError
from resforge.schema.naming import identifier
from resforge.schema.wording import nearest

LARGEST_FUNCTION = 0x3FFFF
"""The function field has 18 bits (bits 2 to 19, `control-code-architecture`)."""

LONGEST_TEXT = 32_767
"""Characters of an inline text with its NUL: the limit of UNICODE_STRING, far above any use."""


LARGEST_BUFFER = 0x10_0000
"""Bytes that a control code may insist on: a struct, or the fewest bytes of a raw buffer."""


class Scope(StrEnum):
    """What a control code is sent to."""

    RESOURCE = "resource"
    RESOURCE_TYPE = "resource_type"


class Access(StrEnum):
    """What the caller's handle must allow.

    Source: `control-code-architecture`.
    """

    ANY = "any"
    READ = "read"
    WRITE = "write"
    READ_WRITE = "read_write"


class State(StrEnum):
    """States of a resource in which its DLL sees control codes."""

    OFFLINE = "offline"
    ONLINE_PENDING = "online_pending"
    ONLINE = "online"
    OFFLINE_PENDING = "offline_pending"


class FieldFormat(StrEnum):
    """Formats of a field in a control code's buffer."""

    DWORD = "DWORD"
    LONG = "LONG"
    BOOL = "BOOL"
    ULARGE_INTEGER = "ULARGE_INTEGER"
    LARGE_INTEGER = "LARGE_INTEGER"
    FILETIME = "FILETIME"
    SZ = "SZ"


_SIZE_AND_ALIGNMENT = {
    FieldFormat.DWORD: (4, 4),
    FieldFormat.LONG: (4, 4),
    FieldFormat.BOOL: (4, 4),
    FieldFormat.ULARGE_INTEGER: (8, 8),
    FieldFormat.LARGE_INTEGER: (8, 8),
    FieldFormat.FILETIME: (8, 4),
}
_WCHAR = 2
_ACCESS_BITS = {Access.ANY: 0, Access.READ: 1, Access.WRITE: 2, Access.READ_WRITE: 3}
_OBJECT = {Scope.RESOURCE: 1 << 24, Scope.RESOURCE_TYPE: 2 << 24}
_USER = 1 << 21
_MODIFY = 1 << 22


class FieldDeclaration(SchemaModel):
    """One field of a buffer, as the schema states it."""

    name: Name = Field(
        description="Name of the field; becomes an identifier in small letters.",
        examples=["Count"],
    )
    format: Annotated[FieldFormat, BeforeValidator(choice(FieldFormat))] = Field(
        description="Format of the field. SZ is UTF-16 text.", examples=["DWORD"]
    )
    length: Annotated[int | None, BeforeValidator(integer(1, LONGEST_TEXT))] = Field(
        default=None,
        description="Characters that an SZ takes in place, the final NUL included. Only the last "
        "field may leave it out; its text then runs to the end of the data.",
        examples=[260],
        json_schema_extra={"minimum": 1, "maximum": LONGEST_TEXT},
    )
    description: Text = Field(
        default="", description="What the field means.", examples=["Logs to keep."]
    )


@dataclass(frozen=True, slots=True)
class StructField:
    """A field with its place: `offset` and `size` in bytes; a variable tail has size 0."""

    name: str
    identifier: str
    format: FieldFormat
    length: int | None
    offset: int
    size: int
    description: str

    @property
    def is_variable(self) -> bool:
        """Whether the field is text that runs to the end of the data."""
        return self.format is FieldFormat.SZ and self.length is None


def _only_one_kind(value: Any) -> Any:
    if isinstance(value, dict) and "fields" in value and "bytes" in value:
        raise InvalidValueError(
            Finding("fields-and-bytes", "a buffer has either fields or bytes, not both", ("bytes",))
        )
    return value


class Struct(SchemaModel):
    """A buffer of typed fields at natural C alignment.

    Without a variable tail the size is rounded up to the alignment, as sizeof does; a variable
    tail starts right after the last fixed field.
    """

    declared_fields: tuple[FieldDeclaration, ...] = Field(
        alias="fields",
        description="Fields in their order in the buffer, at natural C alignment.",
        examples=[[{"name": "Count", "format": "DWORD"}]],
        json_schema_extra={"minItems": 1},
    )

    _one_kind = model_validator(mode="before")(_only_one_kind)

    @cached_property
    def fields(self) -> tuple[StructField, ...]:
        """The fields with their offsets."""
        placed: list[StructField] = []
        end = 0
        for declared in self.declared_fields:
            size, alignment = _extent(declared)
            offset = _round_up(end, alignment)
            end = offset + size
            placed.append(_place(declared, offset, size))
        return tuple(placed)

    @property
    def variable_tail(self) -> bool:
        """Whether the last field is text that runs to the end of the data."""
        return bool(self.fields) and self.fields[-1].is_variable

    @property
    def alignment(self) -> int:
        """Alignment of the whole struct in bytes."""
        return max((_extent(declared)[1] for declared in self.declared_fields), default=1)

    @cached_property
    def fixed_size(self) -> int:
        """Bytes before a variable tail, or of the whole struct without one."""
        if not self.fields:
            return 0
        last = self.fields[-1]
        end = last.offset + last.size
        return end if self.variable_tail else _round_up(end, self.alignment)


def _extent(declared: FieldDeclaration) -> tuple[int, int]:
    if declared.format is FieldFormat.SZ:
        return (declared.length or 0) * _WCHAR, _WCHAR
    return _SIZE_AND_ALIGNMENT[declared.format]


def _round_up(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment


def _place(declared: FieldDeclaration, offset: int, size: int) -> StructField:
    return StructField(
        name=declared.name,
        identifier=identifier(declared.name),
        format=declared.format,
        length=declared.length,
        offset=offset,
        size=size,
        description=declared.description,
    )


class ByteLimits(SchemaModel):
    """Limits of a raw buffer, in bytes."""

    minimum: Annotated[int, BeforeValidator(integer(0, LARGEST_BUFFER))] = Field(
        default=0,
        description="Fewest bytes that are accepted, at most 1 MiB.",
        examples=[0],
        json_schema_extra={"minimum": 0, "maximum": LARGEST_BUFFER},
    )
    maximum: Annotated[int, BeforeValidator(integer(0, DWORD_MAX))] = Field(
        description="Most bytes that are accepted.",
        examples=[4096],
        json_schema_extra={"minimum": 0, "maximum": DWORD_MAX},
    )


class Raw(SchemaModel):
    """A buffer of bytes that only the hook understands."""

    limits: ByteLimits = Field(
        alias="bytes",
        description="Limits of the number of bytes.",
        examples=[{"minimum": 0, "maximum": 4096}],
    )

    @property
    def minimum(self) -> int:
        """Fewest bytes that are accepted."""
        return self.limits.minimum

    @property
    def maximum(self) -> int:
        """Most bytes that are accepted."""
        return self.limits.maximum


STRUCT_TAG = "<fields>"
RAW_TAG = "<bytes>"


def buffer_tag(value: object) -> str:
    """Which kind of buffer `value` means, by the key that it has or nearly has."""
    if isinstance(value, Raw):
        return RAW_TAG
    keys = [key for key in value if isinstance(key, str)] if isinstance(value, dict) else []
    if "fields" in keys:
        return STRUCT_TAG
    meant = {nearest(key, ("fields", "bytes")) for key in keys}
    return RAW_TAG if "bytes" in meant and "fields" not in meant else STRUCT_TAG


_Buffer = Annotated[
    Annotated[Struct, Tag(STRUCT_TAG)] | Annotated[Raw, Tag(RAW_TAG)], Discriminator(buffer_tag)
]
_OptionalBuffer = Annotated[_Buffer | None, BeforeValidator(refuse_nothing)]


class ControlCode(SchemaModel):
    """A control code that the DLL's author defines."""

    name: Name = Field(
        description="Name of the code; names its hook and its constant.", examples=["RotateLog"]
    )
    renamed_from: Annotated[Name | None, BeforeValidator(refuse_nothing)] = Field(
        default=None,
        description="Name that the code had in an earlier release. A hook that still has that "
        "name serves until it is renamed.",
        examples=["RotateLogs"],
    )
    scope: Annotated[Scope, BeforeValidator(choice(Scope))] = Field(
        default=Scope.RESOURCE,
        description="Whether the code goes to one resource or to the resource type.",
        examples=["resource"],
    )
    function: Annotated[int, BeforeValidator(integer(1, LARGEST_FUNCTION))] = Field(
        description="Function number, 1 to 0x3FFFF; 0 is reserved.",
        examples=[1],
        json_schema_extra={"minimum": 1, "maximum": LARGEST_FUNCTION},
    )
    access: Annotated[Access, BeforeValidator(choice(Access))] = Field(
        default=Access.READ,
        description="What the caller's handle must allow. A code that changes anything needs "
        "write.",
        examples=["write"],
    )
    modifies: Boolean = Field(
        default=False,
        description="The operation changes the state of the cluster; needs an explicit access.",
        examples=[True],
    )
    states: tuple[Annotated[State, BeforeValidator(choice(State))], ...] = Field(
        default=tuple(State),
        description="States of the resource in which the code is allowed; all when left out. "
        "Elsewhere the answer is ERROR_INVALID_STATE (5023). Scope resource only.",
        examples=[["online"]],
        json_schema_extra={"minItems": 1, "uniqueItems": True},
    )
    input: _OptionalBuffer = Field(
        default=None,
        description="Data that the caller sends: fields or raw bytes; none when left out.",
        examples=[{"fields": [{"name": "Count", "format": "DWORD"}]}],
    )
    output: _OptionalBuffer = Field(
        default=None,
        description="Data that the hook returns: fields or raw bytes; none when left out.",
        examples=[{"bytes": {"minimum": 0, "maximum": 4096}}],
    )
    description: Text = Field(
        default="", description="What the code does.", examples=["Starts a new log file."]
    )

    @cached_property
    def identifier(self) -> str:
        """Name in generated code: `RotateLog` -> `rotate_log`."""
        return identifier(self.name)

    @cached_property
    def former_identifier(self) -> str | None:
        """Name in code that was generated before the code was renamed; None if it never was."""
        return None if self.renamed_from is None else identifier(self.renamed_from)

    @property
    def value(self) -> int:
        """The 32-bit control code, composed by the bit table of `control-code-architecture`.

        The header's CLUSCTL_USER_CODE shifts the user bit once too often and would set the global
        bit; the shipped virtual-machine codes follow the bit table.
        """
        modify = _MODIFY if self.modifies else 0
        return _OBJECT[self.scope] | _USER | modify | self.function << 2 | _ACCESS_BITS[self.access]
