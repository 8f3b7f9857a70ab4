"""What no call in the code says: fixtures, registrations, names in strings, what tests are about."""

from fixture import check


def test_fixtures_are_found_from_the_inside_out() -> None:
    check("""
        --- tests/conftest.py
        import pytest
        class Client:
            def get(self): ...
        @pytest.fixture
        def client(): return Client()
        @pytest.fixture()
        def database(): yield Client()
        def plain(): ...
        --- tests/deep/conftest.py
        from pytest import fixture
        @fixture
        def client(client):
        #          ^ fixture tests/conftest.py::client
            return client
        --- tests/deep/test_a.py
        import pytest
        def test_one(client, database, plain, missing):
        #            ^ fixture tests/deep/conftest.py::client
            ...
        def test_two(database):
        #            ^ fixture tests/conftest.py::database
            database.get()
        #            ^ call tests/conftest.py::Client.get inferred
        def test_three(plain):
        #              ^ none
            ...
        def helper(client):
        #          ^ none
            ...
        def test_four(client=1):
        #             ^ none
            ...
        class TestAll:
            @pytest.fixture
            def database(self, client): ...
        #                      ^ fixture tests/deep/conftest.py::client
            def test_five(self, database):
        #                       ^ fixture tests/deep/test_a.py::TestAll.database
                ...
        class test_all:
            def test_six(self, database):
        #                      ^ fixture tests/conftest.py::database
                ...
        class Helper:
            def test_seven(self, database):
        #                        ^ none
                ...
        --- other/test_b.py
        def test_one(client):
        #            ^ none
            ...
    """)


def test_fixtures_are_asked_for_in_strings_too() -> None:
    check("""
        --- conftest.py
        import pytest
        pytest_plugins = ["helpers.plugin"]
        @pytest.fixture
        def database(): ...
        @pytest.fixture(name="web")
        def make_web(): ...
        @pytest.fixture(autouse=True)
        #^ register conftest.py::clean (autouse)
        def clean(): ...
        --- helpers/plugin.py
        import pytest
        @pytest.fixture
        def mailbox(): ...
        --- test_a.py
        import pytest
        @pytest.mark.usefixtures("database")
        #                         ^ fixture conftest.py::database
        def test_one(web, make_web):
        #            ^ fixture conftest.py::make_web
            ...
        def test_two(request, mailbox):
        #                     ^ fixture helpers/plugin.py::mailbox
            request.getfixturevalue("database")
        #                            ^ fixture conftest.py::database
            request.getfixturevalue("mailboxes")
        #                            ^ none
    """)


def test_registrations() -> None:
    check("""
        --- app.py
        import click
        import functools
        from flask import Flask
        from celery import shared_task
        app = Flask(__name__)
        class Bus:
            def on(self, what): ...
            def cached(self, f): ...
        bus = Bus()
        def plain(f): return f
        def receiver(signal): ...
        @app.route("/")
        #    ^ register app.py::home (app.route)
        def home(): ...
        @shared_task
        #^ decorate ext:celery.shared_task; register app.py::work (ext:celery.shared_task)
        def work(): ...
        @click.command()
        #      ^ call ext:click.command; register app.py::main (ext:click.command)
        def main(): ...
        @receiver(1)
        #^ call app.py::receiver; register app.py::saved (app.py::receiver)
        def saved(): ...
        @bus.on("start")
        #    ^ call app.py::Bus.on inferred; register app.py::started inferred (bus.on)
        def started(): ...
        @bus.cached
        #    ^ decorate app.py::Bus.cached inferred
        def kept(): ...
        @plain
        #^ decorate app.py::plain
        def same(): ...
        @functools.lru_cache
        #          ^ decorate ext:functools.lru_cache
        def fast(): ...
        @click.option("--x")
        #      ^ call ext:click.option
        def optional(): ...
        class A:
            @property
            def b(self): ...
            @b.setter
        #      ^ none
            def b(self, value): ...
    """)


def test_names_in_strings() -> None:
    check("""
        --- pkg/__init__.py
        --- pkg/middleware.py
        class Cors:
            def handle(self): ...
        def make(): ...
        limit = 1
        --- settings.py
        INSTALLED = ["pkg.middleware", "pkg.nothing", "other.middleware"]
        #             ^ text pkg/middleware.py
        MIDDLEWARE = ("pkg.middleware.Cors",)
        #              ^ text pkg/middleware.py::Cors
        APP = "pkg.middleware:make"
        #      ^ text pkg/middleware.py::make
        HANDLE = "pkg.middleware.Cors.handle"
        #         ^ text pkg/middleware.py::Cors.handle
        NOT = "pkg.middleware.Cors.missing"
        #      ^ none
        VALUE = "pkg.middleware.limit"
        #        ^ none
        WORD = "pkg", "pkg/middleware.py", "see pkg.middleware.Cors"
        #       ^ none
        --- typed.py
        from pkg.middleware import Cors
        def f(cors: "Cors", other: "str"): ...
        #            ^ text pkg/middleware.py::Cors
    """)


def test_what_tests_are_about() -> None:
    check("""
        --- urls.py
        class Client:
            def get(self): ...
        def parse_url(text): ...
        def join(text): ...
        def ok(): ...
        --- tests/test_urls.py
        from urls import Client, join, ok, parse_url
        def test_parse_url():
        #   ^ test urls.py::parse_url
            parse_url("")
            join("")
        def test_parse_url_keeps_ports():
        #   ^ test urls.py::parse_url inferred
            parse_url("")
        def test_ok_is_too_short():
        #   ^ none
            ok()
        def test_join():
        #   ^ none
            parse_url("")
        class TestClient:
        #     ^ test urls.py::Client
            def test_get(self):
        #       ^ test urls.py::Client.get
                Client().get()
        --- parse.py
        from urls import parse_url
        def test_parse_url():
        #   ^ none
            parse_url("")
    """)
