"""How alike functions are: sketches at build time, candidates and evidence when asked."""

from flames_indexer.similarity.similar import lines_of_code, similar, similar_text
from flames_indexer.similarity.sketch import MIN_LINES

__all__ = ["MIN_LINES", "lines_of_code", "similar", "similar_text"]
