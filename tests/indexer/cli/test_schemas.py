"""The schemas of `--format json`: schemas, and of the words that there are."""

import json
from collections.abc import Iterator

import jsonschema
import pytest
from flames_indexer.model import Certainty, EdgeKind, Severity, SymbolKind
from shop import SCHEMAS

FILES = sorted(SCHEMAS.iterdir())
WORDS = {
    "call": [kind.label for kind in EdgeKind],
    "resolved": [certainty.label for certainty in Certainty],
    "error": [severity.label for severity in Severity],
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_schema_is_one(file):
    jsonschema.Draft202012Validator.check_schema(json.loads(file.read_text()))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_schema_lists_every_word_of_the_domain(file):
    for words in listed(json.loads(file.read_text())):
        for word, all_words in WORDS.items():
            if word in words:
                assert words == all_words
        if "class" in words:
            assert words[: len(SymbolKind)] == [kind.label for kind in SymbolKind]


def listed(schema: object) -> Iterator[list[str]]:
    """Every `enum` in a schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("enum"), list):
            yield schema["enum"]
        for inner in schema.values():
            yield from listed(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from listed(inner)
