"""Code actions, as an editor asks for, chooses and applies them."""

import ast

from lsprotocol import types as t


async def offered(editor, uri: str, shown: list[t.Diagnostic]) -> list[t.CodeAction]:
    params = t.CodeActionParams(
        t.TextDocumentIdentifier(uri), shown[0].range, t.CodeActionContext(shown)
    )
    found = await editor.client.text_document_code_action_async(params)
    return [_read(action) for action in found]


def _read(action: t.CodeAction | t.Command) -> t.CodeAction | t.Command:
    """The test client's library takes an action that has a command for the command itself."""
    if isinstance(action, t.CodeAction) or not action.command.startswith("{"):
        return action
    said = ast.literal_eval(action.command)
    return t.CodeAction(
        action.title, command=t.Command(said["title"], said["command"], arguments=said["arguments"])
    )


async def chosen(editor, uri: str, shown: list[t.Diagnostic], title: str) -> t.WorkspaceEdit:
    """The edit of the action whose title holds `title`, which has to be there once."""
    found = await offered(editor, uri, shown)
    (action,) = [action for action in found if title in action.title]
    if action.edit is None:
        action = await editor.client.code_action_resolve_async(action)
    return action.edit


def edits_of(edit: t.WorkspaceEdit) -> dict[str, list[t.TextEdit]]:
    """By URI, whichever of the two forms the edit has."""
    if edit.changes is not None:
        return {uri: list(edits) for uri, edits in edit.changes.items()}
    return {one.text_document.uri: list(one.edits) for one in edit.document_changes}


def replaced(text: str, edits: list[t.TextEdit]) -> str:
    """`text`, all of it one byte a character, after edits that do not overlap."""
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:n])) for n in range(len(lines) + 1)]

    def at(place: t.Position) -> int:
        return starts[place.line] + place.character

    for edit in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character))[::-1]:
        text = text[: at(edit.range.start)] + edit.new_text + text[at(edit.range.end) :]
    return text
