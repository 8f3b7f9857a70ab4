"""What calling and comparing takes in each language, as data. Only this module names languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace


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
    ascending: frozenset[str]  # names and kinds that ask what the class inherits
    storing: Mapping[str, str]  # kind that gives a value to something -> the field of that
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
    extracts: bool = True  # a new parameter needs no type
    declares: bool = False  # a name is declared where it is first given a value
    transparent: frozenset[str] = frozenset()  # decorators that change nothing for a call

    def joined(self, words: Sequence[str]) -> str:
        """Lower-case words as one name."""
        if self.joiner:
            return self.joiner.join(words)
        return words[0] + "".join(word.capitalize() for word in words[1:])


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
    ascending=frozenset(("super",)),
    storing={
        "assignment_expression": "left",
        "augmented_assignment_expression": "left",
        "update_expression": "argument",
    },
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
)
_TYPESCRIPT = replace(_JAVASCRIPT, extracts=False)
_BY_LANGUAGE = {
    "python": _PYTHON,
    "typescript": _TYPESCRIPT,
    "tsx": _TYPESCRIPT,
    "javascript": _JAVASCRIPT,
}


def conventions_of(language: str) -> Conventions | None:
    """None: nothing is rewritten in that language."""
    return _BY_LANGUAGE.get(language)
