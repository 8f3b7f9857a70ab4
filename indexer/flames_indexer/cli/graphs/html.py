"""A page of the module graph to look at and click through: `flames graph --format html`."""

from collections.abc import Iterable, Iterator

from flames_indexer.cli.graphs import EdgeRow, Row, SymbolRow
from flames_indexer.cli.graphs.modules import IMPORT
from flames_indexer.model import TYPE_ONLY
from flames_indexer.pictures import File, Use, page


def encode(rows: Iterable[Row], title: str) -> Iterator[bytes]:
    files: list[File] = []
    uses: list[Use] = []
    for row in rows:
        if isinstance(row, SymbolRow):
            files.append(File(row.path, row.end_line, row.role))
        else:
            uses.append(_use(row))
    yield page(title, files, uses).encode("utf-8", "backslashreplace")


def _use(row: EdgeRow) -> Use:
    kind = "use" if row.kind != IMPORT else "types" if row.via == TYPE_ONLY else "import"
    return Use(row.source, row.target, kind, row.places, row.line)
