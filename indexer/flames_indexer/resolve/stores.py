"""Stores: where a file puts elements into what a name or a member holds.

`a[k] = v`, and calls of methods that the language says add an element: `a.append(v)`.
"""

from collections.abc import Sequence
from typing import Final

from flames_indexer.facts import BindingKind, ExpressionKind, FileFacts
from flames_indexer.languages.semantics import Semantics
from flames_indexer.resolve.tables import File, Store

_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_CALL: Final = int(ExpressionKind.CALL)
_ELEMENT: Final = int(BindingKind.ELEMENT)


def stores_in_name(file: File, scope: int, name: str) -> Sequence[Store]:
    """What is put into the value of `name`, bound in exactly this scope."""
    stores = _stores(file).get(name)
    if stores is None:
        return ()
    return [
        store
        for store in stores
        if file.scope_of(file.facts.expressions.scope[store.of], name) == scope
    ]


def stores_in_member(file: File, name: str) -> Sequence[Store]:
    """What is put into the value of a member of that name, whatever object it is a member of."""
    return _stores(file).get(f".{name}", ())


def members_stored_in(facts: FileFacts, semantics: Semantics) -> set[str]:
    """The names of the members that something is put into, each behind a point."""
    expressions, members = facts.expressions, facts.members
    rows = {members.object[at] for at, kind in enumerate(members.kind) if kind == _ELEMENT} | {
        expressions.a[row]
        for row, (kind, use, b) in enumerate(
            zip(expressions.kind, expressions.use, expressions.b, strict=True)
        )
        if use == 1 and kind == _MEMBER and facts.strings[b] in semantics.adders
    }
    return {
        f".{facts.strings[expressions.b[of]]}" for of in rows if expressions.kind[of] == _MEMBER
    }


def _stores(file: File) -> dict[str, list[Store]]:
    if file.stores is None:
        file.stores = {}
        members = file.facts.members
        for at, kind in enumerate(members.kind):
            if kind == _ELEMENT and members.value[at] >= 0:
                _note(file, members.object[at], members.value[at], spread=False)
        adders = file.semantics.adders
        expressions = file.facts.expressions
        for row, kind in enumerate(expressions.kind) if adders else ():
            if kind == _CALL and expressions.kind[expressions.a[row]] == _MEMBER:
                _added(file, row, expressions.a[row])
    return file.stores


def _added(file: File, row: int, callee: int) -> None:
    """Notes what a call of an adding method adds."""
    expressions, operands = file.facts.expressions, file.facts.operands
    adder = file.semantics.adders.get(file.strings[expressions.b[callee]])
    if adder is None or expressions.c[row] <= adder[0]:
        return
    at = expressions.b[row] + adder[0]
    if operands.kind[at] == 0 and operands.value[at] >= 0:
        _note(file, expressions.a[callee], operands.value[at], spread=adder[1])


def _note(file: File, of: int, value: int, *, spread: bool) -> None:
    expressions = file.facts.expressions
    kind = expressions.kind[of]
    if kind == _NAME:
        key = file.strings[expressions.a[of]]
    elif kind == _MEMBER:
        key = f".{file.strings[expressions.b[of]]}"
    else:
        return
    assert file.stores is not None
    file.stores.setdefault(key, []).append(Store(of, value, spread))
