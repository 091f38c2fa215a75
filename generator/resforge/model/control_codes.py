"""Answers to control codes, at resource scope and at resource type scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from resforge.model.buffers import canonical_buffer
from resforge.model.errors import PropertyListError, Win32
from resforge.model.properties import DatabaseChange, PropertyTable, SetResult, View
from resforge.model.property_list import encode_dependencies
from resforge.model.rules import ControlCodeRule, TypeModel, Value
from resforge.model.states import ONLINING, RhsState

RESOURCE = 0x01000000
RESOURCE_TYPE = 0x02000000
REQUIRES_STATE_CHANGE_REASON = 0x10
"""CLUS_CHAR_REQUIRES_STATE_CHANGE_REASON (`ne-clusapi-clus_characteristics`)."""

UNKNOWN = 0x000000
GET_CHARACTERISTICS = 0x000005
GET_CLASS_INFO = 0x00000D
GET_REQUIRED_DEPENDENCIES = 0x000011
ENUM_PRIVATE_PROPERTIES = 0x000079
GET_RO_PRIVATE_PROPERTIES = 0x00007D
GET_PRIVATE_PROPERTIES = 0x000081
VALIDATE_PRIVATE_PROPERTIES = 0x000089
GET_PRIVATE_PROPERTY_FMTS = 0x00008D
GET_PRIVATE_RESOURCE_PROPERTY_FMTS = 0x000091
SET_PRIVATE_PROPERTIES = 0x400086
SET_NAME = 0x500026
STATE_CHANGE_REASON = 0x50004E


@dataclass(frozen=True, slots=True)
class HookResult:
    """What the hook of an author's control code did: its error code and its output."""

    status: int = 0
    output: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What ResourceControl or ResourceTypeControl must answer.

    `bytes_returned` is the size of `output`, or with ERROR_MORE_DATA (234) the size needed.
    `hook_input` is the input that the author's hook must see, None when it must not be called.
    `in_memory` holds the properties outside the database as they are afterwards, None when the
    code leaves them alone.
    """

    status: int
    bytes_returned: int = 0
    output: bytes = b""
    database_changes: tuple[DatabaseChange, ...] = ()
    hook_input: bytes | None = None
    changed_properties: tuple[str, ...] = ()
    in_memory: Mapping[str, Value] | None = None


DEFAULT_PROCESSING = Answer(Win32.INVALID_FUNCTION)
"""ERROR_INVALID_FUNCTION asks RHS for its default work (`implementing-resourcecontrol`)."""


@dataclass(frozen=True, slots=True)
class _Request:
    model: TypeModel
    view: View
    data: bytes | None
    room: int
    table: PropertyTable


def answer(
    resource_type: TypeModel,
    view: View,
    code: int,
    input: bytes | None = None,  # noqa: A002 - the word of the Windows documentation
    output_size: int = 0,
    *,
    null_output: bool = False,
    hook: HookResult | None = None,
) -> Answer:
    """Return what the generated DLL must answer to a control code.

    The object byte of `code` decides between resource and resource type scope. `output_size` is
    in bytes; with `null_output` there is no buffer, whatever the size says. `hook` is what the
    hook of an author's code does; a hook that is not given succeeds without output.
    """
    table = PropertyTable(resource_type if code & 0xFF000000 == RESOURCE else ())
    room = -1 if null_output else output_size
    request = _Request(resource_type, view, input, room, table)
    rule = find_code(resource_type, code)
    if rule is not None:
        return _author_code(request, rule, hook or HookResult())
    handler = _handlers(code).get(code & 0xFFFFFF)
    return DEFAULT_PROCESSING if handler is None else handler(request)


def find_code(resource_type: TypeModel, code: int) -> ControlCodeRule | None:
    """Return the author's control code with this whole 32-bit value."""
    return next((rule for rule in resource_type.control_codes if rule.value == code), None)


def state_name(state: RhsState) -> str:
    """Return the schema's name for a state, "" where no author's code is allowed by name."""
    if state in ONLINING:
        return "online_pending"
    names = {
        RhsState.OFFLINE: "offline",
        RhsState.ONLINE: "online",
        RhsState.OFFLINE_IN_PROGRESS: "offline_pending",
        RhsState.OFFLINE_PENDING: "offline_pending",
    }
    return names.get(state, "")


