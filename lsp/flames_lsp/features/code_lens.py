"""Code lens: `7 callers · 3 files · 2 tests` above what others rely on, and one for the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flames_indexer.model import Role, SymbolKind
from lsprotocol import types as t

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flames_indexer.model import Symbol

    from flames_lsp.features.view import View

COMMAND = "flames.showDependents"
TESTS = "flames.showTests"


def code_lens(view: View, path: str) -> list[t.CodeLens]:
    """One lens a definition, and one more where tests reach it; tests and definitions below the
    threshold get none."""
    view = view.at_once(path)
    lens = view.config.lens
    is_test = view.snapshot.roles().get(path) is Role.TEST
    if is_test or not any((lens.callers, lens.files, lens.tests)):
        return []
    return [lens for symbol in view.snapshot.symbols_in(path) for lens in _lenses(view, symbol)]


def _lenses(view: View, symbol: Symbol) -> Iterator[t.CodeLens]:
    settings = view.config.lens
    if symbol.kind is SymbolKind.MODULE or (is_private(symbol) and not settings.private):
        return
    usage = view.snapshot.usage(symbol.id)
    if usage.callers < settings.min_callers or not usage.callers:
        return
    where = view.range(symbol.name_span)
    if where is None:
        return
    parts = (
        (settings.callers, usage.callers, "caller"),
        (settings.files, usage.files, "file"),
        (settings.tests, usage.tests, "test"),
    )
    title = " · ".join(counted(n, noun) for shown, n, noun in parts if shown and n)
    uri = view.uri(symbol.path)
    if title:
        yield t.CodeLens(where, t.Command(title, COMMAND, arguments=[uri, symbol.id]))
    if settings.tests and usage.tests:
        asked = {"uri": uri, "symbol": symbol.id}
        yield t.CodeLens(where, t.Command("show tests", TESTS, arguments=[asked]))


def is_private(symbol: Symbol) -> bool:
    """By the convention of both language families; special methods are not."""
    names = symbol.id.rpartition("::")[2].split(".")
    return any(n.startswith(("_", "#")) and not n.endswith("__") for n in names)


def counted(n: int, noun: str) -> str:
    """`1 caller`, `7 callers`."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
