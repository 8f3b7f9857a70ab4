"""TypeScript: what a receiver is, told by types that are not names alone."""

from fixture import check


def test_a_type_and_a_constant_of_one_name_are_two_things() -> None:
    check("""
        --- a.ts
        interface Maker<T> { new (name: string): T; init(): void }
        declare function makes<T>(): Maker<T>;
        export interface Base { go(): void }
        export const Base: Maker<Base> = makes();
        interface Thing extends Base { stop(): void }
        function f(thing: Thing) {
          thing.go();
        //      ^ call a.ts::Base.go
          Base.init();
        //     ^ call a.ts::Maker.init
          new Base("a").go();
        //              ^ call a.ts::Base.go
        }
    """)


def test_type_parameters_are_no_symbols() -> None:
    check("""
        --- a.ts
        class Box<T> { put(one: T): T { return one } }
        //                      ^ none
    """)


def test_typeof_is_the_type_of_the_value() -> None:
    check("""
        --- a.ts
        class K { go() {} static make() {} }
        function real(): K { return new K() }
        const api = { load() { return new K() } };
        const wrapped = (globalThis.x ? (a: any) => a : real) as typeof real;
        function f(call: typeof real, c: typeof K, some: typeof api) {
          call().go();
        // ^ call a.ts::real
        //       ^ call a.ts::K.go
          c.make();
        //  ^ call a.ts::K.make
          some.load().go();
        //     ^ call a.ts::api.load
        //            ^ call a.ts::K.go inferred
          wrapped().go();
        // ^ call a.ts::real inferred
        }
    """)


def test_interfaces_that_are_called() -> None:
    check("""
        --- a.ts
        class K { go() {} }
        interface Find { (name: string): K; later: Promise<K> }
        async function f(find: Find) {
          find("a").go();
        //          ^ call a.ts::K.go
          (await find.later).go();
        //                   ^ call a.ts::K.go
        }
    """)


def test_object_types_hold_members() -> None:
    check("""
        --- a.ts
        class K { go() {} }
        function f(o: { one: K; get(): K; deep: { two: K } }, { one, deep: { two } }: { one: K, deep: { two: K } }) {
          o.one.go();
        //      ^ call a.ts::K.go
          o.get().go();
        //        ^ call a.ts::K.go
          o.deep.two.go();
        //           ^ call a.ts::K.go
          one.go();
        //    ^ call a.ts::K.go inferred
          two.go();
        //    ^ call a.ts::K.go inferred
        }
        function g(): { made: K } { return null! }
        g().made.go();
        //       ^ call a.ts::K.go
        const { made } = g();
        made.go();
        //   ^ call a.ts::K.go inferred
    """)


def test_types_that_keep_the_members() -> None:
    check("""
        --- a.ts
        class K { go() {} next: K }
        type Part<T> = { [P in keyof T]?: T[P] };
        function f(a: Partial<K>, b: Pick<K, "go">, c: Omit<K, "next">, d: Readonly<K>, e: Part<K>,
            g: K & { more: 1 }, h: ReturnType<typeof make>, i: Awaited<Promise<K>>, j: K["next"],
            l: NonNullable<K | null>, m: InstanceType<typeof K>, n: K[][number]) {
          a.go();
        //  ^ call a.ts::K.go
          b.go();
        //  ^ call a.ts::K.go
          c.go();
        //  ^ call a.ts::K.go
          d.go();
        //  ^ call a.ts::K.go
          e.go();
        //  ^ call a.ts::K.go
          g.go();
        //  ^ call a.ts::K.go
          h.go();
        //  ^ call a.ts::K.go
          i.go();
        //  ^ call a.ts::K.go
          j.go();
        //  ^ call a.ts::K.go
          l.go();
        //  ^ call a.ts::K.go
          m.go();
        //  ^ call a.ts::K.go
          n.go();
        //  ^ call a.ts::K.go
        }
        function make() { return new K() }
    """)


def test_a_variable_annotated_with_a_function_type_calls_what_it_holds() -> None:
    check("""
        --- a.ts
        class K { go() {} }
        const pick: (name: string) => K = globalThis.x ? (name) => new K() : other;
        function other(name: string): K { return new K() }
        pick("a").go();
        // ^ call a.ts::other inferred; call a.ts::pick inferred
        //        ^ call a.ts::K.go inferred
    """)


def test_stores_that_read_first_are_uses_of_properties() -> None:
    check("""
        --- a.ts
        class K {
          get size() { return 1 }
          set size(n: number) {}
          run() {}
        }
        function f(k: K) {
          k.size++;
        //  ^ property a.ts::K.size
          k.size += 2;
        //  ^ property a.ts::K.size
        }
    """)


