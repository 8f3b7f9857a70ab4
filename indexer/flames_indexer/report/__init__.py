"""What a change, or one symbol, means for the rest of the repository.

touched   two states of a file -> what of it changed, and how: contract, body, words
reach     who depends on that, by distance; the folders and layers they stand in
change    the report: all of it, for the changed files or for one symbol
tests     which tests to run first, and why
picture   the part of the graph that the report speaks of, bounded for reading
"""

from flames_indexer.report.change import Report, report_of_change, report_of_symbol
from flames_indexer.report.picture import Node, NodeKind, Picture, Use, picture
from flames_indexer.report.reach import Crossed, Reach, Stop
from flames_indexer.report.tests import Past, tests_of_change, tests_of_symbol
from flames_indexer.report.touched import How, Touched

__all__ = [
    "Crossed",
    "How",
    "Node",
    "NodeKind",
    "Past",
    "Picture",
    "Reach",
    "Report",
    "Stop",
    "Touched",
    "Use",
    "picture",
    "report_of_change",
    "report_of_symbol",
    "tests_of_change",
    "tests_of_symbol",
]
