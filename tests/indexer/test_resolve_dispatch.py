"""Methods without a body: a call of one runs one of its few implementations."""

from fixture import check


def test_a_call_of_an_abstract_method_runs_its_only_implementation() -> None:
    check("""
        --- base.py
        class Store:
            def load(self):
                raise NotImplementedError
            def both(self):
                return self.load()
        #                   ^ call base.py::Store.load; call main.py::Files.load inferred
        --- main.py
        from base import Store
        class Files(Store):
            def load(self):
                return 1
        def run(store: Store):
            store.load()
        #         ^ call base.py::Store.load; call main.py::Files.load inferred
    """)


def test_few_implementations_are_each_what_a_call_may_run() -> None:
    check("""
        class Store:
            def load(self): ...
        class Files(Store):
            def load(self): return 1
        class Rows(Store):
            def load(self): return 2
        def run(store: Store, rows: Rows):
            store.load()
        #         ^ call main.py::Store.load; call main.py::Files.load inferred; call main.py::Rows.load inferred
            rows.load()
        #        ^ call main.py::Rows.load
    """)


def test_many_implementations_are_told_by_override_edges_only() -> None:
    check("""
        class Node:
            def show(self): ...
        class One(Node):
            def show(self): return 1
        class Two(Node):
            def show(self): return 2
        class Three(Node):
            def show(self): return 3
        class Four(Node):
            def show(self): return 4
        def run(node: Node):
            node.show()
        #        ^ call main.py::Node.show
    """)


def test_an_override_of_an_implementation_is_told_by_its_override_edge_only() -> None:
    check("""
        class Store:
            def load(self): ...
        class Files(Store):
            def load(self): return 1
        class Packed(Files):
            def load(self): return 2
        def run(store: Store):
            store.load()
        #         ^ call main.py::Store.load; call main.py::Files.load inferred
    """)


def test_a_method_with_a_body_is_what_a_call_means() -> None:
    check("""
        class Store:
            def load(self): return 0
            def save(self): ...
        class Files(Store):
            def load(self): return 1
        class Other:
            def save(self): return 2
        def run(store: Store):
            store.load()
        #         ^ call main.py::Store.load
            store.save()
        #         ^ call main.py::Store.save
    """)


def test_reading_a_property_without_a_body_runs_its_implementations() -> None:
    check("""
        from abc import abstractproperty
        class Node:
            @property
            def start(self):
                raise NotImplementedError
        class Leaf(Node):
            @property
            def start(self): return 1
        class Branch(Node):
            @property
            def start(self): return 2
        def run(node: Node):
            return node.start
        #               ^ property main.py::Node.start; property main.py::Branch.start inferred; property main.py::Leaf.start inferred
    """)
