"""Semantics: what a language decides when names become edges. The resolver names no language.

One subclass a language, all of it pure: an answer depends on the arguments (and, for modules,
on which files exist and on manifests), never on earlier calls. Everything else (scopes, flow,
member look-up, caching, what was read) is the core's. `Semantics` holds the answers most languages
share; a language overrides what differs.

A *module* is named by a string:
    `pkg/mod.py`        an indexed file
    `pkg/`              a folder that can be asked for submodules but has no file of its own
    `lib:python/os`     a shipped table of declarations (`library`); never an edge's target
None is outside the repository and has no table: an external.
"""

import re
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, NamedTuple, Protocol, TypeVar

from flames_indexer.facts import FileFacts

T = TypeVar("T", bound=Hashable)
Made = TypeVar("Made")

LIBRARY: Final = "lib:"
_NO_ADDERS: Final[Mapping[str, tuple[int, bool]]] = {}
_NO_WIDENED: Final[Mapping[str, tuple[str, ...]]] = {}


class Repository(Protocol):
    """What module resolution may ask: names and manifests, never file contents.

    The core records the answer of `resolve_module`/`submodule`, not the questions below it, and
    asks again when paths or manifests changed; an implementation may derive tables from `paths()`
    but must keep them per repository object (`derived`), never in globals.
    """

    def exists(self, path: str) -> bool: ...
    def paths(self) -> Collection[str]: ...
    def manifest(self, path: str) -> bytes | None: ...
    def derived(self, key: str, make: Callable[[], Made]) -> Made:
        """`make()`, remembered under `key` for as long as the repository does not change."""
        ...


class TypeForm(IntEnum):
    """What a named type constructor means. Arguments are those of its SUBSCRIPT row."""

    UNION = 0  # any of the arguments: Optional[X], Union[X, Y]
    FIRST = 1  # the first argument: Annotated[X, …], ClassVar[X], Readonly<X>, Partial<X>
    CLASS_OF = 2  # the class itself, not an instance: Type[X], typeof X
    TUPLE = 3  # positions; `Tuple[X, ...]` is a sequence of X
    CALLABLE = 4  # calling it gives the last argument
    PROMISE = 5  # awaiting it gives the last argument
    SELF = 6  # the receiver's own type
    OPAQUE = 7  # says nothing, and is nothing of the repository: Any, object, Literal[…], any
    VARIABLE = 8  # calling it makes a type variable: TypeVar("T")
    RESULT = 9  # what the first argument gives when called: ReturnType<X>
    GUARD = 10  # a truth value: TypeGuard[X]
    GENERIC = 11  # as a base: declares type parameters, nothing to inherit: Generic[T], Protocol[T]
    VALUE = 12  # what the first argument, an expression, holds: typeof x
    MEMBER = 13  # the first argument is a MEMBER row: that member of its object's type: X["name"]
    INSTANCE = 14  # an instance of the class that the first argument is: InstanceType<X>
    AWAITED = 15  # what awaiting the first argument gives: Awaited<X>


class Receiver(NamedTuple):
    """The current object as a name or call denotes it (`self`, `cls`, `this`, `super()`)."""

    owner: int  # definition row of the class (or constructor function) it belongs to
    instance: bool  # an instance of the owner, else the owner itself
    after: bool = False  # look members up behind the owner in its linearization


@dataclass(frozen=True, slots=True)
class Hook:
    """The methods that a piece of syntax runs."""

    methods: tuple[str, ...]  # of the operand: the first one that its class has
    reflected: tuple[str, ...] = ()  # of the other operand, where the operand has none
    also: tuple[str, ...] = ()  # of the operand, run besides
    then: str = ""  # of what the first of `methods` gives
    of_right: bool = False  # whether the operand is the right one
    is_operator: bool = False  # written as an operator or subscript


