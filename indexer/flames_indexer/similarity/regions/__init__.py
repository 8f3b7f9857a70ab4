"""Regions: runs of statements inside a function that another function has too."""

from flames_indexer.similarity.regions.flow import Flow
from flames_indexer.similarity.regions.search import Read, Region, RegionPair, RegionSearch
from flames_indexer.similarity.regions.twins import Change, Twin, change_of, twin_of

__all__ = [
    "Change",
    "Flow",
    "Read",
    "Region",
    "RegionPair",
    "RegionSearch",
    "Twin",
    "change_of",
    "twin_of",
]
