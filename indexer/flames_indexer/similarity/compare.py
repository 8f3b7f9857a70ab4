"""Compares the functions of one snapshot: candidates by sketch, likeness from source.

What holds for the whole index (table of sketches, rarity of features) is made once a generation.
What follows from the text of functions is remembered for longer, because the next keystroke asks
for the same candidates again, and the next generation differs by a file or two.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from flames_indexer.facts import DefinitionKind
from flames_indexer.model import Role
from flames_indexer.roles import role_of
from flames_indexer.similarity.candidates import Function, SketchTable
from flames_indexer.similarity.code import Code, Typed, TypedTexts, code_of
from flames_indexer.similarity.differences import Comparison, Side, compared, side_of
from flames_indexer.similarity.evidence import Likeness, Rarity, Weighted, liken
from flames_indexer.similarity.sketch import Sketches, Values, decode_sketches, sketch_file
from flames_indexer.similarity.terms import TermTable
from flames_indexer.similarity.views import Views, views_of
from flames_indexer.store.blocks import decode_vectors

if TYPE_CHECKING:
    from flames_indexer.facts import FileFacts
    from flames_indexer.index import Snapshot

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_Content = tuple[str, bytes]  # language and digest of a file
_Sketched = tuple["FileFacts", Sketches]  # of one text of a file: others have other facts

SAMPLE: Final = 384
"""Functions that rarity is estimated from. With 512 results equal those from all functions."""

_KEEP_VIEWS: Final = 3_000
"""About 20 KB each. A check of a whole repository compares functions in file order."""

_KEEP_CODES: Final = 10_000  # about 1.5 KB each
_KEEP_ALIKE: Final = 20_000
_KEEP_SOURCES: Final = 1_000  # about 15 KB each, as long as one request
# Of a file that a build puts together: functions, files that they are of, and share of them.
_ASSEMBLED: Final = 8
_PARTS: Final = 3
_NEARLY_ALL: Final = 0.8
_KEEP_BESIDE: Final = 200  # about 20 KB each


@dataclass(slots=True)
class Memory:
    """By content, so it holds for every generation."""

    sketches: dict[_Content, Sketches] = field(default_factory=dict["_Content", Sketches])
    codes: dict[tuple[_Content, int], Code | None] = field(
        default_factory=dict["tuple[_Content, int]", "Code | None"]
    )
    views: dict[Code, Views] = field(default_factory=dict[Code, Views])
    beside: dict[tuple[Side, Side], Comparison] = field(
        default_factory=dict["tuple[Side, Side]", Comparison]
    )
    unsaved: dict[str, "_Sketched"] = field(default_factory=dict[str, "_Sketched"])
    scale: "_Scale | None" = None


@dataclass(slots=True)
class _Scale:
    """Rarity as a sample of functions gives it, and what was measured by it."""

    sample: tuple[Code, ...]
    rarity: Rarity
    weighed: dict[Code, Weighted] = field(default_factory=dict[Code, Weighted])
    alike: dict[tuple[Code, Code], Likeness] = field(
        default_factory=dict["tuple[Code, Code]", Likeness]
    )


def _make_room(memo: dict[_Key, _Value], most: int) -> None:
    """Forgets all of a full memo: what is still wanted is made again at once."""
    if len(memo) >= most:
        memo.clear()


class Comparer:
    """One thread, one snapshot. Functions are named by path and definition row.

    Only functions of files in one of `roles` are known.
    """

    def __init__(
        self, snapshot: "Snapshot", roles: frozenset[Role] = frozenset({Role.SOURCE})
    ) -> None:
        self._snapshot = snapshot
        self._roles = roles
        self._named = ",".join(sorted(roles))
        self._unsaved = frozenset(snapshot.overlays())
        self._memory = snapshot.lasting(f"compared:{self._named}", Memory)
        self._base = snapshot.derived(f"sketches:{self._named}", self._indexed)
        self._own = self._typed_in()
        self._texts = snapshot.lasting(f"typed:{self._named}", TypedTexts)
        self._state = (snapshot.derived("compared", object), self._unsaved)
        self._typed: dict[Function, Typed | None] = {}
        self._sources: dict[str, bytes | None] = {}
        self._rows: dict[str, dict[int, Function | None]] = {}

    def functions(self, path: str) -> list[Function]:
        """The functions of a file that are long enough to have a sketch."""
        table = self._own if path in self._unsaved else self._base
        return [table.functions[number] for number in table.of_file(path)]

    def near(
        self, function: Function, limit: int, least: int = 1, *, unsaved: bool | None = None
    ) -> list[Function]:
        """At most `limit` others that share at least `least` sketch values, nearest first.

        `unsaved`: only those of files that are, or are not, unsaved.
        """
        table = self._own if function.path in self._unsaved else self._base
        number = next(n for n in table.of_file(function.path) if table.functions[n] == function)
        found = self.near_values(table.values[number], limit + 1, least, unsaved=unsaved)
        return [other for other in found if other != function][:limit]

    def near_unsaved(
        self, functions: Sequence[Function], limit: int, least: int = 1
    ) -> list[list[Function]]:
        """`near` of functions of unsaved files among the functions of such files: of many at once,
        as each key asks for it."""
        rows = {f: number for number, f in enumerate(self._own.functions)}
        numbers = [rows[function] for function in functions]
        found = self._own.near_each(self._own.values[numbers], least)
        return [
            [self._own.functions[other] for other in others[: limit + 1] if other != number][:limit]
            for number, (others, _) in zip(numbers, found, strict=True)
        ]

    def near_values(
        self, values: Values, limit: int, least: int = 1, *, unsaved: bool | None = None
    ) -> list[Function]:
        """As `near`, for a sketch that is no function of the snapshot."""
        ranked: list[tuple[float, Function]] = []
        tables = ((self._base, self._unsaved, False), (self._own, frozenset[str](), True))
        for table, skip, is_own in tables:
            if unsaved is (not is_own) or not len(table):
                continue
            numbers, scores = table.near(values, least)
            kept = 0
            for number, score in zip(numbers, scores, strict=True):
                if table.functions[number].path not in skip:
                    ranked.append((-score, table.functions[number]))
                    kept += 1
                    if kept == limit:
                        break
        return [function for _, function in sorted(ranked)[:limit]]

    def code(self, function: Function) -> Code | None:
        """Its text; None when the file changed on disk since it was indexed."""
        if function.path in self._unsaved:
            typed = self.typed(function)
            return None if typed is None else typed.code
        codes, key = self._memory.codes, (self._content(function.path), function.row)
        if (known := codes.get(key)) is None:
            _make_room(codes, _KEEP_CODES)
            known = codes[key] = self._read(function)
        return known

    def typed(self, function: Function) -> Typed | None:
        """What a function of an unsaved file says: the same object until it says something else."""
        if function not in self._typed:
            text = self.text_around(function)
            self._typed[function] = (
                None if text is None else self._texts.typed(function.path, *text, function.row)
            )
        return self._typed[function]

    def found(self, typed: Typed, key: object, make: Callable[[], _Value]) -> _Value:
        """`typed.found`, where the index and the unsaved files are the state. A snapshot that does
        not wait is content with an earlier one, so that the first key after a save is none of
        another kind."""
        return typed.found(key, make, self._state, earlier=not self._snapshot.waits)

    def content(self, path: str) -> _Content | None:
        """Equal for files that say the same; None: there is no such file in the index."""
        return self._content(path) if self._snapshot.index.exists(path) else None

    def weighed(self, code: Code) -> Weighted:
        """Its views, memoised."""
        scale = self._scale
        known = scale.weighed.get(code)
        if known is None:
            _make_room(scale.weighed, _KEEP_VIEWS)
            known = scale.weighed[code] = scale.rarity.weigh(self._views(code))
        return known

    def liken(self, code: Code, functions: Sequence[Function]) -> list[tuple[Function, Likeness]]:
        """`code` against each function whose text is at hand, in their order."""
        texts = [(function, self.code(function)) for function in functions]
        known = [(function, text) for function, text in texts if text is not None]
        alike = self._scale.alike
        new = list(dict.fromkeys(t for _, t in known if (code, t) not in alike))
        if new:
            _make_room(alike, _KEEP_ALIKE)
            found = liken(self.weighed(code), [self.weighed(text) for text in new])
            alike.update(zip(((code, text) for text in new), found, strict=True))
        return [(function, alike[code, text]) for function, text in known]

    def side_by_side(self, one: Function, other: Function) -> Comparison | None:
        """The first one beside the other, memoised; None where a text is not at hand."""
        sides = self._side(one), self._side(other)
        if sides[0] is None or sides[1] is None:
            return None
        both = sides[0], sides[1]
        known = self._memory.beside.get(both)
        if known is None:
            _make_room(self._memory.beside, _KEEP_BESIDE)
            known = self._memory.beside[both] = compared(*both)
        return known

    def rare_calls(self, names: Iterable[str]) -> list[str]:
        """Those of `names` that hardly any function calls."""
        return self._scale.rarity.rare_calls(names)

    def rare_strings(self, texts: Iterable[bytes]) -> list[bytes]:
        """Those of `texts` that hardly any function holds."""
        return self._scale.rarity.rare_strings(texts)

    def __len__(self) -> int:
        return len(self._base)

    def is_assembled(self, path: str) -> bool:
        """Whether a file is made of others: nearly all of its functions are those of several."""
        known = self._snapshot.derived(f"assembled:{self._named}", dict[str, bool])
        if path not in known:
            count = len(self._base.of_file(path))
            repeated, files = (
                self._base.repeated(path) if count >= _ASSEMBLED else (0, frozenset[str]())
            )
            known[path] = len(files) >= _PARTS and repeated >= _NEARLY_ALL * count
        return known[path]

    def knows(self, path: str) -> bool:
        """Whether functions of the file are compared."""
        return len(self._known((path,))) > 0

    @property
    def terms(self) -> TermTable:
        """What the definitions of the index say."""
        return self._snapshot.derived(f"terms:{self._named}", self._worded)

    def function_at(self, path: str, row: int) -> Function | None:
        """The function in a definition row, however short it is; None when it is none."""
        known = self._by_row(path)
        if row not in known:
            known[row] = self._short(path, row)
        return known[row]

    def text_around(self, function: Function) -> "tuple[bytes, FileFacts] | None":
        """Its file's source and facts; None when that changed on disk since it was indexed."""
        source, facts = self.source(function.path), self._snapshot.facts(function.path)
        if source is None or facts is None or function.row >= len(facts.definitions):
            return None
        return source, facts

    def source(self, path: str) -> bytes | None:
        """The text of a file; the last few are kept."""
        if path not in self._sources:
            if len(self._sources) >= _KEEP_SOURCES:
                del self._sources[next(iter(self._sources))]
            self._sources[path] = self._snapshot.source(path)
        return self._sources[path]

    def _by_row(self, path: str) -> dict[int, Function | None]:
        rows = self._rows.get(path)
        if rows is None:
            rows = self._rows[path] = {f.row: f for f in self.functions(path)}
        return rows

    def _short(self, path: str, row: int) -> Function | None:
        facts = self._snapshot.facts(path)
        if facts is None or row >= len(facts.definitions):
            return None
        if facts.definitions.kind[row] != DefinitionKind.FUNCTION:
            return None
        code = self._read(Function(path, row, 0, 0))
        return None if code is None else Function(path, row, code.lines, 0)

    def _worded(self) -> TermTable:
        index = self._snapshot.index
        stored = ((path, index.vector_block(path)) for path in self._known(index.paths()))
        decoded = ((path, decode_vectors(block)) for path, block in stored if block is not None)
        return TermTable((path, rows, terms) for path, (rows, _, terms) in decoded)

    def _read(self, function: Function) -> Code | None:
        text = self.text_around(function)
        return None if text is None else code_of(*text, function.row)

    def _views(self, code: Code) -> Views:
        known = self._memory.views.get(code)
        if known is None:
            self._snapshot.give_way()
            _make_room(self._memory.views, _KEEP_VIEWS)
            known = self._memory.views[code] = views_of(code.text, code.language)
        return known

    def _side(self, function: Function) -> Side | None:
        code, facts = self.code(function), self._snapshot.facts(function.path)
        if code is None or facts is None:
            return None
        return side_of(code, facts, function.row)

    def _content(self, path: str) -> _Content:
        record = self._snapshot.index.files()[path]
        return record.language, record.key

    @property
    def _scale(self) -> _Scale:
        return self._snapshot.derived(f"scale:{self._named}", self._sampled)

    def _known(self, paths: Iterable[str]) -> list[str]:
        roles = self._snapshot.roles()
        return sorted(
            path
            for path in paths
            if (roles.get(path) or role_of(path, generated=False)) in self._roles
        )

    def _indexed(self) -> SketchTable:
        index, before = self._snapshot.index, self._memory.sketches
        now: dict[_Content, Sketches] = {}
        files: list[tuple[str, Sketches]] = []
        for path in self._known(index.paths()):
            content = self._content(path)
            known = before.get(content)
            if known is None and (blob := index.sketches(path)) is not None:
                known = decode_sketches(blob)
            if known is not None:
                now[content] = known
                files.append((path, known))
        self._memory.sketches = now
        return SketchTable(files)

    def _sampled(self) -> _Scale:
        functions = self._base.functions
        codes = (self.code(functions[number]) for number in self._base.drawn(SAMPLE))
        sample = tuple(code for code in codes if code is not None)
        known = self._memory.scale
        if known is None or known.sample != sample:
            rarity = Rarity(list(map(self._views, sample)), complete=len(functions) <= SAMPLE)
            known = self._memory.scale = _Scale(sample, rarity)
        return known

    def _typed_in(self) -> SketchTable:
        """Of the unsaved files; who asks of the same texts again finds their sketches made."""
        before, now = self._memory.unsaved, dict[str, _Sketched]()
        for path in self._known(self._unsaved):
            source, facts = self._snapshot.source(path), self._snapshot.facts(path)
            if source is not None and facts is not None:
                known = before.get(path)
                fits = known is not None and known[0] is facts
                now[path] = known if known and fits else (facts, sketch_file(source, facts))
        self._memory.unsaved = now
        return SketchTable((path, sketches) for path, (_, sketches) in now.items())
