"""Lines of a function that exist elsewhere, and lines that only look like it."""

from collections.abc import Callable
from textwrap import indent
from typing import Any

from flames_indexer.model import Finding, Severity

Repository = Callable[..., Any]

STRIP = """
def strip_extras(path):
    found = re.match(EXTRAS, path)
    extras = None
    if found:
        bare = found.group("path")
        extras = found.group("extras")
        check_extras(extras)
    else:
        bare = path
    return bare, extras
"""

INLINE = """
def parse_editable(given, default):
    url = given.strip()
    if default and not url:
        raise ValueError("nothing to parse")
    m = re.match(EXTRAS, url)
    rest = None
    if m:
        plain = m.group("path")
        rest = m.group("extras")
        check_extras(rest)
    else:
        plain = url
    if os.path.isdir(plain):
        if not os.path.exists(os.path.join(plain, "setup.py")):
            raise ValueError("not installable")
        url = to_url(os.path.normcase(plain))
    link = Link(url)
    return link, rest
"""

EXTRAS = """
EXTRAS = "(?P<path>.*)(?P<extras>.*)"


def check_extras(extras):
    return extras.isidentifier()
"""

POSTING = """
session.notify("posting", report)
deadline = session.clock.deadline(report.kind)
for entry in report.entries:
    charge = ledger.charge_for(entry, deadline)
    if charge.is_disputed("strict"):
        ledger.freeze(charge, "disputed")
        continue
    ledger.post(charge, session.account)
session.archive(report)
"""

BOOKS = (
    """
book = session.open_book(report.month)
book.lock()
totals = {}
for page in book.pages():
    totals[page.number] = page.sum()
    if page.is_torn and not page.copies:
        mend(page, book.glue)
        journal.write(f"{page.number} mended")
check_totals(totals, report)
""",
    """
book.write(totals)
book.close()
return sorted(totals, key=totals.get)
""",
)
PRICES = (
    """
prices = fetch_prices(report.market, timeout=30)
if not prices:
    raise NoPrices(report.market)
best = max(prices, key=rank_of)
with market_of(report).bell(best) as bell:
    bell.ring(times=3)
    yield bell
quote(best, session.customer)
""",
    """
while prices:
    rival = prices.pop()
    if rival != best:
        remind(rival, best, [each.name for each in rival.owners])
return best.total()
""",
)

OTHER = """
def load_settings(path, defaults):
    settings = dict(defaults)
    with open(path) as stream:
        for number, text in enumerate(stream):
            key, _, value = text.partition("=")
            if not key.strip():
                raise ValueError(f"line {number} has no key")
            settings[key.strip()] = value.strip()
    return settings
"""


def long(name: str, around: tuple[str, str], inside: str = POSTING) -> str:
    before, after = around
    return f"def {name}(session, report):\n" + indent(before + inside + after, "    ")


def findings(made: Any, paths: Any = None, **options: Any) -> list[Finding]:
    result = made.check(paths, rule="parallel-logic", **options)
    assert result.failed == ()
    return list(result.findings)


def test_lines_that_an_existing_function_has_are_told_loudly(repository: Repository) -> None:
    names = "import re\nfrom extras import EXTRAS, check_extras\n"
    whole = names + STRIP.replace("return bare, extras", "return bare")
    part = names + INLINE.replace("return link, rest", "return link")
    files = {"urls.py": whole, "pkg/editable.py": part, "settings.py": OTHER, "extras.py": EXTRAS}
    (found,) = findings(repository(files))
    assert found.severity is Severity.WARNING
    assert found.span.path == "pkg/editable.py"
    assert found.message == (
        "Lines 8-15 of `parse_editable` do what `strip_extras` in urls.py does. Call that one."
    )
    assert [place.symbol for place in found.related] == ["urls.py::strip_extras"]


def test_lines_that_no_call_could_stand_for_are_a_hint(repository: Repository) -> None:
    files = {"urls.py": f'EXTRAS = "+"\n{STRIP}', "pkg/editable.py": f'EXTRAS = "-"\n{INLINE}'}
    (found,) = findings(repository(files | {"settings.py": OTHER}))
    assert found.severity is Severity.HINT
    assert found.message.endswith("are nearly all of what `strip_extras` in urls.py does.")


def test_a_method_of_another_class_is_told_as_a_hint(repository: Repository) -> None:
    method = "class Extras:\n" + indent(STRIP.replace("(path)", "(self, path)"), "    ")
    made = repository({"urls.py": method, "pkg/editable.py": INLINE, "settings.py": OTHER})
    assert [f.severity for f in findings(made)] == [Severity.HINT]


