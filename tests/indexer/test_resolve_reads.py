"""What a resolution read: complete (no difference goes unnoticed) and no more than it must be."""

import itertools
import random

import pytest
from fixture import FixtureProgram, read_fixture
from flames_indexer.resolve import Resolver, encode_edges

REPOSITORY = read_fixture("""
    --- app/__init__.py
    from .models import User
    from .shapes import *
    --- app/models.py
    from .base import Base, make_registry
    registry = make_registry()
    class User(Base):
        name = "x"
        def __init__(self, group: "Group"):
            self.group = group
            self.log = registry.logger()
        @property
        def label(self):
            text = self.group.title()
            return text
        def save(self):
            audit(self)
            self.log.write(1)
    class Group:
        def title(self): return "t"
        def rename(self): ...
    def audit(user): ...
    --- app/base.py
    class Logger:
        def emit(self): ...
    class Registry:
        def logger(self):
            found = Logger()
            return found
    class Base:
        def save(self): ...
        def clone(self): return self
    def make_registry(): return Registry()
    --- app/shapes.py
    __all__ = ["Square"]
    class Square:
        def area(self): return helper()
    class Circle:
        def radius(self): ...
    def helper(): ...
    --- app/main.py
    import app
    from app import User, Square
    from app.models import Group
    import missing.module
    def run(other):
        user = User(Group())
        user.clone().save()
        user.group.rename()
        user.log.emit()
        user.label
        app.Square().area()
        other.radius()
        Circle()
        missing.module.f()
    --- app/mixins.py
    class Named:
        def shout(self):
            self.title()
            self.cheer()
    --- app/teams.py
    from app.mixins import Named
    from app.models import Group
    class Team(Named, Group): ...
    class Club(Group):
        def cheer(self): ...
""").files

MUTATIONS = [
    ("app/__init__.py", "from .models import User\n", ""),
    ("app/__init__.py", "from .shapes import *\n", ""),
    ("app/__init__.py", "import User", "import Group as User"),
    ("app/models.py", "class User(Base)", "class User"),
    ("app/models.py", "def save(self):\n        audit", "def store(self):\n        audit"),
    ("app/models.py", "= group\n", "= registry\n"),
    ("app/models.py", '"Group"', "Base"),
    ("app/models.py", "@property\n    ", ""),
    ("app/models.py", "def rename", "def retitle"),
    ("app/models.py", "make_registry()\n", "None\n"),
    ("app/models.py", "audit(self)", "self.audit(1)"),
    ("app/base.py", "found = Logger()", "found = Base()"),
    ("app/base.py", "return found", "return None"),
    ("app/base.py", "def emit(self): ...", "def emits(self): ..."),
    ("app/base.py", "return self\n", "return Logger()\n"),
    ("app/base.py", "return Registry()", "return Base()"),
    ("app/shapes.py", '"Square"]', '"Square", "Circle"]'),
    ("app/shapes.py", "return helper()", "helper()"),
    ("app/shapes.py", "def radius(self)", "def area(self)"),
    ("app/shapes.py", "class Circle", "class Round"),
    ("app/main.py", "run(other)", "run(other: Square)"),
    ("missing/module.py", "", "def f(): ...\n"),
    ("missing/__init__.py", "", "\n"),
    ("app/teams.py", "class Team(Named, Group)", "class Team(Group)"),
    ("app/teams.py", "class Club(Group)", "class Club(Named)"),
    ("app/teams.py", "def cheer", "def sing"),
    (
        "app/clubs.py",
        "",
        "import app.mixins\nclass C(app.mixins.Named):\n    def cheer(self): ...\n",
    ),
    ("app/radius.py", "", "class Other:\n    def radius(self): ...\n"),
    ("app.py", "", "class User: ...\n"),
    ("app/shapes.py", None, None),
    ("app/base.py", None, None),
]


