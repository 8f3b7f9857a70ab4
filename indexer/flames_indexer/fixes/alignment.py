"""Two bodies side by side: which names of one stand for what of the other, and what differs.

Both are walked as syntax. Names of the *model* (the function that is to be called) that are its own
stand for something of the *copy*: a parameter for any steady expression, a local for a local. Which
one is put to the vote of all places where it occurs; what then does not agree is a difference, and
so is every other inequality of what the two would do. Layout, comments, quotes and redundant
brackets are not looked at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from flames_indexer.fixes.bodies import Body, Node, bare, is_text, named_parts, parts
from flames_indexer.fixes.early import comes_first, is_early, is_steady

_MOST_LEAVES = 6_000
_QUOTES = "'\"`"


@dataclass(frozen=True, slots=True)
class Alignment:
    """`stands_for`: model's name -> the copy's expression, as written; `unfit` are the parameters
    for which something stands that cannot be passed, `running` those for which it does something
    and comes first. `uses`: how often the model names each. `different`: places of the copy and of
    the model, either may be empty; `same` and `all` count the copy's leaves."""

    stands_for: dict[str, str]
    unfit: frozenset[str]
    running: frozenset[str]
    uses: Counter[str]
    different: list[tuple[Node | None, Node | None]]
    same: int
    all: int


def aligned(
    copy: Body,
    model: Body,
    means_same: Callable[[Node, Node], bool],
    model_statements: Sequence[Node] | None = None,
) -> Alignment | None:
    """None where a body is too long to be walked. `means_same`: whether two names that neither
    function binds mean one thing. `model_statements`: those to be looked at, else all."""
    wanted = model.statements if model_statements is None else model_statements
    walk = _Walk(copy, model, means_same)
    leaves = sum(len(_leaves(copy, s)) for s in copy.statements)
    if max(leaves, sum(len(_leaves(model, s)) for s in wanted)) > _MOST_LEAVES:
        return None
    walk.run(wanted)
    walk.elect()
    walk.run(wanted)
    unfit, running = frozenset(walk.unfit), frozenset(walk.running)
    return Alignment(walk.elected, unfit, running, walk.uses, walk.different, walk.same, leaves)


