"""Code lens: `7 callers · 3 files · 2 tests` above what others rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flames_indexer.model import Role, SymbolKind
from lsprotocol import types as t

if TYPE_CHECKING:
    from flames_indexer.model import Symbol

    from flames_lsp.features.view import View

COMMAND = "flames.showDependents"


def code_lens(view: View, path: str) -> list[t.CodeLens]:
    """One lens a definition at most; tests and definitions below the threshold get none."""
    view = view.at_once(path)
    lens = view.config.lens
    is_test = view.snapshot.roles().get(path) is Role.TEST
    if is_test or not any((lens.callers, lens.files, lens.tests)):
        return []
    found = (_lens(view, symbol) for symbol in view.snapshot.symbols_in(path))
    return [lens for lens in found if lens is not None]


def _lens(view: View, symbol: Symbol) -> t.CodeLens | None:
    settings = view.config.lens
    if symbol.kind is SymbolKind.MODULE or (is_private(symbol) and not settings.private):
        return None
    usage = view.snapshot.usage(symbol.id)
    if usage.callers < settings.min_callers or not usage.callers:
        return None
    where = view.range(symbol.name_span)
    if where is None:
        return None
    parts = (
        (settings.callers, usage.callers, "caller"),
        (settings.files, usage.files, "file"),
        (settings.tests, usage.tests, "test"),
    )
    title = " · ".join(counted(n, noun) for shown, n, noun in parts if shown and n)
    if not title:
        return None
    return t.CodeLens(
        where, t.Command(title, COMMAND, arguments=[view.uri(symbol.path), symbol.id])
    )


def is_private(symbol: Symbol) -> bool:
    """By the convention of both language families; special methods are not."""
    names = symbol.id.rpartition("::")[2].split(".")
    return any(n.startswith(("_", "#")) and not n.endswith("__") for n in names)


def counted(n: int, noun: str) -> str:
    """`1 caller`, `7 callers`."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
