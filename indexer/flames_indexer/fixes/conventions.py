"""What calling and comparing takes in each language, as data. Only this module names languages."""

import keyword
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Conventions:
    """Kinds are those of the syntax nodes."""

    identifiers: frozenset[str]  # a name that stands for a value
    no_values: frozenset[tuple[str, str]]  # (kind, field) where an identifier is a part's name
    members: Mapping[str, str]  # kind of an access to a part -> the field that has the owner
    constants: frozenset[str]  # literals, other than strings, that are the same wherever written
    signs: frozenset[str]  # kinds of a constant with a sign
    strings: frozenset[str]
    inside_strings: frozenset[str]  # kinds that make a string more than a constant
    grouping: frozenset[str]  # kinds that only hold one other node
    current: frozenset[str]  # kinds of the current object, where it is no parameter
    ascending: frozenset[str]  # names and kinds of what only the class itself may ask for
    storing: Mapping[str, str]  # kind that gives a value to something -> the field of that
    sometimes: Mapping[str, tuple[str, ...]]  # kind -> fields of it that are evaluated in any case
    maybe: frozenset[str]  # signs of `sometimes`, where the kind has harmless ones too
    closed: frozenset[str]  # kinds that run later, or with names of their own
    doing: frozenset[str]  # kinds that run other code
    leaving: frozenset[str]  # kinds after which what follows may not be reached
    uncommented: frozenset[str]  # kinds in which a line cannot be a comment
    comment: str  # begins a line of comment
    result: str  # gives back a {call}
    effect: str  # only makes it
    storage: str  # keeps what it gives
    delegation: str  # a generator that goes on as what is called does
    delegation_async: str
    wait: str  # a call that is waited for
    keyword: str  # an argument passed by its name; "" cannot
    spread: str  # before what is passed on as several arguments
    own: str  # how a method calls another one of its object
    private: str  # how a function is named that is for its file only
    joiner: str  # between the words of a name; "" where each begins with a capital
    inserted: str  # a {name} inside of a string that has other parts
    fragments: frozenset[str]  # kinds of the words between those parts
    function: str  # the word that begins a function
    either: str  # the type of what is the {first} literal or the {second}
    either_of: str  # the same of two names
    typed: str  # a parameter with a type
    optional: str  # a {type}, or nothing
    literals: frozenset[str]  # kinds of constants, other than strings, that are their own type
    words: frozenset[str]  # that are no names
    kinds: Mapping[str, tuple[str, str]]  # of a constant -> what one is called, and its type
    comparing: frozenset[str]  # kinds that compare two values
    rows: frozenset[str]  # kinds of short lists, where the first of two may name the other
    adjacent: frozenset[str] = frozenset()  # kinds of strings one behind the other
    unvalued: frozenset[str] = frozenset()  # kinds in which a name is no value
    bound: frozenset[tuple[str, str]] = frozenset()  # (kind, field) that is given a value
    of_the_class: frozenset[str] = frozenset()  # names that mean the class they stand in
    of_the_file: frozenset[str] = frozenset()  # names that mean the file they stand in
    anything: frozenset[str] = frozenset()  # types that every value is of
    rooted: frozenset[str] = frozenset()  # names and kinds that reach what is in that file
    tried: frozenset[str] = frozenset(("try_statement",))  # kinds that may catch what is raised
    nothing: frozenset[str] = frozenset()  # defaults that are of no type
    keys: Mapping[str, str] = field(default_factory=dict[str, str])
    """Kinds of a value that has a name there -> the field of that."""
    named: frozenset[str] = frozenset()  # kinds in which every name is the one of something else
    quoted: str = ""  # a {type} whose names come later in the file; "" needs nothing
    star: str = ""  # of a generator
    declarations: frozenset[str] = frozenset()  # kinds that only give a function its name
    exported: str = ""  # before what other files may ask for
    hidden: str = ""  # before a method that only its class may ask for
    several: frozenset[str] = frozenset()  # kinds that give back more than one value
    calls_it: str = ""  # the method that calling an object runs
    colon: bool = False  # blocks are indented, not in braces
    untyped: bool = True  # a new parameter needs no type
    declares: bool = False  # a name is declared where it is first given a value
    transparent: frozenset[str] = frozenset()  # decorators that change nothing for a call

    def joined(self, words: Sequence[str]) -> str:
        """Lower-case words as one name."""
        if self.joiner:
            return self.joiner.join(words)
        return words[0] + "".join(word.capitalize() for word in words[1:])


