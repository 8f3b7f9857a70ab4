"""What changing a file's contract does to the calls written against the old one.

    contract   how each function, method and class of a file is called
    binding    whether a call as written binds to that
    changes    two states of a file -> the contracts that differ
    sites      where the repository calls them

Python only so far: other languages have no contracts here, and so no changes.
"""

from flames_indexer.impact.binding import Fit, Shape, fit
from flames_indexer.impact.changes import Change, changes
from flames_indexer.impact.contract import Contract, contracts_of
from flames_indexer.impact.sites import Site, Sites

__all__ = ["Change", "Contract", "Fit", "Shape", "Site", "Sites", "changes", "contracts_of", "fit"]
