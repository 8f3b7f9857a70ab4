"""The Python grammar and the node kinds the extractor knows, as ints.

Imported when the first Python file is read: looking the kinds up costs a millisecond.
"""

import tree_sitter_python

from flames_indexer.languages.grammar import Grammar

GRAMMAR = Grammar(tree_sitter_python.language())

_kind = GRAMMAR.kind
_field = GRAMMAR.field

ERROR = 0xFFFF

IDENTIFIER = _kind("identifier")
DOTTED_NAME = _kind("dotted_name")
COMMENT = _kind("comment")
LINE_CONTINUATION = _kind("line_continuation")

# Statements
EXPRESSION_STATEMENT = _kind("expression_statement")
PASS_STATEMENT = _kind("pass_statement")
BLOCK = _kind("block")
DECORATED_DEFINITION = _kind("decorated_definition")
DECORATOR = _kind("decorator")
FUNCTION_DEFINITION = _kind("function_definition")
CLASS_DEFINITION = _kind("class_definition")
TYPE_ALIAS_STATEMENT = _kind("type_alias_statement")
IMPORT_STATEMENT = _kind("import_statement")
IMPORT_FROM_STATEMENT = _kind("import_from_statement")
FUTURE_IMPORT_STATEMENT = _kind("future_import_statement")
ALIASED_IMPORT = _kind("aliased_import")
RELATIVE_IMPORT = _kind("relative_import")
WILDCARD_IMPORT = _kind("wildcard_import")
IF_STATEMENT = _kind("if_statement")
ELIF_CLAUSE = _kind("elif_clause")
ELSE_CLAUSE = _kind("else_clause")
FOR_STATEMENT = _kind("for_statement")
TRY_STATEMENT = _kind("try_statement")
EXCEPT_CLAUSE = _kind("except_clause")
WITH_STATEMENT = _kind("with_statement")
WITH_CLAUSE = _kind("with_clause")
WITH_ITEM = _kind("with_item")
MATCH_STATEMENT = _kind("match_statement")
CASE_CLAUSE = _kind("case_clause")
RETURN_STATEMENT = _kind("return_statement")
DELETE_STATEMENT = _kind("delete_statement")
GLOBAL_STATEMENT = _kind("global_statement")
NONLOCAL_STATEMENT = _kind("nonlocal_statement")

# Parts of definitions
PARAMETERS = _kind("parameters")
LAMBDA_PARAMETERS = _kind("lambda_parameters")
TYPED_PARAMETER = _kind("typed_parameter")
DEFAULT_PARAMETER = _kind("default_parameter")
TYPED_DEFAULT_PARAMETER = _kind("typed_default_parameter")
LIST_SPLAT_PATTERN = _kind("list_splat_pattern")
DICTIONARY_SPLAT_PATTERN = _kind("dictionary_splat_pattern")
KEYWORD_SEPARATOR = _kind("keyword_separator")
POSITIONAL_SEPARATOR = _kind("positional_separator")
ARGUMENT_LIST = _kind("argument_list")
KEYWORD_ARGUMENT = _kind("keyword_argument")

# Types
TYPE = _kind("type")
TYPE_PARAMETER = _kind("type_parameter")
GENERIC_TYPE = _kind("generic_type")
UNION_TYPE = _kind("union_type")
MEMBER_TYPE = _kind("member_type")
CONSTRAINED_TYPE = _kind("constrained_type")
SPLAT_TYPE = _kind("splat_type")

# Expressions
ATTRIBUTE = _kind("attribute")
CALL = _kind("call")
SUBSCRIPT = _kind("subscript")
SLICE = _kind("slice")
AWAIT = _kind("await")
YIELD = _kind("yield")
LAMBDA = _kind("lambda")
ASSIGNMENT = _kind("assignment")
AUGMENTED_ASSIGNMENT = _kind("augmented_assignment")
NAMED_EXPRESSION = _kind("named_expression")
CONDITIONAL_EXPRESSION = _kind("conditional_expression")
BOOLEAN_OPERATOR = _kind("boolean_operator")
BINARY_OPERATOR = _kind("binary_operator")
UNARY_OPERATOR = _kind("unary_operator")
NOT_OPERATOR = _kind("not_operator")
COMPARISON_OPERATOR = _kind("comparison_operator")
PARENTHESIZED_EXPRESSION = _kind("parenthesized_expression")
PARENTHESIZED_LIST_SPLAT = _kind("parenthesized_list_splat")
LIST_SPLAT = _kind("list_splat")
DICTIONARY_SPLAT = _kind("dictionary_splat")
EXPRESSION_LIST = _kind("expression_list")
TUPLE = _kind("tuple")
LIST = _kind("list")
SET = _kind("set")
DICTIONARY = _kind("dictionary")
PAIR = _kind("pair")
LIST_COMPREHENSION = _kind("list_comprehension")
SET_COMPREHENSION = _kind("set_comprehension")
DICTIONARY_COMPREHENSION = _kind("dictionary_comprehension")
GENERATOR_EXPRESSION = _kind("generator_expression")
FOR_IN_CLAUSE = _kind("for_in_clause")
IF_CLAUSE = _kind("if_clause")
STRING = _kind("string")
STRING_CONTENT = _kind("string_content")
CONCATENATED_STRING = _kind("concatenated_string")
INTERPOLATION = _kind("interpolation")
INTEGER = _kind("integer")
FLOAT = _kind("float")
TRUE = _kind("true")
FALSE = _kind("false")
NONE = _kind("none")
ELLIPSIS = _kind("ellipsis")

# Targets and patterns
PATTERN_LIST = _kind("pattern_list")
TUPLE_PATTERN = _kind("tuple_pattern")
LIST_PATTERN = _kind("list_pattern")
AS_PATTERN = _kind("as_pattern")
AS_PATTERN_TARGET = _kind("as_pattern_target")
CASE_PATTERN = _kind("case_pattern")
CLASS_PATTERN = _kind("class_pattern")
DICT_PATTERN = _kind("dict_pattern")
KEYWORD_PATTERN = _kind("keyword_pattern")
SPLAT_PATTERN = _kind("splat_pattern")

# Fields
FUNCTION_FIELD = _field("function")
ARGUMENTS_FIELD = _field("arguments")
BODY_FIELD = _field("body")
KEY_FIELD = _field("key")
NAME_FIELD = _field("name")
VALUE_FIELD = _field("value")
LEFT_FIELD = _field("left")
RIGHT_FIELD = _field("right")
TYPE_FIELD = _field("type")
OBJECT_FIELD = _field("object")
ATTRIBUTE_FIELD = _field("attribute")
SUBSCRIPT_FIELD = _field("subscript")

# What may stand between any two parts of a node and belongs to neither.
EXTRAS = frozenset({COMMENT, LINE_CONTINUATION, ERROR})
