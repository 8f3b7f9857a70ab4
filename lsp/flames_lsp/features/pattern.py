"""How things like the one at the cursor are done here, and the action that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as t

from flames_lsp.features.commands import SHOW_PATTERN, Json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flames_indexer.model import Span
    from flames_indexer.patterns import Card, Line

    from flames_lsp.features.view import View

KIND = "flames.pattern"
TITLE = "Flames: how is this done here"


def pattern_at(view: View, path: str, position: t.Position) -> Json:
    """The cards of the role of what is defined at the cursor; `role` is "" where it has none."""
    from flames_indexer.patterns import pattern_at as cards_at

    offset = view.offset(path, position)
    if offset is None:
        return {"role": "", "cards": [], "gaps": view.gaps()}
    answer = cards_at(view.snapshot, path, offset)
    cards = [_card(view, card) for card in answer.cards]
    return {"role": answer.role, "cards": cards, "gaps": view.gaps()}


def pattern_action(
    view: View, path: str, at: t.Position, only: Sequence[str] | None
) -> list[t.Command]:
    """The action, on the name of a function or class. Whether others have its role is found when
    it is run: editors ask for actions at every move of the cursor."""
    offset = view.offset(path, at)
    if offset is None or (only is not None and KIND not in only):
        return []
    named = (
        definition.name_span.start <= offset <= definition.name_span.end
        for symbol in view.snapshot.symbols_in(path)
        if symbol.id != path
        for definition in symbol.definitions
    )
    if not any(named):
        return []
    position = {"line": at.line, "character": at.character}
    return [
        t.Command(TITLE, SHOW_PATTERN, arguments=[{"uri": view.uri(path), "position": position}])
    ]


def _card(view: View, card: Card) -> Json:
    exemplars = [
        {"symbol": one.symbol, "reasons": list(one.reasons), "location": location}
        for one in card.exemplars
        if (location := _location(view, one.span)) is not None
    ]
    return {
        "role": card.name,
        "form": card.form,
        "members": card.members,
        "exemplars": exemplars,
        "most": _lines(view, card.most),
        "some": _lines(view, card.some),
    }


def _lines(view: View, lines: Sequence[Line]) -> list[Json]:
    return [
        {
            "what": f"{line.feature.verb} {line.feature.what}",
            "count": line.count,
            "of": line.among,
            "location": location,
        }
        for line in lines
        if (location := _location(view, line.span)) is not None
    ]


def _location(view: View, span: Span) -> t.Location | None:
    """Where a place of the stored text is in what is open."""
    now = view.snapshot.mapped_span(span)
    return None if now is None else view.location(now)
