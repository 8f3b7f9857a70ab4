"""Architecture: the files of a repository, who imports whom, the circles and the layers in that.

The only importer of networkx, which is loaded when a question is asked.
"""

from flames_indexer.architecture.cycles import Cycle, cycles, imports
from flames_indexer.architecture.folders import Folder, folded, tree
from flames_indexer.architecture.layers import Layers, Step, circles, layers
from flames_indexer.architecture.ways import import_way, way

__all__ = [
    "Cycle",
    "Folder",
    "Layers",
    "Step",
    "circles",
    "cycles",
    "folded",
    "import_way",
    "imports",
    "layers",
    "tree",
    "way",
]
