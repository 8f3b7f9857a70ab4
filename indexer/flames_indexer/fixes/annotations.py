"""Whether what is said to be of one type may be given where another one is asked for.

Read off the annotations as they are written: what is not plainly the same, or one of several, is
taken for another type.
"""

from __future__ import annotations

import re

from flames_indexer.fixes.conventions import Conventions

_UNION = re.compile(r"(?:typing\.)?(Optional|Union)\[(.*)\]$", re.DOTALL)


def accepts(kinds: Conventions, asked: str, given: str) -> bool:
    """Nothing that is said of one of them is no objection."""
    if not asked or not given:
        return True
    wanted, found = _choices(asked), _choices(given)
    return found <= wanted or not wanted.isdisjoint(kinds.anything | {""})


def _choices(said: str) -> frozenset[str]:
    """The types of which it is one, without blanks."""
    said = "".join(said.split()).strip(":").strip("\"'")
    named = _UNION.match(said)
    if named is None:
        return frozenset(_split(said, "|"))
    inner = frozenset(c for part in _split(named[2], ",") for c in _choices(part))
    return inner | {"None"} if named[1] == "Optional" else inner


def _split(text: str, sign: str) -> list[str]:
    """At the signs that are in no brackets."""
    found, depth = [""], 0
    for number, c in enumerate(text):
        depth += c in "([{<"
        depth -= c in ")]}" or (c == ">" and text[number - 1 : number] != "=")
        if c == sign and not depth:
            found.append("")
        else:
            found[-1] += c
    return found
