"""Special methods: what syntax and built-in functions of Python run (reference, section 3.3)."""

from typing import Final

from flames_indexer.languages.semantics import Hook

_ARITHMETIC: Final = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "@": "matmul",
    "&": "and",
    "|": "or",
    "^": "xor",
    "<<": "lshift",
    ">>": "rshift",
}
_COMPARISONS: Final = {
    "==": (("__eq__",), ("__eq__",)),
    "!=": (("__ne__", "__eq__"), ("__ne__", "__eq__")),
    "<": (("__lt__",), ("__gt__",)),
    ">": (("__gt__",), ("__lt__",)),
    "<=": (("__le__",), ("__ge__",)),
    ">=": (("__ge__",), ("__le__",)),
}
_ITERATE: Final = Hook(("__iter__", "__getitem__"), then="__next__")
_CONTAINS: Final = Hook(
    ("__contains__", "__iter__", "__getitem__"), of_right=True, is_operator=True
)
_TRUTH: Final = ("__bool__", "__len__")
_TEXT: Final = ("__str__", "__repr__")
_FIRST: Final = slice(0, 1)
_ALL: Final = slice(None)
_BEHIND_FIRST: Final = slice(1, None)
_ELEMENTS: Final = ("elements", _FIRST)


def _operators() -> dict[str, Hook]:
    found: dict[str, Hook] = {}
    for sign, name in _ARITHMETIC.items():
        plain, mirrored = f"__{name}__", (f"__r{name}__",)
        found[sign] = Hook((plain,), mirrored, is_operator=True)
        found[f"{sign}="] = Hook((f"__i{name}__", plain), mirrored, is_operator=True)
    for sign, (methods, reflected) in _COMPARISONS.items():
        found[sign] = Hook(methods, reflected, is_operator=True)
    for sign, name in (("-", "neg"), ("+", "pos"), ("~", "invert")):
        found[f"unary {sign}"] = Hook((f"__{name}__",), is_operator=True)
    return found


HOOKS: Final = {
    **_operators(),
    "in": _CONTAINS,
    "not in": _CONTAINS,
    "unary not": Hook(_TRUTH, is_operator=True),
    "[]": Hook(("__getitem__",), is_operator=True),
    "[]=": Hook(("__setitem__",), is_operator=True),
    "del []": Hook(("__delitem__",), is_operator=True),
    "for": _ITERATE,
    "async for": Hook(("__aiter__",), then="__anext__"),
    "yield from": _ITERATE,
    "with": Hook(("__enter__",), also=("__exit__",)),
    "async with": Hook(("__aenter__",), also=("__aexit__",)),
    "await": Hook(("__await__",)),
    ".": Hook(("__getattr__",)),
    ".=": Hook(("__setattr__",)),
    "descriptor": Hook(("__get__",)),
    "descriptor =": Hook(("__set__",)),
    "bool": Hook(_TRUTH),
    "text": Hook(_TEXT),
    "elements": _ITERATE,
    "mapping": Hook(("keys", "__iter__"), also=("__getitem__",)),
    **{
        name: Hook((f"__{name}__",))
        for name in ("len", "repr", "hash", "abs", "bytes", "dir", "round", "format")
    },
    "iter": Hook(("__iter__", "__getitem__")),
    "next": Hook(("__next__",)),
    "aiter": Hook(("__aiter__",)),
    "anext": Hook(("__anext__",)),
    "reversed": Hook(("__reversed__", "__len__"), also=("__getitem__",)),
    "int": Hook(("__int__", "__index__", "__trunc__")),
    "float": Hook(("__float__", "__index__")),
}

CONSUMERS: Final = {
    **{
        name: (name, _FIRST)
        for name in (
            *("len", "repr", "hash", "abs", "bytes", "dir", "round", "format", "iter", "next"),
            *("aiter", "anext", "reversed", "int", "float", "bool"),
        )
    },
    "str": ("text", _FIRST),
    "print": ("text", _ALL),
    **dict.fromkeys(("list", "tuple", "set", "frozenset", "sum", "any", "all"), _ELEMENTS),
    **dict.fromkeys(("sorted", "enumerate", "min", "max"), _ELEMENTS),
    "dict": ("mapping", _FIRST),
    "zip": ("elements", _ALL),
    "map": ("elements", _BEHIND_FIRST),
    "filter": ("elements", _BEHIND_FIRST),
}
