"""FileFacts: what one file says, as columns. A function of (bytes, language, extractor version).

No path and no other file enters here. One string table and int32 columns (`array('i')`), because
objects per reference cost about 200 bytes each and do not fit the budget. Row numbers are the
references between tables; -1 means none. Offsets are UTF-8 byte offsets into the file.

    definitions  row 0 is the module itself; parents come before children; source order
    parameters   grouped by definition, in order
    expressions  operands come before the expression that uses them
    operands     argument/element lists of CALL, NEW and LITERAL rows: (name, kind, value)
    bindings     a name given a value in a scope (the scope is a definition row)
    members      `object.name = value` stores (self.x = …, exports.x = …, A.prototype.f = …)
    imports      what is asked of other modules
    exports      what other modules may ask of this one, where the language says so
    bases, decorators, results   per definition
    problems     syntax errors, truncations: (kind string, start, end)
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from enum import IntEnum, IntFlag
from struct import pack


class DefinitionKind(IntEnum):
    MODULE = 0
    CLASS = 1
    FUNCTION = 2  # also methods: parent is a CLASS/INTERFACE row
    LAMBDA = 3  # anonymous; its qualname is the bound name or `<lambda@k>`
    INTERFACE = 4
    TYPE = 5  # alias; `returns` is the aliased type expression
    ENUM = 6
    COMPREHENSION = 7  # a scope, never a symbol


class DefinitionFlag(IntFlag):
    ASYNC = 1
    GENERATOR = 2
    STATIC = 4
    CLASSMETHOD = 8
    PROPERTY = 16  # property, cached_property, getter
    ABSTRACT = 32
    OVERLOAD = 64  # a declaration without a body of its own
    EXPORTED = 128
    PRIVATE = 256
    CONSTRUCTOR = 512
    STUB_BODY = 1024  # pass, ..., docstring only, raise NotImplementedError
    SETTER = 2048
    LEXICAL_THIS = 4096  # an arrow function: the current object is the surrounding one


class ExpressionKind(IntEnum):
    """Operand columns a, b, c by kind. `str` = string row, `expr` = expression row."""

    NAME = 0  # a=str; start,end = the identifier; c=1: in a quoted annotation, no reference
    MEMBER = 1  # a=expr object, b=str name; start,end = the member's identifier; c as NAME
    CALL = 2  # a=expr callee, b=first operand row, c=operand count; start,end = whole call
    NEW = 3  # as CALL, `new X()`
    SUBSCRIPT = 4  # a=expr object, b=expr index or -1 (type arguments: LITERAL "tuple" if several);
    #               c=1: `del a[b]`
    AWAIT = 5  # a=expr
    CHOICE = 6  # a=expr, b=expr: `x or y`, `x if c else y`, `A | B` in a type
    LITERAL = 7  # a=str builtin type name (str int float bool bytes None list tuple set dict
    #               regex function object template); b,c = operand rows of the elements (dict:
    #               operand name = constant key, if a string; value = the value expression);
    #               constants of one type share one row a file: scope 0, start = end = 0
    FUNCTION = 8  # a=definition row: lambda, arrow, function expression, class expression
    OPERATOR = 9  # a=expr left, b=expr right or -1, c=str operator as written
    ITERATE = 10  # a=expr: an element of it (for, comprehension); c=1 when async
    ENTER = 11  # a=expr: what `with a as x` binds; c=1 when async
    UNPACK = 12  # a=expr, b=position; c=1: b is where a starred rest starts, after it b counts
    #               from the end (-1: the last); c=2: b is a str key ({k} = a)
    YIELDED = 13  # what `x = yield` receives: unknown value
    UNKNOWN = 14
    TEXT = 15  # a=str: a string that may name something: `a.b.c`, `a.b:c`, or the name that a
    #             function like `getfixturevalue` is given; its value is another row's
    NARROWED = 16  # a=expr, b=expr of what tells what it is there, c=Narrowing


class Narrowing(IntFlag):
    """How a NARROWED row is told: b is the class (or tuple of classes) that it is an instance of,
    or a call of a function that is declared to tell."""

    NOT = 1  # it is none of these
    BY_CALL = 2


class Use(IntEnum):
    """How an expression row is used where it stands."""

    VALUE = 0
    CALLEE = 1
    BASE = 2
    DECORATOR = 3
    ANNOTATION = 4
    STORE = 5  # object of a member store, or the target member itself
    OBJECT = 6  # the object of a MEMBER or SUBSCRIPT: `a` in `a.b`


class BindingKind(IntEnum):
    DEFINITION = 0  # value = definition row
    IMPORT = 1  # value = import row
    ASSIGN = 2  # value = expression row or -1 (augmented and deleted: -1)
    ANNOTATION = 3  # value = type expression row
    PARAMETER = 4  # value = parameter row
    EXCEPTION = 5  # value = expression row of the exception type(s)
    ELEMENT = 6  # of members only: `object[name] = value`, the name in brackets as `[1]`, `["a"]`,
    #              `[]` when it is no constant


class OperandKind(IntEnum):
    POSITIONAL = 0
    KEYWORD = 1  # name = keyword
    SPREAD = 2  # *args, ...args
    KEYWORD_SPREAD = 3  # **kwargs, {...x}


class ImportFlag(IntFlag):
    BINDS_ROOT = 1  # `import a.b.c` binds `a`
    TYPE_ONLY = 2
    DYNAMIC = 4  # import(), require() not at top level
    STAR = 8  # name "*": all public names enter the scope
    REEXPORT = 16  # `export … from`: nothing enters the scope
    REQUIRE = 32  # CommonJS
    FALLBACK = 64  # inside try/except ImportError or the like


class ExportKind(IntEnum):
    LOCAL = 0  # value = str: the local name
    IMPORT = 1  # value = import row (`export {a as b} from`)
    STAR = 2  # value = import row (`export * from`; name "" or the namespace name)
    EXPRESSION = 3  # value = expression row (default export, exports.x = …)
    ASSIGNMENT = 4  # value = expression row: `module.exports = …`, `export = …`; name ""
    PUBLIC = 5  # listed in `__all__`


class ResultKind(IntEnum):
    RETURN = 0
    YIELD = 1
    YIELD_FROM = 2


class ParameterFlag(IntFlag):
    DEFAULT = 1  # has a default value, whether or not an expression row holds it
    OPTIONAL = 2  # `x?: T`
    PROPERTY = 4  # TypeScript parameter property: also a member of the class
    DESTRUCTURED = 8  # the name is synthetic


def _ints() -> "array[int]":
    return array("i")


def column_of(numbers: Sequence[int]) -> "array[int]":
    """The numbers as a column, in half the time of `array("i", numbers)`."""
    return array("i", pack(f"{len(numbers)}i", *numbers))


@dataclass(slots=True)
class Table:
    """Equally long int32 columns."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def append(self, *row: int) -> int:
        """Adds one row in column order; returns its number."""
        for column, value in zip(fields(self), row, strict=True):
            getattr(self, column.name).append(value)
        return len(self) - 1

    def rows(self) -> Iterator[tuple[int, ...]]:
        """All rows as tuples, in column order."""
        return zip(*(getattr(self, f.name) for f in fields(self)), strict=True)