def _changed(path: str, old: str | None, new: str | None) -> dict[str, bytes]:
    files = dict(REPOSITORY)
    if old is None or new is None:
        del files[path]
        return files
    source = files.get(path, b"").decode()
    assert old in source
    files[path] = source.replace(old, new, 1).encode()
    return files


def _resolved(files: dict[str, bytes], order: list[str] | None = None) -> dict[str, bytes]:
    program = FixtureProgram(files)
    resolver = Resolver(program)
    return {path: encode_edges(resolver.resolve(path)) for path in order or program.paths()}


@pytest.mark.parametrize(("path", "old", "new"), MUTATIONS)
def test_every_difference_was_read(path: str, old: str | None, new: str | None) -> None:
    before = FixtureProgram(REPOSITORY)
    program = FixtureProgram(_changed(path, old, new))
    resolver = Resolver(program)
    for other in sorted(REPOSITORY):
        edges = Resolver(before).resolve(other)
        if other == path or not program.exists(other):
            continue
        stale = resolver.stale(edges.reads, before, {path})
        assert stale == resolver.stale(edges.reads, before, {path, *REPOSITORY})
        now = Resolver(program).resolve(other)
        if encode_edges(now) != encode_edges(edges):
            assert stale, f"{other} differs after {path}: {old!r} -> {new!r}"


def test_the_same_program_is_not_stale() -> None:
    program = FixtureProgram(REPOSITORY)
    edges = {path: Resolver(program).resolve(path) for path in program.paths()}
    again = Resolver(FixtureProgram(REPOSITORY))
    assert not any(again.stale(one.reads, program, REPOSITORY) for one in edges.values())


def test_lost_facts_tell_nothing() -> None:
    class Lost(FixtureProgram):
        def facts(self, path: str) -> None:
            return None

    program = FixtureProgram(REPOSITORY)
    main = Resolver(program).resolve("app/main.py")
    assert not Resolver(program).stale(main.reads, program, {"app/base.py"})
    assert Resolver(program).stale(main.reads, Lost(REPOSITORY), {"app/base.py"})


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("app/models.py", "audit(self)", "audit(self); audit(1)"),
        ("app/models.py", "self.log.write(1)", "x = self.log.write(2)"),
        ("app/base.py", "class Logger", "# a comment\n\nclass Logger"),
        ("app/base.py", "found = Logger()", "other = 1; found = Logger()"),
        ("app/shapes.py", "def helper(): ...", "def helper():\n    return 1"),
        ("app/models.py", "def audit(user)", "def unheard(): ...\ndef audit(user)"),
    ],
)
def test_bodies_and_places_leave_readers_alone(path: str, old: str, new: str) -> None:
    before, now = FixtureProgram(REPOSITORY), FixtureProgram(_changed(path, old, new))
    main = Resolver(before).resolve("app/main.py")
    assert not Resolver(now).stale(main.reads, before, {path})


def test_the_order_of_files_does_not_matter() -> None:
    paths = sorted(REPOSITORY)
    expected = _resolved(REPOSITORY, paths)
    for seed in range(12):
        shuffled = random.Random(seed).sample(paths, len(paths))
        assert _resolved(REPOSITORY, shuffled) == expected


CYCLE = read_fixture("""
    --- a.py
    from b import B, pick
    class A:
        def next(self): return pick(self)
        def own(self): ...
    def chain(x):
        while x:
            x = x.next()
        return x or A()
    --- b.py
    from c import spin
    import a
    class B(object):
        def next(self): return a.chain(self)
        def own(self): ...
    def pick(x):
        if x: return B()
        return spin(x)
    --- c.py
    from a import A, chain
    from b import pick
    def spin(x):
        y = pick(x)
        y = chain(y)
        y = [y]
        return y[0] or A().next()
    def use():
        spin(1).own()
        pick(2).next().own()
        chain(3).own()
""").files


def test_cycles_of_values_end_in_one_answer() -> None:
    expected = _resolved(CYCLE)
    for order in itertools.permutations(sorted(CYCLE)):
        assert _resolved(CYCLE, list(order)) == expected
