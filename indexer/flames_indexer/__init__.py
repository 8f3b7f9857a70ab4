"""Flames' knowledge of a repository: facts, graph, similarity and checks. Knows nothing of LSP."""

__version__ = "0.1.0"
