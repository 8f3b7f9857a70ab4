"""Which method is which feature. Handlers take and return; what they do is elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types as t
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from flames_lsp.features import (
    call_hierarchy,
    code_action,
    code_lens,
    completion,
    hover,
    pattern,
    type_hierarchy,
    workspace_symbol,
)
from flames_lsp.server.commands import COMMANDS, Answer, execute
from flames_lsp.settings import SECTION

if TYPE_CHECKING:
    from flames_lsp.features.view import View
    from flames_lsp.server.application import Application
    from flames_lsp.session.root import Root

_ANY_FILE = t.FileOperationRegistrationOptions(
    [t.FileOperationFilter(t.FileOperationPattern("**/*"), scheme="file")]
)


def register(application: Application) -> None:
    """Tells pygls every method and command that is served."""
    for method, handler in METHODS.items():
        application.feature(method, _OPTIONS.get(method))(partial(handler, application))
    for name, command in COMMANDS.items():
        application.command(name)(partial(command, application))


def initialize(app: Application, params: t.InitializeParams) -> None:
    app.session.start(app.reader(), params.initialization_options)
    folders = [folder.uri for folder in params.workspace_folders or ()]
    root = params.root_uri or (
        params.root_path and app.session.roots.rules.uri_of(params.root_path)
    )
    app.first_folders = folders or ([root] if root else [])


def initialized(app: Application, params: t.InitializedParams) -> None:
    app.start()


def shutdown(app: Application, params: None) -> None:
    app.protocol.shut_down()


def did_open(app: Application, params: t.DidOpenTextDocumentParams) -> None:
    app.session.open(params.text_document)
    app.sweep_unwatched(params.text_document.uri)


def did_change(app: Application, params: t.DidChangeTextDocumentParams) -> None:
    document = params.text_document
    app.session.change(document.uri, document.version, params.content_changes)


def did_close(app: Application, params: t.DidCloseTextDocumentParams) -> None:
    app.session.close(params.text_document.uri)


def did_save(app: Application, params: t.DidSaveTextDocumentParams) -> None:
    app.file_saved(params.text_document.uri)


def did_create_files(app: Application, params: t.CreateFilesParams) -> None:
    app.files_changed([file.uri for file in params.files])


def did_rename_files(app: Application, params: t.RenameFilesParams) -> None:
    app.files_changed([uri for file in params.files for uri in (file.old_uri, file.new_uri)])


def did_delete_files(app: Application, params: t.DeleteFilesParams) -> None:
    app.files_changed([file.uri for file in params.files])


def did_change_watched_files(app: Application, params: t.DidChangeWatchedFilesParams) -> None:
    app.files_changed([change.uri for change in params.changes])


def did_change_folders(app: Application, params: t.DidChangeWorkspaceFoldersParams) -> None:
    event = params.event
    app.session.change_folders([f.uri for f in event.added], [f.uri for f in event.removed])


def did_change_configuration(app: Application, params: t.DidChangeConfigurationParams) -> None:
    if isinstance(params.settings, dict) and SECTION in params.settings:
        app.session.change_settings(params.settings)
    else:  # only told that something changed
        app.keep(app.pull_settings())


def cancel_progress(app: Application, params: t.WorkDoneProgressCancelParams) -> None:
    if (top := app.bars.top_of(params.token)) is not None:
        app.indexing.cancel(top)


def show_hover(app: Application, params: t.HoverParams) -> Answer:
    at = params.position
    return app.session.ask(
        "hover", params.text_document.uri, lambda view, path: hover.hover(view, path, at)
    )


def lenses(app: Application, params: t.CodeLensParams) -> Answer:
    return app.session.ask("code-lens", params.text_document.uri, code_lens.code_lens)


def prepare_calls(app: Application, params: t.CallHierarchyPrepareParams) -> Answer:
    at = params.position
    return app.session.ask(
        "call-hierarchy.prepare",
        params.text_document.uri,
        lambda view, path: call_hierarchy.prepare(view, path, at),
    )


def incoming_calls(app: Application, params: t.CallHierarchyIncomingCallsParams) -> Answer:
    root, symbol = _item(app, params.item)
    return app.session.ask_root(
        "call-hierarchy.incoming", root, lambda view: call_hierarchy.incoming(view, symbol)
    )


def outgoing_calls(app: Application, params: t.CallHierarchyOutgoingCallsParams) -> Answer:
    root, symbol = _item(app, params.item)
    return app.session.ask_root(
        "call-hierarchy.outgoing", root, lambda view: call_hierarchy.outgoing(view, symbol)
    )


def prepare_types(app: Application, params: t.TypeHierarchyPrepareParams) -> Answer:
    at = params.position
    return app.session.ask(
        "type-hierarchy.prepare",
        params.text_document.uri,
        lambda view, path: type_hierarchy.prepare(view, path, at),
    )


def supertypes(app: Application, params: t.TypeHierarchySupertypesParams) -> Answer:
    root, symbol = _item(app, params.item)
    return app.session.ask_root(
        "type-hierarchy.supertypes", root, lambda view: type_hierarchy.supertypes(view, symbol)
    )


def subtypes(app: Application, params: t.TypeHierarchySubtypesParams) -> Answer:
    root, symbol = _item(app, params.item)
    return app.session.ask_root(
        "type-hierarchy.subtypes", root, lambda view: type_hierarchy.subtypes(view, symbol)
    )


def completions(app: Application, params: t.CompletionParams) -> Answer:
    at = params.position
    return app.session.ask(
        "completion",
        params.text_document.uri,
        lambda view, path: completion.completion(view, path, at),
    )


def code_actions(app: Application, params: t.CodeActionParams) -> Answer:
    shown, only = params.context.diagnostics, params.context.only

    def answer(view: View, path: str) -> Sequence[t.CodeAction | t.Command]:
        found = code_action.code_actions(view, path, shown)
        return found or pattern.pattern_action(view, path, params.range.start, only)

    return app.session.ask("code-action", params.text_document.uri, answer)


def resolve_action(app: Application, params: t.CodeAction) -> Answer:
    """With its edit. One whose occasion has passed is refused, so that the client says so."""
    uri = params.data.get("uri") if isinstance(params.data, dict) else None
    if not isinstance(uri, str):
        raise JsonRpcInvalidParams("an action that this session did not give")
    asked = app.session.ask(
        "code-action.resolve", uri, lambda view, path: code_action.resolved(view, path, params)
    )

    async def found() -> t.CodeAction:
        if (action := await asked) is None:
            raise JsonRpcException("the text has changed since", t.LSPErrorCodes.RequestFailed)
        return action

    return asyncio.ensure_future(found())


def workspace_symbols(app: Application, params: t.WorkspaceSymbolParams) -> Answer:
    """Of every root, in the order that the folders were opened."""

    def answer(view: View) -> list[t.WorkspaceSymbol]:
        return workspace_symbol.workspace_symbols(view, params.query)

    roots = app.session.roots.all.values()
    asked = [app.session.ask_root("workspace-symbol", r, answer, searches=True) for r in roots]
    return _joined(asked)


def _joined(asked: Sequence[asyncio.Future[list[Any] | None]]) -> Answer:
    async def all_of() -> list[Any]:
        return [one for found in await asyncio.gather(*asked) for one in found or ()]

    return asyncio.ensure_future(all_of())


def resolve_symbol(app: Application, params: t.WorkspaceSymbol) -> Answer:
    root, symbol = _item(app, params)
    return app.session.ask_root(
        "workspace-symbol.resolve",
        root,
        lambda view: workspace_symbol.resolved(view, params, symbol),
    )


def _item(
    app: Application, item: t.CallHierarchyItem | t.TypeHierarchyItem | t.WorkspaceSymbol
) -> tuple[Root, str]:
    data: Any = item.data
    known = isinstance(data, dict) and isinstance(data.get("symbol"), str)
    root = app.session.roots.all.get(str(data.get("top"))) if known else None
    if root is None:
        raise JsonRpcInvalidParams("an item that this session did not give")
    return root, data["symbol"]


METHODS: dict[str, Callable[[Application, Any], object]] = {
    t.INITIALIZE: initialize,
    t.INITIALIZED: initialized,
    t.SHUTDOWN: shutdown,
    t.TEXT_DOCUMENT_DID_OPEN: did_open,
    t.TEXT_DOCUMENT_DID_CHANGE: did_change,
    t.TEXT_DOCUMENT_DID_CLOSE: did_close,
    t.TEXT_DOCUMENT_DID_SAVE: did_save,
    t.WORKSPACE_DID_CREATE_FILES: did_create_files,
    t.WORKSPACE_DID_RENAME_FILES: did_rename_files,
    t.WORKSPACE_DID_DELETE_FILES: did_delete_files,
    t.WORKSPACE_DID_CHANGE_WATCHED_FILES: did_change_watched_files,
    t.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: did_change_folders,
    t.WORKSPACE_DID_CHANGE_CONFIGURATION: did_change_configuration,
    t.WINDOW_WORK_DONE_PROGRESS_CANCEL: cancel_progress,
    t.TEXT_DOCUMENT_HOVER: show_hover,
    t.TEXT_DOCUMENT_CODE_LENS: lenses,
    t.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY: prepare_calls,
    t.CALL_HIERARCHY_INCOMING_CALLS: incoming_calls,
    t.CALL_HIERARCHY_OUTGOING_CALLS: outgoing_calls,
    t.TEXT_DOCUMENT_PREPARE_TYPE_HIERARCHY: prepare_types,
    t.TYPE_HIERARCHY_SUPERTYPES: supertypes,
    t.TYPE_HIERARCHY_SUBTYPES: subtypes,
    t.WORKSPACE_EXECUTE_COMMAND: execute,
    t.WORKSPACE_SYMBOL: workspace_symbols,
    t.TEXT_DOCUMENT_COMPLETION: completions,
    t.TEXT_DOCUMENT_CODE_ACTION: code_actions,
    t.CODE_ACTION_RESOLVE: resolve_action,
    t.WORKSPACE_SYMBOL_RESOLVE: resolve_symbol,
}
_OPTIONS: dict[str, object] = {
    t.WORKSPACE_DID_CREATE_FILES: _ANY_FILE,
    t.WORKSPACE_DID_RENAME_FILES: _ANY_FILE,
    t.WORKSPACE_DID_DELETE_FILES: _ANY_FILE,
    t.WORKSPACE_SYMBOL: t.WorkspaceSymbolOptions(resolve_provider=True),
    t.TEXT_DOCUMENT_COMPLETION: t.CompletionOptions(),
    t.TEXT_DOCUMENT_CODE_ACTION: t.CodeActionOptions(
        [t.CodeActionKind.QuickFix, pattern.KIND], resolve_provider=True
    ),
}
