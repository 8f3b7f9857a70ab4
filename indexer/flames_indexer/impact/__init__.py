"""What changing a file's contract does to the uses written against the old one.

conventions   what calling means, by language
contract      how each function, method and class of a file is called
objects       properties that are taken and passed in objects
members       the data that a type declares, as properties
variables     those of a module that are gone, likewise
shapes        how the calls of a file are written
binding       whether a call binds to a contract
changes       two states of a file -> the contracts that differ, renames among them
decorating    what decorators do to the way a function is called
demands       what a class newly asks of its subclasses
raising       an error of another type than callers catch
made, reads   what a result is made of, and what is done with it
sites         where the repository uses a name; `earlier`: a name that is gone
verdicts      what a change does to a use; `reaching`: to arguments, `outcomes`: to results
impact        all of it, for one file; `gone`: for files that are not there; `moves`: where to
wording       a change in a sentence
"""

from flames_indexer.impact.asked import Asked
from flames_indexer.impact.changes import Change, State, changes
from flames_indexer.impact.fixes import fixes, fixes_of_file
from flames_indexer.impact.gone import Gone, gone_files
from flames_indexer.impact.impact import Impact, impacts
from flames_indexer.impact.sites import Site, Sites
from flames_indexer.impact.verdicts import Level, Verdict
from flames_indexer.impact.wording import describe

__all__ = [
    "Asked",
    "Change",
    "Gone",
    "Impact",
    "Level",
    "Site",
    "Sites",
    "State",
    "Verdict",
    "changes",
    "describe",
    "fixes",
    "fixes_of_file",
    "gone_files",
    "impacts",
]
