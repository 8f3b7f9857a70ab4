"""Flames' edges beside TypeScript's checker, name by name, on symbols of a repository.

    node bench/typescript/checker.mjs FOLDER TYPESCRIPT_PACKAGE > answers.jsonl
    python bench/typescript/compare.py FOLDER answers.jsonl [--samples 12]

Recall: of the names that the checker says stand for, or call, a symbol of the repository, those
with an edge to it. Precision: of the edges at names that the checker knows, those to a symbol it
gives there; edges where it knows nothing (`any`), or only the variable, are counted apart.
Certainty inferred or better; the second row of each part has the unique-name edges too. The
control gives every name the definitions of that name in the repository. Edges of a call of what a
call gives, `f()()`, stand at no name and are left out. Last: the precision of each certainty.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flames_indexer.facts import FileFacts
from flames_indexer.languages import language_of
from flames_indexer.model import Certainty, EdgeKind
from flames_indexer.parse import parse
from flames_indexer.resolve import Resolver
from flames_indexer.resolve.symbols import symbol_id, symbol_rows

_Place = tuple[str, int]


@dataclass
class Folder:
    """A `resolve.Program` over the files that the checker answered for."""

    root: Path
    names: list[str]
    sources: dict[str, bytes] = field(default_factory=dict[str, bytes])
    _facts: dict[str, FileFacts] = field(default_factory=dict[str, FileFacts])

    def facts(self, path: str) -> FileFacts | None:
        language = language_of(path) if path in self.sources else None
        if language is None:
            return None
        if path not in self._facts:
            self._facts[path] = parse(self.sources[path], language)
        return self._facts[path]

    def exists(self, path: str) -> bool:
        return path in self.sources

    def paths(self) -> list[str]:
        return self.names

    def manifest(self, path: str) -> bytes | None:
        place = self.root / path
        return place.read_bytes() if place.is_file() else None


@dataclass
class Score:
    """Counts over places; a place is a (path, offset)."""

    wanted: int = 0
    found: int = 0
    right: int = 0
    wrong: int = 0
    untold: int = 0  # edges where the checker knows nothing
    missed: list[str] = field(default_factory=list[str])
    mistaken: list[str] = field(default_factory=list[str])
    extra: list[str] = field(default_factory=list[str])

    def line(self, name: str) -> str:
        recall = self.found / max(self.wanted, 1)
        precision = self.right / max(self.right + self.wrong, 1)
        return (
            f"{name:28} recall {recall:.3f} ({self.found}/{self.wanted})"
            f"  precision {precision:.3f} ({self.right}/{self.right + self.wrong})"
            f"  where the checker knows nothing: {self.untold}"
        )


def main() -> None:
    """Prints the table and samples of what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--samples", type=int, default=0)
    options = parser.parse_args()
    answers = [json.loads(line) for line in options.answers.open(encoding="utf-8")]
    names = sorted(a["path"] for a in answers if language_of(a["path"]) is not None)
    program = Folder(options.folder, names)
    program.sources = {name: (options.folder / name).read_bytes() for name in names}
    edges = dict(_edges(program))
    by_name, by_start = _symbols(program)
    ids_by_name: dict[str, set[str]] = defaultdict(set)
    for ids in by_name.values():
        for identity in ids:
            ids_by_name[identity.rpartition("::")[2].rpartition(".")[2]].add(identity)
    scores: dict[str, Score] = defaultdict(Score)
    classes: dict[tuple[str, str], Score] = defaultdict(Score)
    for answer in answers:
        for start, name, use, targets in answer["names"]:
            place = (answer["path"], start)
            wanted = {id_ for target in targets for id_ in _ids(target, by_name, by_start)}
            text = f"{name}  {_line(program, place)}"
            known = bool(targets) and not any(
                _holds_values(target) and not _ids(target, by_name, by_start) for target in targets
            )
            part = "calls" if use else "references"
            found = edges.get(place, {})
            sure = {id_ for id_, certainty in found.items() if certainty <= Certainty.INFERRED}
            _count(scores[part], wanted, sure, known, text)
            _count(scores[f"{part} + unique names"], wanted, set(found), known, text)
            for id_, certainty in found.items() if known else ():
                score = classes[part, Certainty(certainty).label]
                score.right += id_ in wanted
                score.wrong += id_ not in wanted
            _count(scores[f"{part} control"], wanted, ids_by_name.get(name, set()), known, text)
    for name in sorted(scores):
        print(scores[name].line(name))
    for (part, certainty), score in sorted(classes.items()):
        total = score.right + score.wrong
        print(f"{part}, {certainty:12} precision {score.right / total:.3f} ({score.right}/{total})")
    random.seed(3)
    for part in ("calls", "references"):
        score = scores[part]
        for title, lines in (
            ("missed", score.missed),
            ("mistaken", score.mistaken),
            ("checker knows nothing", score.extra),
        ):
            if options.samples:
                print(f"\n{part}: {title}, {len(lines)}")
                for line in random.sample(lines, min(options.samples, len(lines))):
                    print("   ", line)


