"""Private properties: what a DLL lists, accepts, stores and reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from resforge.model.errors import PropertyListError, Win32
from resforge.model.property_list import ListedProperty, RawProperty, encode, parse
from resforge.model.rules import PropertyRule, TypeModel, Value
from resforge.model.states import RhsState
from resforge.model.wire import (
    PropertyFormat,
    RegistryValue,
    accepted_types,
    decode_value,
    encode_texts,
    encode_value,
    format_of_stored,
    registry_type,
    storable,
    wire_format,
)
from resforge.names import ordinal_key

_T = TypeVar("_T")
_D = TypeVar("_D")


_EMPTY = ("", (), b"")
"""Values that a required property must not have: refused when set, missing at Online (inferred)."""


@dataclass(frozen=True, slots=True)
class View:
    """What the DLL can see of one resource when a call arrives.

    `stored` holds the values of the resource's Parameters key in the order in which the database
    enumerates them, `in_memory` the properties that never reach the database.
    """

    state: RhsState = RhsState.OFFLINE
    stored: Mapping[str, RegistryValue] = field(default_factory=dict)
    in_memory: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DatabaseChange:
    """One write below the Parameters key."""

    name: str
    value: RegistryValue


@dataclass(frozen=True, slots=True)
class SetResult:
    """Outcome of SET_PRIVATE_PROPERTIES: status, writes in list order, and the view after it.

    `changed` names the properties of the table whose value is now another one.
    """

    status: Win32
    changes: tuple[DatabaseChange, ...]
    view: View
    changed: tuple[str, ...] = ()


def same_name(first: str, second: str) -> bool:
    """Compare property names without regard to case, as ordinal comparison does (inferred)."""
    return ordinal_key(first) == ordinal_key(second)


class PropertyTable:
    """The private properties of one resource type and the control codes that serve them."""

    def __init__(self, rules: Iterable[PropertyRule] | TypeModel) -> None:
        """Take the rules of a type, in schema order."""
        self.rules = rules.properties if isinstance(rules, TypeModel) else tuple(rules)
        self._by_name = {ordinal_key(rule.name): rule for rule in self.rules}

    def rule(self, name: str) -> PropertyRule | None:
        """Return the rule of a property, None when the name is unknown."""
        return self._by_name.get(ordinal_key(name))

    def enumerate(self) -> bytes:
        """ENUM_PRIVATE_PROPERTIES: multi-string of the writable names."""
        return encode_texts(tuple(rule.name for rule in self.rules if not rule.read_only))

    def formats(self) -> bytes:
        """GET_PRIVATE_PROPERTY_FMTS: the format number of every property, as a WORD."""
        return encode(
            ListedProperty(rule.name, PropertyFormat.WORD, int(wire_format(rule.format)))
            for rule in self.rules
        )

    def get(self, view: View) -> tuple[Win32, bytes]:
        """GET_PRIVATE_PROPERTIES: writable properties, then unknown stored values.

        An unknown value that a property list cannot carry is left out, so that it hides no other.
        A stored value of another type answers ERROR_INVALID_PARAMETER (87), as
        `nf-resapi-resutilgetpropertysize` says.
        """
        return self._list(view, lambda rule: not rule.read_only, self._unknown(view))

    def get_read_only(self, view: View) -> tuple[Win32, bytes]:
        """GET_RO_PRIVATE_PROPERTIES: read-only properties; four zero bytes when there is none."""
        return self._list(view, lambda rule: rule.read_only, ())

    def all_values(self, view: View) -> bytes:
        """Return every property of the table with its value as one list, in schema order."""
        return self._list(view, lambda rule: True, ())[1]

    def readable(self, view: View, data: bytes | None = None) -> bytes:
        """Return what hooks are given beside a call: every property, the default for what is damaged.

        `data` is a valid property list whose values take the place of those of the view.
        """
        listed = {} if data is None else {ordinal_key(i.name): i for i in self._verified(data)}
        return encode(
            ListedProperty(
                rule.name,
                wire_format(rule.format),
                (
                    self._usable(rule, view)
                    if (item := listed.get(ordinal_key(rule.name))) is None
                    else item.value
                ),
            )
            for rule in self.rules
        )

    def stored_status(self, rule: PropertyRule, view: View) -> int:
        """Return what Online answers when only this value may be wrong: 0 when it is usable.

        ERROR_FILE_NOT_FOUND (2) for a required property, else the code of the damage, which is
        ERROR_INVALID_PARAMETER (87) for a number outside its range (inferred).
        """
        if rule.required and not self._has_value(rule, view):
            return int(Win32.FILE_NOT_FOUND)
        try:
            value = self.value(rule, view)
        except PropertyListError as error:
            return int(error.status)
        fits = not isinstance(value, int) or _in_range(rule, value) or _stored(rule, view) is None
        return 0 if fits else int(Win32.INVALID_PARAMETER)

    def value(self, rule: PropertyRule, view: View) -> Value:
        """Return the current value: in memory, stored, stored under the former name, the default.

        Raises:
            PropertyListError: the stored value has another type or does not decode.
        """
        if rule.in_memory:
            return _lookup(view.in_memory, rule.name, rule.default)
        stored = _stored(rule, view)
        return rule.default if stored is None else _stored_value(rule, stored)

    def missing(self, view: View) -> tuple[str, ...]:
        """Name the required properties without a valid stored value.

        Online must then fail with ERROR_FILE_NOT_FOUND (2) (inferred).
        """
        return tuple(
            rule.name for rule in self.rules if rule.required and not self._has_value(rule, view)
        )

    def validate(self, data: bytes | None) -> Win32:
        """VALIDATE_PRIVATE_PROPERTIES: the code that the list deserves."""
        try:
            self._verified(data)
        except PropertyListError as error:
            return error.status
        return Win32.SUCCESS

    def set(self, data: bytes | None, view: View) -> SetResult:
        """SET_PRIVATE_PROPERTIES: check the whole list, then write what changed.

        A changed property that only takes effect at the next online makes the answer
        ERROR_RESOURCE_PROPERTIES_STORED (5024) while the resource is online
        (`nc-resapi-presource_control_routine`).
        """
        try:
            items = self._verified(data)
        except PropertyListError as error:
            return SetResult(error.status, (), view)
        return self._apply(items, view)

    def _list(
        self,
        view: View,
        wanted: Callable[[PropertyRule], bool],
        unknown: Iterable[ListedProperty],
    ) -> tuple[Win32, bytes]:
        try:
            known = [self._listed(rule, view) for rule in self.rules if wanted(rule)]
        except PropertyListError as error:
            return error.status, b""
        return Win32.SUCCESS, encode([*known, *unknown])

    def _listed(self, rule: PropertyRule, view: View) -> ListedProperty:
        return ListedProperty(rule.name, wire_format(rule.format), self.value(rule, view))

    def _unknown(self, view: View) -> Iterator[ListedProperty]:
        for name, stored in view.stored.items():
            number = format_of_stored(stored.type) if name else None
            if number is not None and self.rule(name) is None and _decodes(number, stored.data):
                yield ListedProperty(name, number, stored.data)

    def _usable(self, rule: PropertyRule, view: View) -> Value:
        try:
            value = self.value(rule, view)
        except PropertyListError:
            return rule.default
        fits = not isinstance(value, int) or _in_range(rule, value)
        return value if fits or _stored(rule, view) is None else rule.default

    def _has_value(self, rule: PropertyRule, view: View) -> bool:
        if rule.in_memory:
            return True
        stored = _stored(rule, view)
        try:
            return stored is not None and _stored_value(rule, stored) not in _EMPTY
        except PropertyListError:
            return False

    def _verified(self, data: bytes | None) -> tuple[RawProperty, ...]:
        items = []
        for item in parse(data):
            self._verify(item)
            items.append(item)
        return tuple(items)

    def _verify(self, item: RawProperty) -> None:
        rule = self.rule(item.name)
        if rule is None:
            _verify_unknown(item)
        else:
            verify_known(rule, item)

    def _apply(self, items: tuple[RawProperty, ...], view: View) -> SetResult:
        last = {ordinal_key(item.name): item for item in items}
        result = SetResult(Win32.SUCCESS, (), view)
        for item in last.values():
            rule = self.rule(item.name)
            result = _set_unknown(result, item) if rule is None else self._set(result, rule, item)
        return result

    def _set(self, result: SetResult, rule: PropertyRule, item: RawProperty) -> SetResult:
        new = item.value
        old = self._old_value(rule, result.view)
        changed = result.changed if new == old else (*result.changed, rule.name)
        status = result.status
        if new != old and not rule.immediate and result.view.state is RhsState.ONLINE:
            status = Win32.RESOURCE_PROPERTIES_STORED
        result = replace(result, status=status, changed=changed)
        if rule.in_memory:
            memory = {**result.view.in_memory, rule.name: new}
            return replace(result, view=replace(result.view, in_memory=memory))
        number = wire_format(rule.format)
        stored = RegistryValue(registry_type(number), encode_value(number, new))
        return _store(result, rule.name, stored)

    def _old_value(self, rule: PropertyRule, view: View) -> Value | None:
        try:
            return self.value(rule, view)
        except PropertyListError:
            return None


def verify_known(rule: PropertyRule, item: RawProperty) -> None:
    """Check one property of a list against its rule.

    Raises:
        PropertyListError: 87 for another format, a number outside its range, a read-only
            property or an empty value of a required one; 13 for a value whose size does not fit.
    """
    if not item.is_list_value or item.format != wire_format(rule.format):
        raise PropertyListError(Win32.INVALID_PARAMETER, f'"{rule.name}" has another format')
    value = item.value
    if isinstance(value, int) and not _in_range(rule, value):
        raise PropertyListError(Win32.INVALID_PARAMETER, f'"{rule.name}" is out of range')
    if rule.read_only:
        raise PropertyListError(Win32.INVALID_PARAMETER, f'"{rule.name}" is read-only')
    if rule.required and value in _EMPTY:
        raise PropertyListError(Win32.INVALID_PARAMETER, f'"{rule.name}" is required, not empty')


def _in_range(rule: PropertyRule, value: int) -> bool:
    low = rule.minimum is None or value >= rule.minimum
    high = rule.maximum is None or value <= rule.maximum
    return low and high


def _verify_unknown(item: RawProperty) -> None:
    if not item.is_list_value or not storable(item.format):
        raise PropertyListError(Win32.INVALID_PARAMETER, f'"{item.name}" cannot be stored')
    decode_value(item.format, item.data)


def _set_unknown(result: SetResult, item: RawProperty) -> SetResult:
    number = PropertyFormat(item.format)
    data = b"\0\0" if number is PropertyFormat.MULTI_SZ and item.value == () else item.data
    return _store(result, item.name, RegistryValue(registry_type(number), data))


def _store(result: SetResult, name: str, value: RegistryValue) -> SetResult:
    if _lookup(result.view.stored, name, None) == value:
        return result
    spelled = next((key for key in result.view.stored if same_name(key, name)), name)
    view = replace(result.view, stored={**result.view.stored, spelled: value})
    return replace(result, view=view, changes=(*result.changes, DatabaseChange(name, value)))


def _stored_value(rule: PropertyRule, stored: RegistryValue) -> Value:
    number = wire_format(rule.format)
    if stored.type not in accepted_types(number):
        raise PropertyListError(Win32.INVALID_PARAMETER, f'"{rule.name}" is stored as another type')
    return decode_value(number, stored.data)


def _decodes(number: PropertyFormat, data: bytes) -> bool:
    try:
        decode_value(number, data)
    except PropertyListError:
        return False
    return True


def _stored(rule: PropertyRule, view: View) -> RegistryValue | None:
    """What the database holds for a property, under its name or else under its former one."""
    found = _lookup(view.stored, rule.name, None)
    if found is None and rule.renamed_from is not None:
        found = _lookup(view.stored, rule.renamed_from, None)
    return found


def _lookup(values: Mapping[str, _T], name: str, default: _D) -> _T | _D:
    return next((value for key, value in values.items() if same_name(key, name)), default)
