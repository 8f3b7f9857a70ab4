// Runs extension_host/index.js inside VS Code's own extension host and prints what it found.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { EXTENSION, openWorkbench, Steps } from "./workbench.mjs";

const LIMIT_MS = 180_000;
const TESTS = path.join(import.meta.dirname, "extension_host/index");

const { page, folder, show, close } = await openWorkbench("extension-host", {
  payload: (port) => {
    const there = (file) => `vscode-remote://127.0.0.1:${port}${path.resolve(file)}`;
    return JSON.stringify([
      ["extensionDevelopmentPath", there(EXTENSION)],
      ["extensionTestsPath", there(TESTS)],
    ]);
  },
});
const report = path.join(folder, "report.json");
page.on("dialog", (dialog) => dialog.accept());
await page.exposeFunction("codeAutomationLog", (level, words) => {
  if (process.env.VERBOSE) console.log(level, ...words);
});
const ended = new Promise((done) => {
  page.exposeFunction("codeAutomationExit", () => done(true));
  setTimeout(() => done(false), LIMIT_MS);
});
await show();
const intime = await ended;
await new Steps(page, "extension-host").shot("end");
await close();

const tests = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")).tests : [];
const failures = tests.filter((test) => test.err.message !== undefined);
for (const { title, duration, err } of tests) {
  const verdict = err.message === undefined ? "pass" : "FAIL";
  const why = err.message === undefined ? "" : `: ${err.message}`;
  console.log(`${verdict} extension-host: ${title}${why} (${duration / 1000} s)`);
}
if (!intime || tests.length === 0) console.log("FAIL extension-host: no report within the limit");
process.exit(intime && tests.length > 0 && failures.length === 0 ? 0 : 1);
