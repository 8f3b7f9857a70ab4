"""JavaScript: imports, CommonJS, classes, objects and values become edges; near misses do not."""

from fixture import check


def test_named_default_and_namespace_imports() -> None:
    check("""
        --- lib/m.js
        export function f() {}
        export default class K { go() {} }
        export const g = () => 1;
        --- a.js
        import K, { f as effs, g as gees } from "./lib/m.js";
        import * as ns from "./lib/m";
        effs();
        //^ call lib/m.js::f
        gees();
        //^ call lib/m.js::g
        new K().go();
        //  ^ call lib/m.js::K
        //      ^ call lib/m.js::K.go
        ns.f(); ns.gone();
        // ^ call lib/m.js::f
        //         ^ unknown
    """)


def test_barrels_and_reexports() -> None:
    check("""
        --- src/one.js
        export const one = () => 1;
        export const hidden = () => 1;
        export default function main() {}
        --- src/index.js
        export * from "./one";
        export { one as first, default as main } from "./one";
        export * as all from "./one";
        --- a.js
        import { one, first, main, all } from "./src";
        one(); first(); main(); all.one();
        //^ call src/one.js::one
        //     ^ call src/one.js::one
        //              ^ call src/one.js::main
        //                          ^ call src/one.js::one
        import nothing from "./src";
        nothing();
    """)


def test_commonjs_of_every_shape() -> None:
    check("""
        --- named.js
        exports.one = function () { return exports.two() };
        //                                         ^ call named.js::two
        exports.two = () => 2;
        --- whole.js
        module.exports = function create() {};
        module.exports.extra = function () {};
        --- object.js
        function plain() {}
        module.exports = { plain, inline() {}, renamed: plain };
        --- chained.js
        module.exports = require("./named");
        --- a.js
        const named = require("./named"), { two: b } = require("./named.js");
        const create = require("./whole"), { plain, inline, renamed } = require("./object");
        named.one(); b(); create(); plain(); inline(); renamed();
        //    ^ call named.js::one
        //           ^ call named.js::two
        //                ^ call whole.js::create
        //                          ^ call object.js::plain
        //                                   ^ call object.js::module.exports.inline
        //                                             ^ call object.js::plain
        require("./chained").one();
        //                   ^ call named.js::one
    """)


def test_dynamic_imports_are_awaited() -> None:
    check("""
        --- m.js
        export function f() {}
        --- a.js
        async function run() {
          const m = await import("./m.js");
          m.f();
        //  ^ call m.js::f inferred
          const { f } = await import("./m.js");
          f();
        //^ call m.js::f inferred
        }
    """)


def test_this_and_inheritance() -> None:
    check("""
        --- a.js
        class Base { m() {} static make() { return new this() } }
        class K extends Base {
          handle = () => this.m();
        //                    ^ call a.js::Base.m
          run() {
            this.handle();
        //       ^ call a.js::K.handle
            [1].map(() => this.m());
        //                     ^ call a.js::Base.m
            [1].map(function () { this.m() });
        //                             ^ call a.js::Base.m unique-name
            super.m();
        //        ^ call a.js::Base.m
          }
        }
    """)


def test_members_of_a_class_are_no_bare_names() -> None:
    check("""
        --- a.js
        class K {
          save() {}
          run() { save() }
        //        ^ unknown
        }
    """)


def test_constructor_functions() -> None:
    check("""
        --- a.js
        function Foo(a) { this.a = a; this.bar() }
        //                                 ^ call a.js::Foo.bar
        Foo.prototype.bar = function () { return this.baz() };
        //                                            ^ call a.js::Foo.baz
        Foo.prototype.baz = function () {};
        Foo.make = function () { return new Foo(1) };
        Foo.make().baz();
        //         ^ call a.js::Foo.baz inferred
        function Bar() { Foo.call(this) }
        inherits(Bar, Foo);
        new Bar().baz();
        //        ^ call a.js::Foo.baz
    """)


def test_objects_with_functions() -> None:
    check("""
        --- api.js
        export const api = { get() { return this.post() }, post: () => 1, deep: { all() {} } };
        //                                       ^ call api.js::api.post
        --- a.js
        import { api } from "./api";
        api.get(); api.deep.all(); api.gone();
        //  ^ call api.js::api.get
        //                  ^ call api.js::api.deep.all
        //                              ^ none
    """)


def test_functions_stored_on_an_exported_object() -> None:
    check("""
        --- app.js
        var app = exports = module.exports = {};
        app.use = function use() { this.handle() };
        //                              ^ call app.js::app.handle
        app.handle = function () {};
        --- a.js
        var app = require("./app");
        app.use();
        //  ^ call app.js::app.use
    """)


def test_what_functions_give_flows() -> None:
    check("""
        --- a.js
        class K { go() {} }
        function make() { return new K() }
        const k = make();
        k.go();
        //^ call a.js::K.go inferred
        const list = [new K()];
        for (const one of list) one.go();
        //                          ^ call a.js::K.go inferred
        const { inner } = { inner: new K() };
        inner.go();
        //    ^ call a.js::K.go inferred
        async function later() { return new K() }
        async function run() { (await later()).go() }
        //                                     ^ call a.js::K.go inferred
        function* each() { yield new K() }
        for (const one of each()) one.go();
        //                            ^ call a.js::K.go inferred
    """)


def test_jsx_elements_call_their_components() -> None:
    check("""
        --- ui.jsx
        export function Item() { return <li/> }
        //                              ^ none
        export const Page = memo(() => <Item/>);
        //                              ^ call ui.jsx::Item
        --- a.jsx
        import * as ui from "./ui";
        const v = <ui.Page><ui.Item/></ui.Page>;
        //            ^ call ui.jsx::Page
        //                     ^ call ui.jsx::Item
    """)


