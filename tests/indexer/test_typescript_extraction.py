"""What TypeScript adds to what JavaScript files say."""

from javascript_facts import Rendered


def typed(source: str, language: str = "typescript") -> Rendered:
    return Rendered(source, language)


def annotation(type_text: str) -> str:
    """The rendered row of a type."""
    return typed(f"let x: {type_text};").line("bind", "module: x").removeprefix("module: x ")


def test_interfaces_and_their_members() -> None:
    facts = typed("""
        interface A<T extends B> extends C, D<T> {
          m(a: string): T;
          p?: E;
          readonly q: () => F;
          (x: number): string;
          [key: string]: G;
        }
    """)
    assert facts.lines("def") == [
        "interface A",
        "type A.T abstract -> B",
        "function A.m abstract -> T",
    ]
    assert facts.lines("base") == ["A extends C", "A extends D[T]"]
    assert facts.line("bind", "A: p") == "A: p : E"
    assert facts.line("bind", "A: q") == "A: q : =>[F]"


def test_aliases_of_object_types_are_interfaces() -> None:
    facts = typed("""
        type A = { m(): B; p: C } & D;
        type E<T> = F<T> | undefined;
    """)
    assert facts.lines("def") == [
        "interface A",
        "function A.m abstract -> B",
        "type E -> (F[T] | None)",
        "type E.T abstract",
    ]
    assert facts.lines("base") == ["A extends D"]
    assert facts.line("bind", "A: p") == "A: p : C"


def test_types() -> None:
    assert annotation("A.B<C, D>") == ": A.B[tuple(C, D)]"
    assert annotation("A | B | null") == ": ((A | B) | None)"
    assert annotation("A & B") == ": (A | B)"
    assert annotation("readonly A[]") == ": Array[A]"
    assert annotation("[a: A, b?: B]") == ": [][tuple(A, B)]"
    assert annotation("(a: A, ...b: B[]) => Promise<void>") == (
        ": =>[tuple(A, Array[B], Promise[None])]"
    )
    assert annotation("new (a: A) => B") == ": new[B]"
    assert annotation("typeof a.b") == ": typeof[a.b]"
    assert annotation("string | number | boolean") == ": ((String | Number) | Boolean)"
    assert annotation("(A)") == ": A"


def test_types_that_say_nothing_leave_what_they_mention() -> None:
    facts = typed("let x: keyof A | B[C]; let y: any; let z: { [K in keyof E]: F }[D];")
    assert facts.lines("bind") == ["module: x = ?", "module: y = ?", "module: z = ?"]
    rows = {facts.expression(row) for row in range(len(facts.facts.expressions))}
    assert {"A", "B", "C", "D", "E", "F"} <= rows


def test_class_members_with_types() -> None:
    facts = typed("""
        abstract class A<T> extends B<T> implements C, D<T> {
          private x: T;
          static y?: E = make();
          constructor(private readonly s: S, public t?: T) { super() }
          f(a: string): F;
          f(a: number): G;
          f(a: any) { return a }
          abstract g(): void;
          get h(): H { return this.x }
        }
    """)
    assert facts.lines("def") == [
        "class A abstract",
        "type A.T abstract",
        "function A.constructor constructor",
        "function A.f overload -> F",
        "function A.f overload -> G",
        "function A.f",
        "function A.g abstract -> None",
        "function A.h property -> H",
    ]
    assert facts.lines("base") == ["A extends B[T]", "A implements C", "A implements D[T]"]
    binds = facts.lines("bind")
    assert "A: x : T" in binds
    assert "A: y : E" in binds and "A: y = make()" in binds
    assert "A: s : S" in binds and "A: s = s" in binds  # a parameter property
    assert facts.lines("param")[:2] == [
        "A.constructor(s : S property",
        "A.constructor(t : T optional property",
    ]


def test_functions_with_types() -> None:
    facts = typed("""
        function f<T extends A>(a: T, b?: B, { c }: C = {}): T { return a }
        function g(a: string): void;
        declare function h(this: A, a: B): a is C;
    """)
    assert facts.lines("def") == [
        "function f -> T",
        "type f.T abstract -> A",
        "function g overload -> None",
        "function h overload -> a is[C]",
    ]
    assert facts.lines("param") == [
        "f(a : T",
        "f(b : B optional",
        "f({ c } : C = object default destructured",
        "g(a : String",
        "h(a : B",
    ]


def test_enums_and_namespaces() -> None:
    facts = typed("""
        enum E { A = 1, B = make() }
        namespace N.M { export const a = 1; export function f() {} }
        declare module "m" { export function g(): void }
    """)
    assert facts.lines("def") == [
        "enum E",
        "class N abstract static",
        "class N.M abstract static",
        "function N.M.f stub_body",
        'class "m" abstract static',
        'function "m".g overload -> None',
    ]
    assert "E: B = make()" in facts.lines("bind")
    assert facts.lines("export") == []


def test_casts_are_annotated_names() -> None:
    facts = typed("const a = (b as A).c, d = <B>e, f = g as const, h = i!.j, k = l satisfies M;")
    binds = facts.lines("bind")
    assert [line for line in binds if ": as@" in line] == ["module: as@16 : A", "module: as@26 : B"]
    assert "module: a = as@16.c" in binds
    assert "module: d = as@26" in binds
    assert "module: f = g" in binds
    assert "module: h = i.j" in binds
    assert "module: k = l" in binds


def test_imports_and_exports_of_types() -> None:
    facts = typed("""
        import type { A, B as C } from "./t";
        import { type D, e } from "./u";
        import fs = require("fs");
        import Al = N.M;
        export type { F } from "./v";
        export type G = A;
        export = main;
    """)
    assert facts.lines("import") == [
        "./t A as A type_only",
        "./t B as C type_only",
        "./u D as D type_only",
        "./u e as e",
        "fs - as fs require",
        "./v F as - reexport type_only",
    ]
    assert facts.lines("export") == ["F import", "G local G", "- assignment main"]
    assert facts.line("bind", "module: Al") == "module: Al = N.M"


def test_decorated_members_and_type_arguments_of_calls() -> None:
    facts = typed("""
        @Injectable() export class A {
          @Input() name: string = "";
          @Get("/x") find(@Query() q: Q) { return new Map<string, B>() }
        }
        const s = useState<C>(null);
    """)
    assert facts.lines("decorator") == ["A Injectable()", "A Input()", "A.find Get(str)"]
    assert "A.find: Query()" in facts.lines("call")
    assert facts.lines("result") == ["A.find return new Map[tuple(String, B)]()"]
    assert facts.line("bind", "module: s") == "module: s = useState(None)"


def test_tsx_has_both_types_and_elements() -> None:
    facts = typed("const v = (p: Props) => <List<Item> of={p.items as Item[]}/>;", "tsx")
    assert facts.lines("call") == ["v: List(object(of: as@51))"]
    assert facts.line("bind", "v: as@51") == "v: as@51 : Array[Item]"
