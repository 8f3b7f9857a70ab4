"""What Python defines: qualnames, flags, parameters, scopes."""

from flames_indexer.languages import language_named
from flames_indexer.parse import parse

PYTHON = language_named("python")


def test_nested_definitions_have_local_qualnames(check) -> None:
    check(
        """
        class A:
            class B:
                def f(self): pass
            def g(self):
                def inner(): return 1
                return inner
        def h(): return 2
        """,
        definitions="""
        class A
        class A.B
        function A.B.f(self) stub_body
        function A.g(self)
        function A.g.inner()
        function h()
        """,
    )


def test_flags_come_from_keywords_decorators_and_bodies(check) -> None:
    check(
        '''
        class A(ABC):
            def __init__(self): self.x = 1
            @staticmethod
            def a(): return 1
            @classmethod
            async def b(cls): return 2
            @functools.cached_property
            def c(self): return 3
            @c.setter
            def c(self, value): self._c = value
            @property
            @abc.abstractmethod
            def d(self): ...
            @typing.overload
            def e(self): ...
            def _f(self):
                """Says something."""
                raise NotImplementedError("no")
            def g(self):
                yield 1
        ''',
        definitions="""
        class A
        function A.__init__(self) constructor
        function A.a() static
        function A.b(cls) async classmethod
        function A.c(self) property
        function A.c(self, value) setter
        function A.d(self) property abstract stub_body
        function A.e(self) overload stub_body
        function A._f(self) private stub_body
        function A.g(self) generator
        """,
    )


def test_init_outside_a_class_is_no_constructor(check) -> None:
    check("def __init__(): x()", definitions="function __init__()")


def test_parameters_have_kinds_types_and_defaults(check) -> None:
    check(
        "def f(a, b: int, /, c=1, *args: str, d, e: 'E' = None, **kw) -> list[int]: return []",
        definitions="""
        function f(/a, /b: int, c = int, *args: str, =d, =e: E = None, **kw) -> list[int]
        """,
    )


def test_bare_star_starts_keyword_only_parameters(check) -> None:
    check("def f(a, *, b): g()", definitions="function f(a, =b)")


def test_lambdas_are_named_by_their_binding_or_counted(check) -> None:
    check(
        """
        key = lambda a, b=1: a.c
        def f():
            sort(key=lambda x: x.y)
            return lambda: 1
        """,
        definitions="""
        lambda key(a, b = int)
        function f()
        lambda f.<lambda@1>(x)
        lambda f.<lambda@2>()
        """,
        results="""
        key return a.c
        f.<lambda@1> return x.y
        f.<lambda@2> return int
        f return f.<lambda@2>
        """,
    )


def test_decorators_and_bases_belong_to_the_outer_scope(check) -> None:
    check(
        """
        @a.b(1)
        @c
        class D(E, f(x), metaclass=M, flag=True):
            @d
            def g(self): return 1
        """,
        decorators="""
        D @a.b(int)
        D @c
        D.g @d
        """,
        bases="""
        D : E
        D : f(x)
        D metaclass: M
        """,
        calls="""
        | a.b(int)
        | f(x)
        """,
    )


def test_generic_base_is_a_subscript(check) -> None:
    check("class A(Generic[T], B[int, str]): x = 1", bases="A : Generic[T]\nA : B[tuple(int, str)]")


def test_results_of_functions(check) -> None:
    check(
        """
        def f():
            x = yield a, b
            yield
            yield from c()
            return
        """,
        results="""
        f yield tuple(a, b)
        f yield -
        f yield_from c()
        f return -
        """,
        bindings="f:x = yielded",
    )


def test_spans_cover_decorators_names_and_docstrings() -> None:
    source = b'@dec\ndef f(a):\n    """Doc."""\n    return a\n'
    rows = list(parse(source, PYTHON).definitions.rows())
    _, _, _, parent, start, end, name_start, name_end, body, doc_start, doc_end, _, _ = rows[1]
    assert parent == 0
    assert source[start:end] == source.rstrip()
    assert source[name_start:name_end] == b"f"
    assert source[body:].startswith(b'"""Doc')
    assert source[doc_start:doc_end] == b'"""Doc."""'


def test_type_parameters_and_aliases_are_types(check) -> None:
    check(
        """
        type Pair[T] = tuple[T, T]
        def f[U: Base](x: U) -> U: return x
        class C[*Vs](D): y = 1
        """,
        definitions="""
        type Pair -> tuple[tuple(T, T)]
        type Pair.T abstract
        function f(x: U) -> U
        type f.U -> Base abstract
        class C
        type C.Vs abstract
        """,
    )
