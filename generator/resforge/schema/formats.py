"""Formats of private properties, and how the file's values become values of a format."""

from __future__ import annotations

import datetime
import re
from enum import StrEnum

from resforge.schema.base import (
    DWORD_MAX,
    check_boolean,
    check_integer,
    check_text,
)
from resforge.schema.findings import Finding, InvalidValueError, fault
from resforge.schema.wording import kind, quoted

PropertyValue = int | str | tuple[str, ...] | bytes
"""A value of a property: number, text, list of texts, or bytes. BOOL is the number 0 or 1, FILETIME
the number of 100 ns steps since 1601-01-01 UTC."""


class PropertyFormat(StrEnum):
    """Formats of a property; BOOL is a DWORD of 0 or 1.

    The others are those that a property table may use (`ns-resapi-resutil_property_item`).
    """

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


CLUSPROP_FORMAT = {
    PropertyFormat.BINARY: 1,
    PropertyFormat.DWORD: 2,
    PropertyFormat.BOOL: 2,
    PropertyFormat.SZ: 3,
    PropertyFormat.EXPAND_SZ: 4,
    PropertyFormat.MULTI_SZ: 5,
    PropertyFormat.ULARGE_INTEGER: 6,
    PropertyFormat.LONG: 7,
    PropertyFormat.LARGE_INTEGER: 10,
    PropertyFormat.FILETIME: 12,
}
"""Values of CLUSPROP_FORMAT_* (`ne-clusapi-cluster_property_format`)."""

NUMBER_RANGE = {
    PropertyFormat.DWORD: (0, DWORD_MAX),
    PropertyFormat.LONG: (-(2**31), 2**31 - 1),
    PropertyFormat.ULARGE_INTEGER: (0, 2**64 - 1),
    PropertyFormat.LARGE_INTEGER: (-(2**63), 2**63 - 1),
    PropertyFormat.FILETIME: (0, 2**64 - 1),
}
"""Formats that take a minimum and a maximum, with the numbers they can hold. FILETIME is among
them because RESUTIL_FILETIME_DATA has both (`ns-resapi-resutil_filetime_data`)."""

FORMAT_SYNONYMS = {
    **dict.fromkeys(("string", "str", "text", "regsz"), "SZ"),
    **dict.fromkeys(("int", "integer", "uint", "uint32", "number", "regdword"), "DWORD"),
    **dict.fromkeys(("int32", "signed"), "LONG"),
    **dict.fromkeys(("qword", "uint64", "regqword", "ulong", "ulonglong"), "ULARGE_INTEGER"),
    **dict.fromkeys(("int64", "longlong"), "LARGE_INTEGER"),
    **dict.fromkeys(("boolean", "flag"), "BOOL"),
    **dict.fromkeys(("bytes", "blob", "hex", "regbinary"), "BINARY"),
    **dict.fromkeys(("stringlist", "list", "strings", "regmultisz"), "MULTI_SZ"),
    **dict.fromkeys(("time", "date", "datetime", "timestamp"), "FILETIME"),
    "regexpandsz": "EXPAND_SZ",
}

_EMPTY: dict[PropertyFormat, PropertyValue] = {
    PropertyFormat.SZ: "",
    PropertyFormat.EXPAND_SZ: "",
    PropertyFormat.MULTI_SZ: (),
    PropertyFormat.BINARY: b"",
}

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}(?:[ ,:-](?=[0-9A-Fa-f]{2}))?)*\Z")
_RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?(Z|z|[+-]\d\d:\d\d)\Z", re.ASCII
)
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)


def empty_value(format_: PropertyFormat) -> PropertyValue:
    """The value of a property that has no default: 0, empty text, empty list or no bytes."""
    return _EMPTY.get(format_, 0)


def typed_value(format_: PropertyFormat, value: object) -> PropertyValue:
    """`value` of the file as a value of `format_`; raises InvalidValueError when it is none."""
    match format_:
        case PropertyFormat.BOOL:
            return int(check_boolean(value))
        case PropertyFormat.SZ | PropertyFormat.EXPAND_SZ:
            return check_text(value)
        case PropertyFormat.MULTI_SZ:
            return _texts(value)
        case PropertyFormat.BINARY:
            return _bytes(value)
        case PropertyFormat.FILETIME:
            return _filetime(value)
    return check_integer(value, *NUMBER_RANGE[format_])


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise fault("wrong-type", f"expected a list of texts, found {kind(value)}")
    findings = [found for index, item in enumerate(value) for found in _text_in_list(index, item)]
    if findings:
        raise InvalidValueError(*findings)
    return tuple(value)


def _text_in_list(index: int, item: object) -> list[Finding]:
    try:
        if check_text(item):
            return []
    except InvalidValueError as error:
        return [
            Finding(found.code, found.message, (index,), found.hint) for found in error.findings
        ]
    message = "MULTI_SZ cannot hold an empty text, which ends the list"
    return [Finding("empty-text-in-list", message, (index,))]


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise fault(
            "wrong-type",
            f'expected bytes as hexadecimal text such as "00 ff", found {kind(value)}',
            "put the digits in quotes",
        )
    if not _HEX.match(value):
        raise fault(
            "bad-hex", f'{quoted(value)} is not hexadecimal text; expected pairs such as "00 ff"'
        )
    return bytes.fromhex(re.sub("[ ,:-]", "", value))


def _filetime(value: object) -> int:
    if isinstance(value, str | datetime.date | datetime.time):
        text = value if isinstance(value, str) else value.isoformat()
        return _ticks(text)
    return check_integer(value, *NUMBER_RANGE[PropertyFormat.FILETIME])


def _ticks(text: str) -> int:
    """100 ns steps from 1601-01-01 UTC (`ns-minwinbase-filetime`) to the time in `text`."""
    parts = _RFC_3339.match(text)
    if not parts:
        raise fault(
            "bad-time",
            f"{quoted(text)} is neither a number nor a time with date and offset (RFC 3339)",
            'write "2026-01-31T12:00:00Z"',
        )
    try:
        moment = datetime.datetime.fromisoformat(
            f"{parts[1]}-{parts[2]}-{parts[3]}T{parts[4]}:{parts[5]}:{parts[6]}"
            + parts[8].upper().replace("Z", "+00:00")
        )
        since = moment - _EPOCH
    except (ValueError, OverflowError):
        raise fault("bad-time", f"{quoted(text)} is not a date and time that exists") from None
    if since < datetime.timedelta(0):
        raise fault("bad-time", f"{quoted(text)} is before 1601, where FILETIME begins")
    seconds = since.days * 86_400 + since.seconds
    return seconds * 10_000_000 + int((parts[7] or "").ljust(7, "0"))
