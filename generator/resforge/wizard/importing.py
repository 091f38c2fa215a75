"""From a record of the wizard to a schema that loads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from resforge.edit.values import spell
from resforge.names import ordinal_key
from resforge.problems import UserError
from resforge.render.invisible import one_line
from resforge.schema import (
    PropertyFormat,
    identifier,
    load_resource_type_text,
)
from resforge.schema.base import check_choice
from resforge.schema.findings import InvalidValueError
from resforge.schema.formats import FORMAT_SYNONYMS, NUMBER_RANGE
from resforge.schema.wording import quoted
from resforge.wizard.record import Line, Record, RecordedProperty, Section

_NUMBER = re.compile(r"[-+]?(0[xX][0-9A-Fa-f]+|[0-9]+)\Z", re.ASCII)
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class Left:
    """Something that is not in the schema, from `line` to `last`, and why."""

    line: int
    text: str
    reason: str
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """The schema as YAML, and everything that the record says beyond it."""

    yaml: str
    left: tuple[Left, ...]


@dataclass(slots=True)
class _Draft:
    """The schema while the record is read."""

    type_name: str
    keys: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    dependencies: list[tuple[str, str]] = field(default_factory=list)
    properties: list[tuple[str, list[str]]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)


def import_record(record: Record, file: str) -> Imported:
    """The schema of the type in `record`; raises UserError when its name cannot be used."""
    draft = _Draft(ordinal_key(record.name.text))
    _check_name(record.name, file)
    for option in record.options:
        _option(draft, option)
    for item in record.properties:
        _property(draft, item)
    for section in record.sections:
        draft.left.append(_section(section))
    for line in record.unread:
        draft.left.append(Left(line.line, line.text, "the importer does not know this line"))
    draft.left.sort(key=lambda left: left.line)
    text = _as_yaml(draft, record)
    load_resource_type_text(text, file=file, syntax="yaml")
    return Imported(text, tuple(draft.left))


def _check_name(name: Line, file: str) -> None:
    text = f"resforge: 1\nname: {spell(name.text, 'yaml')}\n"
    try:
        load_resource_type_text(text, file=file, syntax="yaml")
    except UserError as error:
        problem = error.problems[0]
        raise UserError(type(problem)(problem.message, problem.code, file, name.line, 1)) from None


def _section(section: Section) -> Left:
    if section.title.startswith("CLUSTER ADMINISTRATOR"):
        reason = "Cluster Administrator and its extensions ended with Windows Server 2003"
    else:
        reason = "resforge generate writes files of its own in their place"
    return Left(section.first, section.title, reason, section.last)


Option = Callable[[_Draft, Line, re.Match[str]], None]


def _controls_service(draft: _Draft, line: Line, found: re.Match[str]) -> None:
    service = quoted(found[1])
    draft.notes.append(f"The wizard's code started and stopped the service {service}.")
    reason = f"write in the hooks how the service {service} is started, stopped and checked"
    draft.left.append(Left(line.line, line.text, reason))


def _needs_service(draft: _Draft, line: Line, found: re.Match[str]) -> None:
    service = quoted(found[1])
    draft.notes.append(f"The resource needs the running service {service}.")
    reason = f"write in the hook online what happens while the service {service} does not run"
    draft.left.append(Left(line.line, line.text, reason))


def _network_name(draft: _Draft, line: Line, _found: re.Match[str]) -> None:
    if draft.type_name == ordinal_key("Network Name"):
        draft.left.append(Left(line.line, line.text, "a type cannot depend on itself"))
        return
    dependency = ("Network Name", "its name is used as the computer name")
    if dependency not in draft.dependencies:
        draft.dependencies.append(dependency)
    reason = "the dependency is kept; set the program's environment in the hook online"
    draft.left.append(Left(line.line, line.text, reason))


def _one_instance(draft: _Draft, _line: Line, _found: re.Match[str]) -> None:
    draft.keys["single_instance"] = "cluster"


def _dependencies(draft: _Draft, line: Line, _found: re.Match[str]) -> None:
    reason = "the record does not name them; add them to dependencies"
    draft.left.append(Left(line.line, line.text, reason))


def _menus(draft: _Draft, line: Line, _found: re.Match[str]) -> None:
    reason = "Cluster Administrator and its context menus ended with Windows Server 2003"
    draft.left.append(Left(line.line, line.text, reason))


def _nothing(_draft: _Draft, _line: Line, _found: re.Match[str]) -> None:
    """The schema says it by leaving everything out."""


_OPTIONS: tuple[tuple[re.Pattern[str], Option], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), option)
    for pattern, option in (
        (r'Controls a service: "?(.*?)"?\.?$', _controls_service),
        (r'Resource depends on a service: "?(.*?)"?\.?$', _needs_service),
        (r"Use Network Name for computer name", _network_name),
        (r"Only one instance of the resource type is permitted", _one_instance),
        (r"Required dependencies on other resources", _dependencies),
        (r"Extend context menus", _menus),
        (r"No application or service control required", _nothing),
    )
)


def _option(draft: _Draft, line: Line) -> None:
    for pattern, option in _OPTIONS:
        if found := pattern.match(line.text):
            option(draft, line, found)
            return
    draft.left.append(Left(line.line, line.text, "the importer does not know this option"))


def _property(draft: _Draft, item: RecordedProperty) -> None:
    """Carry over a property, without its default or range if they make it unusable."""
    try:
        format_ = check_choice(item.format, PropertyFormat, FORMAT_SYNONYMS)
    except InvalidValueError as error:
        draft.left.append(Left(item.line, item.name, error.findings[0].message))
        return
    keys = {"name": spell(item.name, "yaml"), "format": str(format_)}
    keys |= {"required": "true"} if item.required else {}
    limits = _limits(draft, item, format_)
    default = _default(draft, item, format_)
    kept: dict[str, str] | None = None
    reason = ""
    for extra in ({**default, **limits}, limits, default, {}):
        reason = _problem_of(draft, item, {**keys, **extra})
        if not reason:
            kept = {**keys, **extra}
            break
    if kept is None:
        draft.left.append(Left(item.line, item.name, reason))
        return
    lost = [key for key in (*default, *limits) if key not in kept]
    if lost:
        why = _problem_of(draft, item, {**keys, **default, **limits})
        draft.left.append(Left(item.line, f"{item.name}: {', '.join(lost)}", why))
    draft.names |= {ordinal_key(item.name): item.name, identifier(item.name): item.name}
    draft.properties.append((f"settings.txt, line {item.line}", [f"{k}: {kept[k]}" for k in kept]))


def _problem_of(draft: _Draft, item: RecordedProperty, keys: dict[str, str]) -> str:
    """Why a schema with this property does not load; empty if it does."""
    text = "resforge: 1\nname: T\nproperties:\n  - {"
    text += ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}\n"
    try:
        load_resource_type_text(text, file="settings.txt", syntax="yaml")
    except UserError as error:
        return error.problems[0].message
    same = draft.names.get(ordinal_key(item.name)) or draft.names.get(identifier(item.name))
    return f"{quoted(same)} has that name already" if same else ""


def _limits(draft: _Draft, item: RecordedProperty, format_: PropertyFormat) -> dict[str, str]:
    if item.limits is None:
        return {}
    text = f"Range=({item.limits[0]},{item.limits[1]})"
    if format_ not in NUMBER_RANGE or not all(map(_is_number, item.limits)):
        reason = f"{format_} has no range" if format_ not in NUMBER_RANGE else "no numbers"
        draft.left.append(Left(item.line, f"{item.name}: {text}", reason))
        return {}
    return dict(zip(("minimum", "maximum"), map(_number, item.limits), strict=True))


def _default(draft: _Draft, item: RecordedProperty, format_: PropertyFormat) -> dict[str, str]:
    if item.default is None:
        return {}
    value = _value(item.default, format_)
    text = f"{item.name}: Default={item.default}"
    if value is None:
        draft.left.append(Left(item.line, text, f"this is no value of {format_}"))
        return {}
    if item.required:
        reason = "a required property never uses its default, so this is its example now"
        draft.left.append(Left(item.line, text, reason))
        return {"example": value}
    return {"default": value}


def _value(text: str, format_: PropertyFormat) -> str | None:
    """`text` as YAML for a value of `format_`; None when it is none."""
    if format_ in NUMBER_RANGE:
        return _number(text) if _is_number(text) else None
    if format_ is PropertyFormat.BOOL:
        return {"0": "false", "1": "true", "false": "false", "true": "true"}.get(text.lower())
    if format_ is PropertyFormat.MULTI_SZ:
        return "[" + _json(text) + "]" if text else None
    return _json(text)


def _json(text: str) -> str:
    """Always in quotes, so that a text that looks like a number stays one."""
    made = spell(text, "yaml")
    return made if made.startswith('"') else f'"{made}"'


def _is_number(text: str) -> bool:
    return len(text) <= _LONGEST_NUMBER and _NUMBER.match(text) is not None


def _number(text: str) -> str:
    """The bounds of a DWORD are easier to read in hexadecimal."""
    value = int(text, 0) if "x" in text.lower() else int(text)
    return f"0x{value:X}" if value >= 0x1000_0000 else str(value)


def _as_yaml(draft: _Draft, record: Record) -> str:
    lines = ["# Made by resforge import-wizard from a record of the Cluster Resource Type Wizard."]
    lines += ["# resforge lint lists what is left to fill in, such as descriptions."]
    lines += [f"# {one_line(note)}" for note in draft.notes]
    lines += ["resforge: 1", f"name: {spell(record.name.text, 'yaml')}"]
    lines += [f"{key}: {value}" for key, value in draft.keys.items()]
    if draft.dependencies:
        lines += ["", "dependencies:"]
        for name, reason in draft.dependencies:
            lines.append(f"  - type: {spell(name, 'yaml')} # {reason}")
    if draft.properties:
        lines += ["", "properties:"]
    for index, (comment, keys) in enumerate(draft.properties):
        lines += [""] if index else []
        lines += [f"  # {comment}", f"  - {keys[0]}", *(f"    {key}" for key in keys[1:])]
    return "\n".join([*lines, *_left_as_comments(draft)]) + "\n"


def _left_as_comments(draft: _Draft) -> list[str]:
    if not draft.left:
        return []
    return ["", "# Not carried over:", *(f"#   {one_line(left_text(item))}" for item in draft.left)]


def left_text(item: Left) -> str:
    """One line about something that was left out."""
    is_one_line = item.last in (None, item.line)
    where = f"line {item.line}" if is_one_line else f"lines {item.line} to {item.last}"
    return f"{where}: {item.text.rstrip('.')}: {item.reason}"


def as_data(imported: Imported) -> dict[str, Any]:
    """The result as data for JSON."""
    left = [
        {"line": item.line, "last_line": item.last or item.line, "text": item.text}
        | {"reason": item.reason}
        for item in imported.left
    ]
    return {"yaml": imported.yaml, "not_carried_over": left}
