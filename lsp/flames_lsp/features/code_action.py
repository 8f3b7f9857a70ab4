"""Code actions: what a finding can be answered with.

OFFERS is the whole list, by rule. Where the client asks again for the one that was chosen, asking
for all costs no more than their titles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types as t

from flames_lsp.features import answers
from flames_lsp.features.offers import Offer, Question

if TYPE_CHECKING:
    from flames_indexer.model import Finding

    from flames_lsp.features.view import View

OFFERS: Mapping[str, tuple[Callable[[Question], Iterable[Offer]], ...]] = {
    "already-exists": (answers.use_instead_of_stub, answers.open_both),
    "broken-callers": (answers.mend_callers,),
    "parallel-logic": (answers.use_existing, answers.open_both),
}
ALWAYS = (answers.explain, answers.ignore_here, answers.dismiss)
"""To every finding, behind its rule's own."""


def code_actions(view: View, path: str, shown: Iterable[t.Diagnostic]) -> list[t.CodeAction]:
    """Those for the findings among `shown`, which the client asks about."""
    return [
        action
        for diagnostic in shown
        for finding in _findings(view, path, diagnostic)
        for offer in _offers(Question(view, path, finding))
        if (action := _action(Question(view, path, finding), diagnostic, offer)) is not None
    ]


def resolved(view: View, path: str, action: t.CodeAction) -> t.CodeAction | None:
    """An action of ours with its edit; None when what it was for has changed."""
    data: Any = action.data
    for finding in view.findings(path):
        if (finding.rule, finding.fingerprint) == (data.get("rule"), data.get("fingerprint")):
            for offer in _offers(Question(view, path, finding)):
                if offer.title == action.title and offer.edit is not None:
                    action.edit = offer.edit()
                    return action if action.edit is not None else None
    return None


def _findings(view: View, path: str, diagnostic: t.Diagnostic) -> Iterator[Finding]:
    if diagnostic.source == "flames":
        for finding in view.findings(path):
            same = finding.rule == diagnostic.code
            if same and view.range(finding.span) == diagnostic.range:
                yield finding


def _offers(question: Question) -> Iterator[Offer]:
    for offered in (*OFFERS.get(question.finding.rule, ()), *ALWAYS):
        yield from offered(question)


def _action(question: Question, diagnostic: t.Diagnostic, offer: Offer) -> t.CodeAction | None:
    action = t.CodeAction(offer.title, t.CodeActionKind.QuickFix, [diagnostic])
    action.command = offer.command
    if offer.edit is None:
        return action
    if not question.view.reader.edits_later:
        action.edit = offer.edit()
        return None if action.edit is None else action
    action.data = {
        "uri": question.view.uri(question.path),
        "rule": question.finding.rule,
        "fingerprint": question.finding.fingerprint,
    }
    return action
