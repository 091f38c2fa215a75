"""A schema's text as something to edit: rename, replace, remove, insert.

Every change is one or more replacements of a stretch of the original text, so what is not touched
stays byte for byte: comments, order, blank lines, spelling of numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from resforge.edit.outline import Node, outline
from resforge.edit.values import Value, spell, spell_key
from resforge.schema.findings import Path
from resforge.schema.loading import Syntax


class CannotEditError(Exception):
    """The text is written in a way that no safe edit of this kind is known for."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the text from `start` to `end`."""

    start: int
    end: int
    text: str


_LINE_END = re.compile(r"\r\n?|\n")
_BLANK_LINE = re.compile(r"(\r\n|\r(?!\n)|\n)[ \t]*(\r\n|\r|\n)\Z")
_FAR = 1_000
"""Characters: a longer run of blanks before a line is not looked at."""
_REST_OF_LINE = re.compile(r"[ \t]*(#[^\r\n]*)?")
_BLOCK_SCALAR = re.compile(r"[|>](?:[1-9][+-]?|[+-]?[1-9]?)(?=[ \t]*(?:#|\r|\n|\Z))")


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all `edits`; raises CannotEditError when two of them overlap."""
    parts: list[str] = []
    position = 0
    for edit in sorted(dict.fromkeys(edits)):
        if edit.start < position:
            raise CannotEditError("two changes of the same place")
        parts += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*parts, text[position:]])


class Document:
    """The text of a schema file that was read without a problem."""

    def __init__(self, text: str, syntax: Syntax) -> None:
        self.text = text
        self.syntax = syntax
        self.root = outline(text, syntax)
        first = _LINE_END.search(text)
        self.newline = first[0] if first else "\n"

    def node(self, path: Path) -> Node:
        """The value at `path`; raises CannotEditError when there is none or it must stay."""
        node = self.root
        for step in path:
            if step not in node.children:
                raise CannotEditError(f"nothing is written at {path}")
            node = node.children[step]
        if node.fixed:
            raise CannotEditError("an anchor or alias is used here")
        return node

    def source(self, path: Path) -> str:
        """The text of the value at `path`."""
        node = self.node(path)
        return self.text[node.start : node.end]

    def rename(self, path: Path, key: str) -> list[Edit]:
        """Give the value at `path` another key, wherever the key is written."""
        written = spell_key(key, self.syntax)
        return [Edit(start, end, written) for start, end in self.node(path).keys]

    def replace(self, path: Path, value: Value) -> list[Edit]:
        """Write another value."""
        node = self.node(path)
        if not node.end:
            raise CannotEditError("a table of several parts")
        return [Edit(node.start, node.end, spell(value, self.syntax))]

    def replace_entry(self, path: Path, entries: Iterable[tuple[str, str]]) -> list[Edit]:
        """Write other keys with values, given as text of the file, in place of one entry."""
        node = self.node(path)
        if not node.end or not node.keys or "#" in self.text[node.entry : node.end]:
            raise CannotEditError("a table of several parts, or comments inside")
        sign = {"toml": " = ", "json": ": ", "yaml": ": "}[self.syntax]
        written = [spell_key(key, self.syntax) + sign + text for key, text in entries]
        between = ", " if self.node(path[:-1]).flow else self.newline + self._indent(node.entry)
        if self.syntax == "json" and _LINE_END.search(self._before(node.entry)):
            between = "," + self._before(node.entry)
        return [Edit(node.entry, node.end, between.join(written))]

    def strip_final_line_ends(self, path: Path) -> list[Edit]:
        """Make a literal or folded text of YAML end without a line end (`|-`, `>-`)."""
        node = self.node(path)
        header = _BLOCK_SCALAR.match(self.text, node.start)
        if self.syntax != "yaml" or not header:
            raise CannotEditError("not a literal or folded text")
        if self.text[node.end : node.end + 1] in (" ", "\t"):
            raise CannotEditError("its last line would still end with white space")
        digits = "".join(character for character in header[0] if character.isdigit())
        return [Edit(node.start, header.end(), header[0][0] + digits + "-")]

    def insert_first(self, key: str, value: Value) -> list[Edit]:
        """Put a new key before all others of the file."""
        first = min((child.entry for child in self.root.children.values()), default=None)
        if first is None:
            raise CannotEditError("the file has no keys")
        written = spell_key(key, self.syntax)
        if self.syntax == "json":
            gap = self.text[self.root.start + 1 : first]
            return [Edit(first, first, f"{written}: {spell(value, 'json')}," + (gap or " "))]
        if self.syntax == "toml":
            first = self._line_start(first)
            after = self.newline * (2 if self.text.startswith("[", first) else 1)
            return [Edit(first, first, f"{written} = {spell(value, 'toml')}{after}")]
        if self.root.flow:
            return [Edit(first, first, f"{written}: {spell(value, 'yaml')}, ")]
        if self.text[self._line_start(first) : first].strip():
            raise CannotEditError("the first key does not begin its line")
        indent = self._indent(first)
        return [Edit(first, first, f"{written}: {spell(value, 'yaml')}{self.newline}{indent}")]

    def remove(self, *paths: Path) -> list[Edit]:
        """Take out entries, and what would hold nothing without them; comments stay."""
        for path in paths:
            self.node(path)
        doomed = self._with_empty_holders(set(paths))
        edits: list[Edit] = []
        for parent in sorted({path[:-1] for path in doomed}, key=str):
            keys = {path[-1] for path in doomed if path[:-1] == parent}
            edits += self._remove_from(self.node(parent), keys)
        return edits

    def _with_empty_holders(self, paths: set[Path]) -> set[Path]:
        """`paths`, or in place of all entries of a mapping the mapping itself."""
        for parent in sorted({path[:-1] for path in paths}, key=len, reverse=True):
            node = self.node(parent)
            inner = {(*parent, key) for key in node.children}
            stays = not parent or node.flow or not node.end or not node.keys
            if inner <= paths and not stays:
                return self._with_empty_holders(paths - inner | {parent})
        return {path for path in paths if not any(path[:n] in paths for n in range(1, len(path)))}

    def _remove_from(self, parent: Node, keys: set[str | int]) -> list[Edit]:
        """Take out runs of neighbours; a run ends where something stays."""
        entries = sorted(parent.children.items(), key=lambda item: item[1].entry)
        edits: list[Edit] = []
        index = 0
        while index < len(entries):
            end = index
            while end < len(entries) and entries[end][0] in keys:
                end += 1
            if end > index:
                run = [node for _, node in entries[index:end]]
                before = entries[index - 1][1] if index else None
                after = entries[end][1] if end < len(entries) else None
                edits += self._remove_run(parent, run, before, after)
            index = end + 1
        return edits

    def _remove_run(
        self, parent: Node, run: list[Node], before: Node | None, after: Node | None
    ) -> list[Edit]:
        if any(len(node.keys) != 1 or not node.end or node.fixed for node in run):
            raise CannotEditError("not a single key and value")
        if parent.flow:
            return [self._remove_in_brackets(run, before, after)]
        if self.text[self._line_start(run[0].entry) : run[0].entry].strip():
            return self._remove_after_dash(run, after)
        return [self._remove_in_lines(node) for node in run]

    def _before(self, offset: int) -> str:
        """The white space before `offset`."""
        start = len(self.text[:offset].rstrip())
        return self.text[start:offset]

    def _line_start(self, offset: int) -> int:
        return max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1

    def _indent(self, offset: int) -> str:
        """Blanks that bring a new line to the column of `offset`."""
        return " " * (offset - self._line_start(offset))

    def _remove_in_brackets(self, run: list[Node], before: Node | None, after: Node | None) -> Edit:
        start = run[0].entry if after or before is None else before.end
        end = after.entry if after else run[-1].end
        if "#" in self.text[start:end]:
            raise CannotEditError("a comment stands inside")
        return Edit(start, end, "")

    def _remove_after_dash(self, run: list[Node], after: Node | None) -> list[Edit]:
        """The first keys of a list's item: the next key takes their place after the dash."""
        if after is None:
            raise CannotEditError("nothing can take its place")
        if "#" in self.text[run[0].entry : after.entry]:
            return [self._remove_in_lines(node) for node in run]
        return [Edit(run[0].entry, after.entry, "")]

    def _remove_in_lines(self, node: Node) -> Edit:
        line = self._line_start(node.entry)
        rest = _REST_OF_LINE.match(self.text, node.end)
        assert rest is not None
        ends_line = _LINE_END.match(self.text, rest.end()) or rest.end() == len(self.text)
        if not ends_line or (node.children and "#" in self.text[node.entry : node.end]):
            raise CannotEditError("more text or a comment stands beside it")
        if rest[1]:
            return Edit(node.entry, rest.end() - len(rest[1]), "")
        if self.text[line : node.entry].strip():
            return Edit(len(self.text[: node.entry].rstrip()), rest.end(), "")
        return self._remove_lines(line, rest.end())

    def _remove_lines(self, start: int, end: int) -> Edit:
        """Remove whole lines, and one of two blank lines that would then meet."""
        line_end = _LINE_END.match(self.text, end)
        end = line_end.end() if line_end else end
        blank_after = end == len(self.text) or _LINE_END.match(self.text, end)
        before = _BLANK_LINE.search(self.text, max(0, start - _FAR), start)
        if blank_after and before:
            start = before.end(1)
        return Edit(start, end, "")
