// What a user sees of Flames in VS Code, step by step. Screenshots of each view are kept.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Hands, openWorkbench, Steps, until } from "./workbench.mjs";

const { page, repository, show, close } = await openWorkbench("ui", { vsix: process.env.FLAMES_VSIX });
const steps = new Steps(page, "vscode");
const hands = new Hands(page);
const toast = (text) => page.locator(".notification-toast", { hasText: text }).first();
const hoverBox = (text) => page.locator(".monaco-hover:not(.hidden)", { hasText: text }).first();
const lens = page.locator(".monaco-editor .codelens-decoration a");
const squiggle = page.locator(".monaco-editor").locator(".squiggly-error, .squiggly-warning").first();
const existing = page.locator(".quick-input-list .monaco-list-row", { hasText: "slugify(title" }).first();
const statusItem = page.locator(".statusbar-item", { hasText: "Flames" }).first();
const statusIcon = (name) => statusItem.locator(`.codicon-${name}`);

await show();
const ready = await steps.step("status item: ready once the repository is indexed", async () => {
  await hands.openFile("pricing.py");
  await statusIcon("flame").waitFor({ timeout: 60_000 });
});
if (!ready) {
  await close();
  process.exit(1); // nothing below can pass
}
await steps.step("lens counts callers, files and tests", async () => {
  await lens.filter({ hasText: "3 callers · 3 files · 1 test" }).waitFor({ timeout: 20_000 });
  await steps.shot("lens");
});
await steps.step("hover says who uses a function", async () => {
  await hands.word("total_price").hover();
  await hoverBox("used by 3 callers in 3 files").waitFor({ timeout: 10_000 });
  await steps.shot("hover");
  await page.mouse.move(1000, 700);
});
await steps.step("lens opens a peek of the dependents", async () => {
  await lens.first().click();
  await page.locator(".peekview-widget .monaco-list-row").first().waitFor({ timeout: 10_000 });
  await page.locator(".peekview-widget", { hasText: "place_order" }).waitFor({ timeout: 10_000 });
  await steps.shot("peek");
  await page.keyboard.press("Escape");
  await page.locator(".peekview-widget").waitFor({ state: "detached" });
});
await steps.step("Show dependents works from the cursor", async () => {
  await hands.word("total_price").click();
  await hands.command("Flames: Show dependents");
  await page.locator(".peekview-widget .monaco-list-row").first().waitFor({ timeout: 10_000 });
  await page.keyboard.press("Escape");
});
await steps.step("a changed signature warns before it is saved", async () => {
  await hands.line("def total_price").click();
  await page.keyboard.press("End");
  for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowLeft");
  await page.keyboard.type(", currency");
  await squiggle.waitFor({ timeout: 15_000 });
  await steps.shot("broken-callers");
});
await steps.step("taking the change back takes the warning back", async () => {
  for (let i = 0; i < ", currency".length; i++) await page.keyboard.press("Backspace");
  await squiggle.waitFor({ state: "detached", timeout: 15_000 });
});
await steps.step("a re-implemented function is underlined", async () => {
  await hands.openFile("pages.py");
  await squiggle.waitFor({ timeout: 20_000 });
});
await steps.step("hover on the squiggle names the other one", async () => {
  await squiggle.hover({ force: true });
  await hoverBox("slugify").waitFor({ timeout: 10_000 });
  await steps.shot("parallel-logic");
  await page.mouse.move(1000, 700);
});
await steps.step("problems panel lists it", async () => {
  await page.keyboard.press("Control+Shift+M");
  const row = page.locator(".markers-panel .monaco-list-row", { hasText: "slugify" }).first();
  await row.waitFor({ timeout: 10_000 });
  await steps.shot("problems");
});
await steps.step("Find similar lists the other one", async () => {
  await hands.line("def page_address").click();
  await hands.command("Flames: Find similar");
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: "slugify" }).first();
  await row.waitFor({ timeout: 10_000 });
  await steps.shot("similar");
  await page.keyboard.press("Enter");
  await page.locator(".tab.active", { hasText: "text.py" }).waitFor({ timeout: 10_000 });
});
await steps.step("Find existing lists what does it", async () => {
  await hands.openFile("orders.py");
  await hands.line("def preview_order").click();
  await page.keyboard.press("Control+End");
  await hands.command("Flames: Find existing");
  await page.locator(".quick-input-title", { hasText: "Find existing code" }).waitFor();
  await page.keyboard.type("title as part of an address");
  await existing.waitFor({ timeout: 20_000 });
  await steps.shot("existing");
});
await steps.step("its button inserts the call and the import", async () => {
  await existing.hover();
  await existing.locator(".codicon-insert").click();
  await hands.line("from shop.text import slugify").waitFor({ timeout: 10_000 });
  await hands.line(/^slugify\(\)$/).waitFor({ timeout: 10_000 });
  await steps.shot("existing-inserted");
  await hands.command("File: Revert File");
  await hands.line("slugify").waitFor({ state: "detached" });
});
await steps.step("a function being named meets the one that exists", async () => {
  await hands.line("def preview_order").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\n\ndef slugify", { delay: 80 });
  const offered = page.locator(".suggest-widget .monaco-list-row", { hasText: "exists: shop.text" });
  await offered.waitFor({ timeout: 15_000 });
  await steps.shot("naming");
  await offered.click();
  await hands.line("from shop.text import slugify").waitFor({ timeout: 10_000 });
  await hands.line(/^slugify\(title\)$/).waitFor({ timeout: 10_000 });
  await steps.shot("naming-accepted");
  await hands.command("File: Revert File");
  await hands.line("slugify").waitFor({ state: "detached" });
});
await steps.step("an ordinary new name is left alone", async () => {
  await hands.line("def preview_order").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\n\ndef count_of_orders", { delay: 80 });
  await page.waitForTimeout(1000);
  const offered = page.locator(".suggest-widget .monaco-list-row", { hasText: "exists:" });
  if ((await offered.count()) > 0) throw new Error("something is offered");
  await page.keyboard.press("Escape");
  await hands.command("File: Revert File");
});
await steps.step("Go to symbol in workspace finds it", async () => {
  await page.keyboard.press("Control+T");
  await page.keyboard.type("slugi");
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: "slugify" }).first();
  await row.waitFor({ timeout: 15_000 });
  await steps.shot("workspace-symbol");
  await page.keyboard.press("Enter");
  await page.locator(".tab.active", { hasText: "text.py" }).waitFor({ timeout: 10_000 });
});
await steps.step("Reindex shows progress and a result", async () => {
  addFiles(path.join(repository, "bulk"), 400);
  await hands.command("Flames: Reindex");
  const progress = page.locator(".notification-toast, .statusbar-item", { hasText: /indexing/ });
  await progress.first().waitFor({ timeout: 10_000 });
  await steps.shot("progress");
  await toast(/4\d\d files, \d+ symbols indexed/).waitFor({ timeout: 60_000 });
  await steps.shot("indexed");
});
await steps.step("Show status and Version say what is running", async () => {
  await statusItem.click();
  await toast("files indexed").waitFor({ timeout: 10_000 });
  await hands.command("Flames: Version");
  await toast(/extension \d.*server \d/).waitFor({ timeout: 10_000 });
  await steps.shot("version");
});
await steps.step("Restart server goes through starting to ready", async () => {
  await hands.command("Notifications: Clear All Notifications");
  const seen = watchIcons();
  await hands.command("Flames: Restart server");
  await until(async () => (await seen()).includes("loading"), 15_000);
  await statusIcon("flame").waitFor({ timeout: 30_000 });
});
await steps.step("Show logs opens the server's log", async () => {
  await hands.command("Flames: Show logs");
  const channel = page.locator(".part.panel select, .part.panel .monaco-select-box");
  await channel.first().waitFor({ timeout: 10_000 });
  await page.locator(".part.panel .view-line", { hasText: /\S/ }).first().waitFor({ timeout: 10_000 });
  await steps.shot("logs");
});
await close();
process.exit(steps.failed ? 1 : 0);

/** Enough work that there is a progress to be seen. */
function addFiles(folder, count) {
  mkdirSync(folder);
  for (let n = 0; n < count; n++) {
    const names = Array.from({ length: 60 }, (_, i) => `f${n}_${i}`);
    const text = names.map((name) => `def ${name}(a, b):\n    return a.${name}(b) + ${n}\n`);
    writeFileSync(path.join(folder, `m${n}.py`), text.join("\n\n"));
  }
}

/** Remembers which icons the status item has had: a state may be too short to be waited for. */
function watchIcons() {
  const watching = page.evaluate(() => {
    window.flamesIcons = [];
    const look = () => {
      const item = [...document.querySelectorAll(".statusbar-item")].find((e) =>
        e.textContent.includes("Flames"),
      );
      const icon = item?.querySelector(".codicon");
      if (icon) window.flamesIcons.push(...icon.classList);
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
    });
  });
  return async () => {
    await watching;
    const classes = await page.evaluate(() => window.flamesIcons);
    return classes.map((name) => name.replace("codicon-", ""));
  };
}
