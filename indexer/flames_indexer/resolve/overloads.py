"""Overloads: which of several definitions of one name a call can mean.

By how many operands there are and their names; then by what the operands are: the first overload
that takes them all. Where an operand is not known, or could be taken by several overloads, what the
call gives is what the implementation is declared to give.
"""

from typing import Final, NamedTuple

from flames_indexer.facts import DefinitionFlag, ExpressionKind, OperandKind, ParameterFlag
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.model import ParameterKind
from flames_indexer.resolve import classes, forms
from flames_indexer.resolve.operands import bound_operands, bound_parameters
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import CLASS, INSTANCE, NONE, Atom
from flames_indexer.resolve.world import Call, World

_OVERLOAD: Final = int(DefinitionFlag.OVERLOAD)
_OPTIONAL: Final = int(ParameterFlag.DEFAULT | ParameterFlag.OPTIONAL)
_TOLD: Final = (INSTANCE, NONE)  # values that are told apart by classes


class Meant(NamedTuple):
    """What a call of one name can mean."""

    functions: list[Atom]
    implementation: Atom | None  # where several stay possible: what has all of them in its type


def meant(world: World, functions: list[Atom], site: Call | None) -> list[Meant]:
    """Of the functions that are called, those that the site can mean, by name."""
    found: list[Meant] = []
    for file, group in _by_name(world, functions):
        fitting = _fitting(file, group, site) if len(group) > 1 else group
        if len(fitting) > 1 and site is not None and file.semantics.nominal:
            found.append(_taking(world, file, group, fitting, site))
        else:
            found.append(Meant(fitting, None))
    return found


def picked(world: World, functions: list[Atom], site: Call | None) -> list[Atom]:
    """The same by how many operands there are and their names alone."""
    return [
        atom
        for file, group in _by_name(world, functions)
        for atom in (_fitting(file, group, site) if len(group) > 1 else group)
    ]


def _by_name(world: World, functions: list[Atom]) -> list[tuple[File, list[Atom]]]:
    groups: dict[tuple[object, ...], tuple[File, list[Atom]]] = {}
    for atom in functions:
        file = world.file(atom[1])
        if file is not None:
            parent = file.facts.definitions.parent[atom[2]]
            key: tuple[object, ...] = (atom[1], parent, file.name(atom[2]), atom[3])
            groups.setdefault(key, (file, []))[1].append(atom)
    return list(groups.values())


def _fitting(file: File, group: list[Atom], site: Call | None) -> list[Atom]:
    """Of the definitions of one name, those that can take so many operands, of these names."""
    flags = file.facts.definitions.flags
    rows = sorted(a[2] for a in group)
    overloads = [row for row in rows if flags[row] & _OVERLOAD] or rows
    positional, keywords = _shape(site, bound_parameters(file, overloads[0], group[0][3]))
    overloads = _accepting(file, overloads, positional, keywords)
    kept = set(file.semantics.pick_overload(file.facts, overloads, positional, keywords))
    return [atom for atom in group if atom[2] in kept]


def _taking(world: World, file: File, group: list[Atom], fitting: list[Atom], site: Call) -> Meant:
    """Of those that fit, the first that takes what is given, and those before it that may."""
    flags, returns = file.facts.definitions.flags, file.facts.definitions.returns
    if file.path.startswith(LIBRARY) or not flags[fitting[0][2]] & _OVERLOAD:
        return Meant(fitting, None)
    left: list[Atom] = []
    for atom in sorted(fitting, key=lambda one: int(one[2])):
        taken = _takes(world, file, atom, site)
        if taken is not False:
            left.append(atom)
        if taken:
            break
    written = [a for a in group if not flags[a[2]] & _OVERLOAD and returns[a[2]] >= 0]
    return Meant(left or fitting, written[0] if written else None)


def _takes(world: World, file: File, atom: Atom, site: Call) -> bool | None:
    """Whether an overload takes the operands of a call; None: not known."""
    _, path, row, receiver = atom
    world.read(path, file.unit(row))
    annotations, values = file.facts.parameters.annotation, site.file.facts.operands.value
    certain: bool | None = True
    for parameter, operand in bound_operands(
        file, row, site, bound_parameters(file, row, receiver)
    ):
        if annotations[parameter] >= 0:
            wanted = _instances(world, file, annotations[parameter])
            given = world.values.atoms(world.rules.evaluate(world, site.file, values[operand]))
            taken = _takes_value(world, wanted, given)
            if taken is False:
                return False
            certain = taken and certain
    return certain


