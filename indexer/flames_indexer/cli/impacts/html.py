"""The affected part of the graph as a page: `flames impact --format html > impact.html`."""

from flames_indexer.cli.impacts import summary, unknown
from flames_indexer.cli.lines import Lines
from flames_indexer.cli.opened import Opened
from flames_indexer.pictures import affected_page
from flames_indexer.report import Report, picture


def render(asked: Opened, lines: Lines, report: Report, title: str) -> list[str]:
    shown = picture(report)
    gaps = unknown(report, asked.notes)
    return [affected_page(title, summary(report), shown, lines.first, gaps)]
