"""How things are done: roles, their exemplars and what most members do."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from fixture import read_fixture
from flames_indexer import git
from flames_indexer.build import build
from flames_indexer.config import load
from flames_indexer.index import Index, Snapshot
from flames_indexer.model import Role
from flames_indexer.patterns import Card, RoleFound, pattern, pattern_at, roles_found

Open = Callable[[str], Snapshot]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path / "cache"))

    def opened(text: str) -> Snapshot:
        root = tmp_path / "repository"
        for path, source in read_fixture(text).files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(source)
        config, _ = load(root)
        build(root, config)
        return Snapshot.of(Index.open(root, config))

    return opened


def lines(card: Card) -> dict[str, str]:
    """What most do -> how many of how many."""
    return {f"{x.feature.verb} {x.feature.what}": f"{x.count}/{x.among}" for x in card.most}


def handler(name: str, body: str = "return render(name)") -> str:
    return f'@app.route("/{name}")\ndef {name}(name):\n    {body}\n\n\n'


WEB = (
    "--- web/pages.py\nfrom flask import render, app, log\n"
    + handler("index")
    + handler("about")
    + "--- web/users.py\nfrom flask import render, app, log\n"
    + handler("user")
    + handler("login")
    + handler("logout", "log.info(name)")
    + "--- web/prices.py\ndef tax(price):\n    return price * 2\n\n\ndef net(price):\n    return price\n"
)


def test_a_known_role_shows_what_most_of_its_members_do(opened: Open):
    answer = pattern(opened(WEB), "http handler")
    assert answer.role == "HTTP handler"
    card = answer.cards[0]
    assert (card.form, card.members, card.read) == ("function", 5, 5)
    assert lines(card) == {
        "decorated with @app.route": "5/5",
        "takes name": "5/5",
        "calls render()": "4/5",
        "returns render()": "4/5",
    }


def test_a_line_is_where_its_evidence_is(opened: Open):
    snapshot = opened(WEB)
    for line in pattern(snapshot, "http handler").cards[0].most:
        source = snapshot.source(line.span.path)
        assert source is not None
        shown = line.feature.what.strip("@").removesuffix("()").encode()
        assert source[line.span.start :].startswith(shown)


def test_exemplars_are_typical_and_of_several_files(opened: Open):
    exemplars = pattern(opened(WEB), "http handler").cards[0].exemplars
    assert {one.span.path for one in exemplars} == {"web/pages.py", "web/users.py"}
    assert "web/users.py::logout" not in [one.symbol for one in exemplars]


def test_copies_of_one_are_not_three_exemplars(opened: Open):
    copies = "".join(
        f"--- app{n}/pages.py\nfrom flask import render, app\n" + handler("index") for n in "xyz"
    )
    exemplars = pattern(opened(WEB + copies), "http handler").cards[0].exemplars
    assert len({one.symbol.partition("::")[2] for one in exemplars}) == 3


def test_what_is_deprecated_is_no_exemplar(opened: Open):
    text = (
        WEB
        + "--- web/old.py\nfrom flask import render, app\n"
        + handler("older", '"""Deprecated: use index."""\n    return render(name)')
    )
    symbols = [one.symbol for one in pattern(opened(text), "http handler").cards[0].exemplars]
    assert symbols
    assert "web/old.py::older" not in symbols


@pytest.mark.parametrize("words", ["HTTP handlers", "http handlr", "view", "endpoints", "routes"])
def test_plurals_slips_and_other_words_mean_the_role(opened: Open, words: str):
    assert pattern(opened(WEB), words).role == "HTTP handler"


def test_what_only_copies_of_one_do_is_no_rule(opened: Open):
    copies = "".join(
        f"--- app{n}/pages.py\nfrom flask import render, app\n"
        + handler("index", "return cached(name)")
        for n in "xyzuvw"
    )
    more = "--- web/more.py\nfrom flask import render, app\n" + handler("help")
    card = pattern(opened(WEB + more + copies), "http handler").cards[0]
    assert (card.members, card.read) == (12, 7)
    assert lines(card)["calls render()"] == "5/7"
    assert "calls cached()" not in lines(card)


def test_exactly_half_are_not_most(opened: Open):
    text = "".join(
        f"--- web/{name}.py\nfrom flask import app\n" + handler(name, f"return {made}(name)")
        for name, made in zip("abcdef", ["page"] * 3 + ["table"] * 3, strict=True)
    )
    card = pattern(opened(text), "http handler").cards[0]
    assert "calls page()" not in lines(card)
    assert "calls page()" in {f"{x.feature.verb} {x.feature.what}" for x in card.some}


def test_exemplars_show_each_way_in_which_it_is_done(opened: Open):
    text = "".join(
        f"--- web/{name}.py\nfrom flask import app\n" + handler(name, body)
        for name, body in (
            *((f"shown{n}", "return page(name)") for n in "abcdef"),
            *((f"listed{n}", "rows = query(name)\n    return table(rows)") for n in "abcd"),
        )
    )
    card = pattern(opened(text), "http handler").cards[0]
    names = [one.symbol.partition("::")[2][:-1] for one in card.exemplars]
    assert sorted(names) == ["listed", "shown", "shown"]
    assert names[:2] == ["shown", "listed"]


def test_what_shares_only_the_name_of_its_group_is_no_role(opened: Open):
    unlike = """\
