"""A new function, so far only named and described, is described like one that exists.

**Why it matters.** The moment to hear of an existing function is before a second one is written.

**What is reported.** An outermost function that was not there at the last commit, has
documentation and no body yet (`pass`, `...`, nothing), and whose name, parameters and documentation
are near in meaning to an outermost function of a source file, which shares a word with them. Never
more than a hint, at most three a file. It is gone with the first line of the body.

**Example.**

    def address_part(title):
        \"\"\"A title as part of an address: lower case, words joined by hyphens.\"\"\"

*instead:* `from shop.text import slugify`, and call that. In an editor the code action does so.

**When it is wrong.** Counterparts are described alike: reading and writing, the one for text and
the one for bytes. Of 535 documented functions of django, celery and wagtail whose bodies are like
no other, 4 of 100 were described like another one.

**Silence it.** `# flames: ignore[already-exists] reason` at the function; `exclude` and `min_score`
under `[rules.already-exists]`; `stage = "off"`.
"""

import hashlib
from collections.abc import Iterator

from flames_indexer.checks.check import Check, Request
from flames_indexer.facts import DefinitionFlag, DefinitionKind, FileFacts
from flames_indexer.impact import Asked
from flames_indexer.model import (
    Certainty,
    Finding,
    Match,
    RelatedPlace,
    Severity,
    Span,
    Symbol,
    SymbolKind,
)
from flames_indexer.resolve.symbols import symbol_id

RULE = "already-exists"

_MOST = 3  # a file that is full of stubs is a plan, and its writer knows
_NO_STUB = DefinitionFlag.OVERLOAD | DefinitionFlag.ABSTRACT


def run(request: Request) -> Iterator[Finding]:
    """At most `_MOST` a file, in source order; the nearest existing function of each."""
    for path in sorted(request.paths):
        if request.cancelled():
            return
        facts = request.snapshot.facts(path)
        stubs = _stubs(path, facts) if facts is not None and not path.endswith(".pyi") else []
        old = _names_before(request, path) if stubs else frozenset[str]()
        new = [stub for stub in stubs if stub not in old][:_MOST]
        for identity in new:
            symbol = request.snapshot.symbol(identity)
            match = None if symbol is None else _nearest(request, symbol)
            if symbol is not None and match is not None:
                yield _finding(symbol, match)


def _stubs(path: str, facts: FileFacts) -> list[str]:
    """Ids of the outermost functions that are described and do nothing."""
    table = facts.definitions
    return [
        symbol_id(path, facts, row)
        for row, flags in enumerate(table.flags)
        if table.kind[row] == DefinitionKind.FUNCTION
        and table.parent[row] == 0
        and table.doc_start[row] >= 0
        and flags & DefinitionFlag.STUB_BODY
        and not flags & _NO_STUB
    ]


def _names_before(request: Request, path: str) -> frozenset[str]:
    old = Asked(request.snapshot, request.before).old(path)
    if old is None:
        return frozenset()
    return frozenset(symbol_id(path, old.facts, row) for row in range(len(old.facts.definitions)))


def _nearest(request: Request, symbol: Symbol) -> Match | None:
    from flames_indexer.search.naming import said_alike

    least = request.rule.thresholds["min_score"]
    found = said_alike(request.snapshot, symbol, least, 1)
    return found[0] if found and symbol.kind is SymbolKind.FUNCTION else None


def _finding(symbol: Symbol, match: Match) -> Finding:
    path, _, name = match.symbol.partition("::")
    there = "in this file" if path == symbol.path else f"in {path}"
    return Finding(
        rule=RULE,
        span=Span(symbol.path, symbol.name_span.start, symbol.name_span.end),
        severity=Severity.HINT,
        certainty=Certainty.POSSIBLE,
        message=f"`{name}` {there} is described like `{symbol.name}`. Perhaps it exists already.",
        score=round(match.score, 3),
        evidence=(f"{match.score:.0%} near in meaning",),
        related=(RelatedPlace(match.span, match.symbol, "the one that exists already"),),
        fingerprint=_fingerprint(symbol.name, name),
    )


def _fingerprint(*names: str) -> str:
    return hashlib.blake2b("\0".join((RULE, *names)).encode(), digest_size=16).hexdigest()


CHECK = Check(
    rule=RULE,
    stage="hint",
    summary="A new function, so far only named and described, is described like one that exists.",
    explanation=__doc__ or "",
    run=run,
)
