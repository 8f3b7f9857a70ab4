"""`flames status`: what the index holds, how old it is and what it misses."""

import os
import shutil
import sys
import time
from bisect import insort
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flames_indexer.cli.invocation import Invocation, common
from flames_indexer.model import Certainty, Coverage, Role

if TYPE_CHECKING:
    from flames_indexer.cli.opened import Opened
    from flames_indexer.cli.output import Json
    from flames_indexer.index import Index

_TOP = 8  # what fits a glance
_NAMED_FILES = 5  # without -v


@dataclass(frozen=True, slots=True)
class FileGroup:
    language: str
    role: Role
    files: int
    lines: int
    symbols: int


@dataclass(frozen=True, slots=True)
class Used:
    """A symbol and how much of the repository rests on it."""

    symbol: str
    callers: int
    files: int


@dataclass(frozen=True, slots=True)
class Status:
    """`findings` counts by rule; None when the rules were not run."""

    root: str
    generation: int
    built_at: float
    embedding: str
    groups: tuple[FileGroup, ...]
    symbols: int
    edges: dict[str, int]
    most_used: tuple[Used, ...]
    unparsed: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    findings: dict[str, int] | None
    coverage: Coverage
    notes: tuple[str, ...]


@click.command("status")
@click.option("--findings", is_flag=True, help="Also run the rules and count what they find.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@click.option("--refresh", is_flag=True, help="Bring the index up to date first.")
@common
def command(invocation: Invocation, findings: bool, form: str, refresh: bool) -> int:
    """Show what is indexed, how old it is and what it misses.

    With -v every file that was skipped or did not parse is named.
    """
    from flames_indexer.cli.opened import opened
    from flames_indexer.cli.output import write_json, write_lines

    asked = opened(invocation, refresh=refresh)
    with asked.place.trace.record("cli.status"):
        status = status_of(asked, with_findings=findings)
    if form == "json":
        write_json(_json(status))
    else:
        if invocation.verbose:
            places = tuple(_first_problem(asked.index, path) for path in status.unparsed)
            status = replace(status, unparsed=places)
        write_lines(_text(status, every=invocation.verbose))
    return 0


def _first_problem(index: "Index", path: str) -> str:
    """The file, with where it cannot be read and why."""
    from flames_indexer.cli.output import plural

    facts, source = index.facts(path), index.source(path)
    if facts is None or source is None or not len(facts.problems):
        failure = index.files()[path].edge_failure
        return f"{path}: {failure}" if failure else path
    problems = facts.problems
    line = source.count(b"\n", 0, problems.start[0]) + 1
    more = len(problems) - 1
    others = f", and {plural(more, 'more place')}" if more else ""
    return f"{path}:{line}: {facts.strings[problems.message[0]]}{others}"


def status_of(asked: "Opened", *, with_findings: bool) -> Status:
    """Everything `flames status` shows."""
    index = asked.index
    sources = [record for record in index.files().values() if record.language and not record.skip]
    return Status(
        str(asked.place.root),
        index.generation,
        index.built_at,
        asked.place.config.embedding.model,
        _groups(asked),
        sum(record.symbols for record in sources),
        _certainties(asked),
        _most_used(asked),
        tuple(record.path for record in sources if record.is_read_in_part),
        tuple(index.skips()),
        _findings(asked) if with_findings else None,
        index.coverage(),
        asked.notes,
    )


def _groups(asked: "Opened") -> tuple[FileGroup, ...]:
    groups: dict[tuple[str, Role], Counter[str]] = {}
    for record in asked.index.files().values():
        if record.language and not record.skip:
            counts = groups.setdefault((record.language, record.role), Counter())
            counts.update(files=1, lines=record.lines, symbols=record.symbols)
    return tuple(
        FileGroup(language, role, counts["files"], counts["lines"], counts["symbols"])
        for (language, role), counts in sorted(groups.items(), key=lambda g: -g[1]["lines"])
    )


def _certainties(asked: "Opened") -> dict[str, int]:
    totals = [0] * len(Certainty)
    for record in asked.index.files().values():
        for certainty, count in enumerate(record.certainties):
            totals[certainty] += count
    return {certainty.label: totals[certainty] for certainty in Certainty}


def _most_used(asked: "Opened") -> tuple[Used, ...]:
    index = asked.index
    graph = index.graph
    roles = index.roles()
    found: list[tuple[int, str, int]] = []  # callers, negative; symbol; files
    for symbol, edges in graph.most_used():
        if len(found) >= _TOP and -found[_TOP - 1][0] >= edges:
            break  # nobody has more callers than edges
        path, _, name = symbol.partition("::")
        if name and roles.get(path) is Role.SOURCE:
            usage = graph.usage(symbol, roles)
            if usage.callers:
                insort(found, (-usage.callers, symbol, usage.files))
    return tuple(Used(symbol, -callers, files) for callers, symbol, files in found[:_TOP])


def _findings(asked: "Opened") -> dict[str, int]:
    from flames_indexer.checks import CHECKS
    from flames_indexer.cli.review import review

    report = review(asked, None, with_baseline=True)
    counts = Counter(finding.rule for finding in report.findings)
    return {check.rule: counts[check.rule] for check in CHECKS}


def _json(status: Status) -> "Json":
    from dataclasses import asdict

    from flames_indexer.cli.output import coverage_json

    found: Json = {} if status.findings is None else {"findings": status.findings}
    return {
        "root": status.root,
        "generation": status.generation,
        "built_at": status.built_at,
        "age_seconds": round(max(0.0, time.time() - status.built_at), 1),
        "embedding": status.embedding,
        "files": [asdict(group) for group in status.groups],
        "symbols": status.symbols,
        "edges": status.edges,
        "most_depended_on": [asdict(used) for used in status.most_used],
        "unparsed": list(status.unparsed),
        "skipped": [{"path": path, "reason": reason} for path, reason in status.skipped],
        **found,
        "coverage": coverage_json(status.coverage, status.notes),
    }


def _text(status: Status, *, every: bool) -> list[str]:
    from flames_indexer.cli.output import ago, faint, not_covered, strong

    age = ago(time.time() - status.built_at)
    return [
        f"{strong(status.root)}  {faint(f'generation {status.generation}, {age} old')}",
        "",
        *_files_table(status),
        "",
        *_graph_lines(status),
        *_named("Did not parse", list(status.unparsed), every=every),
        *_named("Skipped", [f"{path}: {reason}" for path, reason in status.skipped], every=every),
        *not_covered(status.coverage, status.notes),
    ]


def _files_table(status: Status) -> list[str]:
    from flames_indexer.cli.output import Column, table

    groups = status.groups
    return table(
        [
            Column(["", *(f"{g.language} {g.role.value}" for g in groups)]),
            Column(["files", *(f"{g.files:,}" for g in groups)], right=True),
            Column(["lines", *(f"{g.lines:,}" for g in groups)], right=True),
            Column(["symbols", *(f"{g.symbols:,}" for g in groups)], right=True),
        ]
    )


def _graph_lines(status: Status) -> list[str]:
    from flames_indexer.cli.output import Column, faint, plural, strong, table

    total = sum(status.edges.values())
    certainties = " · ".join(f"{n:,} {label}" for label, n in status.edges.items() if n)
    lines = [f"{strong(plural(total, 'edge'))}  {faint(certainties)}"]
    if status.most_used:
        columns = [
            Column([f"{used.callers:,}" for used in status.most_used], right=True),
            Column([f"in {plural(used.files, 'file')}" for used in status.most_used]),
            Column([used.symbol for used in status.most_used]),
        ]
        lines += ["", strong("Most depended on (callers, files that use it)"), *table(columns)]
    if status.findings is not None:
        found = [f"  {count:>5,}  {rule}" for rule, count in status.findings.items()]
        lines += ["", strong(f"Findings (`{_this_command()} check` shows them)"), *found]
    return [*lines, "", f"Embedding: {status.embedding}"]


def _this_command() -> str:
    """How this very command was called, when a bare `flames` would not be found in PATH."""
    called = Path(sys.argv[0])
    found = shutil.which("flames")
    in_path = found is not None and os.path.realpath(found) == os.path.realpath(called)
    return "flames" if in_path or called.stem != "flames" else str(called)


def _named(what: str, names: list[str], *, every: bool) -> list[str]:
    from flames_indexer.cli.output import strong

    if not names:
        return []
    shown = names if every else names[:_NAMED_FILES]
    more = (
        [f"  … {len(names) - len(shown)} more: `flames status -v`"]
        if len(names) > len(shown)
        else []
    )
    return ["", strong(f"{what} ({len(names):,})"), *(f"  {name}" for name in shown), *more]
