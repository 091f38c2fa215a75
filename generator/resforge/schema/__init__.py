"""The schema of a resource type: models, and loading them from YAML, TOML and JSON."""

from resforge.schema.constants import (
    Characteristic,
    FailureDetection,
    ResourceClass,
    SingleInstance,
    Subclass,
)
from resforge.schema.control_codes import (
    Access,
    ControlCode,
    FieldFormat,
    Raw,
    Scope,
    State,
    Struct,
    StructField,
)
from resforge.schema.durations import format_duration, parse_duration
from resforge.schema.formats import PropertyFormat, PropertyValue
from resforge.schema.loading import (
    LoadedResourceType,
    load_resource_type,
    load_resource_type_text,
)
from resforge.schema.model import Dependency, Pending, ResourceType
from resforge.schema.naming import class_identifier, identifier, type_identifier
from resforge.schema.properties import Property, TakesEffect
from resforge.schema.suppressions import Suppression
from resforge.schema.timeouts import Budgets, Timeouts

__all__ = [
    "Access",
    "Budgets",
    "Characteristic",
    "ControlCode",
    "Dependency",
    "FailureDetection",
    "FieldFormat",
    "LoadedResourceType",
    "Pending",
    "Property",
    "PropertyFormat",
    "PropertyValue",
    "Raw",
    "ResourceClass",
    "ResourceType",
    "Scope",
    "SingleInstance",
    "State",
    "Struct",
    "StructField",
    "Subclass",
    "Suppression",
    "TakesEffect",
    "Timeouts",
    "class_identifier",
    "format_duration",
    "identifier",
    "load_resource_type",
    "load_resource_type_text",
    "parse_duration",
    "type_identifier",
]
