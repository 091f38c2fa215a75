"""Rules about control codes."""

from __future__ import annotations

from collections.abc import Iterator

from resforge.lint.rule import Hit, RuleBook, Subject
from resforge.lint.windows import VIRTUAL_MACHINE_FUNCTIONS
from resforge.review.finding import Severity
from resforge.schema import Access, ControlCode, Raw, Scope, State, Struct
from resforge.schema.findings import Path
from resforge.schema.wording import quoted

book = RuleBook("control codes")

LARGEST_BUFFER = 0x10_0000
"""Bytes: 1 MiB, the limit for a buffer of fields."""

_WRITING = (Access.WRITE, Access.READ_WRITE)


def _codes(subject: Subject) -> Iterator[tuple[Path, ControlCode]]:
    for index, code in enumerate(subject.type.control_codes):
        yield ("control_codes", index), code


def _structs(path: Path, code: ControlCode) -> Iterator[tuple[Path, Struct]]:
    for side in ("input", "output"):
        buffer = getattr(code, side)
        if isinstance(buffer, Struct):
            yield (*path, side, "fields"), buffer


@book.rule(
    "modifies-without-write",
    Severity.ERROR,
    summary="A code that modifies the cluster needs write access.",
    why="The access bits decide whose handle may send the code: a user who may only look could "
    "change the cluster with it.",
    source="control-code-architecture",
)
def _modifies_without_write(subject: Subject) -> Iterator[Hit]:
    for path, code in _codes(subject):
        if code.modifies and code.access not in _WRITING:
            message = (
                f"{quoted(code.name)} modifies the cluster, but {code.access} access is enough"
            )
            yield Hit((*path, "access"), message, "write access: write")


@book.rule(
    "write-without-modifies",
    Severity.WARNING,
    summary="A code with write access says that it modifies the cluster.",
    why="The modify bit marks operations that change the state of the cluster; write access "
    "without it says that something changes and that nothing does.",
    source="creating-control-codes",
)
def _write_without_modifies(subject: Subject) -> Iterator[Hit]:
    for path, code in _codes(subject):
        if code.access in _WRITING and not code.modifies:
            message = f"{quoted(code.name)} asks for {code.access} access but modifies nothing"
            hint = "add modifies: true before the first release; it changes the code's number"
            yield Hit((*path, "access"), message, hint)


@book.rule(
    "access-for-anybody",
    Severity.WARNING,
    summary="A code needs at least read access.",
    why="Access any lets every handle send the code. A code that only reads asks for read, which "
    "costs legitimate callers nothing.",
    source="control-code-architecture",
)
def _access_any(subject: Subject) -> Iterator[Hit]:
    for path, code in _codes(subject):
        if code.access is Access.ANY and not code.modifies:
            message = f"every handle may send {quoted(code.name)}"
            yield Hit((*path, "access"), message, "write access: read")


@book.rule(
    "code-of-virtual-machine",
    Severity.WARNING,
    summary="A code does not have the number of a code of Virtual Machine resources.",
    why="Tools that manage virtual machines send functions 1, 2 and 5 with access any and modify; "
    "sent to a resource of the wrong type they would run this hook.",
    source="external-resource-control-codes",
)
def _virtual_machine(subject: Subject) -> Iterator[Hit]:
    for path, code in _codes(subject):
        bits = (code.scope, code.access, code.modifies)
        if bits == (Scope.RESOURCE, Access.ANY, True) and (
            code.function in VIRTUAL_MACHINE_FUNCTIONS
        ):
            message = f"0x{code.value:08X} is a code of the Virtual Machine types"
            yield Hit(
                (*path, "function"), message, "take another function number, or access: write"
            )


@book.rule(
    "control-code-without-description",
    Severity.WARNING,
    summary="Every control code has a description.",
    why="Callers see a number and bytes; the description on the reference page is all they have.",
    source="resforge",
)
def _without_description(subject: Subject) -> Iterator[Hit]:
    for path, code in _codes(subject):
        if not code.description.strip():
            message = f"nothing says what {quoted(code.name)} does"
            yield Hit((*path, "name"), message, "add a description")


