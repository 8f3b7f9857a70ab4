"""Archives -> functions and classes, read by the parsers that Flames itself indexes with."""

import hashlib
import json
import re
import subprocess
import tarfile
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from flames_indexer.facts import DefinitionKind, FileFacts
from flames_indexer.languages import language_of
from flames_indexer.parse import parse
from flames_indexer.search.outline import outline

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
    """Those of a wheel, an npm tarball or a source tree, in the order of its files."""
    warnings.simplefilter("ignore")
    for path, source in files_of(archive):
        yield from read(package, path, source)


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
        lines = source.count(b"\n") + 1
        if len(source) / lines <= _MOST_PER_LINE and b"\0" not in source:
            yield path, source


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
    for row in listed.stdout.decode(errors="replace").split("\0")[:-1]:
        about, path = row.split("\t", 1)
        _, kind, digest, size = about.split()
        if kind == "blob" and size.isdigit() and _is_wanted(path, int(size)):
            blob = subprocess.run([*git, "cat-file", "blob", digest], capture_output=True)
            if blob.returncode == 0:  # a shallow mirror may lack some
                yield path, blob.stdout


def _is_wanted(path: str, size: int) -> bool:
    known = language_of(path) is not None or path.endswith(_OUTLINED)
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
