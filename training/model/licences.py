"""The licence gate: an archive is trained on only if it says, and nothing in it denies, that its
licence is permissive. Silence, a name that is not listed here and a copyleft text all refuse it.
"""

import json
import re
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path

_PERMISSIVE = frozenset(
    (
        *("0bsd", "afl-2.1", "apache-2.0", "artistic-2.0", "blueoak-1.0.0", "bsd", "bsd-2-clause"),
        *(
            "bsd-3-clause",
            "bsd-2-clause-patent",
            "bsd-3-clause-clear",
            "bsl-1.0",
            "cc0-1.0",
            "curl",
        ),
        *("hpnd", "isc", "mit", "mit-0", "mit-cmu", "ncsa", "postgresql", "psf-2.0", "python-2.0"),
        *("unicode-dfs-2016", "unlicense", "upl-1.0", "w3c", "wtfpl", "x11", "zlib", "zpl-2.1"),
    )
)
"""SPDX identifiers, lower case; "bsd" is the family, which package metadata names so."""

_SPOKEN = {
    r"(the )?mit( license)?|mit/x11|expat( license)?": "mit",
    r"(the )?apache([- ]?(software )?license)?,?[- ]*(v|version)?[- ]*2(\.0)?( license)?": (
        "apache-2.0"
    ),
    r"apache[- ]?(2|2\.0)|asl 2(\.0)?|apache software license( 2\.0)?|apache license": "apache-2.0",
    r"(the )?apache,? (software )?license,? version 2\.0": "apache-2.0",
    r"apache software license \(apache 2\.0\)": "apache-2.0",
    r"(new |modified |simplified |revised )?bsd( license)?|bsd-like|bsd-derived.*": "bsd",
    r"(the )?(bsd )?[- (]*3[- ]?clause[)]?( bsd)?( license)?": "bsd-3-clause",
    r"bsd[- ]3([- ]clause)?.*": "bsd-3-clause",
    r"(the )?bsd[- (]*2[- ]?clause[)]?( license)?|2-clause bsd.*": "bsd-2-clause",
    r"isc( license)?( \(iscl\))?": "isc",
    r"psf(l| license)?|python software foundation( license)?": "psf-2.0",
    r"zpl 2\.1|zope public license( 2\.1)?|zpl": "zpl-2.1",
    r"(the )?unlicense( \(unlicense\))?|public domain": "unlicense",
    r"historical permission notice and disclaimer \(hpnd\)": "hpnd",
    r"boost software license 1\.0 \(bsl-1\.0\)": "bsl-1.0",
    r"zlib/libpng license|zlib license": "zlib",
    r"mit no attribution license \(mit-0\)": "mit-0",
}
_COPYLEFT = re.compile(
    rb"gnu\s+(?:lesser|library|affero|general)|mozilla\s+public|eclipse\s+public|european\s+union"
    rb"\s+public|creative\s+commons\s+attribution|sspl|server\s+side\s+public|business\s+source"
    rb"|non-?commercial|commons\s+clause|elastic\s+license|\bcddl\b",
    re.I,
)
_TEXTS = {
    "apache-2.0": "Apache License Version 2.0, January 2004",
    "mit": "Permission is hereby granted, free of charge, to any person",
    "bsd-3-clause": "Redistribution and use in source and binary forms, with or without",
}
"""What the text of a licence holds, white space aside."""
_LICENCE_FILE = re.compile(r"(^|/)(licen[cs]e|copying|notice)[^/]*$", re.I)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`licence` is what was read; `refused` says why not, and is empty for what may be used."""

    licence: str
    refused: str = ""


def verdict_of(archive: Path) -> Verdict:
    """The licence of a wheel or an npm tarball; anything unexpected refuses it."""
    if archive.suffix == ".git":
        return _of_commit(archive)
    try:
        said, texts = _wheel(archive) if archive.suffix == ".whl" else _tarball(archive)
    except (OSError, ValueError, KeyError, tarfile.TarError, zipfile.BadZipFile) as error:
        return Verdict("", f"cannot be read: {error}")
    if not said:
        return Verdict("", "says no licence")
    for words in said:
        if not _allows(words):
            return Verdict(words, "not on the list of permissive licences")
    for name, text in texts:
        found = _COPYLEFT.search(text)
        if found:
            words = " ".join(found.group().decode(errors="replace").split())
            return Verdict(said[0], f"{name} names “{words}”")
    return Verdict(_named(said[0]))


def _of_commit(place: Path) -> Verdict:
    """By the text of the licence at the top: a repository declares nothing else."""
    git = ["git", f"--git-dir={place.parent}"]
    listed = subprocess.run([*git, "ls-tree", "--name-only", place.stem], capture_output=True)
    names = [
        n for n in listed.stdout.decode().split() if re.match(r"(licen[cs]e|copying)", n, re.I)
    ]
    if not names:
        return Verdict("", "says no licence")
    found: list[str] = []
    for name in names:
        shown = subprocess.run([*git, "show", f"{place.stem}:{name}"], capture_output=True)
        text = " ".join(shown.stdout.decode(errors="replace").split())
        known = [licence for licence, words in _TEXTS.items() if words in text]
        if not known or _COPYLEFT.search(shown.stdout):
            return Verdict("", f"{name} is no licence known to be permissive")
        found += known
    return Verdict(found[0])


def _allows(words: str) -> bool:
    """Whether an SPDX expression, or the way people say it, can be chosen permissively."""
    expression = words.lower().strip()
    if expression.startswith("(") and expression.endswith(")"):
        expression = expression[1:-1]
    if _named(expression) in _PERMISSIVE:
        return True
    return any(
        all(_named(term) in _PERMISSIVE for term in re.split(r"\s+and\s+|\s*[,;&]\s*", option))
        for option in re.split(r"\s+or\s+|\s*/\s*(?!libpng|x11)", expression)
    )


def _named(term: str) -> str:
    term = re.sub(r"\s+", " ", term.lower()).strip(" .\"'")
    for spoken, name in _SPOKEN.items():
        if re.fullmatch(spoken, term):
            return name
    return term


def _wheel(archive: Path) -> tuple[list[str], list[tuple[str, bytes]]]:
    with zipfile.ZipFile(archive) as wheel:
        names = wheel.namelist()
        place = min((n for n in names if n.endswith(".dist-info/METADATA")), key=len)
        metadata = Parser().parsestr(wheel.read(place).decode(errors="replace"))
        texts = [
            (n, wheel.read(n)) for n in names if _LICENCE_FILE.search(n) and not n.endswith(".py")
        ]
    expression = metadata.get("License-Expression")
    if expression:
        return [expression], texts
    classified = [
        line.rsplit("::", 1)[-1].strip()
        for line in metadata.get_all("Classifier", [])
        if line.startswith("License ::") and line.strip() != "License :: OSI Approved"
    ]
    spoken = (metadata.get("License") or "").strip()
    if classified:
        return classified, texts
    return ([spoken] if spoken and "\n" not in spoken else []), texts


def _tarball(archive: Path) -> tuple[list[str], list[tuple[str, bytes]]]:
    with tarfile.open(archive) as tarball:
        held = dict(_members(tarball))
    place = min((n for n in held if n.endswith("/package.json")), key=len)
    package = json.loads(held.pop(place))
    said = package.get("license") or package.get("licenses") or []
    said = said if isinstance(said, list) else [said]
    words = [one.get("type", "") if isinstance(one, dict) else str(one) for one in said]
    return ([" or ".join(words)] if words else []), list(held.items())


def _members(tarball: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in tarball:
        top = member.name.count("/") == 1
        if member.isfile() and (
            (top and member.name.endswith("/package.json")) or _LICENCE_FILE.search(member.name)
        ):
            file = tarball.extractfile(member)
            if file is not None:
                yield member.name, file.read()
