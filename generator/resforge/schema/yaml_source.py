"""YAML 1.2 with places: the library finds the syntax, the core schema gives the values.

The tree is built from parse events, not by the library's composer, because depth, aliases and tags
of an untrusted file have to be refused before any memory is spent on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from resforge.schema.located import (
    DEEPEST,
    MOST_VALUES,
    Lines,
    LocatedList,
    LocatedMapping,
    Mark,
    Source,
    SourceError,
    SourceProblem,
    duplicate_key,
    too_deep,
    too_many,
)
from resforge.schema.scalars import NumberTooLongError, core_scalar
from resforge.schema.wording import quoted

_LOADER: type[Any] = getattr(yaml, "CLoader", yaml.Loader)
_Anchored = tuple[Any, Mark]
_UNCLOSED = {"quoted scalar": "quoted text", "flow sequence": "list", "flow mapping": "mapping"}


def parse_yaml(text: str) -> Source:
    """The data of `text`; raises SourceError when it is not one plain YAML document."""
    lines = Lines(text)
    try:
        return _Builder(lines, yaml.parse(text, Loader=_LOADER)).document()
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, lines, text) from None
    except yaml.reader.ReaderError as error:
        raise _reader_error(error, text, lines) from None
    except ValueError:  # the loader in pure Python lets chr() refuse an escape such as \\U00110000
        message = "not YAML: an escape names a character that does not exist"
        raise SourceError("yaml-syntax", message, Mark(1, 1)) from None


def _syntax_error(error: yaml.MarkedYAMLError, lines: Lines, text: str) -> SourceError:
    mark = error.problem_mark or error.context_mark
    offset = mark.index if mark else 0
    problem, context = str(error.problem), str(error.context or "")
    if "nesting depth" in problem:  # a limit of the C library, far above ours
        return too_deep(lines.mark(offset))
    unclosed = next((what for word, what in _UNCLOSED.items() if word in context), None)
    if unclosed and error.context_mark and offset >= len(text.rstrip()):
        message = f"not YAML: the {unclosed} that begins here has no end"
        return SourceError("yaml-syntax", message, lines.mark(error.context_mark.index))
    message, hint = f"not YAML: {problem} {context}".rstrip(), None
    if "cannot start any token" in problem and text[offset : offset + 1] == "\t":
        message, hint = "not YAML: a tab cannot indent", "indent with spaces"
    elif "cannot start any token" in problem:
        hint = "put the text in quotes"
    elif "mapping values are not allowed" in problem:
        hint = 'a text with ": " needs quotes; the keys of one mapping begin in one column'
    return SourceError("yaml-syntax", message, lines.mark(offset), hint)


def _reader_error(error: yaml.reader.ReaderError, text: str, lines: Lines) -> SourceError:
    position = error.position
    if _LOADER is not yaml.Loader:
        position = len(text.encode("utf-8", "surrogatepass")[:position].decode("utf-8", "ignore"))
    return SourceError(
        "yaml-character",
        "YAML does not allow this control character",
        lines.mark(min(position, len(text))),
        'write it escaped in double quotes, for example "\\x07"',
    )


def _merge(mapping: LocatedMapping, merged: list[LocatedMapping]) -> None:
    """Take over what a refused merge key means, so that it gives no second message."""
    for source in merged:
        for key in source.keys() - mapping.keys():
            mapping.put(key, source[key], source.keys_at[key], source.values_at[key])
            mapping.merged.add(key)


class _Builder:
    """Builds located data from parse events."""

    def __init__(self, lines: Lines, events: Iterator[Any]) -> None:
        self._lines = lines
        self._events = events
        self._anchors: dict[str | None, _Anchored] = {}
        self._nodes = 0
        self._problems: list[SourceProblem] = []

    def document(self) -> Source:
        next(self._events)
        first = next(self._events)
        if isinstance(first, yaml.StreamEndEvent):
            return Source(None, Mark(1, 1))
        event = next(self._events)
        mark = self._mark(event)
        root = self._node(event, 0)
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            message = "a second YAML document begins here; a file holds one"
            raise SourceError("second-document", message, self._mark(after))
        return Source(root, mark, tuple(self._problems))

    def _mark(self, event: Any) -> Mark:
        return self._lines.mark(event.start_mark.index)

    def _written(self, event: Any) -> Mark:
        """Where the value of `event` is written: for an alias, at its anchor."""
        if isinstance(event, yaml.AliasEvent):
            return self._anchors[event.anchor][1]
        return self._mark(event)

    def _node(self, event: Any, depth: int) -> Any:
        mark = self._mark(event)
        self._count(1, mark)
        if depth > DEEPEST:
            raise too_deep(mark)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, mark, depth)
        self._refuse_tag(event, mark)
        value = self._value(event, mark, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, mark)
        return value

    def _count(self, nodes: int, mark: Mark) -> None:
        self._nodes += nodes
        if self._nodes > MOST_VALUES:
            raise too_many(mark)

    def _refuse_tag(self, event: Any, mark: Mark) -> None:
        if event.tag is not None and event.tag != "!":
            raise SourceError("yaml-tag", f"tags such as {quoted(event.tag)} are not allowed", mark)

    def _value(self, event: Any, mark: Mark, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(mark, depth)
        return self._mapping(mark, depth)

    def _scalar(self, event: Any, mark: Mark) -> Any:
        if event.style or event.tag == "!":
            return event.value
        try:
            return core_scalar(event.value)
        except NumberTooLongError:
            raise SourceError("number-too-long", "a number with too many digits", mark) from None

    def _list(self, mark: Mark, depth: int) -> LocatedList:
        result = LocatedList(mark)
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            result.put(self._node(event, depth + 1), self._written(event))
        return result

    def _mapping(self, mark: Mark, depth: int) -> LocatedMapping:
        result = LocatedMapping(mark)
        merged: list[LocatedMapping] = []
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key_mark = self._mark(event)
            key = self._key(event, depth)
            value_event = next(self._events)
            value = self._node(value_event, depth + 1)
            if key == "<<":
                message = "merge keys are not part of YAML 1.2; repeat the keys"
                self._problems.append(SourceProblem("merge-key", message, key_mark))
                merged += [value] if isinstance(value, LocatedMapping) else []
            else:
                self._store(result, key, value, key_mark, self._written(value_event))
        _merge(result, merged)
        return result

    def _key(self, event: Any, depth: int) -> str | None:
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_tag(event, self._mark(event))
            if event.anchor is not None:
                self._anchors[event.anchor] = (event.value, self._mark(event))
            return str(event.value)
        mark = self._mark(event)
        value = self._node(event, depth + 1)
        if isinstance(value, str):
            return value
        self._problems.append(SourceProblem("key-not-text", "a key must be text", mark))
        return None

    def _store(
        self, mapping: LocatedMapping, key: str | None, value: Any, key_mark: Mark, mark: Mark
    ) -> None:
        if key is None:
            return
        if key in mapping:
            first = mapping.keys_at[key]
            self._problems.append(duplicate_key(quoted(key), key_mark, first))
        else:
            mapping.put(key, value, key_mark, mark)

    def _alias(self, event: Any, mark: Mark, depth: int) -> Any:
        if event.anchor not in self._anchors:
            raise SourceError("unknown-alias", f"no anchor &{event.anchor} before this alias", mark)
        return self._copy(self._anchors[event.anchor][0], mark, depth)

    def _copy(self, value: Any, mark: Mark, depth: int) -> Any:
        """A copy, so that a repair of one use leaves the others alone."""
        self._count(1, mark)
        if depth > DEEPEST:
            raise too_deep(mark)
        if isinstance(value, LocatedMapping):
            mapping = LocatedMapping(value.mark)
            for key, item in value.items():
                copied = self._copy(item, mark, depth + 1)
                mapping.put(key, copied, value.keys_at[key], value.values_at[key])
            return mapping
        if isinstance(value, LocatedList):
            items = LocatedList(value.mark)
            for item, item_mark in zip(value, value.items_at, strict=True):
                items.put(self._copy(item, mark, depth + 1), item_mark)
            return items
        return value
