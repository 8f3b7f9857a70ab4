"""What a key costs broken-callers, at a symbol with many callers.

    python bench/callers.py FOLDER PATH::NAME… [--keys 12]

Three things are typed at each symbol: a comment into its body, a required parameter, and another
name. CPU milliseconds of the rule alone (the buffer is parsed and resolved before) and of that
parse, for every key; the first key after the index was opened is given apart.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

from flames_indexer.checks import run_checks
from flames_indexer.config import load
from flames_indexer.index import Index, Snapshot
from flames_indexer.trace import Trace

_PARAMETER, _NAME, _COMMENT = "flames", "_again", "# a remark"


def typed(source: bytes, at: int, text: str, behind: str = "") -> Iterator[bytes]:
    """The source with more and more of a text."""
    for end in range(1, len(text) + 1):
        yield source[:at] + (text[:end] + behind).encode() + source[at:]


def edits(snapshot: Snapshot, identity: str) -> Iterator[tuple[str, list[bytes]]]:
    symbol = snapshot.symbol(identity)
    assert symbol is not None, identity
    source = snapshot.source(symbol.path)
    facts = snapshot.facts(symbol.path)
    assert source is not None and facts is not None
    table, strings = facts.definitions, facts.strings
    name = identity.partition("::")[2]
    row = next(at for at, text in enumerate(table.qualname) if strings[text] == name)
    body = source.rfind(b"\n", 0, table.body_start[row])
    parameters = [at for at, owner in enumerate(facts.parameters.definition) if owner == row]
    yield "body", list(typed(source, body, " " + _COMMENT))
    if parameters:
        start = facts.parameters.end[parameters[min(1, len(parameters) - 1)]]
        wanted = list(typed(source, start, f", {_PARAMETER}"))
        yield "parameter", wanted[2:]
    yield "name", list(typed(source, symbol.name_span.end, _NAME))


def measured(root: Path, identity: str, keys: int) -> None:
    config, _ = load(root, {})
    index = Index.open(root, config)
    snapshot = Snapshot.of(index)
    path = identity.partition("::")[0]
    agreed = {path: snapshot.source(path)}

    def before(wanted: str) -> bytes | None:
        return agreed[wanted] if wanted in agreed else snapshot.index.source(wanted)

    uses = len(snapshot.edges_to(identity))
    print(f"{identity}: {uses} edges to it")
    for what, texts in edits(snapshot, identity):
        costs: list[float] = []
        found = 0
        for version, text in enumerate((texts * keys)[: max(keys, len(texts))], 1):
            edited = snapshot.with_edit(path, text, version)
            edited.edges_in(path)
            start = time.process_time()
            result = run_checks(
                edited, [path], config, trace=Trace(None), before=before, rules=("broken-callers",)
            )
            costs.append((time.process_time() - start) * 1000)
            found = sum(len(finding.related) for finding in result.findings)
        first, rest = costs[0], sorted(costs[1:])
        p50, p95 = rest[len(rest) // 2], rest[int(len(rest) * 0.95)]
        print(
            f"  {what:10} first {first:7.1f}  p50 {p50:7.1f}  p95 {p95:7.1f} CPU ms, "
            f"{found} places named at the end"
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("symbols", nargs="+")
    parser.add_argument("--keys", type=int, default=12)
    asked = parser.parse_args()
    for identity in asked.symbols:
        measured(asked.folder, identity, asked.keys)


if __name__ == "__main__":
    main()