_HOLDERS = frozenset(
    (
        *("VariableDeclaration", "Parameter", "BindingElement", "PropertySignature"),
        "MethodSignature",  # of a type without a name: others are symbols
        *("PropertyDeclaration", "PropertyAssignment", "ShorthandPropertyAssignment"),
        *("PropertyAccessExpression", "BinaryExpression"),
    )
)


# What `export default` can leave without a name; others without one are types and the like.
_WITHOUT_NAME = frozenset(("FunctionDeclaration", "ClassDeclaration", "FunctionExpression"))


def _count(score: Score, wanted: set[str], found: set[str], known: bool, text: str) -> None:
    if wanted:
        score.wanted += 1
        score.found += bool(wanted & found)
        if not wanted & found:
            score.missed.append(f"{text}  WANT {_few(wanted)} GOT {_few(found)}")
    if known:
        score.right += len(found & wanted)
        score.wrong += len(found - wanted)
        if found - wanted:
            score.mistaken.append(f"{text}  WANT {_few(wanted)} GOT {_few(found)}")
    else:
        score.untold += len(found)
        if found:
            score.extra.append(f"{text}  GOT {_few(found)}")


def _few(ids: Iterable[str]) -> str:
    return ", ".join(sorted(ids)[:3]) or "nothing"


_KINDS = (
    EdgeKind.CALL,
    EdgeKind.REFERENCE,
    EdgeKind.INHERIT,
    EdgeKind.DECORATE,
    EdgeKind.PROPERTY,
    EdgeKind.IMPORT,
)


def _edges(program: Folder) -> Iterator[tuple[_Place, dict[str, int]]]:
    resolver = Resolver(program)
    for path in program.paths():
        found = resolver.resolve(path)
        by_place: dict[_Place, dict[str, int]] = {}
        source = program.sources[path]
        columns = zip(
            found.start, found.end, found.target, found.kind, found.certainty, strict=True
        )
        for start, end, target, kind, certainty in columns:
            identity = found.strings[target].removesuffix(".constructor")
            if source[start:end].endswith((b")", b"]")):
                continue
            if kind in _KINDS and "::" in identity and not identity.startswith("ext:"):
                by_place.setdefault((path, start), {})[identity] = certainty
        yield from by_place.items()


def _symbols(program: Folder) -> tuple[dict[_Place, set[str]], dict[_Place, set[str]]]:
    """Ids by the place of the symbol's name, and by where it starts."""
    by_name: dict[_Place, set[str]] = defaultdict(set)
    by_start: dict[_Place, set[str]] = defaultdict(set)
    for path in program.paths():
        facts = program.facts(path)
        if facts is None:
            continue
        definitions = facts.definitions
        for row in symbol_rows(facts):
            if row:
                identity = symbol_id(path, facts, row).removesuffix(".constructor")
                if identity == f"{path}::default":
                    by_name[path, -1].add(identity)
                by_name[path, definitions.name_start[row]].add(identity)
                by_start[path, definitions.start[row]].add(identity)
    return by_name, by_start


def _ids(
    target: str | Sequence[object],
    by_name: dict[_Place, set[str]],
    by_start: dict[_Place, set[str]],
) -> set[str]:
    if isinstance(target, str):
        return set()
    path, name, start, kind = target
    if kind == "ExportAssignment":
        return by_name.get((str(path), -1), set())
    if kind in ("TypeParameter", "Parameter", "SourceFile"):
        return set()
    if name == -1 and kind not in _WITHOUT_NAME:
        return set()
    ids = (
        by_name.get((str(path), int(str(name))))
        or by_start.get((str(path), int(str(start))))
        or set()
    )
    declared = ('"', "'")  # `declare module "m"`
    return {one for one in ids if not one.rpartition("::")[2].startswith(declared)}


def _holds_values(target: str | Sequence[object]) -> bool:
    """Whether a target is a variable or property: the checker does not say what is in it."""
    return not isinstance(target, str) and target[3] in _HOLDERS


def _line(program: Folder, place: _Place) -> str:
    source, at = program.sources.get(place[0], b""), place[1]
    before = source[:at].splitlines()
    start, end = source.rfind(b"\n", 0, at) + 1, source.find(b"\n", at)
    text = source[start : end if end >= 0 else None].decode(errors="replace").strip()
    return f"{place[0]}:{len(before)}: {text[:110]}"


if __name__ == "__main__":
    main()
