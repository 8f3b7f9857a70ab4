// The pages of the module graph and of a change in a real browser; Mermaid and Graphviz given what we write for them.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { KIT, SERVER, Steps } from "./workbench.mjs";

const require = createRequire(KIT + "/");
const { chromium } = require("playwright-core");
const ROOT = path.join(import.meta.dirname, "../..");
const FOLDER = path.join(KIT, "runs/pictures");
const CACHE = mkdtempSync(path.join(os.tmpdir(), "flames-pictures-")); // never inside of ROOT
const SHOP = {
  "shop/__init__.py": "",
  "shop/web/views.py": "from shop.web import forms\nfrom shop.db import rows\n",
  "shop/web/forms.py": "from shop.web import views\n",
  "shop/db/rows.py": "from shop.db import sql\n",
  "shop/db/sql.py": "",
  "shop/alone.py": "",
  "tests/test_views.py": "from shop.web import views\n",
};

rmSync(FOLDER, { recursive: true, force: true });
for (const [name, text] of Object.entries(SHOP)) {
  const file = path.join(FOLDER, "shop", name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
const shop = graph(path.join(FOLDER, "shop"), "html");
const flames = graph(ROOT, "html");
const fixture = path.join(FOLDER, "fixture");
spawnSync(process.env.FLAMES_PYTHON, [path.join(import.meta.dirname, "fixture.py"), fixture]);
const pricing = path.join(fixture, "shop/pricing.py");
const text = readFileSync(pricing, "utf8");
writeFileSync(pricing, text.replace("(items, tax_rate)", "(items, tax_rate, currency)"));
const changed = impact(fixture);
const hot = impact(ROOT, "indexer/flames_indexer/model.py::Span");

const browser = await chromium.launch({
  executablePath: process.env.FLAMES_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, colorScheme: "light" });
const wrong = [];
page.on("pageerror", (error) => wrong.push(error.message));
page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
page.on("request", (request) => request.url().startsWith("file:") || wrong.push(request.url()));
const steps = new Steps(page, "pictures");
const head = (file) => page.locator(`.head[aria-label="${file}"]`);
const box = (file) => page.locator(`.box:has(> .head[aria-label="${file}"])`);
const classes = async (file) => (await box(file).getAttribute("class")).split(" ");
const top = async (file) => (await head(file).boundingBox()).y;

await steps.step("what imports stands above what is imported", async () => {
  await page.goto(shop);
  await head("shop/web").waitFor();
  expect(await top("tests"), "<", await top("shop/web"));
  expect(await top("shop/web"), "<", await top("shop/db"));
  expect(await top("shop/db/rows.py"), "<", await top("shop/db/sql.py"));
  await steps.shot("shop");
});
await steps.step("a circle is red, and so is the line that leads up", async () => {
  expect((await classes("shop/web/forms.py")).includes("circle"), "===", true);
  expect((await classes("shop/db/rows.py")).includes("circle"), "===", false);
  expect(await page.locator("#lines path.back:not(.tip)").count(), "===", 1);
});
await steps.step("a chosen file shows its users and its needs, near and far", async () => {
  await head("shop/db/rows.py").click();
  expect((await classes("shop/db/sql.py")).includes("needs"), "===", true);
  const near = await classes("shop/web/views.py");
  expect(near.includes("users") && !near.includes("far"), "===", true);
  const far = await classes("shop/web/forms.py");
  expect(far.includes("users") && far.includes("far"), "===", true);
  await page.locator("#details", { hasText: "Used by 1 file" }).waitFor();
  await page.locator("#details", { hasText: "views.py:2" }).waitFor();
});
await steps.step("keys move, choose, open and let go", async () => {
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator('.head[aria-label="shop/db/sql.py"][aria-selected="true"]').waitFor();
  await page.keyboard.press("Escape");
  expect(await page.locator('[aria-selected="true"]').count(), "===", 0);
  await head("shop/db").focus();
  await page.keyboard.press("Space");
  expect(await head("shop/db/rows.py").isVisible(), "===", false);
});
await steps.step("what is searched for is opened, chosen and can be linked to", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("rows");
  await page.keyboard.press("Enter");
  expect(await head("shop/db/rows.py").isVisible(), "===", true);
  await page.reload();
  await page.locator("h2", { hasText: "shop/db/rows.py" }).waitFor();
});
await steps.step("tests can be left out", async () => {
  await page.keyboard.press("Escape");
  await page.locator("#tests").uncheck();
  expect(await head("tests").isVisible(), "===", false);
});
await steps.step("it can be dark and light", async () => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.locator("#theme").click();
  expect(await ground(), "!==", light);
  await steps.shot("dark");
});
await steps.step("hundreds of files can be read at a glance, and all be opened", async () => {
  await page.goto(flames);
  const shown = () => page.locator(".head:visible").count();
  const first = await shown();
  expect(first, "<", 61);
  await steps.shot("flames");
  expect(await overlapping(), "===", 0);
  for (let i = 0; i < 6; i++) await page.locator("#open").click();
  expect(await shown(), ">", 200);
  expect(await overlapping(), "===", 0);
  await page.locator("#close").click();
  expect(await shown(), "<", first);
});
const node = (name) => page.locator(`.node[aria-label="${name}"]`);
await steps.step("what a change reaches stands to its right, what breaks is red", async () => {
  await page.goto(changed);
  const left = async (name) => (await node(name).boundingBox()).x;
  expect(await left("shop/pricing.py::total_price"), "<", await left("shop/orders.py::place_order"));
  expect(await page.locator(".node.broken").count(), "===", 4);
  expect(await page.locator("#lines path.breaks").count(), "===", 4);
  await page.locator("#details", { hasText: "does not pass currency" }).waitFor();
  await steps.shot("impact");
});
await steps.step("a chosen node shows its way only, until it is let go", async () => {
  await node("tests/test_orders.py::test_a_preview_counts_what_is_in_it").click();
  expect(await page.locator(".node.on").count(), "===", 3);
  await page.locator("#details", { hasText: "Uses" }).waitFor();
  await steps.shot("impact-chosen");
  await page.keyboard.press("Escape");
  expect(await page.locator(".node.chosen").count(), "===", 0);
});
await steps.step("what thousands depend on is still read at a glance", async () => {
  await page.goto(hot);
  expect(await page.locator(".node").count(), "<", 130);
  expect(await overlapping(".node"), "===", 0);
  await steps.shot("impact-hot");
});
await steps.step("the page asks for nothing and nothing breaks", async () => {
  expect(wrong.join("; "), "===", "");
});
await steps.step("Mermaid draws files and symbols", async () => {
  const files = write(path.join(FOLDER, "shop"), "mermaid", "--level", "module");
  const symbols = write(ROOT, "mermaid", "--around", "symbol_at_line");
  await page.goto("about:blank");
  await page.addScriptTag({ path: require.resolve("mermaid/dist/mermaid.min.js") });
  const reached = ask(fixture, "impact", "--format", "mermaid");
  for (const [text, nodes] of [[files, 7], [symbols, 3], [reached, 6]]) {
    const drawn = await page.evaluate(async (code) => {
      window.mermaid.initialize({ startOnLoad: false });
      document.body.innerHTML = (await window.mermaid.render("drawing", code)).svg;
      return document.querySelectorAll(".node").length;
    }, text);
    expect(drawn, ">=", nodes);
  }
  await steps.shot("mermaid");
});
await steps.step("Graphviz draws files and symbols", async () => {
  const wanted = [[path.join(FOLDER, "shop"), "--level", "module"], [ROOT, "--fold", "2"]];
  wanted.push([ROOT, "--around", "symbol_at_line"]);
  const inputs = wanted.map(([root, ...words]) => write(root, "dot", ...words));
  for (const input of [...inputs, ask(fixture, "impact", "--format", "dot")]) {
    const options = { input, encoding: "utf8", maxBuffer: 1 << 28 };
    const { status, stdout, stderr } = spawnSync("dot", ["-Tsvg"], options);
    expect(`${status} ${stderr}`, "===", "0 ");
    expect(stdout.match(/class="node"/g).length, ">", 2);
  }
});
await browser.close();
rmSync(CACHE, { recursive: true, force: true });
process.exit(steps.failed ? 1 : 0);

