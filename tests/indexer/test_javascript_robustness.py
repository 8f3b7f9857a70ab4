"""Facts of any bytes at all: cut anywhere, broken anyhow, nested without end."""

import random

import pytest
from flames_indexer.languages import language_named
from javascript_facts import facts_are_sound

LANGUAGES = ("javascript", "typescript", "tsx")

EVERYTHING = b"""\
/** d */ @dec({a: 1}) export abstract class A<T> extends B.C<T> implements I {
  @In() x: string = 'a'; static #p?: number; y = () => this.#p!.q;
  constructor(private s: S, { b, c: [d = 1, , ...e] }: O = {}, ...r: T[]) { super(s); }
  get v(): number { return 1 } set v(n) {} over(a: string): void; static { f() }
  async *[Symbol.iterator]() { yield* await g?.(`a${b}c`)?.[d] }
}
function Foo() { this.a = 1 } Foo.prototype.b = function () {}; exports.x = module.exports = Foo;
type U<K> = { m(): K } & (V | [a: W, b?: X] | ((y: Y) => Z)) | typeof A; enum E { A = 1, 'B' }
namespace N.M { export const a = { ...b, c, 'd': 1, [e]: 2, f() {}, get g() { return 1 } } }
import z, { type T1 as T2 } from './t'; import fs = require('fs'); export * as ns from './n';
const { q, r: w } = require('./q'), k = l ? (m as N) : <O>o || (p, (() => 1)());
for (const [i, j] of o) try { label: for (;;) break label } catch ({ e }) { throw new E2(...e) }
"""
JSX = b"const v = <A.B c={d} {...e} f='g'>x {y} <h/><></></A.B>; export default () => <I<J>/>;\n"

N = 2000
DEEP = {
    "parentheses": b"(" * N + b"a" + b")" * N,
    "members": b"a." * N + b"b",
    "calls": b"a().b" * N,
    "arguments": b"a(" * N,
    "arrows": b"a => " * N + b"1",
    "functions": b"function f() {" * N,
    "classes": b"class A { m() {" * N,
    "objects": b"({a:" * N + b"1" + b"})" * N,
    "ternaries": b"a ? b : " * N + b"c",
    "sums": b"a + " * N + b"b",
    "assignments": b"a.b = " * N + b"{}",
    "elses": b"if (a) b; else " * N + b"c",
    "elements": b"<A>" * N,
    "patterns": b"const " + b"[{a:" * N + b"b" + b"}]" * N + b" = c",
    "unions": b"type X = " + b"A | " * N + b"B",
    "generics": b"let x: " + b"A<" * N + b"B" + b">" * N,
    "object types": b"type X = " + b"{a:" * N + b"B" + b"}" * N,
    "function types": b"type X = " + b"() => " * N + b"B",
    "namespaces": b"namespace A" + b".B" * N + b" {}",
    "templates": b"`${" * N + b"a" + b"}`" * N,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", [EVERYTHING, JSX], ids=["everything", "jsx"])
def test_source_cut_at_every_byte(language: str, source: bytes) -> None:
    extract = language_named(language).extract
    for end in range(len(source) + 1):
        assert facts_are_sound(extract(source[:end])), end


@pytest.mark.parametrize("language", LANGUAGES)
def test_source_with_bytes_put_in_and_taken_out(language: str) -> None:
    extract = language_named(language).extract
    chance = random.Random(language)
    pieces = (b"", b"(", b"}", b"\0", b"\xff\xfe", b"`", b"=>", b"@", b"<", b"\r", b"'", b"class ")
    for _ in range(300):
        source = bytearray(EVERYTHING + JSX)
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(source))
            source[at : at + chance.randint(0, 15)] = chance.choice(pieces)
        assert facts_are_sound(extract(bytes(source))), bytes(source)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", DEEP)
def test_source_nested_without_end(language: str, what: str) -> None:
    assert facts_are_sound(language_named(language).extract(DEEP[what]))


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\xef\xbb\xbfconst a = 1",
        b"const a = 1\r\nfunction f() {}\r",
        b"\xff\xfe\x00",
        b"\0" * 9,
    ],
    ids=["empty", "bom", "crlf", "utf-16 mark", "zeros"],
)
def test_strange_bytes(source: bytes) -> None:
    for language in LANGUAGES:
        assert facts_are_sound(language_named(language).extract(source))


def test_names_outside_ascii_are_read() -> None:
    facts = language_named("javascript").extract("const größe = () => 1; größe.länge()".encode())
    assert "größe" in facts.strings
    assert "länge" in facts.strings


VALID = [
    ("typescript", "export interface Box<in out T extends A, out U = B> { a(): T }"),
    ("typescript", 'export type * from "./m"'),
    ("typescript", 'interface I { a?: import("m").B<C>[]\n b: C }'),
    ("typescript", "interface I {\n  (a: A): B\n  <T>(b: T): C\n}"),
    ("typescript", "interface I {\n  a(): B<A>\n  /** and */\n  <\n    T,\n  >(b: T): C\n}"),
    ("typescript", "interface I {\n  // a word\n  <T>(a: T): B<A>\n\n  <U>(b: U): C\n}"),
    ("typescript", "interface I {\n  x?: A | undefined\n  in2?: B\n  in_: C }"),
    ("tsx", 'const a = <div class="b" for={c} if="d" />'),
    ("javascript", "const a = 1; export { a as null, a as function }"),
    ("javascript", 'const a = <div class="b" for={c} default="d">e</div>'),
]


@pytest.mark.parametrize(("language", "source"), VALID)
def test_valid_source_that_the_grammar_does_not_know(language: str, source: str) -> None:
    facts = language_named(language).extract(source.encode())
    assert not list(facts.problems.rows())


def test_respelt_source_keeps_its_names() -> None:
    source = 'interface Box<out T> { a?: import("./m").B<C>[] }'
    facts = language_named("typescript").extract(source.encode())
    names = {facts.strings[row] for row in facts.definitions.name}
    assert {"Box", "T"} <= names
    assert [facts.strings[row] for row in facts.imports.module] == ["./m"]
    assert "B" in facts.strings
    assert not any("xx" in text for text in facts.strings)
