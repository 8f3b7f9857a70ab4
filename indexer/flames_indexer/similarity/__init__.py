"""How alike functions are: sketches at build time, candidates and evidence when asked."""

from flames_indexer.similarity.similar import similar, similar_text

__all__ = ["similar", "similar_text"]
