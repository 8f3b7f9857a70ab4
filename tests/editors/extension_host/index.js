// What the extension promises, asked through the editor's own interface. VS Code calls `run`.
const assert = require("node:assert");
const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");
const vscode = require("vscode");

const Mocha = createRequire(process.env.FLAMES_KIT + "/")("mocha");
const REPOSITORY = vscode.workspace.workspaceFolders[0].uri;

exports.run = async function run() {
  const output = path.join(path.dirname(REPOSITORY.fsPath), "report.json");
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000, reporter: "json", reporterOptions: { output } });
  mocha.suite.emit("pre-require", globalThis, null, mocha);
  describe("Flames", () => tests());
  const failures = await new Promise((done) => mocha.run(done));
  if (failures > 0) throw new Error(`${failures} failed`);
};

function tests() {
  let pricing, pages, cart;
  before(async () => {
    cart = await open("web/cart.ts");
    pages = await open("shop/pages.py");
    pricing = await open("shop/pricing.py");
    await vscode.extensions.getExtension("flames.flames").activate();
  });

  it("offers its commands beside the server's", async () => {
    const known = await vscode.commands.getCommands(true);
    const declared = vscode.extensions
      .getExtension("flames.flames")
      .packageJSON.contributes.commands.map(({ command }) => command);
    const servers = ["reindex", "status", "showDependents", "findSimilar", "findExisting"].map((c) => `flames.${c}`);
    await soon(() => vscode.commands.getCommands(true).then((c) => c.includes(servers[0])));
    for (const id of declared) assert(known.includes(id), id);
    assert.deepEqual(declared.filter((id) => servers.includes(id)), []);
  });

  it("shows who uses a function", () => soon(async () => /3 callers/.test(await hover(pricing))));

  it("reindexes and returns what it did", async () => {
    const summary = await vscode.commands.executeCommand("flames.reindexWorkspace");
    assert(summary.files >= 8, JSON.stringify(summary));
  });

  it("shows who uses a TypeScript function", () =>
    soon(async () => /1 caller in 1 file/.test(await hover(cart, "cartTotal"))));

  it("gives lenses a command that peeks", async () => {
    const lens = await soon(async () => (await lenses(pricing))[0]);
    assert.equal(lens.command.title, "3 callers · 3 files · 1 test");
    assert.equal(lens.command.command, "flames.peekDependents");
    const tests = (await lenses(pricing))[1];
    assert.equal(tests.command.title, "show tests");
    assert.equal(tests.command.command, "flames.showTestsHere");
  });

  it("leaves to flames.toml what the user did not set", async () => {
    const lens = await soon(async () => (await lenses(cart))[0]); // flames.toml: from one caller on
    assert.match(lens.command.title, /^1 caller/);
  });

  it("passes on a setting as soon as it is changed", async () => {
    const settings = vscode.workspace.getConfiguration("flames");
    await settings.update("lens.minCallers", 99, vscode.ConfigurationTarget.Workspace);
    await soon(async () => (await lenses(pricing)).length === 0);
    await settings.update("lens.minCallers", undefined, vscode.ConfigurationTarget.Workspace);
    await soon(async () => (await lenses(pricing)).length === 2);
  });

  it("walks the call hierarchy", async () => {
    const at = place(pricing, "total_price");
    const [item] = await vscode.commands.executeCommand("vscode.prepareCallHierarchy", pricing.uri, at);
    const calls = await vscode.commands.executeCommand("vscode.provideIncomingCalls", item);
    const callers = calls.map(({ from }) => from.name);
    assert.deepEqual(callers.sort(), [
      "place_order",
      "preview_order",
      "test_nothing_costs_nothing",
      "write_invoice",
    ]);
  });

  it("walks the type hierarchy", async () => {
    const payments = await open("shop/payments.py");
    const at = place(payments, "CardPayment");
    const ask = (what, given) => vscode.commands.executeCommand(`vscode.${what}`, ...given);
    const [card] = await ask("prepareTypeHierarchy", [payments.uri, at]);
    const [payment] = await ask("provideSupertypes", [card]);
    assert.equal(payment.name, "Payment");
    const subtypes = await ask("provideSubtypes", [payment]);
    assert.deepEqual(subtypes.map(({ name }) => name).sort(), ["CardPayment", "Invoice"]);
    await vscode.window.showTextDocument(pricing);
  });

  it("offers what a finding can be answered with", async () => {
    const [finding] = await soon(() => findings(pages));
    const actions = await vscode.commands.executeCommand(
      "vscode.executeCodeActionProvider",
      pages.uri,
      finding.range,
    );
    const commands = actions.map(({ command }) => command?.command);
    for (const id of ["flames.openBoth", "flames.showRule"]) assert(commands.includes(id), id);
  });

  it("underlines a re-implemented function", async () => {
    const [finding] = await soon(() => findings(pages));
    assert.equal(finding.source, "flames");
    assert.match(finding.message, /slugify/);
    assert(finding.relatedInformation.some(({ location }) => location.uri.path.endsWith("text.py")));
  });

  it("finds symbols of the workspace", async () => {
    const found = await vscode.commands.executeCommand("vscode.executeWorkspaceSymbolProvider", "slugi");
    const one = found.find(({ name }) => name === "slugify");
    assert(one && one.location.uri.path.endsWith("shop/text.py"), JSON.stringify(found));
  });

  it("replaces a described function by the one that exists", async () => {
    const edit = new vscode.WorkspaceEdit();
    const end = pages.positionAt(pages.getText().length);
    const words = "A title as part of an address: lower case, words joined by hyphens.";
    edit.insert(pages.uri, end, `\n\ndef slug_of(title):\n    """${words}"""\n`);
    await vscode.workspace.applyEdit(edit);
    const hint = await soon(async () =>
      (await findings(pages))?.find(({ severity }) => severity === vscode.DiagnosticSeverity.Hint),
    );
    const actions = await vscode.commands.executeCommand(
      "vscode.executeCodeActionProvider",
      pages.uri,
      hint.range,
      undefined,
      10, // with their edits
    );
    const use = actions.find(({ title }) => title === "Use `slugify` of shop/text.py");
    await vscode.workspace.applyEdit(use.edit);
    assert.match(pages.getText(), /^from shop.text import slugify\n/);
    assert.match(pages.getText(), /\nslugify\(title\)\n$/);
    await vscode.window.showTextDocument(pages);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await vscode.window.showTextDocument(pricing);
  });

  it("warns of a broken caller before anything is saved", async () => {
    const edit = new vscode.WorkspaceEdit();
    const at = place(pricing, "tax_rate");
    edit.insert(pricing.uri, at, "currency, ");
    await vscode.workspace.applyEdit(edit);
    await soon(() => findings(pricing));
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await soon(async () => (await findings(pricing)) === undefined);
  });

  it("starts the server again when it is killed, and has its findings back", async () => {
    const [pid] = servers();
    process.kill(pid, "SIGKILL");
    await soon(() => servers().some((other) => other !== pid));
    await soon(async () => /3 callers/.test(await hover(pricing)));
    await soon(() => findings(pages));
  });

  it("restarts a server that hangs", async () => {
    const [pid] = servers();
    process.kill(pid, "SIGSTOP");
    await vscode.commands.executeCommand("flames.restartServer");
    await soon(async () => /3 callers/.test(await hover(pricing)));
    assert(!servers().includes(pid));
    assert.equal(servers().length, 1);
  });

  it("gives up a server that keeps dying, without leaving findings behind", async () => {
    let deaths = 0;
    for (; deaths < 10; deaths++) {
      const [pid] = await soon(() => servers().length > 0 && servers(), 6000).catch(() => []);
      if (pid === undefined) break;
      process.kill(pid, "SIGKILL");
      await soon(() => !servers().includes(pid));
    }
    assert(deaths >= 4 && deaths <= 6, `it died ${deaths} times`);
    assert.equal(await findings(pages), undefined);
  });

  it("can be restarted by hand after that", async () => {
    await vscode.commands.executeCommand("flames.restartServer");
    await soon(() => findings(pages));
    assert.equal(servers().length, 1);
  });
}

