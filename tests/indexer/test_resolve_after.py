"""A resolver that goes on after an edit says what a new one says, byte for byte."""

import pytest
from fixture import FixtureProgram, read_fixture
from flames_indexer.facts import FileFacts
from flames_indexer.resolve import Resolver, encode_edges
from flames_indexer.resolve.sites import names_called
from flames_indexer.resolve.values import INSTANCE, Values
from hypothesis import given, settings
from hypothesis import strategies as st

REPOSITORY = read_fixture("""
    --- app/__init__.py
    from .models import User
    from .shapes import *
    --- app/models.py
    from typing import Generic, TypeVar
    from .base import Base, make_registry
    from . import main
    T = TypeVar("T")
    registry = make_registry()
    class Box(Generic[T]):
        def __init__(self, content: T):
            self.content = content
        def get(self) -> T: return self.content
    class User(Base):
        def __init__(self, group: "Group"):
            self.group = group
            self.box = Box(group)
        @property
        def label(self):
            return self.group.title()
        def save(self):
            super().save()
            registry.logger().emit()
    class Group:
        def title(self): return "t"
        def rename(self): return main.run(User(self))
    --- app/base.py
    from . import shapes
    class Logger:
        def emit(self): ...
    class Registry:
        def logger(self):
            found = Logger()
            return found
    class Base:
        def save(self): ...
        def clone(self): return self
        def shape(self): return shapes.helper()
    def make_registry(): return Registry()
    --- app/shapes.py
    __all__ = ["Square"]
    class Square:
        sides = [{"one": 1}, lambda: 2]
        def area(self): return helper()
    class Circle:
        def radius(self): ...
    def helper(): return Square()
    --- app/main.py
    from app import User, Square
    from app.models import Box, Group
    def run(other):
        user = User(Group())
        user.clone().save()
        user.box.get().rename()
        user.shape().area()
        for one in Box([Square()]).get():
            one.area()
        other.radius()
        return user
    --- web/lib.ts
    export class Query<T> { constructor(readonly row: T) {} one(): T { return this.row; } }
    export const api = { find(name: string) { return new Query(new Row()); } };
    export class Row { save() {} }
    --- web/use.ts
    import { api, Query, Row } from "./lib";
    [new Row()].forEach((row) => row.save());
    api.find("x").one().save();
    function held(q: Query<Row>) { return q.one(); }
    held(new Query(new Row())).save();
""").files

# What an edit puts between two lines, or before a line's text.
TYPED = (
    "class Early:\n    def area(self): ...\n",
    "def early(x=1): return x\n",
    "from app.shapes import *\n",
    "registry = None\n",
    "user = Box(1)\n",
    "export class Early { one() {} }\n",
    "(",
    "x",
)

Edit = tuple[int, int, int, int]
EDITS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 3), st.integers(0, 50)),
    min_size=1,
    max_size=6,
)


def _edited(files: dict[str, bytes], edit: Edit) -> tuple[dict[str, bytes], str]:
    """The files with one of them edited, and which."""
    which, line, how, what = edit
    path = sorted(files)[which % len(files)]
    lines = files[path].decode().splitlines(keepends=True) or ["\n"]
    at = line % len(lines)
    text = TYPED[what % len(TYPED)]
    if how == 0:
        del lines[at]
    elif how == 1:
        margin = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines.insert(at, "".join(margin + row for row in text.splitlines(keepends=True)))
    elif how == 2:
        lines.append(lines[at])
    else:
        lines[at] = lines[at].replace("return ", f"return {text[:1]}", 1)
    return {**files, path: "".join(lines).encode()}, path


def _fresh(program: FixtureProgram, path: str) -> bytes:
    return encode_edges(Resolver(program).resolve(path))


