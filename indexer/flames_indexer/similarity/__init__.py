"""How alike functions are: sketches at build time, candidates and evidence when asked."""

from flames_indexer.similarity.similar import (
    holds_function,
    lines_of_code,
    similar,
    similar_text,
)
from flames_indexer.similarity.sketch import MIN_LINES

__all__ = ["MIN_LINES", "holds_function", "lines_of_code", "similar", "similar_text"]
