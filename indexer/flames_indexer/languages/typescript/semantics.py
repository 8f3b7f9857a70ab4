"""TypeScript decides as JavaScript does: types are rows like any other."""

from flames_indexer.languages.javascript.semantics import SEMANTICS

__all__ = ["SEMANTICS"]
