"""Broken callers beside a type checker: automatic edits of signatures, site by site.

    python bench/mutations.py FOLDER… [--edits 40] [--seed 1] [--typescript PACKAGE] [--show]

FOLDER holds the sources of one package. Each edit is done to a buffer; what Flames names is
compared with the errors that basedpyright (Python) or TypeScript's checker reports after it and not
before. A site is the name at a use. Errors that no use of the name explains (a value passed on, an
override) are counted as elsewhere. What Flames alone names counts against it where the checker's
own "go to definition" leads from there to what was edited; else the checker cannot tell, and it is
counted apart. Harmless edits count only when the checker finds none either. Decoys: a broken
symbol that the checker says nobody uses, while others of its name are used, or one that was
planted. Files that are deleted or moved are deleted on disk, and the index is built again.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from flames_indexer.languages import language_of
from flames_indexer.parse import parse
from mutating.attribution import NOT_USES, attributed, follow_from_imports, names_of
from mutating.breaking import BREAKING
from mutating.checkers import Error
from mutating.definitions import Edit
from mutating.edits import edits
from mutating.harmless import HARMLESS, planted
from mutating.package import Package, Site

# Kinds of which the checkers see a part only: an un-awaited result that is returned or tested is no
# type error, nor are values of one type that change places, nor what an unknown value is used for.
_PARTLY_SEEN = {"to async", "to property", "swap parameters", "return nothing", "return other key"}
_PLANTED = 6  # decoys of a package


@dataclass
class Tally:
    both: int = 0
    ours: int = 0
    unseen: int = 0  # by the checker: it does not know what is used there
    theirs: int = 0
    edits: int = 0
    elsewhere: int = 0
    shown: list[str] = field(default_factory=list[str])


def breaking(
    package: Package, count: int, seed: int, until: float, tallies: Mapping[str, Tally]
) -> Tally:
    """Tallies by kind of edit; returns that of the decoys."""
    decoys = Tally()
    found = package.definitions()
    shared = Counter(d.word for d in found)
    made = list(edits(found, BREAKING, count, seed))
    random.Random(seed).shuffle(made)
    for edit in made:
        if time.monotonic() > until:
            break
        if _problems(edit):
            continue
        names = names_of(package, edit)
        errors = package.new_errors(edit, names)
        ours, messages = package.named(edit)
        theirs, rest = attributed(package, edit, errors, names, ours)
        if edit.kind in ("rename", "delete", "move"):
            ours -= follow_from_imports(package, edit, ours, theirs)
        unseen = {site for site in ours - theirs if not package.is_seen(edit, site)}
        ours -= unseen
        tally = tallies[edit.kind]
        tally.edits += 1
        tally.both += len(ours & theirs)
        tally.ours += len(ours - theirs)
        tally.unseen += len(unseen)
        tally.theirs += len(theirs - ours)
        tally.elsewhere += len(rest)
        if not theirs and shared[edit.word] > 1:
            decoys.edits += 1
            decoys.ours += bool(ours)
        labelled = (
            ("only ours", ours - theirs),
            ("only theirs", theirs - ours),
            ("unseen", unseen),
        )
        for label, sites in labelled:
            tally.shown += [
                f"{label}: {_shown(package, edit, s)}  <- {messages}" for s in sorted(sites)
            ]
    _planted(package, seed, decoys)
    return decoys


def _planted(package: Package, seed: int, decoys: Tally) -> None:
    found = package.definitions()
    for d in random.Random(seed).sample(found, min(_PLANTED, len(found))):
        decoy = planted(d)
        if decoy is None:
            continue
        edit, was = decoy
        sites, messages = package.named(edit, {edit.path: was})
        decoys.edits += 1
        decoys.ours += bool(sites)
        if messages:
            decoys.shown.append(f"planted {edit.path}::{edit.name}: {messages}")


def gone(package: Package, count: int, seed: int, tallies: Mapping[str, Tally]) -> None:
    """Files deleted and moved; sites are the imports that name them."""
    paths = [path for path in sorted(package.texts) if "__init__" not in path]
    chosen = random.Random(seed).sample(paths, min(count, len(paths)))
    for at, path in enumerate(chosen):
        kind = ("delete file", "move file")[at % 2]
        ours, theirs = package.without(path, moved=kind == "move file")
        tally = tallies[kind]
        tally.edits += 1
        tally.both += len(ours & theirs)
        tally.ours += len(ours - theirs)
        tally.theirs += len(theirs - ours)
        for label, sites in (("only ours", ours - theirs), ("only theirs", theirs - ours)):
            tally.shown += [f"{label}: [{kind}] {path} at {s[0]}:{s[1]}" for s in sorted(sites)]


def harmless(package: Package, count: int, seed: int, until: float, tally: Tally) -> None:
    """Counts the edits that break nothing, and those of them that Flames reports (`ours`)."""
    made = list(edits(package.definitions(), HARMLESS, count, seed))
    random.Random(seed).shuffle(made)
    for edit in made:
        if time.monotonic() > until:
            break
        if _problems(edit):
            continue
        if any(e.path != edit.path or edit.kind != "edit body" for e in _uses_only(package, edit)):
            continue
        tally.edits += 1
        ours, messages = package.named(edit)
        if ours or messages:
            tally.ours += 1
            tally.shown.append(f"{edit.kind} {edit.path}::{edit.name}: {messages}")


def _problems(edit: Edit) -> bool:
    """Whether it made something that does not parse."""
    read = ((language_of(path), text) for path, text in edit.texts.items())
    return any(len(parse(text, language).problems) for language, text in read if language)


def _uses_only(package: Package, edit: Edit) -> list[Error]:
    errors = package.new_errors(edit, {edit.word})
    return [e for e in errors if not NOT_USES.search(e.rule) and "_flames." not in e.path]


def _shown(package: Package, edit: Edit, site: Site) -> str:
    text = edit.texts.get(site[0]) or package.texts[site[0]]
    line = text.count(b"\n", 0, site[1]) + 1
    shown = text.split(b"\n")[line - 1].strip().decode()[:90]
    return f"[{edit.kind}] {edit.path}::{edit.name} at {site[0]}:{line} `{shown}`"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--edits", type=int, default=44)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=4, help="to delete or move")
    parser.add_argument("--minutes", type=float, default=60.0, help="then no more edits of one")
    parser.add_argument("--typescript", type=Path)
    parser.add_argument("--python", default=sys.executable, help="whose packages the checker sees")
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    os.nice(5)
    for folder in asked.folders:
        tallies: dict[str, Tally] = defaultdict(Tally)
        with tempfile.TemporaryDirectory() as work:
            package = Package(folder, Path(work), asked.typescript, asked.python)
            until = time.monotonic() + 60 * asked.minutes
            decoys = breaking(package, asked.edits, asked.seed, until, tallies)
            quiet = Tally()
            until = time.monotonic() + 60 * asked.minutes / 3
            harmless(package, asked.edits // 2, asked.seed, until, quiet)
            gone(package, asked.files, asked.seed, tallies)
            package.checker.close()
        report(folder.name, tallies, decoys, quiet, show=asked.show)


def report(
    name: str, tallies: Mapping[str, Tally], decoys: Tally, quiet: Tally, *, show: bool
) -> None:
    print(f"\n{name}: kind, edits, both, only Flames, unseen, only checker, errors elsewhere")
    total = Tally()
    for kind, t in tallies.items():
        partly = kind in _PARTLY_SEEN
        print(_row(f"({kind})" if partly else kind, t))
        columns = ("edits", "both", "unseen", "theirs", "elsewhere")
        for column in columns if partly else (*columns, "ours"):
            setattr(total, column, getattr(total, column) + getattr(t, column))
    print(_row("all, (unsure) only as both", total))
    precision = total.both / max(1, total.both + total.ours)
    recall = total.both / max(1, total.both + total.theirs)
    print(f"  precision {precision:.3f} recall {recall:.3f}")
    print(f"  decoys {decoys.edits}, of them reported {decoys.ours}")
    print(f"  harmless edits {quiet.edits}, of them reported {quiet.ours}")
    if show:
        for tally in (*tallies.values(), quiet, decoys):
            for line in tally.shown:
                print("   ", line)


def _row(name: str, t: Tally) -> str:
    return (
        f"  {name:24} {t.edits:4} {t.both:5} {t.ours:4} {t.unseen:4} {t.theirs:4} {t.elsewhere:5}"
    )


if __name__ == "__main__":
    main()
