"""JavaScript's own names, as a table of declarations that every file sees.

`globals.d.ts` and `react.d.ts` are written by hand; `global_names.txt` and `method_names.txt` are
made by training/javascript/make_names.mjs.
"""

from functools import cache
from pathlib import Path
from typing import Final

from flames_indexer.facts import FileFacts
from flames_indexer.languages.semantics import LIBRARY

GLOBALS: Final[str] = f"{LIBRARY}javascript/globals"
# Packages of others whose functions hand on what they are given: module -> its declarations.
PACKAGES: Final = {"react": f"{LIBRARY}javascript/react"}

# A name that nothing declares: what `semantics.type_form` calls of the outside.
EXTERNAL: Final = "Outside"


@cache
def declared() -> FileFacts:
    """The declarations of GLOBALS."""
    from flames_indexer.languages import language_named

    known = _text("globals.d.ts")
    lines = [known]
    for line in _text("global_names.txt").splitlines():
        kind, _, name = line.partition(" ")
        if f"declare class {name} " in known or f"declare class {name}<" in known:
            continue
        if kind != "value":
            lines.append(f"export declare class {name} extends Anything {{}}")
        if kind != "type":
            lines.append(f"export declare const {name}: {EXTERNAL};")
    return language_named("typescript").extract("\n".join(lines).encode())


@cache
def declared_package(module: str) -> FileFacts | None:
    """The declarations of one of PACKAGES, by the name of the table."""
    from flames_indexer.languages import language_named

    if module not in PACKAGES.values():
        return None
    text = _text(f"{module.rpartition('/')[2]}.d.ts")
    return language_named("typescript").extract(text.encode())


@cache
def method_names() -> frozenset[str]:
    """The methods of built-in types and of the platforms' own: found on no receiver by name."""
    return frozenset(_text("method_names.txt").split())


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
