"""Code actions: what a finding can be answered with, made when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types as t

from flames_lsp.features.existing import called, text_edits

if TYPE_CHECKING:
    from flames_indexer.model import Finding, Symbol

    from flames_lsp.features.view import View

_EXISTING = "already-exists"
_EXPORT = re.compile(rb"[ \t]*(export[ \t]+(?:default[ \t]+)?)")


def code_actions(view: View, path: str, shown: Iterable[t.Diagnostic]) -> list[t.CodeAction]:
    """Those for the findings among `shown`, which the client asks about."""
    found: list[t.CodeAction] = []
    for diagnostic in shown:
        for finding in _findings(view, path, diagnostic):
            if finding.rule == _EXISTING:
                found += _use_existing(view, path, finding, diagnostic)
    return found


def _findings(view: View, path: str, diagnostic: t.Diagnostic) -> Iterator[Finding]:
    if diagnostic.source == "flames":
        for finding in view.findings(path):
            same = finding.rule == diagnostic.code
            if same and view.range(finding.span) == diagnostic.range:
                yield finding


def _use_existing(
    view: View, path: str, finding: Finding, diagnostic: t.Diagnostic
) -> Iterator[t.CodeAction]:
    """The function that only has a name goes, and a call of the one that exists comes."""
    from flames_indexer.insertion import insertion

    stub = view.snapshot.enclosing(path, finding.span.start)
    target = view.snapshot.symbol(finding.related[0].symbol)
    if stub is None or target is None or stub.id == path:
        return
    found = insertion(view.snapshot, path, target, freed=stub.name)
    where = _whole(view, stub)
    imports = None if found is None else text_edits(view, found.imports)
    if found is None or imports is None or where is None:
        return
    given = _given(stub, found.parameters)
    call = t.TextEdit(where, called(found, snippet=False, given=given))
    edit = t.WorkspaceEdit(changes={view.uri(path): [*imports, call]})
    title = f"Use `{target.name}` of {target.path}"
    yield t.CodeAction(title, t.CodeActionKind.QuickFix, [diagnostic], edit=edit)


def _whole(view: View, stub: Symbol) -> t.Range | None:
    """All of a function, and the word that exports it."""
    text, span = view.text(stub.path), stub.span
    if text is None or view.range(span) is None:
        return None
    line = text.source.rfind(b"\n", 0, span.start) + 1
    exported = _EXPORT.fullmatch(text.source, line, span.start)
    start = exported.start(1) if exported else span.start
    return text.range(start, span.end, view.reader.encoding)


def _given(stub: Symbol, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The parameters under their new names, as far as both have as many."""
    signature = stub.definitions[0].signature
    own = [p.name for p in signature.parameters] if signature else []
    return tuple(own) if own and len(own) == len(wanted) else ()
