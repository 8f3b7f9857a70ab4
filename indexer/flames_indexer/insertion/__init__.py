"""How a file comes to call what another file has: the name to write, and the import it takes.

top                  the imports that a file begins with, and where one more goes
python, javascript   how an import is written, in the way that the file writes its own
circles              whether one more would make files need each other in a circle
"""

from collections.abc import Collection
from dataclasses import dataclass
from posixpath import dirname
from typing import TYPE_CHECKING, Protocol

from flames_indexer.facts import FileFacts, ParameterFlag
from flames_indexer.insertion import javascript, python
from flames_indexer.insertion.circles import needs
from flames_indexer.insertion.top import Top
from flames_indexer.languages import language_named, language_of
from flames_indexer.model import ParameterKind, Symbol, SymbolKind, TextEdit

if TYPE_CHECKING:
    from flames_indexer.index import Snapshot

_CALLED = (SymbolKind.FUNCTION, SymbolKind.CLASS)
_GIVEN = (ParameterKind.POSITIONAL_ONLY, ParameterKind.POSITIONAL)
_LEFT_OUT = ParameterFlag.DEFAULT | ParameterFlag.OPTIONAL | ParameterFlag.DESTRUCTURED


@dataclass(frozen=True, slots=True)
class Insertion:
    """`name` is what to write; `parameters` are those that a call has to give; `imports` make the
    name mean the symbol, none where it does already."""

    name: str
    parameters: tuple[str, ...] = ()
    imports: tuple[TextEdit, ...] = ()


class Writer(Protocol):
    """How a language asks for what another file has."""

    def offered(self, name: str, target: Top, *, near: bool = False) -> str | None:
        """Under which name other files get the outermost `name` of a file; None: they do not.
        `near`: files of the same folder, which may share what is theirs."""
        ...

    def new(self, name: str, target: Top) -> str | None:
        """As `offered`, of a function that is about to be declared."""
        ...

    def added(self, top: Top, target: Top, name: str, offered: str) -> TextEdit | None:
        """The import that binds what `target` offers to `name`; None: no specifier names it."""
        ...


_WRITERS: dict[str, Writer] = {
    "python": python.WRITER,
    "javascript": javascript.WRITER,
    "typescript": javascript.WRITER,
}
"""By the folder of the language."""


def insertion(
    snapshot: "Snapshot",
    path: str,
    symbol: Symbol,
    *,
    freed: str = "",
    source: bytes | None = None,
    taken: Collection[str] = (),
    otherwise: str = "",
    private: bool = False,
    made: bool = False,
) -> Insertion | None:
    """What lets the file at `path` call an outermost function or class of the repository.

    None where nothing would: a part of something else, private or not offered by its file, of
    another language, of a file that comes to import this one, or of a name that means something
    else here, unless it is `freed`: about to go. `source` is the text of the file, where the
    snapshot's need not be. `taken` names mean something else too where the call will stand;
    `otherwise` is what to call it then. `private`: also what a folder keeps to itself, inside it.
    `made`: the symbol comes to be with the call, offered under its name by a file whose other
    names are.
    """
    if "." in symbol.id.rpartition("::")[2] or symbol.kind not in _CALLED:
        return None
    writer = _writer(path)
    top, target = Top.of(snapshot, path, source), Top.of(snapshot, symbol.path)
    if top is None or target is None or writer is None or writer is not _writer(symbol.path):
        return None
    given = _parameters(target.facts, symbol)
    if symbol.path == path:
        return None if symbol.name in taken else Insertion(symbol.name, given)
    near = private and dirname(path) == dirname(symbol.path)
    name = symbol.name
    offered = writer.new(name, target) if made else writer.offered(name, target, near=near)
    if offered is None or needs(snapshot, symbol.path, path):
        return None
    known = top.name_of(symbol.path, offered)
    if known is not None:
        return Insertion(known, given)
    bound = top.bound.difference((freed,)).union(taken)
    name = next((n for n in (symbol.name, otherwise) if n and n not in bound), None)
    edit = None if name is None else writer.added(top, target, name, offered)
    return None if name is None or edit is None else Insertion(name, given, (edit,))


def _writer(path: str) -> Writer | None:
    language = language_of(path)
    return None if language is None else _WRITERS.get(language_named(language.name).folder)


def _parameters(facts: FileFacts, symbol: Symbol) -> tuple[str, ...]:
    """Of a function; how a class is built takes knowing more than its own text."""
    start, table = symbol.name_span.start, facts.parameters
    return tuple(
        facts.strings[table.name[at]]
        for at, row in enumerate(table.definition)
        if facts.definitions.name_start[row] == start
        and table.kind[at] in _GIVEN
        and not table.flags[at] & _LEFT_OUT
    )
