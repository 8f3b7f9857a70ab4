"""What tests tell of names in TypeScript and JavaScript, and where it holds."""

from fixture import check


def test_instanceof_in_branches() -> None:
    check("""
        --- main.ts
        class Job { start() {} }
        class Race { start() {} }
        function run(what: any, other: Job | Race) {
            if (what instanceof Job) {
                what.start();
        //           ^ call main.ts::Job.start
            } else if (what instanceof Race) {
                what.start();
        //           ^ call main.ts::Race.start
            }
            if (other instanceof Job) return;
            other.start();
        //        ^ call main.ts::Race.start
        }
    """)


def test_instanceof_in_expressions() -> None:
    check("""
        --- main.js
        class Job { start() {} }
        class Race { start() {} }
        function run(what) {
            what instanceof Job && what.start();
        //                              ^ call main.js::Job.start
            what instanceof Job ? what.start() : 0;
        //                             ^ call main.js::Job.start
            if (!(what instanceof Race)) throw new Error();
            what.start();
        //       ^ call main.js::Race.start
        }
    """)


def test_a_function_that_is_declared_to_tell() -> None:
    check("""
        --- main.ts
        class Job { start() {} }
        class Race { start() {} }
        function isJob(what: unknown): what is Job { return true; }
        function isBig(what: unknown): boolean { return true; }
        function run(what: any, other: any) {
            if (isJob(what)) {
                what.start();
        //           ^ call main.ts::Job.start
            }
            if (isBig(other)) {
                other.start();
        //            ^ unknown
            }
        }
    """)
