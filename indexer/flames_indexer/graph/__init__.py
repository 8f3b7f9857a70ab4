"""`graph`: who uses whom.

columns   edges as numbers, and their rows by target or source
edges     Graph: what is asked of them
"""

from flames_indexer.graph.edges import REPLACED_SHARE, FilePart, Graph, Usage

__all__ = ["REPLACED_SHARE", "FilePart", "Graph", "Usage"]
