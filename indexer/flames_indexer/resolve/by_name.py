"""By name: what a member of an object that nobody knows means, when only one method is named so."""

import re
from typing import Final

from flames_indexer.facts import ExpressionKind
from flames_indexer.languages.semantics import LIBRARY
from flames_indexer.model import Certainty
from flames_indexer.resolve import evaluate
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.usage import speaks_against
from flames_indexer.resolve.values import INSTANCE
from flames_indexer.resolve.world import World
from flames_indexer.roles import is_test

_INFERRED: Final = int(Certainty.INFERRED)
_UNIQUE: Final = int(Certainty.UNIQUE_NAME)
_POSSIBLE: Final = int(Certainty.POSSIBLE)

# Folders of what stands for objects from outside in tests, where these are told by no other name.
_DOUBLES: Final = re.compile(r"(?:^|/)(?:test|testing|fakes?|mocks?)/")


def only_method(world: World, asker: File, name: str) -> str:
    """The id of the only method of that name in the program; "" if there are none or several, or
    if types that need no declaration have one too."""
    if name in asker.semantics.blocked_names or not asker.semantics.found_by_name(name):
        return ""
    # What one test makes up is not what another one means either.
    owners = [
        identity
        for identity in world.methods_meant(asker.path, name)
        if (path := identity.partition("::")[0]) == asker.path or not is_test(path)
    ]
    return owners[0] if len(owners) == 1 else ""


def certainty(world: World, file: File, row: int, method: str, *, is_called: bool) -> int:
    """How sure it is that MEMBER row means the only method of its name.

    Of calls that the tests of twenty packages ran, all 32 of a name of two words and more were, and
    3 of 6 of one word; of members of one word that are not called 1 of 8, for what objects hold is
    named like that as well. A method that calls its own name hands on to something else.
    """
    expressions = file.facts.expressions
    name = file.strings[expressions.b[row]]
    if not _has_words(name):
        return _UNIQUE if is_called else _POSSIBLE
    if not is_called or file.name(expressions.scope[row]) == name:
        return _UNIQUE
    return _UNIQUE if speaks_against(world, file, expressions.a[row], method) else _INFERRED


def may_be_held(world: World, file: File, row: int, method: str) -> bool:
    """Whether calling MEMBER row of something from outside may mean the only method of its name:
    a name of several words, of what is held by an object of the program (`self.master.db`). Where
    that has bases that nobody sees, all it holds seems to be from outside.

    Read in celery and buildbot: nine of ten of 70 were right, of one word six of ten.
    """
    expressions = file.facts.expressions
    name = file.strings[expressions.b[row]]
    if not _has_words(name) or file.name(expressions.scope[row]) == name:
        return False
    if _DOUBLES.search(method.partition("::")[0]) and not _DOUBLES.search(file.path):
        return False
    row = expressions.a[row]
    while expressions.kind[row] == ExpressionKind.MEMBER:
        row = expressions.a[row]
        atoms = world.values.atoms(evaluate.evaluate(world, file, row))
        if atoms and all(atom[0] == INSTANCE and atom[1][:4] != LIBRARY for atom in atoms):
            return True
    return False


def _has_words(name: str) -> bool:
    """Whether a name is more than one word, as either of the usual spellings parts them."""
    bare = name.strip("_")
    return "_" in bare or (bare[1:] != bare[1:].lower() and bare != bare.upper())
