"""Flames as a language server. Knows LSP, asks the indexer."""
