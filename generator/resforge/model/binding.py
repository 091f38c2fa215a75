"""From a resource type of the schema to the rules that the model works with."""

from __future__ import annotations

from resforge.model.rules import (
    Budgets,
    BufferRule,
    ControlCodeRule,
    DependencyRule,
    FieldRule,
    Format,
    PropertyRule,
    RawRule,
    StructRule,
    TypeModel,
    TypeTiming,
)
from resforge.schema import (
    ControlCode,
    Dependency,
    Property,
    Raw,
    ResourceType,
    State,
    Struct,
    StructField,
    TakesEffect,
    Timeouts,
)


def type_model(resource_type: ResourceType) -> TypeModel:
    """Return what the model needs to know about a resource type.

    The generated `<type>_model.py` holds the same value as text.
    """
    return TypeModel(
        name=resource_type.name,
        identifier=resource_type.identifier,
        display_name=resource_type.display_name,
        description=resource_type.description,
        version=resource_type.version,
        vendor=resource_type.vendor,
        dll_name=resource_type.dll_name,
        resource_class=resource_type.class_value,
        subclass=resource_type.subclass_value,
        characteristics=resource_type.characteristics_value,
        dependencies=tuple(map(_dependency, resource_type.dependencies)),
        single_instance=str(resource_type.single_instance),
        pending_online=resource_type.pending.online,
        pending_offline=resource_type.pending.offline,
        failure_detection=str(resource_type.failure_detection),
        properties=tuple(map(_property, resource_type.properties)),
        control_codes=tuple(map(_control_code, resource_type.control_codes)),
        timing=_timing(resource_type.timeouts, str(resource_type.failure_detection)),
    )


def _dependency(dependency: Dependency) -> DependencyRule:
    return DependencyRule(
        resource_class=dependency.class_value,
        resource_type=dependency.type,
    )


def _property(declared: Property) -> PropertyRule:
    return PropertyRule(
        name=declared.name,
        identifier=declared.identifier,
        format=Format[declared.format.name],
        default=declared.default_value,
        minimum=declared.minimum_value,
        maximum=declared.maximum_value,
        required=declared.required,
        read_only=declared.read_only,
        in_memory=declared.in_memory,
        immediate=declared.takes_effect is TakesEffect.IMMEDIATELY,
        renamed_from=declared.renamed_from,
        unit=declared.unit,
        description=declared.description,
    )


def _control_code(code: ControlCode) -> ControlCodeRule:
    everywhere = set(code.states) == set(State)
    return ControlCodeRule(
        name=code.name,
        identifier=code.identifier,
        value=code.value,
        scope=str(code.scope),
        access=str(code.access),
        modifies=code.modifies,
        states=() if everywhere else tuple(map(str, code.states)),
        input=_buffer(code.input),
        output=_buffer(code.output),
        description=code.description,
    )


def _buffer(declared: Struct | Raw | None) -> BufferRule:
    if declared is None:
        return None
    if isinstance(declared, Raw):
        return RawRule(minimum=declared.minimum, maximum=declared.maximum)
    return StructRule(
        fields=tuple(map(_field, declared.fields)),
        fixed_size=declared.fixed_size,
        alignment=declared.alignment,
        variable_tail=declared.variable_tail,
    )


def _field(field: StructField) -> FieldRule:
    return FieldRule(
        name=field.name,
        identifier=field.identifier,
        format=Format[field.format.name],
        offset=field.offset,
        size=None if field.is_variable else field.size,
        length=field.length,
    )


def _timing(timeouts: Timeouts, failure_detection: str) -> TypeTiming:
    cached = failure_detection == "cached_health"
    budgets = timeouts.budgets
    return TypeTiming(
        looks_alive_interval=timeouts.looks_alive_interval,
        is_alive_interval=timeouts.is_alive_interval,
        pending_timeout=timeouts.pending_timeout,
        deadlock_timeout=timeouts.deadlock_timeout,
        heartbeat=timeouts.heartbeat,
        health_interval=timeouts.health_interval if cached else None,
        budgets=Budgets(
            open=budgets.open,
            close=budgets.close,
            online=budgets.online,
            offline=budgets.offline,
            terminate=budgets.terminate,
            looks_alive=budgets.looks_alive,
            is_alive=budgets.is_alive,
            control=budgets.control,
        ),
    )
