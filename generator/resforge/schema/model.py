"""The resource type itself."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from resforge.schema.base import (
    DWORD_MAX,
    Boolean,
    JsonForm,
    RegistryName,
    SchemaModel,
    Text,
    check_choice,
    check_integer,
    check_line,
    check_registry_name,
    check_text,
    choice,
    refuse_backslash,
    refuse_nothing,
)
from resforge.schema.checks import check_resource_type
from resforge.schema.constants import (
    CHARACTERISTIC_VALUE,
    CLASS_VALUE,
    FIRST_USER_CLASS,
    REFUSED_CHARACTERISTICS,
    SINGLE_INSTANCE_FLAG,
    SUBCLASS_VALUE,
    Characteristic,
    FailureDetection,
    ResourceClass,
    SingleInstance,
    Subclass,
)
from resforge.schema.control_codes import ControlCode
from resforge.schema.files import check_dll_name
from resforge.schema.findings import Finding, InvalidValueError, fault
from resforge.schema.naming import class_identifier, type_identifier
from resforge.schema.properties import Property
from resforge.schema.suppressions import Suppression
from resforge.schema.timeouts import Timeouts
from resforge.schema.wording import kind, number, quoted

FORMAT_VERSION = 1
"""The version of the schema file's format that this release reads."""


def _format_version(value: object) -> int:
    version = check_integer(value, 0, 2**63)
    if version != FORMAT_VERSION:
        raise fault(
            "unsupported-format-version",
            f"this release reads format version {FORMAT_VERSION}, not {number(version)}",
            _way_to(version),
        )
    return version


def _way_to(version: int) -> str:
    if version < FORMAT_VERSION:
        return "run: resforge migrate FILE"
    return "upgrade: pip install --upgrade resforge"


def _registered_name(value: object) -> str:
    """The name of any resource type in the cluster, whoever registered it."""
    name = check_line(value)
    refuse_backslash(name)
    if len(name.encode("utf-16-le")) // 2 > 255:
        raise fault(
            "name-too-long",
            "a registered name is a registry key's name, at most 255 characters",
        )
    return name


def _type_name(value: object) -> str:
    return _registered_name(check_registry_name(value))


_VERSION = re.compile(r"[0-9]{1,5}(\.[0-9]{1,5}){0,3}\Z", re.ASCII)


