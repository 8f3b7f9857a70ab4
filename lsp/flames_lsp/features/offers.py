"""What a finding can be answered with: a title at once, the edit when it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from lsprotocol import types as t

if TYPE_CHECKING:
    from flames_indexer.model import Finding, Fix, TextEdit

    from flames_lsp.features.view import View

_ANNOTATION, _LOOK = "flames", "flames.look"
_START = t.Position(0, 0)
_NOTHING = t.AnnotatedTextEdit(_LOOK, t.Range(_START, _START), "")
"""What has to be confirmed is left out until somebody ticks it in the preview. So that is an edit
which changes nothing, and all others are ticked."""
_SHOWN = t.ChangeAnnotation("Shows this list, changes nothing", needs_confirmation=True)


@dataclass(frozen=True, slots=True)
class Question:
    """A finding of the file at `path`, where it is now."""

    view: View
    path: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Offer:
    """`edit` may take as long as a check, and gives None where the files are not what they were;
    `command` runs in the client, or here."""

    title: str
    edit: Callable[[], t.WorkspaceEdit | None] | None = None
    command: t.Command | None = None


def workspace_edit(view: View, path: str, fix: Fix) -> t.WorkspaceEdit | None:
    """For the client, to be looked at before it is made where it reaches beyond the file at
    `path`; None when one of the places is not there any more."""
    edits = sorted(fix.edits, key=lambda edit: edit.span)
    files = {p: text_edits(view, own) for p, own in groupby(edits, lambda edit: edit.span.path)}
    known = {p: own for p, own in files.items() if own is not None}
    if len(known) < len(files):
        return None
    if not view.reader.annotations:
        return t.WorkspaceEdit(changes={view.uri(p): own for p, own in known.items()})
    changes = [_document_edit(view, p, own) for p, own in known.items()]
    annotations = {_ANNOTATION: t.ChangeAnnotation(fix.title, needs_confirmation=False)}
    if set(known) != {path} and changes:
        changes[0].edits = [_NOTHING, *changes[0].edits]
        annotations[_LOOK] = _SHOWN
    return t.WorkspaceEdit(document_changes=list(changes), change_annotations=annotations)


def text_edits(view: View, edits: Iterable[TextEdit]) -> list[t.TextEdit] | None:
    """For the client; None when one of the places is not there any more."""
    found: list[t.TextEdit] = []
    for edit in edits:
        where = view.range(edit.span)
        if where is None:
            return None
        found.append(t.TextEdit(where, edit.text))
    return found


def _document_edit(view: View, path: str, edits: Iterable[t.TextEdit]) -> t.TextDocumentEdit:
    document = t.OptionalVersionedTextDocumentIdentifier(view.uri(path), view.versions.get(path))
    annotated = [t.AnnotatedTextEdit(_ANNOTATION, e.range, e.new_text) for e in edits]
    return t.TextDocumentEdit(document, annotated)
