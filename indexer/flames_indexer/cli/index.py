"""`flames index`: build or refresh the index of a repository."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flames_indexer.cli.invocation import Invocation, common

if TYPE_CHECKING:
    from flames_indexer.build import BuildSummary
    from flames_indexer.cli.output import Json


@click.command("index")
@click.argument(
    "folder",
    required=False,
    metavar="[ROOT]",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
)
@click.option("--full", is_flag=True, help="Read and resolve everything again.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@common
def command(invocation: Invocation, folder: Path | None, full: bool, form: str) -> int:
    """Build the index, or refresh it with what changed.

    ROOT is the repository, or a folder in it. The index is kept in the user's cache, never in the
    repository. Ctrl-C stops cleanly: what was indexed before stays. `reindex` is the same.
    """
    from flames_indexer.cli.opened import place_of, refreshed
    from flames_indexer.cli.output import write_json, write_lines

    place = place_of(invocation.at(folder))
    with place.trace.record("cli.index") as record:
        summary = refreshed(invocation, place, full=full)
        record.count(files=summary.files, symbols=summary.symbols, changed=summary.changed)
    if form == "json":
        write_json(_summary_json(place.root, summary))
    elif not invocation.quiet:
        write_lines(_summary_text(place.root, summary))
    return 0


def _summary_json(root: Path, summary: "BuildSummary") -> "Json":
    return {
        "root": str(root),
        "generation": summary.generation,
        "files": summary.files,
        "symbols": summary.symbols,
        "edges": dict(summary.edges),
        "unparsed": summary.unparsed,
        "skipped": summary.skipped,
        "changed": summary.changed,
        "seconds": round(summary.seconds, 3),
    }


def _summary_text(root: Path, summary: "BuildSummary") -> list[str]:
    from flames_indexer.cli.output import Column, faint, plural, strong, table

    done = "Up to date" if not summary.changed else "Indexed"
    partly = 0 < summary.changed < summary.files
    news = f", {plural(summary.changed, 'file')} changed," if partly else ""
    head = f"{done}: {strong(str(root))}{news} in {summary.seconds:.1f} s"
    certainties = " · ".join(f"{n:,} {certainty}" for certainty, n in summary.edges.items() if n)
    rows = [
        ("files", summary.files, ""),
        ("symbols", summary.symbols, ""),
        ("edges", sum(summary.edges.values()), certainties),
        (
            "unparsed",
            summary.unparsed,
            "files with places that Flames cannot read: the rest of them is indexed",
        ),
        ("skipped", summary.skipped, "`flames status -v` names them"),
    ]
    shown = [row for row in rows if row[1] or row[0] in ("files", "symbols", "edges")]
    columns = [
        Column([f"{number:,}" for _, number, _ in shown], right=True, style={"bold": True}),
        Column([name for name, _, _ in shown]),
        Column([faint(note) for _, _, note in shown]),
    ]
    return [head, *table(columns)]
