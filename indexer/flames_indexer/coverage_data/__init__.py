"""Which tests ran which lines, where a test runner has left that beside the code.

coverage   `.coverage` of coverage.py, when it was told to keep contexts
testmon    `.testmondata` of pytest-testmon

Both are files of the last run, made by somebody else: what they say is a hint, what cannot be read
is said and left out. Reports without a test's name in them (lcov, istanbul's JSON) say which lines
ran, and not for whom: they are no answer here.
"""

from flames_indexer.coverage_data.covered import Covered, covered

__all__ = ["Covered", "covered"]
