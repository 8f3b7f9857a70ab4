"""Facts to edges. The core knows scopes, values and calls; what a language means by them is asked
of its `Semantics`."""

from flames_indexer.resolve.edges import FileEdges, decode_edges, encode_edges
from flames_indexer.resolve.resolver import Resolver
from flames_indexer.resolve.world import Program

__all__ = ["FileEdges", "Program", "Resolver", "decode_edges", "encode_edges"]
