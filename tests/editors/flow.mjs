// From a changed signature to green tests in VS Code: the tree of dependents, callers that light up,
// all of them updated from the lightbulb; and what other findings can be answered with.
import { spawnSync } from "node:child_process";
import { Hands, openWorkbench, Steps, until } from "./workbench.mjs";

const { page, repository, show, close } = await openWorkbench("flow", { vsix: process.env.FLAMES_VSIX });
const steps = new Steps(page, "flow");
const hands = new Hands(page);
const squiggle = page.locator(".monaco-editor").locator(".squiggly-error, .squiggly-warning").first();
const row = (text) => page.locator(".pane-body .monaco-list-row", { hasText: text }).first();
const quickRow = (text) => page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
const action = (text) => page.locator(".action-widget .monaco-list-row", { hasText: text }).first();
/** Asked again when an editor that opens beside takes the keys away. */
const lightbulb = async (word, text) => {
  await until(async () => {
    await page.keyboard.press("Escape");
    await hands.word(word).click({ timeout: 3000 });
    await page.keyboard.press("Control+.");
    await action(text).waitFor({ timeout: 5000 });
    return true;
  }, 40_000);
};
/** With the keys: the list moves under the mouse while actions are still coming. */
const choose = async (text) => {
  await action(text).waitFor({ timeout: 15_000 });
  const focused = page.locator(".action-widget .monaco-list-row.focused", { hasText: text });
  for (let i = 0; i < 12 && !(await focused.count()); i++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
};
const TESTS = `
import tests.test_orders as orders, tests.test_pricing as pricing
orders.test_a_preview_counts_what_is_in_it()
pricing.test_nothing_costs_nothing()
`;

await show();
const ready = await steps.step("the repository is indexed", async () => {
  await hands.openFile("pricing.py");
  await page.locator(".statusbar-item .codicon-flame").waitFor({ timeout: 60_000 });
});
if (!ready) {
  await close();
  process.exit(1); // nothing below can pass
}
await steps.step("the project's tests pass before", async () => runTests(0));
await steps.step("its tests are named with their reasons", async () => {
  await hands.word("total_price").click();
  await hands.command("Flames: Show tests");
  await quickRow("test_nothing_costs_nothing").waitFor({ timeout: 15_000 });
  await steps.shot("tests");
  await page.keyboard.press("Escape");
});
await steps.step("the tree of dependents opens with callers and tests", async () => {
  await hands.word("total_price").click();
  await hands.command("Flames: Show tree of dependents");
  for (const text of ["total_price", "Callers", "preview_order", "write_invoice"]) {
    await row(text).waitFor({ timeout: 15_000 });
  }
  await steps.shot("tree");
});
await steps.step("a branch is opened when it is asked for", async () => {
  const branch = page.locator(".pane-body .monaco-list-row[aria-level='3']", { hasText: "preview_order" });
  await branch.first().locator(".monaco-tl-twistie").click();
  await row("test_a_preview_counts_what_is_in_it").waitFor({ timeout: 10_000 });
  await steps.shot("tree-opened");
});
await steps.step("a node leads to the place that uses it", async () => {
  await row("write_invoice").click();
  await page.locator(".tab.active", { hasText: "invoices.py" }).waitFor({ timeout: 10_000 });
  await page.locator(".statusbar-item", { hasText: "Ln 5, Col" }).waitFor({ timeout: 10_000 });
  await page.locator(".activitybar .action-label[aria-label^=Explorer]").click();
});
await steps.step("a new parameter lights up its callers", async () => {
  await page.locator(".tab", { hasText: "pricing.py" }).first().click();
  await hands.line("def total_price").click();
  await page.keyboard.press("End");
  for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowLeft");
  await page.keyboard.type(", currency");
  await squiggle.waitFor({ timeout: 15_000 });
  await page.keyboard.press("Control+Shift+M");
  const problem = page.locator(".markers-panel .monaco-list-row", { hasText: "does not pass" });
  await problem.first().waitFor({ timeout: 10_000 });
  await steps.shot("callers-lit");
});
await steps.step("the lightbulb offers ways out", async () => {
  await lightbulb("total_price", "Update 4 calls of");
  await action("Make currency optional").or(action("Make `currency` optional")).waitFor();
  await steps.shot("lightbulb");
});
await steps.step("all callers are updated at once, after a look", async () => {
  await choose("Update 4 calls of");
  const apply = page.locator(".part.panel .monaco-button", { hasText: "Apply" });
  await apply.first().waitFor({ timeout: 15_000 });
  const box = page.locator(".part.panel .monaco-list-row input.edit-checkbox");
  await box.first().waitFor({ timeout: 10_000 });
  const ticked = page.locator(".part.panel .monaco-list-row input.edit-checkbox:checked");
  await until(async () => (await ticked.count()) > 0, 20_000);
  await steps.shot("look");
  await apply.first().click();
  await squiggle.waitFor({ state: "detached", timeout: 20_000 });
  await hands.command("File: Save All Files");
  await hands.openFile("orders.py");
  await hands.line("total_price(items, 0.19, None)").waitFor({ timeout: 10_000 });
  await steps.shot("updated");
});
await steps.step("the project's tests pass after it", async () => runTests(0));
await steps.step("without the update they would not", async () => {
  const broken = spawnSync("git", ["checkout", "-q", "shop/orders.py"], { cwd: repository });
  if (broken.status !== 0) throw new Error(String(broken.stderr));
  runTests(1);
});
await steps.step("a finding opens both places beside each other", async () => {
  await hands.openFile("pages.py");
  await squiggle.waitFor({ timeout: 20_000 });
  await lightbulb("page_address", "Open it beside");
  await steps.shot("answers");
  await choose("Open it beside");
  const groups = page.locator(".editor-group-container");
  await groups.nth(1).locator(".tab.active", { hasText: "text.py" }).waitFor({ timeout: 10_000 });
  await steps.shot("both");
});
await steps.step("a finding explains its rule", async () => {
  await page.locator(".editor-group-container").first().locator(".tab.active").click();
  await lightbulb("page_address", "Explain parallel-logic");
  await choose("Explain parallel-logic");
  await page.locator(".tab", { hasText: "Preview Flames: parallel-logic" }).waitFor({ timeout: 15_000 });
  await page.waitForTimeout(1500); // until the preview, which is a page of its own, has drawn
  await steps.shot("explained");
  await hands.command("View: Close Editor");
});
await steps.step("how is this done here leads to the others of its kind", async () => {
  await hands.openFile("account.py");
  await hands.word("account").click();
  await hands.command("Flames: How is this done here");
  await quickRow("login").waitFor({ timeout: 20_000 });
  await quickRow("decorated with @app.route").waitFor();
  await steps.shot("pattern");
  await quickRow("login").click();
  await page.locator(".tab.active", { hasText: "login.py" }).waitFor({ timeout: 10_000 });
});
await close();
process.exit(steps.failed ? 1 : 0);

function runTests(wanted) {
  const { status, stderr } = spawnSync(process.env.FLAMES_PYTHON, ["-B", "-c", TESTS], {
    cwd: repository,
    encoding: "utf8",
  });
  if (Math.min(status, 1) !== wanted) throw new Error(`the tests ended with ${status}: ${stderr}`);
}
