"""Two bodies side by side: how much of both is the same, and what differs.

What is compared are the leaves of the syntax, without layout and comments, the names that each
function gives being as good as equal. First lines are matched, then what lies between: a body
inside of a `with` is still the same body.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, Protocol, cast

from flames_indexer.facts import BindingKind, FileFacts
from flames_indexer.languages import language_named
from flames_indexer.similarity.code import Code

_SILENT: Final = frozenset("(){}[],;:.")
_OBJECTS: Final = frozenset(("self", "cls", "this"))
_POINT: Final = ord(".")
_OWN: Final = "\0"  # stands for any name that a function gives
_OPENING: Final = {b")": b"(", b"]": b"[", b"}": b"{"}
_MOST_PAIRS: Final = 200_000  # of leaves between two matching lines; more count as different
_VALUE: Final = 4  # leaves: `Manager.instance().name`
# A body without any of these only does one thing after the other.
_DECIDING: Final = frozenset(
    (
        *("if", "elif", "for", "while", "match", "switch", "case", "try"),
        *("and", "or", "?", "&&", "||", "??"),
    )
)


@dataclass(frozen=True, slots=True)
class _Names:
    """`given`: by the function itself, and its class; `imported`: by its file."""

    given: frozenset[str]
    imported: frozenset[str]


class _Node(Protocol):
    """What is used of a syntax node."""

    type: str
    start_byte: int
    end_byte: int
    start_point: tuple[int, int]
    children: "list[_Node]"


@dataclass(frozen=True, slots=True)
class Leaf:
    """The smallest part that says something; a constant string is one. `said`: blind to names that
    the function gives."""

    said: str
    start: int
    end: int
    line: int
    bound: bool  # the object of the method, or what is read of that: `self.name` is two
    module: bool  # an import, of which something is read


@dataclass(frozen=True, slots=True)
class Side:
    """One body, as it is compared."""

    code: Code
    leaves: tuple[Leaf, ...]

    @property
    def is_bound(self) -> bool:
        """Whether it reads or writes anything of the object that it is a method of."""
        return any(leaf.bound for leaf in self.leaves)

    @property
    def decides(self) -> bool:
        """Whether anything in it depends on anything."""
        return any(leaf.said in _DECIDING for leaf in self.leaves)

    def written(self, first: int, last: int) -> str:
        """The leaves of a range as they are written, on one line."""
        if first >= last:
            return ""
        start, end = self.leaves[first].start, self.leaves[last - 1].end
        text = self.code.text[start:end]
        while (closing := self.code.text[end : end + 1]) in _OPENING:
            if text.count(closing) >= text.count(_OPENING[closing]):
                break
            text, end = text + closing, end + 1
        return " ".join(text.decode(errors="replace").split())

    def is_module(self, first: int, last: int) -> bool:
        """Whether the range is where something is imported from, and no more."""
        return last == first + 1 and self.leaves[first].module


@dataclass(frozen=True, slots=True)
class Difference:
    """As the two write it; "": one of them has nothing there."""

    ours: str
    theirs: str
    leaves: int  # of the longer one

    @property
    def is_value(self) -> bool:
        """Whether it could be handed over: both have something short there."""
        return bool(self.ours and self.theirs) and self.leaves <= _VALUE


@dataclass(frozen=True, slots=True)
class Comparison:
    """`same`: leaves of both, in order; `free`: those of them that say nothing of a method's own
    object; `lines`: those of the first one; `same_lines`: all of whose leaves are among them."""

    same: int
    free: int
    ours: int
    theirs: int
    lines: int
    same_lines: int
    differences: tuple[Difference, ...]  # each once
    decides: bool  # whether anything that is done depends on anything
    bound: bool  # whether each is about its own object

    @property
    def share(self) -> float:
        """How much of the longer one is the same."""
        return self.same / max(1, self.ours, self.theirs)

    @property
    def values(self) -> tuple[Difference, ...]:
        """What differs, if it is nothing but values; else nothing."""
        all_values = all(difference.is_value for difference in self.differences)
        return self.differences if all_values else ()


def side_of(code: Code, facts: FileFacts, row: int) -> Side:
    """The body of the function in definition row `row`, whose code is at hand."""
    tree = language_named(code.language).grammar().parse(code.text)
    names = _Names(_given(facts, row), _imported(facts))
    return Side(code, tuple(_leaves(code.text, names, cast("_Node", tree.root_node))))


def compared(one: Side, other: Side) -> Comparison:
    """The first one beside the other."""
    unlike = [False] * len(one.leaves)
    found: dict[tuple[str, str], Difference] = {}
    modules = [0, 0]  # `shop.total()` where the other imports `total` is no difference
    for a, b, c, d in _differing(one, other):
        if (c == d and one.is_module(a, b)) or (a == b and other.is_module(c, d)):
            modules[a == b] += 1
            continue
        unlike[a:b] = [True] * (b - a)
        both = one.written(a, b), other.written(c, d)
        found[both] = Difference(*both, max(b - a, d - c))
    same = [leaf for leaf, differs in zip(one.leaves, unlike, strict=True) if not differs]
    lines = {leaf.line for leaf in one.leaves}
    differing = {leaf.line for leaf, differs in zip(one.leaves, unlike, strict=True) if differs}
    return Comparison(
        same=len(same) - modules[0],
        free=sum(not leaf.bound for leaf in same) - modules[0],
        ours=len(one.leaves) - modules[0],
        theirs=len(other.leaves) - modules[1],
        lines=len(lines),
        same_lines=len(lines) - len(differing),
        differences=tuple(found.values()),
        decides=one.decides and other.decides,
        bound=one.is_bound and other.is_bound,
    )


def _differing(one: Side, other: Side) -> Iterator[tuple[int, int, int, int]]:
    """The ranges of leaves that do not match."""
    for a, b, c, d in _unlike(one, other):
        ours = [leaf.said for leaf in one.leaves[a:b]]
        theirs = [leaf.said for leaf in other.leaves[c:d]]
        for tag, e, f, g, h in _opcodes(ours, theirs):
            if tag != "equal":
                yield a + e, a + f, c + g, c + h


def _unlike(one: Side, other: Side) -> Iterator[tuple[int, int, int, int]]:
    """The ranges of leaves that are in lines which do not match."""
    ours, theirs = _lines(one), _lines(other)
    for tag, a, b, c, d in _opcodes([said for said, _ in ours], [said for said, _ in theirs]):
        if tag != "equal":
            yield _at(ours, a), _at(ours, b), _at(theirs, c), _at(theirs, d)


_Line = tuple[tuple[str, ...], int]  # what its leaves say, and the number of the first one


def _lines(side: Side) -> list[_Line]:
    """The last one is empty, and behind all."""
    found: list[_Line] = []
    at = 0
    for _, leaves in groupby(side.leaves, key=lambda leaf: leaf.line):
        said = tuple(leaf.said for leaf in leaves)
        found.append((said, at))
        at += len(said)
    return [*found, ((), at)]


def _at(lines: list[_Line], number: int) -> int:
    return lines[min(number, len(lines) - 1)][1]


def _opcodes(
    one: Sequence[object], other: Sequence[object]
) -> list[tuple[str, int, int, int, int]]:
    if len(one) * len(other) > _MOST_PAIRS:
        return [("replace", 0, len(one), 0, len(other))]
    return list(SequenceMatcher(None, one, other, autojunk=False).get_opcodes())


def _given(facts: FileFacts, row: int) -> frozenset[str]:
    """The names that a function and what is nested in it give to something."""
    scopes = {row}
    for inner, parent in enumerate(facts.definitions.parent):
        if parent in scopes and inner > row:
            scopes.add(inner)
    bindings = facts.bindings
    named = zip(bindings.scope, bindings.name, bindings.kind, strict=True)
    own = {n for scope, n, kind in named if scope in scopes and kind != BindingKind.IMPORT}
    given = zip(facts.parameters.definition, facts.parameters.name, strict=True)
    own.update(name for definition, name in given if definition in scopes)
    if row not in facts.decorators.definition:  # else its name is what decorators made of it
        own.add(facts.definitions.name[row])  # who calls itself
    parent = facts.definitions.parent[row]
    if parent > 0:
        own.add(facts.definitions.name[parent])  # its class, by name
    return frozenset(facts.strings[name] for name in own) - _OBJECTS


def _imported(facts: FileFacts) -> frozenset[str]:
    bindings = zip(facts.bindings.name, facts.bindings.kind, strict=True)
    return frozenset(facts.strings[name] for name, kind in bindings if kind == BindingKind.IMPORT)


def _leaves(text: bytes, names: _Names, root: _Node) -> Iterator[Leaf]:
    todo = [root]
    own_object = -1  # where it was last written
    while todo:
        node = todo.pop()
        if "comment" in node.type:
            continue
        if node.children and not _is_constant(node):
            todo += reversed(node.children)
            continue
        start, end = node.start_byte, node.end_byte
        said = text[start:end].decode(errors="replace")
        if said.strip() and said not in _SILENT:
            is_member = start > 0 and text[start - 1] == _POINT
            is_read = end < len(text) and text[end] == _POINT
            is_object = said in _OBJECTS and not is_member
            own_object = end if is_object else own_object
            yield Leaf(
                _OWN if said in names.given and not is_member else said,
                start,
                end,
                node.start_point[0],
                bound=is_object or (is_member and own_object == start - 1),
                module=is_read and not is_member and said in names.imported,
            )


def _is_constant(node: _Node) -> bool:
    """Whether it is a string that says the same wherever it is written."""
    return "string" in node.type and not any(
        "string" in part.type or "interpolation" in part.type or "substitution" in part.type
        for part in node.children
        if part.type not in ("string_start", "string_content", "string_end", "string_fragment")
    )
