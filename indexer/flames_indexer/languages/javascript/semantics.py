"""What JavaScript and TypeScript decide when names become edges. See `languages.semantics`."""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import dirname, join, normpath
from typing import Final

from flames_indexer.facts import (
    BindingKind,
    DefinitionFlag,
    DefinitionKind,
    ExpressionKind,
    FileFacts,
    ParameterFlag,
)
from flames_indexer.languages.javascript import library, resolution
from flames_indexer.languages.semantics import (
    Protocols,
    Receiver,
    Repository,
    Semantics,
    TypeForm,
)
from flames_indexer.model import ParameterKind

_CLASS: Final = int(DefinitionKind.CLASS)
_INTERFACE: Final = int(DefinitionKind.INTERFACE)
_FUNCTIONS: Final = (int(DefinitionKind.FUNCTION), int(DefinitionKind.LAMBDA))
_CLASSES: Final = (_CLASS, _INTERFACE)
_NAME: Final = int(ExpressionKind.NAME)
_MEMBER: Final = int(ExpressionKind.MEMBER)
_STATIC: Final = int(DefinitionFlag.STATIC)
_ARROW: Final = int(DefinitionFlag.LEXICAL_THIS)
_NAMESPACE: Final = int(DefinitionFlag.STATIC | DefinitionFlag.ABSTRACT)
_DEFINITION: Final = int(BindingKind.DEFINITION)

_FORMS: Final = {
    "=>": TypeForm.CALLABLE,
    "[]": TypeForm.TUPLE,
    "new": TypeForm.CLASS_OF,
    "a is": TypeForm.GUARD,
    "typeof": TypeForm.VALUE,
    ".": TypeForm.MEMBER,
    "this": TypeForm.SELF,
    library.EXTERNAL: TypeForm.OPAQUE,
    "globals.Promise": TypeForm.PROMISE,
    "globals.PromiseLike": TypeForm.PROMISE,
    "globals.Awaited": TypeForm.AWAITED,
    "globals.Readonly": TypeForm.FIRST,
    "globals.Partial": TypeForm.FIRST,
    "globals.Required": TypeForm.FIRST,
    "globals.NonNullable": TypeForm.FIRST,
    "globals.Pick": TypeForm.FIRST,
    "globals.Omit": TypeForm.FIRST,
    "globals.Extract": TypeForm.FIRST,
    "globals.Exclude": TypeForm.FIRST,
    "globals.NoInfer": TypeForm.FIRST,
    "globals.IteratorResult": TypeForm.FIRST,
    "globals.InstanceType": TypeForm.INSTANCE,
    "globals.ReturnType": TypeForm.RESULT,
    "globals.ThisType": TypeForm.OPAQUE,
}

_LITERALS: Final = {
    "str": "String",
    "float": "Number",
    "bool": "Boolean",
    "list": "Array",
    "tuple": "Array",
    "dict": "Object",
    "regex": "RegExp",
    "function": "Function",
    "promise": "Promised",
    "generator": "Generator",
    "async generator": "AsyncGenerator",
}