async function open(name) {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(REPOSITORY, name));
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}

function place(document, word) {
  return document.positionAt(document.getText().indexOf(word));
}

async function hover(document, word = "total_price") {
  const at = place(document, word);
  const found = await vscode.commands.executeCommand("vscode.executeHoverProvider", document.uri, at);
  return found.flatMap(({ contents }) => contents.map(({ value }) => value)).join("\n");
}

/** Ours only: TypeScript and others may have their own. */
async function lenses(document) {
  const found = await vscode.commands.executeCommand(
    "vscode.executeCodeLensProvider",
    document.uri,
    10,
  );
  return found.filter(({ command }) => command?.command.startsWith("flames."));
}

/** Flames' findings, undefined where there are none. */
async function findings(document) {
  const found = vscode.languages.getDiagnostics(document.uri).filter((d) => d.source === "flames");
  return found.length > 0 ? found : undefined;
}

/** The server processes of this extension host. */
function servers() {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isServer(name))
    .map(Number);
}

function isServer(pid) {
  try {
    const [, state, parent] = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(/\) (\S) (\d+) /);
    const words = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return Number(parent) === process.pid && state !== "Z" && words.includes("flames-lsp");
  } catch {
    return false; // it has just ended
  }
}

/** Waits until `ask` gives something true, which it returns. */
async function soon(ask, limit_ms = 20_000) {
  const end = Date.now() + limit_ms;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${limit_ms / 1000} s: ${ask}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}
