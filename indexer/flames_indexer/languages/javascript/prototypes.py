"""Classes made of functions: constructor functions, prototypes, objects that get functions stored.

`function A() {…}` is a class whose `constructor` it is, where the file says `A.prototype` or where
a capitalized function stores to `this`. `A.prototype.f = …` and `A.g = …` are then members of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flames_indexer.facts import BindingKind, DefinitionFlag, Use
from flames_indexer.languages.javascript.reader import Hint, Reader

if TYPE_CHECKING:
    from tree_sitter import Node

_DEFINITION: Final = int(BindingKind.DEFINITION)
_BASE: Final = int(Use.BASE)
_STATIC: Final = int(DefinitionFlag.STATIC)

# `.use = function`, `.get = (a) =>`, `.y = z => …`, `.a = b.c =`: what starts with the dot is found
# fastest; the name before it is looked at then.
_STORES: Final = re.compile(rb"\.[\w$]+\s*=\s*(?:async\b\s*)?(?:function\b|\(|[\w$.]+\s*=)")
_PROTOTYPE: Final = re.compile(rb"\.prototype\b")
_USES_THIS: Final = re.compile(rb"\bthis[.\[]|\(this\b")
_NAME_BEFORE: Final = re.compile(rb"[\w$]+\Z")
_LONGEST_NAME: Final = 64
# Last names of calls that give what is first the members of the others.
_INHERITS: Final = frozenset(
    (b"inherits", b"setPrototypeOf", b"assign", b"mixin", b"extend", b"merge", b"defaults")
)
_WRAPS: Final = 8  # of `new` and `Object.create` around one base


def survey(out: Reader) -> None:
    """Notes which names functions are stored on, and which have a prototype."""
    out.stored_objects = _names_before(out.source, _STORES)
    out.constructors = _names_before(out.source, _PROTOTYPE)


def _names_before(source: bytes, pattern: re.Pattern[bytes]) -> frozenset[bytes]:
    found: set[bytes] = set()
    for match in pattern.finditer(source):
        start = match.start()
        name = _NAME_BEFORE.search(source, max(0, start - _LONGEST_NAME), start)
        if name is not None:
            found.add(name[0])
    return frozenset(found)


def is_constructor(out: Reader, node: Node, name: bytes) -> bool:
    """Whether the function that `name` is bound to makes objects."""
    if name in out.constructors:
        return True
    return name[:1].isupper() and _USES_THIS.search(out.source, *node.byte_range) is not None


def define_constructor(out: Reader, node: Node, hint: Hint) -> tuple[int, Hint]:
    """The class row of a constructor function, and the hint its function is to be defined by."""
    start = node.start_byte
    row = out.define_class(node, hint, node)
    return row, Hint(b"constructor", start, start, parent=row)


def class_named(out: Reader, name: bytes) -> int:
    """The class, constructor or object with functions that a name means here; -1 for none."""
    scope = out.scope
    while scope >= 0:
        row = out.classes.get((scope, name), -1)
        if row >= 0:
            return row
        scope = out.parent(scope)
    return -1


def member_class(out: Reader, owner: bytes) -> tuple[int, bool]:
    """(class row, whether static) that a store to `owner.x` adds a member to; (-1, False): none."""
    plain = owner.removeprefix(b"module.exports.").removeprefix(b"exports.")
    name = plain.removesuffix(b".prototype")
    return class_named(out, name), name == plain


def inherit(out: Reader, parts: list[Node]) -> None:
    """Notes bases where a call says so: `inherits(A, B)`, `Object.assign(A.prototype, B, C)`."""
    if len(parts) != 2 or parts[1].kind_id != out.k.arguments:
        return
    if out.text(parts[0]).rpartition(b".")[2] not in _INHERITS:
        return
    arguments = out.parts(parts[1])
    if len(arguments) < 2:
        return
    name = out.text(arguments[0]).removesuffix(b".prototype")
    row = class_named(out, name)
    if row < 0:
        row = _function_named(out, name)
    for argument in arguments[1:] if row >= 0 else ():
        if argument.kind_id in (out.k.identifier, out.k.member_expression, out.k.call_expression):
            add_base(out, row, argument)


def _function_named(out: Reader, name: bytes) -> int:
    """The last function bound to a name here so far; -1 for none."""
    key, scope = out.strings.get(name, -1), out.scope
    rows = out.bindings
    while key >= 0 and scope >= 0:
        for at in range(len(rows) - 5, -1, -5):
            if rows[at] == scope and rows[at + 1] == key and rows[at + 2] == _DEFINITION:
                return rows[at + 3]
        scope = out.parent(scope)
    return -1


def add_base(out: Reader, row: int, node: Node) -> None:
    """A base written `B`, `B.prototype`, `new B()` or `Object.create(B.prototype)`."""
    k = out.k
    for _ in range(_WRAPS):
        parts = out.parts(node)
        text = out.text(node)
        if node.kind_id == k.call_expression and text.startswith(b"Object.create("):
            parts = out.parts(parts[-1])
        elif node.kind_id != k.new_expression and not text.endswith(b".prototype"):
            break
        if not parts:
            return
        node = parts[0]
    if node.kind_id in (k.identifier, k.member_expression, k.call_expression):
        out.bases.extend((row, out.strings[b""], out.value(node, _BASE)))
    else:
        out.visit(node)


def created_object(out: Reader, node: Node, hint: Hint) -> int:
    """The definition row of `Object.create(base)` that functions are stored on."""
    row, _ = define_constructor(out, node, hint)
    out.add_flags(row, _STATIC)
    add_base(out, row, node)
    return row
