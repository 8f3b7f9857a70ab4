"""Pictures of a repository that need nothing but a browser. They ask no index.

page       the module graph: folders in layers
affected   what a change reaches: columns by distance
"""

from flames_indexer.pictures.affected import affected_page
from flames_indexer.pictures.page import File, Use, page

__all__ = ["File", "Use", "affected_page", "page"]
