"""The affected part of the graph as a page: `flames impact --format html > impact.html`."""

from flames_indexer.cli.impacts import Told, summary, unknown
from flames_indexer.pictures import affected_page
from flames_indexer.report import picture


def render(told: Told) -> list[str]:
    shown = picture(told.report)
    said = summary(told.report)
    return [affected_page(told.title, said, shown, told.lines.first, unknown(told))]
