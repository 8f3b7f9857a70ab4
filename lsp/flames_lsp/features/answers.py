"""The answers to each rule's findings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types as t

from flames_lsp.features.commands import DISMISS, EXPLAIN, OPEN_BOTH, Json
from flames_lsp.features.existing import called
from flames_lsp.features.offers import Offer, Question, workspace_edit

if TYPE_CHECKING:
    from flames_indexer.model import Symbol

    from flames_lsp.features.view import View

_EXPORT = re.compile(rb"[ \t]*(export[ \t]+(?:default[ \t]+)?)")


def mend_callers(question: Question) -> Iterator[Offer]:
    """The check knows the titles; what to edit is found again for the one that is chosen."""
    for title in question.finding.fixes:
        yield Offer(title, lambda title=title: _mended(question, title))


def use_existing(question: Question) -> Iterator[Offer]:
    """The function goes and the other one is imported where that can be written, else its body
    becomes a call; so may the other one. Else both may call a new function."""
    from flames_indexer.fixes import (
        extract_shared,
        import_existing,
        use_existing,
        use_in_region,
    )

    view, path, finding = question.view, question.path, question.finding
    copy = view.snapshot.enclosing(path, finding.span.start)
    model = view.snapshot.symbol(finding.related[0].symbol) if finding.related else None
    if copy is None or model is None:
        return
    here, there = finding.span.start, finding.related[0].span.start
    ways = [
        import_existing(view.snapshot, copy, here, model)
        or use_existing(view.snapshot, copy, here, model),
        import_existing(view.snapshot, model, there, copy)
        or use_existing(view.snapshot, model, there, copy),
    ]
    if not any(ways):
        ways.append(use_in_region(view.snapshot, copy, here, model))
        ways.append(use_in_region(view.snapshot, model, there, copy))
        ways.append(extract_shared(view.snapshot, copy, here, model, there))
    for fix in ways:
        if fix is not None:
            yield Offer(fix.title, partial(workspace_edit, view, path, fix))


def open_both(question: Question) -> Iterator[Offer]:
    """The two places beside each other, by a client that can."""
    view, finding = question.view, question.finding
    if OPEN_BOTH not in view.reader.commands or not finding.related:
        return
    left, right = view.location(finding.span), view.location(finding.related[0].span)
    if left is not None and right is not None:
        title = f"Open it beside `{finding.related[0].symbol.rpartition('::')[2]}`"
        asked = {"left": left, "right": right, "title": title}
        yield Offer(title, command=t.Command(title, OPEN_BOTH, arguments=[asked]))


def explain(question: Question) -> Iterator[Offer]:
    view, finding = question.view, question.finding
    if EXPLAIN in view.reader.commands:
        title = f"Explain {finding.rule}"
        yield Offer(title, command=t.Command(title, EXPLAIN, arguments=[_asked(question)]))


def ignore_here(question: Question) -> Iterator[Offer]:
    from flames_indexer.fixes import ignore_here

    fix = ignore_here(question.view.snapshot, question.finding)
    if fix is not None:
        yield Offer(fix.title, lambda: workspace_edit(question.view, question.path, fix))


def dismiss(question: Question) -> Iterator[Offer]:
    """For this user, in every checkout; `flames feedback` takes it back."""
    title = f"Dismiss this {question.finding.rule}"
    yield Offer(title, command=t.Command(title, DISMISS, arguments=[_asked(question)]))


def use_instead_of_stub(question: Question) -> Iterator[Offer]:
    """The function that only has a name goes, and a call of the one that exists comes."""
    from flames_indexer.insertion import insertion
    from flames_indexer.model import Fix, Span, TextEdit

    view, path, finding = question.view, question.path, question.finding
    stub = view.snapshot.enclosing(path, finding.span.start)
    target = view.snapshot.symbol(finding.related[0].symbol)
    if stub is None or target is None or stub.id == path:
        return
    found = insertion(view.snapshot, path, target, freed=stub.name)
    start = _start(view, stub)
    if found is None or start is None:
        return
    call = called(found, snippet=False, given=_given(stub, found.parameters))
    edits = (*found.imports, TextEdit(Span(path, start, stub.span.end), call))
    fix = Fix(f"Use `{target.name}` of {target.path}", edits)
    yield Offer(fix.title, lambda: workspace_edit(view, path, fix))


def _asked(question: Question) -> Json:
    return {
        "uri": question.view.uri(question.path),
        "rule": question.finding.rule,
        "fingerprint": question.finding.fingerprint,
    }


def _mended(question: Question, title: str) -> t.WorkspaceEdit | None:
    from flames_indexer.checks.broken_callers import fixes_of
    from flames_indexer.impact import Asked

    view = question.view
    fixes = fixes_of(Asked(view.snapshot, view.before), question.finding)
    fix = next((fix for fix in fixes if fix.title == title), None)
    return None if fix is None else workspace_edit(view, question.path, fix)


def _start(view: View, stub: Symbol) -> int | None:
    """Of a function, or of the word that exports it."""
    text, span = view.text(stub.path), stub.span
    if text is None or view.range(span) is None:
        return None
    line = text.source.rfind(b"\n", 0, span.start) + 1
    exported = _EXPORT.fullmatch(text.source, line, span.start)
    return exported.start(1) if exported else span.start


def _given(stub: Symbol, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The parameters under their new names, as far as both have as many."""
    signature = stub.definitions[0].signature
    own = [p.name for p in signature.parameters] if signature else []
    return tuple(own) if own and len(own) == len(wanted) else ()
