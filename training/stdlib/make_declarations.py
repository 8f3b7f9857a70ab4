"""Makes indexer/flames_indexer/languages/python/declarations.zip from typeshed's stdlib stubs.

    python training/stdlib/make_declarations.py [TYPESHED_STDLIB]

TYPESHED_STDLIB is a folder of typeshed's `stdlib` stubs (Apache-2.0 and MIT); the default is the
one that the basedpyright wheel carries in this environment. What is kept is what resolving needs:
names, bases, parameters with their annotations, results. Branches on the interpreter's version are
decided for VERSION, on the platform for PLATFORM; defaults, comments, docstrings and modules that
few programs import are left out. Same stubs, same bytes.
"""

import ast
import sys
import zipfile
from array import array
from pathlib import Path

from flames_indexer.formats import FACTS_VERSION
from flames_indexer.languages import language_named
from flames_indexer.parse import encode

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "indexer/flames_indexer/languages/python/declarations.zip"
VERSION = (3, 13)
PLATFORM = "linux"
KEPT_DECORATORS = {
    "property",
    "cached_property",
    "classmethod",
    "staticmethod",
    "overload",
    "abstractmethod",
    "setter",
}
DROPPED = frozenset(
    """_bootlocale _curses curses _dummy _msi _tkinter _winapi antigravity binhex distutils
    ensurepip idlelib lib2to3 msilib msvcrt nt ntpath nturl2path pydoc_data this tkinter turtle
    winreg winsound macpath macurl2path ossaudiodev spwd nis encodings""".split()  # noqa: SIM905
)


# `typing` makes these from a private class; what they are is said in prose.
ALIASES = {
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "DefaultDict": "collections.defaultdict",
    "Counter": "collections.Counter",
    "Deque": "collections.deque",
    "ChainMap": "collections.ChainMap",
    "OrderedDict": "collections.OrderedDict",
}


EPOCH = (1980, 1, 1, 0, 0, 0)
TEXTS: dict[str, bytes] = {}
PLACES = {
    "definitions": (
        *("start", "end", "name_start", "name_end", "body_start", "doc_start", "doc_end"),
    ),
    "parameters": ("start", "end"),
    "expressions": ("start", "end"),
    "bindings": ("start",),
    "members": ("start",),
    "imports": ("start", "end", "module_start", "module_end"),
    "exports": ("start",),
}


class Pruned(ast.NodeTransformer):
    """A stub with only what resolving reads."""

    def visit_If(self, node: ast.If) -> list[ast.stmt] | ast.AST:
        decided = _decided(node.test)
        if decided is None:
            self.generic_visit(node)
            return [*node.body, *node.orelse]
        kept: list[ast.stmt] = []
        for statement in node.body if decided else node.orelse:
            visited = self.visit(statement)
            if visited is not None:
                kept.extend(visited if isinstance(visited, list) else [visited])
        return kept

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = [d for d in node.decorator_list if _last_name(d) in KEPT_DECORATORS]
        node.body = [ast.Expr(ast.Constant(...))]
        arguments = node.args
        ellipsis = ast.Constant(...)
        arguments.defaults = [ellipsis for _ in arguments.defaults]
        arguments.kw_defaults = [d and ellipsis for d in arguments.kw_defaults]
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.visit_FunctionDef(node)  # type: ignore[arg-type]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.decorator_list = []
        self.generic_visit(node)
        node.body = node.body or [ast.Expr(ast.Constant(...))]
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        if ast.unparse(node.value) == "_Alias()":
            node.value = ast.parse(ALIASES[ast.unparse(node.targets[0])], mode="eval").body
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if isinstance(node.value, ast.Constant):
            node.value = None
        return node

    def visit_Assert(self, node: ast.Assert) -> None:
        return None


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _decided(test: ast.expr) -> bool | None:
    text = ast.unparse(test)
    if "sys.version_info" not in text and "sys.platform" not in text:
        return True if text == "TYPE_CHECKING" else None
    sys_like = type("sys", (), {"version_info": VERSION, "platform": PLATFORM})
    return bool(eval(text, {"sys": sys_like}))


def declarations(path: Path) -> str:
    """The pruned text of one stub."""
    tree = Pruned().visit(ast.parse(path.read_text(encoding="utf-8")))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def module_name(path: Path, root: Path) -> str:
    """`os.path` for `os/path.pyi`, `os` for `os/__init__.pyi`."""
    parts = list(path.relative_to(root).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def main() -> None:
    """Writes the archive and says how large it is."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else _bundled()
    modules = {module_name(path, root): path for path in root.rglob("*.pyi")}
    with zipfile.ZipFile(OUTPUT, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(modules):
            if name.partition(".")[0] in DROPPED:
                continue
            package = modules[name].name == "__init__.pyi"
            entry = zipfile.ZipInfo(f"{name}.__init__" if package else name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            TEXTS[entry.filename] = declarations(modules[name]).encode()
            archive.writestr(entry, TEXTS[entry.filename])
        _add_facts(archive)
    sys.stdout.write(f"{OUTPUT}: {OUTPUT.stat().st_size} bytes\n")


def _add_facts(archive: zipfile.ZipFile) -> None:
    """The encoded facts of every entry, offsets left out: a table has no places."""
    language = language_named("python")
    version = f"{FACTS_VERSION}.{language.version}"
    for name in archive.namelist():
        facts = language.extract(TEXTS[name])
        for table, columns in PLACES.items():
            for column in columns:
                length = len(getattr(getattr(facts, table), column))
                setattr(getattr(facts, table), column, array("i", bytes(4 * length)))
        entry = zipfile.ZipInfo(f"{version}/{name.removesuffix('.__init__')}", EPOCH)
        archive.writestr(entry, encode(facts))


def _bundled() -> Path:
    import basedpyright

    return Path(basedpyright.__file__).parent / "dist/typeshed-fallback/stdlib"


if __name__ == "__main__":
    main()