--- tool/a.py
from tool.base import Plugin
class A(Plugin):
    def start(self): ...
--- tool/b.py
from tool.base import Plugin
class B(Plugin):
    level = 3
--- tool/c.py
from tool.base import Plugin
class C(Plugin):
    def stop(self): ...
"""
    base = COMMANDS.partition("--- tool/a.py")[0]
    assert roles_found(opened(base + unlike)) == []


def test_a_guard_is_no_middleware(opened: Open):
    text = "".join(
        f"--- src/{name}.guard.ts\nimport {{ CanActivate }} from '@nestjs/common'\n"
        f"export class {name} implements CanActivate {{ canActivate(context) {{ return 1 }} }}\n"
        for name in ("Roles", "Login", "Owner")
    )
    snapshot = opened(text)
    assert [role.name for role in roles_found(snapshot)] == ["guard"]
    assert pattern(snapshot, "middleware").cards == ()


def test_a_role_nobody_has_here_is_named_without_cards(opened: Open):
    answer = pattern(opened(WEB), "database migration")
    assert (answer.role, answer.cards) == ("migration", ())


def test_a_word_that_says_where_is_not_taken_for_the_role(opened: Open):
    assert pattern(opened(WEB), "api serializer").role == "serializer or schema"


def test_words_that_mean_no_role_give_none(opened: Open):
    assert pattern(opened(WEB), "zebra crossing").role == ""


COMMANDS = """\
--- tool/base.py
class Plugin:
    def run(self):
        raise NotImplementedError
--- tool/a.py
from tool.base import Plugin
class A(Plugin):
    title = "a"
    def run(self):
        self.report(1)
--- tool/b.py
from tool.base import Plugin
class B(Plugin):
    title = "b"
    def run(self):
        self.report(2)
--- tool/c.py
from tool.b import B
class C(B):
    title = "c"
    def run(self):
        raise ValueError("c")