@dataclass(slots=True)
class Definitions(Table):
    kind: "array[int]" = field(default_factory=_ints)
    name: "array[int]" = field(default_factory=_ints)  # str; "" for the module
    qualname: "array[int]" = field(default_factory=_ints)  # str; local: `Class.method`
    parent: "array[int]" = field(default_factory=_ints)  # definition row
    start: "array[int]" = field(default_factory=_ints)  # decorators included
    end: "array[int]" = field(default_factory=_ints)
    name_start: "array[int]" = field(default_factory=_ints)
    name_end: "array[int]" = field(default_factory=_ints)
    body_start: "array[int]" = field(default_factory=_ints)
    doc_start: "array[int]" = field(default_factory=_ints)  # docstring/doc comment; -1: none
    doc_end: "array[int]" = field(default_factory=_ints)
    flags: "array[int]" = field(default_factory=_ints)  # DefinitionFlag
    returns: "array[int]" = field(default_factory=_ints)  # type expression row or -1


@dataclass(slots=True)
class Parameters(Table):
    definition: "array[int]" = field(default_factory=_ints)
    name: "array[int]" = field(default_factory=_ints)  # str
    kind: "array[int]" = field(default_factory=_ints)  # model.ParameterKind
    flags: "array[int]" = field(default_factory=_ints)  # ParameterFlag
    annotation: "array[int]" = field(default_factory=_ints)  # expr or -1
    default: "array[int]" = field(default_factory=_ints)  # expr or -1
    start: "array[int]" = field(default_factory=_ints)  # of the whole parameter
    end: "array[int]" = field(default_factory=_ints)