def test_a_call_of_the_existing_function_is_no_copy(repository: Repository) -> None:
    calls = INLINE.replace("    link =", "    bare, _ = strip_extras(url)\n    link =")
    made = repository({"urls.py": STRIP, "editable.py": "from urls import strip_extras\n" + calls})
    assert findings(made) == []


def test_lines_without_names_of_their_own_are_an_idiom(repository: Repository) -> None:
    small = """
    def first(items, default):
        found = default
        for item in items:
            if item:
                found = item
                break
        return found
    """
    long_one = """
    def choose(options, other):
        rank = other.rank()
        best = other
        for option in options:
            if option:
                best = option
                break
        log(best)
        other.send(best, rank)
        return best.name()
    """
    assert findings(repository({"a.py": small, "b.py": long_one, "c.py": OTHER})) == []


def test_lines_that_two_functions_have_are_a_hint(repository: Repository) -> None:
    one = long("close_month", BOOKS)
    other = long("settle", PRICES)
    made = repository({"month.py": one, "pkg/settle.py": other, "settings.py": OTHER})
    (found,) = findings(made)
    assert found.severity is Severity.HINT
    assert "are in `" in found.message
    assert len(found.related) == 1


SEND = """
    for person in people:
        context["user"] = person
        with override(person.profile.language()):
            subject = render(subjects, context).strip()
            content = render(texts, context).strip()
        extra = {}
        if getattr(settings, "USE_HTML", False):
            extra["html"] = render(pages, context)
        try:
            send_mail(subject, content, [person.email], **extra)
            sent += 1
        except Exception:
            logger.exception("Failed to send %s to %s", subject, person.email)
"""


def test_two_functions_are_told_of_once(repository: Repository) -> None:
    opened = "connection = get_connection()\n\nwith Opened(connection) as mail:\n    sent = 0\n"
    one = (
        "def notify(page, people, subjects, texts, pages):\n"
        "    context = {'page': page, 'settings': settings}\n"
        "    people = [p for p in people if p.wants(page) and not p.is_gone(page)]\n"
        "    if not people:\n        return True\n"
        + indent(opened + SEND, "    ")
        + "    return sent == len(people)\n"
    )
    other = (
        "def send_all(people, context, subjects, texts, pages):\n"
        "    connection = get_connection()\n    sent = 0\n    try:\n"
        "        with Opened(connection) as mail:\n"
        + indent(SEND, "        ")
        + "    except (TimeoutError, ConnectionError):\n"
        "        logger.exception('Mail connection error, notification sending skipped')\n"
        "    return sent == len(people)\n"
    )
    assert len(findings(repository({"a.py": one, "b.py": other, "c.py": OTHER}))) == 1


def test_tables_of_texts_are_no_copies(repository: Repository) -> None:
    rows = "\n".join(f'report["{key}"] = "what {key} stands for here"' for key in "abcdefghij")
    one, other = long("english", BOOKS, rows), long("draft", PRICES, rows)
    assert findings(repository({"a.py": one, "b.py": other, "c.py": OTHER})) == []


def test_same_methods_of_two_classes_are_meant(repository: Repository) -> None:
    one = long("close", BOOKS)
    other = long("close", PRICES)
    made = repository(
        {
            "a.py": "class Month:\n" + indent(one, "    "),
            "b.py": "class Year:\n" + indent(other, "    "),
            "c.py": OTHER,
        }
    )
    assert findings(made) == []


def test_only_changed_functions_are_told(repository: Repository) -> None:
    made = repository({"urls.py": STRIP, "editable.py": INLINE, "settings.py": OTHER})
    old = {"urls.py": STRIP, "editable.py": INLINE, "settings.py": OTHER}
    assert findings(made, before=old, changed_since="HEAD") == []
    changed = {**old, "editable.py": INLINE.replace("given.strip()", "given")}
    assert len(findings(made, before=changed, changed_since="HEAD")) == 1


def test_found_while_it_is_typed(repository: Repository) -> None:
    made = repository({"urls.py": STRIP, "editable.py": "x = 1\n", "settings.py": OTHER})
    made.edit("editable.py", INLINE)
    assert len(findings(made, ["editable.py"])) == 1


def test_two_that_are_told_of_whole_are_not_told_of_again(repository: Repository) -> None:
    more = "total = sum(entry.amount for entry in report.entries)\nsession.say(total)\n"
    settle, book = (
        f"def {name}(session, report, ledger):{indent(text, '    ')}"
        for name, text in (("settle", POSTING), ("book", POSTING + more))
    )
    made = repository({"one.py": settle, "other.py": book})
    found = made.check(rule="parallel-logic").findings
    assert len(found) == 1, [finding.message for finding in found]
