"""Names that calls are given as strings: of fixtures, which pytest finds by them."""

import re
from typing import Final

from flames_indexer.languages.builder import FactsBuilder

_ASKING: Final = re.compile(
    rb"\b(?:usefixtures|getfixturevalue)\(([^()]*)\)"
    rb"|\bfixture\([^()]*\bname\s*=\s*([\"']\w+[\"'])[^()]*\)"
)
_QUOTED: Final = re.compile(rb"([\"'])(\w+)\1")
_WORDS: Final = (b"usefixtures", b"getfixturevalue", b"fixture")


def asked_names(out: FactsBuilder) -> None:
    """Adds the names in `usefixtures("a", "b")`, `getfixturevalue("a")`, `fixture(name="a")`."""
    if not any(word in out.strings for word in _WORDS):
        return
    ends = dict(zip(out.expressions[4::8], out.expressions[2::8], strict=True))
    for call in _ASKING.finditer(out.source):
        scope = ends.get(call.end())
        if scope is None:  # in a comment or a string
            continue
        out.scope = scope
        for name in _QUOTED.finditer(out.source, *call.span(call.lastindex or 1)):
            out.mention(*name.span(2))
