"""Unknown keys: found before validation, so that a misspelt key gives one message, not two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from resforge.schema.control_codes import RAW_TAG, Raw, Struct, buffer_tag
from resforge.schema.located import LocatedList, LocatedMapping, SourceProblem
from resforge.schema.wording import choices, did_you_mean, nearest, quoted

_SYNONYMS = {
    "min": "minimum",
    "max": "maximum",
    "readonly": "read_only",
    "inmemory": "in_memory",
    "mandatory": "required",
    "codes": "control_codes",
    "dll": "dll_name",
    "fn": "function",
    "number": "function",
    "kind": "format",
    "type": "format",
    "desc": "description",
    "values": "properties",
    "company": "vendor",
    "title": "display_name",
    "ignore": "suppress",
    "suppressions": "suppress",
    "because": "reason",
}


_BUFFER_KEYS = frozenset({"fields", "bytes"})


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of a model: the name in the file -> the annotation of its value."""

    annotations: dict[str, Any]

    @classmethod
    def of(cls, model: type[BaseModel]) -> _Keys:
        return cls({f.alias or name: f.annotation for name, f in model.model_fields.items()})


def correct_keys(value: Any, model: type[BaseModel]) -> Iterator[SourceProblem]:
    """Report every key that `model` lacks, and repair `value` in place.

    A misspelt key is renamed to the key that it nearly is, if that one is absent, so that its
    value is checked as well; any other unknown key is removed.
    """
    if not isinstance(value, LocatedMapping):
        return
    annotations = _Keys.of(model).annotations
    for key in [key for key in value if key not in annotations]:
        if key in value.merged:
            _remove(value, key)
        else:
            yield _correct(value, key, annotations)
    for key, item in value.items():
        yield from _correct_inside(item, annotations[key])


def _correct(mapping: LocatedMapping, key: str, annotations: dict[str, Any]) -> SourceProblem:
    mark = mapping.keys_at[key]
    if annotations.keys() <= _BUFFER_KEYS <= mapping.keys() and key in _BUFFER_KEYS:
        _remove(mapping, key)
        return SourceProblem(
            "fields-and-bytes", "a buffer has either fields or bytes, not both", mark
        )
    synonyms = {word: name for word, name in _SYNONYMS.items() if name in annotations}
    meant = nearest(key, annotations, synonyms)
    if meant is not None and meant not in mapping:
        mapping.rename(key, meant)
    else:
        _remove(mapping, key)
    hint = did_you_mean(meant) or f"known here: {choices(annotations)}"
    return SourceProblem("unknown-key", f"unknown key {quoted(key)}", mark, hint)


def _remove(mapping: LocatedMapping, key: str) -> None:
    del mapping[key], mapping.keys_at[key], mapping.values_at[key]


def _correct_inside(value: Any, annotation: Any) -> Iterator[SourceProblem]:
    models = list(_models(annotation))
    if not models or isinstance(value, LocatedList) != (get_origin(annotation) is tuple):
        return
    if isinstance(value, LocatedList):
        for item in value:
            yield from correct_keys(item, models[0])
    elif Struct in models:
        yield from correct_keys(value, Raw if buffer_tag(value) == RAW_TAG else Struct)
    else:
        yield from correct_keys(value, models[0])


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for argument in get_args(annotation):
        if argument is not NoneType:
            yield from _models(argument)