def _author_code(request: _Request, rule: ControlCodeRule, hook: HookResult) -> Answer:
    if rule.states and state_name(request.view.state) not in rule.states:
        return Answer(Win32.INVALID_STATE)
    try:
        seen = canonical_buffer(rule.input, request.data)
    except PropertyListError as error:
        return Answer(error.status)
    if hook.status != Win32.SUCCESS:
        return Answer(hook.status, hook_input=seen)
    output = b"" if rule.output is None else hook.output
    return _sized(request, output, hook_input=seen)


def _sized(request: _Request, output: bytes, hook_input: bytes | None = None) -> Answer:
    if output and request.room < len(output):
        return Answer(Win32.MORE_DATA, len(output), hook_input=hook_input)
    return Answer(Win32.SUCCESS, len(output), output, hook_input=hook_input)


def _listed(request: _Request, result: tuple[Win32, bytes]) -> Answer:
    status, output = result
    return _sized(request, output) if status == Win32.SUCCESS else Answer(status)


def _unknown(request: _Request) -> Answer:
    return Answer(Win32.SUCCESS)


def _characteristics(request: _Request) -> Answer:
    return _sized(request, request.model.characteristics.to_bytes(4, "little"))


def _class_info(request: _Request) -> Answer:
    numbers = (request.model.resource_class, request.model.subclass)
    return _sized(request, b"".join(number.to_bytes(4, "little") for number in numbers))


def _dependencies(request: _Request) -> Answer:
    return _sized(request, encode_dependencies(request.model.dependencies))


def _enumerate(request: _Request) -> Answer:
    return _sized(request, request.table.enumerate())


def _read_only(request: _Request) -> Answer:
    return _listed(request, request.table.get_read_only(request.view))


def _get(request: _Request) -> Answer:
    return _listed(request, request.table.get(request.view))


def _formats(request: _Request) -> Answer:
    return _sized(request, request.table.formats())


def _resource_formats(request: _Request) -> Answer:
    return _sized(request, PropertyTable(request.model).formats())


def _validate(request: _Request) -> Answer:
    return Answer(request.table.validate(request.data))


def _set(request: _Request) -> Answer:
    result: SetResult = request.table.set(request.data, request.view)
    return Answer(
        result.status,
        database_changes=result.changes,
        changed_properties=result.changed,
        in_memory=result.view.in_memory,
    )


def _state_change_reason(request: _Request) -> Answer:
    if not request.model.characteristics & REQUIRES_STATE_CHANGE_REASON:
        return DEFAULT_PROCESSING
    enough = request.data is not None and len(request.data) >= 12
    return Answer(Win32.SUCCESS if enough else Win32.INVALID_DATA)


_Handler = Callable[[_Request], Answer]

_BOTH_SCOPES: dict[int, _Handler] = {
    UNKNOWN: _unknown,
    GET_CHARACTERISTICS: _characteristics,
    GET_CLASS_INFO: _class_info,
    GET_REQUIRED_DEPENDENCIES: _dependencies,
    ENUM_PRIVATE_PROPERTIES: _enumerate,
    GET_RO_PRIVATE_PROPERTIES: _read_only,
    GET_PRIVATE_PROPERTIES: _get,
    SET_PRIVATE_PROPERTIES: _set,
    VALIDATE_PRIVATE_PROPERTIES: _validate,
}

_RESOURCE_SCOPE: dict[int, _Handler] = {
    **_BOTH_SCOPES,
    GET_PRIVATE_PROPERTY_FMTS: _formats,
    SET_NAME: _unknown,
    STATE_CHANGE_REASON: _state_change_reason,
}

_TYPE_SCOPE: dict[int, _Handler] = {
    **_BOTH_SCOPES,
    GET_PRIVATE_RESOURCE_PROPERTY_FMTS: _resource_formats,
}


def _handlers(code: int) -> dict[int, _Handler]:
    scope = code & 0xFF000000
    if scope == RESOURCE:
        return _RESOURCE_SCOPE
    return _TYPE_SCOPE if scope == RESOURCE_TYPE else {}
