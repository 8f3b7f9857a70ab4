"""`flames stats`: how long requests, checks and builds took here, and what rules found."""

from collections import Counter
from typing import TYPE_CHECKING

import click

from flames_indexer.cli.invocation import Invocation, common

if TYPE_CHECKING:
    from flames_indexer.cli.output import Json
    from flames_indexer.trace import Feature

_RULE = "check."


@click.command("stats")
@click.option("--all", "everything", is_flag=True, help="Of all repositories on this machine.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@common
def command(invocation: Invocation, everything: bool, form: str) -> int:
    """Show how fast Flames was in this repository.

    Reads the local trace, which holds names, times, outcomes and counts, never source text.
    """
    from flames_indexer.cli.opened import place_of
    from flames_indexer.cli.output import write_json, write_lines
    from flames_indexer.feedback import dismissed, dismissed_anywhere, feedback_file
    from flames_indexer.trace import summary

    place = place_of(invocation)
    path = place.config.trace_path
    features = summary(path, None if everything else place.root)
    rules = {
        name.removeprefix(_RULE): feature
        for name, feature in features.items()
        if name.startswith(_RULE)
    }
    said = dismissed_anywhere() if everything else dismissed(feedback_file(place.root)).values()
    out = dict(sorted(Counter(one.rule for one in said).items()))

    if form == "json":
        write_json(
            {
                "trace": str(path),
                "root": None if everything else str(place.root),
                "features": {name: _feature_json(f) for name, f in features.items()},
                "findings": {rule: f.counts.get("findings", 0) for rule, f in rules.items()},
                "dismissed": out,
            }
        )
    elif not features:
        where = "" if everything else f" about {place.root}"
        invocation.say(f"flames: nothing is recorded yet{where} in {path}")
    else:
        write_lines(_text(features, rules, out))
    return 0


def _feature_json(feature: "Feature") -> "Json":
    return {
        "records": feature.records,
        "errors": feature.errors,
        "cancelled": feature.cancelled,
        "p50_ms": round(feature.p50_ms, 3),
        "p95_ms": round(feature.p95_ms, 3),
        "counts": dict(feature.counts),
    }


def _text(
    features: "dict[str, Feature]", rules: "dict[str, Feature]", out: "dict[str, int]"
) -> list[str]:
    from flames_indexer.cli.output import Column, table

    names, all_of = list(features), list(features.values())
    columns = [
        Column(["what", *names]),
        Column(["times", *(f"{f.records:,}" for f in all_of)], right=True),
        Column(["p50 ms", *(f"{f.p50_ms:,.1f}" for f in all_of)], right=True),
        Column(["p95 ms", *(f"{f.p95_ms:,.1f}" for f in all_of)], right=True),
        Column(["stopped", *(f"{f.cancelled or ''}" for f in all_of)], right=True),
        Column(["errors", *(f"{f.errors or ''}" for f in all_of)], right=True),
    ]
    shown = [
        f"{rule}: {feature.counts.get('findings', 0):,} findings"
        + (f", {out[rule]:,} dismissed" if rule in out else "")
        for rule, feature in rules.items()
    ]
    return [*table(columns, indent=""), *(["", *shown] if shown else [])]