def test_unique_method_names_are_found_and_builtin_ones_are_not() -> None:
    check("""
        --- a.js
        class K { rebalance() {} push() {} forEach() {} get() {} assign() {} }
        function run(x) {
          x.rebalance();
        //  ^ call a.js::K.rebalance unique-name
          x.push(1); x.forEach(f); x.get("a");
        //  ^ unknown
        //             ^ unknown
        //                           ^ unknown
          Object.assign(x, {}); Math.max(1, 2); [].push(1); "a".get();
        //       ^ none
        //                           ^ none
        //                                          ^ none
        //                                                      ^ none
        }
    """)


def test_externals_are_named_and_never_guessed() -> None:
    check("""
        --- a.js
        import fs from "node:fs";
        import { get as fetch } from "@scope/pkg/sub";
        class K { readEverything() {} }
        fs.readEverything();
        // ^ call ext:fs.default.readEverything
        fetch();
        //^ call ext:@scope/pkg/sub.get
    """)


def test_a_local_shadows_an_import() -> None:
    check("""
        --- m.js
        export function f() {}
        --- a.js
        import { f } from "./m";
        function run(f) { f() }
        //                ^ unknown
        function other() { const f = () => 1; f() }
        //                                    ^ call a.js::other.f
    """)


def test_an_exported_object_is_known_to_its_own_file() -> None:
    check("""
        --- a.js
        module.exports = {
          one() { return module.exports.two() },
        //                              ^ call a.js::module.exports.two
          two() {},
        };
        module.exports.one();
        //             ^ call a.js::module.exports.one
    """)


def test_types_in_doc_comments() -> None:
    check("""
        --- m.js
        export class K { go() {} }
        --- a.js
        import { K } from "./m";
        /** @typedef {import("./m").K} Alias */
        class Holder {
          constructor() {
            /** @type {K[]} */
            this.many = [];
            /** @type {Map<string, Alias>} */
            this.named = new Map();
          }
          run() {
            this.many[0].go();
        //               ^ call m.js::K.go
            this.named.get("a").go();
        //                      ^ call m.js::K.go
            this.many.map((one) => one.go());
        //                             ^ call m.js::K.go
          }
        }
        /**
         * @param {K} one - the first
         * @param {?K} [maybe]
         * @param {string} text
         * @returns {Promise<K>}
         */
        async function find(one, maybe, text) {
          one.go(); maybe.go(); text.go();
        //    ^ call m.js::K.go
        //                ^ call m.js::K.go
        //                           ^ none
        }
        const later = async () => (await find()).go();
        //                                       ^ call m.js::K.go
        /** @type {K} */
        const declared = outside();
        declared.go();
        //       ^ call m.js::K.go
    """)


def test_doc_comments_that_are_no_types_are_left_alone() -> None:
    check("""
        --- a.js
        class K { gone() {} }
        /** @param {K x */
        function f(x) { x.name() }
        //                ^ unknown
        /** @param {{a: K}} x  @returns {*} @type { */
        function g(x) { x.name() }
        //                ^ unknown
    """)


def test_functions_and_objects_take_the_members_mixed_into_them() -> None:
    check("""
        --- proto.js
        var app = exports = module.exports = {};
        app.use = function use() { return this.set() };
        app.set = function set() {};
        --- make.js
        const proto = require("./proto");
        const mixin = require("merge-descriptors");
        exports = module.exports = create;
        function create() {
          var app = function (req) { app.handle(req) };
          mixin(app, require("events").prototype, false);
          mixin(app, proto, false);
          return app;
        }
        const both = Object.assign({}, proto, { more() {} });
        both.set();
        //   ^ call proto.js::app.set inferred
        both.more();
        //   ^ call make.js::more inferred
        --- a.js
        const make = require("./make");
        const app = make();
        app.use();
        //  ^ call proto.js::app.use inferred
    """)


def test_a_required_class_is_used_where_its_members_are() -> None:
    check("""
        --- shape.js
        class Shape { static make() {} }
        module.exports = Shape;
        --- a.js
        const Shape = require("./shape");
        Shape.make();
        // ^ reference shape.js::Shape
        //    ^ call shape.js::Shape.make
        new Shape();
        //    ^ call shape.js::Shape
    """)


def test_components_behind_wrappers_are_called() -> None:
    check("""
        --- ui.jsx
        import { memo, forwardRef, lazy } from "react";
        export const Plain = memo(function Inner(props) { return null });
        export const Input = forwardRef((props, ref) => null);
        function Base() {}
        export const Wrapped = memo(Base);
        export const Later = lazy(() => import("./later"));
        export const Deep = React.memo(React.forwardRef(function Inner() {}));
        --- later.jsx
        export default function Page() {}
        --- a.jsx
        import { Plain, Input, Wrapped, Later } from "./ui";
        import * as UI from "./ui";
        import { useThing } from "./hooks";
        export const App = () => {
          const { open, state: { close } } = useThing();
          open(); close();
        // ^ call hooks.js::useThing.open inferred
        //          ^ call hooks.js::useThing.close inferred
          <UI.Deep />;
        //    ^ call ui.jsx::Deep
          return <Plain><Input onClick={open} /><UI.Plain /><Wrapped /><Later /></Plain>;
        //        ^ call ui.jsx::Plain
        //                ^ call ui.jsx::Input
        //                                          ^ call ui.jsx::Plain
        //                                                   ^ call ui.jsx::Base inferred
        //                                                               ^ call later.jsx::Page inferred
        };
        --- hooks.js
        import { useCallback, useState } from "react";
        export function useThing() {
          const open = useCallback(() => {}, []);
          const close = () => {};
          return { open, state: { close } };
        }
    """)