@book.rule(
    "field-without-description",
    Severity.NOTE,
    summary="Every field of a buffer has a description.",
    why="The field's unit and meaning cannot be told from its bytes.",
    source="resforge",
)
def _field_without_description(subject: Subject) -> Iterator[Hit]:
    for path, code in _codes(subject):
        for place, struct in _structs(path, code):
            for index, field in enumerate(struct.fields):
                if not field.description.strip():
                    message = f"nothing says what {quoted(field.name)} means"
                    yield Hit((*place, index, "name"), message, "add a description")


@book.rule(
    "code-without-effect",
    Severity.WARNING,
    summary="A code that only reads returns something.",
    why="A code with read access and no output neither changes nor tells anything, or it changes "
    "something with a handle that may only read.",
    source="control-code-architecture",
)
def _without_effect(subject: Subject) -> Iterator[Hit]:
    for path, code in _codes(subject):
        if code.output is None and not code.modifies and code.access not in _WRITING:
            message = f"{quoted(code.name)} returns nothing and modifies nothing"
            yield Hit(
                (*path, "name"), message, "add an output, or access: write and modifies: true"
            )


@book.rule(
    "states-not-stated",
    Severity.NOTE,
    summary="A code for a resource states the states in which it is allowed.",
    why="Control codes arrive in every state of an opened resource, also while Online or Offline "
    "works in another thread; a hook that expects a running program has to be kept from that.",
    source="implementing-resourcecontrol",
)
def _states_not_stated(subject: Subject) -> Iterator[Hit]:
    for path, code in _codes(subject):
        if code.scope is Scope.RESOURCE and "states" not in code.model_fields_set:
            message = f"{quoted(code.name)} is allowed while Online or Offline is at work"
            yield Hit(
                (*path, "name"), message, "add states: [online], or states: [offline, online]"
            )


@book.rule(
    "states-in-transition",
    Severity.NOTE,
    summary="A code that modifies the cluster is not allowed while Online or Offline is at work.",
    why="Sources differ on whether a control code waits for the operation or runs beside it, so "
    "what it changes can be half started or half stopped.",
    source="recommended-practices-for-resource-dlls",
)
def _states_in_transition(subject: Subject) -> Iterator[Hit]:
    pending = {State.ONLINE_PENDING, State.OFFLINE_PENDING}
    for path, code in _codes(subject):
        stated = "states" in code.model_fields_set
        if stated and code.modifies and pending & set(code.states):
            message = f"{quoted(code.name)} changes something while Online or Offline is at work"
            yield Hit((*path, "states"), message, "allow only offline and online")


@book.rule(
    "buffer-too-large",
    Severity.WARNING,
    summary="Raw input and output are limited to 1 MiB.",
    why="A caller chooses the size up to the maximum, and the host process that all resources "
    "share has to hold it.",
    source="resforge",
)
def _too_large(subject: Subject) -> Iterator[Hit]:
    for path, code in _codes(subject):
        for side in ("input", "output"):
            buffer = getattr(code, side)
            if isinstance(buffer, Raw) and buffer.maximum > LARGEST_BUFFER:
                message = f"{quoted(code.name)} takes buffers of up to {buffer.maximum} bytes"
                yield Hit((*path, side, "bytes", "maximum"), message, "write a maximum of 1048576")


@book.rule(
    "padding-in-buffer",
    Severity.NOTE,
    summary="Fields of a buffer leave no gaps.",
    why="Fields stand at natural C alignment. Callers in other languages that write the bytes one "
    "after another miss the gap before an 8-byte field.",
    source="resforge",
)
def _padding(subject: Subject) -> Iterator[Hit]:
    for path, code in _codes(subject):
        for place, struct in _structs(path, code):
            end = 0
            for index, field in enumerate(struct.fields):
                if field.offset > end:
                    message = f"{field.offset - end} unused bytes stand before {quoted(field.name)}"
                    yield Hit((*place, index, "name"), message, "put larger fields first")
                end = field.offset + field.size
