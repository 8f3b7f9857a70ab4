"""What Python decides when names become edges. See `languages.semantics`."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from flames_indexer.facts import DefinitionFlag, DefinitionKind, ExpressionKind, FileFacts
from flames_indexer.languages.python import library, modules
from flames_indexer.languages.python.frameworks import INJECTION, REGISTRARS
from flames_indexer.languages.python.hooks import CONSUMERS, HOOKS
from flames_indexer.languages.semantics import (
    Injection,
    Protocols,
    Receiver,
    Registrars,
    Repository,
    Semantics,
    TypeForm,
)
from flames_indexer.model import ParameterKind

T = TypeVar("T")

_CLASS: Final = int(DefinitionKind.CLASS)
_FUNCTION: Final = int(DefinitionKind.FUNCTION)
_NAME: Final = int(ExpressionKind.NAME)
_STATIC: Final = int(DefinitionFlag.STATIC)
_CLASSMETHOD: Final = int(DefinitionFlag.CLASSMETHOD)
_IMPLICIT_CLASSMETHODS: Final = frozenset(("__new__", "__init_subclass__", "__class_getitem__"))

_TYPING_FORMS: Final = {
    "Optional": TypeForm.UNION,
    "Union": TypeForm.UNION,
    "Annotated": TypeForm.FIRST,
    "ClassVar": TypeForm.FIRST,
    "Final": TypeForm.FIRST,
    "Required": TypeForm.FIRST,
    "NotRequired": TypeForm.FIRST,
    "ReadOnly": TypeForm.FIRST,
    "Unpack": TypeForm.FIRST,
    "Type": TypeForm.CLASS_OF,
    "Tuple": TypeForm.TUPLE,
    "Callable": TypeForm.CALLABLE,
    "Awaitable": TypeForm.PROMISE,
    "Coroutine": TypeForm.PROMISE,
    "Self": TypeForm.SELF,
    "Any": TypeForm.OPAQUE,
    "AnyStr": TypeForm.OPAQUE,
    "NoReturn": TypeForm.OPAQUE,
    "Never": TypeForm.OPAQUE,
    "Literal": TypeForm.OPAQUE,
    "LiteralString": TypeForm.OPAQUE,
    "TypeAlias": TypeForm.FIRST,
    "TypeGuard": TypeForm.GUARD,
    "TypeIs": TypeForm.GUARD,
    "TypeVar": TypeForm.VARIABLE,
    "Generic": TypeForm.GENERIC,
    "Protocol": TypeForm.GENERIC,
}
_FORMS: Final = {
    **{f"typing.{name}": form for name, form in _TYPING_FORMS.items()},
    **{f"typing_extensions.{name}": form for name, form in _TYPING_FORMS.items()},
    "collections.abc.Callable": TypeForm.CALLABLE,
    "collections.abc.Awaitable": TypeForm.PROMISE,
    "collections.abc.Coroutine": TypeForm.PROMISE,
    "_collections_abc.Callable": TypeForm.CALLABLE,
    "builtins.type": TypeForm.CLASS_OF,
    "builtins.tuple": TypeForm.TUPLE,
    "builtins.object": TypeForm.OPAQUE,
}

_BUILTIN_LITERALS: Final = frozenset(
    ("str", "bytes", "int", "float", "complex", "bool", "list", "tuple", "set", "dict", "slice")
)
_OTHER_LITERALS: Final = {
    "generator": ("typing", "Generator"),
    "async generator": ("typing", "AsyncGenerator"),
    "ellipsis": ("types", "EllipsisType"),
}

# Methods of built-in and everyday library types: a call of one on an unknown receiver says nothing.
_BLOCKED: Final = frozenset(
    name
    for type_ in (str, bytes, list, tuple, dict, set, frozenset, int, float)
    for name in dir(type_)
) | frozenset(
    (
        *("read", "write", "close", "open", "flush", "seek", "tell", "readline", "readlines"),
        *("group", "groups", "match", "search", "sub", "start", "end", "span", "findall", "fileno"),
        *("run", "wait", "send", "recv", "connect", "execute", "fetchone", "fetchall", "commit"),
        *("name", "value", "put", "acquire", "release", "cancel", "result", "submit", "done"),
        *("info", "debug", "warning", "error", "exception", "critical", "log", "setLevel"),
        *("exists", "is_file", "is_dir", "mkdir", "unlink", "read_text", "write_text", "resolve"),
    )
)

_ADDERS: Final[Mapping[str, tuple[int, bool]]] = {
    **dict.fromkeys(("append", "appendleft", "add", "put"), (0, False)),
    **dict.fromkeys(("insert", "setdefault"), (1, False)),
    **dict.fromkeys(("extend", "extendleft", "update"), (0, True)),
}

_WIDENED: Final[Mapping[str, tuple[str, ...]]] = {
    "int": ("float", "complex"),
    "bool": ("float", "complex"),
    "float": ("complex",),
}


def _operators() -> dict[str, tuple[str, str]]:
    binary = {
        "+": "add",
        "-": "sub",
        "*": "mul",
        "/": "truediv",
        "//": "floordiv",
        "%": "mod",
        "**": "pow",
        "@": "matmul",
        "&": "and",
        "|": "or",
        "^": "xor",
        "<<": "lshift",
        ">>": "rshift",
    }
    table = {sign: (f"__{name}__", f"__r{name}__") for sign, name in binary.items()}
    table.update({f"{sign}=": names for sign, names in table.items()})
    return table


class PythonSemantics(Semantics):
    """Python 3."""

    language = "python"
    builtins: str = f"{library.PREFIX}builtins"
    receiver_calls = frozenset(("super",))
    enumerations = frozenset(("enum.Enum",))
    records = frozenset(("typing.NamedTuple",))
    follows_arguments = True
    adders: Mapping[str, tuple[int, bool]] = _ADDERS
    nominal = True
    widened: Mapping[str, tuple[str, ...]] = _WIDENED
    blocked_names = _BLOCKED
    injection: Injection | None = INJECTION
    registrars: Registrars | None = REGISTRARS
    protocols = Protocols(
        iterate=(("__iter__", "__next__"), ("__getitem__",)),
        iterate_async=(("__aiter__", "__anext__"),),
        enter=("__enter__",),
        enter_async=("__aenter__",),
        wait="__await__",
        call="__call__",
        index="__getitem__",
        constructors=("__new__", "__init__"),
        descriptor="__get__",
        fallback="__getattr__",
        root="object",
        operators=_operators(),
        hooks=HOOKS,
        consumers=CONSUMERS,
    )

    def resolve_module(self, repository: Repository, importer: str, module: str) -> str | None:
        return modules.resolve_module(repository, importer, module)

    def submodule(self, repository: Repository, module: str, name: str) -> str | None:
        return modules.submodule(repository, module, name)

    def external_name(self, importer: str, module: str) -> str:
        return module.lstrip(".") or module

    def library(self, module: str) -> FileFacts | None:
        return library.declared(module)

    def encoded_library(self, module: str, version: str) -> bytes | None:
        return library.encoded(module, version)

    def visible_scopes(self, facts: FileFacts, scope: int) -> tuple[int, ...]:
        """All enclosing scopes but classes; a class only from directly inside of it."""
        kinds, parents = facts.definitions.kind, facts.definitions.parent
        scopes = [scope]
        at = parents[scope]
        while at >= 0:
            if kinds[at] != _CLASS:
                scopes.append(at)
            at = parents[at]
        return tuple(scopes)

    def is_public(self, name: str) -> bool:
        return not name.startswith("_")

    def found_by_name(self, name: str) -> bool:
        return not (name.startswith("__") and name.endswith("__"))

    def receiver_parameter(self, facts: FileFacts, parameter: int) -> Receiver | None:
        """The first parameter of a function directly in a class, unless it is static."""
        definition = facts.parameters.definition[parameter]
        if parameter and facts.parameters.definition[parameter - 1] == definition:
            return None
        definitions = facts.definitions
        owner = definitions.parent[definition]
        if definitions.kind[definition] != _FUNCTION or definitions.kind[owner] != _CLASS:
            return None
        if facts.parameters.kind[parameter] > ParameterKind.POSITIONAL:
            return None
        flags = definitions.flags[definition]
        name = facts.strings[definitions.name[definition]]
        if name in _IMPLICIT_CLASSMETHODS or flags & _CLASSMETHOD:
            return Receiver(owner, instance=False)
        return None if flags & _STATIC else Receiver(owner, instance=True)

    def receiver_word(self, facts: FileFacts, row: int) -> Receiver | None:
        """`super()` below a method: its class, seen from behind."""
        kinds, parents = facts.definitions.kind, facts.definitions.parent
        scope = facts.expressions.scope[row]
        while scope > 0 and kinds[scope] != _CLASS:
            scope = parents[scope]
        return Receiver(scope, instance=True, after=True) if scope > 0 else None

    def member_owner(self, facts: FileFacts, member: int) -> Receiver | None:
        """The class of the method whose first parameter is stored on, or the class named."""
        of = facts.members.object[member]
        expressions = facts.expressions
        if of < 0 or expressions.kind[of] != _NAME:
            return None
        return _owner_named(facts, facts.members.scope[member], expressions.a[of])

    def linearize(self, owner: T, bases: Sequence[Sequence[T]]) -> tuple[T, ...]:
        """C3 (as `type.mro`); where it has no answer, depth first."""
        pending = [list(base) for base in bases]
        pending.append([base[0] for base in bases if base])
        order = [owner]
        while True:
            pending = [rest for rest in pending if rest]
            if not pending:
                return tuple(order)
            head = next(
                (rest[0] for rest in pending if not any(rest[0] in other[1:] for other in pending)),
                None,
            )
            if head is None:
                return super().linearize(owner, bases)
            order.append(head)
            pending = [[one for one in rest if one != head] for rest in pending]

    def type_form(self, name: str) -> TypeForm | None:
        return _FORMS.get(name)

    def literal_type(self, name: str) -> tuple[str, str] | None:
        if name in _BUILTIN_LITERALS:
            return self.builtins, name
        module = _OTHER_LITERALS.get(name)
        return None if module is None else (library.PREFIX + module[0], module[1])


def _owner_named(facts: FileFacts, scope: int, name: int) -> Receiver | None:
    definitions = facts.definitions
    while scope > 0:
        owner = definitions.parent[scope]
        if definitions.kind[scope] == _FUNCTION and definitions.kind[owner] == _CLASS:
            return _receiver_of(facts, scope, owner, name)
        scope = owner
    return None


def _receiver_of(facts: FileFacts, method: int, owner: int, name: int) -> Receiver | None:
    parameters = facts.parameters
    first = _first_parameter(facts, method)
    if first < 0 or parameters.name[first] != name:
        return None
    return SEMANTICS.receiver_parameter(facts, first)


def _first_parameter(facts: FileFacts, method: int) -> int:
    try:
        return facts.parameters.definition.index(method)
    except ValueError:
        return -1


SEMANTICS: Final[Semantics] = PythonSemantics()
