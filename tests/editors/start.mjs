// Which program is started: never one that a repository names, and what is said when there is none.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Hands, openWorkbench, SERVER, Steps } from "./workbench.mjs";

let failed = 0;
await hostile("untrusted", /No, I don/);
await hostile("trusted", /Yes, I trust/);
await missing();
process.exit(failed ? 1 : 0);

/** A repository that wants its own programs run, by settings and by where PATH looks. */
async function hostile(name, answer) {
  let trap, sprung;
  const prepare = (repository) => {
    trap = path.join(repository, "bin/flames-lsp");
    sprung = path.join(repository, "sprung");
    mkdirSync(path.dirname(trap));
    writeFileSync(trap, `#!/bin/sh\ntouch '${sprung}'\nexec cat\n`, { mode: 0o755 });
    mkdirSync(path.join(repository, ".vscode"));
    const settings = { "flames.server.path": trap };
    writeFileSync(path.join(repository, ".vscode/settings.json"), JSON.stringify(settings));
  };
  const { page, show, close } = await openWorkbench(`hostile-${name}`, {
    vsix: process.env.FLAMES_VSIX,
    trust: true,
    path: `bin::${path.dirname(SERVER)}:${process.env.PATH}`,
    prepare,
  });
  const steps = new Steps(page, `${name}-workspace`);
  await show();
  await steps.step("asks for trust", async () => {
    await page.locator(".monaco-dialog-box").waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: answer }).click();
  });
  await steps.step("the user's own server starts", async () => {
    await new Hands(page).openFile("pricing.py");
    await page.locator(".statusbar-item .codicon-flame").waitFor({ timeout: 60_000 });
    await steps.shot("ready");
  });
  await steps.step("the repository's program was not run", async () => {
    if (existsSync(sprung)) throw new Error("it was run");
  });
  await steps.step("it would have been noticed", async () => {
    spawnSync(trap, { input: "" });
    if (!existsSync(sprung)) throw new Error("the trap does not work");
  });
  await close();
  failed += steps.failed;
}

async function missing() {
  const { page, folder, show, close } = await openWorkbench("missing", {
    vsix: process.env.FLAMES_VSIX,
    path: "/usr/bin:/bin",
  });
  const steps = new Steps(page, "no-server");
  const hands = new Hands(page);
  const toasts = page.locator(".notification-toast");
  await show();
  await steps.step("one message says how to install it", async () => {
    await hands.openFile("pricing.py");
    await toasts.filter({ hasText: "pipx install flames-lsp" }).waitFor({ timeout: 60_000 });
    await page.locator(".statusbar-item .codicon-circle-slash").waitFor({ timeout: 10_000 });
    if ((await toasts.count()) !== 1) throw new Error(`${await toasts.count()} messages`);
    await steps.shot("message");
  });
  await steps.step("its button opens the setting", async () => {
    await page.getByRole("button", { name: "Open settings" }).click();
    const setting = page.locator(".settings-editor .setting-item", { hasText: "Server: Path" });
    await setting.first().waitFor({ timeout: 15_000 });
    await steps.shot("settings");
  });
  await steps.step("naming the server there starts it", async () => {
    const file = path.join(folder, "home/Machine/settings.json");
    writeFileSync(file, JSON.stringify({ "flames.server.path": SERVER }));
    await page.locator(".statusbar-item .codicon-flame").waitFor({ timeout: 30_000 });
  });
  await close();
  failed += steps.failed;
}
