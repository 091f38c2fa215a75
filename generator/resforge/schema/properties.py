"""Private properties of a resource type."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo

from resforge.schema.base import (
    Boolean,
    JsonForm,
    RegistryName,
    SchemaModel,
    Text,
    choice,
    refuse_nothing,
)
from resforge.schema.findings import fault
from resforge.schema.formats import (
    CLUSPROP_FORMAT,
    FORMAT_SYNONYMS,
    NUMBER_RANGE,
    PropertyFormat,
    PropertyValue,
    empty_value,
    typed_value,
)
from resforge.schema.naming import identifier


class TakesEffect(StrEnum):
    """When a changed value comes into force."""

    NEXT_ONLINE = "next_online"
    IMMEDIATELY = "immediately"


def _value(value: object, info: ValidationInfo) -> PropertyValue | None:
    format_ = info.data.get("format")
    return typed_value(format_, value) if format_ else None


def _bound(value: object, info: ValidationInfo) -> int | None:
    format_ = info.data.get("format")
    if format_ is None:
        return None
    if format_ is PropertyFormat.BOOL:
        raise fault("range-not-allowed", "BOOL has the fixed range 0 to 1; remove this key")
    if format_ not in NUMBER_RANGE:
        raise fault(
            "range-not-allowed",
            f"{format_} has no range (a property table keeps other data there); remove this key",
        )
    typed = typed_value(format_, value)
    return typed if isinstance(typed, int) else None


_VALUE_SCHEMA = {
    "anyOf": [
        {"type": ["string", "integer", "boolean"]},
        {"type": "array", "items": {"type": "string"}},
    ]
}

_Value = Annotated[PropertyValue | None, PlainValidator(_value), JsonForm(_VALUE_SCHEMA)]
_Bound = Annotated[int | None, PlainValidator(_bound), JsonForm({"type": ["integer", "string"]})]


class Property(SchemaModel):
    """A private property: stored under the resource's `Parameters` key and owned by the DLL.

    Names may equal those of common properties: the Network Name type has a private `Name` and
    Storage Pool a private `Description` (`private-properties-ref`).

    Combinations with a meaning of their own:

    - `read_only` with `required` is legal, as IP Address and Network Name show: the DLL itself, or
      the tool that created the resource, writes the value before the resource comes online.
    - `required` with `in_memory` is refused: the check looks in the database, which never holds an
      in-memory value (`ns-resapi-resutil_property_item`).
    - A `default` outside `minimum` to `maximum` is legal only as one of the two markers for "not
      set", 0 and all bits set. Property tables do not check defaults, and Network Name uses that
      (ADAware: default 0xFFFFFFFF, range 0 to 2); any other number out there is a slip.
    - `minimum: 0` with `maximum: 0` switches the check off, as in a property table.
    """

    name: RegistryName = Field(
        description="Name of the property, as administrators write it. Case does not distinguish "
        "names. It becomes an identifier in small letters: CommandLine is command_line.",
        examples=["CommandLine", "Security Descriptor"],
    )
    format: Annotated[PropertyFormat, BeforeValidator(choice(PropertyFormat, FORMAT_SYNONYMS))] = (
        Field(
            description="Format of the value. BOOL is stored as a DWORD of 0 or 1.",
            examples=["SZ", "DWORD"],
        )
    )
    default: _Value = Field(
        default=None,
        description="Value while the database holds none. Numbers, text, true or false for BOOL, "
        'a list of texts for MULTI_SZ, hexadecimal text such as "00 ff" for BINARY, a number of '
        "100 ns steps since 1601 or a time such as 2026-01-31T12:00:00Z for FILETIME.",
        examples=[0, "", ["A=1", "B=2"]],
    )
    minimum: _Bound = Field(
        default=None,
        description="Smallest value that may be set; numbers and FILETIME only. "
        "A minimum and maximum of 0 switch the check off.",
        examples=[1],
    )
    maximum: _Bound = Field(
        default=None,
        description="Largest value that may be set; numbers and FILETIME only.",
        examples=[65535],
    )
    renamed_from: Annotated[RegistryName | None, BeforeValidator(refuse_nothing)] = Field(
        default=None,
        description="Name that the property had in an earlier release. A value that the database "
        "still holds under that name counts until one is stored under the new name.",
        examples=["Command Line"],
    )
    required: Boolean = Field(
        default=False,
        description="The resource cannot come online while the database holds no value.",
        examples=[True],
    )
    read_only: Boolean = Field(
        default=False,
        description="Only the DLL changes the value; administrators can read it.",
        examples=[True],
    )
    in_memory: Boolean = Field(
        default=False,
        description="The value lives in the DLL only and is never stored in the database.",
        examples=[True],
    )
    takes_effect: Annotated[TakesEffect, BeforeValidator(choice(TakesEffect))] = Field(
        default=TakesEffect.NEXT_ONLINE,
        description="When a changed value comes into force: at the next Online, or at once.",
        examples=["immediately"],
    )
    description: Text = Field(
        default="",
        description="What the property is for; appears in the generated reference page.",
        examples=["Program to run, with its arguments."],
    )
    unit: Text = Field(
        default="",
        description="Unit of the value, for the reference page.",
        examples=["ms", "bytes"],
    )
    example: _Value = Field(
        default=None,
        description="A realistic value for the reference page and for verification with your own "
        "hooks; written as `default` is.",
        examples=["python -m http.server"],
    )

    @cached_property
    def identifier(self) -> str:
        """Name in generated code: `CommandLine` -> `command_line`."""
        return identifier(self.name)

    @cached_property
    def former_identifier(self) -> str | None:
        """Name in code that was generated before the property was renamed; None if it never was."""
        return None if self.renamed_from is None else identifier(self.renamed_from)

    @property
    def property_format_value(self) -> int:
        """CLUSPROP_FORMAT_* of the stored value; BOOL is a DWORD."""
        return CLUSPROP_FORMAT[self.format]

    @property
    def default_value(self) -> PropertyValue:
        """The default in force: the declared one, else 0, empty text, empty list or no bytes."""
        return empty_value(self.format) if self.default is None else self.default

    @property
    def value_range(self) -> tuple[int, int] | None:
        """The numbers that may be set, or None when every number of the format may be.

        A minimum and maximum of 0 mean no check: documented for DWORD and LONG
        (`ns-resapi-resutil_property_item`), the same for 64 bits (inferred).
        """
        if self.format is PropertyFormat.BOOL:
            return 0, 1
        if self.minimum is None and self.maximum is None:
            return None
        lowest, highest = NUMBER_RANGE[self.format]
        lower = lowest if self.minimum is None else self.minimum
        upper = highest if self.maximum is None else self.maximum
        return None if lower == upper == 0 else (lower, upper)

    @property
    def minimum_value(self) -> int | None:
        """Smallest number that may be set, or None without a range check."""
        return self.value_range[0] if self.value_range else None

    @property
    def maximum_value(self) -> int | None:
        """Largest number that may be set, or None without a range check."""
        return self.value_range[1] if self.value_range else None

    @property
    def writable(self) -> bool:
        """Whether administrators may set the value."""
        return not self.read_only