@dataclass(slots=True)
class _Walk:
    copy: Body
    model: Body
    means_same: Callable[[Node, Node], bool]
    votes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    elected: dict[str, str] = field(default_factory=dict[str, str])
    different: list[tuple[Node | None, Node | None]] = field(default_factory=list)
    unfit: set[str] = field(default_factory=set[str])
    running: set[str] = field(default_factory=set[str])
    uses: Counter[str] = field(default_factory=Counter[str])
    same: int = 0

    def run(self, wanted: Sequence[Node]) -> None:
        self.different, self.same, self.uses = [], 0, Counter()
        self._lists(self.copy.statements, wanted)

    def elect(self) -> None:
        """For each name the most voted; two locals never for the same one."""
        taken: set[str] = set()
        parameters = {p.name for p in self.model.parameters}
        by_votes = sorted(self.votes, key=lambda name: -self.votes[name].most_common(1)[0][1])
        for name in by_votes:
            for candidate, _ in self.votes[name].most_common():
                if name in parameters or candidate not in taken:
                    self.elected[name] = candidate
                    if name not in parameters:
                        taken.add(candidate)
                    break

    def _nodes(self, copy: Node, model: Node) -> None:
        copy, model = bare(self.copy, copy), bare(self.model, model)
        if self._is_own(model):
            self._stands(copy, model)
        elif model.type in self.model.conventions.named:
            same = self.copy.text(copy) == self.model.text(model)
            self.same += same
            if not same:
                self._differ(copy, model)
        elif copy.type != model.type:
            self._differ(copy, model)
        elif copy.type in self.model.conventions.identifiers:
            mine = self.copy.text(copy)
            if mine not in self.copy.locals and self.means_same(copy, model):
                self.same += 1
            else:
                self._differ(copy, model)
        elif copy.type in self.model.conventions.strings and self._is_constant(copy, model):
            if unquoted(self.copy.text(copy)) == unquoted(self.model.text(model)):
                self.same += 1
            else:
                self._differ(copy, model)
        elif not parts(copy) and not parts(model):
            if self.copy.text(copy).strip(_QUOTES) == self.model.text(model).strip(_QUOTES):
                self.same += 1
            else:
                self._differ(copy, model)
        else:
            self._children(copy, model)

    def _children(self, copy: Node, model: Node) -> None:
        ours, theirs = list(named_parts(copy)), list(named_parts(model))
        words = self.model.conventions.no_values
        if [f for f, _ in ours] != [f for f, _ in theirs]:
            self._lists([n for _, n in ours], [n for _, n in theirs])
            return
        for (name, one), (_, other) in zip(ours, theirs, strict=True):
            if (copy.type, name) in words:
                if self.copy.text(one) == self.model.text(other):
                    self.same += 1
                else:
                    self._differ(one, other)
            else:
                self._nodes(one, other)

    def _lists(self, copy: Sequence[Node], model: Sequence[Node]) -> None:
        if len(copy) == len(model):
            for one, other in zip(copy, model, strict=True):
                self._nodes(one, other)
            return
        ours = [self._shape(self.copy, node) for node in copy]
        theirs = [self._shape(self.model, node) for node in model]
        for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
            paired = min(b - a, d - c)
            if tag in ("equal", "replace"):
                for one, other in zip(copy[a : a + paired], model[c : c + paired], strict=True):
                    self._nodes(one, other)
            else:
                paired = 0
            for one in copy[a + paired : b]:
                self._differ(one, None)
            for other in model[c + paired : d]:
                self._differ(None, other)

    def _shape(self, body: Body, node: Node) -> str:
        """What the statement looks like without own names and constants."""
        kinds, own = body.conventions, body.locals
        return " ".join(
            "_"
            if leaf.type in kinds.identifiers and body.text(leaf) in own
            else body.text(leaf).strip(_QUOTES)
            for leaf in _leaves(body, node)
        )

    def _stands(self, copy: Node, model: Node) -> None:
        name, text = self.model.text(model), self.copy.text(copy)
        parameter = any(p.name == name for p in self.model.parameters)
        self.uses[name] += 1
        fits = self._is_passable(name, copy) if parameter else self._is_own_of(self.copy, copy)
        if not fits:
            self._differ(copy, model)
            if parameter:
                self.unfit.add(name)
        elif not self.elected:
            self.votes[name][text] += 1
        elif self.elected.get(name) == text:
            self.same += len(_leaves(self.copy, copy))
        else:
            self._differ(copy, model)

    def _is_passable(self, name: str, copy: Node) -> bool:
        if is_early(self.copy, copy):
            return True
        if is_steady(self.copy, copy) or not comes_first(self.copy, copy):
            return False
        self.running.add(name)
        return True

    def _is_constant(self, *nodes: Node) -> bool:
        return all(is_text(self.copy, node) for node in nodes)

    def _is_own(self, node: Node) -> bool:
        return self._is_own_of(self.model, node)

    def _is_own_of(self, body: Body, node: Node) -> bool:
        return node.type in body.conventions.identifiers and body.text(node) in body.locals

    def _differ(self, copy: Node | None, model: Node | None) -> None:
        self.different.append((copy, model))


def _leaves(body: Body, node: Node) -> list[Node]:
    """The smallest nodes, constant strings whole."""
    inner = parts(node)
    if not inner or (
        node.type in body.conventions.strings
        and not any(part.type in body.conventions.inside_strings for part in inner)
    ):
        return [node]
    return [leaf for part in inner for leaf in _leaves(body, part)]


def unquoted(text: str) -> str:
    """Of a constant string: without its quotes, its prefix kept."""
    quoted = text.lstrip("rRbBuUfF")
    return text[: len(text) - len(quoted)].lower().strip("u") + quoted.strip(_QUOTES)