class JavaScriptSemantics(Semantics):
    """ECMAScript with its modules and CommonJS, and TypeScript."""

    language = "typescript"  # what the library is written in
    builtins: str = library.GLOBALS
    explicit_exports = True
    promises_flatten = True
    promise_members = frozenset(("then", "catch", "finally"))
    rebinding = frozenset(("bind",))
    follows_arguments = True
    object_types = frozenset(("object",))
    receiver_words = frozenset(("this", "super"))
    protocols = Protocols(
        iterate=(("[Symbol.iterator]", "next"),),
        iterate_async=(("[Symbol.asyncIterator]", "next"), ("[Symbol.iterator]", "next")),
        wait="then",
        call="()",
        construct="new()",
        index="[]",
        signature="()",
        fallback="*",
        prototype="prototype",
        constructors=("constructor",),
    )

    def __init__(self) -> None:
        self.blocked_names = library.method_names()
        self._named: tuple[FileFacts, dict[tuple[int, int], int]] | None = None

    def resolve_module(self, repository: Repository, importer: str, module: str) -> str | None:
        return resolution.resolve_module(repository, importer, module)

    def exports_all(self, path: str) -> bool:
        return path.endswith((".d.ts", ".d.mts", ".d.cts"))

    def external_name(self, importer: str, module: str) -> str:
        """`node:fs` is `fs`; a relative path that leads nowhere is the path it would be."""
        if module.startswith("."):
            return normpath(join(dirname(importer), module))
        return module.removeprefix("node:")

    def library(self, module: str) -> FileFacts | None:
        if module == library.GLOBALS:
            return library.declared()
        return library.declared_package(module)

    def declared_outside(self, module: str) -> str:
        return library.PACKAGES.get(module, "")

    def visible_scopes(self, facts: FileFacts, scope: int) -> tuple[int, ...]:
        """All enclosing scopes; of a class or interface only the type parameters (`~row`)."""
        kinds, parents = facts.definitions.kind, facts.definitions.parent
        flags = facts.definitions.flags
        scopes: list[int] = []
        while scope >= 0:
            if kinds[scope] not in _CLASSES or flags[scope] & _NAMESPACE == _NAMESPACE:
                scopes.append(scope)
            else:
                scopes.append(~scope)
            scope = parents[scope]
        return tuple(scopes)

    def found_by_name(self, name: str) -> bool:
        return name != "constructor" and not name.startswith("[")

    def receiver_word(self, facts: FileFacts, row: int) -> Receiver | None:
        """`this` and `super`, by the function or class body they stand in."""
        name = facts.strings[facts.expressions.a[row]]
        return _receiver(facts, facts.expressions.scope[row], after=name == "super")

    def member_owner(self, facts: FileFacts, member: int) -> Receiver | None:
        """The class behind `this`, or the definition that a name or `A.prototype` means."""
        expressions = facts.expressions
        of = facts.members.object[member]
        instance = False
        if (
            expressions.kind[of] == _MEMBER
            and facts.strings[expressions.b[of]] == "prototype"
            and expressions.a[of] >= 0
        ):
            of, instance = expressions.a[of], True
        if expressions.kind[of] != _NAME:
            return None
        if facts.strings[expressions.a[of]] == "this":
            return _receiver(facts, expressions.scope[of], after=False)
        owner = self._definition_named(facts, expressions.scope[of], expressions.a[of])
        return None if owner < 0 else Receiver(owner, instance)

    def type_form(self, name: str) -> TypeForm | None:
        return _FORMS.get(name)

    def literal_type(self, name: str) -> tuple[str, str] | None:
        found = _LITERALS.get(name)
        return None if found is None else (library.GLOBALS, found)

    def pick_overload(
        self, facts: FileFacts, overloads: Sequence[int], positional: int, keywords: frozenset[str]
    ) -> Sequence[int]:
        """Those that can take that many arguments."""
        if positional < 0:
            return overloads
        return [row for row in overloads if _accepts(facts, row, positional)] or overloads

    def _definition_named(self, facts: FileFacts, scope: int, name: int) -> int:
        """The definition that a string row names in a scope, or -1."""
        known = self._named
        if known is None or known[0] is not facts:
            known = self._named = (facts, _definitions_by_name(facts))
        parents = facts.definitions.parent
        while scope >= 0:
            row = known[1].get((scope, name), -1)
            if row >= 0:
                return row
            scope = parents[scope]
        return -1


def _definitions_by_name(facts: FileFacts) -> dict[tuple[int, int], int]:
    bindings = facts.bindings
    columns = zip(bindings.scope, bindings.name, bindings.kind, bindings.value, strict=True)
    return {(scope, name): row for scope, name, kind, row in columns if kind == _DEFINITION}


def _receiver(facts: FileFacts, scope: int, *, after: bool) -> Receiver | None:
    definitions = facts.definitions
    kinds, parents, flags = definitions.kind, definitions.parent, definitions.flags
    static = False
    while scope > 0:
        kind = kinds[scope]
        if kind in _FUNCTIONS and not flags[scope] & _ARROW:
            return _receiver_of(facts, scope, after)
        if kind in _CLASSES and not flags[scope] & _STATIC:  # in a member's value
            return Receiver(scope, not static, after)
        static = kind in _FUNCTIONS and bool(flags[scope] & _STATIC)
        scope = parents[scope]
    return None


def _receiver_of(facts: FileFacts, function: int, after: bool) -> Receiver | None:
    """What `this` is in a function of its own: the class it is a member of or stored on."""
    definitions = facts.definitions
    parent = definitions.parent[function]
    flags = definitions.flags
    if definitions.kind[parent] in _CLASSES:
        static = (flags[function] | flags[parent]) & _STATIC
        return Receiver(parent, not static, after)
    qualname = facts.strings[definitions.qualname[function]]
    owner, _, name = qualname.rpartition(".")
    plain = facts.strings[definitions.qualname[parent]] if parent > 0 else ""
    if not owner or owner == plain or name != facts.strings[definitions.name[function]]:
        return None
    row = _definition_called(facts, owner)
    if row < 0:
        return None
    return Receiver(row, definitions.kind[row] == _CLASS and not flags[row] & _STATIC, after)


def _definition_called(facts: FileFacts, qualname: str) -> int:
    """The row of the first definition with that qualname, or -1."""
    try:
        return facts.definitions.qualname.index(facts.strings.index(qualname))
    except ValueError:
        return -1


def _accepts(facts: FileFacts, row: int, positional: int) -> bool:
    parameters = facts.parameters
    optional = ParameterFlag.DEFAULT | ParameterFlag.OPTIONAL
    places = required = 0
    for at, definition in enumerate(parameters.definition):
        if definition != row:
            continue
        if parameters.kind[at] == ParameterKind.VARIADIC:
            return required <= positional
        places += 1
        required += not parameters.flags[at] & optional
    return required <= positional <= places


SEMANTICS: Final[Semantics] = JavaScriptSemantics()
