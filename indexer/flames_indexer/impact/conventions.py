"""What calling means in each language, as data. Only this module names languages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Conventions:
    """`receiver_is_parameter`: methods list what they are called on first, and a call through the
    class passes it."""

    constructors: tuple[str, ...]  # names of the methods that building an instance calls
    receiver_words: frozenset[str]  # what a method calls its instance or class
    receiver_is_parameter: bool = False
    static_through_instance: bool = False  # `instance.m()` may mean a static method
    overloads_decide: bool = False  # callers see the declarations only, not the body's parameters
    arity_fails: bool = True  # too few arguments fail; else they are left undefined
    surplus_fails: bool = True  # too many fail; else they are ignored
    overrides_take_less: bool = False  # a method may ignore what the one it overrides takes
    checks_abstract: bool = False  # a class that lacks an abstract method is an error by itself
    explicit_exports: bool = False  # other files see what is exported only
    catches_by_type: bool = False  # who catches an error says of which type
    declares_members: bool = False  # a type lists all the data that its values have
    unchecked: re.Pattern[bytes] | None = None  # what ends a receiver that may be anything
    optional: tuple[str, ...] = ()  # words of a return type that allow it
    tuples: tuple[str, ...] = ()  # names of the types whose arguments are the elements
    spread_needs_rest: bool = False  # lists of unknown length are passed to a rest parameter only
    unpacks_all: bool = False  # into as many names as there are elements; else into no more
    promises: tuple[str, ...] = ()  # names of the types whose argument is what waiting gives
    asked_at_run_time: tuple[str, ...] = ()  # functions that make up names
    plain_decorators: frozenset[str] | None = None
    """Last names of decorators that leave the parameters as written; None: all do."""
    appliers: Mapping[str, int] = field(default_factory=dict[str, int])
    """Functions that call an argument of theirs with those behind it: its position there; -1 for a
    method of the function itself (`f.bind(this, …)`), whose first argument is not passed on."""
    partial: frozenset[str] = frozenset()  # the appliers that leave more arguments to come
    slashes: bool = False  # an import names a file by its path
    has_keywords: bool = False  # arguments may be passed by name
    nothing: str = "undefined"  # what is passed when nothing is known
    aliases: tuple[str, str] = ("", "")
    """How the name {old} is given to what is called {new} now: outermost, in a class; "" cannot."""

    def alias(self, old: str, new: str, *, is_member: bool) -> str:
        """A line that keeps the old name; "" where the language has none."""
        return self.aliases[is_member].format(old=old, new=new)

    def optional_parameter(self, text: str) -> str:
        """A parameter, as written, that may be left out."""
        if self.has_keywords:
            return f"{text} = {self.nothing}" if ":" in text else f"{text}={self.nothing}"
        name, colon, kind = text.partition(":")
        return f"{name}?:{kind}" if colon else f"{text} = {self.nothing}"


_PYTHON = Conventions(
    constructors=("__init__", "__new__"),
    receiver_words=frozenset(("self", "cls")),
    receiver_is_parameter=True,
    static_through_instance=True,
    catches_by_type=True,
    optional=("None", "Optional", "Any", "object"),
    tuples=("tuple", "Tuple"),
    unpacks_all=True,
    asked_at_run_time=("__getattr__", "__getattribute__"),
    plain_decorators=frozenset(
        (
            *("staticmethod", "classmethod", "property", "cached_property", "abstractmethod"),
            *("setter", "getter", "deleter", "override", "final", "overload", "deprecated"),
            *("cache", "lru_cache", "contextmanager", "asynccontextmanager", "no_type_check"),
            *("dataclass", "total_ordering", "runtime_checkable", "unique"),
        )
    ),
    appliers={
        "partial": 0,
        "partialmethod": 0,
        "to_thread": 0,
        "submit": 0,
        "call_soon": 0,
        "run_sync": 0,
        "start_soon": 0,
        "run_in_executor": 1,
        "call_later": 1,
    },
    partial=frozenset(("partial", "partialmethod")),
    has_keywords=True,
    nothing="None",
    aliases=("{old} = {new}  # deprecated: use {new}", "{old} = {new}  # deprecated: use {new}"),
)
_TYPESCRIPT = Conventions(
    constructors=("constructor",),
    slashes=True,
    receiver_words=frozenset(("this",)),
    overloads_decide=True,
    spread_needs_rest=True,
    overrides_take_less=True,
    checks_abstract=True,
    explicit_exports=True,
    declares_members=True,
    unchecked=re.compile(rb"(?:\bas\s+any|\(\s*<any>[\w.\s]+)\s*\)\s*[?!]?\.\s*$"),
    aliases=("/** @deprecated use {new} */\nexport const {old} = {new}", ""),
    optional=("undefined", "null", "void", "any", "unknown"),
    tuples=("[]",),
    promises=("Promise", "PromiseLike"),
    appliers={"bind": -1, "call": -1},
    partial=frozenset(("bind",)),
)
_JAVASCRIPT = Conventions(
    constructors=("constructor",),
    slashes=True,
    receiver_words=frozenset(("this",)),
    arity_fails=False,
    surplus_fails=False,
    overrides_take_less=True,
    explicit_exports=True,
    aliases=("/** @deprecated use {new} */\nexport const {old} = {new}", ""),
    appliers={"bind": -1, "call": -1},
    partial=frozenset(("bind",)),
)
_BY_LANGUAGE = {
    "python": _PYTHON,
    "typescript": _TYPESCRIPT,
    "tsx": _TYPESCRIPT,
    "javascript": _JAVASCRIPT,
}


def conventions_of(language: str) -> Conventions | None:
    """None: contracts are not read in that language."""
    return _BY_LANGUAGE.get(language)
