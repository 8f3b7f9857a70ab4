"""JavaScript: what is stored, promised, bound or handed to a hook is what is called."""

from fixture import check


def test_storing_members_uses_what_they_are_stored_on() -> None:
    check("""
        --- a.js
        function Reply() { this.a = 1 }
        {
          Reply.prototype.send = Reply.prototype.write = function () {};
        //^ reference a.js::Reply
        //                       ^ reference a.js::Reply
          Reply.make = () => new Reply();
        //^ reference a.js::Reply
        }
    """)


def test_the_prototype_of_a_class_has_its_members() -> None:
    check("""
        --- a.js
        class K { go() {} static make() {} }
        class L { go() {} }
        K.prototype.go();
        //          ^ call a.js::K.go
        K.prototype.gone();
        //          ^ unknown
    """)


def test_setters_of_objects() -> None:
    check("""
        --- m.js
        module.exports = {
          get body() { return 1 },
          set body(value) {},
          clear() {
            this.body = 1;
            //   ^ property m.js::module.exports.body
          },
        };
        --- a.js
        const m = require("./m");
        m.body = 2;
        //^ property m.js::module.exports.body
        m.other = 2;
        //^ none
        class K { set size(value) {} }
        K.size = 1;
        //^ none
    """)


def test_a_name_given_something_else_is_used() -> None:
    check("""
        --- a.js
        let send = () => 1;
        let options = { on() {} };
        function f(given) {
          send = given;
        //^ reference a.js::send
          options = { on() {}, off() {} };
        //^ reference a.js::options
        }
        options;
        //^ reference a.js::options
        options.on();
        //      ^ call a.js::options.on inferred; call a.js::f.options.on inferred
    """)


def test_what_promises_give_reaches_their_callbacks() -> None:
    check("""
        --- m.js
        export function run() {}
        --- a.js
        class K { go() { return new K() } }
        async function load() { return new K() }
        const later = () => import("./m");
        load().then((one) => one.go()).catch(() => null).then((two) => two.go());
        //                       ^ call a.js::K.go
        //                                                                 ^ call a.js::K.go
        import("./m").then((m) => m.run());
        //                          ^ call m.js::run
        later().then(({ run }) => run());
        //                        ^ call m.js::run inferred
    """)


def test_a_bound_function_is_that_function() -> None:
    check("""
        --- a.js
        function make() { return { run() {} } }
        const one = make();
        const api = { start: one.run.bind(one), other: one.bind(one) };
        api.start();
        //  ^ call a.js::make.run inferred
        api.other();
        //  ^ unknown
    """)


def test_a_class_expression_knows_its_name() -> None:
    check("""
        --- a.js
        module.exports = class App { static make() { return new App() } };
        //                                                      ^ call a.js::App
    """)


def test_a_store_over_a_method_uses_it() -> None:
    check("""
        --- m.js
        export class K { send() {} }
        --- a.js
        import { K } from "./m";
        const k = new K();
        k.send = () => 1;
        //^ reference m.js::K.send inferred
        k.sent = () => 1;
        //^ none
    """)


def test_hooks_of_react_hand_on_what_they_are_given() -> None:
    check("""
        --- a.jsx
        import React, { useState, useMemo as memo } from "react";
        import { useState as other } from "elsewhere";
        class Store { act() {} }
        function App() {
          const [store] = useState(() => new Store());
          store.act();
        //      ^ call a.jsx::Store.act inferred
          const [lost] = other(() => new Store());
          lost.gone();
        //     ^ none
          memo(() => new Store(), []).act();
        //                            ^ call a.jsx::Store.act
          const kept = React.useRef(new Store());
          kept.current.act();
        //             ^ call a.jsx::Store.act inferred
          React.render();
        //      ^ call ext:react.default.render
        }
    """)
