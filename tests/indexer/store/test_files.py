import ntpath
import os
import posixpath

import pytest
from flames_indexer import files

LIMIT = 1 << 20


def found(repository, *exclude):
    return files.find(repository.root, exclude, LIMIT)


def paths(repository, *exclude):
    return [entry.path for entry in found(repository, *exclude).sources]


def test_tracked_and_new_files_belong_ignored_ones_do_not(repository):
    repository.write(
        "#- .gitignore\nout/\n#- a.py\nx = 1\n#- out/b.py\nx = 1\n#- c.txt\nx"
    ).commit()
    repository.put("new.ts", "let x = 1\n")
    assert paths(repository) == ["a.py", "new.ts"]


def test_a_tracked_file_belongs_although_ignored(repository):
    repository.write("#- out/b.py\nx = 1").commit()
    repository.put(".gitignore", "out/\n")
    assert paths(repository) == ["out/b.py"]


def test_without_git_the_walk_honours_nested_ignore_files(folder):
    folder.write(
        "#- .gitignore\nout/\n*.gen.py\n#- a.py\nx\n#- a.gen.py\nx\n#- out/b.py\nx\n"
        "#- sub/.gitignore\n!keep.gen.py\nlocal.py\n#- sub/keep.gen.py\nx\n#- sub/local.py\nx\n"
        "#- local.py\nx\n#- node_modules/m/index.js\nx\n#- env/pyvenv.cfg\nx\n#- env/lib/e.py\nx\n"
    )
    assert paths(folder) == ["a.py", "local.py", "sub/keep.gen.py"]


def test_untracked_environments_are_left_out_of_a_checkout(repository):
    repository.write(
        "#- a.py\nx\n#- env/pyvenv.cfg\nx\n#- env/lib/e.py\nx\n#- node_modules/m/i.js\nx"
    )
    assert paths(repository) == ["a.py"]
    repository.commit()
    assert paths(repository) == ["a.py", "env/lib/e.py", "node_modules/m/i.js"]


def test_flamesignore_and_exclude_take_files_out(repository):
    repository.write(
        "#- .flamesignore\nold/\n!old/keep.py\n*.js\n#- old/a.py\nx\n#- b.js\nx\n#- c.py\nx"
    )
    repository.put("d/e.py", "x")
    assert paths(repository, "d/*") == ["c.py"]


def test_manifests_are_listed_apart(repository):
    repository.write(
        "#- a/package.json\n{}\n#- tsconfig.base.json\n{}\n#- pyproject.toml\n\n#- x.json\n{}"
    )
    manifests = [entry.path for entry in found(repository).manifests]
    assert manifests == ["a/package.json", "pyproject.toml", "tsconfig.base.json"]


def test_a_large_file_is_skipped_with_its_size(repository):
    with repository.put("big.py", "").open("wb") as file:
        file.truncate(50 << 20)
    repository.put("a.py", "x = 1\n")
    scan = found(repository)
    assert [entry.path for entry in scan.sources] == ["a.py"]
    assert scan.skips == [
        files.Skip("big.py", "too large (51200 KiB, the limit is 1024 KiB: paths.max_file_kb)")
    ]


@pytest.mark.parametrize("in_git", [True, False])
def test_links_are_not_followed_and_loops_end(folder, tmp_path, in_git):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("x = 1\n")
    folder.put("pkg/a.py", "x = 1\n")
    (folder.root / "pkg/loop").symlink_to("..")
    (folder.root / "away").symlink_to(outside)
    (folder.root / "leak.py").symlink_to(outside / "secret.py")
    (folder.root / "inside.py").symlink_to("pkg/a.py")
    if in_git:
        folder.init().commit()
    scan = found(folder)
    assert [entry.path for entry in scan.sources] == ["pkg/a.py"]
    assert scan.skips == [files.Skip("leak.py", "a symbolic link out of the repository")]


def test_a_tracked_folder_that_became_a_link_is_not_entered(repository, tmp_path):
    repository.write("#- pkg/a.py\nx = 1").commit()
    (repository.root / "pkg").rename(tmp_path / "moved")
    (repository.root / "pkg").symlink_to(tmp_path / "moved")
    assert paths(repository) == []


def test_a_link_put_in_place_of_a_file_is_not_read(repository, tmp_path):
    path = repository.put("a.py", "x = 1\n")
    (entry,) = found(repository).sources
    path.unlink()
    (tmp_path / "secret").write_text("secret")
    path.symlink_to(tmp_path / "secret")
    assert isinstance(files.read(repository.root, entry), files.Skip)


def test_a_pipe_is_skipped(folder):
    os.mkfifo(folder.root / "pipe.py")
    assert found(folder).skips == [files.Skip("pipe.py", "not a regular file")]


