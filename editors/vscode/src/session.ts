// The server's life as the editor sees it: found, started, restarted, given up.
import * as vscode from "vscode";
import {
  DidChangeConfigurationNotification,
  LanguageClient,
  State,
} from "vscode-languageclient/node";
import { makeClient } from "./client";
import { findServer } from "./executable";
import { ServerProcess } from "./server_process";
import { declaredKeys, SECTION } from "./settings";
import { Status, StatusItem } from "./status";

const SERVER_PATH = "server.path";
const INSTALL = "Install it: pipx install flames-lsp, or uv tool install flames-lsp.";

type Ways = Record<string, () => unknown>;

export class Session implements vscode.Disposable {
  /** What the extension does. */
  readonly log = vscode.window.createOutputChannel("Flames", { log: true });
  /** What the server logs, and the trace. */
  readonly output = vscode.window.createOutputChannel("Flames Language Server");
  readonly version: string;
  private client: LanguageClient | undefined;
  private process: ServerProcess | undefined;
  private stopped = "";
  private readonly item: StatusItem;
  private readonly keys: string[];
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: vscode.ExtensionContext,
    statusCommand: string,
  ) {
    const { packageJSON } = context.extension;
    this.version = packageJSON.version;
    this.keys = declaredKeys(packageJSON);
    this.item = new StatusItem(statusCommand);
    const listener = (change: vscode.ConfigurationChangeEvent) => this.settingsChanged(change);
    context.subscriptions.push(vscode.workspace.onDidChangeConfiguration(listener));
  }

  /** The client for a request; throws with the reason where there is none. */
  running(): LanguageClient {
    if (this.client?.state !== State.Running) {
      throw new Error(this.stopped || "the server is starting");
    }
    return this.client;
  }

  /** `0.1.0 (/usr/bin/flames-lsp)`, or why there is none. */
  serverVersion(): string {
    const version = this.client?.initializeResult?.serverInfo?.version;
    return version === undefined ? this.stopped : `${version} (${this.process?.executable})`;
  }

  /** Starts the server, after ending the one there is, even one that never got ready. */
  async restart(): Promise<void> {
    await this.stop();
    this.turn = this.turn.then(() => this.stop()).then(() => this.start());
    await this.turn;
  }

  /** Ends the server, also one that does not answer. */
  async stop(): Promise<void> {
    const { client, process } = this;
    this.client = this.process = undefined;
    if (client === undefined || process === undefined) {
      return;
    }
    process.leaving = true;
    const told = await client.dispose().then(
      () => true,
      (error) => {
        this.log.warn(`the server did not leave: ${error}`);
        return false;
      },
    );
    await process.leave(told);
  }

  dispose(): void {
    this.item.dispose();
    this.log.dispose();
    this.output.dispose();
  }

  private async start(): Promise<void> {
    const setting = vscode.workspace.getConfiguration(SECTION).get<string>(SERVER_PATH, "");
    const found = findServer(setting);
    if ("missing" in found) {
      this.missing(found.missing);
      return;
    }
    this.log.info(`starting ${found.path}`);
    await vscode.workspace.fs.createDirectory(this.context.globalStorageUri);
    const process = new ServerProcess(found.path, this.context.globalStorageUri.fsPath, (how) =>
      this.log.info(`the server ended: ${how}`),
    );
    const client = makeClient({
      process,
      output: this.output,
      keys: this.keys,
      gaveUp: (crashes) => this.gaveUp(crashes),
    });
    [this.client, this.process] = [client, process];
    client.onDidChangeState(({ newState }) => this.stateChanged(client, newState));
    client.onNotification("flames/status", (status: Status) => this.item.show(status));
    await client.start().catch((error) => this.log.error(`the server did not start: ${error}`));
  }

  private stateChanged(client: LanguageClient, state: State): void {
    if (client !== this.client) {
      return; // the one before, leaving
    }
    this.stopped = state === State.Stopped ? "the server is not running" : "";
    if (this.stopped) {
      this.item.stopped(this.stopped);
    } else {
      this.item.starting();
    }
  }

  private missing(reason: string): void {
    this.log.error(reason);
    this.stopped = reason;
    this.item.stopped(reason);
    void offer(`Flames: ${reason} ${INSTALL}`, {
      "Open settings": () => openSetting(`${SECTION}.${SERVER_PATH}`),
      "Try again": () => this.restart(),
    });
  }

  private gaveUp(crashes: number): void {
    void offer(`Flames: the server ended ${crashes} times in 3 minutes. Its log says why.`, {
      "Show logs": () => this.output.show(),
      "Restart server": () => this.restart(),
    });
  }

  private settingsChanged(change: vscode.ConfigurationChangeEvent): void {
    if (change.affectsConfiguration(`${SECTION}.${SERVER_PATH}`)) {
      void this.restart();
    } else if (change.affectsConfiguration(SECTION) && this.client?.state === State.Running) {
      // without values: the server asks for those that it wants
      void this.client.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    }
  }
}

/** Settings of a machine are the remote machine's where the server runs on one. */
function openSetting(query: string): Thenable<unknown> {
  return vscode.env.remoteName === undefined
    ? vscode.commands.executeCommand("workbench.action.openSettings", query)
    : vscode.commands.executeCommand("workbench.action.openRemoteSettings", { query });
}

/** An error with buttons. */
export async function offer(message: string, ways: Ways): Promise<void> {
  const choice = await vscode.window.showErrorMessage(message, ...Object.keys(ways));
  if (choice !== undefined) {
    await ways[choice]?.();
  }
}