@dataclass(slots=True)
class Expressions(Table):
    kind: "array[int]" = field(default_factory=_ints)
    use: "array[int]" = field(default_factory=_ints)
    scope: "array[int]" = field(default_factory=_ints)  # definition row it is evaluated in
    start: "array[int]" = field(default_factory=_ints)
    end: "array[int]" = field(default_factory=_ints)
    a: "array[int]" = field(default_factory=_ints)
    b: "array[int]" = field(default_factory=_ints)
    c: "array[int]" = field(default_factory=_ints)


@dataclass(slots=True)
class Operands(Table):
    kind: "array[int]" = field(default_factory=_ints)
    name: "array[int]" = field(default_factory=_ints)  # str or -1
    value: "array[int]" = field(default_factory=_ints)  # expr or -1


@dataclass(slots=True)
class Bindings(Table):
    scope: "array[int]" = field(default_factory=_ints)
    name: "array[int]" = field(default_factory=_ints)
    kind: "array[int]" = field(default_factory=_ints)
    value: "array[int]" = field(default_factory=_ints)
    start: "array[int]" = field(default_factory=_ints)  # of the bound identifier


@dataclass(slots=True)
class Members(Table):
    object: "array[int]" = field(default_factory=_ints)  # expr
    name: "array[int]" = field(default_factory=_ints)  # str
    kind: "array[int]" = field(default_factory=_ints)  # BindingKind ASSIGN, ANNOTATION, ELEMENT
    value: "array[int]" = field(default_factory=_ints)  # expr or -1
    scope: "array[int]" = field(default_factory=_ints)
    start: "array[int]" = field(default_factory=_ints)


@dataclass(slots=True)
class Imports(Table):
    module: "array[int]" = field(default_factory=_ints)  # str as written: `..pkg.mod`, `./x`
    name: "array[int]" = field(default_factory=_ints)  # str; "" = the module itself
    alias: "array[int]" = field(default_factory=_ints)  # str: the name bound here, "" if none
    flags: "array[int]" = field(default_factory=_ints)  # ImportFlag
    scope: "array[int]" = field(default_factory=_ints)
    start: "array[int]" = field(default_factory=_ints)  # of the imported name (else the module)
    end: "array[int]" = field(default_factory=_ints)
    module_start: "array[int]" = field(default_factory=_ints)
    module_end: "array[int]" = field(default_factory=_ints)


@dataclass(slots=True)
class Exports(Table):
    name: "array[int]" = field(default_factory=_ints)  # str; "default" for default exports
    kind: "array[int]" = field(default_factory=_ints)
    value: "array[int]" = field(default_factory=_ints)
    start: "array[int]" = field(default_factory=_ints)


@dataclass(slots=True)
class Bases(Table):
    definition: "array[int]" = field(default_factory=_ints)
    name: "array[int]" = field(default_factory=_ints)  # str: "" | "metaclass" | "implements"
    value: "array[int]" = field(default_factory=_ints)  # expr


@dataclass(slots=True)
class Decorators(Table):
    definition: "array[int]" = field(default_factory=_ints)
    value: "array[int]" = field(default_factory=_ints)


@dataclass(slots=True)
class Results(Table):
    definition: "array[int]" = field(default_factory=_ints)
    kind: "array[int]" = field(default_factory=_ints)
    value: "array[int]" = field(default_factory=_ints)  # expr or -1


@dataclass(slots=True)
class Problems(Table):
    message: "array[int]" = field(default_factory=_ints)  # str
    start: "array[int]" = field(default_factory=_ints)
    end: "array[int]" = field(default_factory=_ints)


@dataclass(slots=True)
class FileFacts:
    """Everything Flames keeps of one file. Treat as frozen once its extractor returned it."""

    language: str
    strings: list[str] = field(default_factory=list[str])
    definitions: Definitions = field(default_factory=Definitions)
    parameters: Parameters = field(default_factory=Parameters)
    expressions: Expressions = field(default_factory=Expressions)
    operands: Operands = field(default_factory=Operands)
    bindings: Bindings = field(default_factory=Bindings)
    members: Members = field(default_factory=Members)
    imports: Imports = field(default_factory=Imports)
    exports: Exports = field(default_factory=Exports)
    bases: Bases = field(default_factory=Bases)
    decorators: Decorators = field(default_factory=Decorators)
    results: Results = field(default_factory=Results)
    problems: Problems = field(default_factory=Problems)
