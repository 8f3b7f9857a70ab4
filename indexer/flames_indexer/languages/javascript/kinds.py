"""Node kinds of one of the grammars, as ints."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from flames_indexer.languages.grammar import Grammar

ERROR: Final = 0xFFFF


@dataclass(slots=True)
class Kinds:
    """Node kinds the handlers compare with; -1 where the grammar has none of that name."""

    identifier: int = -1
    property_identifier: int = -1
    private_property_identifier: int = -1
    shorthand_property_identifier: int = -1
    shorthand_property_identifier_pattern: int = -1
    type_identifier: int = -1
    nested_identifier: int = -1
    comment: int = -1
    string: int = -1
    number: int = -1
    template_string: int = -1
    this: int = -1
    super: int = -1
    member_expression: int = -1
    subscript_expression: int = -1
    call_expression: int = -1
    new_expression: int = -1
    non_null_expression: int = -1
    parenthesized_expression: int = -1
    as_expression: int = -1
    satisfies_expression: int = -1
    assignment_expression: int = -1
    ternary_expression: int = -1
    binary_expression: int = -1
    unary_expression: int = -1
    if_statement: int = -1
    return_statement: int = -1
    continue_statement: int = -1
    break_statement: int = -1
    arguments: int = -1
    type_arguments: int = -1
    type_parameters: int = -1
    type_annotation: int = -1
    type_predicate_annotation: int = -1
    asserts_annotation: int = -1
    optional_chain: int = -1
    import_: int = -1
    object: int = -1
    pair: int = -1
    method_definition: int = -1
    spread_element: int = -1
    computed_property_name: int = -1
    arrow_function: int = -1
    function_expression: int = -1
    generator_function: int = -1
    class_: int = -1
    statement_block: int = -1
    throw_statement: int = -1
    formal_parameters: int = -1
    required_parameter: int = -1
    optional_parameter: int = -1
    accessibility_modifier: int = -1
    override_modifier: int = -1
    object_pattern: int = -1
    array_pattern: int = -1
    pair_pattern: int = -1
    rest_pattern: int = -1
    assignment_pattern: int = -1
    object_assignment_pattern: int = -1
    variable_declarator: int = -1
    decorator: int = -1
    class_body: int = -1
    class_heritage: int = -1
    extends_clause: int = -1
    implements_clause: int = -1
    import_clause: int = -1
    import_require_clause: int = -1
    named_imports: int = -1
    namespace_import: int = -1
    namespace_export: int = -1
    import_specifier: int = -1
    export_clause: int = -1
    export_specifier: int = -1
    jsx_opening_element: int = -1
    jsx_closing_element: int = -1
    jsx_attribute: int = -1
    jsx_expression: int = -1
    jsx_text: int = -1
    object_type: int = -1
    intersection_type: int = -1
    enum_assignment: int = -1

    @classmethod
    def of(cls, grammar: Grammar) -> Kinds:
        """The kinds of one grammar."""
        known = {f.name: kind_of(grammar, f.name.rstrip("_")) for f in fields(cls)}
        return cls(**known)


def kind_of(grammar: Grammar, name: str) -> int:
    """The kind of that name, -1 if the grammar has none."""
    try:
        return grammar.kind(name)
    except KeyError:
        return -1
