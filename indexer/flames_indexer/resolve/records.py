"""Records: classes whose instances are tuples of their annotated names (`typing.NamedTuple`)."""

from typing import Final

from flames_indexer.facts import BindingKind
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.resolve import classes, forms
from flames_indexer.resolve.values import INSTANCE, Atom
from flames_indexer.resolve.world import World

_ANNOTATION: Final = int(BindingKind.ANNOTATION)


def field_at(world: World, atom: Atom, position: int) -> str:
    """The name of what stands in that place of an instance; "": it is no record, or shorter."""
    if atom[0] != INSTANCE or atom[1].startswith(LIBRARY):
        return ""
    fields = world.engine.ask((), True, _fields, world, atom[1], atom[2])
    return fields[position] if -len(fields) <= position < len(fields) else ""


def _fields(world: World, path: str, row: int) -> tuple[str, ...]:
    file = world.file(path)
    records = file.semantics.records if file is not None else frozenset[str]()
    order = classes.linearization(world, path, row) if records else ()
    if not any(_is_record(world, entry, records) for entry in order):
        return ()
    for entry in order:
        home = world.file(entry[0])
        if home is None or entry[0].startswith(LIBRARY):
            continue
        world.read(home.path, home.unit(entry[1]))
        kinds = home.facts.bindings.kind
        names = home.bindings.get(entry[1], {})
        annotated = [name for name, rows in names.items() if kinds[rows[0]] == _ANNOTATION]
        if annotated:
            return tuple(annotated)
    return ()


def _is_record(world: World, entry: classes.Entry, records: frozenset[str]) -> bool:
    if not entry[0].startswith(LIBRARY):
        return False
    return forms.dotted_name(world, ("definition", *entry[:2])) in records