"""


def test_a_role_without_a_name_is_named_by_what_its_members_share(opened: Open):
    snapshot = opened(COMMANDS)
    assert [(role.name, role.members, role.known) for role in roles_found(snapshot)] == [
        ("subclasses of Plugin", 3, False)
    ]
    card = pattern(snapshot, "subclasses of Plugin").cards[0]
    assert lines(card) == {"sets title": "3/3", "defines run": "3/3"}


def test_two_are_no_role(opened: Open):
    text = COMMANDS.partition("--- tool/c.py")[0]
    assert roles_found(opened(text)) == []


def commands(bodies: dict[str, str]) -> str:
    """A command each, its class body given."""
    return "".join(
        f"--- tool/{name.lower()}.py\nfrom click import Command\nclass {name}(Command):\n{body}"
        for name, body in bodies.items()
    )


RUN = "    title = 'x'\n    def run(self):\n        return self.report(1)\n"
TOLD = f'    """What it is for."""\n{RUN}'


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("MockRead", TOLD),
        ("Apart", f"{TOLD}    def more(self):\n        raise NotImplementedError\n"),
    ],
    ids=["a double", "an abstract one"],
)
def test_what_is_not_to_be_made_like_is_no_exemplar(opened: Open, name: str, body: str):
    snapshot = opened(commands({**dict.fromkeys(("Read", "Show", "Zap"), RUN), name: body}))
    card = pattern(snapshot, "cli command").cards[0]
    assert card.members == 4
    shown = sorted(one.symbol.rpartition("::")[2] for one in card.exemplars)
    assert shown == ["Read", "Show", "Zap"]


def test_a_helper_that_handlers_call_is_no_exemplar(opened: Open):
    helper = "def helper(request):\n    return page(request)\n\n\n"
    pages = "".join(
        f"def {name}(request):\n    helper(request)\n    return page(request)\n\n\n"
        for name in ("index", "about", "login", "zone")
    )
    card = pattern(opened(f"--- web/views.py\n{helper}{pages}"), "http handler").cards[0]
    assert card.members == 5
    assert "web/views.py::helper" not in [one.symbol for one in card.exemplars]


def test_what_few_are_like_shows_no_way_in_a_large_group(opened: Open):
    odd = commands({"Odd": "    def odd(self):\n        return strange(self)\n"})
    ways = "".join(f"class Way{n}(Command):\n{RUN}" for n in range(30))
    text = f"{odd}--- tool/ways.py\nfrom click import Command\n{ways}"
    card = pattern(opened(text), "cli command").cards[0]
    assert card.members == 31
    assert not [one for one in card.exemplars if "::Odd" in one.symbol]


def test_what_a_class_within_sets_is_a_line(opened: Open):
    body = "    class Meta:\n        prefix = 'x'\n"
    card = pattern(opened(commands(dict.fromkeys(("Add", "Show", "Zap"), body))), "command").cards[
        0
    ]
    assert lines(card) == {
        "inherits Command": "3/3",
        "defines class Meta": "3/3",
        "sets Meta.prefix": "3/3",
    }


def test_what_is_asked_for_its_type_is_handed_to_nobody(opened: Open):
    asked = "def is_one(x):\n    return isinstance(x, {0}) or isinstance(y, {0})\n"
    text = commands({name: RUN + asked.format(name) for name in ("Add", "Show", "Zap")})
    card = pattern(opened(text), "cli command").cards[0]
    assert not [line for line in (*card.most, *card.some) if line.feature.verb == "handed to"]


def test_what_says_how_types_are_checked_names_no_group(opened: Open):
    marked = "".join(
        f"--- tool/{name}.py\nfrom typing import no_type_check\n@no_type_check\n"
        f"def {name}(rows):\n    return report(rows)\n"
        for name in ("read", "tell", "write")
    )
    assert roles_found(opened(marked + WEB.partition("--- web/users.py")[0])) == [
        RoleFound("HTTP handler", 2, known=True, files=Role.SOURCE)
    ]


def test_what_is_common_everywhere_makes_no_role(opened: Open):
    body = "    def __init__(self):\n        super().__init__()\n"
    names = [f"{name}String" for name in ("Plain", "Rich", "Long")] + [
        f"Other{n}" for n in range(20)
    ]
    text = "".join(f"--- fields/{name}.py\nclass {name}:\n{body}" for name in names)
    assert roles_found(opened(text)) == []


def test_a_class_called_base_makes_no_models(opened: Open):
    text = "--- shop/price.py\nclass Base:\n    def total(self): ...\n"
    text += "".join(f"class {name}(Base):\n    tax = 1\n" for name in ("US", "UK", "DE"))
    assert not [role for role in roles_found(opened(text)) if role.name == "model"]
    made = text.replace("class Base:\n    def total(self): ...\n", "Base = declarative_base()\n")
    assert [role.members for role in roles_found(opened(made)) if role.name == "model"] == [3]


def test_what_raises_is_told_from_what_calls(opened: Open):
    text = "".join(
        f"--- cli/{name}.py\nfrom click import command\n"
        f"@command()\ndef {name}(path):\n    raise UsageError(path)\n"
        for name in ("add", "drop", "show")
    )
    assert "raises UsageError" in lines(pattern(opened(text), "cli command").cards[0])


EXPRESS = """\
--- server/routes.ts
import express from 'express'
const router = express.Router()
router.get('/a', async (req, res) => { res.json(load(1)) })
router.get('/b', async (req, res) => { res.json(load(2)) })
router.post('/c', create)
function create(req, res) { res.json(load(3)) }
--- web/Button.tsx
export const Button = ({ label }) => <Box>{label}</Box>
--- web/Card.tsx
export function Card({ label }) { return <Box>{label}</Box> }
--- web/Page.tsx
export default function Page({ label }) { return <Box>{label}</Box> }
--- web/useUser.ts
export function useUser() { return useQuery(1) }
"""


def test_handlers_are_known_by_who_they_are_handed_to(opened: Open):
    card = pattern(opened(EXPRESS), "http handler").cards[0]
    assert card.members == 3
    assert lines(card)["calls res.json()"] == "3/3"
    assert lines(card)["takes req"] == "3/3"


def test_what_stands_among_middlewares_is_no_handler(opened: Open):
    text = "--- src/middlewares/stamp.ts\nexport function stamp(req, res, next) { next() }\n"
    assert pattern(opened(EXPRESS + text), "http handler").cards[0].members == 3


def test_handlers_of_all_verbs_are_decorated_alike(opened: Open):
    text = "--- web/api.py\nfrom web import router\n" + "".join(
        f"@router.{verb}('/')\ndef {verb}_one(key):\n    return page(key)\n"
        for verb in ("get", "post", "delete")
    )
    card = pattern(opened(text), "http handler").cards[0]
    assert lines(card)["decorated with @router.*"] == "3/3"


def test_components_render(opened: Open):
    card = pattern(opened(EXPRESS), "react component").cards[0]
    assert card.members == 3
    assert lines(card)["renders <Box>"] == "3/3"


def test_one_hook_is_shown_without_a_skeleton(opened: Open):
    card = pattern(opened(EXPRESS), "hooks").cards[0]
    assert [one.symbol for one in card.exemplars] == ["web/useUser.ts::useUser"]
    assert (card.most, card.some) == ((), ())


def test_of_a_place_the_role_is_shown_without_what_is_there(opened: Open):
    snapshot = opened(WEB)
    symbol = snapshot.symbol("web/pages.py::index")
    assert symbol is not None
    card = pattern_at(snapshot, "web/pages.py", symbol.name_span.start).cards[0]
    assert (card.name, card.members) == ("HTTP handler", 4)
    assert symbol.id not in [one.symbol for one in card.exemplars]


def test_of_an_unsaved_class_the_stored_ones_are_shown(opened: Open):
    snapshot = opened(COMMANDS)
    text = b"from tool.base import Plugin\nclass D(Plugin):\n    pass\n"
    edited = snapshot.with_edit("tool/d.py", text, 1)
    answer = pattern_at(edited, "tool/d.py", text.index(b"D("))
    assert [card.members for card in answer.cards] == [3]


def test_of_a_place_without_a_role_nothing_is_shown(opened: Open):
    snapshot = opened(WEB)
    symbol = snapshot.symbol("web/prices.py::tax")
    assert symbol is not None
    assert pattern_at(snapshot, "web/prices.py", symbol.name_span.start).cards == ()


def test_git_tells_what_changed_last(tmp_path: Path):
    def run(*arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True)

    run("init", "-q")
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("x = 1\n")
        run("add", name)
        run("commit", "-qm", name)
    assert git.last_changed(tmp_path, 10) == ["b.py", "a.py"]
    assert git.last_changed(tmp_path, 1) == ["b.py"]
