"""What JavaScript files say: one construct a test, as rendered facts."""

from javascript_facts import Rendered


def test_functions_are_named_by_what_they_are_bound_to() -> None:
    facts = Rendered("""
        function a() { return 1 }
        const b = () => 1, c = function inner() { return 1 };
        let d; d = async function* () { yield 1 };
        items.map((x) => x);
        items.map(function named(x) { return x });
    """)
    assert facts.lines("def") == [
        "function a",
        "function b lexical_this",
        "function c",
        "function d async generator",
        "lambda <lambda@1> lexical_this",
        "function named",
    ]
    assert "module: b is b" in facts.lines("bind")
    assert "c: inner is c" in facts.lines("bind")
    assert "module: inner is c" not in facts.lines("bind")


def test_anonymous_functions_are_counted_in_their_scope() -> None:
    facts = Rendered("""
        run(() => { run(() => 1); run(() => 2) });
        run(() => 3);
    """)
    assert [line.split()[1] for line in facts.lines("def")] == [
        "<lambda@1>",
        "<lambda@1>.<lambda@1>",
        "<lambda@1>.<lambda@2>",
        "<lambda@2>",
    ]


def test_functions_beside_a_string_are_named_by_it() -> None:
    facts = Rendered("""
        describe("add", () => {
          it("adds v1.2", () => 1);
          it("adds v1.2", function () { return 2 });
          it.only(`twice
             over`, () => 3);
          it.each(rows)("a::row %s", () => 4);
          it(`a ${b}`, () => 5);
          it("named", function own() { return 6 });
        });
        app.get("/users", check, (request) => 7);
        new Promise("no", () => 8);
        items.map((x) => 9, "after");
    """)
    assert [line.split(maxsplit=1)[1].split(" lexical")[0] for line in facts.lines("def")] == [
        '<describe "add">',
        '<describe "add">.<it "adds v1·2">',
        '<describe "add">.<it "adds v1·2"@1>',
        '<describe "add">.<it "twice over">',
        '<describe "add">.<it "a:row %s">',
        '<describe "add">.<lambda@2>',
        '<describe "add">.own',
        '<get "/users">',
        "<lambda@1>",
        "<lambda@2>",
    ]


def test_a_name_reaches_functions_through_branches_and_wrappers() -> None:
    facts = Rendered("""
        const a = flag ? () => 1 : function () { return 2 };
        const b = given || (() => 3);
        const C = React.memo(function Inner() { return 4 });
        const d = Object.freeze({ get() {} });
    """)
    assert [line.split()[1] for line in facts.lines("def")] == ["a", "a", "b", "C", "d", "d.get"]
    assert "module: C is C" in facts.lines("bind")
    assert "module: b = (given | fn b)" in facts.lines("bind")


def test_classes_and_their_members() -> None:
    facts = Rendered("""
        class A extends lib.B {
          static count = 0;
          #secret = make();
          handle = (e) => this.go(e);
          constructor(x) { super(x); this.x = x }
          get size() { return 1 }
          set size(v) { this.v = v }
          static async *each() {}
          [Symbol.iterator]() { return this.x }
          #hidden() { return 1 }
        }
    """)
    assert facts.lines("def") == [
        "class A",
        "function A.handle lexical_this",
        "function A.constructor constructor",
        "function A.size property",
        "function A.size setter",
        "function A.each async generator static stub_body",
        "function A.[Symbol.iterator]",
        "function A.#hidden private",
    ]
    assert facts.lines("base") == ["A extends lib.B"]
    assert facts.lines("member") == ["A.constructor: this.x = x", "A.size: this.v = v"]
    assert facts.line("bind", "A: #secret") == "A: #secret = make()"
    assert facts.line("bind", "A: handle") == "A: handle is A.handle"


def test_object_literals_that_hold_functions_are_classes_of_one() -> None:
    facts = Rendered("""
        const api = { get() {}, post: async () => {}, ...base, url: "x", users: { all() {} } };
        const plain = { a: 1, b: [2] };
        send({ onError() {}, onDone: (x) => x });
    """)
    assert [line.split()[:2] for line in facts.lines("def")] == [
        ["class", "api"],
        ["function", "api.get"],
        ["function", "api.post"],
        ["class", "api.users"],
        ["function", "api.users.all"],
        ["function", "onError"],
        ["function", "onDone"],
    ]
    assert facts.lines("base") == ["api extends base"]
    assert facts.line("bind", "api: url") == "api: url = str"
    assert facts.line("bind", "module: plain") == (
        "module: plain = object(a: float, b: list(float))"
    )
    assert facts.lines("call") == ["module: send(object(onError: fn onError, onDone: fn onDone))"]


def test_a_key_that_names_two_functions_of_a_scope_names_the_first() -> None:
    facts = Rendered("on({ done() {} }); on({ done() {} }); on({ done: () => 1 })")
    assert [line.split()[1] for line in facts.lines("def")] == ["done", "<lambda@1>", "<lambda@2>"]


