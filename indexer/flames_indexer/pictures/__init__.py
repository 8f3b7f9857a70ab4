"""Pictures of a repository that need nothing but a browser. Knows files and imports, no index."""

from flames_indexer.pictures.page import File, Use, page

__all__ = ["File", "Use", "page"]