@given(EDITS)
@settings(max_examples=60, deadline=None)
def test_kept_answers_are_those_of_a_new_resolver(edits: list[Edit]) -> None:
    files = dict(REPOSITORY)
    program = FixtureProgram(files)
    resolver = Resolver(program)
    edges = {path: resolver.resolve(path) for path in program.paths()}
    for edit in edits:
        before, (files, path) = program, _edited(files, edit)
        program = FixtureProgram(files)
        kept, new = resolver.after(program, {path}), Resolver(program)
        assert kept is not None
        stale = {p: kept.stale(e.reads, before, {path}) for p, e in edges.items()}
        assert stale == {p: new.stale(e.reads, before, {path}) for p, e in edges.items()}
        for other in program.paths():
            edges[other] = kept.resolve(other)
            assert encode_edges(edges[other]) == _fresh(program, other)
        resolver = kept


class Counted(FixtureProgram):
    """Notes whose facts are asked; tells methods and calls without them."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.asked: set[str] = set()

    def facts(self, path: str) -> FileFacts | None:
        self.asked.add(path)
        return super().facts(path)

    def methods_named(self, name: str) -> list[str]:
        return []

    def paths_calling(self, name: str) -> list[str]:
        facts = {path: FixtureProgram.facts(self, path) for path in self.paths()}
        return [path for path, own in facts.items() if own and name in names_called(own)]


def test_only_the_edited_file_is_read_again() -> None:
    program = Counted(REPOSITORY)
    resolver = Resolver(program)
    resolver.resolve("app/main.py")
    assert "app/base.py" in program.asked
    source = REPOSITORY["app/main.py"] + b"Square().area()\n"
    later = Counted({**REPOSITORY, "app/main.py": source})
    kept = resolver.after(later, {"app/main.py"})
    assert kept is not None
    kept.resolve("app/main.py")
    assert later.asked == {"app/main.py"}


# In each, what a name holds rests on itself.
CIRCLES = (
    """
    --- a_walk.py
    def walk(found):
        found.token_next_by
        found.tokens()
    --- tokens.py
    class Named:
        def real_name(self):
            for one in self.tokens: ...
    class Tokens:
        def __init__(self):
            self.tokens = []
        def _matching(self):
            for _ in None:
                token = self.tokens
                for _ in None:
                    return (token,)
        def token_next_by(self):
            return self._matching()
        def group_tokens(self):
            group = self.tokens
            self.tokens[0] = group
    class Names:
        def identifiers(): ...
    class Function(Named, Tokens):
        def parameters(self):
            for token in self.token_next_by():
                return token.identifiers
    """,
    """
    --- a_walk.py
    def _match(found):
        if found.tokens:
            pass
        for one in found:
            found.group_tokens
    def _group(found):
        for one, token in enumerate(found):
            _group(token)
            found.token_next
            found.group_tokens()
    --- tokens.py
    class Tokens:
        def __init__(self):
            self.tokens = []
        def __iter__(self):
            return iter(self.tokens)
        def token_next(self): ...
        def group_tokens(self, group):
            made = group
            self.tokens[0] = [made]
    """,
    """
    --- m1.py
    class Bee(Ant):
        def load(self): return self.run()
        def run(self, a): return self.alpha()
    class Ant(Cat):
        def load(self, a): return self.stop()
    class Cat(Bee):
        def run(self): return self.stop()
        def alpha(self, a): return self.run()
    --- m3.py
    from m1 import *
    def alpha(x: Ant) -> Bee:
        x.stop()
    """,
)


@pytest.mark.parametrize("text", CIRCLES)
def test_no_order_of_files_or_definitions_tells_in_a_circle(text: str) -> None:
    program = FixtureProgram(read_fixture(text).files)
    forth, back = Resolver(program), Resolver(program)
    edges = {path: encode_edges(forth.resolve(path)) for path in program.paths()}
    assert edges == {p: encode_edges(back.resolve(p)) for p in reversed(program.paths())}


def test_a_class_is_in_a_value_once_with_all_that_it_holds() -> None:
    values = Values()
    one, other = (values.one((INSTANCE, "m.py", row, ())) for row in (1, 2))
    lists = [values.one((INSTANCE, "m.py", 0, (values.argument(v),))) for v in (one, other)]
    both = values.one((INSTANCE, "m.py", 0, (values.argument(values.join(one, other)),)))
    assert values.join(*lists) == both