def test_names_are_nfc_and_still_readable(repository):
    decomposed = "e\u0301.py"
    repository.put(decomposed, "x = 1\n")
    (entry,) = found(repository).sources
    assert entry.path == "\u00e9.py"
    assert files.read(repository.root, entry)[0] == b"x = 1\n"


def test_two_names_that_differ_in_unicode_form_only_are_one_and_a_skip(folder):
    for name in ("caf\u00e9.py", "cafe\u0301.py"):
        (folder.root / name).write_text("x = 1\n")
    scan = files.find(folder.root, (), LIMIT)
    assert [entry.path for entry in scan.sources] == ["caf\u00e9.py"]
    [skip] = scan.skips
    assert skip.reason == "caf\u00e9.py in another Unicode form is beside it"
    assert skip.path in (r"caf\xe9.py", r"cafe\u0301.py")


@pytest.mark.parametrize("name", ["a\nb.py", "a\rb.py"])
def test_a_name_with_a_line_break_is_skipped(folder, name):
    (folder.root / name).write_text("x = 1\n")
    scan = files.find(folder.root, (), LIMIT)
    assert scan.sources == []
    assert scan.skips == [(ascii(name)[1:-1], "its name holds a line break")]


@pytest.mark.parametrize(
    "source, read_as",
    [
        ("# -*- coding: latin-1 -*-\ndef caf\u00e9(): ...\n", None),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\u20ac'\n", None),
        ("x = 1\ny = 2\n# coding: latin-1\n\u00e9 = 1\n", b""),  # on the third line: says nothing
        ("# coding: no-such-codec\nx = 1\n", b""),
        ("# coding: ascii\nx = '\u00e9'\n", b""),  # it is not what it says
        ("# coding: hex\nx = 1\n", b""),  # no encoding of text
        ("x = 'coding: latin-1 \u00e9'\n", b""),
    ],
)
def test_source_in_another_encoding_is_read_as_it_says(folder, source, read_as):
    raw = source.encode("cp1252")
    (folder.root / "a.py").write_bytes(raw)
    [entry] = files.find(folder.root, (), LIMIT).sources
    text, _ = files.read(folder.root, entry)
    assert text == (source.encode("utf-8") if read_as is None else raw)


def test_a_name_that_is_not_utf8_is_skipped(folder):
    (folder.root / os.fsdecode(b"bad\xff.py")).write_text("x = 1\n")
    (skip,) = found(folder).skips
    assert skip.reason == "its name is not UTF-8"
    assert skip.path.isascii()


def test_a_submodule_is_its_own_root(repository, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "in.py").write_text("x = 1\n")
    repository.git("init", "-q", cwd=inner)
    repository.git("add", "-A", cwd=inner)
    repository.git("commit", "-q", "-m", "inner", cwd=inner)
    repository.put("a.py", "x = 1\n")
    repository.git("submodule", "add", "-q", str(inner), "sub")
    assert paths(repository) == ["a.py"]
    assert files.root_of(repository.root / "sub") == repository.root / "sub"


def test_root_of_a_subfolder_is_the_top_unless_ignored(repository):
    repository.write("#- .gitignore\nscratch/\n#- a/b.py\nx\n#- scratch/c.py\nx")
    assert files.root_of(repository.root / "a") == repository.root
    scratch = repository.root / "scratch"
    assert files.root_of(scratch) == scratch
    assert [entry.path for entry in files.find(scratch, (), LIMIT).sources] == ["c.py"]


def test_a_young_file_is_hashed_again_an_old_one_trusted():
    scanned = 10_000_000_000
    old, young = (5, 1_000, 1_000, 7), (5, 1_000, 9_000_000_000, 7)
    assert files.trusted(old, scanned) == old
    assert files.trusted(young, scanned) == files.UNTRUSTED
    assert files.trusted((5, scanned * 2, 1_000, 7), scanned) == files.UNTRUSTED


@pytest.mark.parametrize(
    ("root", "name", "flavour", "expected"),
    [
        ("/r", "/r/a/b.py", posixpath, "a/b.py"),
        ("/r", "/r2/a.py", posixpath, None),
        ("/", "/a.py", posixpath, "a.py"),
        ("/r", "/R/a.py", posixpath, None),
        ("/r", "/r/a/../../x.py", posixpath, None),
        (r"C:\Repo", r"c:\repo\Pkg\Mod.py", ntpath, "Pkg/Mod.py"),
        (r"C:\Repo", "C:/Repo/pkg/mod.py", ntpath, "pkg/mod.py"),
        (r"C:\Repo", r"D:\Repo\a.py", ntpath, None),
        (r"\\server\share", r"\\SERVER\share\a\b.py", ntpath, "a/b.py"),
        ("C:\\", r"C:\a.py", ntpath, "a.py"),
    ],
)
def test_relative_follows_the_platform(root, name, flavour, expected):
    assert files.relative(root, name, flavour) == expected
