"""What the model may be trained on, and what it must not have seen."""

import csv
import json
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from flames_indexer.embedding.static import MODEL, StaticModel
from model.decontaminate import held_out, subtokens
from model.export import export
from model.functions import read
from model.licences import verdict_of
from model.sources import MANIFEST, manifest_digest
from model.sources import read as read_manifest

MIT = b"Permission is hereby granted, free of charge"


def wheel(folder: Path, metadata: str, **texts: bytes) -> Path:
    path = folder / "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("thing-1.0.dist-info/METADATA", f"Name: thing\n{metadata}\n")
        for name, text in texts.items():
            made.writestr(f"thing-1.0.dist-info/{name}", text)
    return path


def tarball(folder: Path, package: object, licence: bytes = MIT) -> Path:
    path = folder / "thing-1.0.tgz"
    with tarfile.open(path, "w:gz") as made:
        texts = {"package/package.json": json.dumps(package).encode(), "package/LICENSE": licence}
        for name, text in texts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            made.addfile(entry, BytesIO(text))
    return path


@pytest.mark.parametrize(
    "metadata",
    [
        "License-Expression: MIT",
        "License-Expression: GPL-2.0-only OR Apache-2.0",
        "License: BSD 3-Clause",
        "License: Apache License, Version 2.0",
        "Classifier: License :: OSI Approved :: MIT License",
    ],
)
def test_permissive_packages_pass(tmp_path: Path, metadata: str) -> None:
    assert verdict_of(wheel(tmp_path, metadata, LICENSE=MIT)).refused == ""


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ("", MIT),  # silence
        ("License: see the file", MIT),
        ("License-Expression: MIT AND LGPL-2.1-only", MIT),
        ("Classifier: License :: OSI Approved :: GNU General Public License (GPL)", MIT),
        ("License-Expression: MIT", b"GNU LESSER GENERAL PUBLIC LICENSE"),
        ("License-Expression: MIT", b"for non-commercial use only"),
    ],
)
def test_all_others_are_refused(tmp_path: Path, metadata: str, licence: bytes) -> None:
    assert verdict_of(wheel(tmp_path, metadata, LICENSE=licence)).refused


def test_an_archive_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "thing.whl"
    broken.write_bytes(b"no archive")
    assert verdict_of(broken).refused


def test_npm_packages_are_judged_alike(tmp_path: Path) -> None:
    assert verdict_of(tarball(tmp_path, {"license": "(MIT OR Apache-2.0)"})).refused == ""
    assert verdict_of(tarball(tmp_path, {"license": "UNLICENSED"})).refused
    assert verdict_of(tarball(tmp_path, {"name": "thing"})).refused


def test_a_renamed_copy_of_a_held_out_function_is_contaminated() -> None:
    body = "def total(cart, tax):\n    amount = sum(line.price * line.count for line in cart)\n"
    body += "    rounded = round(amount * (1 + tax), 2)\n    return max(rounded, MINIMUM_CHARGE)\n"
    held = held_out([body], ["How is the price computed?"])
    near = body.replace("total", "whole_sum").replace("MINIMUM_CHARGE", "LEAST")
    other = (
        "def open_file(path):\n    with path.open() as file:\n        return file.read().split()\n"
    )
    assert held.holds(body, subtokens(body))
    assert held.holds(near, subtokens(near))
    assert not held.holds(other * 2, subtokens(other * 2))
    assert held.asks("how is the price computed")
    assert not held.asks("how is it drawn")


def test_documentation_is_no_part_of_the_code() -> None:
    source = b'def load(path, mode):\n    """Reads a file.\n\n    :param x: y\n    """\n    return open(path, mode).read()\n'
    (function,) = read("p", "a.py", source)
    assert function.doc.startswith("Reads a file.")
    assert "Reads" not in function.code
    go = b"package p\n\n// Load reads a file from disk.\nfunc Load(path string) ([]byte, error) {\n\treturn os.ReadFile(path)\n}\n"
    (function,) = read("p", "a.go", go)
    assert (function.name, function.doc) == ("Load", "reads a file from disk.")


def test_an_export_is_read_back(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(4, 256)).astype(np.float32)
    vectors[:2] = 0
    path = tmp_path / "model.safetensors"
    export(path, vectors, ["[PAD]", "[UNK]", "load", "config"], {"recipe": {"dim": 256}})
    from model.sources import digest_of

    row = StaticModel(path, digest_of(path)).encode(["(loadConfig load)"])[0]
    expected = np.sqrt(2) * vectors[2] + vectors[3]
    assert row @ expected / np.linalg.norm(expected) > 0.999


def test_the_header_says_what_the_model_is_made_of() -> None:
    stored = MODEL.read_bytes()
    about = json.loads(stored[8 : 8 + int.from_bytes(stored[:8], "little")])["__metadata__"]
    assert json.loads(about["sources"]) == manifest_digest(MANIFEST)
    assert json.loads(about["packages"]) == len(read_manifest(MANIFEST))
    assert json.loads(about["recipe"])["dim"] == 256
    assert json.loads(about["figures"])["text"] > 0.5


def test_every_source_is_pinned_and_none_is_refused() -> None:
    sources = read_manifest(MANIFEST)
    assert all(len(s.digest) in (40, 64) and s.licence for s in sources)
    with MANIFEST.with_name("refused.tsv").open() as lines:
        refused = {(r["registry"], r["name"]) for r in csv.DictReader(lines, delimiter="\t")}
    assert not refused & {(s.registry, s.name) for s in sources}
