"""Calls of overloaded functions: what they give depends on what they are given."""

from fixture import check

ITEMS = """
    from typing import Any, overload
    class Item:
        def text(self): ...
    class Whole(Item):
        def text(self): ...
    class Real(Item):
        def text(self): ...
    class Word(Item):
        def text(self): ...
    @overload
    def item(value: int) -> Whole: ...
    @overload
    def item(value: float) -> Real: ...
    @overload
    def item(value: str) -> Word: ...
    def item(value: Any) -> Item: ...
"""


def test_the_overload_that_takes_what_is_given() -> None:
    check(f"""{ITEMS}
    def word(name: str):
        item(name).text()
        #          ^^^^ call main.py::Word.text
        item(2.5).text()
        #         ^^^^ call main.py::Real.text
        item(2).text()
        #       ^^^^ call main.py::Whole.text
    """)


def test_the_implementation_for_what_is_not_known() -> None:
    check(f"""{ITEMS}
    from elsewhere import anything
    def unknown(thing):
        item(thing).text()
        #           ^^^^ call main.py::Item.text
        item(anything()).text()
        #                ^^^^ call main.py::Item.text
    def either(thing: str | int):
        item(thing).text()
        #           ^^^^ call main.py::Item.text
    """)


def test_a_subclass_is_taken_by_what_its_base_is() -> None:
    check("""
        from typing import overload
        class Shape: ...
        class Round(Shape): ...
        class Drawn:
            def show(self): ...
        class Sent:
            def show(self): ...
        @overload
        def use(it: Shape) -> Drawn: ...
        @overload
        def use(it: bytes) -> Sent: ...
        def use(it): ...
        use(Round()).show()
        #            ^^^^ call main.py::Drawn.show
        use(b"").show()
        #        ^^^^ call main.py::Sent.show
    """)


def test_values_and_what_classes_have_are_not_told_apart() -> None:
    check("""
        from typing import Any, Literal, Protocol, overload
        class Shut: ...
        class Open: ...
        class Base:
            def on(self): ...
        class A(Base):
            def on(self): ...
        class B(Base):
            def on(self): ...
        class HasName(Protocol):
            name: str
        @overload
        def by_value(mode: Literal["a"]) -> A: ...
        @overload
        def by_value(mode: str) -> B: ...
        def by_value(mode: str) -> Base: ...
        by_value("a").on()
        #             ^^ call main.py::Base.on
        @overload
        def by_shape(it: HasName) -> A: ...
        @overload
        def by_shape(it: Shut) -> B: ...
        def by_shape(it: Any) -> Base: ...
        by_shape(Shut()).on()
        #                ^^ call main.py::Base.on
    """)


def test_a_method_with_overloads() -> None:
    check("""
        from typing import Any, overload
        class One:
            def go(self): ...
        class Many:
            def go(self): ...
        class Store:
            @overload
            def __getitem__(self, at: int) -> One: ...
            @overload
            def __getitem__(self, at: slice) -> Many: ...
            def __getitem__(self, at: Any) -> Any: ...
            @overload
            def get(self, at: int) -> One: ...
            @overload
            def get(self, at: slice) -> Many: ...
            def get(self, at: Any) -> Any: ...
        def first(store: Store):
            store.get(0).go()
            #            ^^ call main.py::One.go
    """)
