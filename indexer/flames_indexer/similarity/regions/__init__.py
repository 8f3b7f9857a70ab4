"""Regions: runs of statements inside a function that another function has too."""

from flames_indexer.similarity.regions.flow import Flow
from flames_indexer.similarity.regions.search import Region, RegionPair, RegionSearch

__all__ = ["Flow", "Region", "RegionPair", "RegionSearch"]