def test_objects_without_a_name_that_use_this_are_classes_too() -> None:
    facts = Rendered("function make() { return { a() { return this.b() }, b() {} } }")
    assert [line.split()[1] for line in facts.lines("def")] == [
        "make",
        "make.<object@1>",
        "make.<object@1>.a",
        "make.<object@1>.b",
    ]


def test_constructor_functions_and_prototypes() -> None:
    facts = Rendered("""
        function Foo(a) { this.a = a }
        inherits(Foo, Base);
        Foo.prototype.bar = function () { return this.a };
        Foo.make = () => new Foo(1);
        Foo.prototype.LIMIT = 3;
        var Old = function () {};
        Old.prototype = { one() {}, two: function () {} };
        Old.prototype.__proto__ = Foo.prototype;
    """)
    assert [line.split()[:2] for line in facts.lines("def")] == [
        ["class", "Foo"],
        ["function", "Foo.constructor"],
        ["function", "Foo.bar"],
        ["function", "Foo.make"],
        ["class", "Old"],
        ["function", "Old.constructor"],
        ["function", "Old.one"],
        ["function", "Old.two"],
    ]
    assert facts.lines("base") == ["Foo extends Base", "Old extends Foo"]
    assert facts.lines("member") == ["Foo.constructor: this.a = a"]
    assert facts.line("bind", "Foo: LIMIT") == "Foo: LIMIT = float"


def test_a_plain_function_that_mentions_this_is_no_class() -> None:
    facts = Rendered("function setup() { this.a = 1 }")
    assert facts.lines("def") == ["function setup"]


def test_functions_stored_on_objects() -> None:
    facts = Rendered("""
        var app = exports = module.exports = {};
        app.use = function use(fn) { this.handle(fn) };
        app.get = app.fetch = (a) => a;
        var req = Object.create(proto);
        req.accepts = function () {};
        other.thing = function () {};
    """)
    assert [line.split()[:2] for line in facts.lines("def")] == [
        ["class", "app"],
        ["function", "app.use"],
        ["function", "app.get"],
        ["class", "req"],
        ["function", "req.accepts"],
        ["function", "other.thing"],
    ]
    assert facts.lines("base") == ["req extends proto"]
    assert "app: fetch is app.get" in facts.lines("bind")
    assert facts.lines("export") == ["- assignment fn app", "- assignment fn app"]


def test_imports() -> None:
    facts = Rendered("""
        import a, { b as c, d } from "./m";
        import * as ns from "m";
        import "./side";
        import data from "./x.json" with { type: "json" };
    """)
    assert facts.lines("import") == [
        "./m default as a",
        "./m b as c",
        "./m d as d",
        "m - as ns",
        "./side - as -",
        "./x.json default as data",
    ]


def test_exports() -> None:
    facts = Rendered("""
        export const a = 1, b = () => 2;
        export function f() {}
        export class K {}
        export { a as c, f as default };
        export { x, y as z } from "./m";
        export * from "./n";
        export * as ns from "./o";
        export const { p, q: r } = b();
    """)
    assert facts.lines("export") == [
        "a local a",
        "b local b",
        "f local f",
        "K local K",
        "c local a",
        "default local f",
        "x import",
        "z import",
        "- star",
        "ns import",
        "p local p",
        "r local r",
    ]
    assert facts.line("def", "class K") == "class K exported"
    assert facts.lines("import") == [
        "./m x as - reexport",
        "./m y as - reexport",
        "./n * as - reexport star",
        "./o - as - reexport",
    ]


def test_default_exports() -> None:
    def exported(source: str) -> tuple[list[str], list[str]]:
        facts = Rendered(source)
        return facts.lines("export"), [line.split()[1] for line in facts.lines("def")]

    assert exported("export default function () {}") == (
        ["default expression fn default"],
        ["default"],
    )
    assert exported("export default class K {}") == (["default local K"], ["K"])
    assert exported("const a = 1; export default a") == (["default local a"], [])
    assert exported("export default { run() {} }") == (
        ["default expression fn default"],
        ["default", "default.run"],
    )
    assert exported("export default wrap(1)") == (["default expression wrap(float)"], [])


def test_commonjs() -> None:
    facts = Rendered("""
        const a = require("./a"), { b, c: d } = require("b"), e = require("./e").f;
        require("./side");
        exports.one = function () { return exports.two() };
        module.exports.two = () => 2;
        exports["three"] = 3;
        function later() { return require("./late").x }
    """)
    assert facts.lines("import") == [
        "./a - as a require",
        "b b as b require",
        "b c as d require",
        "./e f as e require",
        "./side - as './side' require",
        "./late - as './late' dynamic require",
    ]
    assert facts.lines("export") == [
        "one expression fn one",
        "two expression fn two",
        "three expression float",
    ]
    assert facts.lines("result")[0] == "one return exports.two()"
    assert "module: exports.two is two" in facts.lines("bind")


def test_module_exports_is_named_by_its_own_name_first() -> None:
    facts = Rendered("module.exports = function create() {}")
    assert facts.lines("def") == ["function create exported stub_body"]
    assert Rendered("module.exports = () => 1").lines("def")[0].split()[1] == "module.exports"


