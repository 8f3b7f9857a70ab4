"""Forms: what a chain of names stands for, its dotted name, and the form of a type by that."""

from typing import Final

from flames_indexer.facts import ExpressionKind
from flames_indexer.languages.semantics import LIBRARY, TypeForm
from flames_indexer.resolve import targets
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.world import Target, World

_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)


def form_of(world: World, file: File, row: int) -> TypeForm | None:
    """What expression `row` means as a type constructor."""
    for target in chain_targets(world, file, row):
        name = dotted_name(world, target)
        if name:
            form = file.semantics.type_form(name)
            if form is not None:
                return form
    expressions = file.facts.expressions
    if expressions.kind[row] == _NAME:
        name = file.strings[expressions.a[row]]
        if file.scope_of(expressions.scope[row], name) < 0:
            return file.semantics.type_form(name)
    return None


def dotted_name(world: World, target: Target) -> str:
    """`typing.Optional` for what an external or a library table declares; "" for the rest."""
    if target[0] == "external":
        return target[1]
    if target[0] == "library":
        return f"{_module_name(target[1])}.{target[2]}"
    if target[0] == "module" or not target[1].startswith(LIBRARY):
        return ""
    if target[0] == "variable":
        return f"{_module_name(target[1])}.{target[3]}" if target[2] == 0 else ""
    file = world.file(target[1])
    return "" if file is None else f"{_module_name(target[1])}.{file.qualname(target[2])}"


def _module_name(path: str) -> str:
    return path.rpartition("/")[2]


def chain_targets(world: World, file: File, row: int) -> targets.Targets:
    """What `a` or `module.a.b` stands for; () for other expressions."""
    expressions = file.facts.expressions
    kind = expressions.kind[row]
    if kind == _NAME:
        name = file.strings[expressions.a[row]]
        return targets.name_targets(world, file, expressions.scope[row], name)
    if kind != _MEMBER:
        return ()
    name = file.strings[expressions.b[row]]
    found: list[Target] = []
    for target in chain_targets(world, file, expressions.a[row]):
        if target[0] == "module":
            found.extend(targets.export_targets(world, target[1], name, file.semantics))
        elif target[0] == "external":
            found.append(("external", f"{target[1]}.{name}"))
    return tuple(found)
