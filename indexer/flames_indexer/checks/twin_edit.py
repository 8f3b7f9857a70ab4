"""A function was changed, and a near-copy of it still has the lines that changed.

**Why it matters.** A fix that reaches one of several copies leaves the others wrong. The moment to
say so is when the one is edited: later nobody remembers that there were others.

**What is reported.** A function that differs from what it was at the last commit (or at
`--changed-since`), when another function is nearly what it *was*: the same statements but for local
names, few excepted, and among them those that were changed or removed. The message names the
copies, the evidence is the old line. Silent where the copy was changed too, where only comments,
layout or local names changed, where nearly everything did, and where the copy differs in just
these lines. Never more than a hint.

**Example.**

    def host_of(url):                        def port_of(address):
    -    rest = url.split("//")[1]               rest = address.split("//")[1]
    +    rest = url.partition("//")[2]           …
        …

*said:* `host_of` was changed; its near-copy `port_of` still has the old lines. Same change there?

**When it is wrong.** Copies that part here on purpose: the edit is what makes them different.

**Silence it.** `# flames: ignore[twin-edit] reason` at the function; `exclude` under
`[rules.twin-edit]`; `stage = "off"`. It is gone once the change is committed.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from flames_indexer.checks.check import Check, Request
from flames_indexer.facts import DefinitionFlag, DefinitionKind
from flames_indexer.impact import Asked, State
from flames_indexer.model import Certainty, Finding, RelatedPlace, Severity, Span
from flames_indexer.resolve.symbols import symbol_id
from flames_indexer.similarity.candidates import Function
from flames_indexer.similarity.compare import Comparer
from flames_indexer.similarity.regions import Change, Read, RegionSearch, Twin, change_of, twin_of
from flames_indexer.similarity.sketch import sketch_file

RULE = "twin-edit"

_ASK_EACH = 8  # paths; above, git is trusted to say which of them changed
_LOOKED_AT = 12
_MIN_SHARED = 8  # of 32 sketch values; near-copies share more than half
_MOST = 5  # copies named; of a family the others are counted
_SHOWN = 100  # characters of a line


@dataclass(frozen=True, slots=True)
class _Edit:
    """One function that was edited."""

    path: str
    name: str
    row: int  # definition row now
    old: Read
    change: Change
    state: State


@dataclass(frozen=True, slots=True)
class _Found:
    """A twin of an edited function."""

    function: Function
    id: str
    read: Read
    twin: Twin


def run(request: Request) -> Iterator[Finding]:
    """One finding for each edited function that has twins, in source order."""
    check = _Twins(request)
    for path in _changed(request):
        for edit in check.edits(path):
            if request.cancelled():
                return
            found = check.twins(edit)
            if found:
                yield _finding(edit, found)


def _changed(request: Request) -> list[str]:
    known = request.changed()
    if known is None or len(request.paths) <= _ASK_EACH:
        return sorted(request.paths)
    return sorted(request.paths.intersection({*known, *request.snapshot.overlays()}))


class _Twins:
    """Answers for one request."""

    def __init__(self, request: Request) -> None:
        self._snapshot = request.snapshot
        self._asked = Asked(request.snapshot, request.before)
        self._comparer = Comparer(request.snapshot)
        self._search = RegionSearch(request.snapshot, self._comparer)

    def edits(self, path: str) -> Iterator[_Edit]:
        """The functions of a file that are there still and say something else."""
        old, new = self._asked.old(path), self._asked.now(path)
        if old is None or new is None or old.source == new.source:
            return
        if not self._snapshot.is_settled(path):  # half a line is no edit yet
            return
        rows = _functions(path, new)
        for name, before in _functions(path, old).items():
            row = rows.get(name)
            if row is None or _text(old, before) == _text(new, row):
                continue
            ours = self._search.read_row(old.source, old.facts, before)
            theirs = self._search.read_row(new.source, new.facts, row)
            change = (
                None
                if ours.extract.text == theirs.extract.text
                else change_of(ours.body, theirs.body)
            )
            if change is not None:
                yield _Edit(path, name, row, ours, change, new)

    def twins(self, edit: _Edit) -> list[_Found]:
        """Near-copies of what a function was that nobody has touched, most alike first."""
        before = self._asked.old(edit.path)
        if before is None:
            return []
        row = _functions(edit.path, before)[edit.name]
        sketches = sketch_file(before.source, before.facts, only=row)
        if not len(sketches):
            return []
        found: list[_Found] = []
        for function in self._comparer.near_values(sketches.values[0], _LOOKED_AT, _MIN_SHARED):
            facts, read = self._snapshot.facts(function.path), self._search.read(function)
            if facts is None or read is None:
                continue
            identity = symbol_id(function.path, facts, function.row)
            twin = None if identity == edit.name else twin_of(edit.old.body, edit.change, read.body)
            if twin is not None and not self._is_edited(function.path, identity, read):
                found.append(_Found(function, identity, read, twin))
        return sorted(found, key=lambda f: (-f.twin.likeness, f.id))

    def _is_edited(self, path: str, identity: str, read: Read) -> bool:
        """Whether a function is not what it was, or is new."""
        if self._asked.before(path) == read.source:
            return False
        old = self._asked.old(path)
        if old is None:
            return True
        row = _functions(path, old).get(identity)
        if row is None:
            return True
        return self._search.read_row(old.source, old.facts, row).extract.text != read.extract.text


def _functions(path: str, state: State) -> dict[str, int]:
    """The rows of the functions of a file by id; of several with one id the last."""
    table = state.facts.definitions
    return {
        symbol_id(path, state.facts, row): row
        for row, kind in enumerate(table.kind)
        if kind == DefinitionKind.FUNCTION and not table.flags[row] & DefinitionFlag.OVERLOAD
    }


def _text(state: State, row: int) -> tuple[int, bytes]:
    """A definition's text, and the column where it starts: with both alike the bodies are."""
    table = state.facts.definitions
    start = table.start[row]
    column = start - state.source.rfind(b"\n", 0, start)
    return column, state.source[start : table.end[row]]