_PYTHON_CLOSED = (
    *("function_definition", "class_definition", "decorated_definition", "lambda"),
    *("list_comprehension", "set_comprehension", "dictionary_comprehension"),
    "generator_expression",
)
_JAVASCRIPT_CLOSED = (
    *("function_declaration", "generator_function_declaration", "class_declaration", "class"),
    *("arrow_function", "function_expression", "generator_function", "method_definition"),
)
_PYTHON = Conventions(
    identifiers=frozenset(("identifier",)),
    no_values=frozenset((("attribute", "attribute"), ("keyword_argument", "name"))),
    members={"attribute": "object", "subscript": "value"},
    constants=frozenset(("integer", "float", "true", "false", "none", "ellipsis")),
    signs=frozenset(("unary_operator",)),
    strings=frozenset(("string",)),
    inside_strings=frozenset(("interpolation",)),
    grouping=frozenset(("parenthesized_expression", "expression_statement")),
    current=frozenset(),
    ascending=frozenset(("super",)),
    storing={"assignment": "left", "augmented_assignment": "left", "delete_statement": ""},
    sometimes={
        "if_statement": ("condition",),
        "while_statement": ("condition",),
        "for_statement": ("right",),
        "match_statement": ("subject",),
        "boolean_operator": ("left",),
        "conditional_expression": (),
        "try_statement": (),
        "with_statement": (),
        **dict.fromkeys(_PYTHON_CLOSED, ()),
    },
    maybe=frozenset(("and", "or")),
    closed=frozenset(_PYTHON_CLOSED),
    doing=frozenset(("call", "await", "yield", "delete_statement", "import_statement")),
    leaving=frozenset(
        (
            *("return_statement", "raise_statement", "break_statement", "continue_statement"),
            *("assert_statement", "yield", "await", "with_statement"),
        )
    ),
    uncommented=frozenset(("string",)),
    comment="#",
    result="return {call}",
    effect="{call}",
    storage="{name} = {call}",
    delegation="yield from {call}",
    delegation_async="async for item in {call}:\n    yield item",
    wait="await {call}",
    keyword="{name}={value}",
    spread="*",
    own="{receiver}.{name}",
    private="_{name}",
    joiner="_",
    inserted="{{{name}}}",
    fragments=frozenset(("string_content",)),
    function="def ",
    either="",
    either_of="",
    typed="{name}: {type}",
    optional="",
    literals=frozenset(("number", "true", "false")),
    words=frozenset(keyword.kwlist),
    adjacent=frozenset(("concatenated_string",)),
    unvalued=frozenset(("type", "case_pattern", "as_pattern_target", "format_specifier")),
    bound=frozenset((("for_statement", "left"), ("for_in_clause", "left"))),
    of_the_class=frozenset(("__class__",)),
    of_the_file=frozenset(("__name__", "__file__", "__package__", "__spec__", "__doc__")),
    anything=frozenset(("Any", "typing.Any", "object")),
    rooted=frozenset(("globals", "eval", "exec", "global_statement", "nonlocal_statement")),
    nothing=frozenset(("None",)),
    kinds={
        "string": ("text", "str"),
        "concatenated_string": ("text", "str"),
        "integer": ("number", "int"),
        "float": ("number", "float"),
        "true": ("flag", "bool"),
        "false": ("flag", "bool"),
    },
    comparing=frozenset(("comparison_operator",)),
    rows=frozenset(("tuple",)),
    keys={"keyword_argument": "name", "pair": "key", "assignment": "left"},
    named=frozenset(("import_statement", "import_from_statement")),
    quoted='"{type}"',
    declarations=frozenset(("function_definition",)),
    several=frozenset(("expression_list", "tuple")),
    calls_it="__call__",
    colon=True,
    transparent=frozenset(
        ("override", "final", "staticmethod", "classmethod", "deprecated", "no_type_check")
    ),
)
_JAVASCRIPT = Conventions(
    identifiers=frozenset(("identifier",)),
    no_values=frozenset(),
    members={"member_expression": "object", "subscript_expression": "object"},
    constants=frozenset(("number", "true", "false", "null", "undefined", "regex")),
    signs=frozenset(("unary_expression",)),
    strings=frozenset(("string", "template_string")),
    inside_strings=frozenset(("template_substitution",)),
    grouping=frozenset(("parenthesized_expression", "expression_statement")),
    current=frozenset(("this",)),
    ascending=frozenset(("super", "private_property_identifier", "meta_property")),
    storing={
        "assignment_expression": "left",
        "augmented_assignment_expression": "left",
        "update_expression": "argument",
    },
    sometimes={
        "if_statement": ("condition",),
        "while_statement": ("condition",),
        "do_statement": (),
        "for_statement": ("initializer",),
        "for_in_statement": ("right",),
        "switch_statement": ("value",),
        "binary_expression": ("left",),
        "ternary_expression": ("condition",),
        "try_statement": (),
        **dict.fromkeys(_JAVASCRIPT_CLOSED, ()),
    },
    maybe=frozenset(("&&", "||", "??")),
    closed=frozenset(_JAVASCRIPT_CLOSED),
    doing=frozenset(("call_expression", "new_expression", "await_expression", "yield_expression")),
    leaving=frozenset(
        (
            *("return_statement", "throw_statement", "break_statement", "continue_statement"),
            *("yield_expression", "await_expression"),
        )
    ),
    uncommented=frozenset(("template_string", "jsx_element", "jsx_opening_element")),
    comment="//",
    result="return {call}",
    effect="{call}",
    storage="let {name} = {call}",
    declares=True,
    delegation="yield* {call}",
    delegation_async="yield* {call}",
    wait="await {call}",
    keyword="",
    spread="...",
    own="this.{name}",
    private="{name}",
    joiner="",
    inserted="${{{name}}}",
    fragments=frozenset(("string_fragment",)),
    function="function ",
    either="{first} | {second}",
    either_of="typeof {first} | typeof {second}",
    typed="",
    optional="{type} | undefined",
    literals=frozenset(("number", "true", "false")),
    words=frozenset(("default", "in", "new", "delete", "class", "function", "this", "case", "for")),
    kinds={
        **dict.fromkeys(("string", "template_string"), ("text", "")),
        "number": ("number", ""),
        **dict.fromkeys(("true", "false"), ("flag", "")),
    },
    comparing=frozenset(("binary_expression",)),
    rows=frozenset(("array",)),
    keys={"pair": "key", "assignment_expression": "left"},
    unvalued=frozenset(("type_annotation", "type_arguments", "literal_type")),
    bound=frozenset((("for_in_statement", "left"), ("variable_declarator", "name"))),
    of_the_class=frozenset(("arguments",)),
    of_the_file=frozenset(("__dirname", "__filename", "module", "exports", "require")),
    anything=frozenset(("any", "unknown")),
    rooted=frozenset(("eval",)),
    star="*",
    declarations=frozenset(("function_declaration", "generator_function_declaration")),
    exported="export ",
)
_TYPESCRIPT = replace(_JAVASCRIPT, untyped=False, typed="{name}: {type}", hidden="private ")
_BY_LANGUAGE = {
    "python": _PYTHON,
    "typescript": _TYPESCRIPT,
    "tsx": _TYPESCRIPT,
    "javascript": _JAVASCRIPT,
}


def conventions_of(language: str) -> Conventions | None:
    """None: nothing is rewritten in that language."""
    return _BY_LANGUAGE.get(language)
