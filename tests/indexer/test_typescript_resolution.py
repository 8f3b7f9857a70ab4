"""TypeScript: annotations, generics, interfaces and namespaces lead to edges."""

from fixture import check


def test_annotations_tell_receivers() -> None:
    check("""
        --- m.ts
        export class K { go(): L { return new L() } }
        export class L { stop() {} }
        --- a.ts
        import type { K } from "./m";
        function f(k: K, maybe?: K | null, many: K[] = []) {
          k.go().stop();
        //  ^ call m.ts::K.go
        //       ^ call m.ts::L.stop
          maybe?.go();
        //       ^ call m.ts::K.go
          many[0].go();
        //        ^ call m.ts::K.go
          for (const one of many) one.go();
        //                            ^ call m.ts::K.go inferred
          (many as unknown as K).go();
        //                       ^ call m.ts::K.go
          let later: Promise<K>;
          later.gone();
        //      ^ none
        }
    """)


def test_parameter_properties_and_fields() -> None:
    check("""
        --- a.ts
        class Service { load(): Promise<Service> { return null! } }
        class Page {
          private other: Service;
          constructor(private readonly service: Service) {}
          async run() {
            this.service.load();
        //               ^ call a.ts::Service.load
            (await this.other.load()).load();
        //                            ^ call a.ts::Service.load
          }
        }
    """)


def test_generic_classes_put_their_arguments_in() -> None:
    check("""
        --- a.ts
        class K { go() {} }
        class Box<T> { value: T; get(): T { return this.value } }
        function f(box: Box<K>, byName: Map<string, K>) {
          box.get().go();
        //          ^ call a.ts::K.go
          box.value.go();
        //          ^ call a.ts::K.go
          byName.get("a")!.go();
        //                 ^ call a.ts::K.go
        }
        const made = new Map<string, K>();
        made.get("a").go();
        //            ^ call a.ts::K.go inferred
    """)


def test_interfaces_are_receivers_and_overridden() -> None:
    check("""
        --- a.ts
        interface Store { read(): void; onChange?: () => void }
        class Disk implements Store { read() {} }
        //                            ^ override a.ts::Store.read
        function f(store: Store) {
          store.read();
        //      ^ call a.ts::Store.read
          store.onChange();
        //      ^ none
        }
    """)


def test_aliases_and_enums() -> None:
    check("""
        --- a.ts
        class K { go() {} }
        type Either = K | undefined;
        type Props = { k: K };
        enum Mode { On }
        function f(a: Either, b: Props, { k }: Props, m: Mode) {
          a.go(); b.k.go(); k.go();
        //  ^ call a.ts::K.go
        //            ^ call a.ts::K.go
        //                    ^ call a.ts::K.go inferred
          Mode.On;
        //^ reference a.ts::Mode
        }
    """)


def test_namespaces() -> None:
    check("""
        --- a.ts
        namespace Shapes {
          export function area() { return helper() }
        //                                ^ call a.ts::Shapes.helper
          function helper() {}
        }
        Shapes.area();
        //     ^ call a.ts::Shapes.area
    """)


def test_type_parameters_shadow_types() -> None:
    check("""
        --- a.ts
        class T { go() {} }
        class Box<T> { f(x: T) { x.go() } }
        //                         ^ unknown
        function g(x: T) { x.go() }
        //                   ^ call a.ts::T.go
    """)


def test_imports_of_compiled_names_and_declarations() -> None:
    check("""
        --- src/m.ts
        export function eff() {}
        --- src/n.d.ts
        export declare function g(): void;
        --- src/deep/index.tsx
        export const H = () => null;
        --- a.ts
        import { eff } from "./src/m.js";
        import { g } from "./src/n";
        import { H } from "./src/deep";
        eff(); g(); H();
        //^ call src/m.ts::eff
        //     ^ call src/n.d.ts::g
        //          ^ call src/deep/index.tsx::H
    """)


def test_decorators_are_edges() -> None:
    check("""
        --- a.ts
        function Injectable() { return (x: any) => x }
        @Injectable()
        //^ call a.ts::Injectable; decorate a.ts::Injectable.<lambda@1> inferred
        class K {}
    """)


def test_callbacks_take_the_types_expected_of_them() -> None:
    check("""
        --- m.ts
        export class K { go() {} }
        export type Handler<T = K> = (first: T, second: K) => void;
        export interface Options { onDone?: (k: K) => void; plain: K }
        export interface Called { (k: K): void }
        export function run(options: Options, last: Handler) {}
        --- a.ts
        import { K, Handler, Called, run } from "./m";
        class Holder {
          private many: K[] = [];
          private byName = new Map<string, K>();
          each() {
            this.many.forEach((one) => one.go());
        //                                 ^ call m.ts::K.go
            this.many.filter((one) => one).map((one) => one.go());
        //                                                  ^ call m.ts::K.go
            this.byName.forEach((value, key) => { value.go(); key.go() });
        //                                              ^ call m.ts::K.go
        //                                                        ^ none
          }
        }
        const handle: Handler = (_, second) => second.go();
        //                                            ^ call m.ts::K.go
        const called: Called = (k) => k.go();
        //                              ^ call m.ts::K.go
        run({ onDone: (k) => k.go(), plain: new K() }, (_, k) => k.go());
        //                     ^ call m.ts::K.go
        //                                                         ^ call m.ts::K.go
        run({ onDone: (k, extra) => extra.lost() }, null!);
        //                                ^ unknown
    """)


def test_a_callback_to_the_outside_knows_nothing() -> None:
    check("""
        --- a.ts
        import { each } from "lib";
        each((one) => one.lost());
        //                ^ unknown
    """)


def test_super_calls_the_constructor_behind_the_class() -> None:
    check("""
        --- a.ts
        class Base extends Error { constructor(a: string) { super(a) } }
        class Middle extends Base {}
        class Leaf extends Middle { constructor() { super("a") } }
        //                                          ^ call a.ts::Base.constructor
    """)


def test_recursive_aliases_end() -> None:
    check("""
        --- a.ts
        type Json = string | Json[] | { [key: string]: Json };
        type Self = typeof Self;
        function f(a: Json, b: Self) { a[0].lost(); b.lost() }
        //                                  ^ none
        //                                            ^ unknown
    """)


def test_promises_of_promises_are_promises() -> None:
    check("""
        --- a.ts
        class K { go() {} }
        async function typed(): Promise<K> { return new K() }
        async function plain() { return typed() }
        async function run() {
          (await typed()).go();
        //                ^ call a.ts::K.go
          (await plain()).go();
        //                ^ call a.ts::K.go inferred
        }
    """)


def test_declaration_files_export_what_they_declare() -> None:
    check("""
        --- types.d.ts
        import { Far } from "./far";
        interface Done { go(): void }
        export interface Said {}
        --- whole.d.ts
        interface Inner { go(): void }
        declare function whole(): Inner;
        export = whole;
        --- plain.ts
        interface Hidden { go(): void }
        export interface Said {}
        --- a.ts
        import { Done, Far } from "./types";
        import { Inner } from "./whole";
        import { Hidden } from "./plain";
        let done: Done, far: Far, inner: Inner, hidden: Hidden;
        //        ^ reference types.d.ts::Done
        //                   ^ none
        //                               ^ none
        //                                              ^ none
        done.go();
        //   ^ call types.d.ts::Done.go
    """)