@dataclass(frozen=True, slots=True)
class Protocols:
    """Method names behind syntax. Each chain is tried in order: call the first, then the next on
    its result; the first chain whose first method exists wins. Empty: the core's own rules only."""

    iterate: tuple[tuple[str, ...], ...] = ()
    iterate_async: tuple[tuple[str, ...], ...] = ()
    enter: tuple[str, ...] = ()
    enter_async: tuple[str, ...] = ()
    wait: str = ""  # awaiting an instance; what it gives is the last type argument of the result
    call: str = ""  # calling an instance
    construct: str = ""  # calling an instance that makes objects: a construct signature
    index: str = ""  # subscripting an instance
    signature: str = ""  # a member of an interface annotated with what calling it takes and gives
    constructors: tuple[str, ...] = ()  # in the order they run: `__new__`, `__init__`
    root: str = ""  # the class in `builtins` that every class without bases has as its base
    descriptor: str = ""  # what a member with this method gives when read: `__get__`
    fallback: str = ""  # asked for members that are not there: `__getattr__`
    prototype: str = ""  # the member of a class that has what its instances have
    operators: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    # operator as written -> (method of the left side, method of the right side or "")
    hooks: dict[str, Hook] = field(default_factory=dict[str, Hook])
    # operator as written with two operands, `unary -`, `[]` `[]=` `del []`, `for` `async for`
    # `with` `async with` `await` `yield from`, `.` a missing member, `.=` any member, `descriptor`
    # and `descriptor =` a member that is an object, and what `consumers` name
    consumers: dict[str, tuple[str, slice]] = field(default_factory=dict[str, tuple[str, slice]])
    # built-in function -> (what it does to arguments, as a key of `hooks`; which arguments)


@dataclass(frozen=True, slots=True)
class Injection:
    """How functions are given things by the names of their parameters."""

    makers: frozenset[str]  # decorators of what makes them, by dotted name
    shared: str  # file whose makers all files in and below its folder may ask
    plugins: str  # name in it for the modules, as dotted strings, whose makers they may ask too
    automatic: str  # keyword of a maker that is asked by everybody who may
    asking: re.Pattern[str]  # functions of test files that are given things, besides makers
    test_class: re.Pattern[str]  # classes that hold such functions


@dataclass(frozen=True, slots=True)
class Registrars:
    """Decorators that keep what they are given, by their last names. A method of an object is one
    unless it is known as a wrapper; a function is one if it is listed."""

    functions: frozenset[str]
    wrappers: frozenset[str]