def test_dynamic_import_is_a_name_of_the_module() -> None:
    facts = Rendered("""async function f() { const m = await import("./m"); m.go() }""")
    assert facts.lines("import") == ["./m - as './m' dynamic"]
    assert facts.line("bind", "f: m") == "f: m = await './m'"


def test_parameters() -> None:
    facts = Rendered("""
        function f(a, b = 1, { c, d: { e = 2 }, ...rest } = {}, [g, , h], ...i) {}
        const k = x => x;
    """)
    pattern = "{ c, d: { e = 2 }, ...rest }"
    assert facts.lines("param") == [
        "f(a",
        "f(b = float default",
        f"f({pattern} = object default destructured",
        "f([g, , h] destructured",
        "f(...i",
        "k(x",
    ]
    assert [line for line in facts.lines("bind") if "<" in line] == [
        f"f: c = {pattern}<c>",
        f"f: e = ({pattern}<d><e> | float)",
        "f: g = [g, , h]<0>",
        "f: h = [g, , h]<2>",
    ]
    assert facts.line("bind", "f: rest") == f"f: rest = {pattern}"


def test_destructuring_and_assignment() -> None:
    facts = Rendered("""
        let a, b;
        const { x: [y], ...z } = make();
        [a, b = 2] = pair();
        function inner() { a = 3; const b = 4; b ||= 5; this.c = a; loose = 6 }
    """)
    binds = facts.lines("bind")
    assert "module: y = make()<x><0>" in binds
    assert "module: z = make()" in binds
    assert "module: a = pair()<0>" in binds
    assert "module: a = float" in binds  # assigned in the function, declared outside of it
    assert "inner: b = float" in binds
    assert "inner: a = float" not in binds
    assert "module: loose = float" in binds


def test_loops_and_catch() -> None:
    facts = Rendered("""
        for (const [k, v] of m) use(k);
        for (const key in o) use(key);
        async function f() { for await (const x of s()) use(x) }
        try {} catch ({ message }) { use(message) }
    """)
    binds = facts.lines("bind")
    assert "module: k = each(m)<0>" in binds
    assert "module: key = str" in binds
    assert "f: x = async each(s())" in binds
    assert "module: message = ?" in binds


def test_expressions() -> None:
    facts = Rendered("""
        a?.b?.(c)?.[d]?.e();
        new ns.K(1, ...rest);
        tag`x${inner()}`;
        o["key"](); o[key]();
        x = y ?? z; p = q && r; s = t ? u : v; w = a + b; n = a - b;
        const g = (1, h)();
    """)
    assert facts.lines("call") == [
        "module: a.b(c)",
        "module: a.b(c)[d].e()",
        "module: new ns.K(float, ...rest)",
        "module: inner()",
        "module: tag()",
        "module: o.key()",
        "module: o[key]()",
        "module: h()",
    ]
    binds = facts.lines("bind")
    assert "module: x = (y | z)" in binds
    assert "module: p = r" in binds
    assert "module: s = (u | v)" in binds
    assert "module: w = (a + b)" in binds
    assert "module: n = float" in binds


def test_results_and_yields() -> None:
    facts = Rendered("""
        const a = (x) => x.y;
        function* g() { yield 1; yield* inner(); return }
        async function f() { return await a() }
    """)
    assert facts.lines("result") == [
        "a return x.y",
        "g yield float",
        "g yield_from inner()",
        "f return await a()",
    ]


def test_jsx_elements_are_calls_of_their_components() -> None:
    facts = Rendered("""
        const v = <Page title="x" onClose={() => close()} {...rest}>
          <ui.Row>{items.map(i => <Item key={i}/>)}</ui.Row><div/>
        </Page>;
    """)
    assert facts.lines("call") == [
        "onClose: close()",
        "module: Page(object(title: str, onClose: fn onClose, ...rest))",
        "module: ui.Row(object)",
        "<lambda@1>: Item(object(key: i))",
        "module: items.map(fn <lambda@1>)",
    ]


def test_decorators() -> None:
    facts = Rendered("""
        @a @b.c(1) class K {
          @d method() {}
          @e field = 1;
        }
    """)
    assert facts.lines("decorator") == ["K a", "K b.c(float)", "K.method d", "K e"]


def test_doc_comments_and_spans() -> None:
    source = "/** Says. */\nexport const f = () => 1;\n// no doc\nfunction g() {}\n"
    definitions = Rendered(source).facts.definitions
    text = source.encode()
    assert text[definitions.doc_start[1] : definitions.doc_end[1]] == b"/** Says. */"
    assert text[definitions.start[1] : definitions.end[1]] == b"f = () => 1"
    assert text[definitions.name_start[1] : definitions.name_end[1]] == b"f"
    assert definitions.doc_start[2] == -1


def test_alone_standing_locals_leave_no_rows() -> None:
    facts = Rendered("import { used } from 'm'; function f(a) { if (a) { a; used } }")
    names = [facts.expression(row) for row in range(len(facts.facts.expressions))]
    assert names == ["used"]


def test_syntax_errors_are_problems_and_the_rest_is_read() -> None:
    facts = Rendered("function a() {}\nfunction (((\nclass B { m() {} }\n")
    assert facts.lines("problem")
    assert "function a stub_body" in facts.lines("def")
