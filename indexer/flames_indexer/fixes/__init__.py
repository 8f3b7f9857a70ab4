"""What would put a finding right, as edits of files.

conventions   what that takes in each language, as data
bodies        a function as it is written
alignment     two bodies side by side: what stands for what, and what differs
meaning       whether a name means one thing in two files
early         what may be evaluated before a body instead of in it
annotations   whether one type may be given where another one is asked for
arguments     what a call is given in place of a body
lines         a call or a list of parameters, in lines of the file's width
leftovers     imports that a fix leaves without use
ignoring      a finding -> the comment that silences it
calling       how one function would call another one
existing      a body -> a call of the function that does the same
importing     a function that is there twice, under one name -> an import
region        statements of a longer function -> a call
naming        what a value is called
differences   what two siblings differ in, as parameters
members       what methods of two classes read of their objects, as parameters
declaring     what the function they share declares, and what each gives it
function      a new function, as its file would write it
extraction    two siblings -> calls of one new function
"""

from flames_indexer.fixes.existing import use_existing
from flames_indexer.fixes.extraction import extract_shared
from flames_indexer.fixes.ignoring import ignore_here
from flames_indexer.fixes.importing import import_existing
from flames_indexer.fixes.region import use_in_region

__all__ = ["extract_shared", "ignore_here", "import_existing", "use_existing", "use_in_region"]
