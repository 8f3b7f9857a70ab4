"""The Python grammar and the node kinds the extractor knows, as ints.

Imported when the first Python file is read: looking the kinds up costs a millisecond.
"""

from typing import Final

import tree_sitter_python

from flames_indexer.languages.grammar import Grammar

GRAMMAR: Final = Grammar(tree_sitter_python.language())

_kind = GRAMMAR.kind
_field = GRAMMAR.field

ERROR: Final = 0xFFFF

IDENTIFIER: Final = _kind("identifier")
DOTTED_NAME: Final = _kind("dotted_name")
COMMENT: Final = _kind("comment")
LINE_CONTINUATION: Final = _kind("line_continuation")

# Statements
EXPRESSION_STATEMENT: Final = _kind("expression_statement")
PASS_STATEMENT: Final = _kind("pass_statement")
BLOCK: Final = _kind("block")
DECORATED_DEFINITION: Final = _kind("decorated_definition")
DECORATOR: Final = _kind("decorator")
FUNCTION_DEFINITION: Final = _kind("function_definition")
CLASS_DEFINITION: Final = _kind("class_definition")
TYPE_ALIAS_STATEMENT: Final = _kind("type_alias_statement")
IMPORT_STATEMENT: Final = _kind("import_statement")
IMPORT_FROM_STATEMENT: Final = _kind("import_from_statement")
FUTURE_IMPORT_STATEMENT: Final = _kind("future_import_statement")
ALIASED_IMPORT: Final = _kind("aliased_import")
RELATIVE_IMPORT: Final = _kind("relative_import")
WILDCARD_IMPORT: Final = _kind("wildcard_import")
IF_STATEMENT: Final = _kind("if_statement")
ELIF_CLAUSE: Final = _kind("elif_clause")
ELSE_CLAUSE: Final = _kind("else_clause")
FOR_STATEMENT: Final = _kind("for_statement")
TRY_STATEMENT: Final = _kind("try_statement")
EXCEPT_CLAUSE: Final = _kind("except_clause")
WITH_STATEMENT: Final = _kind("with_statement")
WITH_CLAUSE: Final = _kind("with_clause")
WITH_ITEM: Final = _kind("with_item")
MATCH_STATEMENT: Final = _kind("match_statement")
CASE_CLAUSE: Final = _kind("case_clause")
RETURN_STATEMENT: Final = _kind("return_statement")
RAISE_STATEMENT: Final = _kind("raise_statement")
CONTINUE_STATEMENT: Final = _kind("continue_statement")
BREAK_STATEMENT: Final = _kind("break_statement")
ASSERT_STATEMENT: Final = _kind("assert_statement")
DELETE_STATEMENT: Final = _kind("delete_statement")
GLOBAL_STATEMENT: Final = _kind("global_statement")
NONLOCAL_STATEMENT: Final = _kind("nonlocal_statement")

# Parts of definitions
PARAMETERS: Final = _kind("parameters")
LAMBDA_PARAMETERS: Final = _kind("lambda_parameters")
TYPED_PARAMETER: Final = _kind("typed_parameter")
DEFAULT_PARAMETER: Final = _kind("default_parameter")
TYPED_DEFAULT_PARAMETER: Final = _kind("typed_default_parameter")
LIST_SPLAT_PATTERN: Final = _kind("list_splat_pattern")
DICTIONARY_SPLAT_PATTERN: Final = _kind("dictionary_splat_pattern")
KEYWORD_SEPARATOR: Final = _kind("keyword_separator")
POSITIONAL_SEPARATOR: Final = _kind("positional_separator")
ARGUMENT_LIST: Final = _kind("argument_list")
KEYWORD_ARGUMENT: Final = _kind("keyword_argument")

# Types
TYPE: Final = _kind("type")
TYPE_PARAMETER: Final = _kind("type_parameter")
GENERIC_TYPE: Final = _kind("generic_type")
UNION_TYPE: Final = _kind("union_type")
MEMBER_TYPE: Final = _kind("member_type")
CONSTRAINED_TYPE: Final = _kind("constrained_type")
SPLAT_TYPE: Final = _kind("splat_type")

