// A real VS Code in a real browser: started on a fresh copy of the repository, closed when done.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import path from "node:path";

/** Set by run.sh: the folder where everything is installed, and the server to test. */
export const KIT = process.env.FLAMES_KIT;
export const SERVER = process.env.FLAMES_SERVER;
const HERE = import.meta.dirname;
export const EXTENSION = path.join(HERE, "../../editors/vscode");
const { chromium } = createRequire(KIT + "/")("playwright-core");
const ENTRY = path.join(KIT, "node_modules/code-server/out/node/entry.js");

const QUIET_SETTINGS = {
  "files.autoSave": "off", // on by default in the browser
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "editor.hover.delay": 100,
  "editor.minimap.enabled": false,
  "editor.stickyScroll.enabled": false, // a line shown twice is clicked in the wrong place
  "git.enabled": false,
  "npm.fetchOnlinePackageInfo": false,
};
const BROWSER_WORDS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * `name` is the folder of this run. Options: `settings` (the user's), `trust` (ask before trusting
 * the workspace), `vsix` (installed first), `prepare(repository)`, `path` (the editor's PATH),
 * `payload(port)` (what the page is told).
 */
export async function openWorkbench(name, options = {}) {
  const folder = path.join(KIT, "runs", name);
  rmSync(folder, { recursive: true, force: true });
  const at = (child) => path.join(folder, child);
  const repository = at("repository");
  mkdirSync(at("home/User"), { recursive: true });
  run(process.env.FLAMES_PYTHON, [path.join(HERE, "fixture.py"), repository]);
  options.prepare?.(repository);
  const settings = { ...QUIET_SETTINGS, ...options.settings };
  settings["security.workspace.trust.enabled"] = options.trust === true;
  writeFileSync(at("home/User/settings.json"), JSON.stringify(settings));
  writeFileSync(at("config.yaml"), "auth: none\n");
  const places = ["--config", at("config.yaml"), "--user-data-dir", at("home")];
  places.push("--extensions-dir", at("home/extensions"));
  const env = {
    ...process.env,
    FLAMES_CACHE_DIR: at("cache"),
    VSCODE_CLI: "1", // started from a shell: PATH is not asked of a login shell
    PATH: options.path ?? `${path.dirname(SERVER)}:${process.env.PATH}`,
  };
  if (options.vsix) {
    run(process.execPath, [ENTRY, ...places, "--install-extension", options.vsix], { env });
  }
  const port = await freePort();
  const words = ["--bind-addr", `127.0.0.1:${port}`, "--auth", "none", "--disable-telemetry"];
  words.push("--disable-update-check", "--disable-getting-started-override", "--disable-proxy");
  if (!options.trust) words.push("--disable-workspace-trust");
  const server = spawn(process.execPath, [ENTRY, ...places, ...words, repository], {
    env,
    cwd: repository, // as by `code .`: what is relative in PATH is in the repository
    stdio: "ignore",
  });
  process.on("exit", () => server.kill("SIGTERM"));
  await until(async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok, 30_000);
  const browser = await chromium.launch({
    executablePath: process.env.FLAMES_CHROMIUM,
    args: BROWSER_WORDS,
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const payload = options.payload ? `&payload=${encodeURIComponent(options.payload(port))}` : "";
  const close = async () => {
    await browser.close();
    const gone = new Promise((done) => server.once("exit", done));
    server.kill("SIGTERM");
    await gone;
  };
  const show = async () => {
    await page.goto(`http://127.0.0.1:${port}/?folder=${repository}${payload}`);
    await page.locator(".monaco-workbench .statusbar-item").first().waitFor({ timeout: 60_000 });
  };
  return { page, repository, folder, show, close };
}

/** Counts and prints what passed; a failure is photographed and does not stop the next step. */
export class Steps {
  failed = 0;
  #start = Date.now();

  constructor(page, prefix) {
    this.page = page;
    this.prefix = prefix;
  }

  async step(name, act) {
    try {
      await act();
      this.#say("pass", name);
      return true;
    } catch (error) {
      this.failed += 1;
      this.#say("FAIL", `${name}: ${String(error).slice(0, 600)}`);
      await this.shot(`failed-${name.replace(/\W+/g, "-")}`);
      return false;
    }
  }

  async shot(name) {
    mkdirSync(path.join(KIT, "shots"), { recursive: true });
    await this.page.screenshot({ path: path.join(KIT, "shots", `${this.prefix}-${name}.png`) });
  }

  #say(verdict, text) {
    const seconds = (Date.now() - this.#start) / 1000;
    console.log(`${verdict} ${this.prefix}: ${text} (after ${seconds.toFixed(1)} s)`);
  }
}

/** What a user does, in terms of the workbench. */
export class Hands {
  constructor(page) {
    this.page = page;
  }

  async openFile(name) {
    await this.page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    const input = await this.#quickInput("Control+P");
    await input.fill(name);
    const label = this.page.locator(".label-name", { hasText: new RegExp(`^${name}$`) });
    const row = this.page.locator(".quick-input-list .monaco-list-row").filter({ has: label });
    await row.first().click({ timeout: 15_000 }); // what Enter takes may still change
    await this.page.locator(".tab.active", { hasText: name }).waitFor({ timeout: 15_000 });
  }

  async command(title) {
    const input = await this.#quickInput("F1");
    await input.fill(`>${title}`);
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title });
    await row.first().waitFor({ timeout: 10_000 });
    await this.page.keyboard.press("Enter");
  }

  line(text) {
    return this.page.locator(".monaco-editor .view-line", { hasText: text }).first();
  }

  word(text) {
    const exact = new RegExp(`^\\s*${text}\\s*$`);
    return this.page.locator(".monaco-editor .view-line span span", { hasText: exact }).first();
  }

  /** Keys pressed while the workbench is still loading are lost: they are pressed again. */
  async #quickInput(key) {
    const input = this.page.locator(".quick-input-widget input").first();
    await until(async () => {
      await this.page.keyboard.press(key);
      return input.waitFor({ timeout: 2000 }).then(() => true);
    }, 30_000);
    return input;
  }
}

export async function until(true_, timeout_ms) {
  const end = Date.now() + timeout_ms;
  for (;;) {
    if (await Promise.resolve().then(true_).catch(() => false)) return;
    if (Date.now() > end) throw new Error(`not within ${timeout_ms / 1000} s: ${true_}`);
    await new Promise((next) => setTimeout(next, 100));
  }
}

function run(program, words, options = {}) {
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8", ...options });
  if (status !== 0) throw new Error(`${program} ${words[0]} ended with ${status}: ${stderr}`);
}

function freePort() {
  const probe = createServer();
  return new Promise((found, failed) => {
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}
