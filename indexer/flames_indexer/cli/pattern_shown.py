"""Pattern cards and roles, as text, Markdown or JSON."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from flames_indexer.cli.lines import UNKNOWN, Lines
from flames_indexer.cli.output import (
    Column,
    Json,
    coverage_json,
    faint,
    not_covered,
    plural,
    styled,
    table,
    write_json,
    write_lines,
)

if TYPE_CHECKING:
    from flames_indexer.cli.opened import Opened
    from flames_indexer.model import Span
    from flames_indexer.patterns import Answer, Card, Exemplar, Line, RoleFound


def write(
    asked: "Opened", lines: Lines, answer: "Answer", roles: "Sequence[RoleFound]", form: str
) -> None:
    """The cards, or the roles where there are none; what is not covered is said with them."""
    coverage = asked.index.coverage()
    if form == "json":
        document = _json(lines, answer, roles)
        write_json({**document, "coverage": coverage_json(coverage, asked.notes)})
    elif form == "markdown":
        write_lines(_markdown(lines, answer, roles))
    else:
        shown = list(_cards(lines, answer) if answer.cards else _roles(roles))
        write_lines([*shown, *not_covered(coverage, asked.notes)])


def sentence(line: "Line") -> str:
    """`inherits BaseCommand`."""
    return f"{line.feature.verb} {line.feature.what}"


def name_of(lines: Lines, one: "Exemplar") -> str:
    """Its qualified name; of what has none, the line it begins on."""
    name = one.symbol.partition("::")[2]
    return lines.text(one.span) or name if "<" in name else name


def _cards(lines: Lines, answer: "Answer") -> Iterator[str]:
    for number, card in enumerate(answer.cards):
        yield from [""] * (number > 0)
        yield styled(_title(card), bold=True)
        yield "Exemplars"
        yield from table(
            [
                Column([_place(lines, one.span) for one in card.exemplars]),
                Column([name_of(lines, one) for one in card.exemplars], style={"bold": True}),
                Column([faint(", ".join(one.reasons)) for one in card.exemplars]),
            ]
        )
        yield from _skeleton(lines, "Most of them", card.most)
        yield from _skeleton(lines, "Some of them", card.some)
        if not card.most and not card.some:
            yield faint(_nothing_common(card))


def _skeleton(lines: Lines, heading: str, rows: "Sequence[Line]") -> Iterator[str]:
    if rows:
        yield heading
        yield from table(
            [
                Column([f"{row.count} of {row.among}" for row in rows], right=True),
                Column([sentence(row) for row in rows]),
                Column([faint(_place(lines, row.span)) for row in rows]),
            ]
        )


def _title(card: "Card") -> str:
    forms = {"class": "classes", "method": "methods"}.get(card.form, "functions")
    compared = f", {card.read} of them compared" if card.read < card.members else ""
    return f"{card.name}: {plural(card.members, 'member')} ({forms}){compared}"


def _nothing_common(card: "Card") -> str:
    if card.members < 3:
        return "Too few to say what is common."
    if card.read < 3:
        return "Copies of the same: nothing to compare."
    return "They have nothing in common that is not common elsewhere."


def _roles(roles: "Sequence[RoleFound]") -> Iterator[str]:
    if not roles:
        yield "No roles found: nothing here is done in three places alike."
        return
    yield from table(
        [
            Column([f"{role.members:,}" for role in roles], right=True),
            Column([role.name for role in roles]),
            Column([faint("in tests" if role.files == "test" else "") for role in roles]),
        ],
        indent="",
    )


def _place(lines: Lines, span: "Span") -> str:
    line = lines.first(span)
    return span.path if line == UNKNOWN else f"{span.path}:{line}"


def _markdown(lines: Lines, answer: "Answer", roles: "Sequence[RoleFound]") -> Iterator[str]:
    for card in answer.cards:
        yield f"## {_title(card)}"
        yield ""
        for one in card.exemplars:
            reasons = f" ({', '.join(one.reasons)})" if one.reasons else ""
            yield f"- `{name_of(lines, one)}` {_link(lines, one.span)}{reasons}"
        for heading, rows in (("Most of them", card.most), ("Some of them", card.some)):
            if rows:
                yield f"\n**{heading}**\n"
            for row in rows:
                shown = f"{row.feature.verb} `{row.feature.what}`"
                yield f"- {shown}: {row.count} of {row.among} {_link(lines, row.span)}"
        if not card.most and not card.some:
            yield f"\n{_nothing_common(card)}"
        yield ""
    for role in roles:
        yield f"- {role.name}: {role.members:,}"


def _link(lines: Lines, span: "Span") -> str:
    return f"[{_place(lines, span)}]({span.path}#L{lines.first(span)})"


def _json(lines: Lines, answer: "Answer", roles: "Sequence[RoleFound]") -> Json:
    return {
        "role": answer.role,
        "cards": [_card_json(lines, card) for card in answer.cards],
        "roles": [
            {"name": r.name, "members": r.members, "known": r.known, "files": r.files.value}
            for r in roles
        ],
    }


def _card_json(lines: Lines, card: "Card") -> Json:
    return {
        "role": card.name,
        "form": card.form,
        "members": card.members,
        "compared": card.read,
        "exemplars": [
            {
                "symbol": one.symbol,
                "path": one.span.path,
                "line": lines.first(one.span),
                "end_line": lines.last(one.span),
                "reasons": list(one.reasons),
            }
            for one in card.exemplars
        ],
        "most": [_line_json(lines, row) for row in card.most],
        "some": [_line_json(lines, row) for row in card.some],
    }


def _line_json(lines: Lines, row: "Line") -> Json:
    return {
        "what": sentence(row),
        "count": row.count,
        "of": row.among,
        "path": row.span.path,
        "line": lines.first(row.span),
    }
