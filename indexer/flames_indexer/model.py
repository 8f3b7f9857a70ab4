"""The words of the domain, as plain frozen values. Imports nothing of ours but errors.

Offsets are UTF-8 byte offsets, half-open. Paths are POSIX, NFC, relative to the index root,
without `./`. Lines appear only at the edges (CLI: 1-based; LSP: 0-based, in `convert`).
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final


class SymbolKind(IntEnum):
    MODULE = 0
    CLASS = 1
    FUNCTION = 2
    METHOD = 3
    INTERFACE = 4
    TYPE = 5
    ENUM = 6

    @property
    def label(self) -> str:
        """The lower-case word used in output."""
        return self.name.lower()


class EdgeKind(IntEnum):
    CALL = 0
    PROPERTY = 1  # reading or storing the member runs it
    OPERATOR = 2  # `a + b`, `a == b`, `a[b]`, `a in b`, `not a`
    PROTOCOL = 3  # what other syntax and built-ins run: `for`, `with`, `await`, `class`, `len(a)`
    IMPORT = 4
    REFERENCE = 5
    INHERIT = 6
    DECORATE = 7
    OVERRIDE = 8  # method to method
    TEST = 9  # a test to what it is about; beside the edges of what it runs
    FIXTURE = 10  # who is given something by the name of a parameter, to what makes it
    REGISTER = 11  # handed to `via` where `source` runs; whoever keeps it may call it
    TEXT = 12  # named in a string: a quoted annotation, a dotted path

    @property
    def label(self) -> str:
        """The lower-case word used in output."""
        return self.name.lower()

    @property
    def implied(self) -> bool:
        """Whether no name stands at the use: what "go to definition" could not follow."""
        return self in _IMPLIED


_IMPLIED: Final = frozenset(
    (
        EdgeKind.OPERATOR,
        EdgeKind.PROTOCOL,
        EdgeKind.TEST,
        EdgeKind.FIXTURE,
        EdgeKind.REGISTER,
        EdgeKind.TEXT,
    )
)


class Certainty(IntEnum):
    """How an edge is known, best first. Warnings rest on the first two only."""

    RESOLVED = 0  # by scope, import, annotation
    INFERRED = 1  # by flow of values
    UNIQUE_NAME = 2  # unknown receiver, one method of that name
    POSSIBLE = 3  # a dispatch to an override, `via` that override edge

    @property
    def label(self) -> str:
        """The lower-case word used in output (`unique-name`)."""
        return self.name.lower().replace("_", "-")


TYPE_ONLY: Final = "type-only"  # `Edge.via` of imports that only a type checker follows


class Role(StrEnum):
    """What a path is, from its name and first bytes."""

    SOURCE = "source"
    TEST = "test"
    GENERATED = "generated"
    VENDORED = "vendored"
    EXAMPLE = "example"


class Severity(IntEnum):
    HINT = 0
    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The lower-case word used in output."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open UTF-8 byte range of one file."""

    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextEdit:
    """`text` takes the place of what the span holds."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """One way out of a finding. The edits are of the snapshot's texts and do not overlap."""

    title: str
    edits: tuple[TextEdit, ...]


class ParameterKind(IntEnum):
    POSITIONAL_ONLY = 0
    POSITIONAL = 1  # or keyword
    VARIADIC = 2  # *args, ...rest
    KEYWORD_ONLY = 3
    KEYWORDS = 4  # **kwargs


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: ParameterKind
    has_default: bool
    annotation: str = ""  # as written; "" when there is none


@dataclass(frozen=True, slots=True)
class Signature:
    """How one definition is called. `self`/`cls` is the first parameter, as written."""

    parameters: tuple[Parameter, ...]
    returns: str = ""  # as written
    is_async: bool = False
    decorators: tuple[str, ...] = ()  # as written, without `@` and arguments


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition of a symbol: the whole of it (decorators included) and its name."""

    span: Span
    name_span: Span
    signature: Signature | None  # None for modules, classes without a constructor of their own


@dataclass(frozen=True, slots=True)
class Symbol:
    """A named thing. `id` is `path::Outer.inner`; a module's id is its path.

    The same id twice in a file (overload, setter, conditional definition) is one symbol with
    several definitions, in source order.
    """

    id: str
    kind: SymbolKind
    name: str
    path: str
    definitions: tuple[Definition, ...]

    @property
    def span(self) -> Span:
        """The first definition's whole range."""
        return self.definitions[0].span

    @property
    def name_span(self) -> Span:
        """The range of the first definition's name (empty at 0 for a module)."""
        return self.definitions[0].name_span


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` uses `target` at `span`: the naming identifier; empty where syntax names nothing.

    `target` may be `ext:…`. `via` says what stands between the two, else it is "": the overridden
    method of POSSIBLE edges, the syntax that runs a method (`with`, `+`, `[]`, `len()`), who a
    REGISTER edge hands its target to, TYPE_ONLY.
    """

    source: str
    target: str
    kind: EdgeKind
    certainty: Certainty
    span: Span
    via: str = ""

    @property
    def type_only(self) -> bool:
        """Whether it is an import that nothing follows when the program runs."""
        return self.via == TYPE_ONLY


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an answer does not cover. All zero: it covers everything Flames can see."""

    unresolved_calls: int = 0
    unparsed_files: int = 0
    pending_files: int = 0
    skipped_files: int = 0

    def notes(self) -> list[str]:
        """One phrase per gap, e.g. `2 call sites unresolved`; empty when there is none."""
        gaps = (
            (self.unresolved_calls, "call site unresolved", "call sites unresolved"),
            (self.unparsed_files, "file did not parse", "files did not parse"),
            (self.pending_files, "file pending", "files pending"),
            (self.skipped_files, "file skipped", "files skipped"),
        )
        return [f"{n:,} {one if n == 1 else many}" for n, one, many in gaps if n]


@dataclass(frozen=True, slots=True)
class Match:
    """A symbol found by similarity or search. `score` in 0..1, `reasons` in words."""

    symbol: str
    span: Span
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelatedPlace:
    span: Span
    symbol: str
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of one span, with the other places that show it.

    `fingerprint` is structural: it survives moves and line shifts.
    """

    rule: str
    span: Span
    severity: Severity
    certainty: Certainty
    message: str
    score: float
    evidence: tuple[str, ...]
    related: tuple[RelatedPlace, ...]
    fingerprint: str
    fixes: tuple[str, ...] = field(default=())  # titles of those known when it was found
