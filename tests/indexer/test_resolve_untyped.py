"""Parameters without a type: told by the overridden method, or by what is done with them."""

from fixture import check


def test_an_override_takes_what_the_overridden_method_declares() -> None:
    check("""
        --- base.py
        class Page:
            def render(self): ...
        class Plugin:
            def extend(self, page: Page, depth=0): ...
        --- main.py
        from base import Plugin
        class Middle(Plugin):
            def extend(self, page, depth=0): ...
        class Own(Middle):
            def extend(self, page, depth=0):
                page.render()
        #            ^ call base.py::Page.render inferred
            def other(self, page):
                page.unheard()
        #            ^ unknown
    """)


def test_an_override_with_other_names_takes_them_by_place() -> None:
    check("""
        class Page:
            def render(self): ...
        class Plugin:
            def extend(self, page: Page, *more): ...
        class Own(Plugin):
            def extend(self, target, count):
                target.render()
        #              ^ call main.py::Page.render inferred
                count.render_all()
        #             ^ unknown
    """)


def test_two_members_that_one_class_has_tell_it() -> None:
    check("""
        --- tokens.py
        class Token:
            def flatten(self): ...
        class Tokens(Token):
            def __init__(self): self.tokens = []
            def group_all(self): ...
            def flatten(self): ...
        --- main.py
        def walk(found):
            found.group_all()
        #         ^ call tokens.py::Tokens.group_all inferred
            found.flatten()
        #         ^ call tokens.py::Tokens.flatten inferred
            return found.tokens
    """)


def test_one_member_alone_is_a_guess_where_its_name_is_one_word() -> None:
    check("""
        class Tokens:
            def group_all(self): ...
            def regroup(self): ...
        def walk(found, other, third, fourth):
            found.group_all()
        #         ^ call main.py::Tokens.group_all inferred
            other.regroup()
        #         ^ call main.py::Tokens.regroup unique-name
            third.group_all
        #         ^ reference main.py::Tokens.group_all unique-name
            fourth.regroup
        #          ^ reference main.py::Tokens.regroup possible
    """)


def test_a_method_that_calls_its_own_name_hands_on() -> None:
    check("""
        class Tokens:
            def __init__(self, inner):
                self.inner = inner
            def group_all(self):
                return self.inner.group_all()
        #                         ^ call main.py::Tokens.group_all unique-name
    """)


def test_a_member_that_the_class_lacks_tells_against_it() -> None:
    check("""
        class Tokens:
            def group_all(self): ...
        def walk(found):
            found.group_all()
        #         ^ call main.py::Tokens.group_all unique-name
            return found.colour
    """)


def test_what_a_nested_function_reads_counts() -> None:
    check("""
        class Tokens:
            def group_all(self): ...
            def part(self): ...
        class Other:
            def part(self): ...
        def walk(found):
            def inner():
                found.group_all()
        #             ^ call main.py::Tokens.group_all inferred
            return found.part()
        #                ^ call main.py::Tokens.part inferred
    """)


def test_names_of_builtin_methods_are_no_evidence() -> None:
    check("""
        class Cache:
            def items(self): ...
            def entries(self): ...
        def run(c):
            c.items()
        #     ^ unknown
            c.entries()
        #     ^ call main.py::Cache.entries unique-name
    """)


def test_what_only_tests_define_does_not_fit() -> None:
    check("""
        --- tests/fakes.py
        class Fake:
            def deliver_all(self): ...
            def collect_all(self): ...
        --- mail.py
        def run(found):
            found.deliver_all()
        #         ^ unknown
            found.collect_all()
        #         ^ unknown
    """)


def test_a_class_handed_to_what_nobody_sees_may_come_back_as_an_instance() -> None:
    check("""
        from shortcuts import get_object_or_404
        class Order:
            def pay(self): ...
        class Bill:
            def pay(self): ...
        def pay(number):
            order = get_object_or_404(Order, number)
            order.pay()
        #         ^ call main.py::Order.pay inferred
            Order.objects.type(Bill).pay()
        #                            ^ unknown
    """)


def test_a_double_of_another_test_is_not_meant_by_its_method_s_name() -> None:
    check("""
        --- tests/test_doubles.py
        class Double:
            def prepare(self): ...
        def test_own(double):
            double.prepare()
        #          ^ call tests/test_doubles.py::Double.prepare unique-name
        --- tests/test_other.py
        def test_other(thing):
            thing.prepare()
        #         ^ unknown
    """)
