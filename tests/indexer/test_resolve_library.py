"""The shipped declarations of the standard library."""

from fixture import check
from flames_indexer.formats import FACTS_VERSION
from flames_indexer.languages import language_named
from flames_indexer.languages.python import library
from flames_indexer.parse import decode


def test_the_encoded_declarations_are_of_this_version() -> None:
    """Else: python training/stdlib/make_declarations.py."""
    version = f"{FACTS_VERSION}.{language_named('python').version}"
    encoded = library.encoded(f"{library.PREFIX}builtins", version)
    assert encoded is not None
    declared = library.declared(f"{library.PREFIX}builtins")
    assert declared is not None
    assert decode(encoded).strings == declared.strings


def test_values_flow_through_the_standard_library() -> None:
    check("""
        import collections, itertools
        from functools import partial
        class A:
            def m(self): ...
        def make() -> A: ...
        def run(xs: list[A], table: dict[str, A]):
            for i, x in enumerate(reversed(xs)):
                x.m()
        #         ^ call main.py::A.m inferred
            max(xs, key=len).m()
        #                    ^ call main.py::A.m
            next(iter(table.values())).m()
        #                              ^ call main.py::A.m
            groups = collections.defaultdict(list)
            partial(make)().m()
        #                   ^ call main.py::A.m
            for x, y in zip(xs, xs):
                y.m()
        #         ^ call main.py::A.m inferred
            {k: v for k, v in table.items()}["a"].m()
        #                                         ^ call main.py::A.m inferred
    """)
