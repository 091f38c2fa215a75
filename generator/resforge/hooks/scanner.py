"""Finds the member functions of a class in C++ sources, without a compiler.

It follows namespaces, classes and braces and skips the bodies of functions. What it cannot know it
says in `Scan.notes`: conditions of the preprocessor whose branches disagree about braces, braces
that do not match, texts that do not end. It sees no macro: a function that a macro makes is not
found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from resforge.hooks.tokens import ELSE, ENDIF, IF, OPEN_END, UNFINISHED, Token, tokens

_CALL_LIKE = frozenset(
    (
        *("alignas", "decltype", "noexcept", "requires", "throw", "sizeof", "explicit"),
        *("__declspec", "__attribute__", "if", "while", "for", "switch", "return"),
    )
)
_CLASS_KEYS = ("class", "struct", "union")
_ACCESS = ("public", "private", "protected")
_NO_FUNCTION = ("using", "typedef", "friend", "enum")


@dataclass(frozen=True, slots=True)
class Function:
    """A function that the class declares or the sources define.

    `parameters` holds the words and signs of each parameter, with its name if it has one.
    """

    name: str
    file: str
    line: int
    parameters: tuple[str, ...]
    declared: bool
    """Whether it stands in the class."""
    defined: bool
    """Whether it has a body."""
    static: bool
    conditional: bool
    public: bool = True
    """False for what stands in a private or protected part of the class."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the scan could not decide."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in one file."""

    functions: tuple[Function, ...]
    notes: tuple[Note, ...]
    class_line: int | None
    """Where the class begins; None when the file does not define it."""
    bases: bool
    """Whether the class has base classes, whose members are not searched."""
    balanced: bool
    """Whether the file ends outside of every brace."""
    finished: bool
    """Whether it ends after a statement, or what may be a macro that makes one."""


@dataclass(frozen=True, slots=True)
class _Scope:
    kind: str
    """namespace, class, body (of a function) or block (anything else in braces)."""
    name: str = ""
    public: bool = True
    """Whether what follows in a class is public."""


@dataclass
class _Place:
    """Where the reader is: the open scopes, the tokens since the last end of a statement."""

    scopes: tuple[_Scope, ...] = ()
    depth: int = 0
    inner: int = 0
    """Braces that are open inside the body or block on top of the scopes."""
    head: list[Token] = field(default_factory=list)

    def copy(self) -> _Place:
        return _Place(self.scopes, self.depth, self.inner, list(self.head))

    @property
    def level(self) -> tuple[tuple[tuple[str, str], ...], int, int]:
        return tuple((s.kind, s.name) for s in self.scopes), self.depth, self.inner


def scan(text: str, *, file: str, namespace: str, class_name: str = "Hooks") -> Scan:
    """Return the functions of `namespace`::`class_name` in the source `text`."""
    reader = _Reader(file, namespace, class_name)
    for token in tokens(text):
        reader.take(token)
    place = reader.place
    if place.scopes or place.depth:
        reader.note(text.count("\n") + 1, "braces or parentheses do not match")
    return Scan(
        tuple(reader.functions),
        tuple(reader.notes),
        reader.class_line,
        reader.bases,
        not place.scopes and not place.depth,
        [token.text for token in place.head[-1:]] in ([], [")"]),
    )


class _Reader:
    """Takes token after token."""

    def __init__(self, file: str, namespace: str, class_name: str) -> None:
        self.file, self.namespace, self.class_name = file, namespace, class_name
        self.place = _Place()
        self.branches: list[tuple[_Place, list[_Place]]] = []
        self.functions: list[Function] = []
        self.notes: list[Note] = []
        self.class_line: int | None = None
        self.bases = False
        self.opened: set[str] = set()
        """Namespaces that a using directive opened."""
        self.namespaces = {namespace}
        """The namespace and its aliases."""
        self.classes = {class_name}
        """The class and its aliases, which need no namespace."""

    def note(self, line: int, text: str) -> None:
        """Remember that something is not certain."""
        self.notes.append(Note(self.file, line, text))

    def take(self, token: Token) -> None:
        """Go on by one token."""
        if token.text in UNFINISHED:
            self.note(token.line, "a comment or text does not end")
        if token.text == OPEN_END:
            self.note(token.line, "a condition of the preprocessor does not end")
        elif token.text in (IF, ELSE, ENDIF):
            self._branch(token)
        elif self.place.scopes and self.place.scopes[-1].kind in ("body", "block"):
            self._inside(token)
        else:
            self._outside(token)

    def _branch(self, token: Token) -> None:
        if token.text == IF:
            self.branches.append((self.place.copy(), []))
            return
        if not self.branches:
            return
        start, ends = self.branches[-1]
        ends.append(self.place)
        if token.text == ELSE:
            self.place = start.copy()
            return
        self.branches.pop()
        if any(
            end.level != self.place.level for end in (*ends, *([start] if len(ends) == 1 else []))
        ):
            self.note(token.line, "the branches of a preprocessor condition differ in their braces")

    def _inside(self, token: Token) -> None:
        place = self.place
        if token.text == "{":
            place.inner += 1
        elif token.text == "}" and place.inner:
            place.inner -= 1
        elif token.text == "}":
            closed, place.scopes = place.scopes[-1], place.scopes[:-1]
            if closed.kind == "body":
                place.head = []

    def _outside(self, token: Token) -> None:
        place = self.place
        if token.text == "(":
            place.depth += 1
        elif token.text == ")":
            place.depth = max(0, place.depth - 1)
        elif token.text == "{":
            self._open(token)
            return
        elif token.text == "}":
            self._close(token)
            return
        elif token.text == ";" and place.depth == 0:
            self._statement()
            return
        place.head.append(token)
        if token.text == ":" and len(place.head) == 2 and place.head[0].text in _ACCESS:
            self._access(place.head[0].text == "public")
            place.head = []

    def _access(self, public: bool) -> None:
        scopes = self.place.scopes
        self.place.scopes = (
            *scopes[:-1],
            *(replace(scope, public=public) for scope in scopes[-1:]),
        )

    def _open(self, token: Token) -> None:
        place = self.place
        scope = _Scope("block") if place.depth else self._scope_of(place.head)
        if scope.kind == "body":
            self._record(place.head, defined=True)
        if scope.kind == "class" and self._is_the_class(scope):
            self.class_line = place.head[0].line
            self.bases = self.bases or ":" in [t.text for t in place.head]
        if scope.kind != "block":
            place.head = []
        place.scopes = (*place.scopes, scope)

    def _is_the_class(self, scope: _Scope) -> bool:
        around = [s.name for s in self.place.scopes if s.kind == "namespace"]
        names = scope.name.split("::")
        return names[-1] == self.class_name and self.namespace in (
            part for name in (*around, *names[:-1]) for part in name.split("::")
        )

    def _close(self, token: Token) -> None:
        place = self.place
        if not place.scopes:
            self.note(token.line, "a brace closes nothing")
            return
        place.scopes, place.head, place.depth = place.scopes[:-1], [], 0

    def _statement(self) -> None:
        words = [token.text for token in self.place.head]
        if words[:2] == ["using", "namespace"]:
            self.opened.add(words[-1])
        elif words[:1] == ["namespace"] and words[-1:] and words[-1] in self.namespaces:
            self.namespaces.add(words[1])
        elif words[:1] == ["using"] and self._names_the_class(words):
            if words[2:3] == ["="]:
                self.classes.add(words[1])
            else:
                self.opened.add(self.namespace)
        self._record(self.place.head, defined=False)
        self.place.head = []

    def _names_the_class(self, words: list[str]) -> bool:
        return words[-2:] == ["::", self.class_name] and words[-3] in self.namespaces

    def _scope_of(self, head: Sequence[Token]) -> _Scope:
        words = [token.text for token in head]
        if "namespace" in words:
            at = words.index("namespace")
            return _Scope("namespace", "".join(w for w in words[at + 1 :] if w != "inline"))
        if words[:1] == ["extern"] and len(words) == 2:
            return _Scope("namespace")
        name = _class_name(words)
        if name is not None:
            return _Scope("class", name, public="class" not in words)
        if "enum" in words or not any(_calls(words)) or _is_initialiser(words):
            return _Scope("block")
        return _Scope("body")

    def _record(self, head: Sequence[Token], *, defined: bool) -> None:
        words = [token.text for token in head]
        if not words or words[0] in _NO_FUNCTION or words[-2:] == ["=", "delete"]:
            return
        for at in _calls(words):
            chain = _chain(words, at)
            inside = bool(self.place.scopes) and self.place.scopes[-1].kind == "class"
            if not self._belongs(chain, inside):
                continue
            function = Function(
                name=chain[-1],
                file=self.file,
                line=head[at].line,
                parameters=_parameters(words, at + 1),
                declared=inside,
                defined=defined,
                static="static" in words[:at],
                conditional=head[at].conditional,
                public=not inside or self.place.scopes[-1].public,
            )
            self.functions.append(function)

    def _belongs(self, chain: list[str], inside: bool) -> bool:
        scopes = self.place.scopes
        around = {part for s in scopes if s.kind == "namespace" for part in s.name.split("::")}
        if inside:
            names = scopes[-1].name.split("::")
            known = self.namespace in around or self.namespace in names[:-1]
            return len(chain) == 1 and names[-1] == self.class_name and known
        if len(chain) < 2 or any(s.kind == "class" for s in scopes):
            return False
        if chain[-2] != self.class_name:
            return chain[-2] in self.classes
        return bool(self.namespaces & (around | set(chain[:-2]) | self.opened))


def _class_name(words: list[str]) -> str | None:
    """Return the name of the class that a head opens, None when it opens something else."""
    for at, word in enumerate(words):
        if word not in _CLASS_KEYS or words[max(0, at - 1)] in ("<", ",", "enum"):
            continue
        rest = list(_without_attributes(words[at + 1 :]))
        size = 0
        while size < len(rest) and (rest[size] == "::" or rest[size].isidentifier()):
            if rest[size] == "final" and size:
                break
            size += 1
        if rest[size : size + 1] in ([], [":"], ["final"]):
            return "".join(rest[:size])
    return None


def _without_attributes(words: list[str]) -> Iterator[str]:
    """Yield the words outside of ``[[...]]`` and ``alignas(...)`` and their like."""
    depth = 0
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if depth == 0 and word in _CALL_LIKE and following == "(":
            continue
        depth += (word in "([") - (word in ")]") if word in ("(", ")", "[", "]") else 0
        if depth == 0 and word not in (")", "]"):
            yield word


def _calls(words: list[str]) -> Iterator[int]:
    """Yield the places of words before a parenthesis that may name a function."""
    depth = 0
    for at, word in enumerate(words):
        if depth == 0 and _ends_declarator(words, at):
            return
        if word == "(":
            name = words[at - 1] if at else ""
            plain = name.isidentifier() and name not in _CALL_LIKE
            if depth == 0 and plain and words[max(0, at - 2)] not in ("<", ","):
                yield at - 1
            depth += 1
        elif word == ")":
            depth -= 1


def _ends_declarator(words: list[str], at: int) -> bool:
    """Whether what follows is a value, or the list with which a constructor begins."""
    if words[at] == "=":
        return words[at - 1] != "operator"
    return at > 0 and words[at] == ":" and words[at - 1] in (")", "noexcept")


def _is_initialiser(words: list[str]) -> bool:
    """Whether the brace after `words` gives a member its value in a constructor's list."""
    if words[-1:] == ["="]:
        return True
    depth = 0
    for at, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth == 0 and word == ":" and _ends_declarator(words, at):
            return words[-1].isidentifier() or words[-1] == ">"
    return False


def _chain(words: list[str], at: int) -> list[str]:
    """Return the qualified name that ends at `at`: ``["Hooks", "online"]``."""
    names = [words[at]]
    while at >= 2 and words[at - 1] == "::" and words[at - 2].isidentifier():
        at -= 2
        names.insert(0, words[at])
    return names


def _parameters(words: list[str], at: int) -> tuple[str, ...]:
    """Return the parameters in the parentheses that open at `at`, each as words and signs."""
    depth, angles = 0, 0
    found: list[list[str]] = [[]]
    for word in words[at:]:
        if word == ")":
            depth -= 1
            if depth == 0:
                break
        if word in ("<", ">"):
            angles = max(0, angles + (1 if word == "<" else -1))
        if word == "," and depth == 1 and angles == 0:
            found.append([])
        elif depth:
            found[-1].append(word)
        depth += word == "("
    parameters = tuple(" ".join(part) for part in found)
    return () if parameters in (("",), ("void",)) else parameters