/** The graph as a program gives it. */
function write(root, form, ...words) {
  return ask(root, "graph", "--format", form, ...words);
}

/** What a command of Flames writes. */
function ask(root, name, ...words) {
  const options = { encoding: "utf8", maxBuffer: 1 << 28 };
  const command = [name, "-q", "--root", root, ...words];
  const cache = { ...process.env, FLAMES_CACHE_DIR: CACHE };
  const ended = spawnSync(path.join(path.dirname(SERVER), "flames"), command, { ...options, env: cache });
  if (ended.status !== 0) throw new Error(`flames ${command.join(" ")}: ${ended.stderr}`);
  return ended.stdout;
}

function graph(root, form) {
  const file = path.join(FOLDER, `${path.basename(root)}.${form}`);
  writeFileSync(file, write(root, form));
  return pathToFileURL(file).href;
}

function impact(root, ...target) {
  const file = path.join(FOLDER, `impact-${path.basename(root)}.html`);
  writeFileSync(file, ask(root, "impact", "--format", "html", ...target));
  return pathToFileURL(file).href;
}

/** How many pairs of shown boxes cover each other, those around others left out. */
function overlapping(boxes = ".head") {
  return page.evaluate((boxes) => {
    const shown = [...document.querySelectorAll(boxes)].filter((head) => head.offsetParent);
    const places = shown.map((head) => head.getBoundingClientRect());
    let found = 0;
    for (const [n, a] of places.entries()) {
      for (const b of places.slice(n + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1 && down > 1) found += 1;
      }
    }
    return found;
  }, boxes);
}

function expect(found, how, wanted) {
  const holds = { "<": (a, b) => a < b, ">": (a, b) => a > b, ">=": (a, b) => a >= b };
  Object.assign(holds, { "===": (a, b) => a === b, "!==": (a, b) => a !== b });
  if (!holds[how](found, wanted)) throw new Error(`${found} is not ${how} ${wanted}`);
}
