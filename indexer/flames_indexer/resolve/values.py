"""What an expression can be, as small integers: sets of atoms, interned.

A *value* is `set number * 2 + flow`; `flow` is 1 when an assignment or an inferred result was on
the way (certainty `inferred`). 0 is nothing: not known. Atoms are plain tuples, tag first:

    (MODULE, module)                      a module, folder or library table
    (CLASS, path, row, arguments)         a class itself; arguments: a tuple of sets, often empty
    (FUNCTION, path, row, receiver)       a function; receiver: the set it is bound to, or 0
    (INSTANCE, path, row, arguments)      an instance of a class
    (SUPER, path, row, receiver)          the receiver seen from behind class `row`
    (TUPLE, items, language)              positions, each a set
    (CALLABLE, result)                    something that gives `result` when called
    (PROMISE, result)                     something that gives `result` when awaited
    (CLASS_OF, set)                       the class of whatever a type variable stands for
    (VARIABLE, path, scope, name, bound)  a type variable; bound: a set
    (OBJECT, path, row)                   a literal with named elements
    (EXTERNAL,) (NONE,) (MANY,)           of the outside · no value · too many to tell

Numbers are handed out in order of need, so nothing that leaves the resolver may depend on them.
"""

from collections.abc import Collection, Iterable
from enum import IntEnum
from itertools import zip_longest
from typing import Any, Final, TypeAlias

Atom: TypeAlias = tuple[Any, ...]


class Tag(IntEnum):
    MODULE = 0
    CLASS = 1
    FUNCTION = 2
    INSTANCE = 3
    SUPER = 4
    TUPLE = 5
    CALLABLE = 6
    PROMISE = 7
    CLASS_OF = 8
    VARIABLE = 9
    OBJECT = 10
    EXTERNAL = 11
    NONE = 12
    MANY = 13


MODULE: Final = 0
CLASS: Final = 1
FUNCTION: Final = 2
INSTANCE: Final = 3
SUPER: Final = 4
TUPLE: Final = 5
CALLABLE: Final = 6
PROMISE: Final = 7
CLASS_OF: Final = 8
VARIABLE: Final = 9
OBJECT: Final = 10
EXTERNAL: Final = 11
NONE: Final = 12
MANY: Final = 13

# Atoms in one set; more is MANY. Dispatch tables go above it, real unions do not
WIDEST: Final = 16
DEEPEST: Final = 4  # nesting of arguments; what is deeper is cut off, which makes x = [x] end


