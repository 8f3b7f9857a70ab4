"""Which tests are affected by a change or a symbol, and why each.

reached     from the graph: which tests run what was changed
runnable    which symbols are tests, and how a runner is told to run one
evidence    what speaks for a file of tests, in one number
selection   the likeliest files and, in them, the tests by name, with the reasons
"""

from flames_indexer.selection.evidence import Question
from flames_indexer.selection.selection import Chosen, Selection, tests_of

__all__ = ["Chosen", "Question", "Selection", "tests_of"]
