"""A change report in each of its formats."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flames_indexer.cli.lines import Lines

if TYPE_CHECKING:
    from flames_indexer.cli.opened import Opened
    from flames_indexer.report import Report


def rendered(
    asked: "Opened", lines: Lines, report: "Report", title: str, form: str
) -> Iterable[str]:
    """Lines for stdout in one of the formats of `flames impact`."""
    from importlib import import_module

    module = import_module(f"flames_indexer.cli.impacts.{form}")
    found: Iterable[str] = module.render(asked, lines, report, title)
    return found