class Values:
    """The table of sets. Unions are associative and commutative, MANY absorbs.

    A class is in a set once: its arguments are joined, so that x = {k: x} has few values to take.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[Atom, ...], int] = {(): 0}  # of sets of several
        self.sets: list[tuple[Atom, ...]] = [()]
        self.open: list[bool] = [False]  # whether a type variable is somewhere inside
        self._depths: list[int] = [0]
        self._unions: dict[tuple[int, int], int] = {}
        self._cuts: dict[tuple[int, int], int] = {}
        self._singles: dict[Atom, int] = {}
        self.external = self.one((EXTERNAL,))
        self.none = self.one((NONE,))
        self.many = self.one((MANY,))

    def one(self, atom: Atom) -> int:
        """The value with just this atom."""
        value = self._singles.get(atom)
        if value is None:
            value = self._singles[atom] = self._add((atom,)) << 1
        return value

    def some(self, atoms: Iterable[Atom]) -> int:
        """The value with these atoms."""
        return self._intern(self._normal(_ordered(atoms))) << 1

    def atoms(self, value: int) -> tuple[Atom, ...]:
        """Its atoms, in no meaningful order."""
        return self.sets[value >> 1]

    def join(self, left: int, right: int) -> int:
        """Either of them."""
        if left == right or not right >> 1:
            return left | (right & 1 if left else 0)
        if not left >> 1:
            return right
        a, b = left >> 1, right >> 1
        flow = (left | right) & 1
        if a == b:
            return left | flow
        key = (a, b) if a < b else (b, a)
        joined = self._unions.get(key)
        if joined is None:
            joined = self._intern(self._normal(_ordered(self.sets[a] + self.sets[b])))
            self._unions[key] = joined
        return joined << 1 | flow

    def argument(self, value: int) -> int:
        """The set to put inside an atom: without flow, and cut off where it is nested too deep.

        Cut off at the far end, never dropped: x = [x] would begin again with x = [], for ever.
        """
        return self._cut(value >> 1, DEEPEST - 1)

    def _cut(self, number: int, depth: int) -> int:
        """A set less what is nested in it deeper than `depth`."""
        if self._depths[number] <= depth:
            return number
        key = (number, depth)
        known = self._cuts.get(key)
        if known is None:
            atoms = (self._cut_atom(atom, depth - 1) for atom in self.sets[number] if depth)
            known = self.some(a for a in atoms if a is not None) >> 1
            self._cuts[key] = known
        return known

    def _cut_atom(self, atom: Atom, depth: int) -> Atom | None:
        """An atom with each set in it cut; None for a method whose receiver is too deep."""
        tag = atom[0]
        if tag in (CLASS, INSTANCE):
            return (tag, atom[1], atom[2], tuple(self._cut(s, depth) for s in atom[3]))
        if tag in (CALLABLE, PROMISE, CLASS_OF):
            return (tag, self._cut(atom[1], depth))
        if tag == TUPLE:
            return (tag, tuple(self._cut(s, depth) for s in atom[1]), atom[2])
        if tag in (FUNCTION, SUPER):
            receiver = self._cut(atom[3], depth)
            return (tag, atom[1], atom[2], receiver) if receiver or not atom[3] else None
        return atom

    def without_none(self, value: int) -> int:
        """The value less NONE."""
        atoms = self.sets[value >> 1]
        if (NONE,) not in atoms:
            return value
        return self.some(a for a in atoms if a[0] != NONE) | (value & 1)

    def _normal(self, atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
        """The atoms, those of one class as one: list[A] or list[B] is list[A or B]."""
        kept: dict[Atom, Atom] = {}
        for atom in atoms:
            key = atom[:3] if atom[0] in (CLASS, INSTANCE) else atom
            other = kept.get(key)
            kept[key] = atom if other is None or other == atom else self._merged(other, atom)
        return atoms if len(kept) == len(atoms) else _ordered(kept.values())

    def _merged(self, left: Atom, right: Atom) -> Atom:
        """Two atoms of one class as one."""
        pairs = zip_longest(left[3], right[3], fillvalue=0)
        return (*left[:3], tuple(self.join(a << 1, b << 1) >> 1 for a, b in pairs))

    def _intern(self, atoms: tuple[Atom, ...]) -> int:
        if len(atoms) == 1:
            return self.one(atoms[0]) >> 1
        number = self._numbers.get(atoms)
        if number is None:
            if len(atoms) > WIDEST or (MANY,) in atoms:
                return self.many >> 1
            number = self._numbers[atoms] = self._add(atoms)
        return number

    def _add(self, atoms: tuple[Atom, ...]) -> int:
        number = len(self.sets)
        inner = [s for atom in atoms for s in _inside(atom)]
        self.sets.append(atoms)
        self.open.append(
            any(atom[0] == VARIABLE for atom in atoms) or any(self.open[s] for s in inner)
        )
        self._depths.append(1 + max((self._depths[s] for s in inner), default=0))
        return number


def _ordered(atoms: Iterable[Atom]) -> tuple[Atom, ...]:
    """Each once, in an order that no hash seed changes."""
    return tuple(sorted(set(atoms)))


def _inside(atom: Atom) -> tuple[int, ...]:
    tag = atom[0]
    if tag in (CLASS, INSTANCE):
        return atom[3]
    if tag in (CALLABLE, PROMISE, CLASS_OF):
        return (atom[1],)
    if tag == TUPLE:
        return atom[1]
    if tag in (FUNCTION, SUPER):
        return (atom[3],)
    return ()


class Mentions:
    """Where values come from: which questions are about something in one of some files."""

    def __init__(self, values: Values, paths: Collection[str]) -> None:
        self._sets = values.sets
        self._paths = paths
        self._known: dict[int, bool] = {}

    def in_question(self, question: tuple[Any, ...]) -> bool:
        """Whether a question of the engine names such a file, or a value from there."""
        subject = question[2]
        if isinstance(subject, int):
            return self._in_set(subject)
        paths = self._paths
        return any(
            part[0] in paths if isinstance(part, tuple) else part in paths
            for part in question[2:]
            if part
        )

    def _in_set(self, number: int) -> bool:
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = any(self._in_atom(a) for a in self._sets[number])
        return known

    def _in_atom(self, atom: Atom) -> bool:
        inner = (atom[4],) if atom[0] == VARIABLE else _inside(atom)
        placed = len(atom) > 1 and isinstance(atom[1], str) and atom[1] in self._paths
        return placed or any(self._in_set(number) for number in inner)
