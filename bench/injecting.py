"""Copies of a function as they come about: the same text, renamed, changed, rewritten, inlined.

All are made on the syntax tree, so every copy parses. What a copy is called and what its names
become is drawn from a seeded generator.
"""

import ast
import copy
import io
import random
import re
import textwrap
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

_WORDS = tuple(
    word.decode()
    for word in (
        b"amount anchor basket batch bound bucket carry chunk core count current cursor depth draft"
        b" entry extra field final first frame given group handle holder hook index inner item keep"
        b" label last layer left level limit link local main mark measure member mode nested note"
        b" offset option order outer owner page pair part piece place point pool prior queue range"
        b" rate record rest result right round sample scope section seen shape side slot source"
        b" spare stage state step store sum table target term text token total track trail tree"
        b" unit value view width"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Original:
    """A function of a package."""

    path: str
    qualname: str
    node: ast.FunctionDef
    lines: int
    imports: tuple[ast.stmt, ...]  # of its module
    text: str  # as written, unindented, without decorators


Kind = Callable[[Original, random.Random, Original], ast.FunctionDef | None]


def originals(path: str, source: str) -> Iterator[Original]:
    """The functions and methods of a module, those inside of functions left out."""
    tree = ast.parse(source)
    imports = tuple(s for s in tree.body if isinstance(s, ast.Import | ast.ImportFrom))
    holders: list[tuple[str, ast.Module | ast.ClassDef]] = [("", tree)]
    while holders:
        prefix, holder = holders.pop()
        for node in holder.body:
            if isinstance(node, ast.ClassDef):
                holders.append((f"{prefix}{node.name}.", node))
            elif isinstance(node, ast.FunctionDef):
                text = textwrap.dedent(ast.get_source_segment(source, node, padded=True) or "")
                yield Original(path, prefix + node.name, node, _lines(node), imports, text)


def _lines(node: ast.FunctionDef) -> int:
    return len(ast.unparse(_bare(node)).splitlines())


def _bare(node: ast.FunctionDef) -> ast.FunctionDef:
    """Without documentation and decorators."""
    made = copy.deepcopy(node)
    made.decorator_list = []
    if ast.get_docstring(made) is not None:
        made.body = made.body[1:] or [ast.Pass()]
    return made


def exact(one: Original, draw: random.Random, host: Original) -> ast.FunctionDef | None:
    """Another name, and nothing else."""
    made = _bare(one.node)
    made.name = _name(draw)
    return made


def renamed(one: Original, draw: random.Random, host: Original) -> ast.FunctionDef | None:
    """All local names are other ones."""
    made = _bare(one.node)
    made.name = _name(draw)
    names = _locals(made)
    words = draw.sample(_WORDS, len(names)) if len(names) <= len(_WORDS) else None
    if words is None:
        return None
    _Renaming(dict(zip(sorted(names), words, strict=True))).visit(made)
    return made


def changed(one: Original, draw: random.Random, host: Original) -> ast.FunctionDef | None:
    """Renamed, one line changed and one put in."""
    made = renamed(one, draw, host)
    simple = [] if made is None else [s for s in ast.walk(made) if isinstance(s, ast.Assign)]
    if made is None or not simple:
        return None
    line = draw.choice(simple)
    line.value = ast.Call(ast.Name(_name(draw), ast.Load()), [line.value], [])
    at = draw.randrange(len(made.body))
    logged = f'log.debug("{draw.choice(_WORDS)} %s", {made.name})'
    made.body.insert(at, ast.parse(logged).body[0])
    return made


def rewritten(one: Original, draw: random.Random, host: Original) -> ast.FunctionDef | None:
    """Renamed, every loop over things one that counts, every list made by a loop."""
    made = renamed(one, draw, host)
    if made is None:
        return None
    loops = _Loops(draw)
    loops.visit(made)
    return made if loops.rewritten else None


def inlined(one: Original, draw: random.Random, host: Original) -> ast.FunctionDef | None:
    """Renamed, and in the middle of another function; what it returns is assigned there."""
    made = renamed(one, draw, host)
    if made is None or _returns_early(made) or made.args.vararg or made.args.kwarg:
        return None
    body = list(made.body)
    if isinstance(body[-1], ast.Return):
        value = body[-1].value or ast.Constant(None)
        body[-1] = ast.Assign([ast.Name(_name(draw), ast.Store())], value)
    arguments = [arg.arg for arg in (*made.args.args, *made.args.kwonlyargs)]
    theirs = _bare(host.node)
    theirs.name = _name(draw)
    if len(theirs.body) < 3:
        return None
    given = [
        ast.Assign([ast.Name(a, ast.Store())], _expression(f"{draw.choice(_WORDS)}.{a}"))
        for a in arguments
    ]
    at = draw.randrange(1, len(theirs.body))
    theirs.body[at:at] = [*given, *body]
    return theirs


KINDS: dict[str, Kind] = {
    "exact": exact,
    "renamed": renamed,
    "renamed, 2 lines changed": changed,
    "loop rewritten": rewritten,
    "inlined": inlined,
}


def module_of(kind: str, one: Original, made: ast.FunctionDef, host: Original) -> str:
    """A file that holds the copy and what it imports, in double quotes as formatters write it."""
    imports = [s for s in (*one.imports, *host.imports) if not _is_future(s)]
    if kind == "exact":
        return ast.unparse(ast.Module(imports, [])) + f"\n\n\n{_retitled(one.text, made.name)}\n"
    module = ast.fix_missing_locations(ast.Module([*imports, made], []))
    return _double_quoted(ast.unparse(module) + "\n")


def _retitled(text: str, name: str) -> str:
    return re.sub(r"def \w+", f"def {name}", text, count=1)


def _double_quoted(text: str) -> str:
    words = list(tokenize.generate_tokens(io.StringIO(text).readline))
    lines = text.splitlines(keepends=True)
    for word in reversed(words):
        if word.type == tokenize.STRING and word.string[0] == "'" and '"' not in word.string:
            if word.string.startswith("'''") or "\\" in word.string:
                continue
            row, start, end = word.start[0] - 1, word.start[1], word.end[1]
            lines[row] = f'{lines[row][:start]}"{word.string[1:-1]}"{lines[row][end:]}'
    return "".join(lines)


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _name(draw: random.Random) -> str:
    return "_".join(draw.sample(_WORDS, 2))


def _locals(node: ast.FunctionDef) -> set[str]:
    arguments = {a.arg for a in ast.walk(node) if isinstance(a, ast.arg)}
    stored = {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    caught = {n.name for n in ast.walk(node) if isinstance(n, ast.ExceptHandler) and n.name}
    outer = {
        name for n in ast.walk(node) if isinstance(n, ast.Global | ast.Nonlocal) for name in n.names
    }
    return (arguments | stored | caught) - outer - {"self", "cls"}


def _returns_early(node: ast.FunctionDef) -> bool:
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Yield, ast.YieldFrom)
    if any(isinstance(n, inner) for n in ast.walk(node) if n is not node):
        return True
    returns = [n for n in ast.walk(node) if isinstance(n, ast.Return)]
    return any(r is not node.body[-1] for r in returns)


class _Renaming(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self._names.get(node.arg, node.arg)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = self._names.get(node.name, node.name) if node.name else None
        return self.generic_visit(node)


class _Loops(ast.NodeTransformer):
    """`for x in xs: …` -> a while loop over positions; `v = [e for x in xs]` -> a loop."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self.rewritten = 0

    def visit_For(self, node: ast.For) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        if node.orelse:
            return node
        self.rewritten += 1
        at, held = _name(self._draw), _name(self._draw)
        head = ast.parse(f"{held} = list(_)\n{at} = 0\nwhile {at} < len({held}):\n    {at} += 1")
        kept, start, loop = head.body
        cast("ast.Call", cast("ast.Assign", kept).value).args = [node.iter]
        item = _expression(f"{held}[{at}]")
        cast("ast.While", loop).body[:0] = [ast.Assign([node.target], item)]
        cast("ast.While", loop).body += node.body
        return [kept, start, loop]

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        made = node.value
        target = node.targets[0]
        if not isinstance(made, ast.ListComp) or not isinstance(target, ast.Name):
            return node
        self.rewritten += 1
        put = ast.parse(f"{target.id}.append(_)").body[0]
        cast("ast.Call", cast("ast.Expr", put).value).args = [made.elt]
        body: list[ast.stmt] = [put]
        for part in reversed(made.generators):
            for test in reversed(part.ifs):
                body = [ast.If(test, body, [])]
            body = [ast.For(part.target, part.iter, body, [])]
        return [ast.parse(f"{target.id} = []").body[0], *body]