class Semantics:
    """The language's answers. Rows are rows of the facts given beside them."""

    language: str = ""  # its name in LANGUAGES
    builtins: str = ""  # module whose names are visible everywhere, e.g. `lib:python/builtins`
    explicit_exports: bool = False  # other modules see export rows only; else every module name
    protocols: Protocols = Protocols()
    receiver_words: frozenset[str] = frozenset()  # NAMEs `receiver_word` knows: {"this", "super"}
    receiver_calls: frozenset[str] = frozenset()  # callees whose CALL it knows: {"super"}
    object_types: frozenset[str] = frozenset()  # LITERAL type names with members: `{a: A}`
    enumerations: frozenset[str] = frozenset()  # library classes of enumerations: `enum.Enum`
    records: frozenset[str] = frozenset()  # library classes of tuples with named places
    injection: Injection | None = None
    registrars: Registrars | None = None
    promise_members: frozenset[str] = frozenset()  # members of promises: `then`
    rebinding: frozenset[str] = frozenset()  # methods of a function that give it again: `bind`
    promises_flatten: bool = False  # an async function that gives a promise gives what it promises
    follows_arguments: bool = False  # a parameter without a type holds what calls in sight hand it
    adders: Mapping[str, tuple[int, bool]] = _NO_ADDERS  # methods that put an argument into their
    # object: which, and whether it is a container of what is put
    nominal: bool = False  # whether a class is told by its name, not by what it has
    widened: Mapping[str, tuple[str, ...]] = _NO_WIDENED  # classes of `builtins` that are taken
    # where others are wanted: an int for a float
    blocked_names: frozenset[str] = frozenset()  # methods of builtin types: not found by name alone

    def resolve_module(self, repository: Repository, importer: str, module: str) -> str | None:
        """The module that `module`, as written in file `importer`, names. None: external.

        Relative specifiers, source roots and nearest manifests, path aliases, namespace folders.
        """
        return None

    def submodule(self, repository: Repository, module: str, name: str) -> str | None:
        """The module `name` directly below `module`, where `module.name` can mean one."""
        return None

    def external_name(self, importer: str, module: str) -> str:
        """How an external module is named in `ext:` ids: `requests`, `react`, `@scope/pkg`."""
        return module

    def library(self, module: str) -> FileFacts | None:
        """The declarations of a `lib:` module. Same object every time; lazily read."""
        return None

    def declared_outside(self, module: str) -> str:
        """The `lib:` module that says what parts of an external one give; "" none."""
        return ""

    def encoded_library(self, module: str, version: str) -> bytes | None:
        """The same, encoded by that version of the encoding; None: ask `library`."""
        return None

    def visible_scopes(self, facts: FileFacts, scope: int) -> tuple[int, ...]:
        """Definition rows whose bindings a name in `scope` can see, innermost first; `~row` where
        only the type parameters of that definition are seen. Here: every enclosing one."""
        scopes: list[int] = []
        while scope >= 0:
            scopes.append(scope)
            scope = facts.definitions.parent[scope]
        return tuple(scopes)

    def is_public(self, name: str) -> bool:
        """Whether a star import brings the name when the module lists nothing."""
        return True

    def exports_all(self, path: str) -> bool:
        """Whether what the module declares is exported unless it assigns its whole export."""
        return False

    def found_by_name(self, name: str) -> bool:
        """Whether a member of an unknown receiver may be found by its name alone."""
        return True

    def receiver_parameter(self, facts: FileFacts, parameter: int) -> Receiver | None:
        """The current object when the parameter is the one methods get it in (`self`, `cls`)."""
        return None

    def receiver_word(self, facts: FileFacts, row: int) -> Receiver | None:
        """The current object when expression `row` is a word or call for it (`this`, `super()`)."""
        return None

    def member_owner(self, facts: FileFacts, member: int) -> Receiver | None:
        """Which definition of this file a member store adds to (`self.x = …`, `A.x = …`,
        `A.prototype.f = …`), told from this file's text alone; None when it cannot be told."""
        return None

    def linearize(self, owner: T, bases: Sequence[Sequence[T]]) -> tuple[T, ...]:
        """Member look-up order of `owner`, itself first, from its bases' own orders (in order).

        Here: depth first, each once.
        """
        order = dict.fromkeys((owner,))
        for base in bases:
            order.update(dict.fromkeys(base))
        return tuple(order)

    def type_form(self, name: str) -> TypeForm | None:
        """What the type constructor of that dotted origin means: `typing.Optional`, `Promise`.

        `name` is module + name for what a library table or an external declares, the bare name for
        one that nothing visible binds. None: an ordinary class.
        """
        return None

    def literal_type(self, name: str) -> tuple[str, str] | None:
        """(library module, class name) of a LITERAL row's type name; None: unknown.

        Also asked for `generator` and `async generator`, what a function that yields gives: its
        first type argument is what is yielded, its third what is returned.
        """
        return None

    def is_type_text(self, name: str) -> bool:
        """Whether LITERALs of this type name are types written as text where a type is expected."""
        return False

    def pick_overload(
        self, facts: FileFacts, overloads: Sequence[int], positional: int, keywords: frozenset[str]
    ) -> Sequence[int]:
        """Of several definitions of one name whose parameters fit, those a call can mean, best
        first; `positional` counts the receiver and is -1 when a spread hides the number."""
        return overloads
