"""Below: members that a class lacks and its subclasses have."""

from fixture import check


def test_a_mixin_calls_what_stands_beside_it() -> None:
    check("""
        --- mixins.py
        class Named:
            def title(self):
                self.words().join()
        #            ^ call text.py::Text.words inferred
        #                    ^ call text.py::Words.join inferred
        --- text.py
        from mixins import Named
        class Words:
            def join(self): ...
        class Text:
            def words(self) -> Words: ...
        class Heading(Named, Text): ...
        class Caption(Named, Text): ...
        class Other:
            def words(self): ...
    """)


def test_a_base_calls_what_each_subclass_defines_or_keeps() -> None:
    check("""
        class Step:
            def run(self):
                self.prepare()
        #            ^ call main.py::First.prepare inferred; call main.py::Third.prepare inferred
                self.action()
        #            ^ call main.py::First.begin inferred
        class First(Step):
            def __init__(self):
                self.action = self.begin
            def prepare(self): ...
            def begin(self): ...
        class Second(Step): ...
        class Third(Second):
            def prepare(self): ...
    """)


def test_a_class_that_inherits_the_unknown_or_answers_for_all_has_nothing_below() -> None:
    check("""
        from elsewhere import Base
        class Step(Base):
            def run(self):
                self.prepare()
        #            ^ none
        class First(Step):
            def prepare(self): ...
        class Proxy:
            def __getattr__(self, name): ...
            def run(self):
                self.begin()
        #            ^ protocol main.py::Proxy.__getattr__ possible; unknown
        class Second(Proxy):
            def begin(self): ...
    """)


def test_what_too_many_classes_below_have_is_not_the_first_of_them() -> None:
    check("""
        class Node:
            def show(self):
                return self.kind
        #                   ^ none
        class Leaf(Node):
            pass
        class One(Leaf):
            kind = "one"
        class Two(Leaf):
            kind = "two"
        class Three(Leaf):
            kind = "three"
        class Four(Leaf):
            kind = "four"
        class Five(Leaf):
            kind = "five"
        class Branch(Node):
            @property
            def kind(self):
                return "branch"
    """)
