"""The commands of `workspace/executeCommand`: what they take, and which feature answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types as t
from pygls.exceptions import JsonRpcInvalidParams

from flames_lsp.convert import encoded
from flames_lsp.features import commands, existing, pattern, tests
from flames_lsp.features import dependents_tree as dependents_tree_of

if TYPE_CHECKING:
    from flames_lsp.server.application import Application
    from flames_lsp.session.root import Root

Answer = asyncio.Future[Any]  # Any: each method's own result type


def execute(app: Application, params: t.ExecuteCommandParams) -> Answer | object:
    command = COMMANDS.get(params.command)
    if command is None:
        raise JsonRpcInvalidParams(f"no such command: {params.command}")
    return command(app, params.arguments or ())


def reindex(app: Application, arguments: Sequence[Any]) -> Answer:
    """[{"uri"?, "full"?}]: the root that holds `uri`, else the only one."""
    asked = _options(arguments)
    return app.indexing.reindex(_root(app, asked.get("uri")), full=bool(asked.get("full", False)))


def status(app: Application, arguments: Sequence[Any]) -> object:
    return app.indexing.status().payload() | {"roots": app.indexing.details()}


def show_dependents(app: Application, arguments: Sequence[Any]) -> Answer:
    """[uri of any file of the root, symbol id], as in a code lens; or [{"uri", "position" or
    "symbol", "depth"?}]."""
    if len(arguments) == 2 and all(isinstance(argument, str) for argument in arguments):
        uri, symbol = arguments
        return app.session.ask_root(
            "dependents", _root(app, uri), lambda view: commands.dependents(view, symbol)
        )
    asked = _options(arguments)
    depth = asked.get("depth", 1)
    if not isinstance(uri := asked.get("uri"), str) or not isinstance(depth, int) or depth < 1:
        raise JsonRpcInvalidParams(f"{commands.SHOW_DEPENDENTS} takes a URI and a place in it")
    if isinstance(identity := asked.get("symbol"), str):
        return app.session.ask_root(
            "dependents", _root(app, uri), lambda view: commands.dependents(view, identity, depth)
        )
    at = _position(asked.get("position"))
    return app.session.ask(
        "dependents", uri, lambda view, path: commands.dependents_at(view, path, at, depth)
    )


def dependents_tree(app: Application, arguments: Sequence[Any]) -> Answer:
    """[{"uri", "position"}] or [{"uri", "symbol"}] for the first node; [{"branch"}] of a node for
    what is under it."""
    asked = _options(arguments)
    if "branch" in asked:
        branch = dependents_tree_of.branch_of(asked["branch"])
        root = app.session.roots.all.get(branch.top) if branch is not None else None
        if branch is None or root is None:
            raise JsonRpcInvalidParams("a branch that this session did not give")
        return app.session.ask_root(
            "dependents-tree", root, lambda view: dependents_tree_of.children(view, branch)
        )
    if not isinstance(uri := asked.get("uri"), str):
        raise JsonRpcInvalidParams(f"{commands.DEPENDENTS_TREE} takes a URI and a place in it")
    if isinstance(identity := asked.get("symbol"), str):
        return app.session.ask_root(
            "dependents-tree",
            _root(app, uri),
            lambda view: dependents_tree_of.root_of(view, identity),
        )
    at = _position(asked.get("position"))
    return app.session.ask(
        "dependents-tree", uri, lambda view, path: dependents_tree_of.root_at(view, path, at)
    )


def show_tests(app: Application, arguments: Sequence[Any]) -> Answer:
    """[{"uri", "position" or "symbol"}]."""
    asked = _options(arguments)
    if not isinstance(uri := asked.get("uri"), str):
        raise JsonRpcInvalidParams(f"{commands.SHOW_TESTS} takes a URI and a place in it")
    if isinstance(identity := asked.get("symbol"), str):
        return app.session.ask_root(
            "tests", _root(app, uri), lambda view: tests.tests_of(view, identity)
        )
    at = _position(asked.get("position"))
    return app.session.ask("tests", uri, lambda view, path: tests.tests_at(view, path, at))


def explain(app: Application, arguments: Sequence[Any]) -> object:
    """[{"rule", "uri"?, "fingerprint"?}]: its manual page, and the finding in `uri` if named."""
    asked = _options(arguments)
    rule, uri, fingerprint = (asked.get(key) for key in ("rule", "uri", "fingerprint"))
    if not isinstance(rule, str):
        raise JsonRpcInvalidParams(f"{commands.EXPLAIN} takes a rule")
    place = app.session.place(uri) if isinstance(uri, str) else None
    view, path = (app.session.view(place[0]), place[1]) if place else (None, None)
    page = commands.explain(view, rule, path, str(fingerprint))
    if page is None:
        raise JsonRpcInvalidParams(f"no such rule: {rule}")
    return page


def dismiss(app: Application, arguments: Sequence[Any]) -> Answer:
    """[{"uri", "rule", "fingerprint"}] of a finding that is shown; whether it was."""
    asked = _options(arguments)
    uri = asked.get("uri")
    place = app.session.place(uri) if isinstance(uri, str) else None
    if place is None:
        raise JsonRpcInvalidParams("no open folder holds this")
    root, path = place
    rule, fingerprint = str(asked.get("rule")), str(asked.get("fingerprint"))
    done = app.session.ask_root(
        "dismiss", root, lambda view: commands.dismiss(view, path, rule, fingerprint)
    )
    done.add_done_callback(lambda _: app.session.check_again(root))
    return done


def find_similar(app: Application, arguments: Sequence[Any]) -> Answer:
    """[{"uri", "position"}] of an open document, or [{"text", "uri"?}]."""
    asked = _options(arguments)
    uri, text = asked.get("uri"), asked.get("text")
    if isinstance(text, str):
        source = encoded(text)
        return app.session.ask_root(
            "similar", _root(app, uri), lambda view: commands.similar_to(view, source)
        )
    if not isinstance(uri, str):
        raise JsonRpcInvalidParams(f"{commands.FIND_SIMILAR} takes a uri and a position, or a text")
    return app.similar_at(uri, _position(asked.get("position")))


def find_existing(app: Application, arguments: Sequence[Any]) -> Answer:
    """[{"text", "uri"?}]: words or a part of a name, and the document that is to call it."""
    asked = _options(arguments)
    uri, text = asked.get("uri"), asked.get("text")
    if not isinstance(text, str):
        raise JsonRpcInvalidParams(f"{commands.FIND_EXISTING} takes a text")
    root = _root(app, uri if isinstance(uri, str) and app.session.root_of(uri) else None)
    place = app.session.place(uri) if isinstance(uri, str) else None
    path = place[1] if place is not None and place[0] is root else None
    return app.session.ask_root(
        "existing", root, lambda view: existing.existing(view, text, path), searches=True
    )


def show_pattern(app: Application, arguments: Sequence[Any]) -> Answer:
    """[{"uri", "position"}] of a definition in an open document."""
    asked = _options(arguments)
    uri, at = asked.get("uri"), _position(asked.get("position"))
    place = app.session.place(uri) if isinstance(uri, str) else None
    if place is None:
        raise JsonRpcInvalidParams("no open folder holds this")
    root, path = place
    return app.session.ask_root(
        "pattern", root, lambda view: pattern.pattern_at(view, path, at), searches=True
    )


def _options(arguments: Sequence[Any]) -> dict[str, Any]:
    """The one optional object that a command takes."""
    if not arguments:
        return {}
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        raise JsonRpcInvalidParams("one object is expected")
    return arguments[0]


def _position(said: Any) -> t.Position:  # noqa: ANN401 (JSON)
    if isinstance(said, dict):
        line, character = said.get("line"), said.get("character")
        if isinstance(line, int) and isinstance(character, int) and min(line, character) >= 0:
            return t.Position(line, character)
    raise JsonRpcInvalidParams("a position is expected")


def _root(app: Application, uri: object) -> Root:
    root = app.session.root_for(uri if isinstance(uri, str) else None)
    if root is None:
        raise JsonRpcInvalidParams("no open folder holds this")
    return root


COMMANDS: dict[str, Callable[[Application, Sequence[Any]], object]] = {
    commands.REINDEX: reindex,
    commands.STATUS: status,
    commands.SHOW_DEPENDENTS: show_dependents,
    commands.FIND_SIMILAR: find_similar,
    commands.FIND_EXISTING: find_existing,
    commands.SHOW_PATTERN: show_pattern,
    commands.DEPENDENTS_TREE: dependents_tree,
    commands.EXPLAIN: explain,
    commands.SHOW_TESTS: show_tests,
    commands.DISMISS: dismiss,
}