def _version(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise fault(
            "wrong-type",
            f"expected a version as text, found {kind(value)}",
            f'put it in quotes: "{value}"' if abs(value) < 10**9 else None,
        )
    text = check_text(value)
    if not _VERSION.match(text) or any(int(part) > 0xFFFF for part in text.split(".")):
        raise fault(
            "bad-version",
            f"{quoted(text)} is not a version; expected one to four numbers of 0 to 65535",
            'write "1.2.0.0"',
        )
    return text


def _resource_class(value: object) -> ResourceClass | int:
    if isinstance(value, int) and not isinstance(value, bool):
        if FIRST_USER_CLASS <= value <= DWORD_MAX:
            return value
        raise fault(
            "out-of-range",
            f"{number(value)} is not a class of your own; these are {FIRST_USER_CLASS} to "
            f"{DWORD_MAX}, the others have names: unknown, storage, network",
        )
    return check_choice(value, ResourceClass)


def _subclass(value: object) -> int | tuple[Subclass, ...]:
    if not isinstance(value, list | tuple):
        if isinstance(value, str):
            raise fault(
                "wrong-type",
                f"expected a number or a list of names, found {kind(value)}",
                "write [shared]",
            )
        return check_integer(value, 0, DWORD_MAX)
    findings: list[Finding] = []
    members: list[Subclass] = []
    for index, item in enumerate(value):
        try:
            members.append(check_choice(item, Subclass))
        except InvalidValueError as error:
            findings += [Finding(f.code, f.message, (index,), f.hint) for f in error.findings]
    if findings:
        raise InvalidValueError(*findings)
    return tuple(members)


def _characteristic(value: object) -> Characteristic:
    for member, reason in REFUSED_CHARACTERISTICS.items():
        if value == member:
            raise fault("refused-characteristic", f"{member} cannot be listed: {reason}")
    return check_choice(value, Characteristic, but=REFUSED_CHARACTERISTICS)


_ClassField = Annotated[
    ResourceClass | int,
    BeforeValidator(_resource_class),
    JsonForm(
        {
            "anyOf": [
                {"enum": [str(member) for member in ResourceClass]},
                {"type": "integer", "minimum": FIRST_USER_CLASS, "maximum": DWORD_MAX},
            ]
        }
    ),
]


_RegisteredName = Annotated[
    str,
    BeforeValidator(_registered_name),
    Field(json_schema_extra={"minLength": 1, "maxLength": 255, "pattern": r"^[^\\]+$"}),
]


class Dependency(SchemaModel):
    """Something that every resource of the type must depend on: a class, or a type by name."""

    resource_class: Annotated[_ClassField | None, BeforeValidator(refuse_nothing)] = Field(
        default=None,
        alias="class",
        description="Any resource of this class satisfies the dependency.",
        examples=["storage"],
    )
    type: Annotated[_RegisteredName | None, BeforeValidator(refuse_nothing)] = Field(
        default=None,
        description="Any resource of this type satisfies the dependency.",
        examples=["Network Name"],
    )

    @property
    def class_value(self) -> int | None:
        """CLUS_RESCLASS_* of the class, or None for a dependency on a type."""
        return None if self.resource_class is None else class_number(self.resource_class)


class Pending(SchemaModel):
    """Which operations return ERROR_IO_PENDING and go on in a worker thread."""

    online: Boolean = Field(
        default=True,
        description="Online returns at once and its hook runs in a worker thread.",
        examples=[True],
    )
    offline: Boolean = Field(
        default=True,
        description="Offline returns at once and its hook runs in a worker thread.",
        examples=[True],
    )


def class_number(resource_class: ResourceClass | int) -> int:
    """CLUS_RESCLASS_* of a class by name or number."""
    if isinstance(resource_class, ResourceClass):
        return CLASS_VALUE[resource_class]
    return resource_class


def _name_of(data: dict[str, Any]) -> str:
    return str(data.get("name", ""))


def _dll_of(data: dict[str, Any]) -> str:
    return class_identifier(_name_of(data)) + ".dll"


class ResourceType(SchemaModel):
    """A resource type of a Windows failover cluster."""

    resforge: Annotated[
        int, BeforeValidator(_format_version), JsonForm({"const": FORMAT_VERSION})
    ] = Field(description="Version of this file's format; 1.", examples=[1])
    name: Annotated[RegistryName, BeforeValidator(_type_name)] = Field(
        description="Name under which the resource type is registered. It also makes the names of "
        "the generated files: Process Supervisor gives process_supervisor.",
        examples=["Process Supervisor"],
    )
    display_name: Text = Field(
        default_factory=_name_of,
        description="Name that management tools show; the registered name when left out.",
        examples=["Process Supervisor"],
    )
    description: Text = Field(
        default="",
        description="What resources of this type do.",
        examples=["Keeps any program highly available."],
    )
    version: Annotated[str, BeforeValidator(_version)] = Field(
        default="1.0.0.0",
        description="Version of the DLL: one to four numbers of 0 to 65535, as text.",
        examples=["1.2.0.0"],
        json_schema_extra={"pattern": r"^[0-9]{1,5}(\.[0-9]{1,5}){0,3}$"},
    )
    vendor: Text = Field(
        default="", description="Company name in the DLL's version resource.", examples=["Contoso"]
    )
    dll_name: Annotated[str, BeforeValidator(check_dll_name)] = Field(
        default_factory=_dll_of,
        description="File name of the DLL: ASCII letters, digits, _, - and ., ending in .dll. "
        "The name without spaces when left out.",
        examples=["ProcessSupervisor.dll"],
        json_schema_extra={"pattern": r"^[A-Za-z0-9_][A-Za-z0-9_.-]*\.[Dd][Ll][Ll]$"},
    )
    resource_class: _ClassField = Field(
        default=ResourceClass.UNKNOWN,
        alias="class",
        description="Class of the resource: unknown, storage, network, or a number of your own "
        "from 32768 on.",
        examples=["unknown"],
    )
    subclass: Annotated[
        int | tuple[Subclass, ...],
        BeforeValidator(_subclass),
        JsonForm(
            {
                "anyOf": [
                    {"type": "integer", "minimum": 0, "maximum": DWORD_MAX},
                    {"type": "array", "items": {"enum": [str(member) for member in Subclass]}},
                ]
            }
        ),
    ] = Field(
        default=0,
        description="Subclass: a number of 32 bits, or a list of names.",
        examples=[0, ["shared"]],
    )
    characteristics: tuple[
        Annotated[
            Characteristic,
            BeforeValidator(_characteristic),
            JsonForm(
                {
                    "enum": [
                        str(member)
                        for member in Characteristic
                        if member not in REFUSED_CHARACTERISTICS
                    ]
                }
            ),
        ],
        ...,
    ] = Field(
        default=(),
        description="Characteristics that the DLL reports (CLUS_CHAR_*, in small letters).",
        examples=[["requires_state_change_reason"]],
        json_schema_extra={"uniqueItems": True},
    )
    dependencies: tuple[Dependency, ...] = Field(
        default=(),
        description="What every resource of this type must depend on, all of it together.",
        examples=[[{"class": "storage"}, {"type": "Network Name"}]],
    )
    single_instance: Annotated[SingleInstance, BeforeValidator(choice(SingleInstance))] = Field(
        default=SingleInstance.NONE,
        description="Where at most one resource of this type may exist: nowhere in particular, "
        "per node (Open refuses a second), per group, or per cluster.",
        examples=["group"],
    )
    pending: Pending = Field(
        default=Pending(),
        description="Which of Online and Offline return at once and go on in a worker thread.",
        examples=[{"online": True, "offline": False}],
    )
    failure_detection: Annotated[FailureDetection, BeforeValidator(choice(FailureDetection))] = (
        Field(
            default=FailureDetection.POLLING,
            description="How a failure is noticed: polling asks the hook is_alive; cached_health "
            "runs check_health in the background and answers polls from its last result; "
            "event_handle runs monitor, whose end reports the failure at once.",
            examples=["polling"],
        )
    )
    properties: tuple[Property, ...] = Field(
        default=(),
        description="Private properties of the resource.",
        examples=[[{"name": "CommandLine", "format": "SZ", "required": True}]],
    )
    control_codes: tuple[ControlCode, ...] = Field(
        default=(),
        description="Control codes of your own.",
        examples=[[{"name": "RotateLog", "function": 1, "access": "write"}]],
    )
    timeouts: Timeouts = Field(
        default=Timeouts(),
        description="Timeouts and poll intervals, as durations such as 3min or 500ms.",
        examples=[{"pending_timeout": "3min"}],
    )

    suppress: tuple[Suppression, ...] = Field(
        default=(),
        description="Findings of resforge lint and resforge breaking that are accepted, each with "
        "its reason.",
        examples=[
            [{"rule": "property-name-with-space", "at": "My Value", "reason": "As it was in 2003."}]
        ],
    )

    @model_validator(mode="after")
    def _check_as_a_whole(self) -> Self:
        findings = check_resource_type(self)
        if findings:
            raise InvalidValueError(*findings)
        return self

    @cached_property
    def identifier(self) -> str:
        """Namespace and file name in generated code: `process_supervisor`."""
        return type_identifier(self.name)

    @cached_property
    def class_identifier(self) -> str:
        """Name of C++ types: `ProcessSupervisor`."""
        return class_identifier(self.name)

    @cached_property
    def characteristics_value(self) -> int:
        """CLUS_CHAR_* flags, those of `single_instance` included."""
        value = SINGLE_INSTANCE_FLAG.get(self.single_instance, 0)
        for member in self.characteristics:
            value |= CHARACTERISTIC_VALUE[member]
        return value

    @property
    def class_value(self) -> int:
        """CLUS_RESCLASS_* number of `resource_class`."""
        return class_number(self.resource_class)

    @property
    def subclass_value(self) -> int:
        """CLUS_RESSUBCLASS_* flags of `subclass`."""
        if isinstance(self.subclass, int):
            return self.subclass
        value = 0
        for member in self.subclass:
            value |= SUBCLASS_VALUE[member]
        return value

    @cached_property
    def version_numbers(self) -> tuple[int, int, int, int]:
        """The version as four numbers of 16 bits, missing ones 0."""
        parts = [int(part) for part in self.version.split(".")]
        major, minor, build, revision = (*parts, 0, 0, 0)[:4]
        return major, minor, build, revision