def _takes_value(world: World, wanted: list[Atom], given: tuple[Atom, ...]) -> bool | None:
    """Whether one of the wanted instances is there for all, or for none, of what is given."""
    known = bool(wanted) and bool(given) and all(atom[0] in _TOLD for atom in given)
    if not known:
        return None
    told = {any(_is_one(world, atom, one) for one in wanted) for atom in given}
    if any(atom[0] == INSTANCE and _is_open(world, atom) for atom in given):
        told.add(True)
        told.add(False)
    return told.pop() if len(told) == 1 else None


def _is_one(world: World, atom: Atom, wanted: Atom) -> bool:
    if atom[0] == NONE or wanted[0] == NONE:
        return bool(atom[0] == wanted[0])
    if any(entry[:2] == wanted[1:3] for entry in classes.linearization(world, *atom[1:3])):
        return True
    file, other = world.file(atom[1]), world.file(wanted[1])
    if file is None or other is None or not atom[1] == wanted[1] == file.semantics.builtins:
        return False
    return other.name(wanted[2]) in file.semantics.widened.get(file.name(atom[2]), ())


def _is_open(world: World, atom: Atom) -> bool:
    """Whether a class has bases that nobody sees."""
    return classes.UNKNOWN_BASE in classes.linearization(world, *atom[1:3])


def _instances(world: World, file: File, row: int) -> list[Atom]:
    """Instances of the classes that an annotation names; empty where it says anything else, or
    what has the members of such a class is taken as well."""
    expressions, values = file.facts.expressions, world.values
    kind = expressions.kind[row]
    if kind == ExpressionKind.CHOICE:
        left = _instances(world, file, expressions.a[row])
        right = _instances(world, file, expressions.b[row])
        return left + right if left and right else []
    if kind == ExpressionKind.LITERAL and file.strings[expressions.a[row]] == "None":
        return [(NONE,)]
    named = expressions.a[row] if kind == ExpressionKind.SUBSCRIPT else row
    if expressions.kind[named] not in (ExpressionKind.NAME, ExpressionKind.MEMBER):
        return []
    found = values.atoms(world.rules.evaluate(world, file, named))
    if forms.form_of(world, file, named) is not None or any(atom[0] != CLASS for atom in found):
        return []
    if any(_is_open(world, a) or classes.is_generic(world, a[1], a[2]) for a in found):
        return []
    return [(INSTANCE, *atom[1:]) for atom in found]


def _shape(site: Call | None, receivers: int) -> tuple[int, frozenset[str]]:
    if site is None:
        return -1, frozenset()
    operands = site.file.facts.operands
    positional, keywords = receivers, set[str]()
    for at in range(site.first, site.first + site.count):
        kind = operands.kind[at]
        if kind == OperandKind.POSITIONAL:
            positional += 1
        elif kind == OperandKind.KEYWORD:
            keywords.add(site.file.strings[operands.name[at]])
        else:
            return -1, frozenset(keywords)
    return positional, frozenset(keywords)


def _accepting(
    file: File, overloads: list[int], positional: int, keywords: frozenset[str]
) -> list[int]:
    """Those that can take so many positional arguments and these keywords; all, if none can."""
    if positional < 0:
        return overloads
    return [row for row in overloads if _accepts(file, row, positional, keywords)] or overloads


def _accepts(file: File, row: int, positional: int, keywords: frozenset[str]) -> bool:
    table = file.facts.parameters
    names: set[str] = set()
    places = required = 0
    more_places = more_names = False
    for at in file.parameters.get(row, ()):
        kind, name = table.kind[at], file.strings[table.name[at]]
        if kind == ParameterKind.VARIADIC:
            more_places = True
        elif kind == ParameterKind.KEYWORDS:
            more_names = True
        else:
            names.add(name)
            missing = not table.flags[at] & _OPTIONAL and name not in keywords
            if kind != ParameterKind.KEYWORD_ONLY:
                places += 1
                required += missing
            elif missing:
                return False
    fits = positional <= places or more_places
    return fits and required <= positional and (more_names or keywords <= names)