# Expressions
ATTRIBUTE: Final = _kind("attribute")
CALL: Final = _kind("call")
SUBSCRIPT: Final = _kind("subscript")
SLICE: Final = _kind("slice")
AWAIT: Final = _kind("await")
YIELD: Final = _kind("yield")
LAMBDA: Final = _kind("lambda")
ASSIGNMENT: Final = _kind("assignment")
AUGMENTED_ASSIGNMENT: Final = _kind("augmented_assignment")
NAMED_EXPRESSION: Final = _kind("named_expression")
CONDITIONAL_EXPRESSION: Final = _kind("conditional_expression")
BOOLEAN_OPERATOR: Final = _kind("boolean_operator")
BINARY_OPERATOR: Final = _kind("binary_operator")
UNARY_OPERATOR: Final = _kind("unary_operator")
NOT_OPERATOR: Final = _kind("not_operator")
COMPARISON_OPERATOR: Final = _kind("comparison_operator")
PARENTHESIZED_EXPRESSION: Final = _kind("parenthesized_expression")
PARENTHESIZED_LIST_SPLAT: Final = _kind("parenthesized_list_splat")
LIST_SPLAT: Final = _kind("list_splat")
DICTIONARY_SPLAT: Final = _kind("dictionary_splat")
EXPRESSION_LIST: Final = _kind("expression_list")
TUPLE: Final = _kind("tuple")
LIST: Final = _kind("list")
SET: Final = _kind("set")
DICTIONARY: Final = _kind("dictionary")
PAIR: Final = _kind("pair")
LIST_COMPREHENSION: Final = _kind("list_comprehension")
SET_COMPREHENSION: Final = _kind("set_comprehension")
DICTIONARY_COMPREHENSION: Final = _kind("dictionary_comprehension")
GENERATOR_EXPRESSION: Final = _kind("generator_expression")
FOR_IN_CLAUSE: Final = _kind("for_in_clause")
IF_CLAUSE: Final = _kind("if_clause")
STRING: Final = _kind("string")
STRING_CONTENT: Final = _kind("string_content")
CONCATENATED_STRING: Final = _kind("concatenated_string")
INTERPOLATION: Final = _kind("interpolation")
INTEGER: Final = _kind("integer")
FLOAT: Final = _kind("float")
TRUE: Final = _kind("true")
FALSE: Final = _kind("false")
NONE: Final = _kind("none")
ELLIPSIS: Final = _kind("ellipsis")

# Targets and patterns
PATTERN_LIST: Final = _kind("pattern_list")
TUPLE_PATTERN: Final = _kind("tuple_pattern")
LIST_PATTERN: Final = _kind("list_pattern")
AS_PATTERN: Final = _kind("as_pattern")
AS_PATTERN_TARGET: Final = _kind("as_pattern_target")
CASE_PATTERN: Final = _kind("case_pattern")
CLASS_PATTERN: Final = _kind("class_pattern")
DICT_PATTERN: Final = _kind("dict_pattern")
KEYWORD_PATTERN: Final = _kind("keyword_pattern")
SPLAT_PATTERN: Final = _kind("splat_pattern")

# Fields
FUNCTION_FIELD: Final = _field("function")
ARGUMENTS_FIELD: Final = _field("arguments")
BODY_FIELD: Final = _field("body")
KEY_FIELD: Final = _field("key")
NAME_FIELD: Final = _field("name")
VALUE_FIELD: Final = _field("value")
LEFT_FIELD: Final = _field("left")
RIGHT_FIELD: Final = _field("right")
TYPE_FIELD: Final = _field("type")
OBJECT_FIELD: Final = _field("object")
ATTRIBUTE_FIELD: Final = _field("attribute")
SUBSCRIPT_FIELD: Final = _field("subscript")

# What may stand between any two parts of a node and belongs to neither.
EXTRAS: Final = frozenset({COMMENT, LINE_CONTINUATION, ERROR})