def _finding(edit: _Edit, found: list[_Found]) -> Finding:
    table = edit.state.facts.definitions
    named = table.name_start[edit.row] >= table.start[edit.row]
    start = table.name_start[edit.row] if named else table.start[edit.row]
    end = table.name_end[edit.row] if named else start + 1
    best = found[0]
    ours = {number: None for f in found for number, _ in f.twin.kept}
    return Finding(
        rule=RULE,
        span=Span(edit.path, start, end),
        severity=Severity.HINT,
        certainty=Certainty.POSSIBLE,
        message=f"`{_short(edit.name)}` was changed; {_who(edit, found)}. Same change there?",
        score=round(best.twin.likeness, 3),
        evidence=(
            *(f"was: `{_line(edit.old, number)}`" for number in list(ours)[:2]),
            f"{best.twin.equal} statements are the same but for local names",
        ),
        related=tuple(_place(one) for one in found[:_MOST]),
        fingerprint=_fingerprint(edit, found, list(ours)),
    )


def _who(edit: _Edit, found: list[_Found]) -> str:
    if len(found) == 1:
        path = found[0].function.path
        there = "in this file" if path == edit.path else f"in {path}"
        return f"its near-copy `{_short(found[0].id)}` {there} still has the old lines"
    named = ", ".join(f"`{_short(one.id)}`" for one in found[:_MOST])
    more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return f"{len(found)} near-copies still have the old lines: {named}{more}"


def _place(found: _Found) -> RelatedPlace:
    number = found.twin.kept[0][1]
    start, end = found.read.span(number)
    text = f"still has `{_line(found.read, number)}`"
    return RelatedPlace(Span(found.function.path, start, end), found.id, text)


def _line(read: Read, number: int) -> str:
    start, end = read.span(number)
    text = " ".join(read.source[start:end].decode(errors="replace").split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _short(identity: str) -> str:
    return identity.rpartition("::")[2]


def _fingerprint(edit: _Edit, found: list[_Found], numbers: list[int]) -> str:
    """Of names and of what the old lines said, not of places."""
    statements = (edit.old.body.statements[number] for number in numbers)
    parts = (RULE, _short(edit.name), *sorted(_short(f.id) for f in found))
    said = "\0".join((*parts, *(" ".join(s.tokens) for s in statements)))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


CHECK = Check(
    rule=RULE,
    stage="hint",
    summary="A function was changed, and a near-copy of it still has the lines that changed.",
    explanation=__doc__ or "",
    run=run,
)
