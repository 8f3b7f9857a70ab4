"""What a Python file asks of others and offers them."""


def test_imports_say_module_name_and_what_they_bind(check) -> None:
    check(
        """
        from __future__ import annotations
        import a.b.c, d as e, f
        from . import g
        from ..h.i import (j as k, l)
        from m import *
        def n():
            import o
        """,
        imports="""
        | __future__ annotations annotations
        | a.b.c . a binds_root
        | d . e
        | f . f
        | . g g
        | ..h.i j k
        | ..h.i l l
        | m * - star
        n| o . o
        """,
    )


def test_imports_for_types_and_fallbacks_are_flagged(check) -> None:
    check(
        """
        if typing.TYPE_CHECKING:
            from a import b
        else:
            from c import d
        try:
            import e
        except ImportError:
            import f
        try:
            import g
        except ValueError:
            pass
        """,
        imports="""
        | a b b type_only
        | c d d
        | e . e fallback
        | f . f fallback
        | g . g
        """,
    )


def test_imports_by_name_are_dynamic(check) -> None:
    check(
        """
        def f():
            importlib.import_module("a.b")
            __import__('c')
            import_module(name)
            "import_module('d')"
        """,
        imports="""
        f| a.b . - dynamic
        f| c . - dynamic
        """,
    )


def test_all_lists_the_public_names(check) -> None:
    check(
        """
        __all__ = ["a", 'B'] + c.__all__
        __all__ += ("d",)
        __all__.extend(["e"])
        def a(): return 1
        def hidden(): return 1
        """,
        exports="a\nB\nd\ne",
        definitions="function a() exported\nfunction hidden()",
    )
