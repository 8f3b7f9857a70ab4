"""Archives -> functions and classes, read by the parsers that Flames itself indexes with."""

import hashlib
import json
import re
import subprocess
import tarfile
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from flames_indexer.facts import DefinitionKind, FileFacts
from flames_indexer.languages import language_of
from flames_indexer.parse import parse
from flames_indexer.search.outline import outline

from model.pages import EXERCISE, PAGES, prose_of, shown_in

_SKIPPED = re.compile(
    r"(^|/)(_?vendor(ed)?|_vendor(ed)?|third_?party|node_modules|locales?|i18n|fixtures|migrations"
    r"|dist/(?!src)|umd|cjs|esm|min|build|bundles?)/|\.min\.[cm]?js$|\.d\.[cm]?ts$|\.pyi$|_pb2\.py$"
    r"|bundle|generated",
    re.I,
)
_TEST = re.compile(
    r"(^|/)(tests?|testing|__tests__|specs?)(/|$)|(^|/)test_[^/]*$|_test\.(py|go|rs)$"
    r"|\.(test|spec)\.|Tests?\.java$",
    re.I,
)
_OUTLINED = (".go", ".java", ".rs")
_MOST_BYTES = 300_000  # of a file; larger ones are tables or bundles
_MOST_PER_LINE = 120  # bytes; more is minified
_KINDS = {DefinitionKind.FUNCTION: "function", DefinitionKind.CLASS: "class"}
_SHORTEST, _LONGEST, _KEPT = 40, 12_000, 4_000  # bytes of a function's text
_LEADING = re.compile(rb"\A(?:[ \t]*(?://|\*|/\*)[^\n]*\n)+")
_COMMENT = re.compile(r"^\s*(/\*\*?|\*/|\*|//+!?|#+)\s?|\*/\s*$", re.M)
_TAG = re.compile(r"^\s*@(?!link)\w+", re.M)
_MARKUP = re.compile(r"</?\w+[^>]*>")
_QUOTES = re.compile(r"^[rRuUbBfF]*(\"\"\"|'''|\"|')|(\"\"\"|'''|\"|')$")


@dataclass(frozen=True, slots=True)
class Function:
    """A function or class. `code` is without its documentation; `is_test`: of a test file."""

    package: str
    language: str
    path: str
    kind: str
    owner: str  # what it is defined in, "" at top level
    name: str
    doc: str
    code: str
    is_test: bool


def functions_of(archive: Path, package: str) -> Iterator[Function]:
    """Those of a wheel, an npm tarball or a source tree, in the order of its files.

    After them what its pages show (`examples`), and exercises with their instructions.
    """
    warnings.simplefilter("ignore")
    pages: dict[str, bytes] = {}
    sources: dict[str, bytes] = {}
    for path, source in _members(archive):
        if path.endswith(PAGES):
            pages[path] = source
        elif _is_written(source):
            yield from read(package, path, source)
            if EXERCISE.search(path):
                sources[path] = source
    yield from exercises_of(package, sources, pages)
    for path, page in pages.items():
        for doc, code in shown_in(page.decode(errors="replace")):
            yield Function(package, "", path, "example", "", "", doc, code, is_test=False)


def exercises_of(
    package: str, sources: Mapping[str, bytes], pages: Mapping[str, bytes]
) -> Iterator[Function]:
    """Solutions that stand beside their instructions, named as the exercise is."""
    for path, source in sources.items():
        folder, _, solution = path.partition("/.meta/")
        task = pages.get(f"{folder}/.docs/instructions.md")
        if task is not None:
            doc, code = prose_of(task.decode(errors="replace")), source.decode(errors="replace")
            yield Function(
                *(package, PurePosixPath(solution).suffix[1:], path, "exercise", ""),
                *(PurePosixPath(folder).name, doc[:1500], code[:_KEPT], False),
            )


def read(package: str, path: str, source: bytes) -> Iterator[Function]:
    """The functions and classes of one file."""
    language = language_of(path)
    if language is None:
        yield from _outlined(package, path, source)
        return
    facts = parse(source, language)
    table, strings = facts.definitions, facts.strings
    is_test = bool(_TEST.search(path))
    for row, kind in enumerate(table.kind):
        name = strings[table.name[row]]
        if kind not in _KINDS or name.startswith("<"):
            continue
        doc, code = _split(source, facts, row)
        if _SHORTEST <= len(code) <= _LONGEST:
            owner = strings[table.qualname[row]].rpartition(".")[0]
            yield Function(
                *(package, language.folder, path, _KINDS[DefinitionKind(kind)], owner, name),
                *(doc[:1500], code[:_KEPT], is_test),
            )


