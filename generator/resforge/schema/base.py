"""The base of all schema models and the scalar types that their fields share."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from resforge.schema.durations import PATTERN, parse_duration
from resforge.schema.findings import fault
from resforge.schema.naming import LONGEST_IDENTIFIER, identifier
from resforge.schema.wording import choices, did_you_mean, kind, nearest, number, quoted

DWORD_MAX = 0xFFFF_FFFF

Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True, eq=False)
class JsonForm:
    """How a field is written, as JSON Schema.

    pydantic's own annotation hands out one dictionary for all fields, and some of its versions
    then leak the default of one field into the next.
    """

    schema: JsonSchemaValue

    def __get_pydantic_json_schema__(
        self, _core_schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return copy.deepcopy(self.schema)


class SchemaModel(BaseModel):
    """A frozen part of a resource type; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def check_text(value: object) -> str:
    """`value` if it is text that every output can carry, else InvalidValueError.

    NUL ends a string in every Windows interface, and a lone surrogate has no UTF-8 form; all other
    characters are data and come out as they went in.
    """
    if not isinstance(value, str):
        raise fault("wrong-type", f"expected text, found {kind(value)}", _quote_it(value))
    if "\0" in value:
        raise fault("nul-in-text", "text must not hold NUL, which ends a string in Windows")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise fault("surrogate-in-text", "text must not hold half of a surrogate pair")
    return value


def _quote_it(value: object) -> str | None:
    if isinstance(value, bool):
        return f'did you mean "{str(value).lower()}", with quotes?'
    if (isinstance(value, int) and abs(value) < 10**20) or isinstance(value, float):
        return f'did you mean "{value}", with quotes?'
    return None


def refuse_nothing(value: object) -> object:
    """`value` unless it is null: a key that is not wanted is left out."""
    if value is None:
        raise fault("wrong-type", "expected a value, found nothing", "remove the key")
    return value


def check_name(value: object) -> str:
    """`value` if it can name something: one line of text from which an identifier can be made."""
    name = check_line(value)
    _check_identifier(name)
    return name


def check_line(value: object) -> str:
    """`value` if it is one line of text that neither is empty nor begins or ends with space."""
    text = check_text(value)
    if not text:
        raise fault("empty-name", "a name must not be empty")
    if text != text.strip():
        raise fault("name-with-outer-space", f"{quoted(text)} begins or ends with white space")
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise fault("control-character-in-name", f"{quoted(text)} holds a control character")
    return text


def _check_identifier(name: str) -> None:
    made = identifier(name)
    if not made:
        raise fault("name-without-letters", f"{quoted(name)} holds no letter or digit")
    if len(made) > LONGEST_IDENTIFIER:
        raise fault(
            "name-too-long",
            f"{quoted(name)} becomes an identifier of {len(made)} characters;"
            f" at most {LONGEST_IDENTIFIER} are allowed",
        )


def check_registry_name(value: object) -> str:
    """A name that is also a registry key or value name under the cluster's key.

    A backslash would select a subkey (`private-properties`).
    """
    name = check_name(value)
    refuse_backslash(name)
    return name


def refuse_backslash(name: str) -> None:
    """Raise InvalidValueError when the registry would take `name` for a path of keys."""
    if "\\" in name:
        raise fault("backslash-in-name", f"{quoted(name)} holds a backslash, which splits keys")


def integer(minimum: int, maximum: int) -> Callable[[object], int]:
    """A validator for whole numbers from `minimum` to `maximum`."""

    def check(value: object) -> int:
        return check_integer(value, minimum, maximum)

    return check


def check_integer(value: object, minimum: int, maximum: int) -> int:
    """`value` if it is a whole number from `minimum` to `maximum`, else InvalidValueError."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise fault(
            "wrong-type", f"expected a whole number, found {kind(value)}", _number_hint(value)
        )
    if not minimum <= value <= maximum:
        raise fault("out-of-range", f"{number(value)} is outside the range {minimum} to {maximum}")
    return value


def _number_hint(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"did you mean {int(value)}?"
    if isinstance(value, str) and value.strip().lstrip("+-").isdecimal() and value.isascii():
        return "write the number without quotes"
    return None


def check_boolean(value: object) -> bool:
    """`value` if it is true or false, else InvalidValueError; `yes` and `on` are text in YAML 1.2."""
    if isinstance(value, bool):
        return value
    raise fault("wrong-type", f"expected true or false, found {kind(value)}", _boolean_hint(value))


def _boolean_hint(value: object) -> str | None:
    if (isinstance(value, str) and value.lower() in {"yes", "on", "true", "y"}) or value == 1:
        return "did you mean true?"
    if (isinstance(value, str) and value.lower() in {"no", "off", "false", "n"}) or value == 0:
        return "did you mean false?"
    return None


def choice(
    enumeration: type[StrEnum], synonyms: Mapping[str, str] | None = None
) -> Callable[[object], StrEnum]:
    """A validator for the members of `enumeration`; `synonyms` maps folded words to members."""

    def check(value: object) -> StrEnum:
        return check_choice(value, enumeration, synonyms)

    return check


def check_choice(
    value: object,
    enumeration: type[Member],
    synonyms: Mapping[str, str] | None = None,
    but: Collection[str] = (),
) -> Member:
    """The member of `enumeration` that `value` spells, else InvalidValueError with the nearest one.

    Members in `but` are not offered, and not accepted either.
    """
    valid = [str(member) for member in enumeration if member not in but]
    if not isinstance(value, str):
        raise fault("wrong-type", f"expected {choices(valid)}, found {kind(value)}")
    if value not in valid:
        raise fault(
            "unknown-value",
            f"{quoted(value)} is not one of {choices(valid)}",
            did_you_mean(nearest(value, valid, synonyms)),
        )
    return enumeration(value)


Text = Annotated[str, BeforeValidator(check_text)]
Name = Annotated[str, BeforeValidator(check_name), Field(json_schema_extra={"minLength": 1})]
RegistryName = Annotated[
    str,
    BeforeValidator(check_registry_name),
    Field(json_schema_extra={"minLength": 1, "pattern": r"^[^\\]+$"}),
]
Boolean = Annotated[bool, BeforeValidator(check_boolean)]
Duration = Annotated[
    int,
    BeforeValidator(parse_duration),
    JsonForm({"type": "string", "pattern": PATTERN}),
]