def test_computed_names_of_members_are_read() -> None:
    check("""
        --- a.ts
        enum Hook { A = "a" }
        interface Hooks { [Hook.A]: () => void }
        //                 ^ reference a.ts::Hook
        type More = { [Hook.A](): void };
        //             ^ reference a.ts::Hook
    """)


def test_an_interface_has_the_members_of_the_object_types_it_extends() -> None:
    check("""
        --- a.ts
        class K { go() {} }
        interface Options { plugins: string[]; one: K }
        interface Resolved extends Readonly<Omit<Options, "plugins"> & { two: K }> { three: K }
        interface More extends Resolved {}
        function f(all: More) {
          all.one.go();
        //        ^ call a.ts::K.go
          all.two.go();
        //        ^ call a.ts::K.go
          all.three.go();
        //          ^ call a.ts::K.go
        }
    """)


def test_records_hold_the_same_under_every_name() -> None:
    check("""
        --- a.ts
        class K { go() {} }
        interface Table { [name: string]: K }
        function f(byName: Record<"a" | "b", K>, table: Table, plain: { [name: string]: K }) {
          byName.a.go();
        //         ^ call a.ts::K.go inferred
          byName["x y"].go();
        //              ^ call a.ts::K.go
          table.b.go();
        //        ^ call a.ts::K.go inferred
          plain.c.go();
        //        ^ call a.ts::K.go inferred
        }
    """)


def test_many_overloads_are_one_function() -> None:
    many = "\n".join(f"        export function f(a: {n}): K" for n in range(20))
    check(f"""
        --- a.ts
        class K {{ go() {{}} }}
{many}
        export function f(a: any): K {{ return new K() }}
        const given = f;
        given(3).go();
        // ^ call a.ts::f inferred
        //       ^ call a.ts::K.go inferred
    """)


def test_a_declared_this() -> None:
    check("""
        --- a.ts
        class K { go() {} }
        const methods = {
          run(this: K) { this.go(); [1].map(() => this.go()) },
        //                    ^ call a.ts::K.go
        //                                             ^ call a.ts::K.go
        };
        function f(this: K, name: string) { this.go() }
        //                                       ^ call a.ts::K.go
    """)


def test_a_variable_whose_type_is_from_outside_calls_what_it_holds() -> None:
    check("""
        --- a.ts
        const keys: ObjectConstructor["keys"] = Object.keys ? (of) => [] : (of) => [];
        keys({});
        // ^ call a.ts::keys inferred
    """)


def test_the_object_of_a_store_is_used() -> None:
    check("""
        --- a.ts
        const api = { run() {} };
        api.more = 1;
        //^ reference a.ts::api
        function later() {}
        later.extra = 2;
        // ^ reference a.ts::later
    """)


def test_a_call_of_an_interface_is_no_call_of_what_implements_it() -> None:
    check("""
        --- a.ts
        interface Store { read(): number }
        class Disk implements Store { read() { return 1 } }
        function f(store: Store) { store.read() }
        //                               ^ call a.ts::Store.read
    """)


def test_what_a_mapped_type_ranges_over_is_used() -> None:
    check("""
        --- a.ts
        type Method = "get" | "post";
        type Kept<T> = T;
        type Handlers = { [M in Method]: string };
        //                      ^ reference a.ts::Method
        type Rest<T> = { [K in keyof T as Kept<K>]: T[K] };
        //                                ^ reference a.ts::Kept
        type Some<T> = { [K in keyof T as Kept<K>]: string };
        //                                ^ reference a.ts::Kept
    """)


def test_type_arguments_of_wrappers_are_used() -> None:
    check("""
        --- a.tsx
        interface Props { a: number }
        export const Input = forwardRef<HTMLElement, Props>((props, ref) => null);
        //                                           ^ reference a.tsx::Props
    """)


def test_type_arguments_of_calls_are_put_in() -> None:
    check("""
        --- a.tsx
        import { createContext, useContext, useRef, forwardRef } from "react";
        class K { go() {} }
        class L { stop() {} }
        function pass<T, U>(both: (one: T, two: U) => void): U { return null! }
        pass<K, L>((one, two) => { one.go(); two.stop(); }).stop();
        //                             ^ call a.tsx::K.go
        //                                       ^ call a.tsx::L.stop
        //                                                  ^ call a.tsx::L.stop
        pass((one, two) => { one.gone(); });
        //                       ^ unknown
        class Registry { get<T>(name: string): T | null { return null } }
        new Registry().get<K>("k")?.go();
        //                          ^ call a.tsx::K.go
        const Here = createContext<{ kept: K } | null>(null);
        function App() {
          useContext(Here)!.kept.go();
        //                       ^ call a.tsx::K.go
          useRef<L>(null).current?.stop();
        //                         ^ call a.tsx::L.stop
        }
        const Input = forwardRef<HTMLElement, { k: K }>(({ k }, ref) => k.go());
        //                                                                ^ call a.tsx::K.go inferred
    """)