def _outlined(package: str, path: str, source: bytes) -> Iterator[Function]:
    """Of a language without a parser: what looks like a declaration."""
    for place in outline(source):
        text = source[place.start : place.end]
        code = text[len(text) - len(_LEADING.sub(b"", text)) :].decode(errors="replace")
        if place.name and _SHORTEST <= len(code) <= _LONGEST:
            doc = cleaned(text[: len(text) - len(code.encode())].decode(errors="replace"))
            if doc.startswith(f"{place.name} "):
                doc = doc.partition(" ")[2]  # Go's way to begin; the name would give it away
            yield Function(
                *(package, PurePosixPath(path).suffix[1:], path, "function", "", place.name),
                *(doc[:1500], code[:_KEPT], bool(_TEST.search(path))),
            )


def files_of(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Paths and bytes of the sources worth reading."""
    for path, source in _members(archive):
        if not path.endswith(PAGES) and _is_written(source):
            yield path, source


def _is_written(source: bytes) -> bool:
    lines = source.count(b"\n") + 1
    return len(source) / lines <= _MOST_PER_LINE and b"\0" not in source


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    if archive.suffix == ".git":
        yield from _committed(archive)
    elif archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for entry in wheel.infolist():
                if _is_wanted(entry.filename, entry.file_size):
                    yield entry.filename, wheel.read(entry)
    else:
        with tarfile.open(archive) as tarball:
            for member in tarball:
                file = tarball.extractfile(member)
                if file is not None and _is_wanted(member.name, member.size):
                    yield member.name, file.read()


def _committed(place: Path) -> Iterator[tuple[str, bytes]]:
    """`place`: the bare repository, then the commit as the name: `<repository>/<commit>.git`."""
    git = ["git", f"--git-dir={place.parent}"]
    listed = subprocess.run([*git, "ls-tree", "-rlz", place.stem], capture_output=True, check=True)
    batch = [*git, "cat-file", "--batch"]
    with subprocess.Popen(batch, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as blobs:
        assert blobs.stdin is not None and blobs.stdout is not None
        for row in listed.stdout.decode(errors="replace").split("\0")[:-1]:
            about, path = row.split("\t", 1)
            _, kind, digest, size = about.split()
            if kind == "blob" and size.isdigit() and _is_wanted(path, int(size)):
                blobs.stdin.write(f"{digest}\n".encode())
                blobs.stdin.flush()
                *_, told = blobs.stdout.readline().split()
                if told != b"missing":  # a shallow mirror lacks some
                    yield path, blobs.stdout.read(int(told))
                    blobs.stdout.read(1)
        blobs.stdin.close()


def _is_wanted(path: str, size: int) -> bool:
    known = language_of(path) is not None or path.endswith((*_OUTLINED, *PAGES))
    return size < _MOST_BYTES and known and not _SKIPPED.search(path)


def _split(source: bytes, facts: FileFacts, row: int) -> tuple[str, str]:
    table = facts.definitions
    start, end = table.start[row], table.end[row]
    doc_start, doc_end = table.doc_start[row], table.doc_end[row]
    if doc_start < 0:
        return "", source[start:end].decode(errors="replace")
    doc = cleaned(source[doc_start:doc_end].decode(errors="replace"))
    if start <= doc_start < end:
        return doc, (source[start:doc_start] + source[doc_end:end]).decode(errors="replace")
    return doc, source[start:end].decode(errors="replace")


def cleaned(doc: str) -> str:
    """A docstring or comment without its marks, up to its first tag."""
    doc = _COMMENT.sub("", _QUOTES.sub("", doc.strip()))
    tag = _TAG.search(doc)
    doc = doc[: tag.start()] if tag else doc
    doc = re.sub(r"\{@\w+\s+([^}]*)\}", r"\1", doc)
    return _MARKUP.sub(" ", doc).strip()


def key_of(code: str) -> str:
    """Equal for texts whose letters and digits are the same in the same order."""
    return hashlib.md5(re.sub(r"[^A-Za-z0-9]+", " ", code).strip().encode()).hexdigest()[:16]


def extract(archive: Path, package: str, most: int, output: Path) -> int:
    """Writes at most `most` functions as JSON lines, documented ones first; how many."""
    found = list(functions_of(archive, package))
    if len(found) > most:
        found.sort(key=lambda f: (not f.doc, key_of(f.code)))
        found = found[:most]
    part = output.with_suffix(".part")
    with part.open("w") as lines:
        lines.writelines(json.dumps(asdict(function)) + "\n" for function in found)
    part.rename(output)
    return len(found)
